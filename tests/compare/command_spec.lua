-- The command as a user meets it: what it writes, its exit status, one line for what is wrong.
local folders = require 'compare.folders'
local helper = require 'helper'
local shell = require 'shell'

local function run(params) return shell.run(shell.line('compare', params)) end

describe('compare', function()
  local folder, params
  before_each(function()
    folder = folders.new('1', '2')
    params = folders.params(folder)
  end)
  after_each(function() folders.remove(folder) end)

  local function written(name)
    local file = io.open(name)
    if file then file:close() end
    return file ~= nil
  end

  it('writes a table, CSV and a page', function()
    local status, out, errors = run(params)
    assert.are.equal(0, status, errors)
    assert.truthy(out:find('\nmean +naive'), out)
    assert.truthy(errors:find('1 of 2 done, about %d+ s left'), errors)
    -- Ours is the painting: nothing changed, and every patch is its own.
    local row = helper.read(params.csv):match('\r\n1,ours,(.-)\r\n')
    assert.truthy(row:find('^0,0,[%d.e-]+,[%d.]+,0[%d.]*,0[%d.]*,[%d.]+,[%d.]+,[%d.]+,[%d.-]+$'), row)
    assert.truthy(helper.read(params.page):find('</html>\n$'))
    for name in paths.iterfiles(folder) do assert.is_nil(name:find('part')) end
  end)

  it('measures one folder alone, and writes only what is asked', function()
    params.theirs, params.page = '', ''
    local status, out, errors = run(params)
    assert.are.equal(0, status, errors)
    assert.is_nil(out:find('theirs'))
    assert.is_false(written(folder .. '/page.html'))
    assert.is_nil(helper.read(params.csv):find('theirs'))
  end)

  it('goes on after an example that cannot be measured, and ends with 1', function()
    image.save(folder .. '/ours/1.png', torch.zeros(3, 8, 6))
    folders.add(folder, '3')
    os.remove(folder .. '/theirs/3_final_res2.png')
    local status, out, errors = run(params)
    assert.are.equal(1, status)
    assert.truthy(errors:find('compare: skipped 3: no %%_final_res2.png in [^\n]*theirs\n'), errors)
    assert.truthy(errors:find('compare: example 1: [^\n]*/ours/1.png is 6 x 8, but [^\n]*: bring them to one size\n'),
      errors)
    assert.truthy(out:find('\n2 +naive'), out)
    assert.truthy(helper.read(params.csv):find('\r\n2,ours'))
    assert.is_nil(helper.read(params.csv):find('\r\n1,'))
    assert.is_true(written(params.page))
  end)

  -- what, change(params, folder), patterns that the line must hold
  local function refuses(name, change, ...)
    local patterns = {...}
    it('refuses ' .. name, function()
      change(params, folder)
      local status, _, errors = run(params)
      assert.are.equal(1, status)
      local last = errors:match('([^\n]*)\n$')
      assert.truthy(last:find('^compare: '), errors)
      for _, pattern in ipairs(patterns) do assert.truthy(last:find(pattern, 1, true), errors) end
      assert.is_false(written(folder .. '/page.html') or written(folder .. '/numbers.csv'))
    end)
  end

  refuses('no folder', function(p) p.ours = '' end, '-ours is missing', '-help')
  refuses('a folder that is not there', function(p, f) p.theirs = f .. '/none' end, '-theirs', '/none',
    'no such folder')
  refuses('a pattern without a name', function(p) p.mask = 'mask.png' end, '-mask mask.png', '%')
  refuses('folders without a common example', function(p, f) p.ours = f .. '/theirs' p.ours_files = '%_x.png' end,
    'no example is complete')
  refuses('examples that all fail', function(_, f)
    for name = 1, 2 do image.save(('%s/data/%d_c_mask.png'):format(f, name), torch.zeros(3, 40, 48)) end
  end, 'no example could be measured')
  refuses('a page in a folder that is not there', function(p, f) p.page = f .. '/none/page.html' end, '-page',
    '/none/page.html', 'cannot be written')
  refuses('numbers in place of a folder', function(p, f) p.csv = f .. '/data' end, '-csv', '/data is a folder')
  refuses('a model that is not there', function(p, f) p.model_file = f .. '/none' end, '-model_file', '/none')
  refuses('a model without the layers', function(p, f)
    local writer = require 'model.writer'
    local layers = writer.vgg19(helper.numbers(5))
    while #layers > 12 do table.remove(layers) end
    local file = assert(io.open(f .. '/net.caffemodel', 'wb'))
    file:write(writer.net(1, layers))
    file:close()
  end, '-model_file', 'no layer')
  refuses('no patches', function(p) p.patches = 0 end, '-patches 0')
end)
