-- The page's tables of numbers, as HTML: of one example, and of all. comparison: see pen.compare.report.
local catalogue = require 'pen.compare.catalogue'
local summary = require 'pen.compare.summary'
local escape = require('pen.compare.markup').escape

local M = {}

local aims = {
  lower = '<span aria-hidden="true">&darr;</span><span class="unseen">, lower is better</span>',
  higher = '<span aria-hidden="true">&uarr;</span><span class="unseen">, higher is better</span>',
  one = '<span aria-hidden="true">&rarr;&thinsp;1</span><span class="unseen">, nearest 1 is better</span>',
}

-- Text of the catalogue with the name of what fidelity refers to.
local function worded(text, labels)
  return (escape(text):gsub('{reference}', function() return escape(labels.theirs) end))
end

local function head(comparison, more)
  local cells = {'<th scope="col">Measure</th>'}
  for _, kind in ipairs(comparison.kinds) do
    cells[#cells + 1] = ('<th scope="col" class="%s">%s</th>'):format(kind, escape(comparison.labels[kind]))
  end
  return '<thead><tr>' .. table.concat(cells) .. more .. '</tr></thead>'
end

local function cell(metric, value, kind, winner)
  local text = summary.text(metric, value, '&ndash;'):gsub('inf', '&infin;')
  if winner ~= kind then return '<td>' .. text .. '</td>' end
  return ('<td><span class="better %s">%s<span class="unseen"> (better)</span></span></td>'):format(kind, text)
end

-- One row; nil when the metric has no number at all.
local function row(comparison, values, metric, last_cell)
  local cells, known = {}, false
  local theirs = values.theirs and values.theirs[metric.key]
  local winner = summary.better(metric, theirs, values.ours[metric.key])
  for i, kind in ipairs(comparison.kinds) do
    local value = values[kind][metric.key]
    known, cells[i] = known or value ~= nil, cell(metric, value, kind, winner)
  end
  return known and ('<tr><th scope="row">%s <span class="unit">%s %s</span></th>%s%s</tr>'):format(
    worded(metric.name, comparison.labels), metric.unit, aims[metric.aim], table.concat(cells), last_cell) or nil
end

local function body(comparison, values, last_cell)
  local lines = {}
  for _, metric in ipairs(catalogue) do lines[#lines + 1] = row(comparison, values, metric, last_cell(metric)) end
  return '<tbody>\n' .. table.concat(lines, '\n') .. '\n</tbody>'
end

-- The measures of one example. values: kind -> key -> number.
function M.example(comparison, values)
  return '<table>' .. head(comparison, '') .. body(comparison, values, function() return '' end) .. '</table>'
end

local function wins_cell(count)
  if not count then return '<td class="wins">&ndash;</td>' end
  local text = ('%d : %d'):format(count.theirs, count.ours)
  if count.tie > 0 then text = ('%s <span class="unit">%d equal</span>'):format(text, count.tie) end
  local bar = ('<i class="theirs" style="flex:%d"></i><i style="flex:%d"></i><i class="ours" style="flex:%d"></i>')
    :format(count.theirs, count.tie, count.ours)
  return ('<td class="wins">%s<span class="bar" aria-hidden="true">%s</span></td>'):format(text, bar)
end

-- Means, and where there are two results how many examples each of them wins.
function M.all(comparison)
  local wins, labels = comparison.summary.wins, comparison.labels
  local both = next(wins) ~= nil
  local more = both and ('<th scope="col" class="wins">better<br><span class="theirs">%s</span> : ' ..
    '<span class="ours">%s</span></th>'):format(escape(labels.theirs), escape(labels.ours)) or ''
  return '<table>' .. head(comparison, more) .. body(comparison, comparison.summary.means, function(metric)
    return both and wins_cell(wins[metric.key]) or ''
  end) .. '</table>'
end

-- What the metrics that were measured mean, for a <dl>.
function M.definitions(comparison)
  local parts, labels = {}, comparison.labels
  for _, metric in ipairs(catalogue) do
    if comparison.summary.means.ours[metric.key] then
      parts[#parts + 1] = ('<div><dt>%s</dt><dd>%s</dd></div>\n'):format(worded(metric.name, labels),
        worded(metric.about, labels))
    end
  end
  return table.concat(parts)
end

return M
