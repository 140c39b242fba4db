-- nngraph: networks as graphs. Calling a module on nodes makes a node, nn.gModule(inputs, outputs) a module of what
-- lies between them:  x = nn.Identity()();  y = nn.CAddTable()({x, nn.ReLU()(x)});  net = nn.gModule({x}, {y}).
--
-- A gModule keeps its modules in an order in which they can run, and the numbers of those that each one reads; it is
-- saved and loaded as that, and files of the original's graphs are not read.
require 'nn'

nngraph = nngraph or {}
local nngraph = nngraph
local Node = torch.class('nngraph.Node')

-- data.module computes the node from those in children; data.select takes one entry of a node that gives a table.
function Node:__init(data, children) self.data, self.children = data, children or {} end

function Node:annotate(words)
  self.data.annotations = self.data.annotations or {}
  for key, value in pairs(words) do self.data.annotations[key] = value end
  return self
end

-- The n entries of the table that this node gives, as nodes.
function Node:split(n)
  local parts = {}
  for i = 1, n do parts[i] = nngraph.Node({module = nn.Identity(), select = i, of = n}, {self}) end
  return unpack(parts)
end

local function is_node(value) return torch.isTypeOf(value, 'nngraph.Node') end

-- Nodes from call arguments: node, node ...  or one table of nodes.
local function nodes_of(...)
  local list = {...}
  if #list == 1 and not is_node(list[1]) then list = list[1] end
  for i, node in ipairs(list) do
    if not is_node(node) then error(('nngraph: argument %d is no node but a %s'):format(i, torch.type(node)), 3) end
  end
  return list
end

-- Calls with tensors compute, as nn's own do.
for _, class in ipairs {nn.Module, nn.Criterion} do
  local compute = class.__call__
  function class:__call__(input, ...)
    if torch.isTensor(input) then return compute(self, input, ...) end
    return nngraph.Node({module = self}, nodes_of(input, ...))
  end
end

function nngraph.setDebug() end
function nngraph.annotateNodes() end

local gModule = torch.class('nn.gModule', 'nn.Container')

-- Appends the node behind all that it reads; returns its number.
local function visit(self, node, numbers)
  if numbers[node] == 'open' then error('nngraph: the graph has a loop', 0) end
  if numbers[node] then return numbers[node] end
  numbers[node] = 'open'
  local link = {select = node.data.select, of = node.data.of}
  for i, child in ipairs(node.children) do link[i] = visit(self, child, numbers) end
  self:add(node.data.module)
  self.links[#self.modules], numbers[node] = link, #self.modules
  return #self.modules
end

function gModule:__init(inputs, outputs)
  nn.Container.__init(self)
  self.links, self.inputs, self.outputs = {}, {}, {}
  local numbers = {}
  for i, node in ipairs(outputs) do self.outputs[i] = visit(self, node, numbers) end
  for i, node in ipairs(inputs) do
    if not numbers[node] then error(('nngraph: input %d leads to no output'):format(i), 0) end
    self.inputs[i] = numbers[node]
    self.links[numbers[node]].input = i
  end
  for i, link in ipairs(self.links) do
    if not link.input and #link == 0 and torch.type(self.modules[i]) ~= 'nn.Constant' then
      error(('nngraph: %s reads nothing and is no input'):format(torch.type(self.modules[i])), 0)
    end
  end
end

-- What module i reads, given the module's input.
local function source(self, i, input)
  local link, modules = self.links[i], self.modules
  if link.input then return #self.inputs == 1 and input or input[link.input] end
  if link.select then return modules[link[1]].output[link.select] end
  if #link == 1 then return modules[link[1]].output end
  local list = {}
  for k, number in ipairs(link) do list[k] = modules[number].output end
  return list
end

function gModule:updateOutput(input)
  for i, module in ipairs(self.modules) do self:rethrowErrors(module, i, 'updateOutput', source(self, i, input)) end
  local list = {}
  for k, number in ipairs(self.outputs) do list[k] = self.modules[number].output end
  self.output = #list == 1 and list[1] or list
  return self.output
end

-- Adds a gradient to what is known of sum[key]; gradients belong to the modules that made them, so sums are new.
local function accumulate(sum, key, gradient)
  local known = sum[key]
  if not known then sum[key] = gradient
  elseif type(gradient) == 'table' then
    local both = {}
    for k = 1, math.max(#known, #gradient) do both[k] = known[k] end
    for k, part in pairs(gradient) do accumulate(both, k, part) end
    sum[key] = both
  else sum[key] = known + gradient end
end

-- Passes the gradient of what module i read on to those that gave it.
local function pass_on(self, i, gradient, sums)
  local link = self.links[i]
  if link.select then
    local parts, given = {}, self.modules[link[1]].output
    for k = 1, link.of do parts[k] = k == link.select and gradient or given[k].new():resizeAs(given[k]):zero() end
    gradient = parts
  end
  if #link == 1 then return accumulate(sums, link[1], gradient) end
  for k, number in ipairs(link) do accumulate(sums, number, gradient[k]) end
end

-- A gradient of zero for a module whose output nothing reads.
local function zeros_like(output)
  if torch.isTensor(output) then return output.new():resizeAs(output):zero() end
  local list = {}
  for k, part in ipairs(output) do list[k] = zeros_like(part) end
  return list
end

function gModule:updateGradInput(input, gradOutput)
  local sums, gradients = {}, {}
  for k, number in ipairs(self.outputs) do
    accumulate(sums, number, #self.outputs == 1 and gradOutput or gradOutput[k])
  end
  for i = #self.modules, 1, -1 do
    sums[i] = sums[i] or zeros_like(self.modules[i].output)
    local gradient = self:rethrowErrors(self.modules[i], i, 'updateGradInput', source(self, i, input), sums[i])
    if self.links[i].input then gradients[self.links[i].input] = gradient else pass_on(self, i, gradient, sums) end
  end
  self.gradOutputs = sums
  self.gradInput = #self.inputs == 1 and gradients[1] or gradients
  return self.gradInput
end

function gModule:accGradParameters(input, _, scale)
  for i = #self.modules, 1, -1 do
    self:rethrowErrors(self.modules[i], i, 'accGradParameters', source(self, i, input), self.gradOutputs[i], scale)
  end
end

function gModule:clearState()
  self.gradOutputs = nil
  return nn.Container.clearState(self)
end

return nngraph
