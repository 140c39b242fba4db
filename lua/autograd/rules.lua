-- The rules of autograd: rule(values...) -> the value, and a function from its gradient to those of the arguments.
-- Written with methods: torch's own functions are others' while a function is differentiated, but as they were for
-- plain numbers.
local rules = {}

local function is_number(x) return type(x) == 'number' end

-- Numbers and tensors, element by element.
local function times(a, b)
  if is_number(a) or is_number(b) then return a * b end
  return a:clone():cmul(b)
end

local function over(a, b)
  if is_number(b) then return a / b end
  return (is_number(a) and b:clone():fill(a) or a:clone()):cdiv(b)
end

-- What a number that went into a tensor gets of its gradient.
local function fit(g, x)
  if is_number(x) and not is_number(g) then return g:sum() end
  return g
end

-- ---- sums and products ----

function rules.add(a, b, c)
  if c ~= nil then -- a + b * c
    return a + times(b, c), function(g) return fit(g, a), fit(times(g, c), b), fit(times(g, b), c) end
  end
  return a + b, function(g) return fit(g, a), fit(g, b) end
end

function rules.sub(a, b) return a - b, function(g) return fit(g, a), fit(g * -1, b) end end
rules.csub = rules.sub

function rules.neg(a) return a * -1, function(g) return g * -1 end end

function rules.cmul(a, b) return times(a, b), function(g) return fit(times(g, b), a), fit(times(g, a), b) end end

function rules.div(a, b)
  local value = over(a, b)
  return value, function(g) return fit(over(g, b), a), fit(times(g, over(value, b)) * -1, b) end
end
rules.cdiv = rules.div

local function outer(a, b) return a:view(-1, 1) * b:view(1, -1) end

-- Torch's product: of numbers and tensors, matrices and vectors.
function rules.mul(a, b)
  if is_number(a) or is_number(b) then return rules.cmul(a, b) end
  if a:dim() == 1 then return a * b, function(g) return b * g, a * g end end
  if b:dim() == 1 then return a * b, function(g) return outer(g, b), a:t() * g end end
  return a * b, function(g) return g * b:t(), a:t() * g end
end
rules.mm, rules.mv = rules.mul, rules.mul

function rules.dot(a, b) return a:dot(b), function(g) return (b * g):viewAs(a), (a * g):viewAs(b) end end

function rules.bmm(a, b)
  local function product(x, y) return x.new(x:size(1), x:size(2), y:size(3)):zero():baddbmm(x, y) end
  return product(a, b), function(g) return product(g, b:transpose(2, 3)), product(a:transpose(2, 3), g) end
end

-- ---- element by element ----

-- Of two numbers, or a tensor and a number.
local function power(a, b)
  if is_number(a) and is_number(b) then return a ^ b end
  return (is_number(a) and b or a).new():pow(a, b)
end

local function logarithm(a) return is_number(a) and math.log(a) or a:clone():log() end

function rules.pow(a, b)
  local value = power(a, b)
  return value, function(g)
    return fit(times(g, times(b, power(a, b - 1))), a), fit(times(g, times(value, logarithm(a))), b)
  end
end

-- slope(x, y) for y = f(x)
local function elementwise(name, slope)
  rules[name] = function(a)
    local value = is_number(a) and torch[name](a) or a.new()
    if not is_number(a) then value[name](value, a) end
    return value, function(g) return times(g, slope(a, value)) end
  end
end
elementwise('exp', function(_, y) return y end)
elementwise('log', function(x) return over(1, x) end)
elementwise('sqrt', function(_, y) return over(0.5, y) end)
elementwise('abs', function(x) return is_number(x) and (x < 0 and -1 or 1) or x:clone():sign() end)
elementwise('sin', function(x) return is_number(x) and math.cos(x) or x:clone():cos() end)
elementwise('cos', function(x) return (is_number(x) and math.sin(x) or x:clone():sin()) * -1 end)
elementwise('tanh', function(_, y) return times(y, y) * -1 + 1 end)
elementwise('sigmoid', function(_, y) return times(y, y * -1 + 1) end)

-- ---- sums over dimensions ----

function rules.sum(a, dimension)
  if dimension then return a:sum(dimension), function(g) return g:expandAs(a):clone() end end
  return a:sum(), function(g) return a:clone():fill(g) end
end

function rules.mean(a, dimension)
  local n = dimension and a:size(dimension) or a:nElement()
  local value, back = rules.sum(a, dimension)
  return value / n, function(g) return back(g / n) end
end

-- ---- the same elements, otherwise ----

-- Of one element squeeze makes a number.
local function same_elements(name, change)
  rules[name] = function(a, ...)
    return change(a, ...), function(g)
      return is_number(g) and a:clone():fill(g) or g:contiguous():view(a:size())
    end
  end
end
same_elements('view', function(a, ...) return a:view(...) end)
same_elements('viewAs', function(a, b) return a:viewAs(b) end)
same_elements('reshape', function(a, ...) return a:contiguous():view(...) end)
same_elements('contiguous', function(a) return a:contiguous() end)
same_elements('clone', function(a) return a:clone() end)
same_elements('squeeze', function(a, ...) return a:squeeze(...) end)

function rules.transpose(a, i, k) return a:transpose(i, k), function(g) return g:transpose(i, k) end end
function rules.t(a) return a:t(), function(g) return g:t() end end

function rules.narrow(a, dimension, first, n)
  return a:narrow(dimension, first, n), function(g)
    local whole = a:clone():zero()
    whole:narrow(dimension, first, n):copy(g)
    return whole
  end
end

-- Of a vector: the number.
function rules.select(a, dimension, i)
  return a:dim() == 1 and a[i] or a:select(dimension, i), function(g)
    local whole = a:clone():zero()
    if a:dim() == 1 then whole[i] = g else whole:select(dimension, i):copy(g) end
    return whole
  end
end

function rules.expand(a, ...)
  local value = a:expand(...)
  return value, function(g)
    for d = 1, a:dim() do
      if a:size(d) ~= value:size(d) then g = g:sum(d) end
    end
    return g
  end
end
function rules.expandAs(a, b) return rules.expand(a, b:size()) end

return rules
