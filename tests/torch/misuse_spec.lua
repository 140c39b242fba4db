-- Operations called wrongly: the error stands at the caller's line, and for shapes that do not fit names both.
require 'torch'

local a, b, v = torch.zeros(2, 3), torch.zeros(4, 5), torch.zeros(7)
local f, bytes, longs = torch.FloatTensor(2, 3):zero(), torch.ByteTensor(2, 3):zero(), torch.LongTensor {1}
local box = torch.zeros(2, 3, 4)

-- {name, call, what the message must hold ...}; each call on a line of its own, which must be the one it blames.
local shapes = {
  {'add', function() a:add(b) end, '2x3', '4x5'},
  {'add k', function() a:add(2, b) end, '2x3', '4x5'},
  {'torch.add', function() torch.add(a, b) end, '2x3', '4x5'},
  {'+', function() local _ = a + b end, '2x3', '4x5'},
  {'-', function() local _ = a - b end, '2x3', '4x5'},
  {'csub', function() a:csub(b) end, '2x3', '4x5'},
  {'cmul', function() a:cmul(b) end, '2x3', '4x5'},
  {'cdiv', function() torch.cdiv(a, b) end, '2x3', '4x5'},
  {'cpow', function() a:cpow(b) end, '2x3', '4x5'},
  {'cmax', function() a:cmax(b) end, '2x3', '4x5'},
  {'atan2', function() torch.atan2(a, b) end, '2x3', '4x5'},
  {'lerp', function() torch.lerp(a, b, 0.5) end, '2x3', '4x5'},
  {'addcmul', function() a:addcmul(1, b, a) end, '2x3', '4x5'},
  {'addcdiv', function() torch.addcdiv(a, 1, a, b) end, '2x3', '4x5'},
  {'gt', function() local _ = a:gt(b) end, '2x3', '4x5'},
  {'torch.eq', function() local _ = torch.eq(a, b) end, '2x3', '4x5'},
  {'copy', function() a:copy(b) end, '2x3', '4x5'},
  {'dot', function() local _ = a:dot(b) end, '2x3', '4x5'},
  {'torch.dot', function() local _ = torch.dot(a, b) end, '2x3', '4x5'},
  {'dist', function() local _ = a:dist(b) end, '2x3', '4x5'},
  {'mm', function() local _ = torch.mm(a, b) end, '2x3', '4x5'},
  {'a:mm', function() torch.Tensor():mm(a, b) end, '2x3', '4x5'},
  {'*', function() local _ = a * b end, '2x3', '4x5'},
  {'* vector', function() local _ = a * v end, '2x3', '7'},
  {'mv', function() local _ = torch.mv(a, v) end, '2x3', '7'},
  {'ger', function() local _ = torch.ger(a, v) end, '2x3'},
  {'bmm', function() local _ = torch.bmm(box, box) end, '3x4', '3x4'},
  {'addmm', function() local _ = torch.addmm(a, b, b) end, '4x5', '4x5'},
  {'addmv', function() local _ = torch.addmv(v, a, v) end, '2x3', '7'},
  {'addr', function() local _ = torch.addr(a, v, v) end, '2x3', '7'},
  {'baddbmm', function() local _ = torch.baddbmm(box, box, box) end, '3x4', '3x4'},
  {'match', function() local _ = torch.match(a, b) end, '2x3', '4x5'},
  {'cross', function() local _ = torch.cross(a, torch.zeros(3, 2)) end, '2x3', '3x2'},
  {'maskedSelect', function() local _ = b:maskedSelect(bytes) end, '4x5', '2x3'},
  {'maskedFill', function() b:maskedFill(bytes, 1) end, '4x5', '2x3'},
  {'maskedCopy', function() b:maskedCopy(bytes, a) end, '4x5', '2x3'},
  {'b[mask]', function() local _ = b[bytes] end, '4x5', '2x3'},
  {'b[mask] = k', function() b[bytes] = 1 end, '4x5', '2x3'},
  {'gather', function() local _ = a:gather(1, torch.LongTensor(4, 5):fill(1)) end, '2x3', '4x5'},
  {'scatter', function() a:scatter(1, torch.LongTensor(4, 5):fill(1), 1) end, '2x3', '4x5'},
  {'indexCopy', function() a:indexCopy(1, longs, b) end, '2x3', '4x5'},
  {'indexAdd', function() a:indexAdd(1, longs, b) end, '2x3', '4x5'},
  {'view', function() local _ = a:view(4, 5) end, '2x3', '4x5'},
  {'viewAs', function() local _ = a:viewAs(b) end, '2x3', '4x5'},
  {'reshape', function() local _ = a:reshape(4, 5) end, '2x3', '4x5'},
  {'expand', function() local _ = a:expand(4, 5) end, '2x3', '4x5'},
  {'expandAs', function() local _ = a:expandAs(b) end, '2x3', '4x5'},
  {'cat', function() local _ = torch.cat(a, b, 1) end, '6x3', '4x5'},
  {'a[i] = b', function() a[1] = b end, '3', '4x5'},
  {'a[{}] = b', function() a[{{}, 1}] = b end, '2', '4x5'},
  {'map', function() a:map(b, function(x) return x end) end, '2x3', '4x5'},
  {'map2', function() a:map2(a, b, function(x) return x end) end, '2x3', '4x5'},
  {'conv2', function() local _ = torch.conv2(a, b) end, '2x3', '4x5'},
  {'gesv', function() local _ = torch.gesv(a, torch.zeros(5, 5)) end, '5', '2'},
}

