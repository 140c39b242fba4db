-- Times the operations of list.lua in this process, with the torch that this interpreter has:
--   luajit time.lua [threads [words of names ...]]
-- prints, separated by tabs: group, operation, milliseconds of the first 1000 calls, least microseconds of a call.
-- Torch7's own interpreter runs it, too, so nothing else of Pentimento's is used here.
require 'torch'
require 'nn'
local here = arg[0]:match('^(.*/)') or './'

local BLOCK, ROUNDS = 0.02, 3 -- seconds of a block of calls, and how many blocks
local SLOW = 1e-4 -- seconds of a call from which on it is not called a thousand times

-- Each operation gets a loop of its own: one loop for all would be compiled for the first and stay slow for the others.
local function compile(setup, operation)
  local body = operation:match('^(.*);%s*$') or 'local _ = ' .. operation
  local source = ('%s\nreturn function(calls) for _ = 1, calls do %s end end'):format(setup, body)
  return assert(loadstring(source, '=' .. operation:sub(1, 50)))()
end

local timer = torch.Timer()
local function seconds(run, calls)
  local start = timer:time().real
  run(calls)
  return timer:time().real - start
end

-- Milliseconds of the first 1000 calls, and the least microseconds of a call later on. A slow operation's first
-- thousand is reckoned from fewer.
local function measure(run)
  collectgarbage()
  local first, second = seconds(run, 10), seconds(run, 10)
  first = first + second + (second > 10 * SLOW and 98 * second or seconds(run, 980))
  local calls = math.max(10, math.ceil(1000 * BLOCK / first))
  local best = math.huge
  for _ = 1, ROUNDS do
    collectgarbage()
    best = math.min(best, seconds(run, calls) / calls)
  end
  return 1e3 * first, 1e6 * best
end

local function wanted(group, operation)
  if not arg[2] then return true end
  for i = 2, #arg do
    if (group .. ' ' .. operation):find(arg[i], 1, true) then return true end
  end
end

torch.setnumthreads(tonumber(arg[1]) or torch.getnumthreads())
for _, entry in ipairs(dofile(here .. 'list.lua')) do
  local group, setup, operations = unpack(entry)
  for _, operation in ipairs(operations) do
    if wanted(group, operation) then
      local ok, first, best = pcall(function() return measure(compile(setup, operation)) end)
      local name = operation:gsub('%s+', ' ')
      if ok then print(('%s\t%s\t%.4f\t%.4f'):format(group, name, first, best))
      else io.stderr:write(('%s: %s\n'):format(name, first)) end
    end
  end
end
