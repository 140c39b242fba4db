/* Products of a matrix of long rows with a vector, on either side, summed in double: what L-BFGS does with its history
 * (Nocedal 1980). The matrix is read once. */
#include "pen_kernel.h"

typedef struct {
  const void *a, *b;
  void *r;
  const double *k;
  int64_t stride, rows, n;
  double scale;
} row_args;

/* A processor reads rows in lines, and has the next one on its way meanwhile: that nearly doubles the speed. */
#define BODIES(T)                                                                                      \
  PEN_BODY double product_##T(const row_args *s, int64_t row, int64_t i) {                             \
    return (double)((const T *)s->a)[row * s->stride + i] * (double)((const T *)s->b)[i];              \
  }                                                                                                    \
  PEN_BODY int fetch_##T(const row_args *s, int64_t row, int64_t i) {                                  \
    PEN_FETCH((const T *)s->a + row * s->stride + i + PEN_GRAIN, PEN_LANES * sizeof(T));               \
    return 0;                                                                                          \
  }                                                                                                    \
  PEN_SUM_ROWS_BUT(product_##T, fetch_##T, row_args)                                                   \
  PEN_BODY void sum_run_##T(const row_args *s, int64_t run) {                                          \
    const int64_t from = run * PEN_RUN, left = s->n - from, count = left < PEN_RUN ? left : PEN_RUN;   \
    double sum[PEN_RUN];                                                                               \
    for (int64_t j = 0; j < count; j++) sum[j] = s->scale * (double)((const T *)s->b)[from + j];       \
    for (int64_t row = 0; row < s->rows; row++) {                                                      \
      const T *a = (const T *)s->a + row * s->stride + from;                                           \
      PEN_FETCH(a + s->stride, count * sizeof *a);                                                     \
      for (int64_t j = 0; j < count; j++) sum[j] += s->k[row] * (double)a[j];                          \
    }                                                                                                  \
    for (int64_t j = 0; j < count; j++) ((T *)s->r)[from + j] = (T)sum[j];                             \
  }                                                                                                    \
  PEN_EACH(sum_run_##T, row_args)
BODIES(float)
BODIES(double)

static int check_rows(const char *function, const pen_tensor *a, const pen_tensor *b, const pen_tensor *k) {
  PEN_TRY(pen_check_view(function, "a", a, PEN_ANY, 2, 0));
  PEN_TRY(pen_check_view(function, "b", b, a->dtype, 1, 1));
  PEN_TRY(pen_check_view(function, "k", k, PEN_DOUBLE, 1, 1));
  if (a->dtype < PEN_FLOAT)
    return pen_fail(PEN_EARG, function, "a is %s, expected float or double", pen_type_name(a->dtype));
  if (a->strides[1] == 1 && b->sizes[0] == a->sizes[1] && k->sizes[0] == a->sizes[0]) return PEN_OK;
  return pen_fail(PEN_EARG, function, "a is %lldx%lld (rows of neighbours expected), b has %lld elements, k %lld",
                  (long long)a->sizes[0], (long long)a->sizes[1], (long long)b->sizes[0], (long long)k->sizes[0]);
}

int pen_row_dots(pen_ctx *ctx, pen_tensor *k, const pen_tensor *a, const pen_tensor *b) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(check_rows(__func__, a, b, k));
  const row_args s = {pen_address(a), pen_address(b), NULL, NULL, a->strides[0], 0, 0, 0};
  return (a->dtype == PEN_FLOAT ? product_float_sum : product_double_sum)(ctx, &s, a->sizes[0], 1, a->sizes[1], 1,
                                                                          (double *)pen_address(k));
}

int pen_row_sum(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *k, const pen_tensor *b,
                double scale) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(check_rows(__func__, a, b, k));
  PEN_CONTIGUOUS(r, b->dtype, 1);
  PEN_REQUIRE(pen_same_shape(r, b), "r and b differ in size");
  const row_args s = {pen_address(a), pen_address(b), pen_address(r), (const double *)pen_address(k), a->strides[0],
                      a->sizes[0], a->sizes[1], scale};
  return (a->dtype == PEN_FLOAT ? sum_run_float_each : sum_run_double_each)(ctx, &s, (s.n + PEN_RUN - 1) / PEN_RUN);
}
