-- A contact sheet: pictures side by side, each with its number below.
local M = {}

local GAP, SCALE = 12, 4 -- pixels; a dot of a digit is SCALE pixels wide
local DOTS = { -- rows of 3 x 5 dots
  ['0'] = '###|# #|# #|# #|###', ['1'] = ' # |## | # | # |###', ['2'] = '###|  #|###|#  |###',
  ['3'] = '###|  #| ##|  #|###', ['4'] = '# #|# #|###|  #|  #', ['5'] = '###|#  |###|  #|###',
  ['6'] = '###|#  |###|# #|###', ['7'] = '###|  #| # | # | # ', ['8'] = '###|# #|###|# #|###',
  ['9'] = '###|# #|###|  #|###', ['.'] = '   |   |   |   | # ', x = '   |# #| # |# #|   ',
}

-- Writes text (digits, dot and x) in black, its upper left corner at (x, y), 1-based.
local function write(canvas, text, x, y)
  for character in text:gmatch('.') do
    local row = 0
    for dots in (DOTS[character] .. '|'):gmatch('(.-)|') do
      for i = 1, #dots do
        if dots:sub(i, i) == '#' then
          local left, top = x + (i - 1) * SCALE, y + row * SCALE
          canvas[{{}, {top, top + SCALE - 1}, {left, left + SCALE - 1}}]:zero()
        end
      end
      row = row + 1
    end
    x = x + 4 * SCALE
  end
end

-- pictures: list of 3 x H x W in [0, 1], of one size; strengths: a number for each. Returns the sheet.
function M.row(pictures, strengths)
  local h, w = pictures[1]:size(2), pictures[1]:size(3)
  local sheet = torch.DoubleTensor(3, h + 3 * GAP + 5 * SCALE, #pictures * (w + GAP) + GAP):fill(1)
  for i, picture in ipairs(pictures) do
    local left = GAP + (i - 1) * (w + GAP)
    sheet[{{}, {GAP + 1, GAP + h}, {left + 1, left + w}}] = picture
    write(sheet, 'x' .. strengths[i], left + 1, h + 2 * GAP)
  end
  return sheet
end

return M
