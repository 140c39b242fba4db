-- Objects in files, in Torch's .t7 format: a number for the type, then what it takes. Tables, functions and torch
-- objects get an index; where one comes again, the index is all that is written.
local ffi = require 'ffi'
local T = require 'torch.tensor'

return function(torch)
  local File = torch.getmetatable('torch.File')
  local NIL, NUMBER, STRING, TABLE, TORCH, BOOLEAN, FUNCTION, OLD_FUNCTION = 0, 1, 2, 3, 4, 5, 8, 7

  -- ---- tensors and storages ----

  -- 'Float' for torch.FloatStorage and torch.CudaStorage.
  local function storage_kind(s)
    local prefix = torch.typename(s):match('(%a+)Storage$')
    return prefix == 'Cuda' and 'Float' or prefix:match('^Cuda(%a+)$') or prefix
  end

  -- All elements on the host.
  local function host_storage(s)
    if T.on_host(s) then return s end
    return T.host(T.class(s).tensor.new(s)):storage()
  end

  -- Halves lie in binary files as their bits, in others as decimal numbers; for both there is another storage.
  local function half_stand_in(file, n) return file:isBinary() and torch.ShortStorage(n) or torch.FloatStorage(n) end

  local function write_halves(file, s)
    local stand_in = half_stand_in(file, s:size())
    if file:isBinary() then ffi.copy(stand_in:data(), s:data(), 2 * s:size()) else stand_in:copy(s) end
    file[file:isBinary() and 'writeShort' or 'writeFloat'](file, stand_in)
  end

  local function read_halves(file, s)
    local stand_in = half_stand_in(file, s:size())
    file[file:isBinary() and 'readShort' or 'readFloat'](file, stand_in)
    if file:isBinary() then ffi.copy(s:data(), stand_in:data(), 2 * s:size()) else s:copy(stand_in) end
  end

  local function write_storage(file, s)
    local kind = storage_kind(s)
    file:writeLong(s:size())
    if s:size() == 0 then return end
    if kind == 'Half' then write_halves(file, s) else file['write' .. kind](file, host_storage(s)) end
  end

  local function read_storage(file, s)
    local n, kind = file:readLong(), storage_kind(s)
    if not file:holds(kind == 'Half' and (file:isBinary() and 'Short' or 'Float') or kind, n) then return end
    s:resize(n)
    if n == 0 then return end
    if kind == 'Half' then return read_halves(file, s) end
    local host = T.on_host(s) and s or torch[kind .. 'Storage'](n)
    file['read' .. kind](file, host)
    if host ~= s then s:copy(host) end
  end

  local function write_tensor(file, t)
    file:writeInt(t:dim())
    file:writeLong(t:size())
    file:writeLong(t:stride())
    file:writeLong(t:storageOffset())
    file:writeObject(t:storage())
  end

  -- Raises an error unless a tensor's elements lie in its storage, as they do when they are written.
  local function check_extent(storage, offset, sizes, strides)
    local last, count = offset, 1
    if not T.is_storage(storage) or #sizes ~= #strides then error('torch.File: a tensor without a storage', 0) end
    for d = 1, #sizes do
      if sizes[d] < 0 or strides[d] < 0 then error('torch.File: a tensor of negative size or stride', 0) end
      last, count = last + (sizes[d] - 1) * strides[d], count * sizes[d]
    end
    if count > 0 and (offset < 1 or last > storage:size()) then
      error(('torch.File: a tensor reaches to element %.0f of a storage of %d'):format(last, storage:size()), 0)
    end
  end

  local function read_tensor(file, t)
    local n = file:readInt()
    local sizes, strides, offset = file:readLong(n), file:readLong(n), file:readLong()
    local storage = file:readObject()
    if not storage or n == 0 then return end
    check_extent(storage, offset, sizes, strides)
    t:set(storage, offset, sizes, strides)
  end

  -- ---- writing ----

  -- What stands for an object in the list of those that were written.
  local function identity(object)
    return T.is_storage(object) and tostring(ffi.cast('intptr_t', object.store)) or object
  end

  -- Writes the object's index; returns true if the object itself must follow.
  local function introduce(file, object)
    file.written = file.written or {count = 0}
    local key = identity(object)
    local index = file.is_referenced and file.written[key]
    if index then
      file:writeInt(index)
      return false
    end
    file.written.count = file.written.count + 1
    file.written[key] = file.written.count
    file.written['keep' .. file.written.count] = object -- so that its address is not used again
    file:writeInt(file.written.count)
    return true
  end

  local function write_text(file, text)
    file:writeInt(#text)
    file:writeBytes(text)
  end

  local function write_table(file, t)
    local count = 0
    for _ in pairs(t) do count = count + 1 end
    file:writeInt(count)
    for key, value in pairs(t) do
      file:writeObject(key)
      file:writeObject(value)
    end
  end

  -- What a file said of functions that were not read, by the stand-in that was given for them.
  local unread = setmetatable({}, {__mode = 'k'})

  local function upvalues_of(f)
    local upvalues, n = {}, 1
    while true do
      local name, value = debug.getupvalue(f, n)
      if not name then return upvalues end
      upvalues[n], n = {name = name, value = value}, n + 1
    end
  end

  local function write_function(file, f)
    local was = unread[f]
    write_text(file, was and was.text or string.dump(f))
    file:writeObject(was and was.upvalues or upvalues_of(f))
  end

  local function write_torch(file, object, name)
    write_text(file, 'V 1')
    write_text(file, name)
    if T.is(object) then write_tensor(file, object)
    elseif T.is_storage(object) then write_storage(file, object)
    elseif object.write then object:write(file)
    else
      local fields = {}
      for key, value in pairs(object) do fields[key] = value end
      file:writeObject(fields)
    end
  end

  function File:writeObject(object)
    local kind, name = type(object), torch.typename(object)
    if object == nil then self:writeInt(NIL)
    elseif kind == 'number' then
      self:writeInt(NUMBER)
      self:writeDouble(object)
    elseif kind == 'string' then
      self:writeInt(STRING)
      write_text(self, object)
    elseif kind == 'boolean' then
      self:writeInt(BOOLEAN)
      self:writeBool(object)
    elseif name or kind == 'table' or kind == 'function' then
      self:writeInt(name and TORCH or kind == 'table' and TABLE or FUNCTION)
      if not introduce(self, object) then return end
      if name then write_torch(self, object, name)
      elseif kind == 'table' then write_table(self, object)
      else write_function(self, object)
      end
    else
      error('cannot write a ' .. kind, 2)
    end
  end

  -- ---- reading ----

  local function read_text(file) return file:readBytes(file:readInt()) end

  -- NaN as a key is refused here: LuaJIT refuses it too, but not always where the assignment has been compiled, and
  -- where it does, it crashes.
  local function read_table(file, t)
    for _ = 1, file:readInt() do
      local key = file:readObject()
      local wrong = key == nil or (type(key) == 'number' and key ~= key)
      if wrong then error('torch.File: a table with nil or NaN as a key', 0) end
      t[key] = file:readObject()
    end
  end

  -- Whether functions in files are read. They may do anything, so it must be asked for.
  local functions_allowed = os.getenv('PENTIMENTO_T7_FUNCTIONS') == '1'
  function torch.allowfunctions(on) functions_allowed = on end

  -- In place of a function that is not read. Networks hold functions that nothing calls, so a file loads without them;
  -- saved again, they are what they were.
  local function stand_in(file, index, text, why)
    local name = file.name or 'a torch.MemoryFile'
    local function f() error(('this function of %s was not read: %s'):format(name, why), 2) end
    file.seen[index], unread[f] = f, {text = text}
    unread[f].upvalues = file:readObject() or {}
    return f
  end

  local function read_function(file, index)
    local text = read_text(file)
    if not (functions_allowed or file.trusted) then
      return stand_in(file, index, text, 'functions in files may do anything; torch.allowfunctions(true), or ' ..
        'PENTIMENTO_T7_FUNCTIONS=1, before the file is loaded, if you trust it')
    end
    local f, problem = loadstring(text)
    if not f then return stand_in(file, index, text, 'it was compiled by another Lua (' .. problem .. ')') end
    file.seen[index] = f
    local upvalues = file:readObject() or {}
    for n, upvalue in ipairs(upvalues) do
      if type(upvalue) == 'table' then debug.setupvalue(f, n, upvalue.value) end
    end
    return f
  end

  local function new_object(name)
    local class = T.class_named(name)
    if class then return class.new() end
    local prefix, last = name:match('^(.*)%.([^.]+)$')
    local _ = prefix and type(_G[prefix]) == 'table' and _G[prefix][last] -- classes load on first use
    local make = torch.factory(name)
    if not make then error(('unknown Torch class <%s>: require its package first'):format(name), 0) end
    return make()
  end

  local function read_torch(file, index)
    local version, name = read_text(file), nil
    if version:match('^V %d+$') then name = read_text(file) else name = version end -- files older than versions
    local object = new_object(name)
    file.seen[index] = object
    if T.is(object) then read_tensor(file, object)
    elseif T.is_storage(object) then read_storage(file, object)
    elseif object.read then object:read(file)
    else
      for key, value in pairs(file:readObject()) do object[key] = value end
    end
    return object
  end

  function File:readObject()
    local kind = self:readInt()
    if kind == NIL then return nil
    elseif kind == NUMBER then return self:readDouble()
    elseif kind == STRING then return read_text(self)
    elseif kind == BOOLEAN then return self:readBool()
    elseif kind ~= TABLE and kind ~= TORCH and kind ~= FUNCTION and kind ~= OLD_FUNCTION then
      error(('%s: unknown object of type %d: is this a .t7 file, and %s?'):format(self.name or 'torch.MemoryFile', kind,
        self.is_binary and 'binary' or 'ascii'), 0)
    end
    self.seen = self.seen or {}
    local index = self:readInt()
    if self.seen[index] ~= nil then return self.seen[index] end
    if kind == TABLE then
      self.seen[index] = {}
      read_table(self, self.seen[index])
      return self.seen[index]
    end
    return (kind == TORCH and read_torch or read_function)(self, index)
  end

  -- ---- whole files and strings ----

  local function encode(file, format)
    if format == 'ascii' then file:ascii() else file:binary() end
    if format == 'b32' then file:longSize(4) end
    return file
  end

  -- torch.save(name, object [, 'binary' | 'ascii' [, referenced]])
  function torch.save(name, object, format, referenced)
    local file = encode(torch.DiskFile(name, 'w'), format)
    if referenced == false then file:referenced(false) end
    file:writeObject(object)
    file:close()
  end

  -- torch.load(name [, 'binary' | 'ascii' | 'b32' | 'b64'])
  function torch.load(name, format)
    local file = encode(torch.DiskFile(name, 'r'), format)
    local object = file:readObject()
    file:close()
    return object
  end

  function torch.serialize(object, format)
    local file = encode(torch.MemoryFile(), format or 'binary')
    file:writeObject(object)
    file:synchronize()
    return file.content
  end

  function torch.deserialize(text, format)
    local file = encode(torch.MemoryFile(), format or 'binary')
    file:writeString(text)
    file:seek(1)
    return file:readObject()
  end

  -- The same with a CharStorage in place of the string.
  function torch.serializeToStorage(object, format)
    local text = torch.serialize(object, format)
    local storage = torch.CharStorage(#text)
    ffi.copy(storage:data(), text, #text)
    return storage
  end

  function torch.deserializeFromStorage(storage, format) return torch.deserialize(storage:string(), format) end
end
