-- From a scene to a harmonized picture, in memory: pass 1, pass 2, post-processing. Each stage's picture is RGB in
-- [0, 1], 3 x H x W, of the working size, float as the job's own.
--
-- Coarse to fine: a job with job.coarse, a job of a smaller working size, lets that one do both passes. Pass 2 then
-- goes on at the full size from what they changed, enlarged, for fewer iterations: style is settled in the small
-- picture, and what is left to do is detail.
local sys = require 'sys'
local checkpoint = require 'pen.harmonize.checkpoint'
local memory = require 'pen.harmonize.memory'
local optimise = require 'pen.harmonize.optimise'
local options = require 'pen.harmonize.options'
local pass1 = require 'pen.harmonize.pass1'
local pass2 = require 'pen.harmonize.pass2'
local pictures = require 'pen.harmonize.pictures'
local post = require 'pen.harmonize.post'
local progress = require 'pen.harmonize.progress'
local M = {}

local STEP = 5 -- iterations between two looks at Ctrl-C
local RECORD = 10 -- iterations between two losses in the log
local FINE = 0.25 -- of the iterations, at the full size after coarse passes

-- What a job calls a pass, in files and on the screen.
local function named(job, name) return (job.prefix or '') .. name end

-- A pass's options: the defaults of its script, with what the people's command sets.
local function pass_params(job, name)
  local list, params = options[name:gsub(' ', '')]():parse {}, job.params
  for _, name in ipairs {'num_iterations', 'image_size', 'seed'} do list[name] = params[name] end
  list.content_image, list.tmask_image = params.painting, params.painting -- what messages name
  list.say = function() end
  list.watch = job.matching and job.matching(named(job, name))
  return list
end

-- Iterations of pass 2 of a job.
function M.iterations(params, coarse)
  return coarse and math.ceil(FINE * params.num_iterations) or params.num_iterations
end

local function losses_of(run, t, total)
  local entry = {iteration = t, total = total}
  for _, group in ipairs(run.losses) do
    local name, values = group.label:gsub('%s', ''):lower(), {}
    for i, module in ipairs(group) do values[i] = module.loss end
    entry[name] = values
  end
  return entry
end

-- Runs a pass to its end or to an interruption. Returns its record for the log, and true when interrupted.
local function optimised(job, name, run)
  local saved, began = job.saved, sys.clock()
  local record = {pass = name, losses = {}}
  optimise.start(run)
  if saved and saved.pass == name then checkpoint.restore(saved, run) end
  local function watch(t, loss)
    job.progress(name, t, loss)
    if t == 1 or t % RECORD == 0 then record.losses[#record.losses + 1] = losses_of(run, t, loss) end
  end
  local interrupted, stopped = false, false
  while not (stopped or interrupted or run.done >= run.num_iterations) do
    stopped = optimise.advance(run, math.min(STEP, run.num_iterations - run.done), watch)
    interrupted = job.interrupted()
  end
  record.iterations, record.restarts, record.seconds = run.done, run.restarts, sys.clock() - began
  return record, interrupted
end

-- Runs a pass and hands over its picture; when interrupted, job.interruption holds what a checkpoint needs.
local function stage(job, name, run, first)
  name = named(job, name)
  local record, interrupted = optimised(job, name, run)
  table.insert(job.record.passes, record)
  run.net:clearState() -- its activations, which the network's layers would hold on to
  if interrupted then
    job.interruption = {pass = name, run = run, pass1 = first}
  else
    optimise.finish(run)
  end
  return run.render(run.img)
end

local function past(job, name) return job.saved and job.saved.pass == named(job, name) end

-- What the coarse job changed in its composite, in this job's, where its pixels may move.
local function enlarged(job, picture)
  local composite, change = job.pics.composite, picture:float() - job.coarse.pics.composite
  local movable = job.pics.masks.loose:gt(0):float()
  change = image.scale(change, composite:size(3), composite:size(2), 'bilinear')
  change:cmul(movable:view(1, movable:size(1), movable:size(2)):expandAs(change))
  return change:add(composite):clamp(0, 1)
end

-- Does it with the coarse job, and hands over its picture for this one, and its interruption.
local function coarsely(job, stage_of, ...)
  local picture = stage_of(job.coarse, ...)
  job.interruption = job.coarse.interruption
  return enlarged(job, picture), picture
end

-- What pass 1 makes, or had made before an interruption. job: {params, pics, cnn, saved (checkpoint.load) or nil,
-- progress(pass, t, loss), matching(pass) -> watch(fraction) for long matching, finishing(picture), called now and
-- then while that one is post-processed, interrupted() -> boolean, record = {passes = {}}, coarse (a job) or nil,
-- prefix = 'coarse ' for that one}. After each of these functions job.interruption tells that it was cut short; its
-- picture is then the best so far.
function M.first(job)
  if past(job, 'pass 2') then return job.saved.pass1 end
  if job.coarse then
    local picture
    picture, job.coarse.first = coarsely(job, M.first)
    return picture
  end
  return stage(job, 'pass 1', pass1.setup(job.pics, job.cnn, pass_params(job, 'pass 1')))
end

-- What pass 2 makes of the naive composite with pass 1's picture, at this style level.
function M.second(job, first, level)
  local start
  if job.coarse and not past(job, 'pass 2') then
    job.coarse.first = job.coarse.first or M.first(job.coarse)
    start = coarsely(job, M.second, job.coarse.first, level)
    if job.interruption then return start end
  end
  local pics = setmetatable({pass1 = first}, {__index = job.pics})
  local run = pass2.setup(pics, job.cnn, level, pass_params(job, 'pass 2'))
  run.num_iterations = M.iterations(job.params, job.coarse)
  if start then run.img:copy(pictures.preprocess(start)) end
  start = nil -- of a large picture a large tensor, which the iterations need not hold
  return stage(job, 'pass 2', run, first)
end

-- The bytes that the run will need; raises an error when they cannot be held below limit (0: any).
function M.memory(job, painting_pixels, limit)
  local layers = {pass2.layers(M.iterations(job.params, job.coarse)),
    not job.coarse and pass1.layers(pass_params(job, 'pass 1')) or nil}
  local beside = job.coarse and memory.pictures(job.coarse.pics.masks.loose:nElement()) or 0
  return beside + memory.fit(math.max(0, limit - beside), memory.passes(job.pics, job.cnn, layers), painting_pixels)
end

-- Pass 2's picture after post-processing.
function M.third(job, second)
  local began = sys.clock()
  local pics, show = job.pics, progress.fraction('post-processing')
  local picture = post.apply(second, pics.composite, pics.masks.tight[1], pics.painting, function(fraction)
    show(fraction)
    if job.finishing then job.finishing(second) end
  end)
  job.record.post_seconds = sys.clock() - began
  return picture
end

return M
