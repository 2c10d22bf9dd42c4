// Reads the type of a variably modified local from its declaration: its text as a type name, with the sizes in it.
//
//     const char *names[n][2] __attribute__ ((aligned (64)));    ---->    const char * [ n ] [2], alignment 64
//     double (*row)[m];                                          ---->    double ( * ) [ m ]
//     int a[n][m]   (a parameter)                                ---->    int (*) [ m ]
//
// What is not written in one of these ways (typeof, attributes that make another type) is not understood.

using System.Globalization;
using UpStare.Compiler.Analysis;
using UpStare.Compiler.Lowering;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Frontend;

/// <summary>Reads variably modified types.</summary>
public sealed class ComputedTypes
{
    private static readonly HashSet<string> Storage = ["auto", "register", "static", "extern", "typedef", "__extension__", "restrict", "__restrict", "__restrict__"];

    private static readonly HashSet<string> Harmless = ["unused", "__unused__", "nonstring", "__nonstring__", "uninitialized", "__uninitialized__"];

    private readonly SourceText _source;
    private readonly Expression[] _sizes;
    private readonly List<string> _texts = [""];
    private readonly List<Expression> _found = [];
    private readonly List<int> _depths = [];
    private int _alignment = 1;
    private bool _isUnderstood = true;

    private ComputedTypes(SourceText source, Expression[] sizes) => (_source, _sizes) = (source, sizes);

    /// <summary>The type, or null where it is not understood.</summary>
    /// <param name="source">The text.</param>
    /// <param name="specifiers">The declaration specifiers.</param>
    /// <param name="declarator">The declarator without its initialiser and the attributes behind it.</param>
    /// <param name="name">The declared name.</param>
    /// <param name="sizes">The expressions that libclang shows in the declaration.</param>
    /// <param name="isParameter">Whether the outermost array is a pointer.</param>
    public static ComputedType? Read(SourceText source, TextSpan specifiers, TextSpan declarator, TextSpan name, Expression[] sizes, bool isParameter)
    {
        var reader = new ComputedTypes(source, sizes);
        var isPlain = reader.ReadSpecifiers(specifiers) && reader.ReadDeclarator(declarator, name, isParameter);
        if (!isParameter) reader.ReadAttributesAt(declarator.End, Declarators.StatementEnd(source.Text, declarator.End));
        return reader._isUnderstood && reader._found.Count > 0 ? new ComputedType([.. reader._texts], [.. reader._found], reader._alignment, isPlain) { Depths = [.. reader._depths] } : null;
    }

    private bool ReadSpecifiers(TextSpan specifiers)
    {
        var name = _sizes.FirstOrDefault(size => specifiers.Contains(size.Span));
        if (specifiers.Length == 0 || name is not (null or NameExpression { Declaration: Local { IsTypeName: true } })) return _isUnderstood = false;
        if (TypeDefinitions.Split(_source, specifiers) is { } type)
        {
            // Attributes inside the definition are the type's own.
            _texts[^1] += type.Reference;
            return _isUnderstood &= !type.Reference.Contains("__attribute", StringComparison.Ordinal);
        }

        var lexer = new Lexer(_source.Text, specifiers.Start, specifiers.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (ReadAttribute(ref lexer, token) || Storage.Contains(_source[token.Span])) continue;
            if (token.Span == name?.Span) AddSize(name, " ", 0);
            else Add(token.Span);
        }

        return _isUnderstood;
    }

    // Whether it is a pointer to an array: (*name)[n][m], or name[][n] of a parameter.
    private bool ReadDeclarator(TextSpan declarator, TextSpan name, bool isParameter)
    {
        var (isPlain, depth, stars, dimension, isNamed) = (isParameter, 0, 0, 0, false);
        var lexer = new Lexer(_source.Text, declarator.Start, declarator.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var text = _source[token.Span];
            if (ReadAttribute(ref lexer, token) || Storage.Contains(text)) continue;
            if (token.Span.Start == name.Start)
            {
                isNamed = true;
                var ahead = lexer;
                var isArray = isParameter && _source[ahead.Next().Span] == "[";
                if (isArray)
                {
                    lexer.Next();
                    Bracketed(ref lexer);
                    _texts[^1] += "(*) ";
                }

                isPlain &= isArray ? depth == 0 : depth == 1 && stars == 1;
                _isUnderstood &= !isParameter || isArray || stars > 0;
            }
            else if (text == "[")
            {
                isPlain &= isNamed && depth == 0;
                ReadSize(Bracketed(ref lexer), dimension++);
            }
            else
            {
                if (text == "(") depth++;
                if (text == ")") depth--;
                if (text == "*" && depth > 0) stars++;
                isPlain &= !isNamed || text == ")";
                Add(token.Span);
            }
        }

        return isPlain;
    }

    // What stands between brackets, the first of which has been read.
    private TextSpan Bracketed(ref Lexer lexer)
    {
        var (start, end, depth) = (-1, -1, 1);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (_source[token.Span] == "[") depth++;
            if (_source[token.Span] == "]" && --depth == 0) break;
            if (start < 0) start = token.Span.Start;
            end = token.Span.End;
        }

        return start < 0 ? default : new TextSpan(start, end);
    }

    // Nothing, a constant, or a size.
    private void ReadSize(TextSpan inside, int dimension)
    {
        var size = _sizes.FirstOrDefault(size => size.Span == inside);
        if (inside.Length > 0 && (size is null || _source[inside].Contains("\n#", StringComparison.Ordinal)))
        {
            _isUnderstood = false;
        }
        else if (size is null || !size.Descendants().Any(e => e is StatementExpression or OpaqueExpression or CallExpression or NameExpression { Declaration: not ConstantDeclaration }))
        {
            _texts[^1] += $"[{_source[inside].ReplaceLineEndings(" ")}] ";
        }
        else
        {
            _texts[^1] += "[";
            AddSize(size, "] ", dimension);
        }
    }

    private void AddSize(Expression size, string after, int dimension)
    {
        _texts.Add(after);
        _found.Add(size);
        _depths.Add(dimension);
    }

    private void Add(TextSpan token)
    {
        var text = _source[token];
        _isUnderstood &= text is not ("typeof" or "__typeof__" or "__typeof" or "__auto_type" or "_Atomic");
        _texts[^1] += text + " ";
    }

    private void ReadAttributesAt(int start, int end)
    {
        var lexer = new Lexer(_source.Text, start, end);
        for (var token = lexer.Next(); token.Kind != TokenKind.End && ReadAttribute(ref lexer, token); token = lexer.Next())
        {
        }
    }

    // __attribute__ ((aligned (64), unused)), _Alignas (64)
    private bool ReadAttribute(ref Lexer lexer, Token token)
    {
        var isAlignas = _source[token.Span] is "_Alignas";
        if (!isAlignas && _source[token.Span] is not ("__attribute__" or "__attribute")) return false;
        var depth = 0;
        var isAlignment = isAlignas;
        do
        {
            token = lexer.Next();
            var text = _source[token.Span];
            if (text == "(") depth++;
            else if (text == ")") depth--;
            else if (isAlignment) isAlignment = !ReadAlignment(text);
            else if (text is "aligned" or "__aligned__") isAlignment = true;
            else _isUnderstood &= text == "," || Harmless.Contains(text);
        }
        while (depth > 0 && token.Kind != TokenKind.End);

        _isUnderstood &= !isAlignment;
        return true;
    }

    private bool ReadAlignment(string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var alignment)) return false;
        _alignment = Math.Max(_alignment, alignment);
        return true;
    }
}
