-- Post-processing, the last of the original's steps: results/N_final_res.png -> results/N_final_res2.png
--   th scripts/filt_cnn_artifact.lua               all that are not done yet
--   th scripts/filt_cnn_artifact.lua -index 2,13   these, also when they are done
require 'torch'
require 'image'
local sys = require 'sys'
local command = require 'pen.harmonize.command'
local files = require 'pen.harmonize.post_files'
local progress = require 'pen.harmonize.progress'

local cmd = torch.CmdLine()
cmd:text("Takes what looks like a network's work out of results of pass 2: colours are made to follow the edges of the")
cmd:text("composite, and the texture is laid anew from the painting's own 7 x 7 patches. Only the object changes.")
cmd:text('Reads results/N_final_res (pass 2), data/N_naive (the composite), data/N_c_mask (tight mask, white on the')
cmd:text('object) and data/N_target (the painting), each .png or .jpg, and writes results/N_final_res2.png.')
cmd:text()
cmd:option('-results', 'results', 'folder of the results of pass 2, and of the new ones')
cmd:option('-data', 'data', 'folder of composites, masks and paintings')
cmd:option('-index', '', 'numbers N, as 2,13; empty = all in -results')
cmd:option('-again', false, 'do also those that have a N_final_res2.png; those named by -index are always done')
local params = cmd:parse(arg)

-- The numbers that -index lists; nil when it is empty.
local function listed(text)
  if text == '' then return nil end
  local list = {}
  for word in (text .. ','):gmatch('([^,]*),') do
    if not word:match('^%s*%d+%s*$') then error(('-index %s: give numbers, as in 2,13'):format(text)) end
    list[#list + 1] = tonumber(word)
  end
  return list
end

local function found()
  if not paths.dirp(params.results) then error(('-results %s is no folder'):format(params.results)) end
  local list = files.numbers(params.results)
  if #list == 0 then error(('-results %s holds no picture named like 0_final_res.png'):format(params.results)) end
  return list
end

-- True when it went well; else says on stderr what was wrong.
local function one(number)
  local started, show = sys.clock(), progress.line()
  local ok, problem = pcall(files.process, params.results, params.data, number, function(fraction)
    local seconds = sys.clock() - started
    show(('%d: %d %%, %s left'):format(number, 100 * fraction, progress.duration(seconds / fraction - seconds)),
      fraction == 1)
  end)
  local output = files.output(params.results, number)
  if ok then
    print(('%s (%.1f s)'):format(output, sys.clock() - started))
  else
    io.stderr:write(('filt_cnn_artifact: %s was not made: %s\n'):format(output,
      (tostring(problem):gsub('^[^\n]-%.lua:%d+: ', ''))))
  end
  return ok
end

command.main('filt_cnn_artifact', function()
  local numbers, failed, tried = listed(params.index), 0, 0
  local all = params.again or numbers ~= nil
  for _, number in ipairs(numbers or found()) do
    if all or not paths.filep(files.output(params.results, number)) then
      tried = tried + 1
      if not one(number) then failed = failed + 1 end
    end
  end
  if tried == 0 then print('all of ' .. params.results .. ' are done; -again does them again') end
  if failed > 0 then error(('%d of %d were not made'):format(failed, tried)) end
end)
