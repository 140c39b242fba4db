-- Which examples there are, and their pictures. A pattern like '%_naive.jpg' names a file, % standing for the
-- example's name; of several, separated by commas, the first that exists counts.
local paths = require 'paths'
local masks = require 'pen.harmonize.masks'

local M = {}

-- What an example consists of: kind, option that holds its folder, option that holds its patterns. All but the loose
-- mask must be there.
local parts = {
  {'painting', 'data', 'painting'}, {'naive', 'data', 'composite'}, {'tight', 'data', 'mask'},
  {'loose', 'data', 'loose_mask'}, {'theirs', 'theirs', 'theirs_files'}, {'ours', 'ours', 'ours_files'},
}

local function patterns(list)
  local found = {}
  for pattern in list:gmatch('[^,%s]+') do found[#found + 1] = pattern end
  return found
end

-- The first file of the folder that fits, or nil.
local function locate(folder, list, name)
  for _, pattern in ipairs(patterns(list)) do
    local file = folder .. '/' .. pattern:gsub('%%', (name:gsub('%%', '%%%%')))
    if paths.filep(file) then return file end
  end
end

-- Raises an error unless the folders are there and every pattern holds one %.
function M.check(params)
  for _, part in ipairs(parts) do
    local _, folder, option = unpack(part)
    if params[folder] ~= '' and not paths.dirp(params[folder]) then
      error(('-%s %s: there is no such folder'):format(folder, params[folder]), 0)
    end
    for _, pattern in ipairs(patterns(params[option])) do
      if select(2, pattern:gsub('%%', '')) ~= 1 then
        error(("-%s %s: write one %% where the example's name stands, as in %%_final.png"):format(option, pattern), 0)
      end
    end
  end
end

-- 2 before 10, then the other names in alphabetical order.
local function by_number(a, b)
  local m, n = tonumber(a), tonumber(b)
  if m and n and m ~= n then return m < n end
  if (m == nil) ~= (n == nil) then return m ~= nil end
  return a < b
end

-- The names of all paintings in the data folder.
local function names_in(folder, list)
  local names, seen = {}, {}
  for _, pattern in ipairs(patterns(list)) do
    local before, after = pattern:match('^(.*)%%(.*)$')
    for _, file in ipairs(paths.dir(folder)) do
      local name = #file > #before + #after and file:sub(#before + 1, -#after - 1)
      if name and not seen[name] and file == before .. name .. after then
        seen[name], names[#names + 1] = true, name
      end
    end
  end
  table.sort(names, by_number)
  return names
end

-- The examples that are complete, as {name =, files = {painting =, naive =, tight =, loose =, theirs =, ours =}}, where
-- loose may be missing, and theirs is when -theirs is ''; and lines that say which were left out for want of what.
function M.find(params)
  local examples, missing, skipped = {}, {}, {}
  for _, name in ipairs(names_in(params.data, params.painting)) do
    local example, complete = {name = name, files = {}}, true
    for _, part in ipairs(parts) do
      local kind, folder, option = unpack(part)
      if complete and params[folder] ~= '' then
        local file = locate(params[folder], params[option], name)
        example.files[kind] = file
        if not file and kind ~= 'loose' then
          complete, missing[option] = false, missing[option] or {folder = params[folder]}
          table.insert(missing[option], name)
        end
      end
    end
    if complete then examples[#examples + 1] = example end
  end
  for _, part in ipairs(parts) do
    local lack = missing[part[3]]
    if lack then
      skipped[#skipped + 1] = ('skipped %s: no %s in %s'):format(table.concat(lack, ' '), params[part[3]], lack.folder)
    end
  end
  return examples, skipped
end

local function size_text(picture) return ('%d x %d'):format(picture:size(3), picture:size(2)) end

-- The example's pictures by kind: RGB in [0, 1], 3 x H x W double; masks H x W, the loose one grown from the tight one
-- if it has no file. Raises an error that names the file which cannot be read or has not the painting's size.
function M.load(example)
  local pictures = {}
  for _, part in ipairs(parts) do
    local kind, file = part[1], example.files[part[1]]
    if file then
      local ok, picture = pcall(image.load, file, 3, 'double')
      if not ok then error((tostring(picture):gsub('^[^\n]-%.lua:%d+: ', '')), 0) end
      pictures[kind] = picture
      local painting = pictures.painting
      if picture:size(2) ~= painting:size(2) or picture:size(3) ~= painting:size(3) then
        error(('%s is %s, but %s is %s: bring them to one size'):format(file, size_text(picture),
          example.files.painting, size_text(painting)), 0)
      end
    end
  end
  pictures.tight = pictures.tight[1]
  pictures.loose = pictures.loose and pictures.loose[1] or masks.grown(pictures.tight:gt(0.5):float())
  return pictures
end

return M
