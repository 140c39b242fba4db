/* Systems of linear equations, inverses and Cholesky factors, through LAPACK. */
#include "lapack.h"

enum { PIVOT_SLOT = 0 };

int pen_check_columns(const char *function, const char *name, const pen_tensor *t, int type) {
  PEN_TRY(pen_check_view(function, name, t, type, 2, 0));
  if (t->dtype != PEN_FLOAT && t->dtype != PEN_DOUBLE)
    return pen_fail(PEN_EARG, function, "%s is %s, expected float or double", name, pen_type_name(t->dtype));
  if (t->sizes[0] > INT32_MAX || t->sizes[1] > INT32_MAX || t->strides[1] > INT32_MAX ||
      (t->sizes[0] > 1 && t->strides[0] != 1) || (t->sizes[1] > 1 && t->strides[1] < t->sizes[0])) {
    char text[PEN_SHAPE_TEXT];
    return pen_fail(PEN_EARG, function, "%s (%s) must be column-major", name, pen_shape_text(text, t));
  }
  return PEN_OK;
}

int pen_lapack_status(const char *function, lapack_int status, const char *trouble) {
  char text[PEN_SHAPE_TEXT];
  if (status == 0) return PEN_OK;
  if (status < 0)
    return pen_fail(status == -1010 || status == -1011 ? PEN_EMEM : PEN_EARG, function,
                    "LAPACK refuses argument %lld: is there a NaN?", -(long long)status);
  snprintf(text, sizeof text, trouble, (long long)status);
  return pen_fail(PEN_EARG, function, "%s", text);
}

static int pivots(pen_ctx *ctx, lapack_int **out, int64_t n) {
  void *block;
  PEN_TRY(pen_scratch(ctx, &block, PIVOT_SLOT, (size_t)n * sizeof(lapack_int)));
  *out = (lapack_int *)block;
  return PEN_OK;
}

static int square(const char *function, const pen_tensor *a) {
  if (a->sizes[0] == a->sizes[1]) return PEN_OK;
  return pen_fail(PEN_EARG, function, "a is %lldx%lld, must be square", (long long)a->sizes[0],
                  (long long)a->sizes[1]);
}

static int as_many_rows(const char *function, const pen_tensor *a, const pen_tensor *b) {
  if (a->sizes[0] == b->sizes[0]) return PEN_OK;
  return pen_fail(PEN_EARG, function, "a has %lld rows, b %lld", (long long)a->sizes[0], (long long)b->sizes[0]);
}

int pen_solve(pen_ctx *ctx, pen_tensor *a, pen_tensor *b) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_COLUMNS(a, PEN_ANY);
  PEN_COLUMNS(b, a->dtype);
  PEN_TRY(square(__func__, a));
  PEN_TRY(as_many_rows(__func__, a, b));
  lapack_int status, *order;
  PEN_TRY(pivots(ctx, &order, a->sizes[0]));
  PEN_CALL_LAPACK(status, a, gesv, (LAPACK_COL_MAJOR, pen_rows(a), pen_columns(b), (real *)pen_address(a),
                                    pen_leading(a), order, (real *)pen_address(b), pen_leading(b)));
  return pen_lapack_status(__func__, status, "the matrix is singular: pivot %lld is 0");
}

int pen_least_squares(pen_ctx *ctx, pen_tensor *a, pen_tensor *b) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_COLUMNS(a, PEN_ANY);
  PEN_COLUMNS(b, a->dtype);
  const int64_t most = a->sizes[0] > a->sizes[1] ? a->sizes[0] : a->sizes[1];
  PEN_REQUIRE(b->sizes[0] == most, "b has %lld rows, needs room for %lld", (long long)b->sizes[0], (long long)most);
  lapack_int status;
  PEN_CALL_LAPACK(status, a, gels, (LAPACK_COL_MAJOR, 'N', pen_rows(a), pen_columns(a), pen_columns(b),
                                    (real *)pen_address(a), pen_leading(a), (real *)pen_address(b), pen_leading(b)));
  return pen_lapack_status(__func__, status, "the matrix has not full rank: diagonal element %lld is 0");
}

