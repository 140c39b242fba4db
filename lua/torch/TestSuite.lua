-- torch.TestSuite(): a set of test functions by name, for Tester:add. A name is used once; nothing else gets in.
return function(torch)
  local mt = {}

  function mt.__index(suite, name) return rawget(suite, '__tests')[name] end

  function mt.__newindex(suite, name, test)
    local tests = rawget(suite, '__tests')
    if tests[name] ~= nil then error(('Test %s is already defined.'):format(tostring(name)), 2) end
    if type(test) ~= 'function' then
      error(('test %s is a %s: a suite holds functions only'):format(tostring(name), type(test)), 2)
    end
    tests[name] = test
  end

  function torch.TestSuite() return setmetatable({__tests = {}, __isTestSuite = true}, mt) end
end