local others = {
  {'narrow 0', function() local _ = a:narrow(1, 0, 1) end, 'narrow'},
  {'narrow long', function() local _ = a:narrow(1, 1, 3) end, 'narrow'},
  {'narrow dim', function() local _ = a:narrow(3, 1, 1) end, 'dimension 3'},
  {'narrow nil', function() local _ = a:narrow(1) end, 'narrow'},
  {'select 0', function() local _ = a:select(1, 0) end, 'select'},
  {'select large', function() local _ = a:select(2, 4) end, 'select'},
  {'select nil', function() local _ = a:select(1) end, 'select'},
  {'sub', function() local _ = a:sub(1, 5) end, 'out of range'},
  {'a[0]', function() local _ = a[0] end, 'index 0'},
  {'a[3]', function() local _ = a[3] end, 'index 3'},
  {'v[0]', function() local _ = v[0] end, 'index 0'},
  {'v[8] = 1', function() v[8] = 1 end, 'index 8'},
  {'a[1][4]', function() local _ = a[1][4] end, 'index 4'},
  {'a[{1, 4}]', function() local _ = a[{1, 4}] end, '4'},
  {'a[{1, 1, 1}]', function() local _ = a[{1, 1, 1}] end, 'too many'},
  {'a[true]', function() local _ = a[true] end, 'boolean'},
  {'a[1] = text', function() a[1] = 'x' end, 'string'},
  {'transpose', function() local _ = a:transpose(1, 3) end, 'dimension 3'},
  {'t', function() local _ = box:t() end, '3D'},
  {'permute', function() local _ = a:permute(1, 5) end, 'dimension 5'},
  {'permute few', function() local _ = box:permute(2, 1) end, 'Invalid permutation'},
  {'permute twice', function() local _ = a:permute(1, 1) end, 'Invalid permutation'},
  {'squeeze', function() local _ = a:squeeze(3) end, 'dimension 3 out of range'},
  {'split 0', function() local _ = a:split(0) end, 'split', 'out of range'},
  {'size', function() local _ = a:size(3) end, 'dimension 3'},
  {'stride', function() local _ = a:stride(0) end, 'dimension 0'},
  {'sum', function() local _ = a:sum(3) end, 'dimension 3'},
  {'max', function() local _ = a:max(0) end, 'dimension 0'},
  {'mean', function() local _ = a:mean(3) end, 'dimension 3'},
  {'std', function() local _ = a:std(3) end, 'dimension 3'},
  {'norm', function() local _ = a:norm(2, 3) end, 'dimension 3'},
  {'cumsum', function() local _ = a:cumsum(3) end, 'dimension 3'},
  {'sort', function() local _ = a:sort(3) end, 'dimension 3'},
  {'topk', function() local _ = a:topk(4, 2) end, '4'},
  {'kthvalue', function() local _ = a:kthvalue(0, 2) end, '0'},
  {'median', function() local _ = a:median(3) end, 'dimension 3'},
  {'mode', function() local _ = a:mode(3) end, 'dimension 3'},
  {'unfold', function() local _ = a:unfold(3, 1, 1) end, 'dimension 3'},
  {'split', function() local _ = a:split(1, 3) end, 'dimension 3'},
  {'index 0', function() local _ = a:index(1, torch.LongTensor {0}) end, '1..2'},
  {'index large', function() local _ = a:index(1, torch.LongTensor {3}) end, '1..2'},
  {'index nil', function() local _ = a:index(1) end, 'index'},
  {'indexFill', function() a:indexFill(1, torch.LongTensor {3}, 1) end, '1..2'},
  {'gather large', function() local _ = a:gather(1, torch.LongTensor(1, 3):fill(3)) end, '1..2'},
  {'gather nil', function() local _ = a:gather(1) end, 'gather'},
  {'scatter nil', function() a:scatter(1, longs) end, 'scatter'},
  {'other type +', function() local _ = a + f end, 'double', 'float'},
  {'other type cmul', function() a:cmul(f) end, 'double', 'float'},
  {'other type mm', function() local _ = torch.mm(a, f:t()) end, 'double', 'float'},
  {'mask of other type', function() local _ = a:maskedSelect(f) end, 'byte'},
  {'mean of bytes', function() local _ = bytes:mean() end, 'float or double'},
  {'add nil', function() a:add() end, 'add'},
  {'add text', function() a:add('x') end, 'add'},
  {'mul nil', function() a:mul() end, 'mul'},
  {'mul tensor', function() a:mul(b) end, 'mul'},
  {'cmul nil', function() a:cmul() end, 'a tensor expected'},
  {'fill nil', function() a:fill() end, 'fill: a number expected'},
  {'copy nil', function() a:copy() end, 'copy'},
  {'clamp nil', function() a:clamp(1) end, 'clamp'},
  {'type', function() local _ = a:type('torch.NoTensor') end, 'NoTensor'},
  {'resize', function() a:clone():resize(2, -1) end, '-1'},
  {'set nil', function() a.set(nil, b) end, 'torch.DoubleTensor'},
  {'set of other type', function() f.new():set(b) end, 'torch.FloatTensor', 'torch.DoubleTensor'},
  {'set to other storage', function() f.new():set(a:storage()) end, 'torch.FloatStorage', 'torch.DoubleStorage'},
  {'set to sizes', function() f.new():set(torch.LongStorage {2, 3}) end, 'torch.FloatStorage', 'torch.LongStorage'},
  {'tensor of other storage', function() local _ = torch.FloatTensor(a:storage()) end, 'torch.DoubleStorage'},
  {'index into other type', function() torch.index(f.new(), a, 1, longs) end, 'torch.FloatTensor'},
  {'set before storage', function() f.new():set(f:storage(), 0) end, 'offset'},
  {'set far before', function() f.new():set(f:storage(), -1e8, 2, 1) end, 'offset'},
  {'set nan', function() f.new():set(f:storage(), 0 / 0) end, 'offset'},
  {'stride huge', function() f.new():set(f:storage(), 1, 2, 2 ^ 62, 2, 2 ^ 62) end, 'stride'},
  {'view nil', function() local _ = torch.view() end, 'view'},
  {'range', function() local _ = torch.range(1, 0) end, 'range'},
  {'linspace nil', function() local _ = torch.linspace(1) end, 'linspace'},
  {'torch.Tensor text', function() local _ = torch.Tensor('x') end, 'string'},
  {'randperm nil', function() local _ = torch.randperm() end, 'randperm'},
  {'zeros text', function() local _ = torch.zeros('x') end, 'string'},
  {'torch.Tensor nil', function() local _ = torch.Tensor(nil) end, 'nil'},
  {'zeros nil', function() local _ = torch.zeros(3, nil) end, 'size 2', 'nil'},
  {'resize nil', function() local _ = a:clone():resize(2, nil, 3) end, 'resize', 'size 2', 'nil'},
  {'eye 0', function() local _ = torch.eye(0) end, 'eye'},
  {'inverse', function() local _ = torch.inverse(a) end, '2x3'},
  {'diag', function() local _ = torch.diag(a, 9) end, '2x3'},
  {'apply nil', function() a:apply() end, 'apply'},
  {'repeatTensor', function() local _ = a:repeatTensor(2) end, 'repeatTensor'},
}

-- nil, or what is wrong with the error.
local function wrong(entry)
  local ok, problem = pcall(entry[2])
  if ok then return 'no error' end
  local line = debug.getinfo(entry[2], 'S').linedefined
  local place = ('misuse_spec.lua:%d: '):format(line)
  local _, last = problem:find(place, 1, true)
  if not last then return 'not at its line: ' .. problem end
  problem = problem:sub(last + 1) -- digits of the line are none of the message
  for i = 3, #entry do
    if not problem:find(entry[i], 1, true) then return ('lacks %q: %s'):format(entry[i], problem) end
  end
end

describe('misuse', function()
  for _, list in ipairs {shapes, others} do
    for _, entry in ipairs(list) do
      it('of ' .. entry[1] .. ' is an error at its line', function() assert.is_nil(wrong(entry)) end)
    end
  end
end)
