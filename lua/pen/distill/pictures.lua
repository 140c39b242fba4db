-- Training pictures: folders of pictures, and batches of random crops of them, mirrored, scaled and recoloured, mixed
-- with made textures. All randomness is torch's generator: one seed, one sequence of batches.
local convention = require 'pen.harmonize.pictures'
local textures = require 'pen.distill.textures'
local M = {}

local TEXTURES = 0.2 -- share of a batch that is made

local function is_picture(name) return name:lower():match('%.jpe?g$') or name:lower():match('%.png$') end

local function starts_with_any(name, prefixes)
  for _, prefix in ipairs(prefixes) do
    if name:sub(1, #prefix) == prefix then return true end
  end
  return false
end

-- The pictures in a folder in two lists of {name, picture = 3 x H x W float}: those to train on, and those whose file
-- names start with one of held_out. Masks (names with "mask") are left out. Fails when one of the lists is empty.
function M.load(folder, held_out)
  local train, test, names = {}, {}, {}
  if not paths.dirp(folder) then error(('-pictures %s: there is no such folder'):format(folder), 0) end
  for name in paths.iterfiles(folder) do
    if is_picture(name) and not name:find('mask') then names[#names + 1] = name end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local entry = {name = name, picture = image.load(folder .. '/' .. name, 3, 'float')}
    table.insert(starts_with_any(name, held_out) and test or train, entry)
  end
  if #train == 0 or #test == 0 then
    error(('-pictures %s: %d pictures to train on and %d held out; both need at least one (-held_out names the second)')
      :format(folder, #train, #test), 0)
  end
  return train, test
end

-- ---- changes that leave a picture a picture ----

-- A square of the picture, from three quarters of size to three times, scaled to size.
local function crop(picture, size)
  local h, w = picture:size(2), picture:size(3)
  local side = math.min(h, w, math.floor(size * math.exp(torch.uniform(math.log(0.75), math.log(3)))))
  local y, x = torch.random(h - side + 1), torch.random(w - side + 1)
  return image.scale(picture:narrow(2, y, side):narrow(3, x, side):contiguous(), size, size, 'bilinear')
end

-- The matrix that turns colours about the gray axis by an angle, and draws them towards it or away from it.
local function hue_matrix(angle, saturation)
  local m, c, s = torch.FloatTensor(3, 3), math.cos(angle) * saturation, math.sin(angle) * saturation / math.sqrt(3)
  for i = 1, 3 do
    for j = 1, 3 do
      local turn = (j - i) % 3 == 1 and -s or (j - i) % 3 == 2 and s or 0
      m[i][j] = (1 - c) / 3 + (i == j and c or 0) + turn
    end
  end
  return m
end

-- Half of the time other hues, gains of the channels and gamma.
local function recolour(picture, size)
  if torch.uniform() < 0.5 then return picture end
  local changed = torch.mm(hue_matrix(torch.normal(0, 0.8), torch.uniform(0, 1.4)), picture:view(3, size * size))
  for c = 1, 3 do changed[c]:mul(math.exp(torch.normal(0, 0.15))) end
  return changed:clamp(0, 1):pow(math.exp(torch.normal(0, 0.3))):view(3, size, size)
end

-- Half of the time with noise in every channel, fine or less so, faint or loud. Pictures that are being optimised look
-- like that, and no painting does: without it the network would be free to answer noise with anything.
local function roughen(picture, size)
  if torch.uniform() < 0.5 then return picture end
  local strength = math.exp(torch.uniform(math.log(0.02), math.log(0.4)))
  return torch.add(picture, strength, textures.colour_noise(size, torch.uniform(0.5, 3)))
end

local function example(list, size)
  if torch.uniform() < TEXTURES then return textures.random(size) end
  local picture = crop(list[torch.random(#list)].picture, size)
  if torch.uniform() < 0.5 then picture = image.hflip(picture) end
  return recolour(picture:contiguous(), size)
end

-- count x 3 x size x size float, as the network sees pictures; rough: half of them with noise.
function M.batch(list, count, size, rough)
  local batch = torch.FloatTensor(count, 3, size, size)
  for i = 1, count do
    local picture = example(list, size)
    if rough then picture = roughen(picture, size) end
    batch[i]:copy(convention.preprocess(picture:double()))
  end
  return batch
end

return M
