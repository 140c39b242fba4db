-- What the layers that pad maps share: one dimension after the other is padded or cropped, so that the corners follow.
local layer = require 'nn.layer'

local M = {}

-- Calls f(first position in the padded tensor, first in the other, how many) for each run that is copied along a
-- dimension of `size` positions: what is inside, then each position beyond an end whose source(place, size) is not nil.
local function each_run(size, before, after, source, f)
  local first, last = math.max(1, 1 - before), math.min(size, size + after)
  if last >= first then f(first + before, first, last - first + 1) end
  for padded = 1, size + before + after do
    local place = padded - before
    if place < 1 or place > size then
      local from = source(place, size)
      if from and (from < 1 or from > size) then error('the padding is larger than the input', 4) end
      if from then f(padded, from, 1) end
    end
  end
end

local function resize(r, t, d, by)
  local size = t:size()
  size[d] = size[d] + by
  if size[d] < 1 then error('the padding leaves nothing of the input', 4) end
  return r:resize(size)
end

-- r becomes t, padded along dimension d.
local function pad(r, t, d, before, after, source)
  resize(r, t, d, before + after):zero()
  each_run(t:size(d), before, after, source, function(padded, place, n)
    r:narrow(d, padded, n):copy(t:narrow(d, place, n))
  end)
  return r
end

-- The gradient for what was padded.
local function unpad(r, g, d, before, after, source)
  resize(r, g, d, -before - after):zero()
  each_run(r:size(d), before, after, source, function(padded, place, n)
    r:narrow(d, place, n):add(g:narrow(d, padded, n))
  end)
  return r
end

-- The class nn.<name>. source(place, size): the position, 1 .. size, that a place beyond the ends repeats, or nil: 0.
function M.define(name, source)
  local Class, parent = torch.class('nn.' .. name, 'nn.Module')

  function Class:__init(left, right, top, bottom)
    parent.__init(self)
    self.pad_l = left
    self.pad_r, self.pad_t, self.pad_b = right or left, top or left, bottom or left
  end

  function Class:updateOutput(input)
    layer.feature_maps(self, input)
    local n = input:dim()
    local wide = pad(input.new(), input, n, self.pad_l, self.pad_r, source)
    return pad(self.output, wide, n - 1, self.pad_t, self.pad_b, source)
  end

  function Class:updateGradInput(input, gradOutput)
    local n = input:dim()
    local wide = unpad(input.new(), gradOutput, n - 1, self.pad_t, self.pad_b, source)
    return unpad(self.gradInput, wide, n, self.pad_l, self.pad_r, source)
  end

  function Class:__tostring__()
    return ('%s(l=%d, r=%d, t=%d, b=%d)'):format(torch.type(self), self.pad_l, self.pad_r, self.pad_t, self.pad_b)
  end
end

return M
