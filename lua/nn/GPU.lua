-- nn.GPU(module [, device [, outdevice]]): in Torch, runs a module on another graphics card. Here everything runs on
-- the current one: it only passes everything on to the module.
local GPU, parent = torch.class('nn.GPU', 'nn.Decorator')

function GPU:__init(module, device, outdevice)
  parent.__init(self, module)
  self.device, self.outdevice = device, outdevice or device
end

function GPU:setDevice(device)
  self.device = device or self.device
  return self
end

-- Torch reads the device before what is to be read on it.
function GPU:write(file)
  file:writeObject({self._type, self.device})
  parent.write(self, file)
end

function GPU:read(file)
  file:readFields()
  parent.read(self, file)
end

function GPU:__tostring__()
  return ('%s(%s) @ %s'):format(torch.type(self), tostring(self.device), tostring(self.modules[1]))
end
