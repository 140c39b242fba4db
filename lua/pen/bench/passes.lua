-- Seconds per evaluation (loss and gradient) of the two passes at the scripts' defaults, on made pictures and with
-- random weights in full width.
local sys = require 'sys'
local vgg = require 'pen.bench.vgg'
local M = {}

-- A smooth coloured picture; seed moves its waves.
local function picture(width, height, seed)
  local t = torch.FloatTensor(3, height, width)
  local data, at = t:data(), 0
  for c = 1, 3 do
    for y = 1, height do
      for x = 1, width do
        data[at] = 0.5 + 0.2 * math.sin(x / (7 + c + seed)) + 0.2 * math.cos(y / (11 + c) + x / (29 * seed))
        at = at + 1
      end
    end
  end
  return t
end

-- 1 inside an ellipse in the middle that covers the given share of the picture.
local function ellipse(width, height, share)
  local t = torch.FloatTensor(3, height, width):zero()
  local a, b = width * math.sqrt(share / math.pi), height * math.sqrt(share / math.pi)
  for y = 1, height do
    local half = 1 - ((y - height / 2) / b) ^ 2
    if half > 0 then
      local from = math.floor(width / 2 - a * math.sqrt(half)) + 1
      t:narrow(2, y, 1):narrow(3, from, math.min(width, math.floor(2 * a * math.sqrt(half)) + 1)):fill(1)
    end
  end
  return t
end

-- Writes the inputs of both passes into folder; the masks cover what the median example's do.
local function write_inputs(folder, width, height)
  local painting, object, mask = picture(width, height, 1), picture(width, height, 5), ellipse(width, height, 0.09)
  local naive = painting + torch.cmul(object - painting, mask)
  for name, t in pairs {painting = painting, naive = naive, mask = mask, loose = ellipse(width, height, 0.13)} do
    image.save(('%s/%s.png'):format(folder, name), t)
  end
  local levels = assert(io.open(folder .. '/levels.txt', 'w'))
  levels:write('idx=0, classified label=Impressionism, weight=5.0\n')
  levels:close()
end

-- The options of both scripts, as far as they bear on speed, at their defaults.
local function options(folder, size)
  local function file(name) return folder .. '/' .. name end
  return {
    style_image = file 'painting.png', content_image = file 'naive.png', cnnmrf_image = file 'naive.png',
    tmask_image = file 'mask.png', mask_image = file 'loose.png', wikiart_fn = file 'levels.txt', index = 0,
    output_image = file 'out.png', image_size = size, gpu = -1, seed = 316, init = 'image', optimizer = 'lbfgs',
    num_iterations = 1000, print_iter = 0, save_iter = 0, learning_rate = 0.1, original_colors = 0,
    content_weight = 5, style_weight = 100, tv_weight = 1e-3, normalize_gradients = false,
    content_layers = 'relu4_1', style_layers = 'relu3_1,relu4_1,relu5_1',
    patchmatch_size = 3, refine_size = 5, refine_iter = 1, ring_radius = 1,
  }
end

-- What f returns, with nothing printed meanwhile.
local function silently(f, ...)
  local say, write = print, io.write
  print, io.write = function() end, function() end
  local ok, result = pcall(f, ...)
  print, io.write = say, write
  return ok and result or error(result, 0)
end

-- {name, width, height, setup (seconds before the first evaluation), seconds (the least of the evaluations)}.
function M.run(name, width, height, evaluations)
  local pass = require('pen.harmonize.' .. name)
  local optimise = require 'pen.harmonize.optimise'
  local folder = sys.execute('mktemp -d')
  write_inputs(folder, width, height)
  local start = sys.clock()
  local run = silently(pass.prepare, options(folder, width), vgg.network)
  local evaluate = optimise.evaluator(run)
  local row = {name = name, width = width, height = height, setup = sys.clock() - start, seconds = math.huge}
  for _ = 1, evaluations do
    start = sys.clock()
    evaluate(run.img)
    row.seconds = math.min(row.seconds, sys.clock() - start)
  end
  sys.execute(("rm -r '%s'"):format(folder))
  return row
end

return M
