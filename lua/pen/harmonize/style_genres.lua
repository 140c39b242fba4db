-- Style levels by genre: what the authors published for the genres of their 35 paintings, rounded to the three levels
-- that they used. Names are compared by their letters alone: 'post impressionism' is Post-Impressionism.
local spelling = require 'pen.spelling'

local M = {}

M.list = {
  {name = 'Art Nouveau', level = 1, also = {'Art Nouveau (Modern)'}},
  {name = 'Baroque', level = 1},
  {name = 'High Renaissance', level = 1, also = {'Renaissance'}},
  {name = 'Mannerism', level = 1, also = {'Mannerism (Late Renaissance)', 'Late Renaissance'}},
  {name = 'Realism', level = 1},
  {name = 'Romanticism', level = 1},
  {name = 'Symbolism', level = 1},
  {name = 'Impressionism', level = 5},
  {name = 'Post-Impressionism', level = 5},
  {name = 'Cubism', level = 10},
  {name = 'Expressionism', level = 10},
}

local function letters(name) return (name:lower():gsub('[^a-z]', '')) end

-- Letters of all spellings, and beside them the genres.
local words, genres = {}, {}
for _, genre in ipairs(M.list) do
  for _, name in ipairs {genre.name, unpack(genre.also or {})} do
    words[#words + 1], genres[#genres + 1] = letters(name), genre
  end
end

-- 'Baroque, ... (1), Impressionism, ... (5), ...'
local function listing()
  local parts = {}
  for i, genre in ipairs(M.list) do
    local after = M.list[i + 1]
    parts[i] = (after and after.level == genre.level) and genre.name or ('%s (%g)'):format(genre.name, genre.level)
  end
  return table.concat(parts, ', ')
end

-- The genre {name, level} of this name; fails for one that is not in the list, and names those that are.
function M.find(name)
  for i, word in ipairs(words) do
    if word == letters(name) then return genres[i] end
  end
  local nearest = spelling.nearest(letters(name), words)
  local hint = nearest and ('did you mean %s? Known'):format(genres[nearest].name) or 'known'
  error(('-genre %s has no published level; %s are %s; or give -style_level a number'):format(name, hint, listing()))
end

return M
