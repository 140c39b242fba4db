-- Objects in files, in Torch's .t7 format: a number for the type, then what it takes. Tables, functions and torch
-- objects get an index; where one comes again, the index is all that is written.
local error = require 'pen.blame'
local ffi = require 'ffi'
local T = require 'torch.tensor'
local body = require 'torch.serialize_tensor'
local closures = require 'torch.closures'
local trails = require 'torch.trail'
local follow = trails.follow

return function(torch)
  local File = torch.getmetatable('torch.File')
  local NIL, NUMBER, STRING, TABLE, TORCH, BOOLEAN = 0, 1, 2, 3, 4, 5
  local FUNCTION, OLD_FUNCTION, OLDEST_FUNCTION = 8, 7, 6

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
    local count, trail, depth = 0, file.trail, file.trail.depth
    for _ in pairs(t) do count = count + 1 end
    file:writeInt(count)
    for key, value in pairs(t) do
      file:writeObject(key)
      trail[depth + 1], trail.depth = key, depth + 1
      file:writeObject(value)
      trail.depth = depth
    end
  end

  -- Writes or reads the upvalues of a function by f(file, list), with a mark on the trail.
  local function among_upvalues(file, list, f)
    local trail, depth = file.trail, file.trail.depth
    trail[depth + 1], trail.depth = trails.upvalues(list), depth + 1
    local result = f(file, list)
    trail.depth = depth
    return result
  end

  local function write_function(file, f)
    local bytecode, upvalues = closures.take_apart(file, f)
    write_text(file, bytecode)
    among_upvalues(file, upvalues, file.writeObject)
  end

  local function write_torch(file, object, name)
    write_text(file, ('V %d'):format(torch.getmetatable(name).__version or 1))
    write_text(file, name)
    if T.is(object) then body.write_tensor(file, object)
    elseif T.is_storage(object) then body.write_storage(file, object)
    elseif object.write then object:write(file)
    else
      local fields = {}
      for key, value in pairs(object) do fields[key] = value end
      file:writeObject(fields)
    end
  end

  local function write_object(self, object)
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
      error(('Unwritable object <%s>'):format(kind), 0)
    end
  end

  function File:writeObject(object) follow(self, false, write_object, object) end

  -- ---- reading ----

  local function read_text(file) return file:readBytes(file:readInt()) end

  -- NaN as a key is refused here: LuaJIT refuses it too, but not always where the assignment has been compiled, and
  -- where it does, it crashes.
  local function read_table(file, t)
    local trail, depth = file.trail, file.trail.depth
    for _ = 1, file:readInt() do
      local key = file:readObject()
      local wrong = key == nil or (type(key) == 'number' and key ~= key)
      if wrong then error(('%s as a key of a table'):format(key), 0) end
      trail[depth + 1], trail.depth = key, depth + 1
      t[key] = file:readObject()
      trail.depth = depth
    end
  end

  -- Whether functions in files are read. They may do anything, so it must be asked for.
  local functions_allowed = os.getenv('PENTIMENTO_T7_FUNCTIONS') == '1'
  function torch.allowfunctions(on) functions_allowed = on end

  local REFUSED = 'functions in files may do anything; torch.allowfunctions(true), or PENTIMENTO_T7_FUNCTIONS=1, ' ..
    'before the file is loaded, if you trust it'

  local function read_function(file, index, kind)
    local text, f, why = read_text(file), nil, REFUSED
    if functions_allowed or file.trusted then f, why = closures.load(text) end
    local given = f or closures.stand_in(file, why)
    if index then file.seen[index] = given end
    local upvalues = among_upvalues(file, {}, file.readObject)
    closures[f and 'fill' or 'keep'](file, given, closures.entries(upvalues, kind ~= FUNCTION), text)
    return given
  end

  local function new_object(name)
    local class = T.class_named(name)
    if class then return class.new() end
    local make = torch.factory(name)
    if not make then error(('unknown Torch class <%s>: require its package first'):format(name), 0) end
    return make()
  end

  -- An object that must be a table.
  function File:readFields()
    local fields = self:readObject()
    if type(fields) ~= 'table' then error(('a %s in place of the fields'):format(torch.type(fields)), 0) end
    return fields
  end

  local function read_torch(file, index)
    local name = read_text(file)
    local version = tonumber(name:match('^V (%d+)$')) or 0 -- of the class then; files older than versions have none
    if version > 0 then name = read_text(file) end
    local object = new_object(name)
    file.seen[index] = object
    if T.is(object) then body.read_tensor(file, object)
    elseif T.is_storage(object) then body.read_storage(file, object)
    elseif object.read then object:read(file, version)
    else
      for key, value in pairs(file:readFields()) do object[key] = value end
    end
    return object
  end

  -- Objects that are written once: the index, and the object itself where it was not read before.
  local function read_indexed(self, kind)
    self.seen = self.seen or {}
    local index = self:readInt()
    if self.seen[index] ~= nil then return self.seen[index] end
    if kind == TABLE then
      self.seen[index] = {}
      read_table(self, self.seen[index])
      return self.seen[index]
    end
    return (kind == TORCH and read_torch or read_function)(self, index, kind)
  end

  local function read_object(self)
    local from = self.at
    local kind = self:readInt()
    if kind == NIL then return nil
    elseif kind == NUMBER then return self:readDouble()
    elseif kind == STRING then return read_text(self)
    elseif kind == BOOLEAN then return self:readBool()
    elseif kind == OLDEST_FUNCTION then return read_function(self, nil, kind)
    elseif kind == TABLE or kind == TORCH or kind == FUNCTION or kind == OLD_FUNCTION then
      return read_indexed(self, kind)
    end
    self.at = from
    error(('unknown object of type %d: is this a .t7 file, and %s?'):format(kind, self.is_binary and 'binary' or
      'ascii'), 0)
  end

  function File:readObject() return follow(self, true, read_object) end

  -- ---- whole files and strings ----

  local formats = {ascii = true, binary = true, b32 = true, b64 = true}

  local function encode(file, format)
    if format and not formats[format] then
      error(('"binary", "b32", "b64" or "ascii" (or nil) expected for mode, not %s'):format(tostring(format)))
    end
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
    if type(text) ~= 'string' then error('deserialize: a string expected, got ' .. torch.type(text)) end
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

  function torch.deserializeFromStorage(storage, format)
    if not T.is_storage(storage) then error('a CharStorage expected, got ' .. torch.type(storage)) end
    return torch.deserialize(storage:string(), format)
  end
end
