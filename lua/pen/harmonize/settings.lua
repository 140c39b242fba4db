-- The options of `pentimento harmonize`: their help, their values from a file (-config), and what they must satisfy.
local json = require 'dkjson'
local files = require 'pen.file'
local command = require 'pen.harmonize.command'
local M = {}

local introduction = [[
Pastes an object into a painting so that it looks painted there. Two pictures are enough: the painting, and the
painting with the object pasted in by any program.

  pentimento harmonize -painting painting.jpg -composite pasted.png -output result.png

Or let it paste a cut-out (a PNG with transparency), its upper left corner at pixel 300,120, at half its size:

  pentimento harmonize -painting painting.jpg -object cutout.png -at 300,120 -scale 0.5 -output result.png

The result has the painting's size and is the painting, bit for bit, away from the object. Beside result.png comes
result.json with all parameters, losses and times; `-config result.json` repeats the run. Ctrl-C saves what there is
and a file to resume from. At the defaults a run takes some minutes on two cores.

  Worth a try?             -preview writes a small version first, in seconds
  Too tame or too wild?    -sheet shows three strengths; then -strength
  Lost its features?       a lower -style_level, or a larger -image_size
  A rim of background?     a tighter -mask: white only where the object is
  More of everything?      the real VGG-19 (models/download_models.sh) and -num_iterations 1000
]]

local function section(cmd, title)
  cmd:text()
  cmd:text(title)
end

local function input_options(cmd)
  section(cmd, 'Pictures (PNG, JPEG, PPM)')
  cmd:option('-painting', '', 'the painting alone')
  cmd:option('-composite', '', 'the painting with the object pasted in')
  cmd:option('-mask', '', 'white where the object is; without it, where composite and painting differ')
  cmd:option('-object', '', 'instead of -composite: a cut-out with transparency')
  cmd:option('-at', '', "X,Y: the cut-out's upper left corner in pixels of the painting; without it, the middle")
  cmd:option('-scale', 1, 'size of the cut-out, 1 = its own pixels')
end

local function output_options(cmd)
  section(cmd, 'Results')
  cmd:option('-output', '', 'the result, .png or .ppm')
  cmd:option('-preview', false, 'first a quick, small version as OUTPUT_preview.png')
  cmd:option('-sheet', false, 'also OUTPUT_sheet.png: a quarter, one and four times the strength side by side')
  cmd:option('-keep', '', 'folder for every stage: composite, masks, passes')
end

local function style_options(cmd)
  section(cmd, 'How far the object follows the style: level 1 (Baroque) to 5 (Impressionism) to 10 (Expressionism)')
  cmd:option('-style_level', 'auto', 'a number, or auto: estimated from the painting')
  cmd:option('-genre', '', 'the level of a genre: baroque, impressionism, cubism ...')
  cmd:option('-strength', 1, 'multiplies the level')
  cmd:option('-wikiart_fn', '', 'as in the original: a file of levels, weight=NUMBER in each line')
  cmd:option('-index', 0, 'and the 0-based line of this painting')
end

local function computing_options(cmd)
  section(cmd, 'Computing')
  cmd:option('-image_size', 700, 'longer side at which the passes work; time and memory grow with its square')
  cmd:option('-coarse_size', 700, 'a much larger -image_size only refines what is made at this size; 0 = no')
  cmd:option('-num_iterations', 300, 'of each pass; 100 show the effect, 1000 is what the paper used')
  cmd:option('-model_file', '', 'a VGG-19 caffemodel; without it models/VGG_ILSVRC_19_layers.caffemodel or our own')
  cmd:option('-gpu', -1, '0-based number of the GPU; -1 = CPU')
  cmd:option('-precision', 'auto', 'of products on a GPU: fp32|tf32|bf16, each faster and rounder; auto = tf32')
  cmd:option('-threads', 0, 'processors to use; 0 = all')
  cmd:option('-max_memory', 0, 'GB that it may take: it then works in smaller pieces, or says what would fit; 0 = any')
  cmd:option('-seed', 316, 'the same seed gives the same picture')
  section(cmd, 'Again')
  cmd:option('-config', '', "options from a JSON file, such as a run's own log; those given here win")
  cmd:option('-resume', '', 'go on with an interrupted run from its OUTPUT.resume; nothing else need be given')
end

function M.cmdline()
  local cmd = torch.CmdLine()
  for line in introduction:gmatch('([^\n]*)\n') do cmd:text(line) end
  for _, add in ipairs {input_options, output_options, style_options, computing_options} do add(cmd) end
  return cmd
end

local function value_after(words, key)
  for i, word in ipairs(words) do
    if word == key then return words[i + 1] end
  end
end

-- The parameters in a JSON file: the object itself or what it has under "parameters". They become cmd's defaults.
local function read_config(cmd, name)
  local text, why = files.read(name)
  if not text then error(('-config %s'):format(why)) end
  local content, _, problem = json.decode(text)
  if type(content) ~= 'table' then error(('-config %s: %s'):format(name, problem or 'not a JSON object')) end
  for key, value in pairs(content.parameters or content) do
    local option = cmd.options['-' .. tostring(key)]
    if not option then
      error(('-config %s: %s is no option%s'):format(name, key, cmd:suggestion('-' .. tostring(key))))
    elseif type(value) ~= option.type then
      error(('-config %s: %s must be a %s, not %s'):format(name, key, option.type, json.encode(value)))
    end
    option.default = value
  end
end

-- The options that words (as the global arg) give, over those of a -config file, over the defaults; and the file to
-- resume from, or nil.
function M.parse(words)
  local cmd = M.cmdline()
  words[0] = 'pentimento harmonize' -- what -help calls it
  local config = value_after(words, '-config')
  if config then read_config(cmd, config) end
  local params = cmd:parse(words)
  local resume = params.resume ~= '' and params.resume or nil
  params.config, params.resume = nil, nil -- which are not what a run is made of
  return params, resume
end

local function check_inputs(params)
  if params.painting == '' then error('-painting is missing: name the picture of the painting (-help explains)') end
  if (params.composite == '') == (params.object == '') then
    error('give one of -composite (the object already pasted in) and -object (a cut-out with transparency)')
  end
  if params.object ~= '' and params.mask ~= '' then error('-mask: an -object has its mask in its transparency') end
  if params.at ~= '' and not params.at:match('^%-?[%d.]+,%-?[%d.]+$') then
    error(('-at %s: give two numbers of pixels, such as 300,120'):format(params.at))
  end
end

function M.check(params)
  check_inputs(params)
  if params.output == '' then error('-output is missing: name the result, such as result.png') end
  if not params.output:lower():match('%.p[np][gm]$') then
    error(('-output %s: the name must end in .png or .ppm; JPEG would change the painting around the object'):format(
      params.output))
  end
  command.check_writable('output', params.output)
  command.check_ranges(params, {scale = {1e-3, 1e3}, image_size = {16, 1e5}, coarse_size = {0, 1e5},
    num_iterations = {1}, strength = {0, 100}, max_memory = {0}})
end

-- 'dir/result.png', '_sheet.png' -> 'dir/result_sheet.png'
function M.beside(params, ending)
  return (params.output:gsub('%.%w+$', '')) .. ending
end

return M
