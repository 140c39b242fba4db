-- The interface as its header states it: every function exists in every library built, and survives NULL, views that
-- reach outside their storage, and arguments drawn at random, with an error where one is due and never a crash.
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local helper = require 'helper'

local C = pen.C

-- ---- the header ----

-- 'const pen_tensor *a' -> {name = 'a', type = 'pen_tensor *', pointer = true}
local function parse_parameter(text)
  local kind, name = text:gsub('%f[%w_]const%f[^%w_]', ''):match('^%s*(.-)%s*([%w_]+)%s*$')
  return {name = name, type = kind, pointer = kind:find('*', 1, true) ~= nil}
end

local function parse_parameters(list)
  local parameters = {}
  for piece in list:sub(2, -2):gmatch('[^,]+') do
    if piece ~= 'void' then parameters[#parameters + 1] = parse_parameter(piece) end
  end
  return parameters
end

local function read_header()
  local file = assert(io.open(pen.root .. 'core/include/pen_api.h'))
  local text = file:read('*a')
  file:close()
  return text
end

-- List of {name, parameters, comment, host} in the order of pen_api.h. The comment is the one before, and the one
-- behind; host: its section, or its own comment, says that the function is for the host alone; unchecked: it takes what
-- Lua has made as it is.
local function parse_header()
  local functions, comment, section, after, text = {}, '', '', 1, read_header()
  for from, name, list, to in text:gmatch('()%f[%w_](pen_[%w_]+)%s*(%b())%s*;()') do
    for words in text:sub(after, from):gmatch('/%*(.-)%*/') do
      section = words:match('^ %-%-%-%- .*') or section
      comment = words
    end
    local behind = text:sub(to):match('^[ ]*/%*(.-)%*/') or ''
    functions[#functions + 1] = {
      name = name, parameters = parse_parameters(list), comment = comment .. ' ' .. behind,
      unchecked = section:find('views alone') ~= nil,
      host = (section:find('for the host') or comment:find('on the host')) ~= nil,
    }
    after = to
  end
  return functions
end

local functions = parse_header()

-- A pointer may be NULL only where the comment says so, by the parameter's name and the word NULL.
local function optional(entry, parameter)
  return entry.comment:find('NULL') and entry.comment:find('%f[%w_]' .. parameter.name .. '%f[^%w_]')
end

-- Functions that are called with NULL only: they end or replace the life of an argument, or change what the specs that
-- follow stand on.
local lasting = {
  pen_ctx_new = true, pen_ctx_free = true, pen_ctx_limit = true, pen_ctx_threads = true, pen_release = true,
  pen_storage_new = true, pen_storage_resize = true, pen_model_close = true, pen_interrupt_watch = true,
}

-- ---- views ----

local function storage(ctx, dtype, n)
  local out = ffi.new('pen_storage *[1]')
  assert(C.pen_storage_new(ctx, out, dtype, n) == 0)
  return out[0]
end

-- A view of sizes with contiguous strides times spread, over a zeroed storage of its own.
local function view(ctx, dtype, sizes, spread)
  local t = ffi.new('pen_tensor')
  local n = spread or 1
  t.ndim, t.dtype = #sizes, dtype
  for d = #sizes, 1, -1 do
    t.sizes[d - 1], t.strides[d - 1] = sizes[d], n
    n = n * sizes[d]
  end
  t.store = storage(ctx, dtype, n)
  ffi.fill(t.store.data, n * (dtype == C.PEN_BYTE and 1 or (dtype == C.PEN_FLOAT or dtype == C.PEN_INT) and 4 or 8))
  return ffi.gc(t, C.pen_release)
end

-- What no function may accept: each changes a good view of 2x3x4 floats.
local hostile_views = {
  ['an unknown type'] = function(t) t.dtype = 99 end,
  ['a negative type'] = function(t) t.dtype = -1 end,
  ['nine dimensions'] = function(t) t.ndim = 9 end,
  ['minus one dimensions'] = function(t) t.ndim = -1 end,
  ['a size of zero'] = function(t) t.sizes[1] = 0 end,
  ['a negative size'] = function(t) t.sizes[1] = -3 end,
  ['a negative stride'] = function(t) t.strides[0] = -12 end,
  ['a start before the storage'] = function(t) t.start = -1 end,
  ['a start that leaves too little room'] = function(t) t.start = 1 end,
  ['a stride beyond the storage'] = function(t) t.strides[0] = 13 end,
  ['sizes whose product overflows'] = function(t) t.sizes[0], t.sizes[1] = 2LL ^ 40, 2LL ^ 40 end,
  ['an offset that overflows'] = function(t) t.sizes[0], t.strides[0] = 2LL ^ 40, 2LL ^ 40 end,
  ['a type that is not its storage\'s'] = function(t) t.dtype = C.PEN_DOUBLE end,
  ['no storage'] = function(t) t.store = nil end,
}

-- ---- arguments ----

local integers = {1, 0, 2, 3, 1, -1, 7, 2147483647, -2147483648}
local lengths = {1LL, 0LL, 3LL, -1LL, 64LL}
local reals = {0.5, 0, 1, -1, 2, 1e300, 1 / 0, 0 / 0}
local paths = {'/nonexistent/file', '', '.'}
local scratch = ffi.new('int64_t[64]')

-- An argument for a parameter; pick(list) chooses among values. Opaque objects, which only C can make, are NULL.
local function argument(ctx, parameter, tensors, pick)
  local kind = parameter.type
  if kind == 'pen_ctx *' then return ctx end
  if kind == 'pen_tensor *' then return pick(tensors) end
  if kind == 'int' then return pick(integers) end
  if kind == 'int64_t' or kind == 'uint64_t' then return pick(lengths) end
  if kind == 'double' or kind == 'float' then return pick(reals) end
  if kind == 'char *' then return pick(paths) end
  if kind == 'void *' or kind == 'int64_t *' or kind == 'int *' or kind == 'double *' or kind == 'float *' then
    return ffi.cast(kind, scratch)
  end
  if kind:match('%*%s*%*') then return ffi.new(kind:gsub('%*$', '') .. '[1]') end
  local complete, object = pcall(ffi.new, (kind:gsub('%s*%*$', '')))
  return complete and object or nil
end

local function arguments(ctx, entry, tensors, pick)
  local list = {}
  for i, parameter in ipairs(entry.parameters) do list[i] = argument(ctx, parameter, tensors, pick) end
  return list
end

-- library: C without it.
local function call(entry, list, library)
  return (library or C)[entry.name](unpack(list, 1, #entry.parameters))
end

local function first(list) return list[1] end

local function each_function(body)
  for _, entry in ipairs(functions) do
    if #entry.parameters > 0 and not entry.unchecked then body(entry) end
  end
end

local function each_testable(body)
  each_function(function(entry) if not lasting[entry.name] then body(entry) end end)
end

describe('pen_api.h', function()
  it('declares functions that the library holds', function()
    assert.is_true(#functions > 5)
    for _, entry in ipairs(functions) do
      assert(pcall(function() return C[entry.name] end), entry.name .. ' is missing from libpen_cpu.so')
    end
  end)

  -- Arguments are checked before any device is asked for, so that works without one. (A context it can only have from a
  -- device; this one is memory that nobody may look at before the views are found good.)
  describe('in libpen_cuda.so', function()
    local file = (os.getenv('PENTIMENTO_BUILD') or pen.root .. 'build') .. '/libpen_cuda.so'
    local built = io.open(file) ~= nil
    local library = built and ffi.load(file)
    local ctx = ffi.cast('pen_ctx *', ffi.new('char[4096]', 0))

    local function spec(name, body)
      it(name, function()
        if not built then return pending('cmake --build build --target pen_cuda has not run') end
        body()
      end)
    end

    spec('has every function but those for the host', function()
      for _, entry in ipairs(functions) do
        local there = pcall(function() return library[entry.name] end)
        assert(there ~= entry.host, ('%s is %s libpen_cuda.so'):format(entry.name, there and 'in' or 'missing from'))
      end
      assert.equal(C.PEN_ABI, library.pen_abi())
    end)

    spec('says what is missing when there is no device, and opens none', function()
      local count, out = ffi.new('int[1]', 7), ffi.new('pen_ctx *[1]')
      if library.pen_device_count(count) == 0 then return pending('there is a GPU') end
      assert.equal(0, count[0])
      assert.equal(C.PEN_EDEVICE, library.pen_ctx_new(out, 0))
      assert.truthy(ffi.string(library.pen_last_error()):find('CUDA'))
      assert.equal(C.PEN_EDEVICE, library.pen_device_describe(ffi.new('pen_device'), 0))
    end)

    spec('refuses NULL, and views that make no sense', function()
      each_testable(function(entry)
        if entry.host then return end
        local list = arguments(ctx, entry, {}, first)
        for i, parameter in ipairs(entry.parameters) do if parameter.pointer then list[i] = nil end end
        assert(call(entry, list, library) ~= 0, entry.name .. ' accepts NULL')
        for i, parameter in ipairs(entry.parameters) do
          for what, spoil in pairs(parameter.type == 'pen_tensor *' and hostile_views or {}) do
            local bad = ffi.new('pen_tensor[1]', {view(pen.cpu.ctx, C.PEN_FLOAT, {2, 3, 4})})
            spoil(bad[0])
            list = arguments(ctx, entry, {bad}, first)
            list[i] = bad
            assert(call(entry, list, library) ~= 0, ('%s accepts %s with %s'):format(entry.name, parameter.name, what))
          end
        end
      end)
    end)
  end)

  helper.each_backend(function(backend)
    local ctx = backend.ctx

    it('refuses NULL everywhere at once, on ' .. backend.name, function()
      each_function(function(entry)
        local list = arguments(ctx, entry, {}, first)
        for i, parameter in ipairs(entry.parameters) do if parameter.pointer then list[i] = nil end end
        local status = call(entry, list)
        assert(status ~= 0 or entry.name == 'pen_release', entry.name .. ' accepts NULL')
      end)
    end)

    it('refuses NULL in each place, on ' .. backend.name, function()
      local tensors = {view(ctx, C.PEN_FLOAT, {2, 3, 4})}
      each_testable(function(entry)
        for i, parameter in ipairs(entry.parameters) do
          if parameter.pointer and not optional(entry, parameter) then
            local list = arguments(ctx, entry, tensors, first)
            list[i] = nil
            assert(call(entry, list) ~= 0, ('%s accepts NULL as %s'):format(entry.name, parameter.name))
          end
        end
      end)
    end)

    it('refuses views that make no sense, on ' .. backend.name, function()
      local good = view(ctx, C.PEN_FLOAT, {2, 3, 4})
      each_testable(function(entry)
        for i, parameter in ipairs(entry.parameters) do
          for what, spoil in pairs(parameter.type == 'pen_tensor *' and hostile_views or {}) do
            local list, bad = arguments(ctx, entry, {good}, first), ffi.new('pen_tensor[1]') -- owns no storage
            bad[0] = good
            spoil(bad[0])
            list[i] = bad
            assert(call(entry, list) ~= 0, ('%s accepts %s with %s'):format(entry.name, parameter.name, what))
          end
        end
      end)
    end)

    it('survives arguments drawn at random, on ' .. backend.name, function()
      local uniform, last = helper.numbers(2018), {}
      -- Often the same once more: many functions want equal shapes.
      local function pick(list)
        if not last[list] or uniform(0, 1) < 0.5 then last[list] = list[math.floor(uniform(0, #list)) + 1] end
        return last[list]
      end
      local F, empty = C.PEN_FLOAT, ffi.new('pen_tensor', {dtype = C.PEN_FLOAT})
      local tensors = {
        view(ctx, F, {3, 8, 8}), view(ctx, F, {3, 8, 8}), view(ctx, F, {3, 8, 8}, 2), view(ctx, F, {8, 8}),
        view(ctx, F, {8, 8, 2}), view(ctx, F, {3, 3, 3, 3}), view(ctx, F, {3}), view(ctx, F, {1, 1}), empty,
        view(ctx, C.PEN_BYTE, {8, 8}), view(ctx, C.PEN_BYTE, {3, 8, 8}), view(ctx, C.PEN_INT, {8, 8}),
        view(ctx, C.PEN_INT, {8, 8, 2}), view(ctx, C.PEN_LONG, {3, 8, 8}), view(ctx, C.PEN_LONG, {3}, 2),
        view(ctx, C.PEN_DOUBLE, {3, 8, 8}), view(ctx, C.PEN_DOUBLE, {3}), view(ctx, C.PEN_DOUBLE, {8, 8}, 3),
      }
      assert(C.pen_ctx_limit(ctx, 256e6) == 0)
      each_testable(function(entry)
        for _ = 1, 1000 do
          local status = call(entry, arguments(ctx, entry, tensors, pick))
          assert(status >= 0 and status <= 4, entry.name .. ' returns no status')
        end
      end)
      assert(C.pen_ctx_limit(ctx, 0) == 0)
    end)
  end)
end)
