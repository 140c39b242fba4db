-- Both passes on a small synthetic example: what is written, what stays, and that a step allocates nothing.
local synthetic = require 'harmonize.synthetic'
local heap = require 'pen.heap'
local pen = require 'pen.ffi'
local optimise = require 'pen.harmonize.optimise'

local passes = {require 'pen.harmonize.pass1', require 'pen.harmonize.pass2'}

describe('harmonization', function()
  local params
  before_each(function() params = synthetic.params() end)
  after_each(function() synthetic.remove(params) end)

  local function prepare(pass)
    pass.check(params)
    return synthetic.quietly(pass.prepare, params, synthetic.network)
  end

  for number, pass in ipairs(passes) do
    it(('pass %d lowers its losses and changes nothing outside the mask'):format(number), function()
      params.num_iterations = 12
      local run = prepare(pass)
      local evaluate = optimise.evaluator(run)
      local before = evaluate(run.img:clone())
      synthetic.quietly(optimise.run, run)
      assert.is_true((evaluate(run.img)) < before)
      local result, painting = image.load(params.output_image, 3), image.load(params.style_image, 3)
      local outside = image.load(params.mask_image, 3):eq(0):double()
      -- As in the original, the painting goes through float and bytes are cut off, not rounded: one level may be lost.
      assert.is_true(torch.cmul(result - painting, outside):abs():max() <= 1.01 / 255)
      assert.is_true(torch.cmul(result - painting, 1 - outside):abs():max() > 0.01)
    end)

    it(('pass %d allocates nothing after the second evaluation'):format(number), function()
      local run = prepare(pass)
      local evaluate = optimise.evaluator(run)
      evaluate(run.img)
      local _, grad = evaluate(run.img)
      heap.collect()
      local bytes, _, count = heap.bytes(pen.cpu)
      for _ = 1, 3 do
        run.img:add(-1e-4, grad)
        _, grad = evaluate(run.img)
      end
      local _, _, count_after = heap.bytes(pen.cpu)
      assert.are.equal(count, count_after)
      grad = nil
      heap.collect()
      assert.are.equal(bytes, (heap.bytes(pen.cpu)))
    end)

    it(('pass %d goes on from its best picture when it diverges'):format(number), function()
      params.num_iterations = 20
      local run, seen, restored = prepare(pass), {}, nil
      optimise.start(run)
      local evaluate = run.evaluate
      run.evaluate = function()
        local loss, gradient = evaluate()
        if #seen == 8 then loss = 0 / 0 elseif #seen == 14 then loss = 1e4 * seen[1] end
        if run.restarts and not restored then restored = loss end
        seen[#seen + 1] = loss
        return loss, gradient
      end
      optimise.advance(run, 20, function() end)
      assert.equal(20, #seen)
      assert.equal(2, run.restarts)
      assert.equal(math.min(unpack(seen, 1, 8)), restored)
      assert.is_true(run.img:sum() == run.img:sum())
    end)

    it(('pass %d repeats to the bit'):format(number), function()
      local totals = {}
      for i = 1, 2 do
        local run = prepare(pass)
        totals[i] = optimise.evaluator(run)(run.img)
      end
      assert.are.equal(totals[1], totals[2])
    end)

    it(('pass %d does the same a few iterations at a time'):format(number), function()
      local pictures = {}
      for i, lengths in ipairs {{7}, {1, 2, 4}} do
        local run = prepare(pass)
        optimise.start(run)
        for _, length in ipairs(lengths) do optimise.advance(run, length, function() end) end
        assert.are.equal(7, run.done)
        pictures[i] = run.img
      end
      assert.are.equal(0, (pictures[1] - pictures[2]):abs():max())
    end)

    it(('pass %d runs with Adam, from noise, in the colours of the composite'):format(number), function()
      params.optimizer, params.init, params.original_colors, params.save_iter = 'adam', 'random', 1, 2
      synthetic.quietly(optimise.run, prepare(pass))
      for _, name in ipairs {'out.png', 'out_2.png'} do
        assert.are.same({3, 40, 48}, image.load(params.folder .. '/' .. name, 3):size():totable())
      end
      assert.is_false(paths.filep(params.folder .. '/out_4.png'))
    end)
  end

  it('pass 1 writes its picture even when L-BFGS stops early', function()
    params.num_iterations = 50
    local run = prepare(passes[1])
    run.optim_state.tolFun = 1e30
    local calls = synthetic.quietly(optimise.run, run)
    assert.is_true(calls < 50)
    assert.is_true(paths.filep(params.output_image))
  end)

  it('pass 1 normalises gradients when asked', function()
    params.normalize_gradients = true
    synthetic.quietly(optimise.run, prepare(passes[1]))
    assert.is_true(paths.filep(params.output_image))
  end)

  it('gives the CPU-backed CudaTensor the results of FloatTensor', function()
    local on_float = optimise.evaluator(prepare(passes[1]))
    params.gpu = 0
    local run = prepare(passes[1])
    assert.are.equal('torch.CudaTensor', run.img:type())
    local loss, grad = optimise.evaluator(run)(run.img)
    local loss_float, grad_float = on_float(run.img:float())
    assert.are.equal(loss_float, loss)
    assert.are.equal(0, (grad:float() - grad_float):abs():max())
  end)
end)
