-- nn.tables: connection tables for the layers ...Map: rows {input map, output map}.
local M = {}

-- Every input map to every output map.
function M.full(nin, nout)
  local list = torch.Tensor(nin * nout, 2)
  for k = 1, nin * nout do
    list[k][1], list[k][2] = (k - 1) % nin + 1, math.floor((k - 1) / nin) + 1
  end
  return list
end

-- Map i to map i.
function M.oneToOne(n)
  local list = torch.Tensor(n, 2)
  for k = 1, n do list[k]:fill(k) end
  return list
end

-- nto random input maps for each output map, all used equally often or nearly so.
function M.random(nin, nout, nto)
  local list, order = torch.Tensor(nto * nout, 2), {}
  for k = 1, nto * nout do
    if #order == 0 then order = torch.randperm(nin):totable() end
    list[k][1], list[k][2] = table.remove(order), math.floor((k - 1) / nto) + 1
  end
  return list
end

return M
