-- Finding examples by the names of their files, and loading them.
local folders = require 'compare.folders'
local examples = require 'pen.compare.examples'

describe('examples', function()
  local folder, params
  before_each(function()
    folder = folders.new('10', '9', '(a b)')
    params = folders.params(folder)
  end)
  after_each(function() folders.remove(folder) end)

  local function names()
    local list = {}
    for i, example in ipairs((examples.find(params))) do list[i] = example.name end
    return list
  end

  it('are found in the order of their numbers', function()
    assert.are.same({'9', '10', '(a b)'}, names())
    local found, skipped = examples.find(params)
    assert.are.same({}, skipped)
    assert.are.same({
      painting = folder .. '/data/9_target.png', naive = folder .. '/data/9_naive.png',
      tight = folder .. '/data/9_c_mask.png', loose = folder .. '/data/9_c_mask_dilated.png',
      theirs = folder .. '/theirs/9_final_res2.png', ours = folder .. '/ours/9.png',
    }, found[1].files)
  end)

  it('are left out, and named, when something is missing', function()
    os.remove(folder .. '/ours/10.png')
    os.remove(folder .. '/ours/(a b).png')
    os.remove(folder .. '/data/9_naive.png')
    local found, skipped = examples.find(params)
    assert.are.equal(0, #found)
    assert.are.same({
      ('skipped 9: no %%_naive.png in %s/data'):format(folder),
      ('skipped 10 (a b): no %%_final_res2.png,%%.png in %s/ours'):format(folder),
    }, skipped)
  end)

  it('take the first file that exists', function()
    image.save(folder .. '/ours/9_final_res2.png', torch.zeros(3, 4, 4))
    assert.are.equal(folder .. '/ours/9_final_res2.png', examples.find(params)[1].files.ours)
  end)

  it('need no other results', function()
    params.theirs = ''
    os.remove(folder .. '/theirs/10_final_res2.png')
    assert.are.same({'9', '10', '(a b)'}, names())
    assert.is_nil(examples.load(examples.find(params)[1]).theirs)
  end)

  it('have the loose mask of their file, or the tight one grown', function()
    local with = examples.load(examples.find(params)[1])
    assert.are.equal(20 * 16, with.loose:sum())
    assert.are.equal(16 * 12, with.tight:sum())
    os.remove(folder .. '/data/9_c_mask_dilated.png')
    local without = examples.load(examples.find(params)[1])
    assert.is_true(without.loose:sum() > 16 * 12)
    assert.are.equal(0, torch.cmul(without.tight, 1 - without.loose:double()):max())
  end)

  it('say which file has another size, or is none', function()
    image.save(folder .. '/ours/9.png', torch.zeros(3, 8, 6))
    local list = examples.find(params)
    local _, problem = pcall(examples.load, list[1])
    assert.are.equal(('%s/ours/9.png is 6 x 8, but %s/data/9_target.png is 48 x 40: bring them to one size'):format(
      folder, folder), problem)
    local file = assert(io.open(folder .. '/ours/10.png', 'w'))
    file:write('no picture')
    file:close()
    local _, unreadable = pcall(examples.load, list[2])
    assert.truthy(unreadable:find('^' .. folder:gsub('%p', '%%%0') .. '/ours/10.png: [^\n]+$'), unreadable)
  end)

  it('are asked for with folders that exist and patterns with one %', function()
    examples.check(params)
    for option, value in pairs {ours = folder .. '/none', data = folder .. '/page.html', mask = 'mask.png',
                                painting = '%.jpg,%%.png'} do
      local wrong = folders.params(folder)
      wrong[option] = value
      assert.error_matches(function() examples.check(wrong) end, '^%-' .. option .. ' [^\n]+$')
    end
  end)
end)