int pen_solve_triangular(pen_ctx *ctx, pen_tensor *b, const pen_tensor *a, int upper, int transpose, int unit) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_COLUMNS(a, PEN_ANY);
  PEN_COLUMNS(b, a->dtype);
  PEN_TRY(square(__func__, a));
  PEN_TRY(as_many_rows(__func__, a, b));
  lapack_int status;
  PEN_CALL_LAPACK(status, a, trtrs, (LAPACK_COL_MAJOR, pen_triangle(upper), transpose ? 'T' : 'N', unit ? 'U' : 'N',
                                     pen_rows(a), pen_columns(b),
                                     (const real *)pen_address(a), pen_leading(a), (real *)pen_address(b),
                                     pen_leading(b)));
  return pen_lapack_status(__func__, status, "the matrix is singular: diagonal element %lld is 0");
}

int pen_inverse(pen_ctx *ctx, pen_tensor *a) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_COLUMNS(a, PEN_ANY);
  PEN_TRY(square(__func__, a));
  lapack_int status, *order;
  PEN_TRY(pivots(ctx, &order, a->sizes[0]));
  PEN_CALL_LAPACK(status, a, getrf, (LAPACK_COL_MAJOR, pen_rows(a), pen_rows(a), (real *)pen_address(a),
                                     pen_leading(a), order));
  PEN_TRY(pen_lapack_status(__func__, status, "the matrix is singular: pivot %lld is 0"));
  PEN_CALL_LAPACK(status, a, getri, (LAPACK_COL_MAJOR, pen_rows(a), (real *)pen_address(a), pen_leading(a), order));
  return pen_lapack_status(__func__, status, "the matrix is singular: pivot %lld is 0");
}

/* ---- Cholesky ---- */

int pen_cholesky(pen_ctx *ctx, pen_tensor *a, int upper) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_COLUMNS(a, PEN_ANY);
  PEN_TRY(square(__func__, a));
  lapack_int status;
  PEN_CALL_LAPACK(status, a, potrf, (LAPACK_COL_MAJOR, pen_triangle(upper), pen_rows(a), (real *)pen_address(a),
                                     pen_leading(a)));
  return pen_lapack_status(__func__, status, "the matrix is not positive definite: its leading minor of order %lld");
}

int pen_cholesky_solve(pen_ctx *ctx, pen_tensor *b, const pen_tensor *a, int upper) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_COLUMNS(a, PEN_ANY);
  PEN_COLUMNS(b, a->dtype);
  PEN_TRY(square(__func__, a));
  PEN_TRY(as_many_rows(__func__, a, b));
  lapack_int status;
  PEN_CALL_LAPACK(status, a, potrs, (LAPACK_COL_MAJOR, pen_triangle(upper), pen_rows(a), pen_columns(b),
                                     (const real *)pen_address(a), pen_leading(a), (real *)pen_address(b),
                                     pen_leading(b)));
  return pen_lapack_status(__func__, status, "failure %lld");
}

int pen_cholesky_inverse(pen_ctx *ctx, pen_tensor *a, int upper) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_COLUMNS(a, PEN_ANY);
  PEN_TRY(square(__func__, a));
  lapack_int status;
  PEN_CALL_LAPACK(status, a, potri, (LAPACK_COL_MAJOR, pen_triangle(upper), pen_rows(a), (real *)pen_address(a),
                                     pen_leading(a)));
  return pen_lapack_status(__func__, status, "the factor is singular: its diagonal element %lld is 0");
}

int pen_cholesky_pivoted(pen_ctx *ctx, pen_tensor *a, pen_tensor *order, int64_t *rank, int upper, double tolerance) {
  PEN_REQUIRE(ctx && rank, "NULL argument");
  PEN_COLUMNS(a, PEN_ANY);
  PEN_TRY(square(__func__, a));
  PEN_CONTIGUOUS(order, PEN_INT, 1);
  PEN_REQUIRE(order->sizes[0] == a->sizes[0], "order has %lld elements, a %lld rows", (long long)order->sizes[0],
              (long long)a->sizes[0]);
  lapack_int status, found = 0, *places;
  PEN_TRY(pivots(ctx, &places, a->sizes[0]));
  PEN_CALL_LAPACK(status, a, pstrf, (LAPACK_COL_MAJOR, pen_triangle(upper), pen_rows(a), (real *)pen_address(a),
                                     pen_leading(a),
                                     places, &found, (real)tolerance));
  if (status < 0) return pen_lapack_status(__func__, status, ""); /* above 0: the rank is not full */
  for (int64_t i = 0; i < a->sizes[0]; i++) ((int32_t *)pen_address(order))[i] = (int32_t)places[i];
  *rank = found;
  return PEN_OK;
}
