-- Both passes against real Torch7: losses and gradients at recorded iterates, examples 2 and 13 at 200 pixels with a
-- quarter-width VGG-19. Free of the optimiser, whose chaos hides errors: each picture is loaded, then evaluated.
local helper = require 'helper'
local examples = require 'golden.examples'
local pen = require 'pen.ffi'
local pass1 = require 'pen.harmonize.pass1'
local pass2 = require 'pen.harmonize.pass2'
local optimise = require 'pen.harmonize.optimise'

local shared, tensor, quietly = helper.shared, helper.npy_tensor, require('quiet').quietly

local function cosine(a, b) return a:dot(b) / (a:norm() * b:norm()) end

-- Losses of the run in the order of the golden columns: total, then each.
local function losses_of(run, total)
  local list = {total}
  for _, group in ipairs(run.losses) do
    for _, module in ipairs(group) do list[#list + 1] = module.loss end
  end
  return list
end

-- The content loss begins at exactly 0, and while it is below 1e-8 of the total it is the square of differences near
-- the rounding of float: on that scale it is compared.
local function assert_losses(want, got, tolerance, label)
  for i = 1, #got do
    local off = math.abs(got[i] - want[i]) / math.max(math.abs(want[i]), 1e-8 * math.abs(want[1]))
    assert(off <= tolerance, ('%s, column %d: %.9g, Torch has %.9g (%.1e off)'):format(label, i, got[i], want[i], off))
  end
end

-- least_cosine(iteration) bounds the similarity of the gradients.
local function check_iterates(run, dump, least_cosine)
  local evaluate = optimise.evaluator(run)
  local golden_losses = tensor(dump .. '/losses.npy')
  for _, iteration in ipairs {1, 2, 5, 10} do
    local x = tensor(('%s/iter%02d_x.npy'):format(dump, iteration)):type(run.img:type())
    local total, grad = evaluate(x)
    local golden = tensor(('%s/iter%02d_grad.npy'):format(dump, iteration)):view(-1):double()
    local label = ('%s, iterate %d'):format(dump:match('idx.*'), iteration)
    local similarity = cosine(grad:double(), golden)
    if os.getenv('PENTIMENTO_VERBOSE') then
      local off = total / golden_losses[iteration][1] - 1
      print(('%s: total %.1e off, 1 - cosine %.1e'):format(label, off, 1 - similarity))
    end
    assert_losses(golden_losses[iteration]:totable(), losses_of(run, total), 1e-4, label)
    assert(similarity >= least_cosine(iteration), ('%s: gradient cosine %.9f'):format(label, similarity))
  end
end

-- Replaces the histogram losses by what Torch's handed back at the first iterate.
local function replay_histograms(run, dump, modules)
  for i, module in ipairs(run.losses[3]) do
    if paths.filep(dump .. '/' .. modules[i]) then
      local recorded = tensor(dump .. '/' .. modules[i]):type(run.img:type())
      module.updateGradInput = function(self)
        self.gradInput = recorded
        return recorded
      end
    end
  end
end

-- Keeps a copy of what module hands back: the ReLU below changes it in place.
local function record(module)
  local update = module.updateGradInput
  module.updateGradInput = function(...)
    local gradient = update(...)
    module.recorded = gradient:double()
    return gradient
  end
end

local recorded_modules = {[11] = 'StyleLoss', [17] = 'StyleLoss', [27] = 'ContentLoss', [28] = 'StyleLoss'}

describe('the passes at recorded iterates', function()
  teardown(function() pen.set_precision(pen.cpu, 'fast') end)

  local places = {{name = 'exact', gpu = -1}, {name = 'fast', gpu = -1}}
  if pen.devices() then places[3] = {name = 'exact', gpu = 0} end
  for _, place in ipairs(places) do
    local precision, where = place.name, place.gpu < 0 and place.name or pen.devices()[0].name
    for _, example in ipairs {2, 13} do
      local golden = ('%s/golden/idx%d'):format(shared, example)

      local function prepare(pass, whole_frame)
        pen.set_precision(place.gpu < 0 and pen.cpu or pen.devices()[place.gpu], precision)
        local params = examples.params(example)
        params.whole_frame, params.gpu = whole_frame, place.gpu
        return quietly(pass.prepare, params, examples.load_network)
      end

      it(('pass 1 of example %d has the losses and gradients of Torch7 (%s)'):format(example, where), function()
        if not helper.have_shared() then return pending('golden data is absent') end
        check_iterates(prepare(pass1), golden .. '/dump1', function() return 0.99999 end)
      end)

      -- At the second iterate the content loss is the rounding of the convolutions, normalised to length 1: noise of
      -- its own in Torch's gradient as well, and more of it with Winograd's convolution.
      it(('pass 2 of example %d has the losses and gradients of Torch7 (%s)'):format(example, where), function()
        if not helper.have_shared() then return pending('golden data is absent') end
        check_iterates(prepare(pass2), golden .. '/dump2', function(iteration)
          return iteration == 2 and (precision == 'exact' and 0.999 or 0.998) or 0.99999
        end)
      end)

      it(('pass 2 of example %d without the histogram ranks agrees closely (%s)'):format(example, where), function()
        if not helper.have_shared() then return pending('golden data is absent') end
        local dump, run = golden .. '/dump2', prepare(pass2, true)
        replay_histograms(run, dump, {'gradInput_module05_HistLoss.npy', 'gradInput_module29_HistLoss.npy'})
        for number in pairs(recorded_modules) do record(run.net:get(number)) end
        local _, grad = optimise.evaluator(run)(tensor(dump .. '/iter01_x.npy'):type(run.img:type()))
        local similarity = cosine(grad:double(), tensor(dump .. '/iter01_grad.npy'):view(-1):double())
        assert(similarity >= 0.99999, ('gradient cosine %.9f'):format(similarity))
        for number, name in pairs(recorded_modules) do
          local want = tensor(('%s/gradInput_module%d_%s.npy'):format(dump, number, name)):double()
          similarity = cosine(run.net:get(number).recorded, want)
          assert(similarity >= 0.99999, ('module %d: gradient cosine %.9f'):format(number, similarity))
        end
      end)
    end
  end
end)
