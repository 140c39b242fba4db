-- A run of `pentimento harmonize`: reads the inputs, says what it found, runs the stages, and writes the result with
-- its log, and what else was asked for.
local sys = require 'sys'
local interrupt = require 'pen.interrupt'
local heap = require 'pen.heap'
local models = require 'pen.harmonize.models'
local checkpoint = require 'pen.harmonize.checkpoint'
local command = require 'pen.harmonize.command'
local pipeline = require 'pen.harmonize.pipeline'
local post = require 'pen.harmonize.post'
local progress = require 'pen.harmonize.progress'
local report = require 'pen.harmonize.report'
local scenes = require 'pen.harmonize.scene'
local settings = require 'pen.harmonize.settings'
local sheet = require 'pen.harmonize.sheet'
local style_level = require 'pen.harmonize.style_level'
local T = require 'torch.tensor'
local M = {}

local PREVIEW_SIZE, PREVIEW_ITERATIONS = 320, 50
local SHEET = {0.25, 1, 4} -- strengths beside each other
local INTERRUPTED = 130 -- exit status, as shells have it
local MUCH_LARGER = 1.4 -- times the coarse size, from which on working coarse to fine pays

local function choose_style(params, scene)
  local level, text = style_level.resolve(params, scene.painting:double():div(255))
  if params.strength ~= 1 then text = ('%s, times %g'):format(text, params.strength) end
  report.say('style', '%s', text)
  return {level = level * params.strength, from = text}
end

local function choose_network(params)
  local file, advice = models.find(params.model_file)
  report.say('network', '%s', advice or file)
  params.model_file = file -- so that the log and a resumed run name it
  return models.load(file)
end

-- Saves pictures into the folder of -keep, if there is one.
local function keeper(params)
  if params.keep == '' then return function() end end
  local made, why = paths.mkdir(params.keep)
  if not made then error(('-keep %s: %s'):format(params.keep, why or 'the folder cannot be made')) end
  return function(name, picture)
    if picture:dim() == 2 then picture = picture:view(1, picture:size(1), picture:size(2)) end
    image.save(('%s/%s.png'):format(params.keep, name), picture)
  end
end

local function leave(message, ...)
  io.stdout:flush()
  io.stderr:write('\ninterrupted ', message:format(...), '\n')
  os.exit(INTERRUPTED)
end

-- Watches how far a pass is with matching. Before pass 1 there is nothing to save; pass 2 saves once it is set up.
local function matching(pass)
  local show = progress.fraction(pass .. '  matching')
  return function(fraction)
    if interrupt.pending() and pass:find('pass 1', 1, true) then leave('before pass 1: nothing is written') end
    show(fraction)
  end
end

-- A job for the pipeline: the scene at the working size of params.
local function job_of(params, scene, cnn, record, saved)
  local dtype = command.device(params.gpu, params.precision)
  return {
    params = params, pics = scenes.working(scene, params.image_size, dtype), cnn = cnn:type(dtype), record = record,
    saved = saved, interrupted = interrupt.pending, matching = matching,
  }
end

local function backend_of(job) return T.class_named(job.pics.dtype).backend end

