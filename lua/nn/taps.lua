-- Windows with gaps: for each tap of a kernel, a view of the padded maps that holds what the tap sees at every position
-- of the output. No window is copied before its elements are used.
local M = {}

-- The number of positions that a kernel of k taps, dilation apart, covers.
function M.reach(k, dilation) return (k - 1) * dilation + 1 end

-- A copy of input (... x H x W) with value around it: pads in front of each side, and behind as much as out windows
-- need.
function M.padded(self, input, out_height, out_width, value)
  local n = input:dim()
  local height, width = input:size(n - 1), input:size(n)
  local size = input:size()
  size[n - 1] = math.max(height + self.padH, (out_height - 1) * self.dH + M.reach(self.kH, self.dilationH))
  size[n] = math.max(width + self.padW, (out_width - 1) * self.dW + M.reach(self.kW, self.dilationW))
  local r = input.new(size):fill(value)
  M.inner(self, r, input):copy(input)
  return r
end

-- The part of what padded() gave that is input.
function M.inner(self, padded, input)
  local n = input:dim()
  return padded:narrow(n - 1, self.padH + 1, input:size(n - 1)):narrow(n, self.padW + 1, input:size(n))
end

-- Calls f(view, tap) for the kH kW taps, row by row, 1-based; view: ... x out_height x out_width.
function M.each(self, padded, out_height, out_width, f)
  local n, size, stride = padded:dim(), padded:size(), padded:stride()
  local row, column = stride[n - 1], stride[n]
  size[n - 1], size[n] = out_height, out_width
  stride[n - 1], stride[n] = row * self.dH, column * self.dW
  for i = 0, self.kH - 1 do
    for j = 0, self.kW - 1 do
      local start = padded:storageOffset() + i * self.dilationH * row + j * self.dilationW * column
      f(padded.new(padded:storage(), start, size, stride), i * self.kW + j + 1)
    end
  end
end

return M
