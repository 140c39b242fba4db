-- nngraph against the same networks made of nn's containers, and against finite differences.
require 'nngraph'

local function distance(a, b) return (a - b):abs():max() end

-- Largest difference of net's gradient by its flat input from finite differences of sum(output * weight).
local function gradient_error(net, x, weight, forward, backward)
  local gradient = backward(net, x, weight):clone()
  local worst, step = 0, 1e-6
  for i = 1, x:nElement() do
    local before = x[i]
    x[i] = before + step
    local high = forward(net, x, weight)
    x[i] = before - step
    local low = forward(net, x, weight)
    x[i] = before
    worst = math.max(worst, math.abs((high - low) / (2 * step) - gradient[i]))
  end
  return worst
end

local function plain_forward(net, x, weight) return torch.cmul(net:forward(x), weight):sum() end

local function plain_backward(net, x, weight)
  net:forward(x)
  return net:backward(x, weight)
end

describe('nngraph', function()
  it('runs a chain as nn.Sequential does', function()
    local a, b = nn.Linear(4, 5), nn.Linear(5, 2)
    local chain = nn.Sequential():add(a):add(nn.Tanh()):add(b)
    local x = a()
    local net = nn.gModule({x}, {b(nn.Tanh()(x))})
    local input, gradient = torch.randn(3, 4), torch.randn(3, 2)
    assert.equal(0, distance(chain:forward(input), net:forward(input)))
    chain:zeroGradParameters()
    local want, want_weight = chain:backward(input, gradient):clone(), a.gradWeight:clone()
    net:zeroGradParameters()
    assert.equal(0, distance(want, net:backward(input, gradient)))
    assert.equal(0, distance(want_weight, a.gradWeight))
    assert.equal(4, #net:parameters())
  end)

  it('adds the gradients of a node that several read', function()
    local x = nn.Identity()()
    local shared = nn.Linear(4, 4)(x)
    local y = nn.CMulTable()({nn.Tanh()(shared), nn.Sigmoid()(shared), nn.CAddTable()({shared, x})})
    local net = nn.gModule({x}, {y})
    assert.is_true(gradient_error(net, torch.randn(4), torch.randn(4), plain_forward, plain_backward) < 1e-7)
  end)

  it('takes and gives tables, and splits them', function()
    local a, b = nn.Identity()(), nn.Identity()()
    local left, right = nn.ConcatTable():add(nn.Square()):add(nn.Exp())(b):split(2)
    local net = nn.gModule({a, b}, {nn.CMulTable()({a, left}), nn.CAddTable()(right, a)})
    local x, y = torch.randn(3), torch.randn(3)
    local out = net:forward({x, y})
    assert.equal(0, distance(torch.cmul(x, torch.pow(y, 2)), out[1]))
    assert.equal(0, distance(torch.exp(y) + x, out[2]))
    local g, h = torch.randn(3), torch.randn(3)
    local back = net:backward({x, y}, {g, h})
    local want_x = torch.cmul(g, torch.pow(y, 2)) + h
    local want_y = torch.cmul(g, torch.cmul(x, y * 2)) + torch.cmul(h, torch.exp(y))
    assert.is_true(distance(want_x, back[1]) < 1e-12)
    assert.is_true(distance(want_y, back[2]) < 1e-12)
  end)

  it('changes type, is copied and saved', function()
    local x = nn.Identity()()
    local net = nn.gModule({x}, {nn.CAddTable()({nn.Linear(3, 3)(x), x})}):float()
    local input = torch.randn(3):float()
    local want = net:forward(input):clone()
    local name = os.tmpname()
    torch.save(name, net:clearState())
    local loaded = torch.load(name)
    os.remove(name)
    assert.equal('torch.FloatTensor', net:type())
    assert.equal(0, distance(want, loaded:forward(input)))
    assert.equal(0, distance(want, net:clone():forward(input)))
  end)

  it('leaves calls with tensors to nn', function()
    local output, gradInput = nn.MulConstant(3)(torch.Tensor {2}, torch.Tensor {1})
    assert.same({6, 3}, {output[1], gradInput[1]})
    assert.equal(4, nn.MSECriterion()(torch.Tensor {3}, torch.Tensor {1}))
  end)

  it('refuses loops, loose ends and what is no node', function()
    local x = nn.Identity()()
    assert.has_error(function() nn.Identity()(5) end)
    assert.has_error(function() nn.gModule({x}, {nn.Identity()()}) end)
    local y = nn.Identity()(x)
    x.children[1] = y
    assert.has_error(function() nn.gModule({x}, {y}) end)
  end)
end)
