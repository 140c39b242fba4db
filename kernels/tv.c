/* Gradient of the total variation term 1/2 sum of (x[y,x] - x[y,x+1])^2 + (x[y,x] - x[y+1,x])^2 over the interior
 * (H-1) x (W-1) of every channel (Johnson's neural-style TVLoss): each position gathers its up to four differences. */
#include "pen_kernel.h"

typedef struct {
  const float *x;
  float *gradient;
  int64_t height, width;
} tv_args;

PEN_BODY void variation(const tv_args *s, int64_t row, int64_t x) {
  const float *at = s->x + row * s->width + x;
  const int64_t y = row % s->height;
  const int inner_row = y + 1 < s->height, inner_column = x + 1 < s->width;
  float g = 0;
  if (inner_row && inner_column) g = (at[0] - at[1]) + (at[0] - at[s->width]);
  if (inner_row && x > 0) g -= at[-1] - at[0];
  if (inner_column && y > 0) g -= at[-s->width] - at[0];
  s->gradient[row * s->width + x] = g;
}

PEN_EACH_ROWS(variation, tv_args)

int pen_tv_gradient(pen_ctx *ctx, pen_tensor *gradient, const pen_tensor *x) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CONTIGUOUS(x, PEN_FLOAT, 3);
  PEN_CONTIGUOUS(gradient, PEN_FLOAT, 3);
  PEN_REQUIRE(pen_same_shape(gradient, x), "gradient and x differ in shape");
  PEN_REQUIRE(gradient->store != x->store, "gradient must not share x's storage");
  const tv_args args = {pen_floats(x), pen_floats(gradient), x->sizes[1], x->sizes[2]};
  return variation_rows(ctx, &args, x->sizes[0] * x->sizes[1], x->sizes[2]);
}
