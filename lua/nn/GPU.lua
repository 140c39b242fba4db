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

function GPU:__tostring__()
  return ('%s(%s) @ %s'):format(torch.type(self), tostring(self.device), tostring(self.modules[1]))
end