-- The iterations of the passes that are to come: of pass 2, in so many versions.
local function passes_of(job, versions)
  local list, params, coarse, resumed = {}, job.params, job.coarse, job.saved and job.saved.pass
  local function add(n) list[#list + 1] = n end
  if resumed ~= 'pass 2' and resumed ~= 'coarse pass 2' then add(params.num_iterations) end
  for i = 1, versions do
    if coarse and not (i == 1 and resumed == 'pass 2') then add(params.num_iterations) end
    add(pipeline.iterations(params, coarse))
  end
  return list
end

-- The job of a run, with a coarse one before it where the working size is much larger.
local function whole_job(params, scene, cnn, record, saved)
  local job, coarse_size = job_of(params, scene, cnn, record, saved), params.coarse_size or 0
  local largest = math.max(scenes.working_size(scene, params.image_size))
  if coarse_size > 0 and largest >= MUCH_LARGER * coarse_size then
    local small = setmetatable({image_size = coarse_size}, {__index = params})
    job.coarse = job_of(small, scene, cnn, record, saved)
    job.coarse.prefix = 'coarse '
    report.say('', 'both passes at %d pixels, then pass 2 goes on at %d', coarse_size, largest)
  end
  job.progress = report.watcher(passes_of(job, params.sheet and #SHEET or 1))
  if job.coarse then job.coarse.progress = job.progress end
  return job
end

-- Ctrl-C: writes the picture as far as it got and what it takes to go on, and ends the program.
local function give_up(params, scene, job, picture)
  local stop, resume = job.interruption, settings.beside(params, '.resume')
  image.save(params.output, scenes.finish(scene, picture, job.pics.masks.blurred[1]))
  checkpoint.save(resume, params, stop.pass, stop.run, stop.pass1)
  job.record.interrupted = {pass = stop.pass, iteration = stop.run.done}
  report.write_log(settings.beside(params, '.json'), job.record)
  leave('in %s. The picture so far is in %s; go on with\n  pentimento harmonize -resume %s', stop.pass, params.output,
    resume)
end

-- Ctrl-C in post-processing: what pass 2 made is the result.
local function finisher(params, scene, job)
  return function(picture)
    if not interrupt.pending() then return end
    image.save(params.output, scenes.finish(scene, picture, job.pics.masks.blurred[1]))
    leave('in post-processing: %s holds the picture before it', params.output)
  end
end

-- A small, quick version of the whole run.
local function preview(params, scene, cnn, level)
  local small = setmetatable({image_size = math.min(PREVIEW_SIZE, params.image_size),
    num_iterations = math.min(PREVIEW_ITERATIONS, params.num_iterations)}, {__index = params})
  local job = job_of(small, scene, cnn, {passes = {}})
  job.progress = report.watcher(passes_of(job, 1))
  local first = pipeline.first(job)
  local second = not job.interruption and pipeline.second(job, first, level)
  if job.interruption then leave('in the preview: nothing is written') end
  local picture = pipeline.third(job, second)
  local name = settings.beside(params, '_preview.png')
  image.save(name, scenes.finish(scene, picture, post.soft_mask(job.pics.masks.tight[1])))
  report.say('preview', '%s', name)
end

-- Says what memory the run needs, and holds it to -max_memory.
local function budget(params, scene, job)
  local limit, painting = (params.max_memory or 0) * 1e9, scene.painting
  local need = pipeline.memory(job, painting:size(2) * painting:size(3), limit)
  report.say('memory', 'needs about %.1f GB', need / 1e9)
  job.record.memory_gb = need / 1e9
  if limit > 0 then heap.limit(backend_of(job), limit) end
end

-- The stages, each kept; returns pass 1's and the final picture at the working size.
local function stages(params, scene, job, level, keep)
  local pics = job.pics
  keep('1_painting', pics.painting)
  keep('2_composite', pics.composite)
  keep('3_mask', pics.masks.tight[1])
  keep('4_loose_mask', pics.masks.loose)
  local first = pipeline.first(job)
  if job.interruption then give_up(params, scene, job, first) end
  keep('5_pass1', first)
  local second = pipeline.second(job, first, level)
  if job.interruption then give_up(params, scene, job, second) end
  keep('6_pass2', second)
  job.finishing = finisher(params, scene, job)
  local third = pipeline.third(job, second)
  keep('7_postprocessed', third)
  return first, third
end

-- The other strengths beside the one that is there.
local function make_sheet(params, job, first, third, level)
  local pictures = {}
  for i, strength in ipairs(SHEET) do
    pictures[i] = strength == 1 and third or pipeline.third(job, pipeline.second(job, first, level * strength))
    if job.interruption then leave('in the sheet: it is not written; %s is complete', params.output) end
  end
  local name = settings.beside(params, '_sheet.png')
  image.save(name, sheet.row(pictures, SHEET))
  report.say('sheet', '%s: %s times the style', name, table.concat(SHEET, ', '))
end

-- params, resume: settings.parse's. A resumed run takes its parameters from the file.
function M.run(params, resume)
  local saved = resume and checkpoint.load(resume)
  if saved then params = saved.parameters end
  settings.check(params)
  command.threads(params.threads or 0)
  if saved then checkpoint.check_inputs(saved) end
  local began, keep = sys.clock(), keeper(params)
  local scene = scenes.load(params, settings.beside(params, '_difference.png'))
  report.introduce(params, scene)
  local style = choose_style(params, scene)
  local record = report.record(params, scene, style)
  local cnn = choose_network(params)
  interrupt.watch()
  if params.preview and not saved then preview(params, scene, cnn, style.level) end
  local job = whole_job(params, scene, cnn, record, saved)
  budget(params, scene, job)
  local first, third = stages(params, scene, job, style.level, keep)
  image.save(params.output, scenes.finish(scene, third, post.soft_mask(job.pics.masks.tight[1])))
  if saved then os.remove(resume) end
  job.finishing = nil
  record.seconds = sys.clock() - began
  record.peak_gb = select(2, heap.bytes(backend_of(job))) / 1e9
  report.write_log(settings.beside(params, '.json'), record)
  report.say('done', '%s, in %s, with %.1f GB', params.output, progress.duration(record.seconds), record.peak_gb)
  job.saved = nil
  if job.coarse then job.coarse.saved = nil end
  if params.sheet then make_sheet(params, job, first, third, style.level) end
end

return M
