-- What `pentimento harmonize` says while it runs, and the log it leaves.
local sys = require 'sys'
local json = require 'dkjson'
local files = require 'pen.file'
local version = require 'pen.version'
local progress = require 'pen.harmonize.progress'
local scenes = require 'pen.harmonize.scene'
local M = {}

-- One line of a run's summary.
function M.say(label, text, ...)
  io.write(('%-10s %s\n'):format(label, text:format(...)))
  io.flush()
end

-- Describes the inputs.
function M.introduce(params, scene)
  local h, w, to_w, to_h = scene.painting:size(2), scene.painting:size(3), scenes.working_size(scene, params.image_size)
  local smaller = to_w < w and (', worked on at %d x %d'):format(to_w, to_h) or ''
  M.say('painting', '%s, %d x %d%s', params.painting, w, h, smaller)
  M.say('object', '%.1f %% of it, from %s', 100 * scene.tight:mean(), scene.mask_from)
  for _, notice in ipairs(scene.notices) do M.say('', '%s', notice) end
end

-- Progress over the passes of a run, of so many iterations each: one line, with the time left for all of them.
-- Returns watch(pass, t, loss).
function M.watcher(passes)
  local show, began, number, done, last, after = progress.line(), nil, 0, 0, nil, 0
  for _, iterations in ipairs(passes) do after = after + iterations end
  return function(name, t, loss)
    if not last or t <= last then -- a resumed pass does not begin at 1
      number, last = number + 1, t - 1
      after = after - passes[number]
    end
    done, last = done + t - last, t
    local iterations = passes[number]
    local pace = progress.pace(began, done - 1, after + iterations - t)
    show(('%s  %d/%d  loss %.4g%s'):format(name, t, iterations, loss, pace), t == iterations)
    began = began or sys.clock() -- the clock starts here: what came before is not repeated
  end
end

-- The order of keys in the log, for people who read it.
local ORDER = {'program', 'version', 'threads', 'parameters', 'painting', 'composite', 'object', 'mask', 'at',
  'scale', 'output', 'size', 'working_size', 'object_share', 'mask_from', 'notices', 'memory_gb', 'peak_gb', 'style',
  'level', 'from', 'passes', 'pass', 'iterations', 'iteration', 'seconds', 'losses', 'total', 'content', 'histogram',
  'post_seconds', 'interrupted'}

-- What the log says of a run before it begins; the stages add to passes.
function M.record(params, scene, style)
  local h, w = scene.painting:size(2), scene.painting:size(3)
  return {
    program = 'pentimento', version = version, threads = torch.getnumthreads(), parameters = params, size = {w, h},
    working_size = {scenes.working_size(scene, params.image_size)}, object_share = scene.tight:mean(),
    mask_from = scene.mask_from, notices = scene.notices, style = style, passes = {},
  }
end

function M.write_log(name, record)
  local written, why = files.write(name, json.encode(record, {indent = true, keyorder = ORDER}) .. '\n')
  if not written then error(why) end
end

return M
