-- Functions that make tensors: zeros, ones, range, linspace, eye, cat, ...
local T = require 'torch.tensor'
local M, functions = T.methods, T.functions

local function default() return T.class_named('torch.' .. T.default .. 'Tensor') end

local function sized(...)
  local sizes, n = T.sizes_from(...)
  return T.resize(T.empty(default()), sizes, n)
end

-- A vector of the default class: value(i) for i = 0 .. n - 1, written on the host.
local function vector(n, value)
  local r = T.resize(T.empty(T.host_class(default())), {n}, 1)
  local data = M.data(r)
  for i = 0, T.count(r) - 1 do data[i] = value(i) end
  return M.type(r, default().typename)
end

for name, value in pairs {zeros = 0, ones = 1} do
  functions[name] = function(first, ...)
    if T.is(first) then return M.resize(first, ...):fill(value) end
    return sized(first, ...):fill(value)
  end
end

-- first, first + step, ... up to last
function functions.range(first, last, step)
  step = step or 1
  return vector(math.floor((last - first) / step) + 1, function(i) return first + i * step end)
end

function functions.linspace(first, last, n)
  n = n or 100
  return vector(n, function(i) return n == 1 and first or first + (last - first) * i / (n - 1) end)
end

function functions.eye(rows, columns)
  local r = functions.zeros(rows, columns or rows)
  for i = 1, math.min(rows, columns or rows) do r[i][i] = 1 end
  return r
end

-- torch.cat([r,] a, b [, dim]), torch.cat([r,] {list} [, dim]): a copy; dim = the last by default.
function functions.cat(first, second, third, fourth)
  local r, list, dim
  if type(first) == 'table' then list, dim = first, second
  elseif type(second) == 'table' then r, list, dim = first, second, third
  elseif T.is(third) then r, list, dim = first, {second, third}, fourth
  else list, dim = {first, second}, third end
  dim = dim or list[1].ndim
  local sizes, total = {}, 0
  for d = 1, list[1].ndim do sizes[d] = M.size(list[1], d) end
  for _, t in ipairs(list) do total = total + M.size(t, dim) end
  sizes[dim] = total
  r = T.resize(r or T.empty(T.class(list[1])), sizes, #sizes)
  local at = 1
  for _, t in ipairs(list) do
    M.narrow(r, dim, at, M.size(t, dim)):copy(t)
    at = at + M.size(t, dim)
  end
  return r
end
function M.cat(a, ...) return functions.cat(a, ...) end

for _, name in ipairs {
  'view', 'reshape', 'squeeze', 'transpose', 't', 'select', 'narrow', 'index', 'expand', 'expandAs', 'repeatTensor',
  'gather', 'maskedSelect', 'numel', 'nElement', 'split', 'chunk', 'unfold', 'all', 'any', 'data',
} do
  functions[name] = M[name]
end

return M
