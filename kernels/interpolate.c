/* Linear interpolation along one dimension, and its gradient: m samples from n, the first and the last staying the
 * ends. Sample i lies at place i (n - 1) / (m - 1) of the n. Twice or three times in a row this is bilinear and
 * trilinear enlarging (Torch's SpatialUpSamplingBilinear and UpSampling). */
#include "pen_kernel.h"

typedef struct {
  const void *in;
  void *out;
  int is_double;
  int64_t n, m, inner; /* samples before and after; elements from one sample to the next */
} line_args;

PEN_BODY double load(const line_args *s, int64_t i) {
  return s->is_double ? ((const double *)s->in)[i] : (double)((const float *)s->in)[i];
}
PEN_BODY void store(const line_args *s, int64_t i, double value) {
  if (s->is_double) ((double *)s->out)[i] = value;
  else ((float *)s->out)[i] = (float)value;
}

/* The sample before the place of output sample i; *share is how much the next one counts. */
PEN_BODY int64_t locate(const line_args *s, int64_t i, double *share) {
  const double place = s->m > 1 ? (double)i * (double)(s->n - 1) / (double)(s->m - 1) : 0;
  const int64_t before = (int64_t)place;
  *share = place - (double)before;
  return before;
}

PEN_BODY void blend(const line_args *s, int64_t row, int64_t e) {
  double share;
  const int64_t before = locate(s, e / s->inner, &share), at = (row * s->n + before) * s->inner + e % s->inner;
  const double value = load(s, at);
  store(s, row * s->m * s->inner + e, share > 0 ? (1 - share) * value + share * load(s, at + s->inner) : value);
}
PEN_EACH_ROWS(blend, line_args)

/* What output samples send back to sample k. */
PEN_BODY void unblend(const line_args *s, int64_t row, int64_t e) {
  const int64_t k = e / s->inner, j = e % s->inner;
  int64_t first = 0, last = s->m - 1;
  if (s->n > 1 && s->m > 1) {
    first = (k - 1) * (s->m - 1) / (s->n - 1), last = (k + 1) * (s->m - 1) / (s->n - 1);
    first = first < 0 ? 0 : first, last = last < s->m ? last : s->m - 1;
  }
  double sum = 0;
  for (int64_t i = first; i <= last; i++) {
    double share;
    const int64_t before = locate(s, i, &share);
    const double weight = before == k ? 1 - share : before + 1 == k ? share : 0;
    if (weight > 0) sum += weight * load(s, (row * s->m + i) * s->inner + j);
  }
  store(s, row * s->n * s->inner + e, sum);
}
PEN_EACH_ROWS(unblend, line_args)

static int check(const char *function, const pen_tensor *few, const pen_tensor *many, int dim) {
  PEN_TRY(pen_check_view(function, "the source", few, PEN_ANY, PEN_ANY, 1));
  PEN_TRY(pen_check_view(function, "the interpolated", many, few->dtype, PEN_ANY, 1));
  if (few->dtype != PEN_FLOAT && few->dtype != PEN_DOUBLE)
    return pen_fail(PEN_EARG, function, "expected float or double");
  int fits = few->ndim == many->ndim && dim >= 0 && dim < few->ndim;
  for (int d = 0; fits && d < few->ndim; d++) fits = d == dim || few->sizes[d] == many->sizes[d];
  if (fits) return PEN_OK;
  char a[PEN_SHAPE_TEXT], b[PEN_SHAPE_TEXT];
  return pen_fail(PEN_EARG, function, "%s and %s differ in more than dimension %d", pen_shape_text(a, few),
                  pen_shape_text(b, many), dim + 1);
}

/* Fills s but for in and out, and *rows: few has n samples along dim, many has m. */
static int fill_args(const char *function, line_args *s, int64_t *rows, const pen_tensor *few, const pen_tensor *many,
                     int dim) {
  PEN_TRY(check(function, few, many, dim));
  s->is_double = few->dtype == PEN_DOUBLE, s->n = few->sizes[dim], s->m = many->sizes[dim], s->inner = 1, *rows = 1;
  for (int d = 0; d < dim; d++) *rows *= few->sizes[d];
  for (int d = dim + 1; d < few->ndim; d++) s->inner *= few->sizes[d];
  return PEN_OK;
}

int pen_interpolate(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, int dim) {
  line_args s;
  int64_t rows;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(fill_args(__func__, &s, &rows, x, y, dim));
  s.in = pen_address(x), s.out = pen_address(y);
  return blend_rows(ctx, &s, rows, s.m * s.inner);
}

int pen_interpolate_backward(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, int dim) {
  line_args s;
  int64_t rows;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(fill_args(__func__, &s, &rows, gx, gy, dim));
  s.in = pen_address(gy), s.out = pen_address(gx);
  return unblend_rows(ctx, &s, rows, s.n * s.inner);
}
