-- Compares results with others for the same examples: a table, CSV, and an HTML page with sliders.
require 'torch'
require 'nn'
require 'image'
require 'loadcaffe'
local command = require 'pen.harmonize.command'

local cmd = torch.CmdLine()

-- Text in lines of at most 100 columns, all but the first indented.
local function paragraph(text)
  local line = ''
  for word in text:gmatch('%S+') do
    if #line + 1 + #word > 100 then
      cmd:text(line)
      line = '     '
    end
    line = line .. (line == '' and '  ' or ' ') .. word
  end
  cmd:text(line)
end

for _, line in ipairs {
  'Compares harmonized pictures with the naive composites they were made from, and with other results for',
  'the same examples. Prints a table, writes it as CSV, and writes one HTML page with a slider per example:',
  '',
  '  pentimento compare -data data -ours out -theirs results -page compare.html',
  '',
  'Without -theirs our results alone are measured. In names of files % stands for the name of an example; of',
  'several names, separated by commas, the first that exists counts. An example takes part when all its files',
  'are there. Status 1 says that some example could not be measured.',
  '',
  'Where files lie:',
} do cmd:text(line) end
cmd:option('-data', 'data', 'folder of paintings, naive composites and masks')
cmd:option('-ours', '', 'folder of the results to look at')
cmd:option('-theirs', '', 'folder of the results to compare with')
cmd:option('-painting', '%_target.jpg,%_target.png')
cmd:option('-composite', '%_naive.jpg,%_naive.png', 'the object pasted in, untouched')
cmd:option('-mask', '%_c_mask.jpg,%_c_mask.png', 'white on the object')
cmd:option('-loose_mask', '%_c_mask_dilated.jpg,%_c_mask_dilated.png', 'where pixels may change; without: -mask grown')
cmd:option('-ours_files', '%_final_res2.png,%_harmonized.png,%.png')
cmd:option('-theirs_files', '%_final_res2.png,%_harmonized.png,%.png')
cmd:text()
cmd:text('What is written:')
cmd:option('-page', 'compare.html', "'' = no page")
cmd:option('-csv', 'compare.csv', "'' = no table of numbers")
cmd:option('-ours_name', 'ours', 'what tables and page call the results in -ours')
cmd:option('-theirs_name', 'theirs')
cmd:text()
cmd:text('How it is measured:')
cmd:option('-patches', 1000, 'how many 7 x 7 patches of an object coherence looks at')
cmd:option('-model_file', '', "caffemodel of VGG-19's topology, for content and style; '' = the best at hand")
cmd:text()
cmd:text('What the numbers mean:')
for _, metric in ipairs(require 'pen.compare.catalogue') do
  paragraph((('%s (%s): %s'):format(metric.name, metric.unit, metric.about):gsub('{reference}', 'theirs')))
end
local params = cmd:parse(arg)

command.main('compare', function()
  local models = require 'pen.harmonize.models'
  local failures = require('pen.compare.run').run(params, function()
    local file = models.find(params.model_file)
    return models.load(file):float(), paths.basename(file)
  end)
  if failures > 0 then os.exit(1) end
end)
