-- The reference in docs/: every example prints what the page shows, and everything public has an entry.
local lfs = require 'lfs'
local pen = require 'pen.ffi'
package.path = pen.root .. 'tests/docs/?.lua;' .. package.path
local page = require 'page'
local docs = pen.root .. 'docs/'

local function files(folder, pattern)
  local list = {}
  for name in lfs.dir(folder) do
    if name:find(pattern) then list[#list + 1] = name end
  end
  table.sort(list)
  return list
end

local missing = {}

-- Notes those of names, {name = anything}, that the pages have no entry for.
local function look_up(prefix, pages, names)
  local found = {}
  for _, name in ipairs(files(docs, '%.md$')) do
    if name:find(pages) then page.entries(docs .. name, found) end
  end
  for name in pairs(names) do
    if not found[name] then missing[#missing + 1] = prefix .. name end
  end
end

-- Fails with the list of what has been noted.
local function judge()
  local list = missing
  missing = {}
  table.sort(list)
  assert.equal('', table.concat(list, ' '), 'no entry in docs/')
end

-- The fields of a table that are functions or classes and do not begin with an underscore.
local function public(t)
  local names = {}
  for key in pairs(t) do
    if type(key) == 'string' and key:sub(1, 1) ~= '_' then names[key] = true end
  end
  return names
end

-- Of a class: without what classes have of themselves.
local function methods(class)
  local names = public(torch.getmetatable(class))
  names.__index = nil
  return names
end

local function classes(folder)
  local names = {}
  for _, file in ipairs(files(pen.root .. 'lua/' .. folder, '^%u%w*%.lua$')) do names[file:match('^%w+')] = true end
  return names
end

describe('the reference', function()
  for _, name in ipairs(files(docs, '%.md$')) do
    it('shows in ' .. name .. ' what its examples print', function()
      local examples = page.examples(docs .. name)
      if #examples == 0 then return end
      local printed, problem = page.printed(docs .. name)
      assert.truthy(printed, problem)
      for i, example in ipairs(examples) do
        assert.equal(page.plain(example.shown), page.plain(printed[i]), ('%s:%d'):format(name, example.line))
      end
    end)
  end

  it('shows what each Lua block prints, and refers to what there is', function()
    for _, name in ipairs(files(docs, '%.md$')) do
      local examples, text = page.examples(docs .. name)
      local _, blocks = text:gsub('\n```lua\n', '')
      assert.equal(blocks, #examples, name)
      for target in text:gmatch('%]%(([%w_/.]+)%)') do assert.truthy(lfs.attributes(docs .. target), target) end
    end
  end)

  it('keeps the lines of text and code within 120 columns', function()
    for _, name in ipairs(files(docs, '%.md$')) do
      for line in io.lines(docs .. name) do
        assert.truthy(#line <= 120 or line:find('^|'), name .. ': ' .. line)
      end
    end
  end)

  it('has an entry for every function of torch', function()
    require 'torch'
    local names = public(torch)
    for name in pairs(names) do -- classes that other specs have made
      if name:find('^Spec') then names[name] = nil end
    end
    for _, prefix in ipairs {'Cuda', 'CudaDouble', 'CudaByte', 'CudaChar', 'CudaShort', 'CudaInt', 'CudaLong'} do
      names[prefix .. 'Tensor'], names[prefix .. 'Storage'] = nil, nil -- see cutorch.md
    end
    look_up('torch.', '^torch', names)
    judge()
  end)

  it('has an entry for every method of tensors and storages', function()
    local T = require 'torch.tensor'
    require 'cutorch'
    local cuda = {'cuda', 'cudaDouble', 'cudaByte', 'cudaChar', 'cudaShort', 'cudaInt', 'cudaLong', 'getDevice'}
    local names = public(T.methods)
    for _, name in ipairs(cuda) do names[name] = nil end
    look_up(':', '^torch', names)
    look_up('storage:', '^torch', public(T.storage_methods))
    judge()
  end)

  it('has an entry for every method of the classes of torch', function()
    for _, class in ipairs {'CmdLine', 'Timer', 'Tester', 'File', 'DiskFile', 'MemoryFile'} do
      local names = methods('torch.' .. class)
      names.read_option, names.read_argument, names.suggestion = nil, nil, nil -- how CmdLine:parse does it
      look_up(class .. ':', '^torch', names)
    end
    judge()
  end)

  it('has an entry for every class of nn, and every method of its bases', function()
    require 'nn'
    look_up('nn.', '^nn', classes('nn'))
    for _, class in ipairs {'Module', 'Criterion', 'Container', 'Sequential', 'MaskedLoss'} do
      local _ = nn[class]
      look_up(class .. ':', '^nn', methods('nn.' .. class))
    end
    look_up('nn.', '^nn', {utils = true, hessian = true, tables = true, focus = true})
    for _, part in ipairs {'utils', 'tables', 'Jacobian'} do
      look_up(part .. '.', '^nn', public(nn[part]))
    end
    judge()
  end)

  it('has an entry for every function of the other packages', function()
    for name, pages in pairs {image = '^image', paths = '^system', sys = '^system', xlua = '^system',
                              cutorch = '^cutorch', cudnn = '^cutorch', loadcaffe = '^painting',
                              libcuda_utils = '^painting', matting = '^painting', dok = '^system', hdf5 = '^hdf5',
                              nngraph = '^companions', nninit = '^companions', autograd = '^companions',
                              threads = '^companions', matio = '^companions', unsup = '^companions',
                              display = '^companions'} do
      look_up(name .. '.', pages, public(require(name)))
    end
    require 'optim'
    local names = {}
    for _, file in ipairs(files(pen.root .. 'lua/optim', '%.lua$')) do names[file:match('^%w+')] = true end
    names.init, names.step, names.history = nil, nil, nil
    look_up('optim.', '^optim', names)
    judge()
  end)
end)
