-- nn.ModuleCriterion(criterion [, inputModule [, targetModule [, castTarget = true]]]): the criterion of what the
-- modules make of input and target. castTarget: the target module is converted with the criterion.
local ModuleCriterion, parent = torch.class('nn.ModuleCriterion', 'nn.Criterion')

function ModuleCriterion:__init(criterion, inputModule, targetModule, castTarget)
  parent.__init(self)
  self.criterion, self.inputModule, self.targetModule = criterion, inputModule, targetModule
  self.castTarget = castTarget ~= false
end

function ModuleCriterion:updateOutput(input, target)
  if self.inputModule then input = self.inputModule:forward(input) end
  if self.targetModule then target = self.targetModule:forward(target) end
  self.output = self.criterion:forward(input, target)
  return self.output
end

function ModuleCriterion:updateGradInput(input, target)
  local inner = self.inputModule and self.inputModule.output or input
  if self.targetModule then target = self.targetModule.output end
  local gradient = self.criterion:backward(inner, target)
  self.gradInput = self.inputModule and self.inputModule:updateGradInput(input, gradient) or gradient
  return self.gradInput
end

function ModuleCriterion:type(type_name, done)
  if not type_name or self.castTarget or not self.targetModule then return parent.type(self, type_name, done) end
  local module = self.targetModule
  self.targetModule = nil
  parent.type(self, type_name, done)
  self.targetModule = module
  return self
end
