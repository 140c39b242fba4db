-- One version: CMake's, and the one that logs and files to resume from carry.
local pen = require 'pen.ffi'

it('is the same for CMake and for Lua', function()
  local file = assert(io.open(pen.root .. 'CMakeLists.txt'))
  local version = file:read('*a'):match('project%(pentimento VERSION ([%d.]+)')
  file:close()
  assert.equal(version, require 'pen.version')
end)
