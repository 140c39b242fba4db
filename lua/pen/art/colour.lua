-- Colours of the art: {red, green, blue} in [0, 1], and how a painter mixes them.
local M = {}

-- '2c4f8f' -> {0.17, 0.31, 0.56}
function M.hex(text)
  local colour = {}
  for pair in text:gmatch('%x%x') do colour[#colour + 1] = tonumber(pair, 16) / 255 end
  return colour
end

function M.clamp(t) return t < 0 and 0 or t > 1 and 1 or t end

-- 0 below low, 1 above high, smooth between; falls where low > high.
function M.ramp(low, high, t)
  t = M.clamp((t - low) / (high - low))
  return t * t * (3 - 2 * t)
end

function M.mix(a, b, t)
  t = M.clamp(t)
  return {a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t, a[3] + (b[3] - a[3]) * t}
end

-- The colour at t of a gradient {{t1, colour1}, {t2, colour2}, ...}, t ascending.
function M.gradient(stops, t)
  local before = stops[1]
  for i = 2, #stops do
    local stop = stops[i]
    if t < stop[1] then return M.mix(before[2], stop[2], (t - before[1]) / (stop[1] - before[1])) end
    before = stop
  end
  return before[2]
end

-- The colour made lighter and warmer: both may be negative.
function M.shift(colour, light, warmth)
  return {colour[1] + light + warmth, colour[2] + light + 0.25 * warmth, colour[3] + light - warmth}
end

return M
