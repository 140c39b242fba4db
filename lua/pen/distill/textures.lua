-- Made pictures without objects: smooth shades, noise of every grain, hatching and flat patches with hard edges, in
-- random colours. They show a network what paintings alone do not. RGB in [0, 1], 3 x S x S float; torch's generator.
local M = {}

-- Noise of size x size whose grain is about this many pixels wide.
local function noise(size, grain)
  local cells = math.max(2, math.ceil(size / grain))
  local coarse = torch.FloatTensor(1, cells, cells):uniform(-1, 1)
  return cells < size and image.scale(coarse, size, size, 'bilinear') or coarse:narrow(2, 1, size):narrow(3, 1, size)
end

-- Noise of its own in each of three channels: 3 x S x S.
function M.colour_noise(size, grain)
  local channels = {}
  for c = 1, 3 do channels[c] = noise(size, grain) end
  return torch.cat(channels, 1)
end

-- A grain between 1 pixel and the picture, all octaves alike.
local function any_grain(size) return math.exp(torch.uniform(0, math.log(size))) end

-- Noise smeared along one direction, as by a stiff brush. Odd side of the kernel: 2 reach + 1.
local function hatching(size)
  local reach = torch.random(3, 9)
  local side, angle = 2 * reach + 1, torch.uniform(0, math.pi)
  local kernel = torch.FloatTensor(side, side):zero()
  for i = -2 * reach, 2 * reach do
    local x, y = i / 2 * math.cos(angle), i / 2 * math.sin(angle)
    kernel[math.floor(reach + 1.5 + y)][math.floor(reach + 1.5 + x)] = 1
  end
  local marks = noise(size + side - 1, torch.uniform(1, 4))
  return image.convolve(marks, kernel:div(math.sqrt(kernel:sum())), 'valid')
end

-- Two values that meet at a hard edge.
local function patches(size) return noise(size, any_grain(size)):gt(torch.uniform(-0.3, 0.3)):float():mul(2):add(-1) end

local function shade(size)
  local ramp = torch.linspace(-1, 1, size):float()
  local a, b = torch.uniform(-1, 1), torch.uniform(-1, 1)
  return (ramp:view(1, 1, size):expand(1, size, size) * a + ramp:view(1, size, 1):expand(1, size, size) * b)
end

local kinds = {
  function(size) return noise(size, any_grain(size)) end, hatching, patches, shade,
}

-- Three to five layers of different kinds, each in one colour, over a ground colour.
function M.random(size)
  local picture = torch.FloatTensor(3, size * size):zero()
  for c = 1, 3 do picture[c]:fill(torch.uniform(0.1, 0.9)) end
  for _ = 1, torch.random(3, 5) do
    local layer = kinds[torch.random(#kinds)](size):contiguous():view(size * size)
    for c = 1, 3 do picture[c]:add(torch.normal(0, 0.2), layer) end
  end
  return picture:clamp(0, 1):view(3, size, size)
end

return M
