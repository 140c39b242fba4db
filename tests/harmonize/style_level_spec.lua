-- The style level that an option, a genre, a file or the painting gives, and what is refused.
require 'torch'
require 'image'
local helper = require 'helper'
local style_level = require 'pen.harmonize.style_level'

local fails = helper.fails

describe('the style level', function()
  local resolve = style_level.resolve

  it('is a number as given', function()
    assert.are.equal(3.5, (resolve {style_level = '3.5'}))
    assert.are.equal(20, (resolve {style_level = 20}))
    assert.are.equal('style level 3.5, as given', select(2, resolve {style_level = 3.5, genre = '', wikiart_fn = ''}))
  end)

  it('is no other word and no number out of range', function()
    for _, word in ipairs {'strong', '0', -1, 20.5, 0 / 0, 1 / 0, '5,0'} do
      fails('-style_level ' .. tostring(word), resolve, {style_level = word})
    end
    fails('up to 20', resolve, {style_level = 21})
  end)

  it('is that of a genre, however it is written', function()
    for name, level in pairs {
      baroque = 1, ['HIGH RENAISSANCE'] = 1, Renaissance = 1, ['art-nouveau'] = 1, ['Art Nouveau (Modern)'] = 1,
      ['mannerism'] = 1, ['Mannerism (Late Renaissance)'] = 1, romanticism = 1, Realism = 1, symbolism = 1,
      impressionism = 5, ['post impressionism'] = 5, PostImpressionism = 5, cubism = 10, Expressionism = 10,
    } do
      assert.are.equal(level, (resolve {style_level = 'auto', genre = name}), name)
    end
    assert.are.equal('style level 5, the published one of Post-Impressionism',
      select(2, resolve {genre = 'post-impressionism'}))
  end)

  it('of an unknown genre is an error that helps', function()
    fails('did you mean Impressionism?', resolve, {genre = 'impresionist'})
    fails('Cubism, Expressionism (10)', resolve, {genre = 'vaporwave'})
    fails('-style_level', resolve, {genre = '123'})
  end)

  it('is read from a file', function()
    local name = os.tmpname()
    local file = assert(io.open(name, 'w'))
    file:write('idx=0, classified label=Baroque, weight=1.25\nweight=7\n')
    file:close()
    local level, text = resolve {style_level = 'auto', wikiart_fn = name, index = 0}
    assert.are.equal(1.25, level)
    assert.are.equal('style level 1.25, line 0 of ' .. name .. ': Baroque', text)
    assert.are.equal(7, (resolve {wikiart_fn = name, index = 1}))
    fails('lines 0 to 1', resolve, {wikiart_fn = name, index = 2})
    os.remove(name)
    fails('-wikiart_fn', resolve, {wikiart_fn = name, index = 0})
  end)

  it('is estimated otherwise, and says with what error', function()
    for _, params in ipairs {{}, {style_level = 'auto'}, {style_level = '', genre = ''}} do
      local level, text = resolve(params, torch.Tensor(3, 9, 9):fill(0.4))
      assert.are.equal(1, level)
      local pattern = '^style level 1, estimated from the painting, %d+ %% sure %(.* %d+ of %d+ .* %d+ %%%)$'
      assert.truthy(text:match(pattern), text)
    end
  end)

  it('is given once', function()
    fails('-style_level and -genre', resolve, {style_level = 3, genre = 'baroque'})
    fails('-genre and -wikiart_fn', resolve, {genre = 'baroque', wikiart_fn = 'levels.txt', index = 0})
  end)

  it('lists the genres', function()
    assert.are.equal(11, #style_level.genres)
    for _, genre in ipairs(style_level.genres) do assert.are.equal(genre.level, (resolve {genre = genre.name})) end
  end)
end)
