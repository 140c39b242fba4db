-- What the processes of scripts/conformance left in a folder, as a table:  luajit report.lua FOLDER SEEDS
local folder, seeds = arg[1], tonumber(arg[2])

local function read(name)
  local file = io.open(name, 'rb')
  local text = file and file:read('*a') or ''
  if file then file:close() end
  return text
end

-- nil when the process says that its case has passed, else why not.
local function complaint(suite, case, seed)
  local text = '\n' .. read(('%s/%s.%s.%d'):format(folder, suite, case, seed))
  local status, verdict = text:match('\nstatus\t(%d+)\n$'), text:match('.*\nverdict\t([^\n]*)')
  if status == '0' and verdict == 'pass' then return nil end
  if status == '124' or status == '137' then return 'took too long' end
  return verdict or 'ended early, with status ' .. (status or 'unknown')
end

local function first_complaint(suite, case)
  for seed = 1, seeds do
    local text = complaint(suite, case, seed)
    if text then return text, seed end
  end
end

local totals, order, failures, all_pass = {}, {}, {}, true
for line in read(folder .. '/list'):gmatch('[^\n]+') do
  local suite, case, group, scope = line:match('^(%S+)\t(%S+)\t([^\t]*)\t(%S+)')
  local key = ('%-6s %-5s'):format(suite, scope)
  if not totals[key] then
    totals[key] = {passed = 0, failed = 0}
    order[#order + 1] = key
  end
  local text, seed = first_complaint(suite, case)
  local column = text and 'failed' or 'passed'
  totals[key][column] = totals[key][column] + 1
  if text then
    all_pass = false
    failures[#failures + 1] = ('%s.%s (%s, %s; seed %d): %s'):format(suite, case, group, scope, seed, text)
  end
end

table.sort(order)
for _, text in ipairs(failures) do print(text) end
if #failures > 0 then print() end
print('suite  scope passed failed')
for _, key in ipairs(order) do print(('%s %6d %6d'):format(key, totals[key].passed, totals[key].failed)) end
os.exit(all_pass and 0 or 1)
