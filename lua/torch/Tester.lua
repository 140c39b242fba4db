-- torch.Tester: assertions that count, and a runner that prints what passed. An assertion that fails is noted and the
-- test goes on; each returns whether it held. run() raises an error in the end when anything failed.
local equality = require 'torch.equality'

local function prefix(message) return message and message ~= '' and message .. '\n' or '' end

-- The message, the only further argument that an assertion may have.
local function only_message(message, ...)
  assert(next {...} == nil, 'Unexpected arguments passed to an assertion')
  assert(message == nil or type(message) == 'string', 'the message must be a string')
  return prefix(message)
end

-- A tolerance and a message, in either order.
local function tolerance_and_message(tolerance, ...)
  local message, seen = nil, {}
  for _, value in ipairs {...} do
    local kind = type(value)
    assert(kind == 'number' or kind == 'string', 'expected a tolerance or a message')
    assert(not seen[kind], 'Unexpected arguments passed to an assertion')
    seen[kind] = true
    if kind == 'number' then tolerance = value else message = value end
  end
  assert(tolerance >= 0, 'the tolerance is negative')
  return tolerance, prefix(message)
end

local comparisons = {
  lt = {'LT', '>=', function(a, b) return a < b end}, gt = {'GT', '<=', function(a, b) return a > b end},
  le = {'LE', '>', function(a, b) return a <= b end}, ge = {'GE', '<', function(a, b) return a >= b end},
  eq = {'EQ', '~=', function(a, b) return a == b end},
}

return function(torch)
  local Tester = torch.class('torch.Tester')

  function Tester:__init()
    self.tests, self.disabledTests = {}, {}
    self.errors, self.warnings, self._warningCount = {}, {}, {}
    self._currentTestName = ''
    self._assertTensorEqIgnoresDims = true -- assertTensorEq holds {{1}} and {1} for equal, and warns
  end

  function Tester:setEarlyAbort(on) self.earlyAbort = on end
  function Tester:setRethrowErrors(on) self.rethrow = on end
  function Tester:setSummaryOnly(on) self.summaryOnly = on end

  -- ---- what assertions say ----

  -- The message with the test's name, and where the test called the assertion.
  local function located(self, message)
    local place = ''
    for level = 3, 12 do
      local info = debug.getinfo(level, 'Sl')
      if not info then break end
      if info.what ~= 'C' and not info.source:match('torch/Tester%.lua$') then
        place = ('%s:%d'):format(info.short_src, info.currentline)
        break
      end
    end
    local name = self._currentTestName
    return (name ~= '' and name .. '\n' or '') .. message .. '\n' .. place .. '\n'
  end

  function Tester:_success()
    local name = self._currentTestName
    self.assertionPass[name] = self.assertionPass[name] + 1
    return true
  end

  function Tester:_failure(message)
    if self.rethrow then error(message, 2) end
    local name = self._currentTestName
    self.assertionFail[name] = self.assertionFail[name] + 1
    self.errors[#self.errors + 1] = located(self, message)
    return false
  end

  function Tester:_warning(message)
    local name = self._currentTestName
    self._warningCount[name] = (self._warningCount[name] or 0) + 1
    self.warnings[#self.warnings + 1] = located(self, message)
  end

  function Tester:_assert_sub(condition, message)
    if condition then return self:_success() end
    return self:_failure(message)
  end

  -- ---- assertions ----

  function Tester:assert(condition, ...)
    local message = only_message(...)
    if type(condition) ~= 'boolean' then
      self:_warning(':assert should only be used for boolean conditions: compare with nil to ask for a value')
    end
    return self:_assert_sub(condition, ('%sBOOL violation condition=%s'):format(message, tostring(condition)))
  end

  for name, comparison in pairs(comparisons) do
    local title, opposite, holds = unpack(comparison)
    Tester['assert' .. name] = function(self, a, b, ...)
      local message = only_message(...)
      return self:_assert_sub(holds(a, b), ('%s%s failed: %s %s %s'):format(message, title, tostring(a), opposite,
        tostring(b)))
    end
  end

  function Tester:assertne(a, b, ...)
    local message = only_message(...)
    if type(a) == 'table' and type(b) == 'table' or type(a) == 'cdata' then
      self:_warning(':assertne should only be used to compare basic values; objects have :assertGeneralNe')
    end
    return self:_assert_sub(a ~= b, ('%sNE failed: %s == %s'):format(message, tostring(a), tostring(b)))
  end

  function Tester:assertalmosteq(a, b, ...)
    local tolerance, message = tolerance_and_message(1e-16, ...)
    return self:_assert_sub(math.abs(a - b) <= tolerance, ('%sALMOST_EQ failed: %s ~= %s with tolerance=%s'):format(
      message, tostring(a), tostring(b), tostring(tolerance)))
  end

  -- The verdict on equal() and its text, or with negate on the opposite.
  local function judge(self, same, text, negate, message)
    if negate then return self:_assert_sub(not same, message .. 'NE failed: the values are equal') end
    return self:_assert_sub(same, message .. (text or ''))
  end

  local function general(negate)
    return function(self, got, expected, ...)
      local tolerance, message = tolerance_and_message(0, ...)
      local same, text = equality.values(got, expected, tolerance)
      return judge(self, same, text, negate, message)
    end
  end
  Tester.assertGeneralEq, Tester.assertGeneralNe = general(false), general(true)
  function Tester:eq(...) return self:assertGeneralEq(...) end
  function Tester:ne(...) return self:assertGeneralNe(...) end

  local function both_are(kind, is, a, b)
    assert(is(a), 'First argument should be a ' .. kind)
    assert(is(b), 'Second argument should be a ' .. kind)
  end

  local function tensors(negate)
    return function(self, a, b, ...)
      both_are('Tensor', torch.isTensor, a, b)
      local tolerance, message = tolerance_and_message(0, ...)
      local same, text = equality.tensors(a, b, tolerance, self._assertTensorEqIgnoresDims)
      if same and not negate and not a:isSameSizeAs(b) then
        self:_warning('the tensors have the same elements but different dimensions; :eq tells them apart')
      end
      return judge(self, same, text, negate, message)
    end
  end
  Tester.assertTensorEq, Tester.assertTensorNe = tensors(false), tensors(true)

  local function is_table(x) return type(x) == 'table' end
  function Tester:assertTableEq(a, b, ...)
    both_are('Table', is_table, a, b)
    return self:assertGeneralEq(a, b, ...)
  end
  function Tester:assertTableNe(a, b, ...)
    both_are('Table', is_table, a, b)
    return self:assertGeneralNe(a, b, ...)
  end

  -- f must raise an error for which accepts(error) is true.
  function Tester:assertErrorObj(f, accepts, ...)
    local message = only_message(...)
    local ok, err = pcall(f)
    return self:_assert_sub(not ok and accepts(err), ('%sERROR violation: err=%s'):format(message, tostring(err)))
  end
  function Tester:assertError(f, ...) return self:assertErrorObj(f, function() return true end, ...) end
  function Tester:assertErrorMsg(f, text, ...)
    return self:assertErrorObj(f, function(err) return err == text end, ...)
  end
  function Tester:assertErrorPattern(f, pattern, ...)
    return self:assertErrorObj(f, function(err) return tostring(err):find(pattern) ~= nil end, ...)
  end
  function Tester:assertNoError(f, ...)
    local message = only_message(...)
    local ok, err = pcall(f)
    return self:_assert_sub(ok, ('%sERROR violation: err=%s'):format(message, tostring(err)))
  end

  require 'torch.tester_run'(Tester)
end
