-- The inputs of a run, from options to pictures: at the painting's own size, and at the size at which the passes work.
-- Pictures are RGB in [0, 1], 3 x H x W, float; masks H x W float, 1 = object.
local masks = require 'pen.harmonize.masks'
local paste = require 'pen.harmonize.paste'
local pictures = require 'pen.harmonize.pictures'
local region = require 'pen.harmonize.region'
local M = {}

local function load(option, file, depth, kind)
  local ok, picture = pcall(image.load, file, depth, kind or 'float')
  if not ok then error(('-%s: %s'):format(option, (tostring(picture):gsub('^[^\n]-%.lua:%d+: ', '')))) end
  return picture
end

-- Where the cut-out goes: -at, or the middle of the painting.
local function corner(params, painting, object)
  local x, y = params.at:match('^(.-),(.*)$')
  if x then return tonumber(x), tonumber(y) end
  local function middle(dim) return (painting:size(dim) - object:size(dim) * params.scale) / 2 end
  return middle(3), middle(2)
end

-- The object seen only in the difference. When it cannot be told, the error names a picture of what was seen.
local function mask_from_difference(params, composite, painting, saw)
  local mask, why, difference = masks.from_difference(composite, painting)
  if mask then return mask end
  if difference then
    image.save(saw, difference:view(1, difference:size(1), difference:size(2)))
    why = ('%s; %s shows the difference'):format(why, saw)
  end
  error(('-composite %s: %s (-mask)'):format(params.composite, why))
end

-- composite, tight mask, text that says where the mask is from, list of notices; all at the painting's size.
local function place_object(params, painting, saw)
  if params.object ~= '' then
    local object = load('object', params.object)
    local x, y = corner(params, painting, object)
    local composite, tight = paste.object(painting, object, x, y, params.scale, '-object ' .. params.object)
    return composite:float(), tight, "the cut-out's transparency", {}
  end
  local composite = load('composite', params.composite, 3)
  local mask = params.mask ~= '' and load('mask', params.mask) or nil
  local names = {painting = '-painting ' .. params.painting, composite = '-composite ' .. params.composite,
    mask = '-mask ' .. params.mask}
  local resized, inverted
  composite, mask, resized = masks.reconcile(painting, composite, mask, names)
  local from = mask and params.mask or 'the difference between composite and painting'
  if mask then
    mask, inverted = masks.checked(mask, composite, painting, names.mask)
  else
    mask = mask_from_difference(params, composite, painting, saw)
  end
  local notices = {resized}
  notices[#notices + 1] = inverted
  return composite, mask, from, notices
end

-- The inputs at the painting's size: {painting (byte), tight, loose, composite, mask_from, notices}. saw: name of the
-- picture that explains a mask which cannot be found.
function M.load(params, saw)
  local bytes = load('painting', params.painting, 3, 'byte')
  local painting = bytes:float():div(255)
  local composite, tight, mask_from, notices = place_object(params, painting, saw)
  return {
    painting = bytes, composite = composite, tight = tight, loose = masks.grown(tight), mask_from = mask_from,
    notices = notices,
  }
end

local function at_size(t, w, h)
  if t:size(t:dim()) == w and t:size(t:dim() - 1) == h then return t end
  return image.scale(t, w, h, 'bilinear')
end

-- Width and height with the longer side scaled down to size pixels, never up.
function M.working_size(scene, size)
  local h, w = scene.painting:size(2), scene.painting:size(3)
  local factor = math.min(1, size / math.max(w, h))
  return math.max(1, math.floor(w * factor + 0.5)), math.max(1, math.floor(h * factor + 0.5))
end

-- What the passes work on: the scene at its working size, as pictures.assemble gives it, of tensor type dtype.
function M.working(scene, size, dtype)
  local w, h = M.working_size(scene, size)
  local tight = at_size(scene.tight, w, h):gt(0.5):float()
  if tight:sum() == 0 then
    error(('nothing is left of the object at the working size of %d x %d: raise -image_size'):format(w, h))
  end
  local painting = at_size(scene.painting:float():div(255), w, h)
  return pictures.assemble(at_size(scene.composite, w, h), painting, masks.grown(tight),
    tight:view(1, h, w):expand(3, h, w), dtype)
end

-- The result at the painting's size, as bytes: a picture of the working size under the loose mask, where soft (H x W of
-- the working size, what was blended) says so; elsewhere the painting's own bytes.
function M.finish(scene, picture, soft)
  local h, w = scene.painting:size(2), scene.painting:size(3)
  local result, box = scene.painting:clone(), region.box(scene.loose, 0)
  local function part(t) return region.part(box, t) end
  local painting, changed = part(result):double(), part(at_size(picture, w, h)):double() * 255
  if picture:size(3) ~= w or picture:size(2) ~= h then -- the painting's fine detail stays where the blend ends
    local weight = part(at_size(soft, w, h)):double():contiguous()
    weight = weight:view(1, weight:size(1), weight:size(2)):expandAs(changed)
    changed = torch.cmul(changed - painting, weight):add(painting)
  end
  local loose = part(scene.loose):double():contiguous()
  loose = loose:view(1, loose:size(1), loose:size(2)):expandAs(changed)
  part(result):copy(torch.cmul(changed:add(0.5):clamp(0, 255):floor() - painting, loose):add(painting))
  return result
end

return M
