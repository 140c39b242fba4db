-- Methods of torch.FloatStorage and kin.
local error = require 'pen.blame'
local ffi = require 'ffi'
local T = require 'torch.tensor'
local heap = require 'pen.heap'
local refuse = require('torch.arguments').refuse
local pen = require 'pen.ffi'

local M = T.storage_methods

local function check_index(s, i)
  if i < 1 or i > tonumber(s.store.size) then
    error(('index %s out of range of a storage of %d'):format(i, tonumber(s.store.size)), 3)
  end
end

function M.size(s) return tonumber(s.store.size) end
function M.data(s) return T.data(s) end
function M.elementSize(s) return T.class(s).width end

function M.resize(s, n)
  if type(n) ~= 'number' then refuse(s, n) end
  local c = T.class(s)
  heap.resize(c.backend, s.store, n, c.width)
  return s
end

-- All elements as a vector.
local function vector(s) return T.class(s).tensor.new(s) end

function M.fill(s, value)
  if M.size(s) > 0 then vector(s):fill(value) end
  return s
end

function M.copy(s, source)
  if not T.is_storage(source) then refuse(s, source) end
  if M.size(s) ~= M.size(source) then error(('storages of %d and %d elements'):format(M.size(s), M.size(source)), 2) end
  if M.size(s) > 0 then vector(s):copy(vector(source)) end
  return s
end

function M.totable(s)
  local list = {}
  for i = 1, M.size(s) do list[i] = s[i] end
  return list
end

-- The elements of a CharStorage or ByteStorage as text; with a text they become that.
function M.string(s, text)
  if M.elementSize(s) ~= 1 then error('string: a CharStorage or a ByteStorage expected', 2) end
  if text == nil then return ffi.string(T.data(s), M.size(s)) end
  M.resize(s, #text)
  ffi.copy(T.data(s), text, #text)
  return s
end

ffi.metatype('pen_storage_ref', {
  __gc = pen.C.pen_release,
  __len = M.size,
  __eq = function(a, b) return T.is_storage(a) and T.is_storage(b) and a.store == b.store end,
  __index = function(s, key)
    if type(key) == 'number' then
      check_index(s, key)
      return T.get(s, key - 1)
    end
    return T.class(s).methods[key]
  end,
  __newindex = function(s, key, value)
    if type(key) ~= 'number' then error('no field ' .. tostring(key) .. ' in a storage', 2) end
    check_index(s, key)
    T.put(s, key - 1, value)
  end,
  __tostring = function(s) return require('torch.print').storage(s) end,
})
