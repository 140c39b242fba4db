/* image.scale: a picture to another size, columns first, then rows. For one line of n samples s and m targets:
 *   bilinear, m > n: p = i (n-1)/(m-1), k = floor p, f = p - k, out = (1-f) s[k] + f s[k+1]; the last sample is copied
 *   bilinear, m < n: the mean of s over [i n/m, (i+1) n/m), with fractions of the samples at both ends
 *   bicubic: Catmull-Rom over the grid of m > n above, the line continued straight beyond its ends
 *   simple:  out = s[floor(i n/m)], in both directions at once
 * Positions and means are float whatever the type, as in Torch's image package, whose results these are. */
#include "pen_kernel.h"

typedef struct {
  const void *a;
  void *r;
  int64_t height, width;     /* of r */
  int64_t ap, ay, ax;        /* strides of a: plane, row, column */
  int64_t rp, ry, rx;
  int64_t from_y, from_x;    /* rows and columns of a */
} scale_args;

/* A product or sum as the working type holds it: double for doubles, float for the others. */
PEN_BODY double rounded(int type, double v) { return type == PEN_DOUBLE ? v : (double)(float)v; }

/* Mean of the n samples over target i of m. */
PEN_BODY double area_mean(int type, const void *s, int64_t at, int64_t step, int64_t n, int64_t m, int64_t i) {
  const float scale = (float)n / (float)m;
  float f0 = (float)i * scale, f1 = (float)(i + 1) * scale;
  const int64_t k0 = (int64_t)f0 < n ? (int64_t)f0 : n - 1, k1 = (int64_t)f1 < n ? (int64_t)f1 : n;
  f0 -= (float)k0, f1 -= (float)k1;
  float sum = (float)((double)(1 - f0) * pen_pixel(type, s, at + k0 * step)), weight = 1 - f0;
  for (int64_t k = k0 + 1; k < k1; k++) sum = (float)(sum + pen_pixel(type, s, at + k * step)), weight += 1;
  if (k1 < n) {
    sum = (float)(sum + rounded(type, (double)f1 * pen_pixel(type, s, at + k1 * step)));
    weight += f1;
  }
  return sum / weight;
}

PEN_BODY double bilinear_at(int type, const void *s, int64_t at, int64_t step, int64_t n, int64_t m, int64_t i) {
  if (m == n) return pen_pixel(type, s, at + i * step);
  if (m < n) return area_mean(type, s, at, step, n, m, i);
  if (n == 1 || i == m - 1) return pen_pixel(type, s, at + (n - 1) * step);
  float f = (float)i * ((float)(n - 1) / (float)(m - 1));
  const int64_t k = (int64_t)f < n - 1 ? (int64_t)f : n - 2;
  f -= (float)k;
  return rounded(type, (1 - f) * pen_pixel(type, s, at + k * step))
       + rounded(type, f * pen_pixel(type, s, at + (k + 1) * step));
}

PEN_BODY double bicubic_at(int type, const void *s, int64_t at, int64_t step, int64_t n, int64_t m, int64_t i) {
  if (m == n) return pen_pixel(type, s, at + i * step);
  if (n == 1 || i == m - 1) return pen_pixel(type, s, at + (n - 1) * step);
  float f = (float)i * ((float)(n - 1) / (float)(m - 1));
  const int64_t k = (int64_t)f < n - 1 ? (int64_t)f : n - 2;
  const double x = f - (float)k;
  const double p1 = pen_pixel(type, s, at + k * step), p2 = pen_pixel(type, s, at + (k + 1) * step);
  const double p0 = k > 0 ? pen_pixel(type, s, at + (k - 1) * step) : 2 * p1 - p2;
  const double p3 = k + 2 < n ? pen_pixel(type, s, at + (k + 2) * step) : 2 * p2 - p1;
  return p1 + 0.5 * x * (p2 - p0 + x * (2 * p0 - 5 * p1 + 4 * p2 - p3 + x * (3 * (p1 - p2) + p3 - p0)));
}

/* Nearest position at or before, in float as Torch computes it. */
PEN_BODY int64_t simple_at(int64_t n, int64_t m, int64_t i) {
  const int64_t k = (int64_t)((float)i * ((float)n / (float)m));
  return k < n ? k : n - 1;
}

