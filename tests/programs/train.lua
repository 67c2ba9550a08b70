-- another mixed workload, to train on what bench.lua is timed with: queens, sieve, words, matrices, queue, memo, string buffers
local function queens(n) local count,cols,d1,d2=0,{}, {}, {}
 local function place(r) if r>n then count=count+1 return end
  for c=1,n do if not cols[c] and not d1[r+c] and not d2[r-c+n] then cols[c],d1[r+c],d2[r-c+n]=true,true,true place(r+1) cols[c],d1[r+c],d2[r-c+n]=nil,nil,nil end end end
 place(1) return count end
print("queens",queens(7))
local composite,primes={},{} for i=2,20000 do if not composite[i] then primes[#primes+1]=i for j=i*i,20000,i do composite[j]=true end end end print("primes",#primes)
local text=("the quick brown fox jumps over the lazy dog "):rep(400) local words={} for w in text:gmatch("%a+") do words[w]=(words[w] or 0)+1 end
local names={} for w in pairs(words) do names[#names+1]=w end table.sort(names,function(a,b) return words[a]>words[b] or (words[a]==words[b] and a<b) end) print("words",names[1],words[names[1]])
local function matrix(n,f) local m={} for i=1,n do local row={} for j=1,n do row[j]=f(i,j) end m[i]=row end return m end
local a,b=matrix(40,function(i,j) return i-j end),matrix(40,function(i,j) return 1/(i+j) end) local trace=0
for i=1,40 do for j=1,40 do local s=0.0 for k=1,40 do s=s+a[i][k]*b[k][j] end if i==j then trace=trace+s end end end print(string.format("trace %.6f",trace))
local Queue={} Queue.__index=Queue function Queue.new() return setmetatable({first=1,last=0,items={}},Queue) end
function Queue:push(x) self.last=self.last+1 self.items[self.last]=x end function Queue:pop() local x=self.items[self.first] self.items[self.first]=nil self.first=self.first+1 return x end
local q=Queue.new() for i=1,5000 do q:push(i) if i%3==0 then q:push(q:pop()+1) end end print("queue",q.last-q.first)
local memo={} local function collatz(n) local steps,start=0,n while n~=1 do if memo[n] then steps=steps+memo[n] break end n=n%2==0 and n//2 or 3*n+1 steps=steps+1 end memo[start]=steps return steps end
local best=0 for i=1,4000 do best=math.max(best,collatz(i)) end print("collatz",best)
local producer=coroutine.create(function() for i=1,3000 do coroutine.yield(string.format("%x",i)) end end) local out={} while true do local _,v=coroutine.resume(producer) if not v then break end out[#out+1]=v end print("hex",#table.concat(out))
print("upper",(text:upper():sub(1,20)),#text:reverse(),(text:find("lazy",1,true)),text:byte(5,8))
