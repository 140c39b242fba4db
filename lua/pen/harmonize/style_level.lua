-- How strongly the second pass stylises: from the painting's style level and its grain (paper section 5; the released
-- code's formulas, which differ from the printed ones). The level comes from a number, a genre, a file of levels or the
-- painting itself.
local estimate = require 'pen.harmonize.style_estimate'
local genres = require 'pen.harmonize.style_genres'

local M = {}

local HIGHEST = 20 -- twice the highest published level

M.genres = genres.list

local FEW = 1e5 -- elements that may be sorted

-- The median (of two, the lower) of a vector, which is cut at its mean until few elements are left: sorting a large
-- painting's would take eight times its memory.
local function median(part)
  local rank, least, most = math.floor((part:nElement() + 1) / 2), part:min(), part:max()
  while part:nElement() > FEW and least < most do
    local cut = math.max(least, part:mean())
    local below = part:le(cut < most and cut or least) -- rounding may put the mean of near values beyond them
    local count = below:sum()
    if rank <= count then
      part = part:maskedSelect(below)
    else
      part, rank = part:maskedSelect(below:eq(0)), rank - count
    end
    least, most = part:min(), part:max()
  end
  return least == most and least or (torch.sort(part))[rank]
end

-- Median over pixels and channels of the mean squared forward difference of the RGB picture.
function M.grain(picture)
  local h, w = picture:size(2) - 1, picture:size(3) - 1
  local squares = picture.new(3, h, w)
  for c = 1, 3 do squares[c]:copy(estimate.squared_gradient(picture:narrow(1, c, 1))) end
  return median(squares:div(2):view(3 * h * w))
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

local function of_number(word)
  local level = tonumber(word)
  if not level or not (level > 0 and level <= HIGHEST) then
    error(('-style_level %s: give a number above 0 and up to %g (published ones are 1 to 10), or auto'):format(
      tostring(word), HIGHEST))
  end
  return level, ('style level %g, as given'):format(level)
end

local function of_genre(name)
  local genre = genres.find(name)
  return genre.level, ('style level %g, the published one of %s'):format(genre.level, genre.name)
end

local function of_file(file, index)
  local level, line = M.read_level(file, index)
  local label = line:match('label=([^,]+)')
  return level, ('style level %.3g, line %d of %s%s'):format(level, index, file, label and ': ' .. label or '')
end

local function of_painting(painting)
  local level, probabilities = estimate.estimate(painting)
  local known = require 'pen.harmonize.style_coefficients'
  return level, ('style level %g, estimated from the painting, %.0f %% sure (left out of the fit, %d of %d paintings '
    .. 'get the right group, median error %.0f %%)'):format(level, 100 * probabilities[level], known.right,
    known.paintings, 100 * known.median_error)
end

local function given(value) return value ~= nil and value ~= '' end

-- The style level and a line of text that says where it comes from. Of params.style_level (a number, as such or as
-- text, or 'auto'), params.genre and params.wikiart_fn (with params.index) at most one may be given; '' is not given,
-- and 'auto' gives way to the others and is what holds without them. painting: RGB in [0, 1], 3 x H x W.
function M.resolve(params, painting)
  local number = given(params.style_level) and params.style_level ~= 'auto'
  local ways = {}
  if number then ways[#ways + 1] = '-style_level' end
  if given(params.genre) then ways[#ways + 1] = '-genre' end
  if given(params.wikiart_fn) then ways[#ways + 1] = '-wikiart_fn' end
  if #ways > 1 then
    error(('%s each give the style level: leave out all but one'):format(table.concat(ways, ' and ')))
  end
  if number then return of_number(params.style_level) end
  if given(params.genre) then return of_genre(params.genre) end
  if given(params.wikiart_fn) then return of_file(params.wikiart_fn, params.index or 0) end
  return of_painting(painting)
end

return M
