-- What a torch.Tester does with its tests: takes them in, runs them in the order of pairs(), prints a line for each and
-- a summary.
local COLUMNS = 80

local function counted(n, noun) return ('%d %s%s'):format(n, noun, n == 1 and '' or 's') end

local function as_list(names, what)
  if type(names) == 'string' then return {names} end
  assert(type(names) == 'table', what .. ': a name or a list of names expected')
  return names
end

return function(Tester)
  local hooks = {_setUp = 'set-up', _tearDown = 'tear-down'}

  local function add_one(self, test, name)
    assert(type(test) ~= 'table', 'Nested sets of tests are not supported')
    assert(type(test) == 'function', 'a test must be a function')
    if hooks[name] then
      assert(not self[name], 'Only one ' .. tostring(hooks[name]) .. ' function allowed')
      self[name] = test
      return
    end
    name = name or 'unknown'
    if self.tests[name] then error('Test with name ' .. name .. ' already exists!', 3) end
    self.tests[name] = test
  end

  -- A function with its name, or a TestSuite or table of them; _setUp and _tearDown are called around each test.
  function Tester:add(what, name)
    if type(what) ~= 'table' then
      add_one(self, what, name)
      return self
    end
    assert(name == nil, 'tests in a table have their names from it')
    if not what.__isTestSuite then self:_warning('Should use TestSuite rather than plain lua table') end
    for key, test in pairs(what.__isTestSuite and rawget(what, '__tests') or what) do add_one(self, test, key) end
    return self
  end

  -- Tests that run() passes over: a name or a list of names.
  function Tester:disable(names)
    for _, name in ipairs(as_list(names, 'disable')) do
      assert(self.tests[name], ("Unrecognized test '%s'"):format(name))
      self.disabledTests[name] = true
    end
    return self
  end

  -- name -> test of those whose names match one of the patterns; all without patterns.
  function Tester:_getTests(patterns)
    if patterns == nil then return self.tests end
    local chosen = {}
    for _, pattern in ipairs(as_list(patterns, 'run')) do
      local found = false
      for name, test in pairs(self.tests) do
        if name:match(pattern) then chosen[name], found = test, true end
      end
      assert(found, ("Couldn't find test '%s'"):format(pattern))
    end
    return chosen
  end

  -- Returns nil where the test ended in an error, else whether all its assertions held.
  local function call(self, name, test)
    local before = #self.errors
    if self.rethrow then
      test()
      return #self.errors == before
    end
    local ok, message = xpcall(test, debug.traceback)
    if ok then return #self.errors == before end
    self.errors[#self.errors + 1] = ('%s\n Function call failed\n%s\n'):format(name, tostring(message))
  end

  local function run_one(self, name, test)
    if self.disabledTests[name] then return 'SKIP' end
    if self._setUp then self._setUp(name) end
    local held = call(self, name, test)
    if self._tearDown then self._tearDown(name) end
    if held == nil then
      self.testError[name] = 1
      return 'ERROR'
    end
    return held and 'PASS' or 'FAIL'
  end

  local function run_all(self, tests, count)
    io.write('Running ', counted(count, 'test'), '\n')
    local number = 0
    for name, test in pairs(tests) do
      number, self._currentTestName = number + 1, name
      local head = ('%d/%d %s '):format(number, count, name)
      io.write(head, ('.'):rep(COLUMNS - 8 - #head), ' ')
      io.flush()
      local result = run_one(self, name, test)
      io.write('[', result, self._warningCount[name] > 0 and result == 'PASS' and ', with warnings' or '', ']\n')
      collectgarbage()
      if self.earlyAbort and number < count and (result == 'FAIL' or result == 'ERROR') then
        io.write('Aborting on first error, not all tests have been executed\n')
        break
      end
    end
    self._currentTestName = ''
  end

  local function sum(tests, list, each)
    local total = 0
    for name in pairs(tests) do
      local value = list[name]
      total = total + (each and (value and value ~= 0 and 1 or 0) or value)
    end
    return total
  end

  local function print_sections(...)
    local line = ('-'):rep(COLUMNS) .. '\n'
    for _, list in ipairs {...} do
      for _, text in ipairs(list) do
        io.write(line)
        io.write(text .. '\n')
      end
    end
    io.write(line)
  end

  function Tester:_report(tests, count)
    self.countasserts = sum(tests, self.assertionPass) + sum(tests, self.assertionFail)
    local warnings, skipped = sum(tests, self._warningCount, true), sum(tests, self.disabledTests, true)
    if self._warningCount[''] then warnings = warnings + self._warningCount[''] end
    io.write(('Completed %s in %s with %s and %s'):format(counted(self.countasserts, 'assert'), counted(count, 'test'),
      counted(sum(tests, self.assertionFail, true), 'failure'), counted(sum(tests, self.testError, true), 'error')))
    if warnings > 0 then io.write(' and ', counted(warnings, 'warning')) end
    if skipped > 0 then io.write((' and %d disabled'):format(skipped)) end
    io.write('\n')
    if not self.summaryOnly and #self.errors + #self.warnings > 0 then print_sections(self.errors, self.warnings) end
  end

  -- All tests, or those that the names (Lua patterns) match. Raises an error when one failed, else returns 0.
  function Tester:run(names)
    local tests, count = self:_getTests(names), 0
    self.assertionPass, self.assertionFail, self.testError = {}, {}, {}
    for name in pairs(tests) do
      count = count + 1
      self.assertionPass[name], self.assertionFail[name], self.testError[name] = 0, 0, 0
      self._warningCount[name] = 0
    end
    run_all(self, tests, count)
    self:_report(tests, count)
    assert(sum(tests, self.assertionFail) + sum(tests, self.testError) == 0, 'An error was found while running tests!')
    return 0
  end
end
