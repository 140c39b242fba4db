/* Colour spaces that are a matrix away from RGB: Y = 0.299 R + 0.587 G + 0.114 B and the U, V of analogue PAL, with
 * Torch's coefficients (image.rgb2yuv, yuv2rgb, rgb2y). Sums are double; bytes are the sum
 * as a float, as in Torch, rounded and clamped. */
#include "pen_kernel.h"

typedef struct {
  const void *a;
  void *r;
  int type;
  int64_t width, outputs, ac, ay, ax, rc, ry, rx; /* strides: channel, row, column */
  double m[9];
} color_args;

/* Pixel i: all of it is read before any of it is written, so r may be a. */
PEN_BODY void mix(const color_args *s, int64_t i) {
  const int64_t y = i / s->width, x = i % s->width, from = y * s->ay + x * s->ax, to = y * s->ry + x * s->rx;
  const double a0 = pen_pixel(s->type, s->a, from), a1 = pen_pixel(s->type, s->a, from + s->ac),
               a2 = pen_pixel(s->type, s->a, from + 2 * s->ac);
  for (int64_t c = 0; c < s->outputs; c++) {
    const double sum = s->m[3 * c] * a0 + s->m[3 * c + 1] * a1 + s->m[3 * c + 2] * a2;
    pen_set_pixel(s->type, s->r, to + c * s->rc, s->type == PEN_BYTE ? (float)sum : sum);
  }
}
PEN_EACH(mix, color_args)

static int mix_channels(pen_ctx *ctx, const char *function, pen_tensor *r, const pen_tensor *a, int outputs,
                        const double *m) {
  PEN_TRY(pen_check_view(function, "a", a, PEN_ANY, 3, 0));
  PEN_TRY(pen_check_view(function, "r", r, a->dtype, 3, 0));
  if (!pen_is_pixel(a->dtype))
    return pen_fail(PEN_EARG, function, "a is %s, expected byte, float or double", pen_type_name(a->dtype));
  if (a->sizes[0] != 3 || r->sizes[0] != outputs || a->sizes[1] != r->sizes[1] || a->sizes[2] != r->sizes[2])
    return pen_fail(PEN_EARG, function, "a must be 3xHxW and r %dxHxW", outputs);
  color_args s = {pen_address(a), pen_address(r), a->dtype, a->sizes[2], outputs,
                  a->strides[0], a->strides[1], a->strides[2], r->strides[0], r->strides[1], r->strides[2], {0}};
  for (int i = 0; i < 3 * outputs; i++) s.m[i] = m[i];
  return mix_each(ctx, &s, a->sizes[1] * a->sizes[2]);
}

int pen_rgb2yuv(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a) {
  static const double m[] = {0.299, 0.587, 0.114, -0.14713, -0.28886, 0.436, 0.615, -0.51499, -0.10001};
  return mix_channels(ctx, __func__, r, a, 3, m);
}

int pen_yuv2rgb(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a) {
  static const double m[] = {1, 0, 1.13983, 1, -0.39465, -0.58060, 1, 2.03211, 0};
  return mix_channels(ctx, __func__, r, a, 3, m);
}

int pen_rgb2y(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a) {
  static const double m[] = {0.299, 0.587, 0.114};
  return mix_channels(ctx, __func__, r, a, 1, m);
}
