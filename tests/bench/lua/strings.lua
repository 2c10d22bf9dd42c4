-- Strings: formatting, patterns, concatenation, a table keyed by strings.  arg[1]: lines.
local lines = {}
for i = 1, tonumber(arg[1]) do
  lines[i] = string.format("%d: the %s value of line %d is %5.2f", i, i % 2 == 0 and "even" or "odd", i, i / 7)
end
local text = table.concat(lines, "\n")
local words, different = {}, 0
for word in text:gmatch("%a+") do
  if not words[word] then different = different + 1 end
  words[word] = (words[word] or 0) + 1
end
local upper = text:gsub("(%a)(%a*)", function(first, rest) return first:upper() .. rest end)
local found = 0
local at = 1
while true do
  local from, to = upper:find("Line %d+7 ", at)
  if not from then break end
  found, at = found + 1, to
end
print(#text, different, words.odd, found, upper:sub(1, 24))
