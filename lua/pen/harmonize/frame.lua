-- What a pass computes on: its region of the picture, and the masks and sizes of the layers there.
local network = require 'pen.harmonize.network'
local region = require 'pen.harmonize.region'
local M = {}

local Frame = {}
Frame.__index = Frame

-- cnn, last: the network and its last layer; lists: the lists of layer names that losses look at; loose: H x W mask;
-- dtype: of the masks that losses get. whole: the whole picture, for comparison.
function M.new(cnn, last, lists, loose, dtype, whole)
  local masks, h, w = network.masks(cnn, last, loose), loose:size(1), loose:size(2)
  local part = whole and {left = 0, top = 0, right = w, bottom = h} or
    region.find(cnn, network.numbers(cnn, last, lists), masks, h, w)
  return setmetatable({cnn = cnn, region = part, masks = masks, loose = loose, dtype = dtype}, Frame)
end

-- The region of a picture, C x H x W or H x W: a view.
function Frame:part(picture) return region.part(self.region, picture, self.cnn, 0) end

-- The loose mask in the region.
function Frame:pixels() return self:part(self.loose):contiguous():type(self.dtype) end

-- The mask of layer i in the region.
function Frame:mask(i) return region.part(self.region, self.masks[i], self.cnn, i):contiguous():type(self.dtype) end

-- Lets go of the layers' masks, when the losses have theirs: those of a large picture's first layers are large.
function Frame:forget_masks() self.masks = nil end

-- What the patches at the layers that numbers lists see: for each position under a layer's mask the patch around it.
-- Returns see(picture or map, i): its part of a picture (i = 0), or of a map of layer i.
function Frame:patches(numbers, patch)
  local grown = {}
  for _, i in ipairs(numbers) do grown[i] = region.grown(self.masks[i], patch) end
  local part = region.find(self.cnn, numbers, grown, self.loose:size(1), self.loose:size(2))
  return function(t, i) return region.part(part, t, self.cnn, i):contiguous() end
end

-- Rows and columns of layer i in the whole picture.
function Frame:size(i) return self.masks[i]:size(1), self.masks[i]:size(2) end

-- Positions of layer i in the whole picture: what the losses' means are over.
function Frame:positions(i) return self.masks[i]:nElement() end

return M
