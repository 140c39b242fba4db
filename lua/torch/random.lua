-- Random numbers: Torch's Mersenne Twister, to the bit. Every function takes a torch.Generator as an optional first
-- argument; without one they share the default generator.
local error = require 'pen.blame'
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local class = require 'torch.class'
local refuse = require('torch.arguments').refuse
local C, M = pen.C, T.methods

local generator_t = ffi.typeof('pen_generator')
local STATE_BYTES = ffi.sizeof(generator_t)

local function check(status) pen.check(pen.cpu, status, 4) end

-- A seed that nobody chose.
local function entropy()
  local file = assert(io.open('/dev/urandom', 'rb'))
  local bytes = {file:read(4):byte(1, 4)}
  file:close()
  return ((bytes[1] * 256 + bytes[2]) * 256 + bytes[3]) * 256 + bytes[4]
end

local function seeded(generator, seed)
  check(C.pen_generator_seed(generator, ffi.cast('uint64_t', ffi.cast('int64_t', seed))))
  return generator
end

local default = seeded(generator_t(), entropy())

local function is_generator(x) return type(x) == 'cdata' and ffi.istype(generator_t, x) end

-- The generator among the arguments, or the default one, and the other arguments.
local function split(first, ...)
  if is_generator(first) then return first, ... end
  return default, first, ...
end

class.add_native(function(x) return is_generator(x) and 'torch.Generator' or nil end)

-- How it lies in .t7 files: all bytes, one by one.
local generator_methods = {}
function generator_methods.write(generator, file)
  local bytes = torch.ByteStorage(STATE_BYTES)
  ffi.copy(bytes:data(), generator, STATE_BYTES)
  file:writeByte(bytes)
end
function generator_methods.read(generator, file)
  local trial = generator_t()
  ffi.copy(trial, file:readByte(STATE_BYTES):data(), STATE_BYTES)
  check(C.pen_generator_check(trial))
  ffi.copy(generator, trial, STATE_BYTES)
end
ffi.metatype(generator_t, {__index = generator_methods})

local number = ffi.new('double[1]')

-- name -> distribution, defaults of its two parameters (nil: must be given)
local distributions = {
  uniform = {C.PEN_UNIFORM, 0, 1}, normal = {C.PEN_NORMAL, 0, 1}, exponential = {C.PEN_EXPONENTIAL, 1, 0},
  cauchy = {C.PEN_CAUCHY, 0, 1}, logNormal = {C.PEN_LOG_NORMAL, 1, 2}, geometric = {C.PEN_GEOMETRIC, nil, 0},
  bernoulli = {C.PEN_BERNOULLI, 0.5, 0},
}

local function parameters(name, a, b)
  local known = distributions[name]
  a, b = a or known[2], b or known[3]
  if type(a) ~= 'number' or type(b) ~= 'number' then error(name .. ': numbers expected', 4) end
  return known[1], a, b
end

-- random(): any; random(b): 1..b; random(a, b): a..b
local function whole_range(a, b)
  if type(a or 0) ~= 'number' or type(b or 0) ~= 'number' then error('random: numbers expected', 4) end
  if not a then return C.PEN_ANY_WHOLE, 0, 0 end
  if not b then return C.PEN_RANGE, 1, a end
  return C.PEN_RANGE, a, b
end

local function draw(generator, distribution, a, b)
  check(C.pen_random_number(generator, number, distribution, a, b))
  return number[0]
end

-- Draws on the host, so that the numbers are the same for every backend.
local function fill(generator, t, distribution, a, b)
  if T.backend(t) == pen.cpu then
    check(C.pen_random_fill(generator, t, distribution, a, b))
    return t
  end
  local host = T.resize_as(T.empty(T.host_class(T.class(t))), t)
  return t:copy(fill(generator, host, distribution, a, b))
end

