-- autograd: gradients of functions of tensors, by running them backwards.  df = autograd(f);  grads, loss = df(p, ...)
-- calls f(p, ...), whose first result must be one number, and gives its gradient for each tensor of p, in p's form.
--
-- Of the original's package that is the main function, for the rules below; its networks, its code generator and
-- second derivatives are not here. What f calls must be a function of torch or a method; an operation without a rule is
-- an error. While f runs, torch's functions of these names look whether they get what is differentiated.
local rules = require 'autograd.rules'

local Node = {}
local function is_node(x) return type(x) == 'table' and getmetatable(x) == Node end
local function value_of(x)
  if is_node(x) then return rawget(x, 'value') end
  return x
end

-- Applies a rule to arguments of which some are nodes: the values decide, and the tape remembers how to go back.
local function apply(rule, tape, ...)
  local inputs, values, n = {...}, {}, select('#', ...)
  for i = 1, n do values[i] = value_of(inputs[i]) end
  local value, back = rule(unpack(values, 1, n))
  local node = setmetatable({value = value, tape = tape}, Node)
  tape[#tape + 1] = {node = node, inputs = inputs, back = back}
  return node
end

local function tape_of(...)
  for i = 1, select('#', ...) do
    local x = select(i, ...)
    if is_node(x) then return rawget(x, 'tape') end
  end
end

local function operator(name)
  return function(a, b) return apply(rules[name], tape_of(a, b), a, b) end
end
Node.__add, Node.__sub, Node.__mul, Node.__div = operator 'add', operator 'sub', operator 'mul', operator 'div'
Node.__pow = operator 'pow'
function Node.__unm(a) return apply(rules.neg, tape_of(a), a) end

local plain = {
  size = true, dim = true, nDimension = true, nElement = true, type = true, stride = true, isContiguous = true,
}

function Node.__index(node, name)
  local value = rawget(node, 'value')
  if plain[name] then return function(_, ...) return value[name](value, ...) end end
  local rule = rules[name]
  if type(name) == 'number' then return apply(rules.select, rawget(node, 'tape'), node, 1, name) end
  if not rule then error(("autograd: no rule for '%s'"):format(tostring(name)), 2) end
  return function(...) return apply(rule, tape_of(...), ...) end
end

-- Runs f while torch's functions know nodes.
local function with_rules(f, ...)
  local before = {}
  for name, rule in pairs(rules) do
    local original = torch[name]
    if type(original) == 'function' then
      before[name] = original
      torch[name] = function(...)
        local tape = tape_of(...)
        if tape then return apply(rule, tape, ...) end
        return original(...)
      end
    end
  end
  local results = {pcall(f, ...)}
  for name, original in pairs(before) do torch[name] = original end
  if not results[1] then error(results[2], 0) end
  return unpack(results, 2)
end

local function as_nodes(p, tape)
  if type(p) ~= 'table' then return setmetatable({value = p, tape = tape}, Node) end
  local nodes = {}
  for key, value in pairs(p) do nodes[key] = as_nodes(value, tape) end
  return nodes
end

local function gradients(nodes)
  if not is_node(nodes) then
    local list = {}
    for key, node in pairs(nodes) do list[key] = gradients(node) end
    return list
  end
  local value = rawget(nodes, 'value')
  return rawget(nodes, 'grad') or (type(value) == 'number' and 0 or value:clone():zero())
end

local function backwards(tape)
  for i = #tape, 1, -1 do
    local step = tape[i]
    local g = rawget(step.node, 'grad')
    local list = g and {step.back(g)} or {}
    for k, gradient in pairs(list) do
      local input = step.inputs[k]
      if is_node(input) then
        local sum = rawget(input, 'grad')
        rawset(input, 'grad', sum and sum + gradient or gradient)
      end
    end
  end
end

local function differentiate(f)
  return function(p, ...)
    local tape = {}
    local nodes = as_nodes(p, tape)
    local results = {with_rules(f, nodes, ...)}
    local loss = results[1]
    if type(value_of(loss)) ~= 'number' then error('autograd: the function must return a number first', 2) end
    if is_node(loss) then
      rawset(loss, 'grad', 1)
      backwards(tape)
    end
    for i = 1, #results do results[i] = value_of(results[i]) end
    return gradients(nodes), unpack(results)
  end
end

return setmetatable({grad = differentiate}, {__call = function(_, f) return differentiate(f) end})
