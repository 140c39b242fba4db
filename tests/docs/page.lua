-- Pages of docs/: their examples, and the entries that they have. An example is a ```lua block with a ```text block
-- behind it, which is what it prints. As a program, under th:
--
--   scripts/th tests/docs/page.lua PAGE        runs the examples in order, and prints MARK behind each
--   scripts/th tests/docs/page.lua PAGE fill   writes what they print into the page
local files = require 'pen.file'
local M = {MARK = '\1\n'}

-- What is compared: without blanks at the ends of lines (print ends them with a tab) and blank lines at the end.
function M.plain(text) return (text:gsub('[ \t]+\n', '\n'):gsub('%s+$', '')) end

-- The examples of a page: {line =, code =, shown =, first =, last =}, the last two where `shown` stands in the text.
function M.examples(name)
  local text, list, at = files.read(name), {}, 1
  while true do
    local start, code, after = text:match('()\n```lua\n(.-)\n```\n()', at)
    if not start then return list, text end
    local first, shown, last = text:match('^\n?```text\n()(.-)()```\n', after)
    if first then
      local _, line = text:sub(1, start + 1):gsub('\n', '')
      list[#list + 1] = {line = line + 1, code = code, shown = shown, first = first, last = last}
    end
    at = last or after
  end
end

-- The names that have an entry: in backticks, in a heading or in the first cell of a table's row. Of `torch.max(a)` and
-- `a:max()` it is max, of a bare `max` also.
function M.entries(name, found)
  found = found or {}
  local text = files.read(name):gsub('\n```.-\n```', '\n')
  for line in text:gmatch('[^\n]+') do
    local place = line:match('^#+ .*') or line:match('^| (.-) |')
    for code in (place or ''):gmatch('`([^`]+)`') do
      local path = code:gsub('^%[[^%]]*%]%s*', ''):match('^[%a_][%w_.:]*')
      if path then found[path:match('([%w_]+)$') or path] = true end
    end
  end
  return found
end

local function run(page)
  local name = page:match('[^/]*$')
  for _, example in ipairs(M.examples(page)) do
    assert(loadstring(('\n'):rep(example.line) .. example.code, '@' .. name))()
    io.write(M.MARK)
  end
end

local function absolute(name)
  local pipe = io.popen('realpath ' .. name)
  local path = pipe:read('*l')
  pipe:close()
  return path
end

-- What the examples of a page print. They run in one process, in a folder of their own. Or nil and what was wrong.
function M.printed(page)
  page = absolute(page)
  local root = page:match('^(.*/)docs/[^/]*$')
  local folder, errors = os.tmpname(), os.tmpname()
  local line = 'rm %s; mkdir %s && cd %s && %sscripts/th %stests/docs/page.lua %s 2>%s; echo "status $?"; rm -r %s'
  local pipe = io.popen(line:format(folder, folder, folder, root, root, page, errors, folder))
  local out = pipe:read('*a')
  pipe:close()
  local problem = files.read(errors)
  os.remove(errors)
  local text, status = out:match('^(.*)status (%d+)\n$')
  if status ~= '0' then return nil, problem end
  local list = {}
  for part in text:gmatch('(.-)' .. M.MARK) do list[#list + 1] = part end
  return list
end

local function fill(page)
  local examples, text = M.examples(page)
  local printed = assert(M.printed(page))
  for i = #examples, 1, -1 do
    local e = examples[i]
    text = text:sub(1, e.first - 1) .. M.plain(printed[i]) .. '\n' .. text:sub(e.last)
  end
  assert(files.write(page, text))
end

if arg and arg[1] and arg[1]:find('%.md$') then
  if arg[2] == 'fill' then fill(arg[1]) else run(arg[1]) end
end

return M
