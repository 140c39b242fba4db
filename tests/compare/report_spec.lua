-- Means and wins, the table, CSV, and the page.
require 'torch'
require 'image'
local catalogue = require 'pen.compare.catalogue'
local summary = require 'pen.compare.summary'
local report = require 'pen.compare.report'
local markup = require 'pen.compare.markup'
local viewer = require 'pen.compare.viewer'
local page = require 'pen.compare.page'

local metric = {}
for _, entry in ipairs(catalogue) do metric[entry.key] = entry end

local KINDS = {'naive', 'theirs', 'ours'}

local function result(name, theirs, ours)
  local gray = torch.zeros(3, 20, 30):fill(0.5)
  return {
    name = name, values = {naive = {style = 2}, theirs = theirs, ours = ours},
    shown = viewer.encode({painting = gray, naive = gray, theirs = gray, ours = gray},
      {x = 12, y = 5, width = 6, height = 10}),
  }
end

local function comparison(...)
  local results = {...}
  return {
    results = results, kinds = KINDS, network = 'net.caffemodel', patches = 9, summary = summary.new(results, KINDS),
    labels = {painting = 'painting', naive = 'naive', theirs = 'theirs', ours = 'ours'},
  }
end

describe('which is better', function()
  it('follows the aim', function()
    assert.are.equal('ours', summary.better(metric.style, 0.5, 0.4))
    assert.are.equal('theirs', summary.better(metric.psnr, 30, 20))
    assert.are.equal('ours', summary.better(metric.psnr, 30, math.huge))
    assert.are.equal('theirs', summary.better(metric.seam, 1.2, 0.8))
    assert.are.equal('ours', summary.better(metric.seam, 3, 0.5))
    assert.are.equal('theirs', summary.better(metric.grain, 1.2, 0))
  end)

  it('is neither when the digits shown are equal, or one is missing', function()
    assert.are.equal('tie', summary.better(metric.style, 0.50049, 0.50001))
    assert.are.equal('tie', summary.better(metric.psnr, math.huge, math.huge))
    assert.is_nil(summary.better(metric.style, nil, 1))
    assert.is_nil(summary.better(metric.style, 1, nil))
  end)
end)

describe('the summary', function()
  it('has means of what is there, and counts wins', function()
    local all = summary.new({
      result('1', {style = 1, seam = 2}, {style = 3, seam = 1}), result('2', {style = 2}, {style = 1, seam = 2}),
      result('3', {style = 1}, {style = 1}),
    }, KINDS)
    assert.is_near(4 / 3, all.means.theirs.style, 1e-12)
    assert.is_near(math.sqrt(2), all.means.ours.seam, 1e-12) -- of ratios the geometric mean
    assert.are.equal(2, all.means.theirs.seam)
    assert.is_nil(all.means.ours.psnr)
    assert.are.same({style = {theirs = 1, ours = 1, tie = 1}, seam = {theirs = 0, ours = 1, tie = 0}}, all.wins)
  end)
end)

describe('the report', function()
  local all = comparison(result('a,"b"', {style = 0.25, psnr = math.huge}, {style = 0.123456789, grain = 1}),
    result('2', {style = 1}, {style = 2}))

  it('is CSV with units, quoted where it must be', function()
    local lines = {}
    for line in report.csv(all):gmatch('(.-)\r\n') do lines[#lines + 1] = line end
    assert.are.equal(7, #lines)
    assert.truthy(lines[1]:find('^example,result,background_max %[levels%],'))
    assert.are.equal('"a,""b""",naive,,,,2,,,,,,', lines[2])
    assert.are.equal('"a,""b""",theirs,,,,0.25,,,,,inf,', lines[3])
    assert.are.equal('"a,""b""",ours,,,,0.1234568,,,,1,,', lines[4])
  end)

  it('is a table with aligned columns', function()
    local text = report.table(all)
    local column = text:find('style') + 4
    for line in text:gmatch('[^\n]+') do
      assert.truthy(line:sub(column, column):find('[%dre-]'), line)
      assert.is_nil(line:find('%s$'))
    end
    assert.truthy(text:find('mean +naive +%- +%- +%- +2.000'))
    assert.truthy(text:find('better +theirs +%- +%- +%- +1'))
  end)
end)

describe('markup', function()
  it('encodes base64', function()
    for plain, coded in pairs {
      [''] = '', f = 'Zg==', fo = 'Zm8=', foo = 'Zm9v', foob = 'Zm9vYg==', ['\0\255\16'] = 'AP8Q',
      ['\251\239'] = '++8=',
    } do
      assert.are.equal(coded, markup.base64(plain))
    end
  end)

  it('escapes, and fills templates', function()
    assert.are.equal('&lt;a href=&quot;x&quot;&gt;&amp;&#39;', markup.escape('<a href="x">&\''))
    assert.are.equal('1%0 2', markup.fill('{{a}} {{b}}', {a = '1%0', b = '2'}))
    assert.error_matches(function() markup.fill('{{c}}', {}) end, 'the template wants c')
  end)
end)

describe('the page', function()
  local name = '<script>alert("1")</script> & 5%'
  local all = comparison(result(name, {style = 0.25}, {style = 0.125}), result('2', {style = 1}, {style = 2}))
  all.labels.ours = 'a<b'
  local html = page.html(all)

  it('needs nothing but itself', function()
    assert.is_nil(html:find('https?://'))
    assert.is_nil(html:find('<link') or html:find('@import') or html:find('<script src'))
    local pictures = 0
    for source in html:gmatch('src="([^"]*)"') do
      assert.truthy(source:find('^data:image/jpeg;base64,/9j/[%w+/]+=*$'))
      pictures = pictures + 1
    end
    assert.are.equal(2 * 5, pictures)
  end)

  it('escapes names', function()
    assert.is_nil(html:find('<script>alert', 1, true))
    assert.truthy(html:find('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; 5%', 1, true))
    assert.truthy(html:find('A&lt;b beside theirs', 1, true))
    assert.is_nil(html:find('a<b', 1, true))
    local id = html:match('<article class="example" id="([^"]*)"')
    assert.truthy(id:find('^example%-[%w._-]+$'))
    assert.truthy(html:find('href="#' .. id .. '"', 1, true))
  end)

  it('marks the better value, in words too', function()
    assert.truthy(html:find('<td>0.250</td><td><span class="better ours">0.125<span class="unseen"> (better)</span>', 1,
      true))
    assert.truthy(html:find('1 : 1', 1, true))
  end)

  it('does without other results', function()
    local one = result('1', nil, {style = 1})
    one.shown.kinds.theirs = nil
    local kinds = {'naive', 'ours'}
    local text = page.html {
      results = {one}, kinds = kinds, network = 'n', patches = 1, summary = summary.new({one}, kinds),
      labels = all.labels,
    }
    assert.truthy(text:find('data-left="naive"', 1, true))
    assert.is_nil(text:find('data-kind="theirs"', 1, true))
    assert.is_nil(text:find('value="theirs"', 1, true))
    assert.is_nil(text:find('(better)', 1, true))
    assert.truthy(text:find('A&lt;b beside the naive composites', 1, true))
    assert.truthy(text:find('<dt>Style</dt>', 1, true))
    assert.is_nil(text:find('<dt>PSNR', 1, true))
    assert.is_nil(text:find('{{', 1, true))
  end)
end)
