/* Two-dimensional convolution, Torch's conv2 and xcorr2, plane by plane: r[y][x] = sum over v, u of
 * a[y + v - top][x + u - left] k[v][u], with k turned by 180 degrees for a true convolution, zeros around a where the
 * result is full (top = KH - 1, left = KW - 1), and only places where k fits in a otherwise (top = left = 0). */
#include "pen_kernel.h"

enum { RUN = 64 };

typedef struct {
  const void *a, *k;
  void *r;
  int64_t height, width, from_y, from_x, taps_y, taps_x, top, left; /* of r, of a, of k */
  int64_t ap, ay, ax, kp, ky, kx, rp, ry, rx;                       /* strides */
} convolve_args;

/* sum[x - x0] for the outputs x0..x1-1 of a row, taps in order. A run of outputs at a time keeps the inner loop long
 * and its sums in registers. */
PEN_BODY void run_of_sums(int type, const convolve_args *s, double *sum, int64_t plane, int64_t y, int64_t x0,
                          int64_t x1) {
  for (int64_t i = 0; i < x1 - x0; i++) sum[i] = 0;
  for (int64_t v = 0; v < s->taps_y; v++) {
    const int64_t from = y + v - s->top;
    if (from < 0 || from >= s->from_y) continue;
    for (int64_t u = 0; u < s->taps_x; u++) {
      const double tap = pen_pixel(type, s->k, plane * s->kp + v * s->ky + u * s->kx);
      const int64_t shift = u - s->left, at = plane * s->ap + from * s->ay + shift * s->ax;
      const int64_t low = x0 > -shift ? x0 : -shift, high = x1 < s->from_x - shift ? x1 : s->from_x - shift;
      for (int64_t x = low; x < high; x++) sum[x - x0] += tap * pen_pixel(type, s->a, at + x * s->ax);
    }
  }
}

#define CONVOLVE(name, type, T)                                                             \
  PEN_BODY void convolve_##name(const convolve_args *s, int64_t j) {                        \
    const int64_t plane = j / s->height, y = j % s->height;                                 \
    double sum[RUN];                                                                        \
    for (int64_t x0 = 0; x0 < s->width; x0 += RUN) {                                        \
      const int64_t x1 = x0 + RUN < s->width ? x0 + RUN : s->width;                         \
      run_of_sums(type, s, sum, plane, y, x0, x1);                                          \
      T *row = (T *)s->r + plane * s->rp + y * s->ry;                                       \
      for (int64_t x = x0; x < x1; x++) row[x * s->rx] = (T)sum[x - x0];                    \
    }                                                                                       \
  }                                                                                         \
  PEN_EACH(convolve_##name, convolve_args)

CONVOLVE(float, PEN_FLOAT, float)
CONVOLVE(double, PEN_DOUBLE, double)

int pen_convolve(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *k, int full, int flip) {
  PEN_VIEW(a, PEN_ANY, 3);
  PEN_VIEW(k, a->dtype, 3);
  PEN_VIEW(r, a->dtype, 3);
  PEN_REQUIRE(a->dtype == PEN_FLOAT || a->dtype == PEN_DOUBLE, "a is %s, expected float or double",
              pen_type_name(a->dtype));
  PEN_REQUIRE(a->sizes[0] == k->sizes[0] && a->sizes[0] == r->sizes[0], "a, k and r differ in their number of planes");
  const int64_t grow_y = k->sizes[1] - 1, grow_x = k->sizes[2] - 1;
  const int64_t height = a->sizes[1] + (full ? grow_y : -grow_y), width = a->sizes[2] + (full ? grow_x : -grow_x);
  PEN_REQUIRE(height > 0 && width > 0, "k (%lldx%lld) is larger than a (%lldx%lld)", (long long)k->sizes[1],
              (long long)k->sizes[2], (long long)a->sizes[1], (long long)a->sizes[2]);
  PEN_REQUIRE(r->sizes[1] == height && r->sizes[2] == width, "r must be %lldx%lld", (long long)height,
              (long long)width);
  convolve_args s = {pen_address(a), pen_address(k), pen_address(r), height, width, a->sizes[1], a->sizes[2],
                     k->sizes[1], k->sizes[2], full ? grow_y : 0, full ? grow_x : 0,
                     a->strides[0], a->strides[1], a->strides[2], k->strides[0], k->strides[1], k->strides[2],
                     r->strides[0], r->strides[1], r->strides[2]};
  if (flip) { /* walk k backwards */
    s.k = (const char *)s.k + (size_t)(grow_y * s.ky + grow_x * s.kx) * pen_type_size(k->dtype);
    s.ky = -s.ky, s.kx = -s.kx;
  }
  const int64_t rows = r->sizes[0] * height;
  return a->dtype == PEN_FLOAT ? convolve_float_each(ctx, &s, rows) : convolve_double_each(ctx, &s, rows);
}
