-- Pieces of HTML: escaping, templates, base64.
local ffi = require 'ffi'
local M = {}

local entities = {['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;', ["'"] = '&#39;'}

-- Any text as HTML text or as an attribute's value in quotes.
function M.escape(text) return (text:gsub('[&<>"\']', entities)) end

-- The template with every {{name}} replaced by values[name], as it is. Raises an error for a name without value.
function M.fill(template, values)
  return (template:gsub('{{([%w_]+)}}', function(name)
    return values[name] or error('the template wants ' .. name, 3)
  end))
end

local digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

-- Bytes as base64 (RFC 4648), without line breaks.
function M.base64(bytes)
  local n, groups = #bytes, math.ceil(#bytes / 3)
  local from, to = ffi.new('uint8_t[?]', 3 * groups + 1), ffi.new('uint8_t[?]', 4 * groups + 1)
  local digit = ffi.new('uint8_t[65]')
  ffi.copy(from, bytes, n)
  ffi.copy(digit, digits)
  for i = 0, groups - 1 do
    local group = from[3 * i] * 65536 + from[3 * i + 1] * 256 + from[3 * i + 2]
    for k = 3, 0, -1 do
      to[4 * i + k] = digit[group % 64]
      group = math.floor(group / 64)
    end
  end
  for k = 1, 3 * groups - n do to[4 * groups - k] = 61 end -- '='
  return ffi.string(to, 4 * groups)
end

return M
