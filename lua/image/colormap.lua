-- Tables of colours, n x 3: image.colormap, jetColormap; and image.y2jet, which colours a picture of levels.
local pen = require 'pen.ffi'

local function between(value) return math.min(math.max(value, 0), 1) end

-- Distance of x from c in tent form: 1 within half, down to 0 at one and a half.
local function tent(x, c) return between(1.5 - math.abs(x - c)) end

-- Levels as rows of a table, 2D.
local function levels_of(src)
  local dims = src:dim()
  if dims == 1 then return src:contiguous():view(1, src:size(1)) end
  if dims == 3 and src:size(1) == 1 then return src:select(1, 1) end
  if dims == 2 then return src end
  error('image.y2jet: levels as L, HxW or 1xHxW expected', 3)
end

return function(image)
  -- n colours far apart from their neighbours: hues in steps of 39 degrees, saturations in steps of 1/9.
  function image.colormap(n)
    local hsl = torch.DoubleTensor(3, n, 1)
    for i = 1, n do
      hsl[1][i][1] = math.fmod((i - 1) * 39, 360) / 360
      hsl[2][i][1] = math.fmod((i - 1) / 9, 0.7) + 0.3
      hsl[3][i][1] = 0.5
    end
    return torch.Tensor(n, 3):copy(image.hsl2rgb(hsl):select(3, 1):t())
  end

  -- From blue over green to red, in n steps.
  function image.jetColormap(n)
    local map = torch.Tensor(n, 3)
    for i = 1, n do
      local x = 4 * i / n
      map[i][1], map[i][2], map[i][3] = tent(x, 3), tent(x, 2), tent(x, 1)
    end
    return map
  end

  -- image.y2jet([dst,] src): a picture of levels 1..L, in the L colours of the jet map: 3xHxW of the same type.
  function image.y2jet(first, second)
    local src = levels_of(second or first)
    local map = image.jetColormap(src:max())
    if src.dtype == pen.C.PEN_BYTE then map:mul(255):add(0.5) end
    local rows = map:typeAs(src):index(1, src:long():view(-1))
    local colours = rows:t():contiguous():view(3, src:size(1), src:size(2))
    return second and first:resizeAs(colours):copy(colours) or colours
  end
end
