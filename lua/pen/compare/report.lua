-- The measures as text: a table for the terminal, and CSV. comparison: {results =, kinds =, labels = kind -> name,
-- summary =, network = name, patches = number} (pen.compare.run).
local catalogue = require 'pen.compare.catalogue'
local summary = require 'pen.compare.summary'
local M = {}

-- ---- CSV, as RFC 4180 has it ----

local function field(text) return text:find('[,"\r\n]') and '"' .. text:gsub('"', '""') .. '"' or text end

-- One row per example and kind, full precision, empty where there is no number. The header names the units.
function M.csv(comparison)
  local lines, head = {}, {'example', 'result'}
  for _, metric in ipairs(catalogue) do head[#head + 1] = ('%s [%s]'):format(metric.key, metric.unit) end
  lines[1] = table.concat(head, ',')
  for _, result in ipairs(comparison.results) do
    for _, kind in ipairs(comparison.kinds) do
      local row = {field(result.name), field(comparison.labels[kind])}
      for _, metric in ipairs(catalogue) do
        local value = result.values[kind][metric.key]
        row[#row + 1] = value and ('%.7g'):format(value) or ''
      end
      lines[#lines + 1] = table.concat(row, ',')
    end
  end
  return table.concat(lines, '\r\n') .. '\r\n'
end

-- ---- the table ----

-- Rows of texts in columns: the first two to the left, the others to the right; '' is an empty line.
local function aligned(rows)
  local widths = {}
  for _, row in ipairs(rows) do
    for i, text in ipairs(row) do widths[i] = math.max(widths[i] or 0, #text) end
  end
  local lines = {}
  for _, row in ipairs(rows) do
    local cells = {}
    for i, text in ipairs(row) do
      local blank = (' '):rep(widths[i] - #text)
      cells[i] = i <= 2 and text .. blank or blank .. text
    end
    lines[#lines + 1] = (table.concat(cells, '  '):gsub('%s+$', ''))
  end
  return table.concat(lines, '\n') .. '\n'
end

local function row_of(first, second, cell)
  local row = {first, second}
  for _, metric in ipairs(catalogue) do row[#row + 1] = cell(metric) end
  return row
end

local aims = {lower = 'lower', higher = 'higher', one = 'near 1'}

-- Every example, then the means and how often each of the two results is the better one.
function M.table(comparison)
  local rows, empty = {row_of('example', 'result', function(metric) return metric.short end)}, {''}
  rows[2] = row_of('', 'better is', function(metric) return aims[metric.aim] end)
  local function add(name, values)
    rows[#rows + 1] = empty
    for i, kind in ipairs(comparison.kinds) do
      rows[#rows + 1] = row_of(i == 1 and name or '', comparison.labels[kind], function(metric)
        return summary.text(metric, values[kind][metric.key], '-')
      end)
    end
  end
  for _, result in ipairs(comparison.results) do add(result.name, result.values) end
  add('mean', comparison.summary.means)
  local wins = comparison.summary.wins
  if next(wins) then
    rows[#rows + 1] = empty
    for _, kind in ipairs {'theirs', 'ours'} do
      rows[#rows + 1] = row_of('better', comparison.labels[kind], function(metric)
        return wins[metric.key] and tostring(wins[metric.key][kind]) or '-'
      end)
    end
  end
  return aligned(rows)
end

return M
