-- The comparison as one HTML file that needs nothing else: pictures as JPEG in data URIs, style and script inside.
-- page.html is the frame, page.css and page.js lie beside it. Every name that comes from outside is escaped.
local pen = require 'pen.ffi'
local files = require 'pen.file'
local markup = require 'pen.compare.markup'
local numbers = require 'pen.compare.numbers'
local viewer = require 'pen.compare.viewer'
local escape, fill = markup.escape, markup.fill

local M = {}

local function resource(name) return assert(files.read(pen.root .. 'lua/pen/compare/' .. name)) end

-- A name as part of an address and of an id.
local function identifier(name)
  return 'example-' .. name:gsub('[^%w_-]', function(c) return ('.%02x'):format(c:byte()) end)
end

local function each(list, text)
  local parts = {}
  for i, item in ipairs(list) do parts[i] = text(item, i) end
  return table.concat(parts, '\n') .. '\n'
end

local function index_entry(result)
  local x, y = viewer.middle(result.shown)
  return ('<a href="#%s"><img src="%s" alt="" style="object-position:%.0f%% %.0f%%">%s</a>'):format(
    identifier(result.name), result.shown.thumbnail, x, y, escape(result.name))
end

local article = [[
<article class="example" id="{{id}}">
<h2><span class="soft">Example</span> {{name}}</h2>
<div class="columns">
{{figure}}
<div class="numbers">{{numbers}}</div>
</div>
</article>]]

-- comparison: see pen.compare.report; each of its results holds shown, too (pen.compare.viewer). Returns the page.
function M.html(comparison)
  local labels, results = comparison.labels, comparison.results
  local both = results[1].values.theirs ~= nil
  local title = escape(labels.ours) .. ' beside ' .. (both and escape(labels.theirs) or 'the naive composites')
  return fill(resource('page.html'), {
    title = (title:gsub('^%l', string.upper)), css = resource('page.css'), js = resource('page.js'),
    introduction = ('%d example%s. Drag the line across a picture; the buttons below it choose what stands on ' ..
      'either side.'):format(#results, #results == 1 and '' or 's'),
    explanation = 'Means over the examples, of ratios the geometric ones' ..
      (both and ', and in how many examples which result is nearer to the aim. Marked is the nearer one, however ' ..
        'little it leads. ' or '. ') ..
      'An arrow says where the aim lies. <a href="#measures">What the numbers mean</a>; what they do not see, the ' ..
      'pictures show.',
    index = each(results, index_entry),
    summary = numbers.all(comparison),
    everywhere = viewer.controls(comparison, 'everywhere'),
    examples = each(results, function(result, i)
      return fill(article, {
        id = identifier(result.name), name = escape(result.name),
        figure = viewer.figure(comparison, result, 'choice' .. i),
        numbers = numbers.example(comparison, result.values),
      })
    end),
    definitions = numbers.definitions(comparison),
    footer = ('Content and style were measured with %s, coherence and texture on at most %d patches of each object.')
      :format(escape(comparison.network), comparison.patches),
  })
end

return M
