-- Closures, metatables, coroutines, protected calls, garbage.  arg[1]: rounds.
local n = tonumber(arg[1])
local Point = {}
Point.__index = Point
Point.__add = function(a, b) return setmetatable({ x = a.x + b.x }, Point) end
function Point:get() return self.x end

local function counter()
  local c = 0
  return function(step) c = c + step return c end
end

local numbers = coroutine.wrap(function()
  local i = 0
  while true do
    i = i + 1
    coroutine.yield(i)
  end
end)

local sum, errors = setmetatable({ x = 0 }, Point), 0
local next_value = counter()
for i = 1, n do
  sum = sum + setmetatable({ x = numbers() + next_value(i % 3) }, Point)
  if i % 10 == 0 and not pcall(error, { code = i }) then errors = errors + 1 end
end
print(sum:get(), errors)
