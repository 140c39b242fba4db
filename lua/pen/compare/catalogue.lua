-- What is measured, for tables, page and help: key, name (of the page), short (of the table on the terminal), unit,
-- aim (which value is better: 'lower', 'higher', or 'one' for nearest 1), digits after the point, and in words what
-- the number means. {reference} stands for the name of the results that fidelity is measured against.
local M = {
  {
    key = 'background_max', name = 'Background, worst', short = 'bg worst', unit = 'levels', aim = 'lower', digits = 0,
    about = 'Largest change outside the loose mask, of 255 levels. 0 means the painting is untouched there.',
  },
  {
    key = 'background_mean', name = 'Background, mean', short = 'bg mean', unit = 'levels', aim = 'lower', digits = 2,
    about = 'Mean change outside the loose mask, of 255 levels.',
  },
  {
    key = 'content', name = 'Content', short = 'content', unit = 'relative', aim = 'lower', digits = 3,
    about = 'Squared distance of the object\'s relu4_1 features from those of the naive composite, over their own ' ..
      'squares. 0 keeps everything, as the naive composite does by definition. Read it together with style: ' ..
      'changing nothing keeps all content.',
  },
  {
    key = 'style', name = 'Style', short = 'style', unit = 'relative', aim = 'lower', digits = 3,
    about = 'Distance between the Gram matrices of the object and of the painting outside the loose mask, relative ' ..
      'to the latter, mean over relu1_1 to relu4_1. 0 is equal statistics; 1 is a difference as large as the ' ..
      'painting\'s own matrix.',
  },
  {
    key = 'coherence', name = 'Coherence', short = 'coherence', unit = 'levels', aim = 'lower', digits = 2,
    about = 'How far 7 x 7 patches of the object are from the nearest patch of the painting: root mean square ' ..
      'difference, of 255 levels. 0 is made of the painting\'s own patches.',
  },
  {
    key = 'texture', name = 'Texture', short = 'texture', unit = 'levels', aim = 'lower', digits = 2,
    about = 'Coherence after each patch\'s mean colour is taken off: brush work without colour. A smooth object ' ..
      'scores low if the painting is smooth anywhere; read it together with grain.',
  },
  {
    key = 'seam', name = 'Seam', short = 'seam', unit = 'ratio', aim = 'one', digits = 2,
    about = 'Mean gradient across the object\'s contour (3 pixels), over that of the painting within 20 pixels ' ..
      'around it. 1 is as steep as the painting is there; more looks cut out, less looks blurred.',
  },
  {
    key = 'grain', name = 'Grain', short = 'grain', unit = 'ratio', aim = 'one', digits = 2,
    about = 'Median total variation of the object over that of the whole painting. 1 is as rough as the painting; ' ..
      'less is smoother.',
  },
  {
    key = 'psnr', name = 'PSNR to {reference}', short = 'PSNR', unit = 'dB', aim = 'higher', digits = 2,
    about = 'Peak signal-to-noise ratio against {reference} in the tight mask: nearness to that result, not ' ..
      'quality. 20 differs plainly, 40 hardly visibly.',
  },
  {
    key = 'ssim', name = 'SSIM to {reference}', short = 'SSIM', unit = '-1 to 1', aim = 'higher', digits = 3,
    about = 'Structural similarity of luminance in the tight mask to {reference}; 1 is equal. Nearness, not quality.',
  },
}

return M
