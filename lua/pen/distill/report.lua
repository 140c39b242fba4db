-- How well a network stands in for its teachers, on whole pictures that it was not trained on.
--   error        ||E s - t||^2 / ||t||^2: features s after the best linear map E (fitted on the training pictures) and
--                the teacher's t; without a map where both have as many channels and mean the same by them
--   similarity   ||S T'||^2 / (||S S'|| ||T T'||), Frobenius: 1 where all products of two positions' features agree up
--                to a factor (Kornblith et al. 2019, uncentred); these are what Gram matrices and matching see
--   correlation  Pearson's, of each channel with its counterpart; mean over channels
--   matches      share of the positions of one picture whose most similar 3 x 3 patch in another lies where the teacher
--                finds it, or beside
local convention = require 'pen.harmonize.pictures'
local least_squares = require 'pen.distill.least_squares'
local student = require 'pen.distill.student'
local teacher = require 'pen.distill.teacher'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local M = {}

M.layers = {'relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'}
local MATCH_LAYER, PATCH = 'relu4_1', 3

-- What the network sees of each picture in the list, its longer side scaled to size.
function M.inputs(list, size)
  local inputs = {}
  for i, entry in ipairs(list) do
    local picture = convention.preprocess(image.scale(entry.picture:double(), size, 'bilinear')):float()
    inputs[i] = picture:view(1, 3, picture:size(2), picture:size(3))
  end
  return inputs
end

-- Calls visit(layer's name, s, t, teacher's layer) with features as C x N, for each input and each of M.layers.
local function each_layer(net, teachers, inputs, visit)
  local wanted = {}
  for _, layer in ipairs(teacher.layers) do wanted[layer.name] = layer end
  for _, input in ipairs(inputs) do
    local outputs, targets = student.forward(net, input), teacher.features(teachers, input)
    for _, name in ipairs(M.layers) do
      local s, t = outputs[name][1], targets[name][1]
      visit(name, s:view(s:size(1), -1), t:view(t:size(1), -1), wanted[name])
    end
  end
end

-- The linear maps that see the teacher's low layers in the network's, by layer.
local function fit_maps(net, teachers, inputs)
  local fits, maps = {}, {}
  each_layer(net, teachers, inputs, function(name, s, t, layer)
    if not layer.low then return end
    fits[name] = fits[name] or least_squares.new(s:size(1), t:size(1))
    least_squares.add(fits[name], s, t)
  end)
  for name, fit in pairs(fits) do maps[name] = least_squares.solve(fit) end
  return maps
end

local function products(a, b) return torch.mm(a, b:t()):norm() end

-- Over the channels in which the teacher's features differ at all.
local function correlation(s, t)
  local function centred(x) return x - x:mean(2):expandAs(x) end
  local a, b, sum, live = centred(s), centred(t), 0, 0
  local joint, own, other = torch.cmul(a, b):sum(2), a:norm(2, 2), b:norm(2, 2)
  for c = 1, s:size(1) do
    if other[c][1] > 0 then live = live + 1 end
    if own[c][1] * other[c][1] > 0 then sum = sum + joint[c][1] / (own[c][1] * other[c][1]) end
  end
  return sum / math.max(1, live)
end

-- By layer: error, similarity, correlation (only where channels correspond), mean activation of s and of the narrow
-- teacher, number of channels that never light up.
local function compare_features(net, teachers, train, test)
  local maps, sums = fit_maps(net, teachers, train), {}
  each_layer(net, teachers, test, function(name, s, t, layer)
    local r = sums[name] or {wrong = 0, all = 0, similarity = 0, correlation = 0, mean = 0, most = 0}
    sums[name] = r
    local seen = layer.low and torch.mm(maps[name]:t(), s) or s
    if seen:size(1) == t:size(1) then
      r.wrong, r.all = r.wrong + (seen - t):norm() ^ 2, r.all + t:norm() ^ 2
      r.correlation = not layer.low and r.correlation + correlation(s, t) / #test or nil
    end
    r.similarity = r.similarity + products(s, t) ^ 2 / (products(s, s) * products(t, t)) / #test
    r.mean = r.mean + s:mean() / #test
    r.most = s:max(2):cmax(r.most)
  end)
  for _, r in pairs(sums) do r.error, r.dead = r.all > 0 and r.wrong / r.all or nil, r.most:eq(0):sum() end
  return sums
end

-- ---- matches ----

local function unit(features)
  local length = torch.sqrt(torch.sum(torch.pow(features, 2), 1)):add(1e-8)
  return torch.cdiv(features, length:expandAs(features))
end

-- H x W x 2 int: for each position of a the place in b with the most similar patch.
local function match(net, a, b)
  local features = {}
  for i, input in ipairs {a, b} do features[i] = unit(student.forward(net, input)[MATCH_LAYER][1]) end
  local h, w = features[1]:size(2), features[1]:size(3)
  local found, asked, backend = torch.IntTensor(h, w, 2), torch.IntTensor(h, w):fill(1), T.backend(a)
  pen.check(backend, backend.lib.pen_match_dot(backend.ctx, found, features[1], features[2], asked, PATCH))
  return found
end

local function match_agreement(net, other, a, b)
  local apart = (match(net, a, b):float() - match(other, a, b):float()):abs():max(3)
  return apart:le(1):float():mean()
end

-- net against the teachers. train, test: what M.inputs gives. Returns figures by layer, and the share of matches.
function M.measure(net, teachers, train, test)
  return compare_features(net, teachers, train, test), match_agreement(net, teachers.high, test[1], test[#test])
end

-- ---- text ----

local function cell(value) return value and ('%.3f'):format(value) or '-' end

-- One network's figures as lines of a table in Markdown.
function M.text(name, figures, matches)
  local lines = {('| %s | error | similarity | correlation | mean | dead |'):format(name), '|---|---|---|---|---|---|'}
  for _, layer in ipairs(M.layers) do
    local f = figures[layer]
    lines[#lines + 1] = ('| %s | %s | %s | %s | %.1f | %d |'):format(layer, cell(f.error), cell(f.similarity),
      cell(f.correlation), f.mean, f.dead)
  end
  lines[#lines + 1] = ('\nmatches at %s: %.1f %%\n'):format(MATCH_LAYER, 100 * matches)
  return table.concat(lines, '\n')
end

return M