return function(torch)
  -- torch.f(numbers...) gives a number; of a tensor it is the method, which fills it.
  local function export(name, one)
    torch[name] = function(...)
      if T.is((...)) then return M[name](...) end
      return one(split(...))
    end
  end

  for name in pairs(distributions) do
    export(name, function(generator, a, b) return draw(generator, parameters(name, a, b)) end)
    M[name] = function(t, ...)
      local generator, a, b = split(...)
      return fill(generator, t, parameters(name, a, b))
    end
  end

  local constant_bernoulli = M.bernoulli
  -- t:bernoulli([p]), or with a tensor of probabilities.
  function M.bernoulli(t, ...)
    local generator, p = split(...)
    if not T.is(p) then return constant_bernoulli(t, ...) end
    check(C.pen_random_bernoulli(generator, t, p))
    return t
  end

  export('random', function(generator, a, b) return draw(generator, whole_range(a, b)) end)

  function M.random(t, ...)
    local generator, a, b = split(...)
    return fill(generator, t, whole_range(a, b))
  end

  -- torch.rand([generator,] [result,] sizes...)
  local function filled(distribution)
    return function(...)
      local generator, first, size = split(...)
      local result
      if T.is(first) then
        if size == nil then refuse(first) end
        result = M.resize(select(is_generator((...)) and 2 or 1, ...))
      else
        result = torch.Tensor(select(is_generator((...)) and 2 or 1, ...))
      end
      return fill(generator, result, distribution, 0, 1)
    end
  end
  torch.rand, torch.randn = filled(C.PEN_UNIFORM), filled(C.PEN_NORMAL)
  function M.rand(t, ...) return torch.rand(t, ...) end
  function M.randn(t, ...) return torch.randn(t, ...) end

  -- torch.randperm([generator,] [result,] n): a random order of 1..n.
  function torch.randperm(...)
    local generator, result, n = split(...)
    if not T.is(result) then result, n = torch.Tensor(), result end
    check(C.pen_random_permutation(generator, result:resize(n)))
    return result
  end

  function M.randperm(t, ...) return torch.randperm(t, ...) end

  -- torch.multinomial([generator,] [result,] p, samples [, replace]): 1-based categories, LongTensor.
  function torch.multinomial(...)
    local generator, a, b, c, d = split(...)
    local result, p, samples, replace = a, b, c, d
    if not T.is(b) then result, p, samples, replace = torch.LongTensor(), a, b, c end
    if not T.is(p) or type(samples) ~= 'number' then refuse(a, b, c, d) end
    local rows = p:dim() == 2 and p or p:contiguous():view(1, p:nElement())
    result:resize(rows:size(1), samples)
    local working = torch.DoubleTensor(rows:size(2))
    check(C.pen_random_multinomial(generator, result, working, rows, replace and 1 or 0))
    return p:dim() == 2 and result or result:resize(samples)
  end
  function M.multinomial(p, ...) return torch.multinomial(p, ...) end
  require 'torch.alias'(torch, function() return default end)

  -- torch.Generator(): seeded at random.
  function torch.Generator() return seeded(generator_t(), entropy()) end
  class.register('torch.Generator', {__typename = 'torch.Generator', __factory = torch.Generator})

  function torch.manualSeed(...)
    local generator, seed = split(...)
    if type(seed) ~= 'number' then error('manualSeed: a number expected, got ' .. class.type(seed), 2) end
    return seeded(generator, seed)
  end

  function torch.seed(...)
    local generator, seed = split(...), entropy()
    seeded(generator, seed)
    return seed
  end

  function torch.initialSeed(...) return tonumber(ffi.cast('int64_t', (split(...)).seed)) end

  -- The whole state as a ByteTensor, and back.
  function torch.getRNGState(...)
    local state = torch.ByteTensor(STATE_BYTES)
    ffi.copy(state:data(), (split(...)), STATE_BYTES)
    return state
  end

  function torch.setRNGState(...)
    local generator, state = split(...)
    local trial = generator_t()
    if not T.is(state) or state:nElement() ~= STATE_BYTES then error('setRNGState: not a state of a generator', 2) end
    ffi.copy(trial, state:byte():contiguous():data(), STATE_BYTES)
    check(C.pen_generator_check(trial))
    ffi.copy(generator, trial, STATE_BYTES)
  end
end
