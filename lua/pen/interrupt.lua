-- Ctrl-C as a question: after M.watch() the first one only makes M.pending() true, a second one ends the program.
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local M = {}

local number = ffi.new('int[1]')

function M.watch() pen.check(pen.cpu, pen.C.pen_interrupt_watch()) end

function M.pending()
  pen.check(pen.cpu, pen.C.pen_interrupt_pending(number))
  return number[0] ~= 0
end

return M
