/* A store of JSON documents: a recursive parser, values in intrusive lists on the heap, queries by path with a cache of the answers that were used last, and a loop
 * that takes one request after another.  Version 2 counts how often an answer was used, and says where a document is wrong; version 3 knows in which line a value
 * stands, has another kind of value, and a larger cache. */
#include "../step.h"
#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* ---- lists that go through their elements */

struct list { struct list *next, *previous; };

#define ELEMENT(link, type, member) ((type *)(void *)((char *)(link) - offsetof(type, member)))
#define FOR_EACH(link, head) for (struct list *link = (head)->next; link != (head); link = link->next)

static void list_init(struct list *list) { list->next = list->previous = list; }

static void list_add(struct list *list, struct list *link)
{
    link->previous = list->previous;
    link->next = list;
    list->previous->next = link;
    list->previous = link;
}

static void list_remove(struct list *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
}

/* ---- values */

enum kind { NOTHING, TRUTH, NUMBER, TEXT, ARRAY, OBJECT };

struct value {
    enum kind kind;
    double number;
    char *text;
    char *name;             /* in an object */
    struct list members;    /* of an array or object */
    struct list link;       /* in the list of its array or object */
};

static long live_values;

static struct value *value_new(enum kind kind)
{
    struct value *value = calloc(1, sizeof *value);

    value->kind = kind;
    list_init(&value->members);
    list_init(&value->link);
    live_values++;
    return value;
}

static void value_free(struct value *value)
{
    while (value->members.next != &value->members) {
        struct value *member = ELEMENT(value->members.next, struct value, link);

        list_remove(&member->link);
        value_free(member);
    }
    free(value->text);
    free(value->name);
    free(value);
    live_values--;
}

/* ---- the parser */

struct parser { const char *text, *at; int depth; const char *error; };

static struct value *parse_value(struct parser *parser);

static void skip_space(struct parser *parser)
{
    while (isspace((unsigned char)*parser->at))
        parser->at++;
}

static struct value *fail(struct parser *parser, const char *message)
{
    if (parser->error == NULL)
        parser->error = message;
    return NULL;
}

static int take(struct parser *parser, char c)
{
    skip_space(parser);
    if (*parser->at != c)
        return 0;
    parser->at++;
    return 1;
}

static char *parse_text(struct parser *parser)
{
    const char *start = parser->at;
    char *text;
    size_t length;

    while (*parser->at != '"' && *parser->at != 0)
        parser->at++;
    length = (size_t)(parser->at - start);
    if (!take(parser, '"')) {
        fail(parser, "unfinished text");
        return NULL;
    }
    text = malloc(length + 1);
    memcpy(text, start, length);
    text[length] = 0;
    return text;
}

static struct value *parse_members(struct parser *parser, enum kind kind, char end)
{
    struct value *value = value_new(kind);
    int count = 0;

    parser->depth++;
    if (!take(parser, end))
        do {
            char *name = NULL;
            struct value *member;

            if (kind == OBJECT && (!take(parser, '"') || (name = parse_text(parser)) == NULL || !take(parser, ':'))) {
                free(name);
                fail(parser, "no name");
                break;
            }
            member = parse_value(parser);
            if (member == NULL) {
                free(name);
                break;
            }
            member->name = name;
            list_add(&value->members, &member->link);
            count++;
        } while (take(parser, ','));
    if (parser->error == NULL && count > 0 && !take(parser, end))
        fail(parser, "unfinished list");
    parser->depth--;
    if (parser->error != NULL) {
        value_free(value);
        return NULL;
    }
    return value;
}

static struct value *parse_value(struct parser *parser)
{
    struct value *value;

    skip_space(parser);
    switch (*parser->at) {
    case '{':
        parser->at++;
        return parse_members(parser, OBJECT, '}');
    case '[':
        parser->at++;
        return parse_members(parser, ARRAY, ']');
    case '"':
        parser->at++;
        value = value_new(TEXT);
        value->text = parse_text(parser);
        break;
    case 't':
    case 'f':
        value = value_new(TRUTH);
        value->number = *parser->at == 't';
        while (isalpha((unsigned char)*parser->at))
            parser->at++;
        break;
    default:
        if (!isdigit((unsigned char)*parser->at) && *parser->at != '-')
            return fail(parser, "no value");
        value = value_new(NUMBER);
        char *end;
        value->number = strtod(parser->at, &end);
        parser->at = end;
    }
    printf("two: value of kind %d at depth %d\n", (int)value->kind, parser->depth);
    step();
    return value;
}

