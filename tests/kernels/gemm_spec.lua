-- pen_gemm against plain loops in double: every type, odd sizes, every way a matrix can lie in memory.
local ffi = require 'ffi'
local helper = require 'helper'
local pen = require 'pen.ffi'
local view = require 'view'

local number = helper.numbers(11)
local types = {
  [pen.C.PEN_BYTE] = 'uint8_t', [pen.C.PEN_CHAR] = 'int8_t', [pen.C.PEN_SHORT] = 'int16_t',
  [pen.C.PEN_INT] = 'int32_t', [pen.C.PEN_LONG] = 'int64_t', [pen.C.PEN_FLOAT] = 'float',
  [pen.C.PEN_DOUBLE] = 'double',
}
local names = {}
for _, name in ipairs(view.types) do names[pen.C['PEN_' .. name:upper()]] = name end
-- Strides of a rows x columns matrix, and the elements its storage needs.
local layouts = {
  row_major = function(rows, columns) return columns, 1, rows * columns end,
  padded = function(rows, columns) return columns + 3, 1, rows * (columns + 3) end,
  transposed = function(rows) return 1, rows + 2 end,
  strided = function(rows, columns) return 2 * columns + 1, 2 end,
  expanded = function() return 0, 1 end,
}

-- A view of rows x columns elements that lie so, beginning at the third of its storage.
local function matrix(backend, dtype, rows, columns, layout)
  local row_stride, column_stride = layouts[layout](rows, columns)
  local n = (rows - 1) * row_stride + (columns - 1) * column_stride + 3
  local integer = dtype ~= pen.C.PEN_FLOAT and dtype ~= pen.C.PEN_DOUBLE
  local function value() return integer and math.floor(number(0, 4)) or number(-1, 1) end
  local v = view.new(backend, names[dtype], {n}, value)
  local t = v.tensor
  v.n, t.start, t.ndim = rows * columns, 2, 2
  t.sizes[0], t.sizes[1], t.strides[0], t.strides[1] = rows, columns, row_stride, column_stride
  return v
end

local function check(backend, dtype, m, n, k, lies, alpha, beta)
  local r = matrix(backend, dtype, m, n, lies[1])
  local a, b = matrix(backend, dtype, m, k, lies[2]), matrix(backend, dtype, k, n, lies[3])
  local expected = {}
  for i = 0, m - 1 do
    for j = 0, n - 1 do
      local sum = 0
      for l = 0, k - 1 do sum = sum + a:get(i * k + l) * b:get(l * n + j) end
      local value = alpha * sum + (beta == 0 and 0 or beta * r:get(i * n + j))
      expected[#expected + 1] = tonumber(ffi.cast(types[dtype], value)) -- bytes wrap around
    end
  end
  view.call(backend, 'gemm', r, a, b, alpha, beta)
  local tolerance = dtype == pen.C.PEN_FLOAT and 1e-6 * k or dtype == pen.C.PEN_DOUBLE and 1e-14 * k or 0
  for at, value in ipairs(r:list()) do
    assert.near(expected[at], value, tolerance, ('%s %dx%dx%d at %d'):format(types[dtype], m, k, n, at))
  end
end

describe('pen_gemm', function()
  helper.each_backend(function(backend)
    for dtype, name in pairs(types) do
      it('multiplies ' .. name .. ' matrices of odd sizes', function()
        check(backend, dtype, 1, 1, 1, {'row_major', 'row_major', 'row_major'}, 1, 0)
        check(backend, dtype, 5, 17, 3, {'row_major', 'row_major', 'row_major'}, 1, 0)
        check(backend, dtype, 9, 35, 21, {'row_major', 'row_major', 'row_major'}, 2, 1)
        check(backend, dtype, 1, 7, 12, {'row_major', 'transposed', 'padded'}, 1, 3)
        check(backend, dtype, 7, 1, 12, {'padded', 'strided', 'strided'}, 1, 0)
      end)
    end

    it('takes operands and results in any layout', function()
      for _, dtype in ipairs {pen.C.PEN_FLOAT, pen.C.PEN_DOUBLE} do
        for r in pairs(layouts) do
          for a in pairs(layouts) do
            for b in pairs(layouts) do
              if r ~= 'expanded' then check(backend, dtype, 6, 5, 19, {r, a, b}, 0.5, -2) end
            end
          end
        end
      end
    end)

    it('multiplies a matrix and a vector in any layout', function()
      for _, dtype in ipairs {pen.C.PEN_FLOAT, pen.C.PEN_DOUBLE, pen.C.PEN_CHAR} do
        for a in pairs(layouts) do
          for b in pairs(layouts) do
            check(backend, dtype, 150, 1, 19, {'row_major', a, b}, 1, 2)
            check(backend, dtype, 1, 150, 19, {'strided', a, b}, 1, 0)
          end
        end
      end
    end)

    it('does not read the result when beta is 0', function()
      for _, dtype in ipairs {pen.C.PEN_FLOAT, pen.C.PEN_DOUBLE} do
        for _, layout in ipairs {'row_major', 'transposed', 'strided'} do
          local r, a = matrix(backend, dtype, 4, 4, layout), matrix(backend, dtype, 4, 4, 'row_major')
          r:fill(0 / 0)
          view.call(backend, 'gemm', r, a, a, 1, 0)
          for _, value in ipairs(r:list()) do assert.equal(value, value) end
        end
      end
    end)

    it('names what does not fit', function()
      local a = matrix(backend, pen.C.PEN_FLOAT, 2, 3, 'row_major')
      local d = matrix(backend, pen.C.PEN_DOUBLE, 3, 2, 'row_major')
      local function call(...) view.call(backend, 'gemm', ...) end
      assert.error_matches(function() call(a, a, a, 1, 0) end, 'sizes do not fit: r is 2x3 float, a is 2x3 float')
      assert.error_matches(function() call(a, a, d, 1, 0) end, 'b is 3x2 double, expected float')
      assert.error_matches(function() call(a, nil, d, 1, 0) end, 'a is NULL')
    end)
  end)
end)
