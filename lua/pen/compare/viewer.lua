-- The pictures of an example on the page: encoded, and as a slider whose two sides can be chosen (page.js moves it).
-- Without script the pictures stand side by side. comparison: see pen.compare.report.
local ffi = require 'ffi'
local markup = require 'pen.compare.markup'
local escape = markup.escape

local M = {}

local QUALITY, LONGEST, THUMBNAIL = 88, 1400, 180 -- of JPEG; pixels of the longer side
local SHOWN = {'painting', 'naive', 'theirs', 'ours'}

local function jpeg(picture, longest)
  if math.max(picture:size(2), picture:size(3)) > longest then picture = image.scale(picture, longest, 'bilinear') end
  local bytes = image.compressJPG(picture, QUALITY)
  return 'data:image/jpeg;base64,' .. markup.base64(ffi.string(bytes:data(), bytes:nElement()))
end

-- What the page keeps of an example's pictures (pen.compare.examples) and its object's rectangle: data URIs by kind, a
-- thumbnail, sizes in pixels.
function M.encode(pictures, box)
  local shown = {width = pictures.painting:size(3), height = pictures.painting:size(2), box = box, kinds = {}}
  for _, kind in ipairs(SHOWN) do
    if pictures[kind] then shown.kinds[kind] = jpeg(pictures[kind], LONGEST) end
  end
  shown.thumbnail = jpeg(pictures.ours, THUMBNAIL)
  return shown
end

-- The middle of the object, in percent of width and height.
function M.middle(shown)
  local box = shown.box
  return 100 * (box.x + box.width / 2) / shown.width, 100 * (box.y + box.height / 2) / shown.height
end

-- The two rows of buttons and the switch; group makes the names of the buttons unique.
function M.controls(comparison, group)
  local parts = {}
  for _, side in ipairs {'left', 'right'} do
    local choices = {}
    for _, kind in ipairs(SHOWN) do
      if comparison.results[1].shown.kinds[kind] then
        choices[#choices + 1] = ('<label><input type="radio" name="%s-%s" value="%s"><span>%s</span></label>'):format(
          group, side, kind, escape(comparison.labels[kind]))
      end
    end
    parts[#parts + 1] = ('<fieldset data-side="%s"><legend>%s</legend><div class="choice">%s</div></fieldset>'):format(
      side, side == 'left' and 'Left' or 'Right', table.concat(choices))
  end
  return table.concat(parts, '\n') ..
    '\n<label class="switch"><input type="checkbox" class="zoom">Zoom to the object</label>\n'
end

-- Scale and shift that bring the object's rectangle, with a margin, into the middle of the stage.
local function zoom_style(shown)
  local function clamp(x, low, high) return math.max(low, math.min(high, x)) end
  local zoom = clamp(0.8 / math.max(shown.box.width / shown.width, shown.box.height / shown.height), 1, 5)
  local function shift(middle) return clamp(50 - zoom * middle, 100 - 100 * zoom, 0) end
  local x, y = M.middle(shown)
  return ('--zoom:%.3f;--shift-x:%.2f%%;--shift-y:%.2f%%'):format(zoom, shift(x), shift(y))
end

local template = [[
<figure>
<div class="stage" data-left="{{left}}" data-right="ours" data-at="{{at}}" style="{{style}}">
{{layers}}
<span class="tag left"></span><span class="tag right"></span><span class="line"></span>
<input type="range" min="0" max="100" step="any" aria-label="Example {{name}}: where the left picture ends">
</div>
<div class="controls">
{{controls}}</div>
</figure>]]

-- The slider of one result; group as in controls. It begins with the line through the object.
function M.figure(comparison, result, group)
  local layers, shown, name = {}, result.shown, escape(result.name)
  for _, kind in ipairs(SHOWN) do
    local label = escape(comparison.labels[kind])
    layers[#layers + 1] = shown.kinds[kind] and ('<div class="layer" data-kind="%s" data-label="%s">' ..
      '<img src="%s" alt="Example %s, %s" decoding="async"><span class="caption">%s</span></div>'):format(kind, label,
      shown.kinds[kind], name, label, label)
  end
  return markup.fill(template, {
    name = name, left = shown.kinds.theirs and 'theirs' or 'naive', at = ('%.0f'):format((M.middle(shown))),
    style = ('--width:%d;--height:%d;%s'):format(shown.width, shown.height, zoom_style(shown)),
    layers = table.concat(layers, '\n'), controls = M.controls(comparison, group),
  })
end

return M
