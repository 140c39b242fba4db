-- torch.CmdLine: declares the options of a program, reads them from the command line, prints the help text.
--
--   local cmd = torch.CmdLine()
--   cmd:text('What the program does')
--   cmd:option('-size', 700, 'maximum side in pixels')
--   local params = cmd:parse(arg)            -- {size = 700}
--
-- The type of an option is that of its default: a number or a string takes the next word, whatever it looks like; a
-- boolean takes none and becomes the opposite of its default. A wrong command line is reported on stderr, followed by
-- the help text, and the process ends with status 1; -h, -help and --help print the help text and end it with status 0.

local spelling = require 'pen.spelling'

local function strip(key)
  return (key:gsub('^%-+', ''))
end

local function pad(text, width)
  return text .. (' '):rep(width - #text)
end

-- How a word becomes the value of an option of each type; nil when it cannot.
local readers = {
  string = function(word) return word end,
  number = tonumber,
}

local function define(torch)
  local CmdLine = torch.class('torch.CmdLine')

  -- The separators join the pieces that cmd:string writes: 'name,size=700,seed=3'.
  function CmdLine:__init(piece_separator, key_separator)
    self.piece_separator = piece_separator or ','
    self.key_separator = key_separator or '='
    self.options = {}
    self.arguments = {}
    self.lines = {} -- of the help text, in order of declaration: strings, options and arguments
  end

  -- cmd:log writes to its file alone.
  function CmdLine:silent()
    self.is_silent = true
  end

  -- key '-name', default of type number, string or boolean; kind overrides the type of the default.
  function CmdLine:option(key, default, help, kind)
    if default == nil then error('option ' .. tostring(key) .. ' needs a default value', 2) end
    if self.options[key] then error('option ' .. key .. ' is declared twice', 2) end
    local option = {key = key, default = default, help = help, type = kind or type(default)}
    self.options[key] = option
    self.lines[#self.lines + 1] = option
  end

  -- A word without key, required, taken in order of declaration.
  function CmdLine:argument(key, help, kind)
    local argument = {key = key, help = help, type = kind or 'string'}
    self.arguments[#self.arguments + 1] = argument
    self.lines[#self.lines + 1] = argument
  end

  -- One line of the help text.
  function CmdLine:text(text)
    self.lines[#self.lines + 1] = text or ''
  end

  local function label(entry)
    return entry.default == nil and '<' .. strip(entry.key) .. '>' or entry.key
  end

  -- Prints the help text on stdout.
  function CmdLine:help(words)
    words = words or arg or {}
    local usage, width = {'Usage: ' .. (words[0] or '') .. ' [options]'}, 0
    for _, argument in ipairs(self.arguments) do usage[#usage + 1] = label(argument) end
    for _, line in ipairs(self.lines) do
      if type(line) == 'table' then width = math.max(width, #label(line)) end
    end
    io.write(table.concat(usage, ' '), '\n')
    for _, line in ipairs(self.lines) do
      if type(line) == 'table' then
        io.write('  ', pad(label(line), width), line.help and ' ' .. line.help or '')
        io.write(line.default ~= nil and (' [%s]'):format(tostring(line.default)) or '', '\n')
      else
        io.write(line, '\n')
      end
    end
  end

  -- Reports a wrong command line and ends the process.
  function CmdLine:error(message)
    io.write('\n')
    io.stdout:flush()
    io.stderr:write(message)
    io.write('\n')
    self:help()
    os.exit(1)
  end

  -- '; did you mean -gpu?' for the option nearest to word, '' when none is near.
  function CmdLine:suggestion(word)
    local keys, words = {}, {}
    for _, line in ipairs(self.lines) do
      if type(line) == 'table' and line.default ~= nil then
        keys[#keys + 1], words[#words + 1] = line.key, strip(line.key)
      end
    end
    local nearest = spelling.nearest(strip(word), words)
    return nearest and ('; did you mean %s?'):format(keys[nearest]) or ''
  end

  function CmdLine:read_option(params, words, i)
    local option = self.options[words[i]]
    if option.type == 'boolean' then
      params[strip(option.key)] = not option.default
      return i + 1
    end
    local word = words[i + 1]
    if word == nil then self:error('missing argument for option ' .. option.key) end
    local value = (readers[option.type] or readers.string)(word)
    if value == nil then
      self:error(('invalid type for option %s (should be %s)'):format(option.key, option.type))
    end
    params[strip(option.key)] = value
    return i + 2
  end

  function CmdLine:read_argument(params, words, i, count)
    local argument = self.arguments[count]
    if not argument then self:error('invalid argument: ' .. words[i] .. self:suggestion(words[i])) end
    local value = (readers[argument.type] or readers.string)(words[i])
    if value == nil then
      self:error(('invalid type for argument %s (should be %s)'):format(argument.key, argument.type))
    end
    params[strip(argument.key)] = value
    return i + 1
  end

  -- words: the global arg, or any list of strings. Returns {name = value}, names without leading dashes.
  function CmdLine:parse(words)
    local params, count, i = {}, 0, 1
    while words[i] do
      local word = words[i]
      if word == '-h' or word == '-help' or word == '--help' then
        self:help(words)
        os.exit(0)
      elseif self.options[word] then
        i = self:read_option(params, words, i)
      else
        count = count + 1
        i = self:read_argument(params, words, i, count)
      end
    end
    if count < #self.arguments then self:error('not enough arguments') end
    for _, option in pairs(self.options) do
      local name = strip(option.key)
      if params[name] == nil then params[name] = option.default end
    end
    return params
  end

  -- A name for a run: prefix, then the arguments, then the options that differ from their defaults, except the names
  -- that are keys of ignored.
  function CmdLine:string(prefix, params, ignored)
    local pieces, options = {}, {}
    for _, line in ipairs(self.lines) do
      local name = type(line) == 'table' and strip(line.key)
      if name and not (ignored or {})[name] and params[name] ~= line.default then
        local text = name .. self.key_separator .. tostring(params[name])
        if line.default == nil then text = tostring(params[name]) end
        local list = line.default == nil and pieces or options
        list[#list + 1] = text
      end
    end
    if prefix and prefix ~= '' then pieces[#pieces + 1] = prefix end
    for _, option in ipairs(options) do pieces[#pieces + 1] = option end
    return table.concat(pieces, self.piece_separator)
  end

  local function joined(...)
    local words = {}
    for i = 1, select('#', ...) do words[i] = tostring((select(i, ...))) end
    return table.concat(words, '\t')
  end

  -- From now on print also writes to file (a name or an open file), and to the file alone after cmd:silent(). Begins
  -- with the date and params.
  function CmdLine:log(file, params)
    local log = io.type(file) and file or assert(io.open(file, 'w'))
    local shown = print
    function _G.print(...)
      local prefix = self.time_prefix and self.time_prefix() or ''
      log:write(prefix, joined(...), '\n')
      log:flush()
      if not self.is_silent then
        io.write(prefix)
        shown(...)
      end
    end
    log:write(os.date('[program started on %c]\n'), '[command line arguments]\n')
    for name, value in pairs(params or {}) do log:write(name, '\t', tostring(value), '\n') end
    log:write('[----------------------]\n')
    log:flush()
  end

  -- Lines printed through cmd:log begin with the time: name[2026-01-31 12:00:00] by default.
  function CmdLine:addTime(name, format)
    format = format or '%Y-%m-%d %H:%M:%S'
    function self.time_prefix()
      return ('%s[%s] '):format(name or '', os.date(format))
    end
  end
end

return define
