-- What L-BFGS remembers of its last steps, and the direction it makes of them: the two loops of Nocedal (1980), H0 =
-- Hdiag I, in matrix form. Steps s and gradient differences y are the rows of two matrices; each loop is then a product
-- of a matrix with a vector, a triangular system of at most `limit` unknowns on the host, and a product with the
-- transposed matrix. Two small results come back from a device for each direction.
local T = require 'torch.tensor'
local pen = require 'pen.ffi'
local M = {}

local History = {}
History.__index = History

-- gradient: a vector like those that will come; limit: pairs that are kept.
function M.new(gradient, limit)
  local doubles = T.sibling(gradient, 'Double')
  return setmetatable({
    limit = limit, n = gradient:nElement(), capacity = 0,
    order = {}, -- rows that hold a pair, the oldest first
    free = 1, rows = 0, -- the row for the next pair; rows that have been written
    s = gradient.new(), y = gradient.new(), -- capacity x n
    sy = {}, -- sy[i][j]: s of row i times y of row j, where i is not the newer one
    numbers = doubles.new(), factors = doubles.new(), host_factors = torch.DoubleTensor(),
  }, History)
end

local function reserve(self, row)
  if row <= self.capacity then return end
  self.capacity = math.min(math.max(2 * self.capacity, 8), self.limit + 1)
  self.s:resize(self.capacity, self.n)
  self.y:resize(self.capacity, self.n)
  self.numbers:resize(2 * self.capacity + 1)
  self.factors:resize(self.capacity)
  self.host_factors:resize(self.capacity)
end

-- Puts the dot products of a's first rows with vector b into self.numbers, from place `first` (1-based).
local function dots(self, first, a, rows, b)
  local backend, found = T.backend(b), self.numbers:narrow(1, first, rows)
  pen.check(backend, backend.lib.pen_row_dots(backend.ctx, found, a:narrow(1, 1, rows), b))
end

-- r = scale b + sum of factor[row] times a's row.
local function row_sum(self, r, a, factor, b, scale)
  local rows, backend = self.rows, T.backend(b)
  local host, there = self.host_factors:narrow(1, 1, rows):zero(), self.factors:narrow(1, 1, rows)
  for _, row in ipairs(self.order) do host[row] = factor[row] end
  there:copy(host)
  pen.check(backend, backend.lib.pen_row_sum(backend.ctx, r, a:narrow(1, 1, rows), there, b, scale))
end

-- Row `row` becomes the newest pair; products: s of each written row times its y.
local function admit(self, row, products)
  for i = 1, self.rows do
    self.sy[i] = self.sy[i] or {}
    self.sy[i][row] = products[i]
  end
  table.insert(self.order, row)
  self.free = #self.order > self.limit and table.remove(self.order, 1) or #self.order + 1
end

-- Takes the pair s = t d, y = gradient - before, if its curvature is positive, and the gradient for direction().
function History:remember(gradient, before, d, t)
  local row = self.free
  reserve(self, row)
  local s, y = self.s:select(1, row), self.y:select(1, row)
  y:add(gradient, -1, before)
  s:mul(d, t)
  local rows = math.max(self.rows, row)
  dots(self, 1, self.s, rows, y)
  dots(self, rows + 1, self.s, rows, gradient)
  dots(self, 2 * rows + 1, y:view(1, self.n), 1, y)
  local got = T.host(self.numbers)
  self.rows, self.sg = rows, {}
  for i = 1, rows do self.sg[i] = got[rows + i] end
  if got[row] <= 1e-10 or got[row] ~= got[row] then return end
  admit(self, row, got)
  self.Hdiag = got[row] / got[2 * rows + 1]
end

-- d = -H gradient, both vectors, the gradient being the one last remembered; returns the slope gradient . d.
function History:direction(d, gradient, Hdiag)
  local order, sy, sg, al, factor = self.order, self.sy, self.sg, {}, {}
  for i = #order, 1, -1 do
    local row = order[i]
    local sum = sg[row]
    for j = i + 1, #order do sum = sum + al[order[j]] * sy[row][order[j]] end
    al[row] = -sum / sy[row][row]
    factor[row] = -Hdiag * al[row]
  end
  row_sum(self, d, self.y, factor, gradient, -Hdiag)
  dots(self, 1, self.y, self.rows, d)
  dots(self, self.rows + 1, gradient:view(1, self.n), 1, d)
  local got = T.host(self.numbers)
  local slope = got[self.rows + 1]
  for i, row in ipairs(order) do
    local sum = got[row]
    for j = 1, i - 1 do sum = sum + factor[order[j]] * sy[order[j]][row] end
    factor[row] = al[row] - sum / sy[row][row]
    slope = slope + factor[row] * sg[row]
  end
  row_sum(self, d, self.s, factor, d, 1)
  return slope
end

-- What M.restored needs: the written rows, and which of them hold pairs.
function History:saved()
  if self.rows == 0 then return {limit = self.limit, order = {}, free = 1} end
  local s, y = self.s:narrow(1, 1, self.rows), self.y:narrow(1, 1, self.rows)
  return {limit = self.limit, order = self.order, free = self.free, s = s, y = y}
end

-- A history that goes on, to the bit, as the saved one would have.
function M.restored(gradient, saved)
  local self = M.new(gradient, saved.limit)
  if not saved.s then return self end
  self.rows = saved.s:size(1)
  while self.capacity < self.rows do reserve(self, self.capacity + 1) end
  self.s:narrow(1, 1, self.rows):copy(saved.s)
  self.y:narrow(1, 1, self.rows):copy(saved.y)
  for _, row in ipairs(saved.order) do
    dots(self, 1, self.s, self.rows, self.y:select(1, row))
    admit(self, row, T.host(self.numbers))
  end
  self.order, self.free = saved.order, saved.free
  return self
end

return M
