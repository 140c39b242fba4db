-- paths: names of files and directories, as the Torch package of that name (POSIX systems only).
local ffi = require 'ffi'
local lfs = require 'lfs'

local paths = {}

-- ---- names: nothing is read from the disk ----

-- Text after the last '.', no value at all when there is none: 'a/b.jpg' gives 'jpg'.
function paths.extname(name)
  local extension = name:match('%.([^.]*)$')
  if extension then return extension end
end

-- Last component, without the suffix when that follows a '.': ('a/b.jpg', 'jpg') and ('a/b.jpg', '.jpg') give 'b'.
function paths.basename(name, suffix)
  local base = name:gsub('/+$', ''):match('[^/]*$')
  if base == '' and name:sub(1, 1) == '/' then base = '/' end
  if not suffix then return base end
  suffix = '.' .. suffix:gsub('^%.', '')
  return #base > #suffix and base:sub(-#suffix) == suffix and base:sub(1, -#suffix - 1) or base
end

-- What stands before the last component: 'a/b/c' gives 'a/b', 'c' and 'c/' give '.', '/c' gives '/'.
function paths.dirname(name)
  local trimmed = name:gsub('/+$', '')
  local directory = trimmed:match('^(.*)/[^/]*$')
  if not directory then return name:sub(1, 1) == '/' and '/' or '.' end
  directory = directory:gsub('/+$', '')
  return directory == '' and '/' or directory
end

function paths.cwd()
  return lfs.currentdir()
end

-- Absolute name of the components joined, starting from the working directory; an absolute component starts anew, and
-- '.' and '..' are resolved: concat('a', '../b') gives <cwd>/b.
function paths.concat(...)
  local parts = {}
  for _, name in ipairs {paths.cwd(), ...} do
    name = tostring(name)
    if name:sub(1, 1) == '/' then parts = {} end
    for part in name:gmatch('[^/]+') do
      if part == '..' then
        parts[#parts] = nil
      elseif part ~= '.' then
        parts[#parts + 1] = part
      end
    end
  end
  return '/' .. table.concat(parts, '/')
end

-- ---- what lies on the disk ----

function paths.dirp(name)
  return lfs.attributes(name, 'mode') == 'directory'
end

-- True for anything that exists and is no directory.
function paths.filep(name)
  local mode = lfs.attributes(name, 'mode')
  return mode ~= nil and mode ~= 'directory'
end

-- List of all names in a directory, '.' and '..' included; nil when it is none.
function paths.dir(directory)
  if not paths.dirp(directory) then return nil end
  local names = {}
  for name in lfs.dir(directory) do names[#names + 1] = name end
  return names
end

-- Iterates over the names in a directory that filter (a Lua pattern or a function of the name) lets through; an error
-- when it is no directory.
function paths.files(directory, filter)
  local names = paths.dir(directory) or error(('%s is no directory'):format(directory), 2)
  local accepts = filter or function() return true end
  if type(filter) == 'string' then accepts = function(name) return name:find(filter) end end
  local i = 0
  return function()
    repeat i = i + 1 until not names[i] or accepts(names[i])
    return names[i]
  end
end

-- Iterates over the files of a directory, not over its directories.
function paths.iterfiles(directory)
  return paths.files(directory, function(name) return paths.filep(directory .. '/' .. name) end)
end

-- Iterates over the directories in a directory, without '.' and '..'.
function paths.iterdirs(directory)
  return paths.files(directory, function(name)
    return name ~= '.' and name ~= '..' and paths.dirp(directory .. '/' .. name)
  end)
end

-- Makes a directory and the missing ones above it. True when it stands, else nil and the reason.
function paths.mkdir(directory)
  if paths.dirp(directory) then return true end
  local parent = paths.dirname(directory)
  if parent ~= directory and not paths.dirp(parent) then
    local made, reason = paths.mkdir(parent)
    if not made then return nil, reason end
  end
  return lfs.mkdir(directory)
end

function paths.rmdir(directory)
  return lfs.rmdir(directory)
end

-- Removes a file, or a directory with all that is in it: true, or nil and the reason. The second argument must be
-- 'yes'. Links are removed, not followed.
function paths.rmall(directory, consent)
  if consent ~= 'yes' then return nil, "paths.rmall(directory, 'yes') removes everything below: say yes" end
  if lfs.symlinkattributes(directory, 'mode') ~= 'directory' then return os.remove(directory) end
  for name in paths.files(directory, function(entry) return entry ~= '.' and entry ~= '..' end) do
    local removed, reason = paths.rmall(directory .. '/' .. name, 'yes')
    if not removed then return nil, reason end
  end
  return lfs.rmdir(directory)
end

-- Name of a new empty file that is removed when the program ends.
local temporary = newproxy(true)
function paths.tmpname()
  local name = os.tmpname()
  local names = getmetatable(temporary)
  names[#names + 1] = name
  return name
end
getmetatable(temporary).__gc = function()
  for _, name in ipairs(getmetatable(temporary)) do os.remove(name) end
end

-- ---- the system ----

local field = jit.os == 'OSX' and 256 or 65
ffi.cdef((([[
  typedef struct pen_utsname { char system[N], node[N], release[N], version[N], machine[N], domain[N]; } pen_utsname;
  int pen_libc_uname(pen_utsname *facts) __asm__("uname");
]]):gsub('%[N%]', '[' .. field .. ']')))

-- Names of the system ('Linux'), of this computer, and of its processor's kind ('x86_64').
function paths.uname()
  local facts = ffi.new('pen_utsname')
  ffi.C.pen_libc_uname(facts)
  return ffi.string(facts.system), ffi.string(facts.node), ffi.string(facts.machine)
end

-- The name, or nil: in Torch they are functions, too.
function paths.is_win() return paths.uname():match('Windows') end
function paths.is_mac() return paths.uname():match('Darwin') end

-- ---- programs and Lua files ----

paths.home = os.getenv('HOME') or '/'

-- Absolute name of the first of the programs that is found on PATH, or nil.
function paths.findprogram(...)
  for _, program in ipairs {...} do
    for directory in (os.getenv('PATH') or ''):gmatch('[^:]+') do
      if paths.filep(directory .. '/' .. program) then return paths.concat(directory, program) end
    end
  end
end

-- Absolute name of the Lua file that calls this, or of name beside it; nil outside a file, and in a tail call, which
-- leaves no trace of its caller. depth skips callers.
function paths.thisfile(name, depth)
  local source = debug.getinfo(2 + (depth or 0), 'S').source:match('^@(.*)')
  if not source then return nil end
  return name and paths.concat(paths.dirname(paths.concat(source)), name) or paths.concat(source)
end

-- Runs a Lua file named relative to the file that calls this (depth skips callers), and returns what it returns.
function paths.dofile(name, depth)
  return dofile(paths.thisfile(name, 1 + (depth or 0)) or name)
end

_G.paths = paths
return paths
