/* Threshold, y = x <= threshold ? value : x (Torch's Threshold; ReLU is threshold 0, value 0), and its gradient
 * gx = x <= threshold ? 0 : gy. NaN passes through. Both may work in place. */
#include "pen_kernel.h"

typedef struct {
  const void *test, *pass;
  void *r;
  double threshold, value;
} threshold_args;

#define THRESHOLD(T, suffix)                                                                                     \
  PEN_BODY void threshold_##suffix(const threshold_args *s, int64_t i) {                                         \
    ((T *)s->r)[i] = ((const T *)s->test)[i] <= (T)s->threshold ? (T)s->value : ((const T *)s->pass)[i];         \
  }                                                                                                              \
  PEN_EACH(threshold_##suffix, threshold_args)

THRESHOLD(float, float)
THRESHOLD(double, double)

/* r = test <= threshold ? value : pass. */
static int choose(pen_ctx *ctx, const char *function, pen_tensor *r, const pen_tensor *test, const pen_tensor *pass,
                  double threshold, double value) {
  char rt[PEN_SHAPE_TEXT], tt[PEN_SHAPE_TEXT];
  const threshold_args s = {pen_address(test), pen_address(pass), pen_address(r), threshold, value};
  if (!ctx) return pen_fail(PEN_EARG, function, "ctx is NULL");
  if (pen_count(r) != pen_count(test) || pen_count(r) != pen_count(pass))
    return pen_fail(PEN_EARG, function, "sizes differ: %s and %s", pen_shape_text(rt, r), pen_shape_text(tt, test));
  if (r->dtype == PEN_FLOAT) return threshold_float_each(ctx, &s, pen_count(r));
  if (r->dtype == PEN_DOUBLE) return threshold_double_each(ctx, &s, pen_count(r));
  return pen_fail(PEN_EARG, function, "%s: expected float or double", pen_shape_text(rt, r));
}

int pen_threshold(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, double threshold, double value) {
  PEN_CONTIGUOUS(y, PEN_ANY, PEN_ANY);
  PEN_CONTIGUOUS(x, y->dtype, PEN_ANY);
  return choose(ctx, __func__, y, x, x, threshold, value);
}

int pen_threshold_backward(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, const pen_tensor *x, double threshold) {
  PEN_CONTIGUOUS(gx, PEN_ANY, PEN_ANY);
  PEN_CONTIGUOUS(gy, gx->dtype, PEN_ANY);
  PEN_CONTIGUOUS(x, gx->dtype, PEN_ANY);
  return choose(ctx, __func__, gx, x, gy, threshold, 0);
}
