-- Work that is done many times in the same memory, as one piece where the device can (CUDA graphs): what costs the host
-- some hundred launches each time then costs it one.
local ffi = require 'ffi'
local M = {enabled = true}

local WARM_UP = 2 -- calls before the recording: by then everything has its memory, and convolutions their algorithms

-- The graph of action(), which is recorded and not done; nil where that is not possible. Nothing is collected
-- meanwhile: it would give memory back in the middle of the recording.
local function record(backend, action)
  local lib, ctx, out = backend.lib, backend.ctx, ffi.new('pen_graph *[1]')
  collectgarbage()
  collectgarbage('stop')
  local graph
  if lib.pen_graph_begin(ctx) == 0 then
    local done = pcall(action)
    if lib.pen_graph_end(ctx, out) == 0 then
      graph = ffi.gc(out[0], function(g) lib.pen_graph_free(ctx, g) end)
      if not done then graph = nil end
    end
  end
  collectgarbage('restart')
  return graph
end

-- Returns run(), which does what action() does. Action must always compute the same, in the same memory, and read
-- nothing of it; where it cannot be recorded, or M.enabled is false, it is called each time.
function M.repeated(backend, action)
  local lib, ctx, calls, graph = backend.lib, backend.ctx, 0, nil
  return function()
    calls = calls + 1
    if calls == WARM_UP + 1 and M.enabled then graph = record({lib = lib, ctx = ctx}, action) end
    if not graph then return action() end
    if lib.pen_graph_run(ctx, graph) ~= 0 then error(ffi.string(lib.pen_last_error()), 2) end
  end
end

return M
