-- The operations that are timed: Lua source that Torch7 and Pentimento both understand. A group has lines that run
-- once, whose locals the operations see; an operation is an expression or, with a ';', statements.
local values = [[
  local a, b, c, v = torch.rand(4, 4), torch.rand(4, 4), torch.rand(4, 4), torch.rand(4)
  local s, x = torch.rand(1000), 0
  torch.manualSeed(1)
]]

return {
  {'constructors', values .. [[ local list, size = {1, 2, 3, 4}, torch.LongStorage {4, 4} ]], {
    'torch.Tensor()', 'torch.Tensor(4, 4)', 'torch.Tensor(size)', 'torch.FloatTensor(4)', 'torch.Tensor(list)',
    'torch.zeros(4, 4)', 'torch.range(1, 4)', 'torch.linspace(0, 1, 4)', 'torch.eye(4)', 'a:clone()', 'a.new(4)',
    'torch.Tensor(1000)', 'torch.zeros(1000)', 'torch.LongStorage(4)',
  }},
  {'views', values, {
    'a[2]', 'v[3]', 'a[2][3]', 'a[{2, 3}]', 'a[{{1, 2}, 3}]', 'a[{{}, {2, 3}}]', 'a:narrow(1, 2, 2)', 'a:select(1, 2)',
    'a:sub(1, 2, 1, 2)', 'a:t()', 'a:transpose(1, 2)', 'a:view(-1)', 'a:view(2, 8)', 'a:resize(4, 4)', 'c:resizeAs(a)',
    'v:view(1, 4):expand(4, 4)', 'v:view(1, 4):expandAs(a)', 'a:unfold(1, 2, 1)', 'a:squeeze()', 'a:contiguous()',
    'a:t():contiguous()', 'c:set(a)', 'a:split(2)', 'a:repeatTensor(2, 1)',
  }},
  {'asking', values, {
    'a:size()', 'a:size(1)', '#a', 'a:stride(1)', 'a:dim()', 'a:nElement()', 'a:isContiguous()', 'a:isSameSizeAs(b)',
    'a:storage()', 'a:type()', 'torch.type(a)', 'torch.isTensor(a)',
  }},
  {'assigning', values .. 'local f = torch.FloatTensor(4, 4):zero()', {
    'a[2][3] = 1;', 'a[{2, 3}] = 1;', 'v[3] = 1;', 'a[2] = 1;', 'a[2] = v;', 'a[{{}, 2}] = 1;', 'a:fill(1)', 'a:zero()',
    'a:copy(b)', 'c:copy(a:t())', 'f:copy(a)', 'a:float()', 'f:double()', 'a:typeAs(f)', 'f:long()', 'a:set(b)',
  }},
  {'maths', values .. 'local t = torch.rand(1000)', {
    'a:add(1)', 'a:add(1, b)', 'a:add(b)', 'a:mul(1)', 'a:div(1)', 'a:cmul(b)', 'a:cdiv(b)', 'a + b', 'a - b', 'a * 2',
    'a + 1', '-a', 'a:pow(1)', 'a:sqrt()', 'a:abs()', 'torch.exp(c, b)', 'torch.exp(b)', 'torch.add(a, b)',
    'torch.add(c, a, b)', 'torch.cmul(a, b)', 'a:gt(0)', 'a:eq(b)', 'a:clamp(0, 1)', 'a:addcmul(0.1, b, c)',
    'torch.sigmoid(b)', 'a:cmax(0)', 's:fill(1)', 's:add(1)', 's:add(1, t)', 's:cmul(t)', 's + t', 's:copy(t)',
    'torch.exp(s, t)', 'torch.tanh(s, t)', 'torch.sqrt(s, t)', 'torch.pow(s, t, 3)', 's:gt(0.5)',
  }},
  {'100000 elements', 'local s, t = torch.rand(100000), torch.rand(100000); local m = s:view(100, 1000)', {
    's:add(1)', 's:add(1, t)', 's + t', 's:cmul(t)', 's:copy(t)', 't:sum()', 't:max()', 't:mean()', 't:std()',
    'm:sum(1)', 'm:sum(2)', 'm:t():sum()', 'm:t():contiguous()', 'torch.exp(s, t)', 't:gt(0.5)', 't:float()',
    't:norm()', 't:dot(s)', 't:sort()', 't:cumsum()', 't:topk(10)', 's:uniform()', 's:normal()',
  }},
  {'reductions', values .. 'local q = torch.rand(10, 100)', {
    'a:sum()', 'a:mean()', 'a:max()', 'a:min()', 'a:std()', 'a:norm()', 'a:prod()', 'a:sum(1)', 'a:sum(2)', 'a:max(1)',
    'a:mean(2)', 'v:dot(v)', 'a:equal(b)', 'a:dist(b)', 's:sum()', 's:max()', 's:var()', 's:norm()', 'q:sum(1)',
    'q:max(2)', 'a:cumsum()', 'torch.all(a:gt(0))', 'v:cumprod()', 'torch.trace(a)',
  }},
  {'order, picking', values .. [[
    local list, index = torch.LongTensor {3, 1}, torch.LongTensor {{1, 2, 3, 4}}
    local mask = a:gt(0.5)
  ]], {
    'a:sort()', 'v:sort()', 's:sort()', 'v:topk(2)', 's:median()', 'a:kthvalue(2)', 'a:index(1, list)',
    'a:gather(1, index)', 'c:scatter(1, index, 0)', 'a[mask]', 'a:maskedFill(mask, 1)', 'a:nonzero()',
    'c:indexFill(1, list, 0)', 'torch.cat(a, b, 1)', 'torch.cat({a, b, c}, 2)', 'torch.cat(v, v)', 'torch.diag(v)',
    'torch.triu(a)', 'torch.randperm(10)',
  }},
  {'products', values .. 'local m, n, r = torch.rand(64, 64), torch.rand(64, 64), torch.rand(64, 64)', {
    'torch.mm(a, b)', 'torch.mm(c, a, b)', 'c:mm(a, b)', 'a * b', 'torch.mv(a, v)', 'a * v', 'torch.ger(v, v)',
    'c:addmm(0, 1, a, b)', 'v:clone():addmv(1, a, v)', 'c:mm(a, b:t())', 'torch.mm(r, m, n)', 'torch.inverse(a)',
    'torch.conv2(m, a)', 'torch.xcorr2(m, a, "F")', 'torch.bmm(a:view(1, 4, 4), b:view(1, 4, 4))',
  }},
  {'random', values, {
    'torch.rand(4)', 'torch.randn(4)', 'torch.uniform()', 'torch.normal()', 'torch.random(1, 10)', 's:uniform()',
    's:normal()', 's:bernoulli(0.5)', 's:random(10)', 's:exponential(1)', 'torch.multinomial(v, 2)',
  }},
  {'Lua functions', values .. 'local t = torch.rand(1000)', {
    's:apply(function(y) return y + 1 end)', 's:map(t, function(y, z) return y + z end)',
    'a:apply(function(y) return y end)', 'for i = 1, 1000 do s[i] = i end;', 'for i = 1, 1000 do x = x + t[i] end;',
    'for i = 1, 4 do for j = 1, 4 do x = x + a[i][j] end end;', 'for i = 1, 4 do a[i]:add(1) end;',
    'local d = torch.data(t); for i = 0, 999 do x = x + d[i] end;', 't:storage():totable()', 'torch.totable(t)',
  }},
  {'files, text', values .. [[
    local text, object = torch.serialize(a), {a, b, name = 'x', list = {1, 2, 3}}
    local long = torch.serialize(object)
  ]], {
    'tostring(a)', 'tostring(v)', 'tostring(torch.LongStorage {4, 4})', 'torch.serialize(a)', 'torch.deserialize(text)',
    'torch.serialize(object)', 'torch.deserialize(long)', 'torch.serialize(object, "ascii")',
  }},
  {'layers', values .. [[
    local linear, relu, tanh = nn.Linear(4, 4), nn.ReLU(), nn.Tanh()
    local image, conv = torch.rand(3, 8, 8), nn.SpatialConvolution(3, 4, 3, 3)
    local pool, softmax, norm = nn.SpatialMaxPooling(2, 2), nn.LogSoftMax(), nn.BatchNormalization(4)
    local grad, maps = torch.rand(4), conv:forward(image):clone()
    local mse, nll = nn.MSECriterion(), nn.ClassNLLCriterion()
    local net = nn.Sequential():add(nn.Linear(4, 4)):add(nn.ReLU()):add(nn.Linear(4, 1))
    local target = torch.ones(1)
    linear:forward(v) tanh:forward(v) pool:forward(image) softmax:forward(v) net:forward(v)
  ]], {
    'linear:forward(v)', 'linear:backward(v, grad)', 'linear:forward(a)', 'linear:backward(a, b)', 'relu:forward(a)',
    'tanh:forward(v)', 'tanh:backward(v, grad)', 'conv:forward(image)', 'conv:backward(image, maps)',
    'pool:forward(image)', 'softmax:forward(v)', 'norm:forward(a)', 'mse:forward(v, grad)', 'mse:backward(v, grad)',
    'nll:forward(v, 2)', 'net:forward(v)', 'net:zeroGradParameters();', 'net:updateParameters(1e-4);',
    [[net:zeroGradParameters() mse:forward(net:forward(v), target) net:backward(v, mse:backward(net.output, target))
      net:updateParameters(1e-4);]],
    'net:parameters()', 'net:getParameters()', 'net:clone()', 'nn.Linear(4, 4)',
  }},
}
