-- Fits the estimate of the style level to paintings whose levels are published.
--   th scripts/calibrate_style.lua path/to/deep-painterly-harmonization/data
-- Refuses a folder without the file of levels, fewer than three paintings of a group, an output it cannot write.
require 'torch'
require 'image'
local estimate = require 'pen.harmonize.style_estimate'
local fit = require 'pen.harmonize.style_fit'

local COEFFICIENTS = require('pen.ffi').root .. 'lua/pen/harmonize/style_coefficients.lua'

local cmd = torch.CmdLine()
cmd:text('Fits the estimate of the style level (-style_level auto) to paintings of known levels, prints for each the')
cmd:text('estimate by a fit without it, and what such estimates are worth, and writes the coefficients.')
cmd:text()
cmd:text("The folder holds N_target.jpg (or .png) and wikiart_output.txt, whose line N, from 0, ends in weight=LEVEL,")
cmd:text("as the authors' data/ does: github.com/luanfujun/deep-painterly-harmonization. Paintings that are not there")
cmd:text('are left out. With the same pictures the result is the same to the last digit. It takes some seconds.')
cmd:text()
cmd:argument('-folder', 'of paintings and levels')
cmd:option('-output', '', 'Lua file for the coefficients; without it, those that the program uses are replaced')

local function flat_share(file)
  local ok, picture = pcall(image.load, file, 3)
  if not ok then error(file .. ' is no picture that can be read', 0) end
  return estimate.flatness(picture)
end

local function painting_file(folder, index)
  for _, extension in ipairs {'jpg', 'png'} do
    local file = ('%s/%d_target.%s'):format(folder, index, extension)
    if paths.filep(file) then return file end
  end
end

-- Columns of equal length: index, label, level, flat (share), x (its log-odds).
local function read(folder)
  local levels_file = folder .. '/wikiart_output.txt'
  if not paths.filep(levels_file) then error(levels_file .. ' is not there: give a folder that holds it', 0) end
  local data, index = {index = {}, label = {}, level = {}, flat = {}, x = {}}, 0
  for line in io.lines(levels_file) do
    local file, level = painting_file(folder, index), tonumber(line:match('weight=%s*([%d.eE+-]+)'))
    if file then
      if not (level and level > 0) then error(('%s: line %d has no weight=LEVEL'):format(levels_file, index), 0) end
      local n, flat = #data.x + 1, flat_share(file)
      data.index[n], data.label[n], data.level[n] = index, line:match('label=([^,]+)') or '', level
      data.flat[n], data.x[n] = flat, estimate.log_odds(flat)
    end
    index = index + 1
  end
  return data
end

local function group_of(level) return estimate.group(fit.targets(level)) end

-- Choosing the ridge without a painting leaves out two: one of each group must remain.
local function check_groups(folder, levels)
  local count = {0, 0, 0}
  for _, level in ipairs(levels) do count[group_of(level)] = count[group_of(level)] + 1 end
  for group, level in ipairs(estimate.levels) do
    if count[group] < 3 then
      error(('%s: %d of its paintings have a level near %g, a fit needs 3'):format(folder, count[group], level), 0)
    end
  end
end

local function print_paintings(data, list)
  print('index   flat  published  estimate   1    5    10   genre')
  for i, p in ipairs(list) do
    local truth, guess = group_of(data.level[i]), estimate.group(p)
    print(('%5d %4.1f %% %10.2f %6d %s %3.0f %% %3.0f %% %3.0f %%  %s'):format(data.index[i], 100 * data.flat[i],
      data.level[i], estimate.levels[guess], truth == guess and ' ' or '!', 100 * p[1], 100 * p[2], 100 * p[3],
      data.label[i]))
  end
end

local function print_errors(name, levels, estimates)
  local median, factor = fit.errors(estimates, levels)
  local right = 0
  for i, level in ipairs(levels) do right = right + (group_of(level) == group_of(estimates[i]) and 1 or 0) end
  print(('%-34s median error %2.0f %%, mean factor %.2f, group right for %d of %d'):format(name, 100 * median, factor,
    right, #levels))
end

-- The rules that the estimate must beat: a guess(i) that does not look at the painting, or the mean of the levels.
local function print_rules(levels, list)
  local function rule(name, guess)
    local estimates = {}
    for i = 1, #levels do estimates[i] = guess(i) end
    print_errors(name, levels, estimates)
  end
  print_errors('most probable level (this is auto)', levels, fit.favoured(list))
  rule('mean of the three levels', function(i)
    return list[i][1] * estimate.levels[1] + list[i][2] * estimate.levels[2] + list[i][3] * estimate.levels[3]
  end)
  rule('always the median of the others', function(i) return fit.median(levels, i) end)
  rule('always 5', function() return 5 end)
end

local function print_confusion(confusion)
  print('published near   estimated: 1    5   10')
  for k, row in ipairs(confusion) do print(('%14d %14d %4d %4d'):format(estimate.levels[k], unpack(row))) end
end

local TEMPLATE = [[
-- Written by scripts/calibrate_style.lua: the softmax of style_estimate.lua, and its leave-one-out error.
return {
  offset = {%.6g, %.6g, %.6g},
  slope = {%.6g, %.6g, %.6g},
  ridge = %g,
  paintings = %d,
  right = %d,
  median_error = %.4f,
}
]]

local function save(file, model, ridge, levels, right, median)
  local o, s = model.offset, model.slope
  local written, problem = require('pen.file').write(file, TEMPLATE:format(o[1], o[2], o[3], s[1], s[2], s[3], ridge,
    #levels, right, median))
  if not written then error(problem .. ': choose another -output', 0) end
  print('wrote ' .. file)
end

local function main(params)
  local data = read(params.folder)
  check_groups(params.folder, data.level)
  local model, ridge, list = fit.calibrate(data.x, data.level)
  local confusion, right = fit.confusion(list, data.level)
  print_paintings(data, list)
  print()
  print_rules(data.level, list)
  print()
  print_confusion(confusion)
  print()
  local output = params.output ~= '' and params.output or COEFFICIENTS
  save(output, model, ridge, data.level, right, (fit.errors(fit.favoured(list), data.level)))
end

local ok, problem = pcall(main, cmd:parse(arg))
if not ok then
  io.stderr:write('calibrate_style: ', tostring(problem), '\n')
  os.exit(1)
end
