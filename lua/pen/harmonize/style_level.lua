-- How strongly the second pass stylises: from the painting's style level and its grain (paper section 5; the released
-- code's formulas, which differ from the printed ones).
local M = {}

-- Median over pixels and channels of the mean squared forward difference of the RGB picture.
function M.grain(picture)
  local here = picture[{{}, {1, -2}, {1, -2}}]
  local dx, dy = here - picture[{{}, {1, -2}, {2, -1}}], here - picture[{{}, {2, -1}, {1, -2}}]
  local squares = torch.cmul(dx, dx):add(torch.cmul(dy, dy)):div(2)
  return squares:view(squares:nElement()):median()[1]
end

-- Line index (0-based) of a file of lines like 'idx=4, classified label=Impressionism, weight=4.910163'.
function M.read_level(file, index)
  local lines, problem = io.open(file)
  if not lines then error(('-wikiart_fn %s: give a file of style levels'):format(problem)) end
  local n = 0
  for line in lines:lines() do
    if n == index then
      lines:close()
      local level = tonumber(line:match('weight=%s*([%d.eE+-]+)'))
      if not level then error(('-wikiart_fn %s: line %d has no weight=NUMBER: %s'):format(file, n + 1, line)) end
      return level, line
    end
    n = n + 1
  end
  lines:close()
  error(('-index %d: %s has lines 0 to %d'):format(index, file, n - 1))
end

-- Weights of the style, histogram and total variation losses.
function M.weights(picture, level)
  local smooth = 10 / (1 + math.exp(1e4 * M.grain(picture) - 25))
  return {style = level, histogram = (10 - smooth) * level, tv = smooth * level}
end

return M
