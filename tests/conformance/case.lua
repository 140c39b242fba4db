-- One case of one of Torch's own test files:  luajit case.lua SUITES SUITE CASE SEED
--
-- SUITES/image-installed/ has test.lua beside assets/, as Torch installs them: that file looks for pictures there.
-- The judges come from the checkouts: Tester.lua and TestSuite.lua of torch7, Jacobian.lua and SparseJacobian.lua of
-- nn. The last line of the output is "verdict<TAB>pass", or the first thing that went wrong.
local root = arg[0]:match('^(.*)tests/conformance/case%.lua$')
package.path = root .. 'lua/?.lua;' .. root .. 'lua/?/init.lua;' .. root .. 'tests/conformance/?.lua;' .. package.path

local folder, suite, case, seed = arg[1], arg[2], arg[3], tonumber(arg[4])
arg = nil -- the Tester prints in colours where there is a command line

local test_files = {torch = 'torch7/test/test.lua', nn = 'nn/test.lua', image = 'image-installed/test.lua'}

local function verdict(message)
  print('verdict\t' .. message)
  os.exit(message == 'pass' and 0 or 1)
end

local plain_folder = (folder .. '/'):gsub('%p', '%%%0')
local function first_line(message)
  local lines = {}
  for line in tostring(message):gmatch('[^\n]+') do
    line = line:gsub(plain_folder, '', 1)
    if line ~= case and not line:match('^ Function call failed') then lines[#lines + 1] = line end
  end
  return (lines[1] or 'no message'):gsub('\t', ' ')
end

-- Every seed that the files choose, by the time of day or otherwise, becomes this one.
local function fix_seed()
  local randomseed, manual_seed = math.randomseed, torch.manualSeed
  math.randomseed = function() randomseed(seed) end
  torch.manualSeed = function(...) return select('#', ...) == 1 and manual_seed(seed) or manual_seed(...) end
  randomseed(seed)
  manual_seed(seed)
end

local function load_judges()
  dofile(folder .. '/torch7/TestSuite.lua')
  dofile(folder .. '/torch7/Tester.lua')
  if suite ~= 'nn' then return end
  dofile(folder .. '/nn/Jacobian.lua')
  dofile(folder .. '/nn/SparseJacobian.lua')
end

-- The Tester that ran last; its file keeps it to itself when a case fails.
local function watch_tester()
  local tester = {}
  local Tester = torch.getmetatable('torch.Tester')
  local run = Tester.run
  function Tester.run(self, ...)
    tester.last = self
    return run(self, ...)
  end
  return tester
end

for _, name in ipairs {'torch', 'paths', 'sys', 'xlua'} do _G[name] = require(name) end
if suite ~= 'torch' then nn = require 'nn' end
if suite == 'image' then image = require 'image' end
load_judges()
fix_seed()
local tester = watch_tester()

local loaded, why = pcall(dofile, folder .. '/' .. test_files[suite])
if not loaded then verdict('the file does not load: ' .. first_line(why)) end
local ran, failure = pcall(_G[suite].test, {'^' .. case .. '$'})
if ran then verdict('pass') end
verdict(first_line(tester.last and tester.last.errors[1] or failure))
