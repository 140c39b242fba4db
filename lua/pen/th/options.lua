-- The options of th's command line, up to the script's name.
local M = {}

M.usage = [=[
Usage: th [options] [script.lua [arguments]]

  -e 'statement'       run a statement
  -g, --globals        warn of globals that are created, or read while undefined
  -gg, --gglobals      make them errors
  -i, --interactive    go on at the prompt after script and statements
  -l name              require a package first
  -a, --async          accepted, and does nothing but -i: the prompt has no event loop
  -x, --gfx            accepted, and does nothing: there is no graphics server
  -h, --help           print this text

Without a script or statement th is a prompt.
]=]

-- What each option without an operand does to the settings.
local options = {}

options['-h'] = function(settings) settings.help = true end
options['-i'] = function(settings) settings.interactive = true end
options['-g'] = function(settings) settings.monitor = 'warn' end
options['-gg'] = function(settings) settings.monitor = 'refuse' end

options['-a'] = function(settings)
  io.stderr:write('th: -a: the prompt has no event loop here, and goes on without\n')
  settings.interactive = true
end

options['-x'] = function() io.stderr:write('th: -x: there is no graphics server here; going on without\n') end

options['--help'], options['--interactive'] = options['-h'], options['-i']
options['--globals'], options['--gglobals'] = options['-g'], options['-gg']
options['--async'], options['--gfx'] = options['-a'], options['-x']

-- The settings {packages = names, statements = texts, script = index of its word, interactive =, help =,
-- monitor = 'warn' or 'refuse', wrong = a word that is no option}.
function M.scan(words)
  local settings, i = {packages = {}, statements = {}}, 1
  while words[i] and words[i]:sub(1, 1) == '-' do
    local word = words[i]
    if word == '-e' or word == '-l' then
      table.insert(word == '-e' and settings.statements or settings.packages, words[i + 1])
      i = i + 1
    elseif word:match('^%-l.') then
      table.insert(settings.packages, word:sub(3))
    elseif options[word] then options[word](settings)
    else
      settings.wrong = word
      return settings
    end
    i = i + 1
  end
  settings.script = words[i] and i
  return settings
end

return M
