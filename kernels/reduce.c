/* Reductions of any strided tensor to one number. Torch: sum, prod, min, max, norm, var, dot. Along one dimension:
 * reduce_lines.c. Sums are doubles. */
#include "pen_kernel.h"

typedef struct {
  pen_map map;
  int64_t row_strides[2]; /* of dense rows, in each view */
  double p;               /* of a norm; what deviations are taken from */
  int type;
} fold_args;

/* Each type has folds for dense rows, whose loops vectorise; those for any strides take all as one row and look the
 * type up. */
enum { ANY_STRIDES = PEN_TYPES };

#define FOLDS(S)                                                                   \
  PEN_BODY double power_##S(const fold_args *f, int64_t row, int64_t i) {          \
    const double x = fabs(value_##S(f, row, i));                                   \
    return f->p == 1 ? x : f->p == 0 ? x != 0 : pow(x, f->p);                      \
  }                                                                                \
  PEN_BODY double deviation_##S(const fold_args *f, int64_t row, int64_t i) {      \
    const double x = value_##S(f, row, i) - f->p;                                  \
    return x * x;                                                                  \
  }                                                                                \
  PEN_FOLD_ROWS(sum_##S, value_##S, fold_args, 0.0, x + y)                         \
  PEN_FOLD_ROWS(prod_##S, value_##S, fold_args, 1.0, x * y)                        \
  PEN_FOLD_ROWS(min_##S, value_##S, fold_args, HUGE_VAL, x != x || x < y ? x : y)  \
  PEN_FOLD_ROWS(max_##S, value_##S, fold_args, -HUGE_VAL, x != x || x > y ? x : y) \
  PEN_FOLD_ROWS(powers_##S, power_##S, fold_args, 0.0, x + y)                      \
  PEN_FOLD_ROWS(deviations_##S, deviation_##S, fold_args, 0.0, x + y)

#define DENSE(E, T, S)                                                       \
  PEN_BODY double value_##S(const fold_args *f, int64_t row, int64_t i) {    \
    return (double)((const T *)f->map.data[0])[row * f->row_strides[0] + i]; \
  }                                                                          \
  FOLDS(S)
PEN_FOR_TYPES(DENSE)

PEN_BODY double element(int type, const void *data, int64_t i) {
  switch (type) {
#define CASE(E, T, S) case E: return (double)((const T *)data)[i];
    PEN_FOR_TYPES(CASE)
#undef CASE
    default: return 0;
  }
}
PEN_BODY double value_any(const fold_args *f, int64_t row, int64_t i) {
  (void)row;
  return element(f->type, f->map.data[0], pen_map_offset(&f->map, 0, i));
}
FOLDS(any)

typedef int fold_fn(pen_ctx *, const fold_args *, int64_t, int64_t, int64_t, double, double *);
enum fold_kind { SUM, PROD, MIN, MAX, POWERS, DEVIATIONS, FOLD_KINDS };
#define ENTRY(E, T, S) {sum_##S, prod_##S, min_##S, max_##S, powers_##S, deviations_##S},
static fold_fn *const folds[PEN_TYPES + 1][FOLD_KINDS] = {PEN_FOR_TYPES(ENTRY) ENTRY(, , any)};
#undef ENTRY

enum { SHORT_ROW = 64 }; /* rows that are shorter are not worth a sum of their own */

static int has_dense_rows(const pen_map *m) {
  if (m->count == 0 || m->ndim > 2 || (m->ndim == 2 && m->sizes[1] < SHORT_ROW)) return 0;
  for (int v = 0; v < m->views; v++)
    if (m->strides[v][m->ndim - 1] != 1) return 0;
  return 1;
}

static int fold(pen_ctx *ctx, fold_args *args, fold_fn *dense, fold_fn *any, double *out) {
  const pen_map *m = &args->map;
  const int is_dense = has_dense_rows(m);
  const int64_t rows = is_dense && m->ndim == 2 ? m->sizes[0] : 1;
  void *result;
  for (int v = 0; v < m->views; v++) args->row_strides[v] = m->strides[v][0];
  PEN_TRY(pen_scratch(ctx, &result, PEN_RESULT_SLOT, sizeof *out));
  PEN_TRY((is_dense ? dense : any)(ctx, args, 1, rows, m->count / rows, 1.0, (double *)result));
  return pen_read_result(ctx, out, (const double *)result);
}

static int fold_all(pen_ctx *ctx, fold_args *args, enum fold_kind kind, double *out) {
  return fold(ctx, args, folds[args->type][kind], folds[ANY_STRIDES][kind], out);
}

static void swap_sizes(int64_t *a, int64_t *b) {
  const int64_t kept = *a;
  *a = *b, *b = kept;
}

/* The same elements in the order in which they lie: a transposed matrix is dense then. */
static pen_tensor as_it_lies(const pen_tensor *t) {
  pen_tensor r = *t;
  for (int d = 1; d < r.ndim; d++)
    for (int e = d; e > 0 && r.strides[e - 1] < r.strides[e]; e--) {
      swap_sizes(&r.strides[e - 1], &r.strides[e]);
      swap_sizes(&r.sizes[e - 1], &r.sizes[e]);
    }
  return r;
}

static int norm(pen_ctx *ctx, fold_args *args, double *out) {
  const double p = args->p;
  if (p == 2) args->p = 0;
  PEN_TRY(fold_all(ctx, args, p == 2 ? DEVIATIONS : POWERS, out));
  if (p != 0 && p != 1) *out = p == 2 ? sqrt(*out) : pow(*out, 1 / p);
  return PEN_OK;
}

static int variance(pen_ctx *ctx, fold_args *args, double *out) {
  const double n = (double)args->map.count, freedom = n - args->p;
  PEN_TRY(fold_all(ctx, args, SUM, out));
  args->p = *out / n;
  PEN_TRY(fold_all(ctx, args, DEVIATIONS, out));
  *out = freedom > 0 ? *out / freedom : NAN;
  return PEN_OK;
}

int pen_reduce(pen_ctx *ctx, double *out, const pen_tensor *a, int op, double p) {
  PEN_REQUIRE(ctx && out && op >= 0 && op < PEN_REDUCE_OPS, "NULL argument or no such operation: %d", op);
  PEN_VIEW(a, PEN_ANY, PEN_ANY);
  PEN_REQUIRE(a->ndim > 0 || (op != PEN_REDUCE_MIN && op != PEN_REDUCE_MAX), "an empty tensor has no extreme");
  PEN_REQUIRE(op != PEN_REDUCE_VAR || a->dtype >= PEN_FLOAT, "needs a float or double tensor, got %s",
              pen_type_name(a->dtype));
  fold_args args;
  const pen_tensor sorted = as_it_lies(a), *list[] = {&sorted};
  PEN_TRY(pen_map_views(__func__, &args.map, 1, list));
  args.p = p, args.type = a->dtype;
  switch (op) {
    case PEN_REDUCE_SUM: return fold_all(ctx, &args, SUM, out);
    case PEN_REDUCE_PROD: return fold_all(ctx, &args, PROD, out);
    case PEN_REDUCE_MIN: return fold_all(ctx, &args, MIN, out);
    case PEN_REDUCE_MAX: return fold_all(ctx, &args, MAX, out);
    case PEN_REDUCE_NORM: return norm(ctx, &args, out);
    default: return variance(ctx, &args, out);
  }
}

#define DENSE_PRODUCT(T, S)                                                                 \
  PEN_BODY double product_##S(const fold_args *f, int64_t row, int64_t i) {                 \
    const T *a = (const T *)f->map.data[0] + row * f->row_strides[0];                       \
    const T *b = (const T *)f->map.data[1] + row * f->row_strides[1];                       \
    return (double)a[i] * (double)b[i];                                                     \
  }                                                                                         \
  PEN_SUM_ROWS(product_##S, fold_args)
DENSE_PRODUCT(float, float)
DENSE_PRODUCT(double, double)

PEN_BODY double product_any(const fold_args *f, int64_t row, int64_t i) {
  (void)row;
  return element(f->type, f->map.data[0], pen_map_offset(&f->map, 0, i)) *
         element(f->type, f->map.data[1], pen_map_offset(&f->map, 1, i));
}
PEN_SUM_ROWS(product_any, fold_args)

int pen_dot(pen_ctx *ctx, double *out, const pen_tensor *a, const pen_tensor *b) {
  PEN_REQUIRE(ctx && out, "NULL argument");
  PEN_VIEW(a, PEN_ANY, PEN_ANY);
  PEN_VIEW(b, PEN_ANY, PEN_ANY);
  PEN_REQUIRE(a->dtype == b->dtype && a->dtype >= PEN_FLOAT, "needs two float or two double tensors, got %s and %s",
              pen_type_name(a->dtype), pen_type_name(b->dtype));
  fold_args args;
  const pen_tensor *list[] = {a, b};
  PEN_TRY(pen_map_views(__func__, &args.map, 2, list));
  args.type = a->dtype, args.p = 0;
  return fold(ctx, &args, a->dtype == PEN_FLOAT ? product_float_sum : product_double_sum, product_any_sum, out);
}
