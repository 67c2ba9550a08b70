-- other work than the bench's: queens, life, a lexer, strings, a heap, matrices, objects, closures
local function queens(n)
  local rows, d1, d2, count = {}, {}, {}, 0
  local function place(c)
    if c > n then count = count + 1 return end
    for r = 1, n do
      if not rows[r] and not d1[r + c] and not d2[r - c + n] then
        rows[r], d1[r + c], d2[r - c + n] = true, true, true
        place(c + 1)
        rows[r], d1[r + c], d2[r - c + n] = nil, nil, nil
      end
    end
  end
  place(1)
  return count
end
print("queens", queens(7))
local function life(w, h, steps)
  local g = {}
  for y = 1, h do g[y] = {} for x = 1, w do g[y][x] = (x * y + x) % 3 == 0 and 1 or 0 end end
  for _ = 1, steps do
    local new = {}
    for y = 1, h do
      local row = {}
      local up, here, down = g[(y - 2) % h + 1], g[y], g[y % h + 1]
      for x = 1, w do
        local l, r = (x - 2) % w + 1, x % w + 1
        local n = up[l] + up[x] + up[r] + here[l] + here[r] + down[l] + down[x] + down[r]
        row[x] = (n == 3 or (n == 2 and here[x] == 1)) and 1 or 0
      end
      new[y] = row
    end
    g = new
  end
  local s = 0
  for y = 1, h do for x = 1, w do s = s + g[y][x] end end
  return s
end
print("life", life(40, 30, 20))
local text = string.rep("let x1 = 42 + (foo * 7.5) - bar; ", 150)
local tokens, words = 0, {}
local i = 1
while i <= #text do
  local s, e = text:find("^%s+", i)
  if s then i = e + 1 else
    local _, e2, w = text:find("^([%a_][%w_]*)", i)
    if w then words[w] = (words[w] or 0) + 1 i = e2 + 1 else
      local _, e3 = text:find("^%d+%.?%d*", i)
      i = (e3 or i) + 1
    end
    tokens = tokens + 1
  end
end
print("tokens", tokens, words.foo, words.x1)
local Heap = {} Heap.__index = Heap
function Heap.new() return setmetatable({n = 0}, Heap) end
function Heap:push(v)
  self.n = self.n + 1 local i = self.n self[i] = v
  while i > 1 do local p = i // 2 if self[p] <= self[i] then break end self[p], self[i] = self[i], self[p] i = p end
end
function Heap:pop()
  local top = self[1] self[1] = self[self.n] self[self.n] = nil self.n = self.n - 1
  local i = 1
  while true do
    local l, s = 2 * i, i
    if l <= self.n and self[l] < self[s] then s = l end
    if l + 1 <= self.n and self[l + 1] < self[s] then s = l + 1 end
    if s == i then break end
    self[s], self[i] = self[i], self[s] i = s
  end
  return top
end
local h, x, sum = Heap.new(), 7, 0
for i = 1, 3000 do x = (x * 16807) % 2147483647 h:push(x) end
for i = 1, 3000 do sum = (sum + h:pop() * i) % 1000003 end
print("heap", sum)
local function mul(a, b, n)
  local c = {}
  for i = 1, n do local ci = {} for j = 1, n do local s = 0.0 for k = 1, n do s = s + a[i][k] * b[k][j] end ci[j] = s end c[i] = ci end
  return c
end
local n, a = 24, {}
for i = 1, n do a[i] = {} for j = 1, n do a[i][j] = (i - j) / n end end
print(string.format("mat %.6f", mul(a, mul(a, a, n), n)[3][5]))
local Animal = {} Animal.__index = Animal
function Animal.new(name) return setmetatable({name = name, legs = 4}, Animal) end
function Animal:walk(d) self.dist = (self.dist or 0) + d * self.legs return self end
local Bird = setmetatable({}, {__index = Animal}) Bird.__index = Bird
function Bird.new(name) local b = Animal.new(name) b.legs = 2 return setmetatable(b, Bird) end
local z = {Animal.new("dog"), Bird.new("owl")}
for i = 1, 8000 do z[i % 2 + 1]:walk(i & 3) end
print("zoo", z[1].dist, z[2].dist)
local function compose(f, g) return function(...) return f(g(...)) end end
local inc = function(v) return v + 1 end
local f = inc for _ = 1, 20 do f = compose(f, inc) end
local t = 0 for i = 1, 500 do t = t + f(i) end
print("compose", t)
local out = {}
for i = 1, 1500 do out[#out + 1] = string.format("%05d=%s", i, ("%x"):format(i * 77)):upper() end
table.sort(out, function(p, q) return p:sub(-3) < q:sub(-3) or (p:sub(-3) == q:sub(-3) and p < q) end)
print("strings", #table.concat(out, "|"), out[10])
local sieve, primes = {}, 0
for i = 2, 20000 do if not sieve[i] then primes = primes + 1 for j = i * i, 20000, i do sieve[j] = true end end end
print("primes", primes)
local bits = 0 for i = 1, 20000 do bits = (bits ~ (i << 3)) & 0xffffff bits = bits | (i >> 2) end print("bits", bits)
local gen = coroutine.wrap(function() for i = 1, 3000 do coroutine.yield(i * i) end end)
local cs = 0 for i = 1, 3000 do cs = cs + gen() end print("gen", cs)
local keys = {} for k, v in pairs(words) do keys[#keys + 1] = k .. v end table.sort(keys) print(table.concat(keys, ","))
print(select("#", table.unpack(out, 1, 50)), pcall(error, "x"), tostring(nil), tonumber("0x1p4"), math.floor(3.7), #out)
