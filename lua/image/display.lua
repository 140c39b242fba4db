-- Many pictures in one: image.toDisplayTensor. Windows need Qt, which there is not: image.display keeps pictures as the
-- package display does, in the folder that PENTIMENTO_DISPLAY names, and without one says so.
local dok = require 'dok'

-- A list of pictures, or one tensor -> one tensor of the default type.
local function packed(input)
  if torch.isTensor(input) then return torch.Tensor(input:size()):copy(input) end
  if type(input) ~= 'table' or not torch.isTensor(input[1]) then
    error('image.toDisplayTensor: a tensor or a list of pictures expected, got ' .. torch.type(input), 3)
  end
  local first = input[1]
  local dims = first:dim()
  local all = torch.Tensor(#input, dims == 2 and 1 or first:size(1), first:size(dims - 1), first:size(dims))
  for i, picture in ipairs(input) do all[i]:copy(picture) end
  return all
end

-- The pictures all[i], HxW or CxHxW, in rows of so many, with padding between that has the largest value.
local function grid(all, padding, in_a_row)
  local n, dims = all:size(1), all:dim()
  local columns = math.min(in_a_row, n)
  local h, w = all:size(dims - 1), all:size(dims)
  local height, width = h + padding, w + padding
  local sizes = {height * math.ceil(n / columns), width * columns}
  if dims == 4 then table.insert(sizes, 1, all:size(2)) end
  local r = torch.Tensor(unpack(sizes)):fill(all:max())
  local margin = math.floor(padding / 2)
  for i = 0, n - 1 do
    local y, x = math.floor(i / columns) * height + margin, i % columns * width + margin
    r:narrow(dims - 2, y + 1, h):narrow(dims - 1, x + 1, w):copy(all[i + 1])
  end
  return r
end

local function no_window()
  error('image.window: there are no windows; save the result of image.toDisplayTensor with image.save', 2)
end

-- image.display(picture), or the options as a table with the picture as image; returns the window's name.
local function display(input)
  local o = type(input) == 'table' and input.image and input or {image = input}
  if not os.getenv('PENTIMENTO_DISPLAY') then
    error('image.display: there are no windows; let PENTIMENTO_DISPLAY name a folder for files in their place', 2)
  end
  return require('display').image(o.image, {win = o.win, min = o.min, max = o.max, nperrow = o.nrow})
end

return function(image)
  -- image.toDisplayTensor{input=, padding=, nrow=, scaleeach=, min=, max=, symmetric=, saturate=}, or in this order:
  -- all pictures of the input in one, in rows of nrow (6), values stretched to 0..1, with scaleeach each on its own.
  -- The input: HxW or CxHxW (C 1 or 3: one picture), KxHxW, KxCxHxW or a list.
  function image.toDisplayTensor(...)
    local o = dok.unpack({...}, 'image.toDisplayTensor', 'many pictures in one',
      {arg = 'input', type = 'torch.Tensor | table', req = true}, {arg = 'padding', type = 'number', default = 0},
      {arg = 'nrow', type = 'number', default = 6}, {arg = 'scaleeach', type = 'boolean', default = false},
      {arg = 'min', type = 'number'}, {arg = 'max', type = 'number'},
      {arg = 'symmetric', type = 'boolean', default = false}, {arg = 'saturate', type = 'boolean', default = true})
    local all = packed(o.input)
    local function stretch(t)
      return image.minmax {tensor = t, inplace = true, min = o.min, max = o.max, symm = o.symmetric,
        saturate = o.saturate and (o.min or o.max) ~= nil}
    end
    local dims = all:dim()
    if dims == 2 or (dims == 3 and (all:size(1) == 1 or all:size(1) == 3)) then return stretch(all) end
    if dims ~= 3 and not (dims == 4 and (all:size(2) == 1 or all:size(2) == 3)) then
      error('image.toDisplayTensor: HxW, KxHxW, Kx1xHxW, Kx3xHxW or a list of pictures expected', 2)
    end
    if o.scaleeach then
      for i = 1, all:size(1) do stretch(all[i]) end
    end
    local r = grid(all, o.padding, o.nrow)
    return o.scaleeach and r or stretch(r)
  end

  image.display, image.window = display, no_window
end
