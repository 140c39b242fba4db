-- Sets up LuaJIT's compiler: room for a network, and off where what it makes is wrong.
local ffi = require 'ffi'

-- The betas of LuaJIT 2.1 with 64-bit collected pointers read `local a = ...` one argument too far in some compiled
-- code (mended in July 2022), and those of that year end a loop over pairs early (LuaJIT issue 827). Debian 12's luajit
-- is such a one; its luajit2, which has table.nkeys, is not.
local function faulty()
  return jit.version:find('beta', 1, true) and ffi.abi('gc64') and not package.preload['table.nkeys']
end

if jit.status() and faulty() then
  jit.off()
  jit.flush()
  io.stderr:write('pentimento: the compiler of ', jit.version, ' makes mistakes, so it stays off and loops in Lua are ',
    'slow; the package luajit2 has a sound one\n')
end

-- When compiled code is larger than half a megabyte, or than a thousand traces, LuaJIT drops all of it and begins anew;
-- a network of a few kinds of layers is.
require('jit.opt').start('maxmcode=8192', 'maxtrace=4000')
