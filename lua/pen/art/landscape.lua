-- The painting: an evening bay behind a maple in autumn, with room on the water for something to sail there.
local brush = require 'pen.art.brush'
local painter = require 'pen.art.painter'
local random = require 'pen.art.random'
local sky = require 'pen.art.sky'
local water = require 'pen.art.water'
local land = require 'pen.art.land'
local fleet = require 'pen.art.fleet'
local tree = require 'pen.art.tree'

local M = {}

-- 3 x 525 x 700 float, RGB in [0, 1].
function M.painting()
  local canvas = brush.canvas(700, 525, {0.62, 0.47, 0.38}, random.numbers(42))
  local groups = {{sky.part, land.far, land.near}, water.parts, fleet.parts, {land.bank, tree.trunk}, tree.crown,
    {land.fallen}}
  for _, parts in ipairs(groups) do
    for _, part in ipairs(parts) do painter.paint(canvas, part) end
  end
  return brush.picture(canvas)
end

return M
