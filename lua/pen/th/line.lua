-- Where the prompt's lines come from: readline, with history and completion, where there is a terminal and the library;
-- else standard input as it is.
local ffi = require 'ffi'
local files = require 'pen.file'
local paths = require 'paths'
local complete = require 'pen.th.complete'
local terminal = require 'pen.terminal'

ffi.cdef [[
  void pen_libc_free(void *) __asm__("free");
  void *pen_libc_malloc(size_t) __asm__("malloc");
  char *readline(const char *);
  void add_history(const char *);
  int read_history(const char *);
  int write_history(const char *);
  void stifle_history(int);
  typedef char **pen_rl_completion(const char *, int, int);
  extern pen_rl_completion *rl_attempted_completion_function;
  extern int rl_attempted_completion_over, rl_completion_append_character;
  extern int rl_completion_quote_character;
  extern const char *rl_completer_word_break_characters, *rl_completer_quote_characters;
]]

local function library()
  for _, name in ipairs {'readline.so.8', 'readline.so.7', 'readline'} do
    local ok, lib = pcall(ffi.load, name)
    if ok then return lib end
  end
end

-- $TREPL_HISTORY or ~/.luahistory, as in Torch, where there is one; else a file in the place that XDG has for it.
local function history_file()
  local own, home = os.getenv('TREPL_HISTORY'), os.getenv('HOME') or '.'
  if own then return own end
  if paths.filep(home .. '/.luahistory') then return home .. '/.luahistory' end
  local state = os.getenv('XDG_STATE_HOME') or home .. '/.local/state'
  local folder = state .. '/pentimento'
  os.execute('mkdir -p ' .. files.quoted(folder) .. ' 2>/dev/null')
  return folder .. '/th_history'
end

local function copy(text)
  local memory = ffi.cast('char *', ffi.C.pen_libc_malloc(#text + 1))
  ffi.copy(memory, text)
  return memory
end

local function common_start(list)
  local start = list[1]
  for _, word in ipairs(list) do
    while word:sub(1, #start) ~= start do start = start:sub(1, -2) end
  end
  return start
end

-- Readline's list: what all words share, the words, NULL; all of it readline's to free. Nothing: names of files, as
-- within strings.
local function offer(lib, text)
  if lib.rl_completion_quote_character ~= 0 then return nil end
  local ok, list = pcall(complete, ffi.string(text))
  if not ok or #list == 0 then return nil end
  lib.rl_attempted_completion_over = 1
  lib.rl_completion_append_character = 0
  local array = ffi.cast('char **', ffi.C.pen_libc_malloc((#list + 2) * ffi.sizeof('char *')))
  array[0] = copy(common_start(list))
  for i, word in ipairs(list) do array[i] = copy(word) end
  array[#list + 1] = nil
  if #list == 1 then array[1] = nil end
  return array
end

local breaks = ffi.new('char[?]', 64, ' \t\n"\'><=;|&{}()+-*/%^,#~!?$')
local quotes = ffi.new('char[?]', 3, '"\'')

local function edited()
  local lib = library()
  if not lib then return nil end
  local file = history_file()
  lib.rl_completer_word_break_characters, lib.rl_completer_quote_characters = breaks, quotes
  lib.rl_attempted_completion_function = ffi.cast('pen_rl_completion *', function(text) return offer(lib, text) end)
  lib.read_history(file)
  lib.stifle_history(10000)
  local function read(prompt)
    local line = lib.readline(prompt)
    if line == nil then return nil end
    local text = ffi.string(line)
    ffi.C.pen_libc_free(line)
    if text:match('%S') then
      lib.add_history(text)
      lib.write_history(file)
    end
    return text
  end
  jit.off(read) -- compiled code must not call what calls back
  return read
end

local function plain(prompt)
  io.write(prompt)
  io.flush()
  return io.read('*l')
end

-- A function read(prompt) -> line, nil at the end of the input.
return function() return terminal.input and edited() or plain end
