/* The guided filter with a colour guide (He, Sun, Tang, "Guided Image Filtering", 2013). In each window the filtered
 * plane p is taken for a linear function of the guide's colour I:
 *   a = (cov(I, I) + eps)^-1 cov(I, p),   b = mean(p) - a . mean(I)
 * and a pixel's result is mean(a) . I + mean(b) over the windows that hold it. Windows are squares of side
 * 2 radius + 1, cut at the border, and summed one by one: at the small radii that are asked of it as fast as running
 * sums, without their drift. */
#include "pen_kernel.h"

enum { LARGEST_RADIUS = 64 };

typedef struct {
  const void *guide, *p;
  void *r;
  int type;
  int64_t height, width, radius;
  int64_t gc, gy, gx, pc, py, px, rc, ry, rx; /* strides: channel, row, column */
  int64_t plane;                              /* of p */
  double epsilon, *fit;                       /* 4 x H x W: a, then b */
} guided_args;

typedef struct {
  int64_t top, bottom, left, right; /* [top, bottom) x [left, right) */
} window;

PEN_BODY window window_at(const guided_args *s, int64_t i) {
  const int64_t y = i / s->width, x = i % s->width, r = s->radius;
  const window w = {y > r ? y - r : 0, y + r < s->height ? y + r + 1 : s->height, x > r ? x - r : 0,
                    x + r < s->width ? x + r + 1 : s->width};
  return w;
}

/* Solves the symmetric (s0 s1 s2; s1 s3 s4; s2 s4 s5) a = c by Cramer's rule. */
PEN_BODY void solve(const double s[6], const double c[3], double a[3]) {
  const double m0 = s[3] * s[5] - s[4] * s[4], m1 = s[2] * s[4] - s[1] * s[5], m2 = s[1] * s[4] - s[2] * s[3];
  const double m3 = s[0] * s[5] - s[2] * s[2], m4 = s[1] * s[2] - s[0] * s[4], m5 = s[0] * s[3] - s[1] * s[1];
  const double determinant = s[0] * m0 + s[1] * m1 + s[2] * m2;
  a[0] = (m0 * c[0] + m1 * c[1] + m2 * c[2]) / determinant;
  a[1] = (m1 * c[0] + m3 * c[1] + m4 * c[2]) / determinant;
  a[2] = (m2 * c[0] + m4 * c[1] + m5 * c[2]) / determinant;
}

PEN_BODY void fit_window(const guided_args *s, int64_t i) {
  const window w = window_at(s, i);
  const double n = (double)((w.bottom - w.top) * (w.right - w.left));
  double mean[4] = {0}, square[6] = {0}, product[3] = {0}, a[3];
  for (int64_t y = w.top; y < w.bottom; y++)
    for (int64_t x = w.left; x < w.right; x++) {
      const int64_t at = y * s->gy + x * s->gx;
      const double red = pen_pixel(s->type, s->guide, at), green = pen_pixel(s->type, s->guide, at + s->gc),
                   blue = pen_pixel(s->type, s->guide, at + 2 * s->gc);
      const double p = pen_pixel(s->type, s->p, s->plane * s->pc + y * s->py + x * s->px);
      mean[0] += red, mean[1] += green, mean[2] += blue, mean[3] += p;
      square[0] += red * red, square[1] += red * green, square[2] += red * blue;
      square[3] += green * green, square[4] += green * blue, square[5] += blue * blue;
      product[0] += red * p, product[1] += green * p, product[2] += blue * p;
    }
  for (int c = 0; c < 4; c++) mean[c] /= n;
  for (int c = 0; c < 3; c++) product[c] = product[c] / n - mean[c] * mean[3];
  square[0] = square[0] / n - mean[0] * mean[0] + s->epsilon, square[1] = square[1] / n - mean[0] * mean[1];
  square[2] = square[2] / n - mean[0] * mean[2], square[3] = square[3] / n - mean[1] * mean[1] + s->epsilon;
  square[4] = square[4] / n - mean[1] * mean[2], square[5] = square[5] / n - mean[2] * mean[2] + s->epsilon;
  solve(square, product, a);
  for (int c = 0; c < 3; c++) s->fit[4 * i + c] = a[c];
  s->fit[4 * i + 3] = mean[3] - a[0] * mean[0] - a[1] * mean[1] - a[2] * mean[2];
}
PEN_EACH(fit_window, guided_args)

PEN_BODY void apply_fits(const guided_args *s, int64_t i) {
  const window w = window_at(s, i);
  const int64_t row = i / s->width, column = i % s->width, at = row * s->gy + column * s->gx;
  const double n = (double)((w.bottom - w.top) * (w.right - w.left));
  double sum[4] = {0};
  for (int64_t y = w.top; y < w.bottom; y++)
    for (int64_t x = w.left; x < w.right; x++)
      for (int c = 0; c < 4; c++) sum[c] += s->fit[4 * (y * s->width + x) + c];
  double value = sum[3] / n;
  for (int c = 0; c < 3; c++) value += sum[c] / n * pen_pixel(s->type, s->guide, at + c * s->gc);
  pen_set_pixel(s->type, s->r, s->plane * s->rc + row * s->ry + column * s->rx, value);
}
PEN_EACH(apply_fits, guided_args)

int pen_guided_filter(pen_ctx *ctx, pen_tensor *r, const pen_tensor *guide, const pen_tensor *p, int radius,
                      double epsilon) {
  guided_args s;
  void *block;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(guide, PEN_ANY, 3);
  PEN_VIEW(p, guide->dtype, 3);
  PEN_VIEW(r, guide->dtype, 3);
  PEN_REQUIRE(guide->dtype == PEN_FLOAT || guide->dtype == PEN_DOUBLE, "guide is %s, expected float or double",
              pen_type_name(guide->dtype));
  PEN_REQUIRE(guide->sizes[0] == 3 && guide->sizes[1] == p->sizes[1] && guide->sizes[2] == p->sizes[2],
              "guide must be 3x%lldx%lld", (long long)p->sizes[1], (long long)p->sizes[2]);
  PEN_REQUIRE(pen_same_shape(r, p), "r and p differ in shape");
  PEN_REQUIRE(radius >= 0 && radius <= LARGEST_RADIUS, "radius is %d, expected 0 to %d", radius, LARGEST_RADIUS);
  PEN_REQUIRE(epsilon > 0 && epsilon < INFINITY, "epsilon is %g, expected a positive number", epsilon);
  s.guide = pen_address(guide), s.p = pen_address(p), s.r = pen_address(r), s.type = guide->dtype;
  s.height = p->sizes[1], s.width = p->sizes[2], s.radius = radius, s.epsilon = epsilon;
  s.gc = guide->strides[0], s.gy = guide->strides[1], s.gx = guide->strides[2];
  s.pc = p->strides[0], s.py = p->strides[1], s.px = p->strides[2];
  s.rc = r->strides[0], s.ry = r->strides[1], s.rx = r->strides[2];
  const int64_t n = s.height * s.width;
  PEN_TRY(pen_scratch(ctx, &block, 0, (size_t)n * 4 * sizeof(double)));
  s.fit = (double *)block;
  for (s.plane = 0; s.plane < p->sizes[0]; s.plane++) {
    PEN_TRY(fit_window_each(ctx, &s, n));
    PEN_TRY(apply_fits_each(ctx, &s, n));
  }
  return PEN_OK;
}
