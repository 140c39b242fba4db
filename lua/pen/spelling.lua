-- What was meant by a misspelt word.
local M = {}

-- Number of single-letter edits that turn a into b.
local function edit_distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local change = diagonal + (a:byte(i) == b:byte(j) and 0 or 1)
      diagonal = row[j]
      row[j] = math.min(change, row[j] + 1, row[j - 1] + 1)
    end
  end
  return row[#b]
end

-- The position in the list of the word nearest to this one; nil when all differ in more than a third of its letters.
function M.nearest(word, list)
  local best, nearest = math.max(1, math.floor(#word / 3)) + 1
  for i, candidate in ipairs(list) do
    local distance = edit_distance(word, candidate)
    if distance < best then best, nearest = distance, i end
  end
  return nearest
end

return M
