-- Numbers in torch.File, one or a storage of them: readInt, writeDouble and their kin. Part of torch.file, which gives
-- its means: put and take bytes, settle what was written, say what is the problem, skip the end of a line.
local error = require 'pen.blame'
local ffi = require 'ffi'
local T = require 'torch.tensor'

return function(torch, File, means)
  local put, take, settle, problem, skip_newline =
    means.put, means.take, means.settle, means.problem, means.skip_newline

  -- name -> C type, how a number is written as text; without that it stands there itself
  local kinds = {
    Byte = {'uint8_t'}, Char = {'int8_t'}, Short = {'int16_t', '%d'}, Int = {'int32_t', '%d'},
    Long = {'int64_t', '%d'}, Float = {'float', '%.9g'}, Double = {'double', '%.17g'},
  }

  local function is_raw(self, name) return self.is_binary or not kinds[name][2] end

  local function width_of(self, name) return name == 'Long' and self.long_size or ffi.sizeof(kinds[name][1]) end

  local function type_of(self, name) return name == 'Long' and self.long_size == 4 and 'int32_t' or kinds[name][1] end

  -- Fills data[0 .. n-1]; returns how many there were.
  local function read_numbers(self, name, data, n)
    local width = width_of(self, name)
    if is_raw(self, name) then
      local bytes = take(self, n * width)
      local count = math.floor(#bytes / width)
      local from = ffi.cast('const ' .. type_of(self, name) .. ' *', bytes)
      if width == ffi.sizeof(kinds[name][1]) then ffi.copy(data, bytes, count * width)
      else for i = 0, count - 1 do data[i] = from[i] end
      end
      skip_newline(self)
      return count
    end
    take(self, 0)
    for i = 0, n - 1 do
      local word, after = self.content:match('^%s*([^%s]+)()', self.at + 1)
      local value = word and (tonumber(word) or ({nan = 0 / 0, ['-nan'] = 0 / 0, inf = 1 / 0, ['-inf'] = -1 / 0})[word])
      if not value then
        problem(self, 'read error: %s where a number is expected', word or 'the end')
        return i
      end
      data[i], self.at = value, after - 1
    end
    skip_newline(self)
    return n
  end

  -- Whether so many numbers can be in the rest of the content, and else how many can; a number of ascii and what parts
  -- it take two bytes.
  function File:holds(name, n)
    local most = (#self.content - self.at + 1) / (is_raw(self, name) and width_of(self, name) or 2)
    if n >= 0 and n <= most then return true end
    problem(self, 'read error: %.0f numbers of type %s in %d bytes', n, name, #self.content - self.at)
    return false, math.max(0, math.min(n, math.floor(most)))
  end

  -- NaN has a sign in files, which LuaJIT's formats do not show.
  local function word(format, data, i, words)
    local x = tonumber(data[i])
    if x == x then return format:format(x) end
    return ffi.cast('int32_t *', data)[(i + 1) * words - 1] < 0 and '-nan' or 'nan'
  end

  local function write_numbers(self, name, data, n)
    local width, format = width_of(self, name), kinds[name][2]
    if is_raw(self, name) then
      local bytes = data
      if width ~= ffi.sizeof(kinds[name][1]) then
        bytes = ffi.new('int32_t[?]', n)
        for i = 0, n - 1 do bytes[i] = data[i] end
      end
      put(self, ffi.string(bytes, n * width))
    else
      local words = {}
      for i = 0, n - 1 do words[i + 1] = word(format, data, i, width / 4) end
      put(self, table.concat(words, ' '))
    end
    if not self.is_binary and self.spacing and n > 0 then put(self, '\n') end
  end

  -- On the host; without a device those of Cuda lie there, too.
  local function check_storage(storage, name)
    if T.is_storage(storage) and T.on_host(storage) and T.kinds[storage.store.dtype].name == name then return end
    error(('number, or %sStorage expected, got %s'):format(name, torch.type(storage)))
  end

  local readers = {}
  for _, kind in pairs(T.kinds) do readers[kind.name] = kind.read end

  for name, kind in pairs(kinds) do
    local one, read = ffi.new(kind[1] .. '[1]'), readers[name]
    -- One number; or with a count a storage of so many; or with a storage how many came into it.
    File['read' .. name] = function(self, what)
      if what == nil then
        one[0] = 0
        return read_numbers(self, name, one, 1) == 1 and read(one, 0) or 0
      end
      settle(self)
      local storage = what
      if type(what) == 'number' then
        local all, some = self:holds(name, what)
        storage = torch[name .. 'Storage'](all and what or some)
      else
        check_storage(what, name)
      end
      local count = storage:size() > 0 and read_numbers(self, name, storage:data(), storage:size()) or 0
      if storage == what then return count end
      return count < storage:size() and storage:resize(count) or storage
    end
    -- A number, or a storage of them; returns how many were written.
    File['write' .. name] = function(self, what)
      if type(what) == 'number' then
        one[0] = what
        write_numbers(self, name, one, 1)
        return 1
      end
      check_storage(what, name)
      write_numbers(self, name, what:data(), what:size())
      return what:size()
    end
  end
end
