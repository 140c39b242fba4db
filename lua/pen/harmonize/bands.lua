-- Long searches in bands of rows, so that they can be watched, and ended, between two.
local M = {}

M.PAIRS = 1e9 -- of positions, that are compared in a band: some seconds
M.ROWS = 16 -- at least: the patches of a band reach into its neighbours

-- Rows of a band, when each query of a map w wide is compared with so many candidates.
local function rows_of_band(w, candidates) return math.max(M.ROWS, math.floor(M.PAIRS / (w * candidates))) end

-- Fills result, band by band along its dimension dim, with what find(band, own) returns: band is the part of map
-- (C x H x W) that the patches (patch x patch, odd) around its rows reach, own marks the queries in these rows, as
-- asked (H x W, not 0 = query) does. candidates: how many positions each query is compared with. watch(fraction of
-- the queries), or nil, is called after each band where there are several. Returns result.
function M.search(result, dim, map, asked, patch, candidates, watch, find)
  local height, reach, done, all = map:size(2), (patch - 1) / 2, 0, asked:double():sum()
  local step = rows_of_band(map:size(3), candidates)
  for from = 1, height, step do
    local rows = math.min(step, height - from + 1)
    local top, bottom = math.max(1, from - reach), math.min(height, from + rows - 1 + reach)
    local own = asked:narrow(1, top, bottom - top + 1):clone():zero()
    local queries = own:narrow(1, from - top + 1, rows):copy(asked:narrow(1, from, rows))
    local found = find(map:narrow(2, top, bottom - top + 1):contiguous(), own)
    result:narrow(dim, from, rows):copy(found:narrow(dim, from - top + 1, rows))
    local count = queries:double():sum()
    done = done + count
    if watch and count > 0 and step < height then watch(done / all) end
  end
  return result
end

return M
