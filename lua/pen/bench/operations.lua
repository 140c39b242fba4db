-- Microseconds of operations on small tensors, as scripts do by the thousand and at the prompt: what a call costs.
local sys = require 'sys'
local M = {}

local CALLS, ROUNDS = 1000, 5

-- Name and operation; each gets three 4 x 4 double tensors and a vector of 4.
local function operations()
  local list = torch.LongTensor {3, 1}
  local index = torch.LongTensor {{1, 2, 3, 4}}
  local linear = nn.Linear(4, 4)
  local net = nn.Sequential():add(nn.Linear(4, 4)):add(nn.ReLU()):add(nn.Linear(4, 1))
  local criterion, target = nn.MSECriterion(), torch.ones(1)
  return {
    {'torch.Tensor(4, 4)', function() return torch.Tensor(4, 4) end},
    {'a:clone()', function(a) return a:clone() end},
    {'a[2]', function(a) return a[2] end},
    {'a[2][3]', function(a) return a[2][3] end},
    {'a[2][3] = 1', function(a) a[2][3] = 1 end},
    {'a[{{1, 2}, 3}]', function(a) return a[{{1, 2}, 3}] end},
    {'a:narrow(1, 2, 2)', function(a) return a:narrow(1, 2, 2) end},
    {'a:t()', function(a) return a:t() end},
    {'a:view(-1)', function(a) return a:view(-1) end},
    {'a:size(1)', function(a) return a:size(1) end},
    {'a:fill(1)', function(a) a:fill(1) end},
    {'a:copy(b)', function(a, b) a:copy(b) end},
    {'a:add(1)', function(a) a:add(1) end},
    {'a:add(2, b)', function(a, b) a:add(2, b) end},
    {'a + b', function(a, b) return a + b end},
    {'a:cmul(b)', function(a, b) a:cmul(b) end},
    {'torch.exp(c, a)', function(a, _, c) torch.exp(c, a) end},
    {'a:sum()', function(a) return a:sum() end},
    {'a:max(1)', function(a) return a:max(1) end},
    {'a:gt(0)', function(a) return a:gt(0) end},
    {'torch.mm(c, a, b)', function(a, b, c) torch.mm(c, a, b) end},
    {'torch.mv(a, v)', function(a, _, _, v) return torch.mv(a, v) end},
    {'a:sort()', function(a) return a:sort() end},
    {'a:index(1, list)', function(a) return a:index(1, list) end},
    {'a:gather(1, index)', function(a) return a:gather(1, index) end},
    {'torch.cat(a, b, 1)', function(a, b) return torch.cat(a, b, 1) end},
    {'a:apply(f)', function(a) a:apply(function(x) return x + 1 end) end},
    {'torch.randn(4)', function() return torch.randn(4) end},
    {'Linear:forward', function(_, _, _, v) linear:forward(v) end},
    {'a step of training', function(_, _, _, v)
      net:zeroGradParameters()
      criterion:forward(net:forward(v), target)
      net:backward(v, criterion:backward(net.output, target))
      net:updateParameters(1e-4)
    end},
  }
end

-- Least microseconds of a call, of some rounds.
local function measure(operation)
  local best = math.huge
  local a, b, c, v = torch.rand(4, 4), torch.rand(4, 4), torch.rand(4, 4), torch.rand(4)
  for _ = 1, ROUNDS do
    a:fill(0.5)
    local start = sys.clock()
    for _ = 1, CALLS do operation(a, b, c, v) end
    best = math.min(best, sys.clock() - start)
  end
  return best / CALLS * 1e6
end

-- A list of {name, microseconds}.
function M.run()
  local rows = {}
  for i, entry in ipairs(operations()) do rows[i] = {name = entry[1], microseconds = measure(entry[2])} end
  return rows
end

return M
