-- The one door between the host and devices: copies, and single elements for indexing. Everything else computes where
-- its tensors lie.
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local C, M = pen.C, T.methods

local function download(t)
  local host = T.resize_as(T.empty(T.host_class(T.class(t))), t)
  T.at_device_of(t.store, function()
    local b = T.backend(t)
    pen.check(b, b.lib.pen_download(b.ctx, host, M.contiguous(t)))
  end)
  return host
end

-- A contiguous copy on the host, of the same element type; t itself when it lies there.
function T.host(t) return T.on_host(t) and t or download(t) end

-- r, on a device, takes the elements of a, which lies on the host and has as many.
local function upload(r, a)
  local source = M.contiguous(M.type(a, T.host_class(T.class(r)).typename))
  T.at_device_of(r.store, function()
    local b, dense = T.backend(r), r
    if not M.isContiguous(r) then dense = T.resize_as(T.empty(T.class(r)), r) end
    pen.check(b, b.lib.pen_upload(b.ctx, dense, source))
    if dense ~= r then pen.check(b, b.lib.pen_copy(b.ctx, r, dense)) end
  end)
end

-- r:copy(a) for tensors that lie on different devices; as many elements in both, not none.
function T.transfer(r, a)
  a = T.host(a)
  if T.on_host(r) then return r:copy(a) end
  upload(r, a)
  return r
end

-- One element of a storage on a device, as a vector.
local function element(x, offset)
  local c = T.class(x)
  local t = T.empty(c.tensor or c)
  T.set_store(t, x.store, offset)
  t.ndim, t.sizes[0], t.strides[0] = 1, 1, 1
  return t
end

-- Halves become numbers, and numbers halves, as whole tensors do.
local function get_half(x, offset) return M.float(element(x, offset))[1] end
local function put_half(x, offset, value)
  M.copy(element(x, offset), T.class_named('torch.FloatTensor').new {value})
end

-- Element `offset` (0-based) of the storage under x, a tensor or a storage; and its change.
function T.get(x, offset)
  if x.store.dtype == C.PEN_HALF then return get_half(x, offset) end
  if T.on_host(x) then return T.reader(x)(T.data(x), offset) end
  local host = T.host(element(x, offset))
  return T.reader(host)(T.data(host), 0)
end

-- In a function of its own: LuaJIT does not compile one that makes closures of its arguments.
local function put_on_device(x, offset, value)
  T.at_device_of(x.store, function() M.fill(element(x, offset), value) end)
end

function T.put(x, offset, value)
  if x.store.dtype == C.PEN_HALF then return put_half(x, offset, value) end
  if not T.on_host(x) then return put_on_device(x, offset, value) end
  T.data(x)[offset] = value
end
