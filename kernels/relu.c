/* Threshold, y = x <= threshold ? value : x (Torch's Threshold; ReLU is threshold 0, value 0), and its gradient
 * gx = x <= threshold ? 0 : gy. NaN passes through. Both may work in place. */
#include "pen_kernel.h"

PEN_MAP3(threshold_float, float, float, float, a <= (float)k ? (float)k2 : b)
PEN_MAP3(threshold_double, double, double, double, a <= k ? k2 : b)

/* r = test <= threshold ? value : pass. */
static int choose(pen_ctx *ctx, const char *function, pen_tensor *r, const pen_tensor *test, const pen_tensor *pass,
                  double threshold, double value) {
  char text[PEN_SHAPE_TEXT];
  const pen_tensor *views[] = {r, test, pass};
  pen_map map;
  if (!ctx) return pen_fail(PEN_EARG, function, "ctx is NULL");
  if (r->dtype != PEN_FLOAT && r->dtype != PEN_DOUBLE)
    return pen_fail(PEN_EARG, function, "%s: expected float or double", pen_shape_text(text, r));
  PEN_TRY(pen_map_views(function, &map, 3, views));
  if (map.count == 0) return PEN_OK;
  return (r->dtype == PEN_FLOAT ? threshold_float : threshold_double)(ctx, &map, threshold, value);
}

int pen_threshold(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, double threshold, double value) {
  PEN_VIEW(y, PEN_ANY, PEN_ANY);
  PEN_VIEW(x, y->dtype, PEN_ANY);
  return choose(ctx, __func__, y, x, x, threshold, value);
}

int pen_threshold_backward(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, const pen_tensor *x, double threshold) {
  PEN_VIEW(gx, PEN_ANY, PEN_ANY);
  PEN_VIEW(gy, gx->dtype, PEN_ANY);
  PEN_VIEW(x, gx->dtype, PEN_ANY);
  return choose(ctx, __func__, gx, x, gy, threshold, 0);
}
