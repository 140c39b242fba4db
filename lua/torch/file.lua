-- torch.File and its kinds: numbers and objects one after another, as bytes (binary: little endian, an int in 4, a long
-- in 8 bytes) or as text (ascii: numbers with spaces between them, bytes and chars as they are, a line per call that
-- writes something). A file is in memory as a whole; what is written to it gets onto the disk, as one, by close() or
-- synchronize().
local error = require 'pen.blame'
local ffi = require 'ffi'
local files = require 'pen.file'

return function(torch)
  local File = torch.class('torch.File')

  local function start(self, content, at)
    self.content, self.at, self.pieces = content, at, {}
    self.is_binary, self.is_quiet, self.failed, self.spacing, self.long_size = false, false, false, true, 8
    self.is_referenced = true
  end

  -- What has been written becomes part of the content.
  local function settle(self)
    if #self.pieces == 0 then return end
    local fresh = table.concat(self.pieces)
    local from = self.at - #fresh
    self.content, self.pieces = self.content:sub(1, from) .. fresh .. self.content:sub(self.at + 1), {}
  end

  local function problem(self, text, ...)
    self.failed = true
    if self.is_quiet then return end
    text = text:format(...)
    error(self.trail and text or ('%s: %s'):format(self.name or 'torch.MemoryFile', text), 0) -- see torch/trail.lua
  end

  local function put(self, bytes)
    if self.mode == 'r' then return problem(self, 'attempt to write in a read-only file') end
    self.pieces[#self.pieces + 1] = bytes
    self.at = self.at + #bytes
  end

  -- The next n bytes; fewer at the end, where it is an error.
  local function take(self, n)
    if self.mode == 'w' then problem(self, 'attempt to read in a write-only file') end
    settle(self)
    local bytes = self.content:sub(self.at + 1, self.at + n)
    if #bytes < n then problem(self, 'read error: %d of %d bytes left', #bytes, n) end
    self.at = self.at + #bytes
    return bytes
  end

  -- The end of the line behind what was read as text.
  local function skip_newline(self)
    if self.is_binary or not self.spacing then return end
    if self.content:sub(self.at + 1, self.at + 1) == '\n' then self.at = self.at + 1 end
  end

  -- ---- settings ----

  for name, set in pairs {
    ascii = function(self) self.is_binary = false end, binary = function(self) self.is_binary = true end,
    quiet = function(self) self.is_quiet = true end, pedantic = function(self) self.is_quiet = false end,
    autoSpacing = function(self) self.spacing = true end, noAutoSpacing = function(self) self.spacing = false end,
    clearError = function(self) self.failed = false end, longSize = function(self, n) self.long_size = n end,
    nativeEndianEncoding = function() end, littleEndianEncoding = function() end,
    referenced = function(self, on) self.is_referenced = on end,
    bigEndianEncoding = function() error('torch.File: only little-endian files are read and written', 3) end,
  } do
    File[name] = function(self, value)
      set(self, value)
      return self
    end
  end

  function File:isBinary() return self.is_binary end
  function File:isQuiet() return self.is_quiet end
  function File:isAutoSpacing() return self.spacing end
  function File:isReferenced() return self.is_referenced end
  function File:hasError() return self.failed end
  function File:isReadable() return self.mode ~= 'w' end
  function File:isWritable() return self.mode ~= 'r' end
  function File:isOpened() return self.content ~= nil end

  -- ---- place ---- (1-based)

  function File:position() return self.at + 1 end

  function File:seek(position)
    settle(self)
    if position < 1 or position > #self.content + 1 then problem(self, 'unable to seek at position %s', position)
    else self.at = position - 1
    end
    return self
  end

  function File:seekEnd()
    settle(self)
    self.at = #self.content
    return self
  end

  require 'torch.file_numbers'(torch, File, {
    put = put, take = take, settle = settle, problem = problem, skip_newline = skip_newline,
  })

  function File:readBool() return self:readInt() ~= 0 end
  function File:writeBool(value) return self:writeInt(value and 1 or 0) end

  -- '*l': the next line without its end; '*a': all that is left.
  function File:readString(format)
    if not (format:find('^%*?[al]')) then error("readString: format must be '*a' or '*l', not " .. format) end
    take(self, 0)
    if format:find('a') then return take(self, #self.content - self.at) end
    local line, after = self.content:match('^([^\n]*)\n?()', self.at + 1)
    if self.at >= #self.content then problem(self, 'read error: the end where a line is expected') end
    self.at = after - 1
    return line
  end

  function File:writeString(text)
    put(self, text)
    return #text
  end

  -- Text of which the length was written before it, whatever the encoding.
  function File:readBytes(n)
    local bytes = take(self, n)
    skip_newline(self)
    return bytes
  end

  function File:writeBytes(bytes)
    put(self, not self.is_binary and self.spacing and #bytes > 0 and bytes .. '\n' or bytes)
  end

  function File:synchronize()
    settle(self)
    return self
  end

  function File:close()
    self:synchronize()
    self.content = nil
    return self
  end

  local function check_mode(mode)
    if mode == 'r' or mode == 'w' or mode == 'rw' then return end
    error(("file mode should be 'r', 'w' or 'rw', not %s"):format(tostring(mode)), 3)
  end

  -- The content of a file that can be made: none. Or nil and why not. Nothing is left behind.
  local function new_file(name)
    local trial = files.temporary(name)
    local file, why = io.open(trial, 'wb')
    if not file then return nil, (why:gsub('^.*: ', '')) end
    file:close()
    os.remove(trial)
    return ''
  end

  -- ---- torch.DiskFile(name [, mode = 'r' [, quiet]]) ----

  local DiskFile = torch.class('torch.DiskFile', 'torch.File')

  function DiskFile:__init(name, mode, quiet)
    mode = mode or 'r'
    check_mode(mode)
    if type(name) ~= 'string' then error('the name of a file expected, got ' .. torch.type(name)) end
    self.name, self.mode = name, mode
    local content, why
    if mode ~= 'w' then content, why = files.read(name) end
    if mode ~= 'r' and not content then content, why = new_file(name) end
    start(self, content or '', 0)
    if not content then
      self.is_quiet = quiet
      problem(self, 'cannot open in mode %s: %s', mode, why)
    end
  end

  function DiskFile:synchronize()
    settle(self)
    if self.mode == 'r' then return self end
    local written, why = files.write(self.name, self.content)
    if not written then problem(self, 'cannot be written: %s', why) end
    return self
  end

  -- A quiet file that cannot be opened is nil.
  local constructor = getmetatable(torch.DiskFile)
  local construct = constructor.__call
  function constructor.__call(...)
    local file = construct(...)
    return not file.failed and file or nil
  end

  -- ---- torch.MemoryFile([CharStorage,] [mode = 'rw']) ----

  local MemoryFile = torch.class('torch.MemoryFile', 'torch.File')

  function MemoryFile:__init(storage, mode)
    if type(storage) == 'string' then storage, mode = nil, storage end
    self.mode = mode or 'rw'
    check_mode(self.mode)
    self.trusted = true -- what is in memory comes from this program
    start(self, storage and self.mode ~= 'w' and storage:string():gsub('%z$', '') or '', 0)
  end

  -- The content as a CharStorage, with a zero behind it as in Torch.
  function MemoryFile:storage()
    settle(self)
    local s = torch.CharStorage(#self.content + 1)
    ffi.copy(s:data(), self.content .. '\0', #self.content + 1)
    return s
  end
end
