-- The batch: what is run with which options, what is skipped, what a failure does. Most of it with stand-ins for the
-- three scripts, shell scripts that write what they are asked for; once with the real ones and a tiny model.
require 'torch'
require 'nn'
require 'image'
require 'paths'
local helper = require 'helper'
local pen = require 'pen.ffi'
local writer = require 'model.writer'
local shapes = require 'harmonize.shapes'

local stand_in = [[
echo "$0" "$@" >>calls.txt
echo "threads $OMP_NUM_THREADS slot $SLOT"
case "$*" in *data/5_naive*) echo 'broken on purpose'; exit 3;; esac
index=
while [ $# -gt 0 ]; do
  case $1 in
    -output_image) echo made >"$2" ;;
    -index) index=$2 ;;
  esac
  shift
done
case $0 in *filt_cnn_artifact*) echo made >results/${index}_final_res2.png ;; esac
]]

local function write(name, text)
  local file = assert(io.open(name, 'w'))
  file:write(text)
  file:close()
end

local function lines(name)
  local list = {}
  for line in io.lines(name) do list[#list + 1] = line end
  return list
end

describe('gen_all', function()
  local folder

  -- An example's four files, of few pixels.
  local function example(n)
    local painting, tight = shapes.picture(1), shapes.disc(40, 30, 15)
    local stem = ('%s/data/%d_'):format(folder, n)
    image.save(stem .. 'target.jpg', painting)
    image.save(stem .. 'naive.jpg', shapes.pasted(painting, tight, 0.9))
    image.save(stem .. 'c_mask.jpg', tight)
  end

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(paths.mkdir(folder .. '/data'))
    write(folder .. '/data/wikiart_output.txt', ('idx=0, weight=5.0\n'):rep(13))
  end)
  after_each(function() os.execute('rm -rf ' .. folder) end)

  -- Replaces the three scripts: gen_all finds its neighbours where it lies itself.
  local function with_stand_ins()
    local scripts = folder .. '/scripts'
    assert(paths.mkdir(scripts))
    os.execute(('cp %sscripts/gen_all.lua %s'):format(pen.root, scripts))
    for _, name in ipairs {'neural_gram', 'neural_paint', 'filt_cnn_artifact'} do
      write(('%s/%s.sh'):format(scripts, name), stand_in)
      -- th runs Lua, so each stand-in is started from a line of Lua.
      write(('%s/%s.lua'):format(scripts, name), ([[
        local words = {}
        for i, word in ipairs(arg) do words[i] = "'" .. word .. "'" end
        os.exit(os.execute('sh scripts/%s.sh ' .. table.concat(words, ' ')) / 256)]]):format(name))
    end
    return scripts
  end

  -- Runs gen_all in the folder; exit status, stdout, stderr.
  local function run(scripts, options, before)
    local out, errors = folder .. '/out.txt', folder .. '/errors.txt'
    local status = os.execute(('cd %s && %s %s/scripts/th %s/gen_all.lua %s >%s 2>%s'):format(folder, before or '',
      paths.concat(pen.root), scripts, options, out, errors))
    return status / 256, helper.take(out), helper.take(errors)
  end

  local function made(name) return paths.filep(folder .. '/results/' .. name) end

  it('runs the three scripts for each example with its files, and passes options on', function()
    example(2)
    example(12)
    local status, text, errors = run(with_stand_ins(), "-image_size 90 -model_file 'a b.caffemodel' -options '-seed 7'")
    assert.are.equal(0, status, errors)
    assert.truthy(text:find('2 finished, 0 failed', 1, true))
    local common = '-content_image data/2_naive.jpg -style_image data/2_target.jpg -tmask_image data/2_c_mask.jpg ' ..
      '-mask_image data/2_c_mask_dilated.png -gpu -1 -image_size 90 -num_iterations 1000 -print_iter 100 ' ..
      '-save_iter 0 -model_file a b.caffemodel -seed 7 '
    assert.are.same({
      'scripts/neural_gram.sh ' .. common .. '-output_image results/2_inter_res.png',
      'scripts/neural_paint.sh ' .. common .. '-cnnmrf_image results/2_inter_res.png -index 2 ' ..
        '-wikiart_fn data/wikiart_output.txt -output_image results/2_final_res.png',
      'scripts/filt_cnn_artifact.sh -index 2',
    }, {unpack(lines(folder .. '/calls.txt'), 1, 3)})
    assert.is_true(made '12_final_res2.png' and made '2_log.txt')
    local loose = image.load(folder .. '/data/2_c_mask_dilated.png', 1)[1]
    assert.is_true(loose:sum() > shapes.disc(40, 30, 15):sum())
  end)

  it('skips what is there, as PNG or JPEG', function()
    for n = 1, 4 do example(n) end
    assert(paths.mkdir(folder .. '/results'))
    for _, name in ipairs {'1_final_res2.png', '2_final_res.jpg', '3_inter_res.jpg'} do
      write(folder .. '/results/' .. name, 'made before')
    end
    local status, text = run(with_stand_ins(), '')
    assert.are.equal(0, status)
    assert.truthy(text:find('4 examples, 1 finished already', 1, true))
    local calls = lines(folder .. '/calls.txt')
    assert.are.equal(1 + 2 + 3, #calls)
    assert.are.equal('scripts/filt_cnn_artifact.sh -index 2', calls[1])
    assert.truthy(calls[2]:find('-cnnmrf_image results/3_inter_res.jpg', 1, true))
    status, text = run(folder .. '/scripts', '')
    assert.are.equal(0, status)
    assert.truthy(text:find('4 examples, 4 finished already', 1, true))
    assert.are.equal(6, #lines(folder .. '/calls.txt'))
  end)

  it('reports what fails, with its log, goes on, and ends with 1', function()
    for _, n in ipairs {4, 5, 6, 7} do example(n) end
    os.remove(folder .. '/data/6_target.jpg')
    local status, text, errors = run(with_stand_ins(), '-jobs 2')
    assert.are.equal(1, status)
    assert.truthy(text:find('5: failed in pass 1: broken on purpose; see results/5_log.txt\n', 1, true), text)
    assert.truthy(text:find('6: failed in preparation: data/6_target.jpg is missing\n', 1, true), text)
    assert.truthy(text:find('2 finished, 2 failed', 1, true))
    assert.are.equal('gen_all: not finished: 5, 6\n', errors)
    assert.is_true(made '4_final_res2.png' and made '7_final_res2.png' and not made '5_inter_res.png')
  end)

  it("gives a script's own reason for failing, not its last line", function()
    example(1)
    local scripts = with_stand_ins()
    write(scripts .. '/filt_cnn_artifact.lua', [[
      print('filt_cnn_artifact: the reason')
      print('filt_cnn_artifact: 1 of 1 was not made')
      os.exit(1)]])
    local _, text = run(scripts, '')
    assert.truthy(text:find('failed in post-processing: filt_cnn_artifact: the reason; see results/1_log', 1, true))
  end)

  it('runs one process on each GPU', function()
    for n = 0, 3 do example(n) end
    assert.are.equal(0, (run(with_stand_ins(), '-gpus 3,8 -only 0,1,3')))
    local used = {}
    for _, line in ipairs(lines(folder .. '/calls.txt')) do used[line:match('%-gpu (%S+)') or 'none'] = true end
    assert.are.same({['3'] = true, ['8'] = true, none = true}, used)
    assert.is_false(made '2_final_res2.png')
  end)

  it('shares the threads among processes on the CPU', function()
    example(1)
    assert.are.equal(0, (run(with_stand_ins(), '-jobs 3', 'OMP_NUM_THREADS=6')))
    assert.truthy(helper.take(folder .. '/results/1_log.txt'):find('threads 2 slot 0', 1, true))
  end)

  it('stops all on Ctrl-C, and goes on when it is started again', function()
    for n = 1, 3 do example(n) end
    local scripts = with_stand_ins()
    -- As a terminal does it: a signal to the whole group of processes, here one of its own.
    write(scripts .. '/neural_gram.lua', "os.exit(os.execute('kill -INT 0; sleep 5') == 0 and 0 or 1)")
    local status, _, errors = run(scripts, '-jobs 2', 'setsid --wait')
    assert.are.equal(1, status)
    -- Another process that was still loading adds its own words.
    assert.truthy(errors:find('gen_all: interrupted; the same command goes on from here\n', 1, true), errors)
    assert.is_false(made '3_log.txt')
    with_stand_ins()
    assert.are.equal(0, (run(scripts, '')))
    assert.is_true(made '1_final_res2.png' and made '2_final_res2.png' and made '3_final_res2.png')
  end)

  it('runs the real scripts', function()
    example(0)
    write(folder .. '/tiny.caffemodel', writer.net(1, writer.vgg19(helper.numbers(5))))
    write(folder .. '/tiny.prototxt', '')
    -- 90 x 70 becomes 59 x 45, with a large part of a pixel dropped
    local status, text, errors = run(paths.concat(pen.root, 'scripts'),
      '-image_size 59 -num_iterations 3 -model_file tiny.caffemodel -proto_file tiny.prototxt')
    assert.are.equal(0, status, text .. errors)
    for _, name in ipairs {'0_inter_res', '0_final_res', '0_final_res2'} do
      assert.are.equal(3, image.getSize(('%s/results/%s.png'):format(folder, name))[1])
    end
  end)

  local function refuses(name, options, ...)
    local patterns = {...}
    it('refuses ' .. name, function()
      if name ~= 'an empty folder' then example(1) end
      local status, _, errors = run(with_stand_ins(), options)
      assert.are.equal(1, status)
      assert.are.equal(1, select(2, errors:gsub('\n', '')), errors)
      for _, pattern in ipairs(patterns) do assert.truthy(errors:find(pattern, 1, true), errors) end
      assert.is_false(paths.filep(folder .. '/calls.txt'))
    end)
  end

  refuses('an empty folder', '', '0_naive.jpg')
  refuses('GPUs that are no numbers', '-gpus all', '-gpus all', '0,1')
  refuses('examples that are no numbers', '-only 1-3', '-only 1-3')
  refuses('jobs beside GPUs', '-gpus 0,1 -jobs 2', '-jobs', '-gpus')
  refuses('no jobs', '-jobs 0', '-jobs 0')
end)
