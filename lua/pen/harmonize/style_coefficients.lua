-- Written by scripts/calibrate_style.lua: the softmax of style_estimate.lua, and its leave-one-out error.
return {
  offset = {1.18351, -0.301403, -0.882105},
  slope = {0.757631, -0.566743, -0.190888},
  ridge = 3,
  paintings = 35,
  right = 24,
  median_error = 0.0349,
}
