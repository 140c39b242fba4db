-- The same evaluation in PyTorch, where a python3 with torch is found: the network and its losses go to a program of
-- ours in Python, as a list of steps and files of floats.
local ffi = require 'ffi'
local json = require 'dkjson'
local files = require 'pen.file'
local pen = require 'pen.ffi'
local sys = require 'sys'
local T = require 'torch.tensor'
local M = {}

-- A python3 that has torch, or nil.
function M.python()
  for _, name in ipairs {os.getenv('PYTHON') or 'python3', '/usr/bin/python3'} do
    if os.execute(name .. ' -c "import torch" >/dev/null 2>&1') == 0 then return name end
  end
end

-- Writes a tensor beside the program; returns what evaluation.py's load() takes.
local function writer(folder)
  local count = 0
  return function(t)
    count = count + 1
    local host = T.host(t):contiguous():float()
    local name = ('%d.floats'):format(count)
    assert(files.write(folder .. '/' .. name, ffi.string(host:data(), 4 * host:nElement())))
    return {file = name, sizes = host:size():totable()}
  end
end

local function masked(target, mask)
  return torch.cmul(target, mask:view(1, mask:size(1), mask:size(2)):expandAs(target))
end

-- How each module of the network becomes a step.
local steps = {
  ['nn.SpatialConvolution'] = function(m, put)
    local weight = m.weight:view(m.nOutputPlane, m.nInputPlane, m.kH, m.kW)
    return {kind = 'convolution', weight = put(weight), bias = put(m.bias)}
  end,
  ['nn.ReLU'] = function() return {kind = 'relu'} end,
  ['nn.SpatialMaxPooling'] = function() return {kind = 'pooling'} end,
  ['nn.MaskedContentLoss'] = function(m, put)
    return {kind = 'content', mask = put(m.mask), target = put(masked(m.target, m.mask)), count = m.count}
  end,
  ['nn.MaskedStyleLoss'] = function(m, put)
    return {kind = 'style', mask = put(m.mask), target = put(m.target), scale = m.scale}
  end,
  ['nn.MaskedHistogramLoss'] = function(m, put)
    return {kind = 'histogram', mask = put(m.mask), histogram = put(m.histogram), cumulative = put(m.cumulative),
      low = put(m.low), high = put(m.high), count = m:elements(m.positions, m.gradInput)}
  end,
  ['nn.TotalVariationLoss'] = function() return {kind = 'variation'} end,
}

local function check(net, losses)
  local at = 0
  for _, module in ipairs(net.modules) do
    local kind = torch.type(module)
    if kind:find('Loss$') then at = at + 1 end
    if kind == 'nn.MaskedContentLoss' or kind == 'nn.MaskedStyleLoss' then
      local mine, theirs = module.loss / module.strength, losses[at]
      local off = math.abs(mine - theirs) / math.max(mine, 1e-6)
      assert(off < 1e-2, ('PyTorch has a %s of %g, not %g'):format(kind, theirs, mine))
    end
  end
end

-- What a command prints on stdout: warnings go to the terminal.
local function said(line)
  local pipe = assert(io.popen(line))
  local text = pipe:read('*a')
  pipe:close()
  return text
end

-- {version, seconds}: PyTorch's least seconds of an evaluation of run (optimise.describe's, of the whole frame, whose
-- losses were computed for this picture), after its losses have been compared; nil without PyTorch.
function M.time(run, picture, params, runs)
  local python = M.python()
  if not python then return nil end
  local folder = sys.execute('mktemp -d')
  local put, list = writer(folder), {}
  for _, module in ipairs(run.net.modules) do
    local step = assert(steps[torch.type(module)], torch.type(module))(module, put)
    step.weight = step.weight or module.strength
    list[#list + 1] = step
  end
  assert(files.write(folder .. '/program.json', json.encode {picture = {data = put(picture)}, steps = list}))
  local device = params.gpu >= 0 and 'cuda:' .. params.gpu or 'cpu'
  local line = ("OMP_NUM_THREADS=%d %s %slua/pen/bench/evaluation.py %s/program.json %s %s %d"):format(
    torch.getnumthreads(), python, pen.root, folder, device, params.precision, runs)
  local got = json.decode(said(line))
  sys.execute(("rm -r '%s'"):format(folder))
  if not got then return nil end
  check(run.net, got.losses)
  return got
end

return M
