-- Many draws from one discrete distribution: torch.multinomialAliasSetup prepares it, multinomialAlias draws. Each of
-- n columns of equal weight holds a part of its own category and fills up with one other. Unlike Torch, which keeps a
-- column to itself when the other category is the first one, every category comes as often as it should.
local error = require 'pen.blame'
local pen = require 'pen.ffi'

-- Fills keep[0 .. n-1], the share of its own in each column, and other[0 .. n-1], 1-based. keep holds n times the
-- probabilities at the start.
local function fill_columns(keep, other, n)
  local small, large = {}, {}
  for i = 0, n - 1 do
    local list = keep[i] < 1 and small or large
    list[#list + 1], other[i] = i, i + 1
  end
  while #small > 0 and #large > 0 do
    local i, j = small[#small], large[#large]
    small[#small] = nil
    other[i], keep[j] = j + 1, keep[j] - (1 - keep[i])
    if keep[j] < 1 then small[#small + 1], large[#large] = j, nil end
  end
  for _, list in ipairs {small, large} do -- what rounding has left over
    for _, i in ipairs(list) do keep[i] = 1 end
  end
end

return function(torch, generator_of)
  -- Probabilities that sum to 1 -> {other categories, LongTensor; shares of their own, DoubleTensor}. An earlier state
  -- is filled anew.
  function torch.multinomialAliasSetup(probabilities, state)
    local n = probabilities:nElement()
    if n == 0 or probabilities:min() < 0 then error('multinomialAliasSetup: these are no probabilities', 2) end
    state = state or {torch.LongTensor(), torch.DoubleTensor()}
    state[1]:resize(n)
    state[2]:resize(n):copy(probabilities):mul(n)
    fill_columns(state[2]:data(), state[1]:data(), n)
    return state
  end

  -- Fills output, a LongTensor, with 1-based categories.
  function torch.multinomialAlias(output, state)
    local dense = output:contiguous()
    pen.check(pen.cpu, pen.C.pen_random_alias(generator_of(), dense, state[1], state[2]))
    return dense == output and output or output:copy(dense)
  end
end
