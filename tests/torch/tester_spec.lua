-- torch.Tester and torch.TestSuite: what holds, what is counted, what is printed.
require 'torch'

-- Runs the tests quietly: whether run() returned, what it printed, the tester.
local function run(tests, setup)
  local tester, printed = torch.Tester(), {}
  local suite = torch.TestSuite()
  for name, test in pairs(tests) do suite[name] = function() test(tester) end end
  tester:add(suite)
  if setup then setup(tester) end
  local write = io.write
  io.write = function(...)
    for i = 1, select('#', ...) do printed[#printed + 1] = tostring((select(i, ...))) end
  end
  local ok = pcall(tester.run, tester)
  io.write = write
  return ok, table.concat(printed), tester
end

-- Whether one assertion holds, as run() sees it.
local function holds(assertion)
  local ok, text = run {only = assertion}
  return ok, text
end

describe('torch.Tester', function()
  it('knows what is equal and what is not', function()
    local a, b = torch.Tensor {1, 2}, torch.Tensor {1, 2.25}
    local pairs_of = {
      {true, 'eq', {1, {2, x = 'y'}}, {1, {2, x = 'y'}}}, {false, 'eq', {1, {2}}, {1, {3}}},
      {false, 'eq', {1}, {1, 2}}, {true, 'ne', 1, '1'}, {true, 'eq', a, a:clone()}, {false, 'eq', a, b},
      {true, 'eq', a, b, 0.25}, {false, 'eq', a, a:view(1, 2)}, {true, 'assertTensorEq', a, a:view(1, 2)},
      {false, 'assertTensorEq', a, a:float()},
      {true, 'assertTensorNe', a, b}, {true, 'eq', torch.ByteTensor {0}, torch.ByteTensor {255}, 255},
      {false, 'eq', torch.ByteTensor {0}, torch.ByteTensor {255}, 254}, {true, 'assertTableEq', {a}, {b}, 0.25},
      {true, 'eq', torch.LongStorage {1, 2}, torch.LongStorage {1, 2}}, {true, 'eq', torch.Tensor(), torch.Tensor()},
      {false, 'eq', torch.LongStorage {1, 2}, torch.LongStorage {1, 3}}, {true, 'asserteq', a, a},
      {true, 'assertne', 1, 2}, {true, 'assertlt', 1, 2}, {false, 'assertgt', 1, 2}, {true, 'assertle', 2, 2},
      {true, 'assertge', 2, 2}, {true, 'assertalmosteq', 1, 1.1, 0.2}, {false, 'assertalmosteq', 1, 1.1, 0.05},
      {true, 'assertGeneralNe', {1}, {2}}, {true, 'assertTableNe', {1}, {2}}, {true, 'eq', 1, 1.5, 'words', 0.5},
    }
    for i, case in ipairs(pairs_of) do
      local ok, text = holds(function(tester) tester[case[2]](tester, case[3], case[4], case[5], case[6]) end)
      assert(ok == case[1], ('case %d, %s: %s'):format(i, case[2], text))
    end
    assert.are.same({1, 2}, a:totable())
  end)

  it('expects errors', function()
    local function fail() error('a special fish', 0) end
    assert.is_true(holds(function(t) t:assertError(fail) end))
    assert.is_false(holds(function(t) t:assertError(print) t:assertError(function() end) end))
    assert.is_true(holds(function(t) t:assertErrorPattern(fail, 'special') end))
    assert.is_false(holds(function(t) t:assertErrorPattern(fail, 'plain') end))
    assert.is_true(holds(function(t) t:assertErrorMsg(fail, 'a special fish') end))
    assert.is_true(holds(function(t) t:assertErrorObj(fail, function(e) return #e == 14 end) end))
    assert.is_false(holds(function(t) t:assertNoError(fail) end))
  end)

  it('counts assertions, failures and errors, and goes on after a failure', function()
    local ok, text, tester = run {
      good = function(t) t:assert(true) t:asserteq(1, 1) end,
      bad = function(t) t:asserteq(1, 2, 'my message') t:assert(true) end,
      broken = function() error('it broke') end,
    }
    assert.is_false(ok)
    assert.are.equal(4, tester.countasserts)
    assert(text:find('Completed 4 asserts in 3 tests with 1 failure and 1 error', 1, true))
    assert(text:find('my message') and text:find('it broke') and text:find('tester_spec.lua:%d+'))
    assert(text:find('%[PASS%]') and text:find('%[FAIL%]') and text:find('%[ERROR%]'))
  end)

  it('runs chosen tests, passes over disabled ones, and calls hooks', function()
    local calls = {}
    local tests = {one = function() calls[#calls + 1] = 'one' end, two = function() calls[#calls + 1] = 'two' end}
    run(tests, function(t) t:disable 'two' end)
    assert.are.same({'one'}, calls)
    calls = {}
    run(tests, function(t)
      t:disable {'one'}
      t:add(function(name) calls[#calls + 1] = 'before ' .. name end, '_setUp')
      t:add(function(name) calls[#calls + 1] = 'after ' .. name end, '_tearDown')
      assert.has_error(function() t:add(print, '_setUp') end)
    end)
    assert.are.same({'before two', 'two', 'after two'}, calls)
    local tester = torch.Tester()
    tester:add(torch.TestSuite())
    assert.has_error(function() tester:run 'missing' end)
    assert.has_error(function() tester:add {nested = {}} end)
  end)

  it('stops early or rethrows when it is told to', function()
    local count = 0
    local function failing(t)
      count = count + 1
      t:assert(false)
    end
    run({a = failing, b = failing}, function(t) t:setEarlyAbort(true) end)
    assert.are.equal(1, count)
    local ok, text = run({a = failing}, function(t) t:setRethrowErrors(true) end)
    assert(not ok and not text:find('Completed'))
  end)
end)

describe('torch.TestSuite', function()
  it('takes functions, each name once', function()
    local suite = torch.TestSuite()
    suite.a = print
    assert.are.equal(print, suite.a)
    assert.has_error(function() suite.a = print end)
    assert.has_error(function() suite.b = 3 end)
    assert.has_error(function() suite.b = {} end)
  end)
end)
