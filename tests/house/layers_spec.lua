-- The house's rules: who may use whom, and what C code never does. Each failure names file, line and offence.
local helper = require 'helper'

local function files(where, pattern)
  local list = {}
  local pipe = assert(io.popen('find ' .. where .. ' -type f | sort'))
  for name in pipe:lines() do
    if name:match(pattern) then list[#list + 1] = name end
  end
  pipe:close()
  return list
end

local read = helper.read

-- Calls visit(line, file:number) for every line of the text.
local function each_line(name, text, visit)
  local number = 0
  for line in (text .. '\n'):gmatch('(.-)\n') do
    number = number + 1
    visit(line, ('%s:%d'):format(name, number))
  end
end

local function keep_newlines(text) return (text:gsub('[^\n]', ' ')) end

-- C code with comments and the contents of strings blanked out, lines kept.
local function c_code(name)
  local text = read(name):gsub('/%*.-%*/', keep_newlines):gsub('//[^\n]*', '')
  return (text:gsub('\\["\\]', '  '):gsub('"[^"\n]*"', '""'))
end

local function check(offences) assert(#offences == 0, '\n' .. table.concat(offences, '\n')) end

-- Offending #include lines: allowed(header, file) decides.
local function check_includes(where, pattern, allowed)
  local offences = {}
  for _, name in ipairs(files(where, pattern)) do
    each_line(name, read(name), function(line, place)
      local header = line:match('^%s*#%s*include%s*[<"]([^>"]+)[>"]')
      if header and not allowed(header, name) then offences[#offences + 1] = place .. ' includes ' .. header end
    end)
  end
  check(offences)
end

local function set(...)
  local result = {}
  for _, key in ipairs {...} do result[key] = true end
  return result
end

describe('layers of C', function()
  it('let kernels see the project through pen.h, pen_kernel.h and internal.h only', function()
    local own = set('pen.h', 'pen_kernel.h', 'internal.h')
    local standard = set('float.h', 'limits.h', 'math.h', 'stddef.h', 'stdint.h', 'stdlib.h', 'string.h')
    check_includes('kernels', '^kernels/[^/]+%.c$', function(header) return own[header] or standard[header] end)
  end)

  it('keep CUDA headers in kernels/cuda and pen_kernel.h', function()
    check_includes('core kernels', '%.[ch]$', function(header, name)
      local cuda = header:match('^cu') or header:match('%.cuh$')
      return not cuda or name:match('^kernels/cuda/') or name == 'kernels/pen_kernel.h'
    end)
  end)

  it('keep oneDNN in core/cpu', function()
    check_includes('core kernels', '%.[ch]u?h?$', function(header, name)
      return not header:match('dnnl') or name:match('^core/cpu/')
    end)
  end)

  it('know neither Lua nor each other\'s source files', function()
    check_includes('core kernels', '%.[ch]u?h?$', function(header)
      return not header:match('^lua') and not header:match('^lauxlib') and not header:match('%.cu?$')
    end)
  end)

  it('never print and never stop the process', function()
    local forbidden = set('printf', 'fprintf', 'vprintf', 'vfprintf', 'puts', 'fputs', 'putchar', 'perror', 'exit',
      '_exit', 'quick_exit', 'abort', 'assert', 'raise', 'system')
    local offences = {}
    for _, name in ipairs(files('core kernels', '%.[ch]u?h?$')) do
      each_line(name, c_code(name), function(line, place)
        for call in line:gmatch('([%a_][%w_]*)%s*%(') do
          if forbidden[call] then offences[#offences + 1] = place .. ' calls ' .. call end
        end
      end)
    end
    check(offences)
  end)
end)

describe('layers of Lua', function()
  -- A file uses modules of its own layer and of those below.
  local layers = {
    {'^pen%.'},
    {'^torch', '^paths', '^sys', '^xlua', '^dok'},
    {'^nn', '^optim', '^image', '^loadcaffe', '^cutorch', '^cunn', '^cudnn', '^hdf5',
      '^libcuda_utils', '^autograd', '^display', '^matio', '^matting', '^nngraph', '^nninit', '^threads', '^unsup'},
    {'^pen%.harmonize', '^pen%.th', '^trepl'},
    {'^pen%.art', '^pen%.bench', '^pen%.compare', '^pen%.distill'},
  }
  local foreign = set('ffi', 'bit', 'jit', 'jit.opt', 'jit.util', 'table.new', 'table.clear', 'string', 'table', 'math',
    'io', 'os', 'lfs', 'dkjson', 'pl', 'pl.stringx')

  local function layer_of(module)
    for level = #layers, 1, -1 do
      for _, pattern in ipairs(layers[level]) do
        if module:match(pattern .. '$') or module:match(pattern .. '%.') or
          (pattern:sub(-1) == '.' and module:match(pattern)) then return level end
      end
    end
  end

  local function module_of(name) return (name:gsub('^lua/', ''):gsub('%.lua$', ''):gsub('/', '.')) end

  it('point one way: scripts, harmonize, nn and kin, torch, pen.ffi', function()
    local offences = {}
    for _, name in ipairs(files('lua scripts', '%.lua$')) do
      local own = name:match('^scripts/') and #layers + 1 or layer_of(module_of(name))
      if not own then offences[#offences + 1] = name .. ' belongs to no layer; layers, above, is the list' end
      each_line(name, read(name):gsub('%-%-%[%[.-%]%]', keep_newlines), function(line, place)
        for module in line:gsub('%-%-.*', ''):gmatch('%f[%w_]require%s*%(?%s*[\'"]([%w_.]+)[\'"]') do
          local used = layer_of(module)
          if not used and not foreign[module] then
            offences[#offences + 1] = place .. ' requires ' .. module .. ', which is not the project\'s'
          elseif used and own and used > own then
            offences[#offences + 1] = place .. ' requires ' .. module .. ' from a layer above'
          end
        end
      end)
    end
    check(offences)
  end)

  it('fit the page: 120 columns, no tabs, no trailing blanks', function()
    local offences = {}
    for _, name in ipairs(files('core kernels lua scripts tests', '%.[%a]+$')) do
      if name:match('%.lua$') or name:match('%.[ch]u?h?$') then
        each_line(name, read(name), function(line, place)
          local width = select(2, line:gsub('[^\128-\191]', ''))
          if width > 120 then offences[#offences + 1] = place .. ' is ' .. width .. ' columns wide' end
          if line:find('\t') then offences[#offences + 1] = place .. ' holds a tab' end
          if line:find('%s$') then offences[#offences + 1] = place .. ' ends in blanks' end
        end)
      end
    end
    check(offences)
  end)
end)
