-- Comparing from options to files: finds the examples, measures each, prints the table, writes CSV and page. Options
-- are those of scripts/compare.lua.
local sys = require 'sys'
local paths = require 'paths'
local files = require 'pen.file'
local command = require 'pen.harmonize.command'
local examples = require 'pen.compare.examples'
local features = require 'pen.compare.features'
local measure = require 'pen.compare.measure'
local summary = require 'pen.compare.summary'
local report = require 'pen.compare.report'
local page = require 'pen.compare.page'
local viewer = require 'pen.compare.viewer'

local M = {}

local function check(params)
  for _, name in ipairs {'ours', 'data'} do
    if params[name] == '' then error(('-%s is missing: name the folder; -help shows an example'):format(name), 0) end
  end
  examples.check(params)
  command.check_ranges(params, {patches = {1}})
  for _, option in ipairs {'page', 'csv'} do
    local file = params[option]
    if paths.dirp(file) then error(('-%s %s is a folder: name a file in it'):format(option, file), 0) end
    if file ~= '' then command.check_writable(option, file) end
  end
end

local function note(text, ...) io.stderr:write('compare: ', text:format(...), '\n') end

-- The measures of one example, and what the page shows of it.
local function compare(example, kinds, cnn, params)
  local pictures = examples.load(example)
  local values, box = measure.example(pictures, kinds, cnn, params.patches)
  return {name = example.name, values = values, shown = params.page ~= '' and viewer.encode(pictures, box) or nil}
end

-- Measures all examples; one that cannot be measured is told on stderr and left out. Returns the results and the number
-- of failures.
local function compare_all(list, kinds, cnn, params)
  local results, failures, started = {}, 0, sys.clock()
  for i, example in ipairs(list) do
    local ok, result = pcall(compare, example, kinds, cnn, params)
    if ok then
      results[#results + 1] = result
    else
      failures = failures + 1
      note('example %s: %s', example.name, (tostring(result):gsub('^[^\n]-%.lua:%d+: ', '')))
    end
    local left = (sys.clock() - started) / i * (#list - i)
    note('%d of %d done, about %.0f s left', i, #list, left)
  end
  return results, failures
end

local function save(name, text)
  if name == '' then return end
  local written, why = files.write(name, text)
  if not written then error(why, 0) end
  note('wrote %s', name)
end

-- params: the script's options; load_network() gives a network of VGG's topology and the name of its file. Returns the
-- number of examples that could not be measured. Raises an error of one line when nothing could.
function M.run(params, load_network)
  check(params)
  local list, skipped = examples.find(params)
  for _, line in ipairs(skipped) do note('%s', line) end
  if #list == 0 then error('no example is complete: see -help for how files are named', 0) end
  local kinds = params.theirs ~= '' and {'naive', 'theirs', 'ours'} or {'naive', 'ours'}
  local cnn, network = load_network()
  features.check(cnn)
  local results, failures = compare_all(list, kinds, cnn, params)
  if #results == 0 then error('no example could be measured', 0) end
  local comparison = {
    results = results, kinds = kinds, summary = summary.new(results, kinds),
    network = network, patches = params.patches,
    labels = {painting = 'painting', naive = 'naive', theirs = params.theirs_name, ours = params.ours_name},
  }
  io.write(report.table(comparison))
  save(params.csv, report.csv(comparison))
  if params.page ~= '' then save(params.page, page.html(comparison)) end
  return failures
end

return M
