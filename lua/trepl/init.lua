-- The globals of th, for programs that plain luajit runs; the result is a function that starts the prompt.
require('pen.th.prepare')
return require('pen.th.repl')
