-- Packages of several files: include, torch.include, torch.packageLuaPath. As in Torch, include gives nothing back.
local paths = require 'paths'

-- Runs a Lua file beside the one that calls this; depth skips callers.
function include(name, depth)
  paths.dofile(name, 1 + (depth or 0))
end

-- The folder that holds a package's first file, or nil; without a name the folder of all packages.
function torch.packageLuaPath(name)
  if not name then return paths.dirname(torch.packageLuaPath('torch')) end
  local file = package.searchpath(name, package.path)
  return file and paths.dirname(file)
end

-- Runs a file of a package.
function torch.include(name, file)
  local folder = torch.packageLuaPath(name)
  if not folder then error(('torch.include: no package %s'):format(tostring(name)), 2) end
  dofile(folder .. '/' .. file)
end
