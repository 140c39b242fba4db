-- What every script does around its recipe: errors as one line and exit code 1, the device, checks of options.
local pen = require 'pen.ffi'
local optimise = require 'pen.harmonize.optimise'
local M = {}

-- Runs body. An error becomes one line on stderr, without the 'file:line:' of our own files, and exit code 1;
-- PENTIMENTO_TRACE=1 keeps the traceback.
function M.main(name, body)
  local function explain(problem)
    if os.getenv('PENTIMENTO_TRACE') then return debug.traceback(problem, 2) end
    problem = tostring(problem):gsub('^[^\n]-%.lua:%d+: ', ''):gsub('\nstack traceback:.*', '')
    return problem:find('out of memory') and problem .. ': use a smaller -image_size' or problem
  end
  local ok, problem = xpcall(body, explain)
  if ok then return end
  io.stdout:flush()
  io.stderr:write(name, ': ', problem, '\n')
  os.exit(1)
end

-- Runs a pass (check, prepare) with these options to its end.
function M.run(name, pass, params)
  M.main(name, function()
    pass.check(params)
    M.threads(params.threads)
    optimise.run(pass.prepare(params, function()
      return loadcaffe.load(params.proto_file, params.model_file, params.backend)
    end))
  end)
end

local precisions = {auto = 'fast', fp32 = 'exact', tf32 = 'fast', bf16 = 'bf16'}

-- -precision: how products of floats are rounded (see pen_ctx_precision). The CPU has fp32 only, and auto.
local function set_precision(backend, name)
  if not precisions[name] then error(('-precision %s is not known: give auto, fp32, tf32 or bf16'):format(name)) end
  if backend == pen.cpu and (name == 'tf32' or name == 'bf16') then
    error(('-precision %s is for GPUs; the CPU computes in fp32'):format(name))
  end
  if name ~= 'auto' then pen.set_precision(backend, precisions[name]) end
end

-- -gpu N, -precision, -cudnn_autotune: the name of the float tensor type to compute with, and the device's 1-based
-- number. -1 means the CPU, and so does 0, the scripts' default, on a machine without a GPU; cutorch says so.
function M.device(gpu, precision, autotune)
  if gpu < 0 then
    set_precision(pen.cpu, precision or 'auto')
    return 'torch.FloatTensor', 0
  end
  require 'cutorch'
  require 'cunn'
  local devices, why = pen.devices()
  local last = devices and #devices or 0
  if gpu > last then
    error(('-gpu %d: there is no such device; %s, and -1 is the CPU'):format(gpu,
      devices and 'the last one is ' .. last or 'there is no GPU at all (' .. why .. ')'))
  end
  cutorch.setDevice(gpu + 1)
  cutorch.setHeapTracking(true)
  local backend = devices and devices[gpu] or pen.cpu
  set_precision(backend, precision or 'auto')
  pen.check(backend, backend.lib.pen_ctx_autotune(backend.ctx, autotune and 1 or 0))
  return 'torch.CudaTensor', cutorch.getDevice()
end

local processors = torch.getnumthreads() -- before anybody changes it

-- -threads N: 0 leaves all that there are.
function M.threads(number)
  if number == 0 then return end
  if number < 0 or number % 1 ~= 0 or number > processors then
    error(('-threads %s: give a whole number from 1 to %d, which is what there is, or 0 for all'):format(number,
      processors))
  end
  torch.setnumthreads(number)
end

function M.check_odd(params, ...)
  for _, name in ipairs {...} do
    if params[name] % 2 ~= 1 then error(('-%s %s: give an odd number'):format(name, params[name])) end
  end
end

-- What both passes ask of their options.
function M.check_common(params)
  M.check_ranges(params, {image_size = {1, 1e5}, num_iterations = {1}, patchmatch_size = {1, 31}})
  M.check_odd(params, 'patchmatch_size')
  M.check_choice(params, 'init', 'image', 'random')
  M.check_choice(params, 'optimizer', 'lbfgs', 'adam')
  M.check_output(params.output_image)
end

-- The options must each lie in their range: {num_iterations = {1}, image_size = {16, 1e5}, ...}.
function M.check_ranges(params, ranges)
  for name, range in pairs(ranges) do
    local value, low, high = params[name], range[1], range[2] or math.huge
    if not (value >= low and value <= high) then
      error(('-%s %s is out of range: give a number from %g%s'):format(name, tostring(value), low,
        range[2] and (' to %g'):format(high) or ' up'))
    end
  end
end

function M.check_choice(params, name, ...)
  for _, choice in ipairs {...} do
    if params[name] == choice then return end
  end
  error(('-%s %s is not known: give %s'):format(name, tostring(params[name]), table.concat({...}, ' or ')))
end

-- Before hours of work: can the result be written where it shall go?
function M.check_writable(option, path)
  local trial = ('%s/.pentimento_trial_%d'):format(paths.dirname(path), os.time())
  local file, problem = io.open(trial, 'wb')
  if not file then
    error(('-%s %s cannot be written: %s; create the folder or choose another'):format(option, path,
      (problem:gsub('^.*: ', ''))))
  end
  file:close()
  os.remove(trial)
end

function M.check_output(path)
  if not path:match('%.[jJpP][pPnNgG][eE]?[gGmM]$') then
    error(('-output_image %s: the name must end in .png, .jpg or .ppm'):format(path))
  end
  M.check_writable('output_image', path)
end

return M
