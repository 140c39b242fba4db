-- The CPU's fast convolution with 3 x 3 kernels against the one in double, at shapes where it is chosen.
local ffi = require 'ffi'
local helper = require 'helper'
local pen = require 'pen.ffi'
local view = require 'view'

-- Maps in and out, height, width, rows and columns of padding, batch.
local cases = {
  {name = 'sides that are no multiples of a tile', c = 64, o = 48, h = 30, w = 39, ph = 1, pw = 1},
  {name = 'no padding', c = 32, o = 32, h = 45, w = 38, ph = 0, pw = 0},
  {name = 'all the padding that kernels reach, a batch', batch = 2, c = 32, o = 40, h = 33, w = 34, ph = 2, pw = 1},
  {name = 'unequal padding', c = 48, o = 32, h = 37, w = 33, ph = 0, pw = 2},
  {name = 'one row of tiles', c = 64, o = 64, h = 3, w = 301, ph = 1, pw = 1},
  {name = 'one column of tiles', c = 64, o = 64, h = 303, w = 2, ph = 1, pw = 1},
  {name = 'a gradient of few maps', c = 3, o = 64, h = 50, w = 50, ph = 1, pw = 1, only_back = true},
  {name = 'more tiles than one block holds', c = 24, o = 20, h = 161, w = 166, ph = 1, pw = 1},
  {name = 'blocks that end within a row of tiles', c = 20, o = 24, h = 10, w = 2101, ph = 1, pw = 1},
}

local function sizes(p, maps, h, w) return p.batch and {p.batch, maps, h, w} or {maps, h, w} end

local function each_kind(p, seed)
  local made = {}
  for _, kind in ipairs {'float', 'double'} do
    local number = helper.numbers(seed)
    local function new(list)
      local v, single = view.new(pen.cpu, kind, list), ffi.new('float[1]')
      for i = 0, v.n - 1 do
        single[0] = number(-1, 1)
        v.data[i] = single[0]
      end
      return v
    end
    local oh, ow = p.h + 2 * p.ph - 2, p.w + 2 * p.pw - 2
    made[kind] = {x = new(sizes(p, p.c, p.h, p.w)), w = new {p.o, p.c, 3, 3}, bias = new {p.o},
      y = new(sizes(p, p.o, oh, ow))}
  end
  return made.float, made.double
end

-- Relative error in the 2-norm.
local function distance(expected, got)
  local off, norm = 0, 0
  for i = 0, expected.n - 1 do
    local e = expected.data[i]
    off, norm = off + (got.data[i] - e) ^ 2, norm + e * e
  end
  return math.sqrt(off / norm)
end

local function same(a, b) return ffi.string(a.data, 4 * a.n) == ffi.string(b.data, 4 * b.n) end -- floats

local function forward(way, t, p, relu, bias)
  view.call(pen.cpu, way .. 'forward', t.y, t.x, t.w, bias and t.bias or nil, 1, 1, p.ph, p.pw, relu)
end

local function back(way, t, p)
  view.call(pen.cpu, way .. 'backward_data', t.x, t.y, t.w, 1, 1, p.ph, p.pw)
end

local function with_threads(n, action)
  local before = ffi.new('int[1]')
  pen.check(pen.cpu, pen.C.pen_ctx_threads(pen.cpu.ctx, before))
  pen.check(pen.cpu, pen.C.pen_ctx_threads(pen.cpu.ctx, ffi.new('int[1]', n)))
  local ok, problem = pcall(action)
  pen.check(pen.cpu, pen.C.pen_ctx_threads(pen.cpu.ctx, before))
  assert(ok, problem)
end

-- What exact precision gives, which is the plain sum.
local function exactly(action)
  pen.set_precision(pen.cpu, 'exact')
  local ok, problem = pcall(action)
  pen.set_precision(pen.cpu, 'fast')
  assert(ok, problem)
end

describe('Winograd convolution', function()
  for seed, p in ipairs(cases) do
    local forward_too = not p.only_back and it or function() end
    forward_too('forward, with bias and rectified: ' .. p.name, function()
      local t, oracle = each_kind(p, seed)
      for relu = 0, 1 do
        for _, bias in ipairs {false, true} do
          forward('conv_', t, p, relu, bias)
          forward('conv_double_', oracle, p, relu, bias)
          assert.is_true(distance(oracle.y, t.y) < 2e-6, tostring(distance(oracle.y, t.y)))
        end
      end
    end)

    it('gradient: ' .. p.name, function()
      local t, oracle = each_kind(p, seed)
      back('conv_', t, p)
      back('conv_double_', oracle, p)
      assert.is_true(distance(oracle.x, t.x) < 2e-6, tostring(distance(oracle.x, t.x)))
    end)

    it('is not the plain sum, and the same on any number of threads: ' .. p.name, function()
      local t, other = (each_kind(p, seed)), nil
      local function run(which)
        if not p.only_back then forward('conv_', which, p, 0, true) end
        back('conv_', which, p)
      end
      run(t)
      for threads = 1, 5, 2 do
        other = each_kind(p, seed)
        with_threads(threads, function() run(other) end)
        assert.is_true(same(t.x, other.x) and same(t.y, other.y))
      end
      other = each_kind(p, seed)
      exactly(function() run(other) end)
      assert.is_false(same(t.x, other.x))
      if not p.only_back then assert.is_false(same(t.y, other.y)) end
    end)
  end

  it('allocates nothing when repeated', function()
    local t = each_kind(cases[1], 1)
    forward('conv_', t, cases[1], 0)
    back('conv_', t, cases[1])
    local before = helper.allocations(pen.cpu)
    for _ = 1, 3 do
      forward('conv_', t, cases[1], 0)
      back('conv_', t, cases[1])
    end
    assert.equal(before, helper.allocations(pen.cpu))
  end)

  it('takes the scratch memory that is foretold', function()
    local p, bytes = cases[1], ffi.new('double[1]')
    for backward = 0, 1 do
      pen.check(pen.cpu, pen.C.pen_conv_scratch(pen.cpu.ctx, bytes, p.c, p.h, p.w, p.o, 3, backward))
      local t, live, more = each_kind(p, 1), ffi.new('int64_t[1]'), ffi.new('int64_t[2]')
      pen.check(pen.cpu, pen.C.pen_ctx_trim(pen.cpu.ctx))
      pen.check(pen.cpu, pen.C.pen_ctx_bytes(pen.cpu.ctx, live, more, more + 1))
      local before = live[0]
      if backward == 1 then back('conv_', t, p) else forward('conv_', t, p, 0) end
      pen.check(pen.cpu, pen.C.pen_ctx_bytes(pen.cpu.ctx, live, more, more + 1))
      assert.equal(bytes[0], tonumber(live[0] - before))
    end
  end)

  it('keeps a value that is not a number near its tile', function()
    local p = cases[1]
    local t = each_kind(p, 1)
    t.x.data[0] = 0 / 0
    forward('conv_', t, p, 1)
    local y = t.y
    assert.is_true(y.data[0] ~= y.data[0])
    for i = 0, p.o * p.h - 1 do
      local last = y.data[i * p.w + p.w - 1]
      assert.equal(last, last)
    end
  end)
end)
