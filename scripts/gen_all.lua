-- Runs a folder of examples through both passes and the post-processing, as the authors' gen_all.py.
--   th scripts/gen_all.lua -gpus 0,1
require 'torch'
require 'nn'
require 'image'
local command = require 'pen.harmonize.command'
local batch = require 'pen.harmonize.batch'

local cmd = torch.CmdLine()
cmd:text([[
Harmonizes all examples of a folder, as the authors' gen_all.py does. Run it where data/ lies, with for each number N
  data/N_target.jpg          the painting (.png is read, too, here and below)
  data/N_naive.jpg           the painting with the object pasted in
  data/N_c_mask.jpg          the object's tight mask, white on the object
  data/N_c_mask_dilated.jpg  the loose mask; made where it is missing
and data/wikiart_output.txt, whose line N (from 0) ends in weight=LEVEL. It writes
  results/N_inter_res.png, N_final_res.png, N_final_res2.png   after pass 1, pass 2 and post-processing
  results/N_log.txt                                            what the three scripts printed
What is in results/ already is kept: run it again after an interruption, and it goes on; remove N_* to begin N anew. An
example that fails is reported, the others go on, and the exit status is 1 at the end. Ctrl-C stops all.
]])
cmd:option('-only', '', 'numbers of the examples to harmonize, as 0,2,5; all, if empty')
cmd:option('-gpus', '', 'GPUs to use, as 0,1: one process on each; the CPU, if empty')
cmd:option('-jobs', 1, 'processes at a time on the CPU; they share its threads')
cmd:option('-image_size', 700, 'longer side of the results in pixels')
cmd:option('-num_iterations', 1000, 'of each pass')
cmd:option('-print_iter', 100, 'losses in the log every so many iterations')
cmd:option('-save_iter', 0, 'numbered pictures every so many iterations; 0 = none')
cmd:option('-proto_file', '', "the model's prototxt; the passes' own default, if empty")
cmd:option('-model_file', '', "the model; the passes' own default, if empty")
cmd:option('-options', '', "further options of both passes, as '-seed 1 -optimizer adam'")
cmd:option('-example', -1, 'this one alone, in this process: how the batch calls itself')
local params = cmd:parse(arg)

local launcher = {arg[-1], arg[0]} -- LuaJIT and th, as they run this
local here = debug.getinfo(1, 'S').source:match('^@(.*)/') or '.'

-- '0,2,5' -> {0, 2, 5}
local function numbers(option, text)
  local list = {}
  for word in text:gmatch('[^,]+') do
    if not word:match('^%d+$') then
      error(('-%s %s: give numbers with commas between, as 0,1'):format(option, text))
    end
    list[#list + 1] = tonumber(word)
  end
  return list
end

-- The GPU of this process: its place among those that run decides.
local function gpu()
  local list = numbers('gpus', params.gpus)
  return list[(tonumber(os.getenv('SLOT')) or 0) % math.max(1, #list) + 1] or -1
end

-- How this script calls itself for one example; the number follows.
local function own_words()
  local words = {arg[-1], arg[0], here .. '/gen_all.lua'}
  for _, name in ipairs {'gpus', 'image_size', 'num_iterations', 'print_iter', 'save_iter', 'proto_file', 'model_file',
    'options'} do
    words[#words + 1], words[#words + 2] = '-' .. name, params[name]
  end
  words[#words + 1] = '-example'
  return words
end

local function places()
  local gpus = numbers('gpus', params.gpus)
  if #gpus == 0 then return params.jobs end
  if params.jobs ~= 1 then error('-jobs is for the CPU; with -gpus there is one process on each GPU') end
  return #gpus
end

local function unfinished(list)
  local left = {}
  for _, n in ipairs(list) do
    if not batch.is_finished(n) then left[#left + 1] = n end
  end
  return left
end

local function run_all()
  command.check_ranges(params, {jobs = {1, 1024}, image_size = {1, 1e5}, num_iterations = {1}})
  local jobs, all = places(), batch.examples()
  if params.only ~= '' then all = numbers('only', params.only) end
  local list = unfinished(all)
  io.write(('%d examples, %d finished already\n'):format(#all, #all - #list))
  assert(paths.mkdir('results'))
  io.stdout:flush()
  if #list == 0 then return end
  if not batch.each(list, own_words(), jobs) then error('interrupted; the same command goes on from here') end
  local failed = unfinished(list)
  io.write(('%d finished, %d failed\n'):format(#list - #failed, #failed))
  if #failed > 0 then error('not finished: ' .. table.concat(failed, ', ')) end
end

command.main('gen_all', function()
  io.stdout:setvbuf('line')
  if params.example < 0 then return run_all() end
  if not batch.one(params.example, gpu(), params, launcher, here) then os.exit(1) end
end)
