-- Post-processing of files that are named as the authors name theirs:
--   results/N_final_res, data/N_naive, data/N_c_mask, data/N_target (.png or .jpg)  ->  results/N_final_res2.png
local post = require 'pen.harmonize.post'
local M = {}

-- The file that stem names, as PNG or JPEG; an error that names both when there is none.
local function find(stem)
  for _, extension in ipairs {'.png', '.jpg'} do
    if paths.filep(stem .. extension) then return stem .. extension end
  end
  error(('%s.png or .jpg is missing'):format(stem))
end

-- The picture as 3 x H x W, and its file name. With another's size, it is scaled as the passes scale it.
local function load(stem, like)
  local name = find(stem)
  local picture = image.load(name, 3, 'double')
  if not like or picture:isSameSizeAs(like) then return picture, name end
  local h, w = like:size(2), like:size(3)
  local from_h, from_w = picture:size(2), picture:size(3)
  if math.abs(from_w * h - from_h * w) > math.max(from_w, from_h) then -- the passes drop a fraction of a pixel
    error(('%s is %d x %d, the result %d x %d: their shapes must agree'):format(name, from_w, from_h, w, h))
  end
  return image.scale(picture, w, h, 'bilinear'), name
end

function M.output(results, number) return ('%s/%d_final_res2.png'):format(results, number) end

-- Ascending numbers N of all results/N_final_res.png and .jpg.
function M.numbers(results)
  local list, seen = {}, {}
  for name in paths.files(results) do
    local number = tonumber(name:match('^(%d+)_final_res%.[jp][pn]g$'))
    if number and not seen[number] then
      seen[number] = true
      list[#list + 1] = number
    end
  end
  table.sort(list)
  return list
end

-- Makes M.output(results, number); progress as in post.apply. An error leaves a former one as it was.
function M.process(results, data, number, progress)
  local result = load(('%s/%d_final_res'):format(results, number))
  local function from_data(what) return (load(('%s/%d_%s'):format(data, number, what), result)) end
  local naive, mask, painting = from_data('naive'), from_data('c_mask')[1], from_data('target')
  if mask:max() <= 0.1 then error(('%s/%d_c_mask is empty (black everywhere)'):format(data, number)) end
  local out = post.apply(result, naive, mask, painting, progress)
  image.save(M.output(results, number), out:mul(255):add(0.5):byte()) -- rounded: image.save drops fractions
end

return M