/* Row j of all planes of r: the width changes, or else the height does. */
#define LINE(method, name, type)                                                                               \
  PEN_BODY void method##_##name(const scale_args *s, int64_t j) {                                              \
    const int64_t plane = j / s->height, y = j % s->height;                                                    \
    const int64_t to = plane * s->rp + y * s->ry, from = plane * s->ap;                                        \
    for (int64_t x = 0; x < s->width; x++) {                                                                   \
      const double v = s->from_x != s->width                                                                   \
          ? method##_at(type, s->a, from + y * s->ay, s->ax, s->from_x, s->width, x)                           \
          : method##_at(type, s->a, from + x * s->ax, s->ay, s->from_y, s->height, y);                         \
      pen_set_pixel(type, s->r, to + x * s->rx, v);                                                                    \
    }                                                                                                          \
  }                                                                                                            \
  PEN_EACH(method##_##name, scale_args)

#define SIMPLE(name, type)                                                                                     \
  PEN_BODY void simple_##name(const scale_args *s, int64_t j) {                                                \
    const int64_t plane = j / s->height, y = j % s->height;                                                    \
    const int64_t row = plane * s->ap + simple_at(s->from_y, s->height, y) * s->ay;                            \
    for (int64_t x = 0; x < s->width; x++) {                                                                   \
      const int64_t at = row + simple_at(s->from_x, s->width, x) * s->ax;                                      \
      pen_set_pixel(type, s->r, plane * s->rp + y * s->ry + x * s->rx, (float)pen_pixel(type, s->a, at));      \
    }                                                                                                          \
  }                                                                                                            \
  PEN_EACH(simple_##name, scale_args)

LINE(bilinear, byte, PEN_BYTE)
LINE(bilinear, float, PEN_FLOAT)
LINE(bilinear, double, PEN_DOUBLE)
LINE(bicubic, byte, PEN_BYTE)
LINE(bicubic, float, PEN_FLOAT)
LINE(bicubic, double, PEN_DOUBLE)
SIMPLE(byte, PEN_BYTE)
SIMPLE(float, PEN_FLOAT)
SIMPLE(double, PEN_DOUBLE)

#define FOR_TYPE(method, type, ctx, args, n)                            \
  return type == PEN_BYTE ? method##_byte_each(ctx, args, n)            \
       : type == PEN_FLOAT ? method##_float_each(ctx, args, n) : method##_double_each(ctx, args, n)

static int one_pass(pen_ctx *ctx, const scale_args *s, int64_t planes, int type, int scaling) {
  const int64_t rows = planes * s->height;
  if (scaling == PEN_SIMPLE) FOR_TYPE(simple, type, ctx, s, rows);
  if (scaling == PEN_BILINEAR) FOR_TYPE(bilinear, type, ctx, s, rows);
  FOR_TYPE(bicubic, type, ctx, s, rows);
}

static int64_t plane_step(const pen_tensor *t) { return t->ndim == 3 ? t->strides[0] : 0; }

/* Width first, into a picture of a's height, then height. */
static int two_passes(pen_ctx *ctx, const scale_args *s, int64_t planes, int type, int scaling) {
  scale_args across = *s, down = *s;
  void *between;
  PEN_TRY(pen_scratch(ctx, &between, 0, (size_t)(planes * s->from_y * s->width) * pen_type_size(type)));
  across.r = between, across.height = s->from_y;
  across.rp = s->from_y * s->width, across.ry = s->width, across.rx = 1;
  down.a = between, down.from_x = s->width;
  down.ap = across.rp, down.ay = across.ry, down.ax = 1;
  PEN_TRY(one_pass(ctx, &across, planes, type, scaling));
  return one_pass(ctx, &down, planes, type, scaling);
}

int pen_scale(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, int scaling) {
  PEN_VIEW(a, PEN_ANY, PEN_ANY);
  PEN_VIEW(r, a->dtype, a->ndim);
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_REQUIRE(scaling >= PEN_SIMPLE && scaling <= PEN_BICUBIC, "no such scaling: %d", scaling);
  const int d = a->ndim, type = a->dtype;
  PEN_REQUIRE(d == 2 || d == 3, "a has %d dimensions, expected HxW or CxHxW", d);
  PEN_REQUIRE(pen_is_pixel(type), "a is %s, expected byte, float or double",
              pen_type_name(type));
  const int64_t planes = d == 3 ? a->sizes[0] : 1;
  PEN_REQUIRE(d == 2 || r->sizes[0] == planes, "a has %lld channels, r %lld", (long long)planes,
              (long long)r->sizes[0]);
  scale_args s = {pen_address(a), pen_address(r), r->sizes[d - 2], r->sizes[d - 1],
                  plane_step(a), a->strides[d - 2], a->strides[d - 1],
                  plane_step(r), r->strides[d - 2], r->strides[d - 1], a->sizes[d - 2], a->sizes[d - 1]};
  const int both = s.from_y != s.height && s.from_x != s.width && scaling != PEN_SIMPLE;
  return both ? two_passes(ctx, &s, planes, type, scaling) : one_pass(ctx, &s, planes, type, scaling);
}
