-- Coarse to fine: both passes small, then pass 2 at the full size.
local json = require 'dkjson'
local helper = require 'helper'
local people = require 'harmonize.people'
local shell = require 'shell'

describe('pentimento harmonize, coarse to fine,', function()
  local world
  setup(function() world = people.world() end)
  teardown(function() people.remove(world) end)

  local function path(name) return world.folder .. '/' .. name end
  local function harmonize(changes)
    local status, out, errors = people.harmonize(world, changes)
    assert(status == 0, errors)
    return json.decode(helper.read(path((changes.output or 'result.png'):match('[^/]+$'):gsub('png$', 'json')))), out
  end

  local function passes_of(log)
    local list = {}
    for i, pass in ipairs(log.passes) do list[i] = {pass.pass, pass.iterations} end
    return list
  end

  it('does both passes small and a quarter of pass 2 large', function()
    local log, out = harmonize {coarse_size = 30}
    assert.same({{'coarse pass 1', 12}, {'coarse pass 2', 12}, {'pass 2', 3}}, passes_of(log))
    assert.truthy(out:find('both passes at 30 pixels, then pass 2 goes on at 48', 1, true), out)
    local whole = harmonize {coarse_size = 0, output = path 'direct.png'}
    assert.same({{'pass 1', 12}, {'pass 2', 12}}, passes_of(whole))
    -- it goes on where the small picture has led, not from the beginning
    assert.is_true(log.passes[3].losses[1].total < 0.7 * whole.passes[2].losses[1].total)
  end)

  it('leaves sizes alone that are about the coarse one', function()
    assert.same({{'pass 1', 12}, {'pass 2', 12}}, passes_of(harmonize {coarse_size = 40}))
  end)

  it('makes a sheet, every strength from its own small picture', function()
    local log = harmonize {coarse_size = 30, sheet = true}
    assert.equal(3, #log.passes)
    assert.truthy(paths.filep(path 'result_sheet.png'))
  end)

  -- Passes of 40, 40 and 10 iterations are looked at 8, 8 and 2 times: Ctrl-C comes with the look of this number.
  for pass, look in pairs {['coarse pass 1'] = 3, ['coarse pass 2'] = 11, ['pass 2'] = 17} do
    it('goes on after Ctrl-C in ' .. pass .. ' as if nothing had happened', function()
      local changes = {num_iterations = 40, coarse_size = 30, output = path 'whole.png'}
      harmonize(changes)
      changes.output = path 'cut.png'
      local program = helper.write(path 'interrupt.lua', ([[
        local looks = 0
        package.preload['pen.interrupt'] = function()
          return {watch = function() end, pending = function() looks = looks + 1 return looks == %d end}
        end]]):format(look))
      local status, _, errors = shell.run(('LUA_INIT=@%s %s'):format(program, people.line(world, changes)))
      assert.equal(130, status, errors)
      assert.equal(pass, json.decode(helper.read(path 'cut.json')).interrupted.pass)
      assert.truthy(paths.filep(path 'cut.png'))
      status, _, errors = shell.run(shell.line('harmonize', {resume = path 'cut.resume'}))
      assert.equal(0, status, errors)
      assert.equal(helper.read(path 'whole.png'), helper.read(path 'cut.png'))
    end)
  end
end)
