/* Convolution in double, straight from its definition (core/cpu/conv.c has the formula): for gradient checks and small
 * networks, not for speed. Each body owns one element of the result; sums run in the order of the formula. */
#include "pen_kernel.h"

typedef struct {
  pen_conv_shape z;
  const double *x, *w, *bias, *y;
  double *r, scale;
  int relu;
} double_args;

/* y, one element: row is a map of the batch. */
PEN_BODY void forward(const double_args *s, int64_t row, int64_t i) {
  const pen_conv_shape *z = &s->z;
  const int64_t o = row % z->out_planes, b = row / z->out_planes;
  const int64_t top = i / z->out_w * z->stride_h - z->pad_h, left = i % z->out_w * z->stride_w - z->pad_w;
  double sum = s->bias ? s->bias[o] : 0;
  for (int64_t c = 0; c < z->planes; c++)
    for (int64_t u = top < 0 ? -top : 0; u < z->kernel_h && top + u < z->h; u++)
      for (int64_t v = left < 0 ? -left : 0; v < z->kernel_w && left + v < z->w; v++)
        sum += s->w[((o * z->planes + c) * z->kernel_h + u) * z->kernel_w + v] *
               s->x[((b * z->planes + c) * z->h + top + u) * z->w + left + v];
  s->r[row * z->out_h * z->out_w + i] = s->relu && sum <= 0 ? 0 : sum;
}

/* The windows of kernel elements, stride apart, that reach place `at` of a padded side: first_window to last_window. */
PEN_BODY int64_t first_window(int64_t at, int64_t kernel, int64_t stride) {
  return at < kernel ? 0 : (at - kernel) / stride + 1;
}
PEN_BODY int64_t last_window(int64_t at, int64_t stride, int64_t count) {
  return at / stride < count ? at / stride : count - 1;
}

/* gx, one element: what the windows over it send back, the last window first, which is the order of the kernel. */
PEN_BODY void backward_data(const double_args *s, int64_t row, int64_t i) {
  const pen_conv_shape *z = &s->z;
  const int64_t c = row % z->planes, b = row / z->planes, y = i / z->w + z->pad_h, x = i % z->w + z->pad_w;
  const int64_t top = first_window(y, z->kernel_h, z->stride_h), bottom = last_window(y, z->stride_h, z->out_h);
  const int64_t left = first_window(x, z->kernel_w, z->stride_w), right = last_window(x, z->stride_w, z->out_w);
  double sum = 0;
  for (int64_t o = 0; o < z->out_planes; o++) {
    const double *w = s->w + (o * z->planes + c) * z->kernel_h * z->kernel_w;
    const double *from = s->y + (b * z->out_planes + o) * z->out_h * z->out_w;
    for (int64_t p = bottom; p >= top; p--)
      for (int64_t q = right; q >= left; q--)
        sum += w[(y - p * z->stride_h) * z->kernel_w + x - q * z->stride_w] * from[p * z->out_w + q];
  }
  s->r[row * z->h * z->w + i] = sum;
}

/* Of count windows whose first element lies `before` places in front of a side of size places: the first that does not
 * begin in front of it, and how many do not begin behind it. */
PEN_BODY int64_t begin_inside(int64_t before, int64_t stride) {
  return before > 0 ? (before + stride - 1) / stride : 0;
}
PEN_BODY int64_t end_inside(int64_t before, int64_t size, int64_t stride, int64_t count) {
  const int64_t end = size + before > 0 ? (size + before - 1) / stride + 1 : 0;
  return end < count ? end : count;
}

/* gw, one element: row is an output map, tap (c, u, v). */
PEN_BODY void backward_weights(const double_args *s, int64_t o, int64_t tap) {
  const pen_conv_shape *z = &s->z;
  const int64_t v = tap % z->kernel_w, u = tap / z->kernel_w % z->kernel_h, c = tap / (z->kernel_w * z->kernel_h);
  const int64_t up = z->pad_h - u, across = z->pad_w - v;
  const int64_t top = begin_inside(up, z->stride_h), bottom = end_inside(up, z->h, z->stride_h, z->out_h);
  const int64_t left = begin_inside(across, z->stride_w), right = end_inside(across, z->w, z->stride_w, z->out_w);
  double sum = 0;
  for (int64_t b = 0; b < z->batch; b++) {
    const double *x = s->x + (b * z->planes + c) * z->h * z->w;
    const double *y = s->y + (b * z->out_planes + o) * z->out_h * z->out_w;
    for (int64_t p = top; p < bottom; p++)
      for (int64_t q = left; q < right; q++)
        sum += x[(p * z->stride_h - up) * z->w + q * z->stride_w - across] * y[p * z->out_w + q];
  }
  s->r[o * z->planes * z->kernel_h * z->kernel_w + tap] += s->scale * sum;
}

PEN_BODY void backward_bias(const double_args *s, int64_t o) {
  const int64_t n = s->z.out_h * s->z.out_w;
  double sum = 0;
  for (int64_t b = 0; b < s->z.batch; b++)
    for (int64_t i = 0; i < n; i++) sum += s->y[(b * s->z.out_planes + o) * n + i];
  s->r[o] += s->scale * sum;
}

PEN_EACH_ROWS(forward, double_args)
PEN_EACH_ROWS(backward_data, double_args)
PEN_EACH_ROWS(backward_weights, double_args)
PEN_EACH(backward_bias, double_args)

static double *doubles(const pen_tensor *t) { return t ? (double *)pen_address(t) : NULL; }

int pen_conv_double_forward(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, const pen_tensor *w,
                            const pen_tensor *bias, int stride_h, int stride_w, int pad_h, int pad_w, int relu) {
  double_args s = {{0}, NULL, NULL, NULL, NULL, NULL, 1, relu};
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_conv_check(__func__, &s.z, PEN_DOUBLE, x, w, bias, y, stride_h, stride_w, pad_h, pad_w));
  s.x = doubles(x), s.w = doubles(w), s.bias = doubles(bias), s.r = doubles(y);
  return forward_rows(ctx, &s, s.z.batch * s.z.out_planes, s.z.out_h * s.z.out_w);
}

int pen_conv_double_backward_data(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, const pen_tensor *w,
                                  int stride_h, int stride_w, int pad_h, int pad_w) {
  double_args s = {{0}, NULL, NULL, NULL, NULL, NULL, 1, 0};
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_conv_check(__func__, &s.z, PEN_DOUBLE, gx, w, NULL, gy, stride_h, stride_w, pad_h, pad_w));
  s.y = doubles(gy), s.w = doubles(w), s.r = doubles(gx);
  return backward_data_rows(ctx, &s, s.z.batch * s.z.planes, s.z.h * s.z.w);
}

int pen_conv_double_backward_weights(pen_ctx *ctx, pen_tensor *gw, pen_tensor *gbias, const pen_tensor *x,
                                     const pen_tensor *gy, int stride_h, int stride_w, int pad_h, int pad_w,
                                     double scale) {
  double_args s = {{0}, NULL, NULL, NULL, NULL, NULL, scale, 0};
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_conv_check(__func__, &s.z, PEN_DOUBLE, x, gw, gbias, gy, stride_h, stride_w, pad_h, pad_w));
  s.x = doubles(x), s.y = doubles(gy), s.r = doubles(gw);
  PEN_TRY(backward_weights_rows(ctx, &s, s.z.out_planes, s.z.planes * s.z.kernel_h * s.z.kernel_w));
  s.r = doubles(gbias);
  return gbias ? backward_bias_each(ctx, &s, s.z.out_planes) : PEN_OK;
}
