-- The memory that `pentimento harmonize` foretells, and -max_memory: held against what runs take.
local json = require 'dkjson'
local helper = require 'helper'
local people = require 'harmonize.people'

local W, H = 420, 330

describe('the memory of a run', function()
  local world, model
  setup(function()
    world, model = people.world(), 'models/pentimento.caffemodel'
    local painting = torch.Tensor(3, H, W)
    for c = 1, 3 do
      for y = 1, H do
        for x = 1, W do painting[c][y][x] = 0.5 + 0.2 * math.sin(x / (9 + c)) + 0.2 * math.cos(y / 13) end
      end
    end
    local composite = painting:clone()
    composite[{{}, {100, 220}, {150, 280}}]:mul(-0.8):add(1)
    image.save(world.folder .. '/wide.png', painting)
    image.save(world.folder .. '/pasted.png', composite)
  end)
  teardown(function() people.remove(world) end)

  local function harmonize(changes)
    local options = {painting = world.folder .. '/wide.png', composite = world.folder .. '/pasted.png',
      num_iterations = 3, model_file = model, image_size = W}
    for name, value in pairs(changes) do options[name] = value end
    local status, out, errors = people.harmonize(world, options)
    local log = status == 0 and json.decode(helper.read(world.folder .. '/result.json'))
    return log, log and out or errors
  end

  local usual
  it('is about what was foretold', function()
    local out
    usual, out = harmonize {}
    assert.truthy(out:find('needs about', 1, true))
    local ratio = usual.memory_gb / usual.peak_gb
    assert.is_true(ratio > 0.75 and ratio < 1.35, ('foretold %.3f GB, took %.3f'):format(usual.memory_gb,
      usual.peak_gb))
  end)

  it('stays below -max_memory, and the size that an error recommends fits', function()
    local limit = 0.6 * usual.memory_gb
    local log, errors = harmonize {max_memory = limit}
    assert.is_false(log)
    local size = tonumber(errors:match('%-image_size (%d+) would fit'))
    assert.is_true(size > W / 3 and size < W, errors)
    log = assert(harmonize {max_memory = limit, image_size = size})
    assert.is_true(log.memory_gb <= limit and log.peak_gb <= limit)
  end)
end)
