-- What L-BFGS remembers of its last steps, and the direction it makes of them: the two loops of Nocedal (1980), H0 =
-- Hdiag I. Steps s and gradient differences y are rows of one matrix, s1 y1 s2 y2 and on. It is read twice for a
-- direction, which is what takes the time: once for its products with the new gradient, once for the sum of its rows.
-- The loops between need only products of rows with each other, and these follow from those with two gradients, as y
-- is the difference of two (Byrd, Nocedal and Schnabel 1994). All products are doubles.
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
    order = {}, -- numbers of the pairs that count, the oldest first
    free = 1, rows = 0, -- the place for the next pair; places that have been written
    pairs = gradient.new(), -- 2 capacity x n
    sy = {}, yy = {}, -- sy[i][j]: s of pair i times y of pair j, where i is not the newer one; yy: y times y, all
    sg = {}, yg = {}, gg = 0, -- products with the gradient last remembered, and of that with itself
    numbers = doubles.new(), factors = doubles.new(), host_factors = torch.DoubleTensor(),
  }, History)
end

local FEW = 8 -- pairs that there is room for at first; then for all, as a block that grows is there twice

local function reserve(self, row)
  if row <= self.capacity then return end
  self.capacity = row <= FEW and math.min(FEW, self.limit + 1) or self.limit + 1
  self.pairs:resize(2 * self.capacity, self.n)
  self.numbers:resize(2 * self.capacity + 3)
  self.factors:resize(2 * self.capacity)
  self.host_factors:resize(2 * self.capacity)
end

-- Puts the dot products of a's rows with vector b into self.numbers, from place `first` (1-based) on.
local function dots(self, first, a, b)
  local backend, found = T.backend(b), self.numbers:narrow(1, first, a:size(1))
  pen.check(backend, backend.lib.pen_row_dots(backend.ctx, found, a, b))
end

-- Takes over the products of the first `rows` pairs with the gradient, and makes of them those of the pairs with y of
-- pair `row`, which is the difference of two gradients.
local function update(self, rows, row, got)
  for _, i in ipairs(self.order) do
    self.sy[i][row] = got[2 * i - 1] - self.sg[i]
    self.yy[i][row] = got[2 * i] - self.yg[i]
    self.yy[row][i] = self.yy[i][row]
  end
  for i = 1, rows do self.sg[i], self.yg[i] = got[2 * i - 1], got[2 * i] end
  self.sy[row][row], self.yy[row][row], self.gg = got[2 * rows + 1], got[2 * rows + 2], got[2 * rows + 3]
end

-- Takes the pair s = t d, y = gradient - before, if its curvature is positive, and the gradient for direction(). before
-- is the gradient last remembered.
function History:remember(gradient, before, d, t)
  local row = self.free
  reserve(self, row)
  self.sy[row], self.yy[row] = self.sy[row] or {}, self.yy[row] or {}
  local s, y = self.pairs:select(1, 2 * row - 1), self.pairs:select(1, 2 * row)
  y:add(gradient, -1, before)
  s:mul(d, t)
  local rows = math.max(self.rows, row)
  dots(self, 1, self.pairs:narrow(1, 1, 2 * rows), gradient)
  dots(self, 2 * rows + 1, self.pairs:narrow(1, 2 * row - 1, 2), y)
  dots(self, 2 * rows + 3, gradient:view(1, self.n), gradient)
  update(self, rows, row, T.host(self.numbers))
  self.rows = rows
  local curvature = self.sy[row][row]
  if curvature <= 1e-10 or curvature ~= curvature then return end
  table.insert(self.order, row)
  self.free = #self.order > self.limit and table.remove(self.order, 1) or #self.order + 1
  self.Hdiag = curvature / self.yy[row][row]
end

-- d = scale gradient + sum of factor[k] times row k of the matrix.
local function row_sum(self, d, factor, gradient, scale)
  local rows, backend = 2 * self.rows, T.backend(gradient)
  local host, there = self.host_factors:narrow(1, 1, rows):zero(), self.factors:narrow(1, 1, rows)
  for _, row in ipairs(self.order) do host[2 * row - 1], host[2 * row] = factor[2 * row - 1], factor[2 * row] end
  there:copy(host)
  local a = self.pairs:narrow(1, 1, rows)
  pen.check(backend, backend.lib.pen_row_sum(backend.ctx, d, a, there, gradient, scale))
end

-- d = -H gradient, both vectors, the gradient being the one last remembered; returns the slope gradient . d.
function History:direction(d, gradient, Hdiag)
  local order, sy, al, factor = self.order, self.sy, {}, {}
  for i = #order, 1, -1 do
    local row = order[i]
    local sum = self.sg[row]
    for j = i + 1, #order do sum = sum + al[order[j]] * sy[row][order[j]] end
    al[row] = -sum / sy[row][row]
    factor[2 * row] = -Hdiag * al[row]
  end
  local slope = -Hdiag * self.gg
  for i, row in ipairs(order) do
    local sum = -Hdiag * self.yg[row]
    for j, other in ipairs(order) do
      sum = sum + factor[2 * other] * self.yy[row][other]
      if j < i then sum = sum + factor[2 * other - 1] * sy[other][row] end
    end
    factor[2 * row - 1] = al[row] - sum / sy[row][row]
    slope = slope + factor[2 * row - 1] * self.sg[row] + factor[2 * row] * self.yg[row]
  end
  row_sum(self, d, factor, gradient, -Hdiag)
  return slope
end

-- What M.restored needs: the written rows, which of them hold pairs, and the products, rows x 2 (rows + 1): sy, yy, sg
-- and yg of each.
function History:saved()
  local rows = self.rows
  if rows == 0 then return {limit = self.limit, order = {}, free = 1} end
  local products = torch.DoubleTensor(rows, 2 * rows + 2):zero()
  for i = 1, rows do
    for j = 1, rows do products[i][j], products[i][rows + j] = self.sy[i][j] or 0, self.yy[i][j] or 0 end
    products[i][2 * rows + 1], products[i][2 * rows + 2] = self.sg[i], self.yg[i]
  end
  return {limit = self.limit, order = self.order, free = self.free, pairs = self.pairs:narrow(1, 1, 2 * rows),
    products = products}
end

-- A history that goes on, to the bit, as the saved one would have.
function M.restored(gradient, saved)
  local self = M.new(gradient, saved.limit)
  if not saved.pairs then return self end
  local products, rows = saved.products, saved.products:size(1)
  reserve(self, rows)
  self.pairs:narrow(1, 1, 2 * rows):copy(saved.pairs)
  for i = 1, rows do
    self.sy[i], self.yy[i] = {}, {}
    for j = 1, rows do self.sy[i][j], self.yy[i][j] = products[i][j], products[i][rows + j] end
    self.sg[i], self.yg[i] = products[i][2 * rows + 1], products[i][2 * rows + 2]
  end
  self.rows, self.order, self.free = rows, saved.order, saved.free
  return self
end

return M
