-- What the roll-back torture runs: tables, closures, strings, coroutines, errors, metatables, the collector.
local seed = 42
local function random(n)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed % n + 1
end

local function quicksort(t, low, high)
  if low < high then
    local pivot, i = t[high], low
    for j = low, high - 1 do
      if t[j] < pivot then t[i], t[j] = t[j], t[i]; i = i + 1 end
    end
    t[i], t[high] = t[high], t[i]
    quicksort(t, low, i - 1)
    quicksort(t, i + 1, high)
  end
end

local t = {}
for i = 1, 200 do t[i] = random(1000) end
quicksort(t, 1, #t)
print(t[1], t[100], t[200])
table.sort(t, function(a, b) return a % 17 < b % 17 or (a % 17 == b % 17 and a < b) end)
print(table.concat(t, " ", 1, 12))

local words = {}
for word in ("the quick brown fox jumps over the lazy dog the end"):gmatch("%a+") do
  words[word] = (words[word] or 0) + 1
end
local names = {}
for word in pairs(words) do names[#names + 1] = word end
table.sort(names)
for _, word in ipairs(names) do io.write(word, "=", words[word], " ") end
print()

local function generate(n)
  return coroutine.wrap(function()
    local a, b = 0, 1
    for _ = 1, n do coroutine.yield(a); a, b = b, a + b end
  end)
end
for value in generate(20) do io.write(value, " ") end
print()

local Account = {}
Account.__index = Account
Account.__add = function(a, b) return Account.new(a.balance + b.balance) end
Account.__tostring = function(a) return ("account with %.2f"):format(a.balance) end
function Account.new(balance) return setmetatable({ balance = balance }, Account) end
function Account:withdraw(amount)
  if amount > self.balance then error({ code = amount }) end
  self.balance = self.balance - amount
end
local account = Account.new(100)
for amount = 10, 70, 30 do
  local ok, problem = pcall(account.withdraw, account, amount)
  print(ok, ok and tostring(account + Account.new(1)) or problem.code)
end
print(select(2, pcall(error, "plain")), select("#", table.unpack({ 1, 2, nil, 4 }, 1, 4)))

print((("x"):rep(50):gsub("x", { x = "yz" })), ("%5.1f|%-8s|%05d|%x"):format(3.14159, "left", 42, 255))
print(string.find("key = value", "^(%w+)%s*=%s*(%w+)$"))
local made = 0
for i = 1, 300 do
  local garbage = setmetatable({ ("s"):rep(i % 40) }, { __gc = function() made = made + 1 end })
  garbage = nil
end
collectgarbage()
print(made >= 299, math.type(3 // 1), 7 // 2, 7 % -3, 2 ^ 10, 1 << 40, "10" + 5)
print(load("local a, b = ... return a * b + 1")(6, 7))
goto finish
print("never")
::finish::
print(#arg, type(os.time()))
