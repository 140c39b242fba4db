-- An interrupted pass as a file, so that it goes on as if nothing had happened, to the bit: one line that names the
-- format, one of JSON (parameters, inputs, where it stopped, the optimiser's numbers), then the tensors' floats.
-- Refuses files that are cut off, of another version, or of other inputs.
local ffi = require 'ffi'
local history = require 'optim.history'
local json = require 'dkjson'
local T = require 'torch.tensor'
local files = require 'pen.file'
local version = require 'pen.version'
local M = {}

local FORMAT = 'pentimento resume 3\n'
local NUMBERS = {'f_old', 'Hdiag', 't', 'nIter', 'funcEval'} -- of optim.lbfgs's state

-- FNV-1a of a file's bytes, 64 bits in hexadecimal; '' for no file.
function M.digest(name)
  if name == '' then return '' end
  local bytes = assert(files.read(name))
  local at, hash = ffi.cast('const uint8_t *', bytes), 0xcbf29ce484222325ULL
  for i = 0, #bytes - 1 do hash = bit.bxor(hash, at[i]) * 0x100000001b3ULL end
  return bit.tohex(hash)
end

-- Names of the pictures a run depends on, with their digests.
local function digests(params)
  local list = {}
  for _, option in ipairs {'painting', 'composite', 'mask', 'object'} do list[option] = M.digest(params[option]) end
  return list
end

-- The optimiser's state as {name, tensor} pairs in a fixed order, and its numbers as text that keeps every bit.
local function unpacked(state)
  local tensors, numbers = {}, {}
  for _, name in ipairs {'d', 'g_old'} do
    if state[name] then tensors[#tensors + 1] = {name, state[name]} end
  end
  local past = state.history and state.history:saved() or {}
  for _, name in ipairs {'pairs', 'products'} do
    if past[name] then tensors[#tensors + 1] = {name, past[name]} end
  end
  numbers.limit, numbers.order, numbers.free = past.limit, past.order, past.free
  for _, name in ipairs(NUMBERS) do
    if state[name] then numbers[name] = ('%.17g'):format(state[name]) end
  end
  return tensors, numbers
end

-- Writes the state of run (optimise.lua) in the named pass. pass1: the first pass's picture when the second is on.
function M.save(name, params, pass, run, pass1)
  local tensors, numbers = unpacked(run.optim_state)
  table.insert(tensors, 1, {'x', run.x})
  if pass1 then table.insert(tensors, 1, {'pass1', pass1}) end
  local header = {version = version, parameters = params, inputs = digests(params), pass = pass, done = run.done,
    numbers = numbers, tensors = {}}
  for i, entry in ipairs(tensors) do
    header.tensors[i] = {name = entry[1], class = torch.type(entry[2]), sizes = entry[2]:size():totable()}
  end
  local pieces = {FORMAT, json.encode(header), '\n'}
  for _, entry in ipairs(tensors) do
    local t = T.host(entry[2]):contiguous()
    pieces[#pieces + 1] = ffi.string(t:data(), t:nElement() * t:elementSize())
  end
  local written, why = files.write(name, table.concat(pieces))
  if not written then error(why) end
end

local function damaged(name, what)
  error(('-resume %s %s: start the run again without -resume'):format(name, what), 0)
end

local function read_tensors(name, list, bytes, at)
  local tensors = {}
  for i, entry in ipairs(list) do
    local class = T.class_named(entry.class)
    local t = class and T.host_class(class).new(unpack(entry.sizes))
    local length = t and t:nElement() * t:elementSize() or 0
    if not t or at + length > #bytes then damaged(name, 'is cut off') end
    ffi.copy(t:data(), ffi.cast('const char *', bytes) + at, length)
    tensors[i], at = {entry.name, t:type(entry.class)}, at + length
  end
  if at ~= #bytes then damaged(name, 'is longer than it says') end
  return tensors
end

-- What M.save wrote: {name, parameters, pass, done, numbers, tensors = list of {name, tensor}, pass1 = the first pass's
-- picture if the run had come to the second}.
function M.load(name)
  local bytes, why = files.read(name)
  if not bytes then error(('-resume %s'):format(why), 0) end
  if bytes:sub(1, #FORMAT) ~= FORMAT then damaged(name, 'is no file to resume from') end
  local line = bytes:match('^([^\n]*)\n', #FORMAT + 1)
  local saved = line and json.decode(line)
  if not saved then damaged(name, 'is cut off') end
  if saved.version ~= version then
    damaged(name, ('was written by version %s, this is %s'):format(tostring(saved.version), version))
  end
  saved.name, saved.tensors = name, read_tensors(name, saved.tensors, bytes, #FORMAT + #line + 1)
  if saved.tensors[1][1] == 'pass1' then saved.pass1 = table.remove(saved.tensors, 1)[2] end
  return saved
end

-- The pictures must be those of the interrupted run.
function M.check_inputs(saved)
  for option, digest in pairs(digests(saved.parameters)) do
    if digest ~= saved.inputs[option] then
      damaged(saved.name, ('belongs to another run: -%s %s has changed since'):format(option, saved.parameters[option]))
    end
  end
end

-- Puts what was saved into a run that optimise.start has readied.
function M.restore(saved, run)
  local state, numbers, found = run.optim_state, saved.numbers, {}
  for _, entry in ipairs(saved.tensors) do
    local name, t = entry[1], entry[2]
    if name ~= 'products' and t:size(t:dim()) ~= run.x:nElement() then
      damaged(saved.name, 'belongs to another run: its object has another size')
    end
    found[name] = name == 'products' and t or t:type(run.x:type())
  end
  for _, name in ipairs(NUMBERS) do state[name] = tonumber(numbers[name]) end
  run.x:copy(found.x)
  run.done, state.d, state.g_old = saved.done, found.d, found.g_old
  if numbers.order then
    state.history = history.restored(run.x, {limit = numbers.limit, order = numbers.order, free = numbers.free,
      pairs = found.pairs, products = found.products})
  end
end

return M
