-- xlua: string.split and the small helpers that Torch scripts expect of this package.

local xlua = {}

-- Pieces of text between matches of a Lua pattern (default: any blank). Leading and trailing empty pieces are dropped,
-- inner ones kept: ('a,,b'):split(',') is {'a', '', 'b'}.
function string.split(text, separator)
  separator = separator or '%s+'
  local pieces, from = {}, 1
  while true do
    local first, last = text:find(separator, from)
    if not first or last < first then break end
    if first > 1 then pieces[#pieces + 1] = text:sub(from, first - 1) end
    from = last + 1
  end
  if from <= #text then pieces[#pieces + 1] = text:sub(from) end
  return pieces
end

-- Text without the blanks (or matches of the pattern given) at both ends.
function string.trim(text, pattern)
  pattern = pattern or '%s*'
  return (text:gsub('^' .. pattern, ''):gsub(pattern .. '$', ''))
end

local bar = {width = 40, started = 0, current = 0, shown = -1}

-- A progress bar on one line, redrawn when it grows by a step and ended with a newline when current reaches goal.
function xlua.progress(current, goal)
  if current <= 1 or current < bar.current then bar.started, bar.shown = os.time(), -1 end
  bar.current = current
  local filled = math.floor(bar.width * math.min(current / goal, 1))
  if filled == bar.shown and current < goal then return end
  bar.shown = filled
  local seconds = os.time() - bar.started
  io.write(('\r [%s%s] %d/%d  %d s '):format(('='):rep(filled), ('.'):rep(bar.width - filled), current, goal, seconds))
  if current >= goal then io.write('\n') end
  io.flush()
end

-- The text of a duration in seconds: '1h2m3s', '250ms'.
function xlua.formatTime(seconds)
  if seconds < 1 then return ('%dms'):format(seconds * 1000) end
  local whole = math.floor(seconds)
  local days, hours = math.floor(whole / 86400), math.floor(whole / 3600) % 24
  local text = (days > 0 and days .. 'D' or '') .. (days + hours > 0 and hours .. 'h' or '')
  return text .. (whole >= 60 and math.floor(whole / 60) % 60 .. 'm' or '') .. whole % 60 .. 's'
end

-- Loads a package, or returns nothing when it is missing.
function xlua.require(name)
  local loaded, package_table = pcall(require, name)
  if loaded then return package_table end
end

_G.xlua = xlua
return xlua
