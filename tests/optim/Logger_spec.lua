-- optim.Logger: the files it writes, what it keeps, what it refuses.
require 'optim'
local helper = require 'helper'
local quiet = require 'quiet'

describe('optim.Logger', function()
  local name
  before_each(function() name = os.tmpname() end)
  after_each(function() os.remove(name) end)

  it('writes rows under names that were set', function()
    local logger = optim.Logger(name)
    assert.equal(logger, logger:setNames {'loss', 'note'})
    logger:add {0.5, 'good'}
    logger:add {1e10, ''}
    assert.equal('loss\tnote\t\n 5.0000e-01\tgood\t\n 1.0000e+10\t\t\n', helper.read(name))
    assert.same({{0.5, 1e10}, {'good', ''}}, logger.symbols)
  end)

  it('takes names from the first row', function()
    local logger = optim.Logger(name)
    logger:add {loss = -2}
    logger:add {loss = 3}
    assert.equal('loss\t\n-2.0000e+00\t\n 3.0000e+00\t\n', helper.read(name))
    assert.same({-2, 3}, logger.symbols.loss)
    assert.has_error(function() logger:add {loss = true} end)
  end)

  it('makes the folder, and says once that it draws nothing', function()
    os.remove(name)
    local logger = optim.Logger(name .. '/deep/log')
    logger:setNames {'a'}
    assert.equal('a\t\n', helper.read(name .. '/deep/log'))
    local said = quiet.captured(function()
      logger:style({'-'}):plot()
      logger:plot()
    end)
    assert.equal('<Logger> warning: plots are not drawn here\t\n', (said:gsub('here\n', 'here\t\n')))
    assert.same({'-'}, logger.styles[1])
    os.execute(('rm -r "%s"'):format(name))
  end)
end)
