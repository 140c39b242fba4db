-- Loose masks as files, from files of tight ones, named as the authors name theirs: N_c_mask.jpg, N_c_mask_dilated.jpg.
local masks = require 'pen.harmonize.masks'
local M = {}

-- Writes the loose mask of a tight one. Soft values, as JPEG leaves them along edges, count as they are: so the
-- authors' own files come out.
function M.file(tight_name, loose_name)
  local tight = image.load(tight_name, 3)[1]
  masks.usable(tight:gt(0.1):float(), tight_name)
  image.save(loose_name, masks.grown(tight))
end

-- 'data/2_c_mask.jpg' -> 'data/2_c_mask_dilated.jpg'; nil for other names.
function M.loose_name(tight_name)
  local stem, extension = tight_name:match('^(.*%d+_c_mask)(%.[jp][pn]g)$')
  return stem and stem .. '_dilated' .. extension
end

-- The tight masks in a folder, by number.
function M.tight_names(folder)
  local names = {}
  for name in paths.files(folder) do
    if name:match('^%d+_c_mask%.[jp][pn]g$') then names[#names + 1] = name end
  end
  table.sort(names, function(a, b) return tonumber(a:match('^%d+')) < tonumber(b:match('^%d+')) end)
  return names
end

return M
