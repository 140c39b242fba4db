/* Pictures read at given places: r[c][y][x] = a[c] at (field[0][y][x], field[1][y][x]), row first, from 0; with offset
 * the places are relative to (y, x). Places are float, as in Torch's image.warp, whose results these are.
 *   simple: the nearest sample;  bilinear: of the four around;  bicubic: Catmull-Rom of 4x4, samples outside are pad;
 *   lanczos: sinc(d) sinc(d/3) of 6x6, divided by the sum of the weights, samples outside are those of the border
 * A place outside of the picture is moved to its border, or with cut gives pad. */
#include "pen_kernel.h"

enum { LANCZOS = 3 };
#define PI 3.14159265358979323846

typedef struct {
  const void *a;
  void *r;
  const double *field;
  int type, interpolation, offset, cut;
  double pad;
  int64_t channels, height, width, out_width; /* of a; of r */
  int64_t ac, ay, ax, rc, ry, rx, fc, fy, fx; /* strides: channel, row, column */
} warp_args;

PEN_BODY int64_t within(int64_t i, int64_t n) { return i < 0 ? 0 : i < n ? i : n - 1; }

/* The sample at (y, x) moved to the border. */
PEN_BODY double nearest(const warp_args *s, int64_t c, int64_t y, int64_t x) {
  return pen_pixel(s->type, s->a, c * s->ac + within(y, s->height) * s->ay + within(x, s->width) * s->ax);
}

PEN_BODY double padded(const warp_args *s, int64_t c, int64_t y, int64_t x) {
  return y < 0 || x < 0 || y >= s->height || x >= s->width ? s->pad : nearest(s, c, y, x);
}

PEN_BODY double cubic(const double p[4], double x) {
  return p[1] + 0.5 * x * (p[2] - p[0] + x * (2 * p[0] - 5 * p[1] + 4 * p[2] - p[3]
                                              + x * (3 * (p[1] - p[2]) + p[3] - p[0])));
}

PEN_BODY double bilinear(const warp_args *s, int64_t c, int64_t y, int64_t x, double dy, double dx) {
  return (1 - dy) * ((1 - dx) * nearest(s, c, y, x) + dx * nearest(s, c, y, x + 1))
       + dy * ((1 - dx) * nearest(s, c, y + 1, x) + dx * nearest(s, c, y + 1, x + 1));
}

PEN_BODY double bicubic(const warp_args *s, int64_t c, int64_t y, int64_t x, double dy, double dx) {
  double column[4], row[4];
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < 4; j++) row[j] = padded(s, c, y + i - 1, x + j - 1);
    column[i] = cubic(row, dx);
  }
  return cubic(column, dy);
}

/* Weights of the 2 LANCZOS samples around a place that lies d behind the middle one. */
PEN_BODY void lanczos_weights(double d, double w[2 * LANCZOS]) {
  double sum = 0;
  for (int i = 0; i < 2 * LANCZOS; i++) {
    const double t = PI * (d - (i - LANCZOS + 1));
    w[i] = fabs(t) < 3e-6 ? 1 : LANCZOS * sin(t) * sin(t / LANCZOS) / (t * t);
    sum += w[i];
  }
  for (int i = 0; i < 2 * LANCZOS; i++) w[i] /= sum;
}

PEN_BODY double lanczos(const warp_args *s, int64_t c, int64_t y, int64_t x, double dy, double dx) {
  double down[2 * LANCZOS], across[2 * LANCZOS], sum = 0;
  lanczos_weights(dy, down);
  lanczos_weights(dx, across);
  for (int i = 0; i < 2 * LANCZOS; i++)
    for (int j = 0; j < 2 * LANCZOS; j++)
      sum += down[i] * across[j] * nearest(s, c, y + i - LANCZOS + 1, x + j - LANCZOS + 1);
  return sum;
}

PEN_BODY double interpolated(const warp_args *s, int64_t c, float py, float px) {
  if (s->interpolation == PEN_SIMPLE) return nearest(s, c, (int64_t)floor(py + 0.5), (int64_t)floor(px + 0.5));
  const int64_t y = (int64_t)floorf(py), x = (int64_t)floorf(px);
  const double dy = py - (float)y, dx = px - (float)x;
  if (s->interpolation == PEN_BILINEAR) return bilinear(s, c, y, x, dy, dx);
  return s->interpolation == PEN_BICUBIC ? bicubic(s, c, y, x, dy, dx) : lanczos(s, c, y, x, dy, dx);
}

/* Between 0 and most; what is no number goes to 0. */
PEN_BODY float clamped(float p, float most) { return p > 0 ? p < most ? p : most : 0; }

PEN_BODY void warp(const warp_args *s, int64_t i) {
  const int64_t y = i / s->out_width, x = i % s->out_width, at = y * s->fy + x * s->fx;
  const float py = (float)(s->offset ? y : 0) + (float)s->field[at];
  const float px = (float)(s->offset ? x : 0) + (float)s->field[at + s->fc];
  const float cy = clamped(py, (float)(s->height - 1)), cx = clamped(px, (float)(s->width - 1));
  const int inside = py == cy && px == cx;
  for (int64_t c = 0; c < s->channels; c++)
    pen_set_pixel(s->type, s->r, c * s->rc + y * s->ry + x * s->rx,
                  inside || !s->cut ? interpolated(s, c, cy, cx) : s->pad);
}
PEN_EACH(warp, warp_args)

int pen_warp(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *field, int interpolation, int offset,
             int cut, double pad) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_REQUIRE(interpolation >= PEN_SIMPLE && interpolation <= PEN_LANCZOS, "unknown interpolation");
  PEN_TRY(pen_check_view(__func__, "a", a, PEN_ANY, 3, 0));
  PEN_TRY(pen_check_view(__func__, "r", r, a->dtype, 3, 0));
  PEN_TRY(pen_check_view(__func__, "field", field, PEN_DOUBLE, 3, 0));
  if (!pen_is_pixel(a->dtype))
    return pen_fail(PEN_EARG, __func__, "a is %s, expected byte, float or double", pen_type_name(a->dtype));
  if (a->sizes[0] != r->sizes[0] || a->sizes[1] < 1 || a->sizes[2] < 1 || field->sizes[0] != 2 ||
      field->sizes[1] != r->sizes[1] || field->sizes[2] != r->sizes[2])
    return pen_fail(PEN_EARG, __func__, "a must be CxH'xW' and not empty, r CxHxW and field 2xHxW");
  const warp_args s = {pen_address(a), pen_address(r), (const double *)pen_address(field), a->dtype, interpolation,
                       offset, cut, pad, a->sizes[0], a->sizes[1], a->sizes[2], r->sizes[2],
                       a->strides[0], a->strides[1], a->strides[2], r->strides[0], r->strides[1], r->strides[2],
                       field->strides[0], field->strides[1], field->strides[2]};
  return warp_each(ctx, &s, r->sizes[1] * r->sizes[2]);
}
