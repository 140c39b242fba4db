-- threads: pools of workers with the functions of Torch's package of that name, for the loaders of training scripts.
-- All workers live in this interpreter: a job runs when its result is asked for, so nothing is computed at the same
-- time. What remains is the order of jobs and callbacks, and that each worker has global variables of its own.
local Threads = {}
Threads.__index = Threads

-- Global variables of a worker: its own first, then the script's.
local function new_globals(id)
  local globals = setmetatable({__threadid = id}, {__index = _G})
  globals._G = globals
  return globals
end

-- Calls a job with the globals of a worker; the job's own ones come back, whatever happens.
local function call(job, globals, ...)
  if type(job) ~= 'function' then error('threads: a job is a function, not a ' .. type(job), 3) end
  local before = getfenv(job)
  setfenv(job, globals)
  local results = {n = 0}
  local function keep(...) results = {n = select('#', ...), ...} end
  local ok, problem = pcall(function(...) keep(job(...)) end, ...)
  setfenv(job, before)
  if not ok then error(problem, 0) end
  return results
end

-- n workers, each of which calls the functions given. Also returns, for each worker, what the last of them returned.
function Threads.new(n, ...)
  local self = setmetatable({N = n, workers = {}, queue = {}, first = 1, last = 0, turn = 0}, Threads)
  local returned = {}
  for id = 1, n do
    self.workers[id] = new_globals(id)
    for _, job in ipairs {...} do returned[id] = call(job, self.workers[id], id) end
  end
  return self, returned
end

-- How functions travel between threads; they stay where they are here.
function Threads.serialization() end

-- Switches addjob to taking the worker's number first, or says whether it does.
function Threads:specific(on)
  if on == nil then return self.is_specific or false end
  self:synchronize()
  self.is_specific = on
end

function Threads:hasjob() return self.first <= self.last end
function Threads:acceptsjob() return self.last - self.first + 1 < self.N end
function Threads:haserror() return false end -- dojob raises at once

-- addjob([id,] job [, callback, arguments ...]): callback gets what the job returns.
function Threads:addjob(...)
  local words = {n = select('#', ...), ...}
  local skip = self.is_specific and 1 or 0
  if self.is_specific and not self.workers[words[1]] then
    error('threads: there is no worker ' .. tostring(words[1]), 2)
  end
  if not self:acceptsjob() then self:dojob() end
  self.turn = self.turn % self.N + 1
  self.last = self.last + 1
  self.queue[self.last] = {
    worker = self.workers[self.is_specific and words[1] or self.turn],
    job = words[1 + skip], callback = words[2 + skip],
    arguments = {n = math.max(0, words.n - 2 - skip), unpack(words, 3 + skip, words.n)},
  }
end

-- Runs the oldest job, then its callback.
function Threads:dojob()
  if not self:hasjob() then return end
  local entry = self.queue[self.first]
  self.queue[self.first] = nil
  self.first = self.first + 1
  local results = call(entry.job, entry.worker, unpack(entry.arguments, 1, entry.arguments.n))
  if entry.callback then entry.callback(unpack(results, 1, results.n)) end
end

function Threads:synchronize()
  while self:hasjob() do self:dojob() end
end

Threads.terminate = Threads.synchronize

setmetatable(Threads, {__call = function(_, ...) return Threads.new(...) end})
Threads.Threads = Threads

return Threads
