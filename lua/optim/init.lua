-- The global optim: each method is a file of its own, loaded on first use. A method takes
-- (feval, x, config [, state]), where feval(x) returns a number and the gradient, and changes x in place. Classes
-- (optim.Logger) are files that register themselves.
require 'torch'

optim = optim or setmetatable({}, {
  __index = function(methods, name)
    if not package.searchpath('optim.' .. name, package.path) then return nil end
    local method = require('optim.' .. name)
    if rawget(methods, name) == nil and method ~= true then rawset(methods, name, method) end
    return rawget(methods, name)
  end,
})

return optim
