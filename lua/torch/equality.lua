-- Whether two values are equal, as tests mean it: numbers, tensors and storages within a tolerance, tables by what is
-- in them. Every function returns true, or false and a text that says where they differ.
local T = require 'torch.tensor'
local M = {}

local function apart(what, difference, tolerance)
  return false, ('%s EQ failed: largest difference %s, tolerance %s'):format(what, tostring(difference),
    tostring(tolerance))
end

-- The largest difference, in double so that no integer type wraps around; halves have no arithmetic of their own.
local function largest_difference(a, b)
  return (a:double() - b:double()):abs():max()
end

-- ignore_shape: only the numbers of elements must agree.
function M.tensors(a, b, tolerance, ignore_shape)
  if a:type() ~= b:type() then return false, ('types differ: %s and %s'):format(a:type(), b:type()) end
  local fits = ignore_shape and a:nElement() == b:nElement() or a:isSameSizeAs(b)
  if not fits then return false, ('sizes differ: %s and %s'):format(T.shape_text(a), T.shape_text(b)) end
  if a:nElement() == 0 then return true end
  local difference = largest_difference(a, b)
  if difference <= tolerance then return true end
  return apart('Tensor', difference, tolerance)
end

function M.storages(a, b, tolerance)
  if torch.typename(a) ~= torch.typename(b) then
    return false, ('types differ: %s and %s'):format(torch.typename(a), torch.typename(b))
  end
  if a:size() ~= b:size() then return false, ('sizes differ: %d and %d'):format(a:size(), b:size()) end
  if a:size() == 0 then return true end
  local difference = largest_difference(T.class(a).tensor.new(a), T.class(b).tensor.new(b))
  if difference <= tolerance then return true end
  return apart('Storage', difference, tolerance)
end

local function entry(where, key) return where == '' and tostring(key) or where .. '.' .. tostring(key) end

-- Level by level, so that the text names the shallowest place at which the tables differ.
function M.tables(a, b, tolerance)
  local pairs_left = {{a, b, ''}}
  for i = 1, math.huge do
    if not pairs_left[i] then return true end
    local left, right, where = unpack(pairs_left[i])
    for key in pairs(right) do
      if left[key] == nil then return false, ('entry %s is missing in the first table'):format(entry(where, key)) end
    end
    for key, value in pairs(left) do
      local other = right[key]
      if other == nil then return false, ('entry %s is missing in the second table'):format(entry(where, key)) end
      if type(value) == 'table' and type(other) == 'table' then
        pairs_left[#pairs_left + 1] = {value, other, entry(where, key)}
      else
        local same, text = M.values(value, other, tolerance)
        if not same then return false, ('at %s: %s'):format(entry(where, key), text) end
      end
    end
  end
end

function M.values(a, b, tolerance)
  if type(a) ~= type(b) then return false, ('types differ: %s and %s'):format(type(a), type(b)) end
  if type(a) == 'table' then return M.tables(a, b, tolerance) end
  if T.is(a) and T.is(b) then return M.tensors(a, b, tolerance) end
  if T.is_storage(a) and T.is_storage(b) then return M.storages(a, b, tolerance) end
  local same
  if type(a) == 'number' then same = math.abs(a - b) <= tolerance else same = a == b end
  if same then return true end
  return false, ('EQ failed: %s ~= %s, tolerance %s'):format(tostring(a), tostring(b), tostring(tolerance))
end

return M
