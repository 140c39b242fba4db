-- Copies of loops that call a Lua function. LuaJIT compiles a loop for the first function that it sees there, and all
-- others go a long way round in every turn: several times as slow. So each function has a loop of its own.
local funcinfo = require('jit.util').funcinfo
local M = {}

local SHORT = 64 -- elements up to which finding the own loop takes longer than it saves

-- A function that is made anew for every call, as those written in place are, LuaJIT takes for one and the same only
-- from its fourth on; a loop compiled before would know the first three one by one. So that call begins with a fresh
-- loop.
local FAMILIAR = 4

-- loop is a function without upvalues that calls f for each of n elements. Returns a function of f, n and what else the
-- loop's compiled form depends on, a key, which finds the loop to run.
function M.own(loop)
  local dumped, known = string.dump(loop), setmetatable({}, {__mode = 'k'})
  return function(f, n, key)
    local proto = n > SHORT and type(f) == 'function' and funcinfo(f).proto
    if not proto then return loop end
    local loops = known[proto] or {calls = 0}
    local calls = loops.calls + 1
    if calls == FAMILIAR then loops = {} end
    known[proto], loops.calls = loops, calls
    loops[key] = loops[key] or loadstring(dumped)
    return loops[key]
  end
end

return M
