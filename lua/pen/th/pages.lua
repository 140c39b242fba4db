-- The entries of the reference, docs/*.md beside lua/: the rows of its tables, whose first cell holds signatures. Where
-- the pages are not installed there are none.
local files = require 'pen.file'
local paths = require 'paths'
local folder = require('pen.ffi').root .. 'docs/'

local M = {}
local rows, pages -- read on first use

-- Whose name it is in `owner.name(...)` or `owner:name(...)`; where only the name stands, that of the one before it in
-- the cell, or what the page is about: torch in torch_maths.md.
local function owner_and_name(code, before)
  local path = code:gsub('^%[[^%]]*%]%s*', ''):match('^[%a_][%w_.:]*')
  if not path then return before end
  local owner, name = path:match('([%w_]+)[.:]([%w_]+)$')
  return owner or before, name or path
end

local function plain(text) return (text:gsub('%[([^%]]*)%]%(([%w_]+%.md)%)', '%1 (%2)'):gsub('`', '')) end

local function add_row(page, cell, meaning)
  local row, owner = {page = page, signature = plain(cell), meaning = plain(meaning), names = {}}, page.about
  for code in cell:gmatch('`([^`]+)`') do
    local name
    owner, name = owner_and_name(code, owner)
    if name then row.names[owner .. '.' .. name], page.owners[owner] = true, true end
  end
  rows[#rows + 1] = row
end

local function read_page(name)
  local text = files.read(folder .. name):gsub('\n```.-\n```', '\n')
  local page = {file = folder .. name, name = 'docs/' .. name, title = text:match('^# ([^\n]*)'),
    about = name:match('^%a*'), owners = {}}
  pages[#pages + 1] = page
  for cell, meaning in text:gmatch('\n| ([^\n]-) | ([^\n]-) |%f[\n]') do
    if not meaning:find(' | ', 1, true) then add_row(page, cell, meaning) end -- entries have two cells
  end
end

local function read()
  if rows then return end
  rows, pages = {}, {}
  local list = paths.dirp(folder) and paths.dir(folder) or {}
  table.sort(list)
  for _, name in ipairs(list) do
    if name:match('%.md$') then read_page(name) end
  end
end

-- The rows {signature, meaning, page = {name, title, file}} for a name of the first of these owners that has one.
function M.find(owners, name)
  read()
  for _, owner in ipairs(owners) do
    local found = {}
    for _, row in ipairs(rows) do
      if row.names[owner .. '.' .. name] then found[#found + 1] = row end
    end
    if #found > 0 then return found end
  end
end

-- The names that have an entry of this owner, {name = true}.
function M.names(owner)
  read()
  local names = {}
  for _, row in ipairs(rows) do
    for name in pairs(row.names) do
      local own, last = name:match('^(.*)%.(.*)$')
      if own == owner then names[last] = true end
    end
  end
  return names
end

-- The pages with entries of this owner; all pages without one.
function M.of(owner)
  read()
  local list = {}
  for _, page in ipairs(pages) do
    if not owner or page.owners[owner] then list[#list + 1] = page end
  end
  return list
end

return M
