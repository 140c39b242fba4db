-- Trains the small network that comes with the project, an encoder of VGG-19's topology, from larger ones.
--   th scripts/distill.lua -pictures pictures -teacher_low vgg19_conv3.caffemodel -teacher_high vgg19_16x.caffemodel
-- Then it says how good the network is. models/README.md has the command that made models/pentimento.caffemodel, and
-- its figures.
require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'loadcaffe'

local cmd = torch.CmdLine()
cmd:text('Trains a narrow encoder with the layers of VGG-19 to relu5_1; writes it as a caffemodel with its prototxt.')
cmd:text('The same options give the same file. Ctrl-C loses what came after the last checkpoint; -resume goes on.')
cmd:text()
cmd:option('-pictures', 'pictures', 'folder of JPEG and PNG pictures; those with "mask" in their names are left out')
cmd:option('-held_out', '13_,29_', 'beginnings of file names, with commas: pictures only to judge by')
cmd:option('-teacher_low', 'vgg19_conv3.caffemodel', 'VGG-19, at least to relu3_1')
cmd:option('-teacher_high', 'vgg19_16x.caffemodel', 'a network like the one to train, to relu5_1')
cmd:option('-output', 'models/pentimento.caffemodel', 'what to write; the prototxt and the checkpoint go beside it')
cmd:option('-widths', '16,32,64,128,128', 'channels of the five blocks; the last three as the high teacher has them')
cmd:option('-steps', 4500, 'steps of Adam')
cmd:option('-batch', 4, 'pictures a step')
cmd:option('-crop', 128, 'side of the training pictures in pixels')
cmd:option('-rate', 2e-3, 'learning rate at its highest')
cmd:option('-seed', 1)
cmd:option('-threads', 1, 'processor threads; the last bits of the result depend on it')
cmd:option('-save_every', 250, 'steps between checkpoints')
cmd:option('-resume', false, 'go on from the checkpoint')
cmd:option('-report', '', 'a caffemodel: only say how good it is')

require('pen.distill.command').run(cmd:parse(arg))
