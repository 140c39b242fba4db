/* What each tap of a window sees at every position of the window, as maps of their own (im2col), and the gradient of
 * that (col2im). Windows may have gaps: tap (u, v) of the window at output (p, q) is place
 * (p * stride - pad + u * dilation, q * stride - pad + v * dilation) of x. A convolution is a matrix product with the
 * taps, a maximum over windows one over the taps. */
#include "pen_kernel.h"

typedef struct {
  int64_t size, out, kernel, stride, pad, dilation;
} axis; /* one direction: size of x's side, size of the output's side */

typedef struct {
  void *x, *taps;
  int type;
  axis y, x_axis;
  double outside;
} unfold_args;

PEN_BODY double load(int type, const void *data, int64_t i) {
  return type == PEN_DOUBLE ? ((const double *)data)[i] : (double)((const float *)data)[i];
}
PEN_BODY void store(int type, void *data, int64_t i, double value) {
  if (type == PEN_DOUBLE) ((double *)data)[i] = value;
  else ((float *)data)[i] = (float)value;
}

/* Position i of the map of one tap of one plane. */
PEN_BODY void take(const unfold_args *s, int64_t row, int64_t i) {
  const axis *a = &s->y, *b = &s->x_axis;
  const int64_t taps = a->kernel * b->kernel, tap = row % taps, plane = row / taps;
  const int64_t y = i / b->out * a->stride - a->pad + tap / b->kernel * a->dilation;
  const int64_t x = i % b->out * b->stride - b->pad + tap % b->kernel * b->dilation;
  const int inside = y >= 0 && y < a->size && x >= 0 && x < b->size;
  store(s->type, s->taps, row * a->out * b->out + i,
        inside ? load(s->type, s->x, (plane * a->size + y) * b->size + x) : s->outside);
}
PEN_EACH_ROWS(take, unfold_args)

/* Output position whose tap number k lies at place i, or -1. */
PEN_BODY int64_t seen_from(const axis *a, int64_t i, int64_t k) {
  const int64_t start = i + a->pad - k * a->dilation;
  return start < 0 || start % a->stride || start / a->stride >= a->out ? -1 : start / a->stride;
}

/* Place i of a plane: the sum of all taps that saw it. */
PEN_BODY void give(const unfold_args *s, int64_t plane, int64_t i) {
  const axis *a = &s->y, *b = &s->x_axis;
  double sum = 0;
  for (int64_t u = 0; u < a->kernel; u++) {
    const int64_t p = seen_from(a, i / b->size, u);
    for (int64_t v = 0; p >= 0 && v < b->kernel; v++) {
      const int64_t q = seen_from(b, i % b->size, v);
      if (q < 0) continue;
      const int64_t row = (plane * a->kernel + u) * b->kernel + v;
      sum += load(s->type, s->taps, (row * a->out + p) * b->out + q);
    }
  }
  store(s->type, s->x, plane * a->size * b->size + i, sum);
}
PEN_EACH_ROWS(give, unfold_args)

static int check(const char *function, const pen_tensor *x, const pen_tensor *taps, const axis *y, const axis *z) {
  PEN_TRY(pen_check_view(function, "x", x, PEN_ANY, 3, 1));
  PEN_TRY(pen_check_view(function, "taps", taps, x->dtype, 4, 1));
  if (x->dtype != PEN_FLOAT && x->dtype != PEN_DOUBLE)
    return pen_fail(PEN_EARG, function, "expected float or double");
  if (y->kernel < 1 || z->kernel < 1 || y->stride < 1 || z->stride < 1 || y->dilation < 1 || z->dilation < 1 ||
      y->pad < 0 || z->pad < 0)
    return pen_fail(PEN_EARG, function, "kernel, stride and dilation must be positive, padding not negative");
  if (taps->sizes[0] == x->sizes[0] && taps->sizes[1] == y->kernel * z->kernel) return PEN_OK;
  char text[PEN_SHAPE_TEXT], of[PEN_SHAPE_TEXT];
  return pen_fail(PEN_EARG, function, "taps are %s, expected %d x %d of each map of %s", pen_shape_text(text, taps),
                  (int)y->kernel, (int)z->kernel, pen_shape_text(of, x));
}

/* Fills s; y and z, the rows' and the columns' axis, know their windows. */
static int fill_args(const char *function, unfold_args *s, const pen_tensor *x, const pen_tensor *taps, axis y, axis z,
                     double outside) {
  PEN_TRY(check(function, x, taps, &y, &z));
  y.size = x->sizes[1], z.size = x->sizes[2], y.out = taps->sizes[2], z.out = taps->sizes[3];
  s->x = pen_address(x), s->taps = pen_address(taps), s->type = x->dtype, s->y = y, s->x_axis = z;
  s->outside = outside;
  return PEN_OK;
}

int pen_unfold(pen_ctx *ctx, pen_tensor *taps, const pen_tensor *x, int kernel_h, int kernel_w, int stride_h,
               int stride_w, int pad_h, int pad_w, int dilation_h, int dilation_w, double outside) {
  unfold_args s;
  const axis y = {0, 0, kernel_h, stride_h, pad_h, dilation_h}, z = {0, 0, kernel_w, stride_w, pad_w, dilation_w};
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(fill_args(__func__, &s, x, taps, y, z, outside));
  return take_rows(ctx, &s, taps->sizes[0] * taps->sizes[1], s.y.out * s.x_axis.out);
}

int pen_fold(pen_ctx *ctx, pen_tensor *x, const pen_tensor *taps, int kernel_h, int kernel_w, int stride_h,
             int stride_w, int pad_h, int pad_w, int dilation_h, int dilation_w) {
  unfold_args s;
  const axis y = {0, 0, kernel_h, stride_h, pad_h, dilation_h}, z = {0, 0, kernel_w, stride_w, pad_w, dilation_w};
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(fill_args(__func__, &s, x, taps, y, z, 0));
  return give_rows(ctx, &s, x->sizes[0], s.y.size * s.x_axis.size);
}
