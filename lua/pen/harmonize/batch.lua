-- The authors' batch: numbered examples in data/, results in results/, both in the current folder. Each example goes
-- through three scripts, each a process of its own; what is there already is not made again.
--   data/N_naive.jpg, N_target.jpg, N_c_mask.jpg, N_c_mask_dilated.jpg (made if missing), wikiart_output.txt
--   results/N_inter_res.png, N_final_res.png, N_final_res2.png, and N_log.txt with all that the scripts print
-- The authors' own batch writes JPEG where their post-processing looks for PNG; here PNG is written, either is read.
local sys = require 'sys'
local dilate = require 'pen.harmonize.dilate'
local files = require 'pen.file'
local progress = require 'pen.harmonize.progress'
local M = {}

local LEVELS = 'data/wikiart_output.txt'

local function command_line(words)
  local list = {}
  for i, word in ipairs(words) do list[i] = files.quoted(word) end
  return table.concat(list, ' ')
end

-- stem.png or stem.jpg, whichever is there.
local function find(stem)
  for _, extension in ipairs {'.png', '.jpg'} do
    if paths.filep(stem .. extension) then return stem .. extension end
  end
end

local function input(stem)
  local name = find(stem)
  if not name then error(('%s.jpg is missing'):format(stem)) end
  return name
end

-- ---- one example ----

local function loose_mask(n)
  local stem = ('data/%d_c_mask_dilated'):format(n)
  if find(stem) then return find(stem) end
  dilate.file(input(('data/%d_c_mask'):format(n)), stem .. '.png')
  return stem .. '.png'
end

-- The options that both passes share.
local function pictures(n, gpu, params)
  local words = {
    '-content_image', input(('data/%d_naive'):format(n)), '-style_image', input(('data/%d_target'):format(n)),
    '-tmask_image', input(('data/%d_c_mask'):format(n)), '-mask_image', loose_mask(n), '-gpu', gpu,
  }
  for _, name in ipairs {'image_size', 'num_iterations', 'print_iter', 'save_iter', 'proto_file', 'model_file'} do
    if params[name] ~= '' then words[#words + 1], words[#words + 2] = '-' .. name, params[name] end
  end
  for word in params.options:gmatch('%S+') do words[#words + 1] = word end
  return words
end

local function joined(...)
  local all = {}
  for _, list in ipairs {...} do
    for _, word in ipairs(list) do all[#all + 1] = word end
  end
  return all
end

-- What is to be done, in order. result: what the script writes, without extension; options(): its words, when its time
-- has come.
local function steps(n, gpu, params)
  local coarse, fine = ('results/%d_inter_res'):format(n), ('results/%d_final_res'):format(n)
  return {
    {title = 'pass 1', script = 'neural_gram', result = coarse, options = function()
      return joined(pictures(n, gpu, params), {'-output_image', coarse .. '.png'})
    end},
    {title = 'pass 2', script = 'neural_paint', result = fine, options = function()
      return joined(pictures(n, gpu, params), {'-cnnmrf_image', find(coarse), '-index', n, '-wikiart_fn', LEVELS,
        '-output_image', fine .. '.png'})
    end},
    {title = 'post-processing', script = 'filt_cnn_artifact', result = fine .. '2', options = function()
      return {'-index', n}
    end},
  }
end

-- Why a script failed: the first line of the log that begins with its name and a colon, else the last line.
local function reason(log, script)
  local last = 'it left no message'
  for line in io.lines(log) do
    if line:find('%S') then last = line:match('([^\r]-)%s*$') end
    if last:sub(1, #script + 2) == script .. ': ' and not last:find(':$') then return last end
  end
  return last:match('interrupted!$') or last -- Ctrl-C: where it struck is of no interest
end

-- Runs one script to its end, output to the log; an error if it fails.
local function run_script(words, log, script)
  local line = command_line(words)
  local file = assert(io.open(log, 'a'))
  file:write(line, '\n')
  file:close()
  if os.execute(('%s >>%s 2>&1'):format(line, files.quoted(log))) ~= 0 then error(reason(log, script)) end
end

-- The number of the first step whose result is missing while all later ones are, too.
local function first_missing(list)
  for i = #list, 1, -1 do
    if find(list[i].result) then return i + 1 end
  end
  return 1
end

local function say(n, ...) io.write(('%d: '):format(n), table.concat({...}), '\n') end

-- Example n in this process, one script after the other. launcher: the words that run a script ({'luajit', 'th'});
-- scripts: the folder where they lie. Returns true, or nil after a report.
function M.one(n, gpu, params, launcher, scripts)
  local log, started, title = ('results/%d_log.txt'):format(n), sys.clock(), 'preparation'
  local ok, problem = pcall(function()
    os.remove(log)
    local list = steps(n, gpu, params)
    for i = first_missing(list), #list do
      local step = list[i]
      local options = step.options()
      title = step.title
      say(n, title)
      run_script(joined(launcher, {('%s/%s.lua'):format(scripts, step.script)}, options), log, step.script)
    end
  end)
  if ok then
    say(n, 'done in ', progress.duration(sys.clock() - started))
    return true
  end
  say(n, 'failed in ', title, ': ', (tostring(problem):gsub('^[^\n]-%.lua:%d+: ', '')),
    paths.filep(log) and '; see ' .. log or '')
end

-- ---- all of them ----

-- The numbers of all examples in data/, ascending.
function M.examples()
  if not paths.dirp('data') then error('there is no folder data here: run this where data/N_naive.jpg lie') end
  local list, known = {}, {}
  for name in paths.files('data') do
    local n = tonumber(name:match('^(%d+)_naive%.[jp][pn]g$'))
    if n and not known[n] then list[#list + 1], known[n] = n, true end
  end
  if #list == 0 then error('data holds no example: they are named 0_naive.jpg, 0_target.jpg, 0_c_mask.jpg') end
  table.sort(list)
  return list
end

function M.is_finished(n) return find(('results/%d_final_res2'):format(n)) ~= nil end

-- Runs `words N` for each number, `jobs` at a time and with the threads of the machine shared among them; SLOT in its
-- environment is the number, from 0, of the place it runs in. A failed one does not keep the others from running.
-- Returns false when the user interrupted it.
function M.each(list, words, jobs)
  local threads = math.max(1, math.floor(torch.getnumthreads() / jobs))
  local pipe = "printf '%%s\\n' %s | OMP_NUM_THREADS=%d xargs -n 1 -P %d --process-slot-var=SLOT %s"
  local status = os.execute(pipe:format(table.concat(list, ' '), threads, jobs, command_line(words)))
  local signal, code = status % 256, math.floor(status / 256)
  return signal == 0 and code ~= 130
end

return M
