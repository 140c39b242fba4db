-- Tensor and storage classes. A tensor is the C struct pen_tensor itself (one ctype for all, klass tells which class),
-- so it goes to C as it is. Lua owns every object: references are counted in the storage, and the finalizer is C's
-- pen_release. Methods live in T.methods, shared by all classes; a class may have its own in class.methods. What
-- constructors do is in construct.lua.
local error = require 'pen.blame'
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local heap = require 'pen.heap'
local class = require 'torch.class'

local C = pen.C
local T = {methods = {}, storage_methods = {}, classes = {}, default = nil}

local tensor_t = ffi.typeof('pen_tensor')
local ref_t = ffi.typeof('pen_storage_ref')
local classes = T.classes -- class number -> class; tensors and storages alike

-- Element types in the order of enum pen_type; element() builds the pointer that reads one element.
local kinds = {
  [0] = {name = 'Byte', ctype = 'uint8_t'}, {name = 'Char', ctype = 'int8_t'}, {name = 'Short', ctype = 'int16_t'},
  {name = 'Int', ctype = 'int32_t'}, {name = 'Long', ctype = 'int64_t'}, {name = 'Float', ctype = 'float'},
  {name = 'Double', ctype = 'double'}, {name = 'Half', ctype = 'uint16_t'},
}
for _, kind in pairs(kinds) do
  kind.pointer = ffi.typeof(kind.ctype .. ' *')
  kind.width = ffi.sizeof(kind.ctype)
end
T.kinds = kinds

-- read(data, i) is the element i of a pointer to elements. LuaJIT takes a negative NaN with a payload for a tagged
-- pointer and would follow it; uninitialised memory holds such bits, so they become the plain NaN here.
local words = ffi.typeof('uint32_t *')
local function read_float(data, i)
  if ffi.cast(words, data)[i] > 0xff800000 then return 0 / 0 end
  return tonumber(data[i])
end
local function read_double(data, i)
  if ffi.cast(words, data)[2 * i + 1] >= 0xfff80000 then return 0 / 0 end
  return tonumber(data[i])
end
for _, kind in pairs(kinds) do
  kind.read = kind.name == 'Float' and read_float or kind.name == 'Double' and read_double or
    function(data, i) return tonumber(data[i]) end
end

-- The function that reads elements of a tensor or storage.
function T.reader(x) return kinds[x.store.dtype].read end

function T.is(x) return type(x) == 'cdata' and ffi.istype(tensor_t, x) end
function T.is_storage(x) return type(x) == 'cdata' and ffi.istype(ref_t, x) end
function T.class(x) return classes[x.klass] end
function T.backend(x) return classes[x.klass].backend end

class.add_native(function(x)
  if ffi.istype(tensor_t, x) or ffi.istype(ref_t, x) then return classes[x.klass].typename end
end)

-- ---- storages ----

-- A handle on a pen_storage; takes over one reference.
local function wrap_storage(store, storage_class)
  local ref = ffi.new(ref_t)
  ref.klass = storage_class.id
  ref.store = store
  return ref
end

T.wrap_storage = wrap_storage

function T.storage_of(t)
  if t.store == nil then return nil end
  t.store.refs = t.store.refs + 1
  return wrap_storage(t.store, classes[t.klass].storage)
end

function T.on_host(x) return x.store == nil or x.store.device == C.PEN_HOST end

-- A pointer to the elements; only on the host.
function T.data(x)
  if x.store == nil then return nil end
  if x.store.device ~= C.PEN_HOST then
    error(('the elements of a %s lie on a device: copy it to the host first, as with :float()'):format(
      classes[x.klass].typename), 3)
  end
  local kind = kinds[x.store.dtype]
  return ffi.cast(kind.pointer, x.store.data)
end

-- The sizes or strides of a tensor as a LongStorage.
function T.long_storage(values, n)
  local ref = T.new_storage(T.long_storage_class, n)
  local data = T.data(ref)
  for i = 0, n - 1 do data[i] = values[i] end
  return ref
end

-- ---- tensors ----

function T.empty(tensor_class)
  local t = ffi.new(tensor_t)
  t.klass, t.dtype = tensor_class.id, tensor_class.dtype
  return t
end

-- Makes t view the same storage from the same place, with the same shape, as source.
function T.set_view(t, source)
  if source.store ~= nil then source.store.refs = source.store.refs + 1 end
  C.pen_release(t)
  t.store, t.start, t.ndim = source.store, source.start, source.ndim
  for d = 0, source.ndim - 1 do t.sizes[d], t.strides[d] = source.sizes[d], source.strides[d] end
  return t
end

-- A second tensor on the same elements.
function T.alias(source)
  if not T.is(source) then error.named('a tensor expected, got ' .. class.type(source)) end
  local t = T.empty(classes[source.klass])
  T.set_view(t, source)
  return t
end

function T.count(t)
  if not T.is(t) then error.named('a tensor expected, got ' .. class.type(t)) end
  local n = t.ndim > 0 and 1 or 0
  for d = 0, t.ndim - 1 do n = n * tonumber(t.sizes[d]) end
  return n
end

function T.set_store(t, store, start)
  if store ~= nil then store.refs = store.refs + 1 end
  C.pen_release(t)
  t.store, t.start = store, start or 0
