-- Tensor and storage classes. A tensor is the C struct pen_tensor itself (one ctype for all, klass tells which class),
-- so it goes to C as it is. Lua owns every object: references are counted in the storage, and the finalizer is C's
-- pen_release. Methods live in T.methods, shared by all classes; a class may have its own in class.methods. What
-- constructors do is in construct.lua.
local error = require 'pen.blame'
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local heap = require 'pen.heap'
local class = require 'torch.class'
local refuse = require('torch.arguments').refuse

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
function T.class(x)
  if type(x) ~= 'cdata' then refuse(x) end
  return classes[x.klass]
end
function T.backend(x)
  if type(x) ~= 'cdata' then refuse(x) end
  return classes[x.klass].backend
end

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
  if type(x) ~= 'cdata' then refuse(x) end
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
  ffi.copy(data, values, n * ffi.sizeof('int64_t'))
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
  if not T.is(t) or not T.is(source) or t.klass ~= source.klass then
    error.named(('two tensors of one type expected, got %s and %s'):format(class.type(t), class.type(source)))
  end
  C.pen_view_set(t, source)
  return t
end

-- A second tensor on the same elements.
function T.alias(source)
  if not T.is(source) then error.named('a tensor expected, got ' .. class.type(source)) end
  local t = T.empty(classes[source.klass])
  C.pen_view_set(t, source)
  return t
end

function T.count(t)
  if not T.is(t) then error.named('a tensor expected, got ' .. class.type(t)) end
  return t.ndim > 0 and tonumber(C.pen_elements(t)) or 0
end

function T.set_store(t, store, start)
  if store ~= nil then store.refs = store.refs + 1 end
  C.pen_release(t)
  t.store, t.start = store, start or 0
end

-- Grows t's storage, or makes one, so that every element of t lies inside.
function T.fit(t)
  if t.ndim == 0 then return t end
  local need, c = tonumber(C.pen_reach(t)), classes[t.klass]
  if t.store == nil then
    t.store = heap.storage(c.backend, c.dtype, need, c.width)
  elseif tonumber(t.store.size) < need then
    heap.resize(c.backend, t.store, need, c.width)
  end
  return t
end

-- The first numbers of a list for C. No loop over dimensions here and below: LuaJIT compiles a short loop by itself and
-- then gives up on all that calls it.
local function pack(buffer, list)
  buffer[0], buffer[1], buffer[2], buffer[3] = list[1] or 0, list[2] or 0, list[3] or 0, list[4] or 0
  buffer[4], buffer[5], buffer[6], buffer[7] = list[5] or 0, list[6] or 0, list[7] or 0, list[8] or 0
  return buffer
end

local sizes_buffer, strides_buffer = ffi.new('double[8]'), ffi.new('double[8]')
local whole_sizes_buffer = ffi.new('int64_t[8]')

-- The first sizes of a list for C, until the next call: as doubles, and cut to whole numbers.
function T.packed(list) return pack(sizes_buffer, list) end
function T.packed_whole(list) return pack(whole_sizes_buffer, list) end

-- Sizes are a Lua list of n numbers, and so are strides, contiguous without; elements stay, the storage grows if it
-- must. What layers call often has its last call in parentheses, which makes it no tail call: LuaJIT gives up at the
-- sixteenth of those in what it compiles at once.
function T.resize(t, sizes, n, strides)
  pen.check(pen.cpu, C.pen_shape_set(t, n, pack(sizes_buffer, sizes), strides and pack(strides_buffer, strides)))
  return (T.fit(t))
end

function T.same_shape(a, b)
  if not T.is(a) or not T.is(b) then refuse(a, b) end
  return a.ndim == b.ndim and C.pen_same_shape(a, b) ~= 0
end

-- Positions and sizes lose their fractions, as they do in C: {n / 2, n} begins in the middle of an odd n, too.
function T.whole(x) return x < 0 and math.ceil(x) or math.floor(x) end
local to_whole = T.whole

-- Size d of n as a whole number; nil behind the last one.
local function whole(size, d, n)
  if size == nil and d > n then return nil end
  if type(size) ~= 'number' then error.named(('size %d is a %s, no number'):format(d, class.type(size))) end
  return to_whole(size)
end

local function whole_sizes(n, a, b, c, d, e, f, g, h, more)
  return {whole(a, 1, n), whole(b, 2, n), whole(c, 3, n), whole(d, 4, n), whole(e, 5, n), whole(f, 6, n),
    whole(g, 7, n), whole(h, 8, n), whole(more, 9, n)}
end

local function element(data, n, i)
  if i < n then return tonumber(data[i]) end
end

-- The elements of a storage as a list, and how many they are.
local function listed(storage)
  local data, n = T.data(storage), tonumber(storage.store.size)
  local list = {element(data, n, 0), element(data, n, 1), element(data, n, 2), element(data, n, 3), element(data, n, 4),
    element(data, n, 5), element(data, n, 6), element(data, n, 7)}
  for i = 9, n do list[i] = tonumber(data[i - 1]) end
  return list, n
end

-- Sizes from the arguments of a method: numbers, one LongStorage, or one Lua table; none. nil is an error: it stands
-- for a number that its program has not got.
function T.sizes_from(...)
  local first, n = (...), select('#', ...)
  if type(first) == 'number' then
    local list = whole_sizes(n, ...)
    return list, #list
  elseif T.is_storage(first) and first.klass == T.long_storage_class.id then
    return listed(first)
  elseif type(first) == 'table' then
    return first, #first
  elseif n == 0 then
    return {}, 0
  end
  error.named(('size 1 is a %s, no number'):format(class.type(first)))
end

-- t takes the shape of other (with new storage only if it must grow); returns t.
function T.resize_as(t, other)
  if not T.is(other) then error.named('a tensor expected, got ' .. class.type(other)) end
  if T.same_shape(t, other) then return t end
  C.pen_shape_like(t, other, -1)
  return (T.fit(t))
end

-- ---- classes ----

-- A method table that falls back on the shared one. Torch's metatables carry these names, and so do these.
local function class_table(new, typename, shared)
  local methods = setmetatable({__typename = typename, new = new}, {__index = shared})
  methods.__index = methods
  class.register(typename, methods)
  return methods
end

local on_host, by_name = {}, {} -- tensor classes by element type, all by name

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
  by_name[storage.typename], by_name[tensor.typename] = storage, tensor
  if backend == pen.cpu and not on_host[dtype] then on_host[dtype] = tensor end
  if prefix == 'Long' then T.long_storage_class = storage end
  return tensor
end

-- The class of the same element type on the host, and the one with a name.
function T.host_class(c) return on_host[c.dtype] end
function T.class_named(typename) return by_name[typename] end

-- The class of another element type ('Byte', 'Long' ...) where a lives: torch.LongTensor for host tensors,
-- torch.CudaLongTensor for Cuda ones.
function T.sibling(a, kind)
  local own = T.class(a)
  if not own then refuse(a) end
  own.siblings = own.siblings or {}
  if not own.siblings[kind] then
    local cuda = own.typename:find('^torch%.Cuda')
    local prefix = cuda and (kind == 'Float' and 'Cuda' or 'Cuda' .. kind) or kind
    own.siblings[kind] = T.class_named('torch.' .. prefix .. 'Tensor')
  end
  return own.siblings[kind]
end

return T
