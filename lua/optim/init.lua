-- The global optim: each method is a file of its own, loaded on first use. A method takes
-- (feval, x, config [, state]), where feval(x) returns a number and the gradient, and changes x in place.
require 'torch'

optim = optim or setmetatable({}, {
  __index = function(methods, name)
    if not package.searchpath('optim.' .. name, package.path) then return nil end
    local method = require('optim.' .. name)
    rawset(methods, name, method)
    return method
  end,
})

return optim
