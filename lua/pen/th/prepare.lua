-- The globals of th, made when this is first required: print and require of its own, Torch's packages, Penlight's where
-- it is installed, the helpers of the prompt.
require('pen.th.require')
require('pen.th.print')
for _, name in ipairs {'torch', 'paths', 'sys', 'xlua', 'dok'} do _G[name] = require(name) end

-- Penlight's modules are globals, found on first use; 'a %s' % 'text' formats.
if pcall(require, 'pl') then
  local ok, strings = pcall(require, 'pl.stringx')
  if ok and strings.format_operator then strings.format_operator() end
end

require('pen.th.monitor')
require('pen.th.globals')
