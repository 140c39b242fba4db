-- What LuaJIT's compiler once got wrong, run until it is compiled.
local torch = require 'torch'

describe('compiled code', function()
  it('keeps sizes and strides of a view on a storage apart', function()
    for _, source in ipairs {torch.Tensor(8, 3, 3, 3), torch.Tensor(8), torch.Tensor(4, 6)} do
      local storage, sizes, strides = torch.FloatStorage(216), source:size(), source:stride()
      for _ = 1, 500 do
        local view = torch.FloatTensor(storage, 1, sizes, strides)
        local other = torch.FloatTensor(storage):resize(sizes, strides)
        assert(view:isSameSizeAs(source) and view:stride(1) == source:stride(1))
        assert(other:isSameSizeAs(source) and other:stride(1) == source:stride(1))
      end
    end
  end)
end)