static struct value *parse(const char *text)
{
    struct parser parser = { text, text, 0, NULL };
    struct value *value = parse_value(&parser);

    if (parser.error)
        printf("two: wrong: %s at %d\n", parser.error, (int)(parser.at - text));
    return value;
}

/* ---- queries */

static void print(const struct value *value, char *into, size_t size)
{
    switch (value->kind) {
    case NUMBER: snprintf(into, size, "%g", value->number); break;
    case TRUTH: snprintf(into, size, "%s", value->number != 0 ? "true" : "false"); break;
    case TEXT: snprintf(into, size, "\"%s\"", value->text); break;
    case ARRAY:
    case OBJECT: {
        size_t used = (size_t)snprintf(into, size, value->kind == ARRAY ? "[" : "{");
        FOR_EACH(link, &value->members) {
            print(ELEMENT(link, const struct value, link), into + used, size - used);
            used += strlen(into + used);
            if (link->next != &value->members && used + 1 < size)
                into[used++] = ',';
        }
        snprintf(into + used, size - used, value->kind == ARRAY ? "]" : "}");
        break;
    }
    default: snprintf(into, size, "nothing");
    }
}

static const struct value *find(const struct value *value, const char *path)
{
    while (*path && value) {
        size_t length = strcspn(path, "/");
        const struct value *found = NULL;
        long index = strtol(path, NULL, 10);

        FOR_EACH(link, &value->members) {
            const struct value *member = ELEMENT(link, const struct value, link);

            if (value->kind == OBJECT ? strlen(member->name) == length && memcmp(member->name, path, length) == 0 : index-- == 0)
                found = member;
        }
        value = found;
        path += length + (path[length] == '/');
    }
    return value;
}

/* ---- the cache */

struct answer { char path[24]; long used; char text[48]; const struct value *value; struct list link; };

enum { CACHED = 2 };

static struct list cache = { &cache, &cache };
static int cached;

static void forget(struct answer *answer)
{
    list_remove(&answer->link);
    free(answer);
    cached--;
}

static struct answer *cache_find(const char *path)
{
    FOR_EACH(link, &cache) {
        struct answer *answer = ELEMENT(link, struct answer, link);

        if (strcmp(answer->path, path) == 0) {
            list_remove(link);
            list_add(&cache, link);
            answer->used++;
            return answer;
        }
    }
    return NULL;
}

static struct answer *query(const struct value *root, const char *path)
{
    struct answer *answer = cache_find(path);

    if (answer)
        return answer;
    answer = calloc(1, sizeof *answer);
    snprintf(answer->path, sizeof answer->path, "%s", path);
    answer->used = 1;
    answer->value = find(root, path);
    if (answer->value)
        print(answer->value, answer->text, sizeof answer->text);
    else
        strcpy(answer->text, "?");
    list_add(&cache, &answer->link);
    if (++cached > CACHED)
        forget(ELEMENT(cache.next, struct answer, link));
    return answer;
}

/* ---- the loop */

static const char *const requests[] = {
    "+{\"a\": [1, 2.5, {\"b\": \"c\"}], \"d\": {}, \"e\": true}", "?a/1", "?a/2/b", "?a/1", "?e", "?a/2/b", "?none",
    "+[1, {\"x\": }]", "+[[], [false]]", "?1/0", "?", "?1/0",
};

int main(void)
{
    struct value *root = NULL;

    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        const char *request = requests[i];

        if (*request == '?') {
            struct answer *answer = query(root, request + 1);

            printf("two: %s: %s, %d cached, used before: %s\n", answer->path, answer->text, cached, answer->used > 1 ? "yes" : "no");
        } else {
            struct value *new = parse(request + 1);

            if (new) {
                while (cached > 0)
                    forget(ELEMENT(cache.next, struct answer, link));
                if (root)
                    value_free(root);
                root = new;
            }
            printf("two: %ld values\n", live_values);
        }
        step();
    }
    value_free(root);
    while (cached > 0)
        forget(ELEMENT(cache.next, struct answer, link));
    printf("left %ld, cached %d\n", live_values, cached);
    return 0;
}
