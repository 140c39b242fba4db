/* Eigenvalues, singular values and orthogonal factors, through LAPACK. */
#include "lapack.h"

static int vector_of(const char *function, const char *name, const pen_tensor *t, int type, int64_t n) {
  PEN_TRY(pen_check_view(function, name, t, type, 1, 1));
  if (t->sizes[0] == n) return PEN_OK;
  return pen_fail(PEN_EARG, function, "%s has %lld elements, not %lld", name, (long long)t->sizes[0], (long long)n);
}

static int matrix_of(const char *function, const char *name, const pen_tensor *t, int type, int64_t rows,
                     int64_t columns) {
  PEN_TRY(pen_check_columns(function, name, t, type));
  if (t->sizes[0] == rows && t->sizes[1] == columns) return PEN_OK;
  return pen_fail(PEN_EARG, function, "%s is %lldx%lld, not %lldx%lld", name, (long long)t->sizes[0],
                  (long long)t->sizes[1], (long long)rows, (long long)columns);
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

int pen_eigen_symmetric(pen_ctx *ctx, pen_tensor *values, pen_tensor *a, int vectors, int upper) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_COLUMNS(a, PEN_ANY);
  PEN_TRY(matrix_of(__func__, "a", a, a->dtype, a->sizes[0], a->sizes[0]));
  PEN_TRY(vector_of(__func__, "values", values, a->dtype, a->sizes[0]));
  lapack_int status;
  PEN_CALL_LAPACK(status, a, syev, (LAPACK_COL_MAJOR, vectors ? 'V' : 'N', pen_triangle(upper), pen_rows(a),
                                    (real *)pen_address(a), pen_leading(a), (real *)pen_address(values)));
  return pen_lapack_status(__func__, status, "%lld eigenvalues were not found");
}

int pen_eigen(pen_ctx *ctx, pen_tensor *values, pen_tensor *vectors, pen_tensor *a) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_COLUMNS(a, PEN_ANY);
  const int64_t n = a->sizes[0];
  PEN_TRY(matrix_of(__func__, "a", a, a->dtype, n, n));
  PEN_TRY(matrix_of(__func__, "values", values, a->dtype, n, 2));
  if (vectors) PEN_TRY(matrix_of(__func__, "vectors", vectors, a->dtype, n, n));
  lapack_int status;
  PEN_CALL_LAPACK(status, a, geev, (LAPACK_COL_MAJOR, 'N', vectors ? 'V' : 'N', (lapack_int)n,
                                    (real *)pen_address(a), pen_leading(a), (real *)pen_address(values),
                                    (real *)pen_address(values) + pen_leading(values), NULL, 1,
                                    vectors ? (real *)pen_address(vectors) : NULL,
                                    vectors ? pen_leading(vectors) : 1));
  return pen_lapack_status(__func__, status, "the first %lld eigenvalues were not found");
}

int pen_svd(pen_ctx *ctx, pen_tensor *u, pen_tensor *values, pen_tensor *v_transposed, pen_tensor *a) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_COLUMNS(a, PEN_ANY);
  PEN_COLUMNS(u, a->dtype);
  PEN_COLUMNS(v_transposed, a->dtype);
  const int64_t m = a->sizes[0], n = a->sizes[1], k = least(m, n);
  const int whole = u->sizes[1] > k || v_transposed->sizes[0] > k;
  PEN_TRY(matrix_of(__func__, "u", u, a->dtype, m, whole ? m : k));
  PEN_TRY(matrix_of(__func__, "v_transposed", v_transposed, a->dtype, whole ? n : k, n));
  PEN_TRY(vector_of(__func__, "values", values, a->dtype, k));
  lapack_int status;
  void *block;
  const char job = whole ? 'A' : 'S';
  PEN_TRY(pen_scratch(ctx, &block, 0, (size_t)k * sizeof(double)));
  PEN_CALL_LAPACK(status, a, gesvd, (LAPACK_COL_MAJOR, job, job, (lapack_int)m, (lapack_int)n,
                                     (real *)pen_address(a), pen_leading(a), (real *)pen_address(values),
                                     (real *)pen_address(u), pen_leading(u), (real *)pen_address(v_transposed),
                                     pen_leading(v_transposed), (real *)block));
  return pen_lapack_status(__func__, status, "%lld superdiagonals did not converge");
}

/* ---- orthogonal factors ---- */

int pen_qr(pen_ctx *ctx, pen_tensor *a, pen_tensor *tau) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_COLUMNS(a, PEN_ANY);
  PEN_TRY(vector_of(__func__, "tau", tau, a->dtype, least(a->sizes[0], a->sizes[1])));
  lapack_int status;
  PEN_CALL_LAPACK(status, a, geqrf, (LAPACK_COL_MAJOR, pen_rows(a), pen_columns(a), (real *)pen_address(a),
                                     pen_leading(a), (real *)pen_address(tau)));
  return pen_lapack_status(__func__, status, "failure %lld");
}

int pen_qr_factor(pen_ctx *ctx, pen_tensor *a, const pen_tensor *tau) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_COLUMNS(a, PEN_ANY);
  PEN_VIEW(tau, a->dtype, 1);
  PEN_TRY(vector_of(__func__, "tau", tau, a->dtype, least(tau->sizes[0], least(a->sizes[0], a->sizes[1]))));
  PEN_REQUIRE(a->sizes[1] <= a->sizes[0], "a is wider than it is high");
  lapack_int status;
  PEN_CALL_LAPACK(status, a, orgqr, (LAPACK_COL_MAJOR, pen_rows(a), pen_columns(a), (lapack_int)tau->sizes[0],
                                     (real *)pen_address(a), pen_leading(a), (const real *)pen_address(tau)));
  return pen_lapack_status(__func__, status, "failure %lld");
}

int pen_qr_multiply(pen_ctx *ctx, pen_tensor *c, const pen_tensor *a, const pen_tensor *tau, int left,
                    int transpose) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_COLUMNS(a, PEN_ANY);
  PEN_COLUMNS(c, a->dtype);
  PEN_VIEW(tau, a->dtype, 1);
  const int64_t order = c->sizes[left ? 0 : 1];
  PEN_TRY(vector_of(__func__, "tau", tau, a->dtype, least(tau->sizes[0], least(a->sizes[1], order))));
  PEN_REQUIRE(a->sizes[0] == order, "a has %lld rows, c asks for %lld", (long long)a->sizes[0], (long long)order);
  lapack_int status;
  PEN_CALL_LAPACK(status, a, ormqr, (LAPACK_COL_MAJOR, left ? 'L' : 'R', transpose ? 'T' : 'N', pen_rows(c),
                                     pen_columns(c),
                                     (lapack_int)tau->sizes[0], (const real *)pen_address(a), pen_leading(a),
                                     (const real *)pen_address(tau), (real *)pen_address(c), pen_leading(c)));
  return pen_lapack_status(__func__, status, "failure %lld");
}
