-- Storages, and when to collect: tensors are small to LuaJIT's collector but hold large blocks, so the bytes that C
-- counts drive it. A full collection runs when they pass a soft limit, which grows when most of them are in use (the
-- rule of Torch's heap tracking); a failed allocation collects once and tries again.
local ffi = require 'ffi'
local pen = require 'pen.ffi'

local M = {soft_limit = 300e6}
local MOST_GARBAGE = 5e8 -- bytes, however much is in use

local out = ffi.new('pen_storage *[1]')
local live, peak, count = ffi.new('int64_t[1]'), ffi.new('int64_t[1]'), ffi.new('int64_t[1]')

-- Bytes alive on a backend, the most there have been, and allocations so far.
function M.bytes(backend)
  pen.check(backend, backend.lib.pen_ctx_bytes(backend.ctx, live, peak, count))
  return tonumber(live[0]), tonumber(peak[0]), tonumber(count[0])
end

-- From now on allocations that would take the backend's bytes above limit fail; 0: none do.
function M.limit(backend, limit) pen.check(backend, backend.lib.pen_ctx_limit(backend.ctx, limit)) end

-- Twice: the first pass runs the finalizers of tensors, the second frees what those kept.
function M.collect()
  collectgarbage()
  collectgarbage()
end

-- The same, after LuaJIT has dropped its compiled code, which keeps objects that it met.
local function collect_all()
  jit.flush()
  M.collect()
end

-- Collects all, and gives the backend's scratch memory back: between two stages of long work that differ in size. A
-- graph recorded before must not run again.
function M.trim(backend)
  collect_all()
  pen.check(backend, backend.lib.pen_ctx_trim(backend.ctx))
end

local function collect_if_large(backend, bytes)
  backend.limit = backend.limit or M.soft_limit
  if M.bytes(backend) + bytes <= backend.limit then return end
  M.collect()
  local now = M.bytes(backend) + bytes
  if now <= 0.8 * backend.limit then return end
  backend.limit = now + math.min(0.4 * now, MOST_GARBAGE)
end

-- A new storage of n elements of width bytes; the caller owns the one reference.
function M.storage(backend, dtype, n, width)
  collect_if_large(backend, n * width)
  local lib, ctx = backend.lib, backend.ctx
  local status = lib.pen_storage_new(ctx, out, dtype, n)
  if status == lib.PEN_EMEM then
    collect_all()
    status = lib.pen_storage_new(ctx, out, dtype, n)
  end
  pen.check(backend, status, 4)
  return out[0]
end

function M.resize(backend, storage, n, width)
  collect_if_large(backend, (n - tonumber(storage.size)) * width)
  local lib = backend.lib
  local status = lib.pen_storage_resize(storage, n)
  if status == lib.PEN_EMEM then
    collect_all()
    status = lib.pen_storage_resize(storage, n)
  end
  pen.check(backend, status, 4)
end

return M
