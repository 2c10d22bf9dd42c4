-- Tables and the library: fill, sort with and without a comparison function, insert, remove.  arg[1]: elements.
local n = tonumber(arg[1])
local seed = 42
local function random(limit)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed % limit
end

local list, count = {}, {}
for i = 1, n do list[i] = random(n) end
for _, v in ipairs(list) do count[v] = (count[v] or 0) + 1 end
table.sort(list)
local down = table.move(list, 1, n, 1, {})
table.sort(down, function(a, b) return a > b end)
local queue, total = {}, 0
for i = 1, n do
  table.insert(queue, list[i])
  if i % 3 == 0 then total = total + table.remove(queue) end
end
for k, v in pairs(count) do total = total + k * v end
print(list[1], down[1], #queue, total)
