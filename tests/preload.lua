-- Runs before the first spec. After each spec file busted forgets the modules that the file loaded; those that declare
-- C types and classes must be loaded once per process, so they are loaded here.
package.path = './lua/?.lua;./lua/?/init.lua;./tests/?.lua;' .. package.path
for _, name in ipairs {'ffi', 'torch', 'nn', 'cutorch', 'cunn'} do require(name) end
