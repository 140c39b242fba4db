-- hdf5: tensors in HDF5 files, with the calls of Torch's package of that name.
--
--   local file = hdf5.open('x.h5', 'w')        modes: r, r+, w (new), w- (new, must not exist), a (default)
--   file:write('/group/name', tensor)          or a table of tensors and tables, which becomes a group
--   file:read('/group/name'):all()             a tensor, or a table for a group; file:all() is the whole file
--   file:read('/name'):partial({1, 5}, {2, 3}) a range of each dimension, ends included
--   file:close()
--
-- Refused: strings, compound and other elements that are no numbers.
local ffi = require 'ffi'
local lib = require 'hdf5.binding'
require 'torch'
local dataset = require 'hdf5.dataset'

local DEFAULT = 0
local READ_ONLY, READ_WRITE, TRUNCATE, EXCLUSIVE = 0, 1, 2, 4
local GROUP, DATASET = 2, 5 -- H5I_type_t

local hdf5 = {}
local File = torch.class('hdf5.HDF5File', hdf5)
local Group = torch.class('hdf5.HDF5Group', hdf5)
local DataSet = torch.class('hdf5.HDF5DataSet', hdf5)

local links = lib.H5Pcreate(lib.H5P_CLS_LINK_CREATE_ID_g)
lib.H5Pset_create_intermediate_group(links, 1)

local function readable(name)
  local handle, why = io.open(name, 'rb')
  if handle then handle:close() end
  return handle ~= nil, why
end

-- The handle, or nil and why there is none.
local function open(name, mode)
  local there, why = readable(name)
  if mode == 'w' then return lib.H5Fcreate(name, TRUNCATE, DEFAULT, DEFAULT), 'cannot be created' end
  if mode == 'w-' or (mode == 'a' and not there) then
    if there then return nil, 'is there already' end
    return lib.H5Fcreate(name, EXCLUSIVE, DEFAULT, DEFAULT), 'cannot be created'
  end
  if not there then return nil, why:gsub('^.*: ', '') end
  if lib.H5Fis_hdf5(name) <= 0 then return nil, 'is no HDF5 file' end
  return lib.H5Fopen(name, mode == 'r' and READ_ONLY or READ_WRITE, DEFAULT), 'cannot be opened'
end

local modes = {r = true, ['r+'] = true, w = true, ['w-'] = true, a = true}

function File:__init(name, mode)
  mode = mode or 'a'
  if type(name) ~= 'string' then error('hdf5.open: file name expected, got ' .. torch.type(name), 4) end
  if not modes[mode] then error(("hdf5.open: mode '%s' is none of r, r+, w, w-, a"):format(tostring(mode)), 4) end
  local id, why = open(name, mode)
  if not id or id < 0 then error(('hdf5.open: %s: %s'):format(name, why), 4) end
  self._id, self._name, self._mode = id, name, mode
end

function File:filename() return self._name end

function File:close()
  if self._id then lib.H5Fclose(self._id) end
  self._id = nil
end

local function handle(file)
  if not file._id then error(('hdf5: %s is closed'):format(file._name), 4) end
  return file._id
end

-- '/a/b' for 'a/b', '/a/b/' and '//a/b'.
local function normal(path)
  if path ~= nil and type(path) ~= 'string' then error('hdf5: path expected, got ' .. torch.type(path), 4) end
  return '/' .. (path or ''):gsub('/+', '/'):gsub('^/', ''):gsub('/$', '')
end

-- H5Lexists asks about one step; the groups on the way must be there.
local function exists(id, path)
  local so_far = ''
  for step in path:gmatch('[^/]+') do
    so_far = so_far .. '/' .. step
    if lib.H5Lexists(id, so_far, DEFAULT) <= 0 then return false, so_far end
  end
  return true
end

local function write(id, path, data)
  if torch.isTensor(data) then return dataset.write(id, path, data, links) end
  if type(data) ~= 'table' or torch.typename(data) then
    error(('hdf5: %s: a tensor or a table of them expected, got %s'):format(path, torch.type(data)), 4)
  end
  if path ~= '/' and not exists(id, path) then
    local group = lib.H5Gcreate2(id, path, links, DEFAULT, DEFAULT)
    if group < 0 then error(('hdf5: the group %s cannot be made'):format(path), 4) end
    lib.H5Gclose(group)
  end
  for key, value in pairs(data) do write(id, (path == '/' and '' or path) .. '/' .. tostring(key), value) end
end

function File:write(path, data)
  local id, name = handle(self), normal(path)
  if self._mode == 'r' then error(('hdf5: %s is open for reading only'):format(self._name), 3) end
  if name ~= '/' and exists(id, name) then error(('hdf5: %s is in %s already'):format(name, self._name), 3) end
  write(id, name, data)
end

-- What lies under a path: a data set or a group, which :all() reads.
function File:read(path)
  local id, name = handle(self), normal(path)
  local there, missing = exists(id, name)
  if not there then error(('hdf5: there is no %s in %s'):format(missing, self._name), 3) end
  local object = lib.H5Oopen(id, name, DEFAULT)
  local kind = object >= 0 and lib.H5Iget_type(object)
  if object >= 0 then lib.H5Oclose(object) end
  if kind == GROUP then return hdf5.HDF5Group(self, name) end
  if kind == DATASET then return hdf5.HDF5DataSet(self, name) end
  error(('hdf5: %s in %s is neither a data set nor a group'):format(name, self._name), 3)
end

function File:all() return self:read('/'):all() end

-- Calls body with the open object, which is closed whatever happens.
local function with(object, body)
  local id = lib.H5Oopen(handle(object._file), object._path, DEFAULT)
  if id < 0 then error(('hdf5: %s cannot be opened'):format(object._path), 4) end
  local ok, result = pcall(body, id)
  lib.H5Oclose(id)
  if not ok then error(result, 0) end
  return result
end

function Group:__init(file, path) self._file, self._path = file, path end

-- Names of what is in the group, sorted.
function Group:names()
  return with(self, function(id)
    local buffer, list = ffi.new('char[4096]'), {}
    while lib.H5Lget_name_by_idx(id, '.', 0, 0, #list, buffer, 4096, DEFAULT) >= 0 do
      list[#list + 1] = ffi.string(buffer)
    end
    return list
  end)
end

function Group:read(path) return self._file:read(self._path .. '/' .. path) end

function Group:all()
  local result = {}
  for _, name in ipairs(self:names()) do result[name] = self:read(name):all() end
  return result
end

function DataSet:__init(file, path) self._file, self._path = file, path end

function DataSet:dataspaceSize() return with(self, dataset.sizes) end

function DataSet:all()
  return with(self, function(id) return dataset.read(id, self._path) end)
end

-- A range {from, to} for each dimension, counted from 1, ends included.
function DataSet:partial(...)
  local ranges = {...}
  return with(self, function(id) return dataset.read(id, self._path, ranges) end)
end

function hdf5.open(name, mode) return hdf5.HDF5File(name, mode) end

_G.hdf5 = hdf5
return hdf5