end

-- Grows t's storage, or makes one, so that every element of t lies inside.
function T.fit(t)
  local last = tonumber(t.start)
  for d = 0, t.ndim - 1 do last = last + (tonumber(t.sizes[d]) - 1) * tonumber(t.strides[d]) end
  if t.ndim == 0 then return t end
  local c = classes[t.klass]
  if t.store == nil then
    t.store = heap.storage(c.backend, c.dtype, last + 1, c.width)
  elseif tonumber(t.store.size) < last + 1 then
    heap.resize(c.backend, t.store, last + 1, c.width)
  end
  return t
end

-- Contiguous strides for sizes (a Lua list of n numbers); elements stay, the storage grows if it must.
function T.resize(t, sizes, n, strides)
  if n > C.PEN_MAX_DIM then error(('%d dimensions, at most %d are possible'):format(n, C.PEN_MAX_DIM), 3) end
  local stride = 1
  for d = n, 1, -1 do
    local size = sizes[d]
    if not (size >= 0) then error(('size %s of dimension %d is not possible'):format(tostring(size), d), 3) end
    if size < 1 then n, stride = 0, 0 end
  end
  if n == 0 then
    t.ndim = 0
    return t
  end
  t.ndim = n
  for d = n, 1, -1 do
    local size = math.floor(sizes[d])
    t.sizes[d - 1], t.strides[d - 1] = size, strides and strides[d] or stride
    stride = stride * size
  end
  if stride >= 2 ^ 53 then
    t.ndim = 0
    error(('a tensor of %g elements is not possible'):format(stride), 3)
  end
  return T.fit(t)
end

function T.same_shape(a, b)
  if a.ndim ~= b.ndim then return false end
  for d = 0, a.ndim - 1 do
    if a.sizes[d] ~= b.sizes[d] then return false end
  end
  return true
end

-- Sizes from the arguments of a method, from index i on: numbers, one LongStorage, or one Lua table.
function T.sizes_from(...)
  local first = ...
  if T.is_storage(first) then
    local list, data = {}, T.data(first)
    for i = 1, tonumber(first.store.size) do list[i] = tonumber(data[i - 1]) end
    return list, #list
  elseif type(first) == 'table' then
    return first, #first
  end
  local list = {...}
  for i = 1, #list do
    if type(list[i]) ~= 'number' then error(('size %d is a %s, no number'):format(i, class.type(list[i])), 3) end
    list[i] = list[i] < 0 and math.ceil(list[i]) or math.floor(list[i])
  end
  return list, #list
end

-- t takes the shape of other (with new storage only if it must grow); returns t.
function T.resize_as(t, other)
  if not T.is(other) then error.named('a tensor expected, got ' .. class.type(other)) end
  if T.same_shape(t, other) then return t end
  local sizes = {}
  for d = 1, other.ndim do sizes[d] = tonumber(other.sizes[d - 1]) end
  return T.resize(t, sizes, other.ndim)
end

-- ---- classes ----

-- A method table that falls back on the shared one. Torch's metatables carry these names, and so do these.
local function class_table(new, typename, shared)
  local methods = setmetatable({__typename = typename, new = new}, {__index = shared})
  methods.__index = methods
  class.register(typename, methods)
  return methods
end

-- Makes torch.<prefix>Tensor and torch.<prefix>Storage. dtype: enum pen_type. Returns the tensor class.
function T.define_class(torch, prefix, dtype, backend)
  local kind = kinds[dtype]
  local function define(suffix, construct, shared)
    local c = {
      id = #classes + 1, typename = 'torch.' .. prefix .. suffix, dtype = dtype, backend = backend, width = kind.width,
    }
    classes[c.id] = c
    c.new = function(...) return construct(c, ...) end
    c.methods = class_table(c.new, c.typename, shared)
    torch[prefix .. suffix] = setmetatable({}, {
      __index = c.methods, __newindex = c.methods, __call = function(_, ...) return construct(c, ...) end,
    })
    return c
  end
  local storage = define('Storage', T.new_storage, T.storage_methods)
  local tensor = define('Tensor', T.construct, T.methods)
  tensor.storage, storage.tensor = storage, tensor
  if prefix == 'Long' then T.long_storage_class = storage end
  return tensor
end

-- The class of the same element type on the host.
function T.host_class(c)
  for _, host in ipairs(classes) do
    if host.storage and host.backend == pen.cpu and host.dtype == c.dtype then return host end
  end
end

function T.class_named(typename)
  for _, c in ipairs(classes) do
    if c.typename == typename then return c end
  end
end

-- The class of another element type ('Byte', 'Long' ...) where a lives: torch.LongTensor for host tensors,
-- torch.CudaLongTensor for Cuda ones.
function T.sibling(a, kind)
  local own = classes[a.klass]
  own.siblings = own.siblings or {}
  if not own.siblings[kind] then
    local cuda = own.typename:find('^torch%.Cuda')
    local prefix = cuda and (kind == 'Float' and 'Cuda' or 'Cuda' .. kind) or kind
    own.siblings[kind] = T.class_named('torch.' .. prefix .. 'Tensor')
  end
  return own.siblings[kind]
end

return T
