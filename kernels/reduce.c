/* Reductions of any strided tensor to one number or along one dimension, and running sums. Torch: sum, prod, min, max,
 * norm, dot, cumsum, cumprod. Reals accumulate in double, integers in 64 bits. */
#include "pen_kernel.h"

typedef struct {
  pen_map map;
  double p;
  int dense; /* element i lies at i, in every view: a loop over such ones vectorises */
} fold_args;

static int is_dense(const pen_map *m) {
  for (int v = 0; v < m->views; v++)
    if (m->strides[v][m->ndim - 1] != 1) return 0;
  return m->ndim == 1;
}

PEN_BODY int64_t fold_offset(const fold_args *f, int v, int64_t i) {
  return f->dense ? i : pen_map_offset(&f->map, v, i);
}

/* ---- to one number ---- */

#define BODIES(E, T, S)                                                                                     \
  PEN_BODY double value_##S(const fold_args *f, int64_t i) {                                                \
    return (double)((const T *)f->map.data[0])[fold_offset(f, 0, i)];                                       \
  }                                                                                                         \
  PEN_BODY double power_##S(const fold_args *f, int64_t i) {                                                \
    const double x = fabs(value_##S(f, i));                                                                 \
    return f->p == 1 ? x : f->p == 2 ? x * x : f->p == 0 ? x != 0 : pow(x, f->p);                           \
  }                                                                                                         \
  PEN_FOLD(sum_##S, value_##S, fold_args, 0.0, x + y)                                                       \
  PEN_FOLD(prod_##S, value_##S, fold_args, 1.0, x * y)                                                      \
  PEN_FOLD(min_##S, value_##S, fold_args, HUGE_VAL, x != x || x < y ? x : y)                                \
  PEN_FOLD(max_##S, value_##S, fold_args, -HUGE_VAL, x != x || x > y ? x : y)                               \
  PEN_FOLD(powers_##S, power_##S, fold_args, 0.0, x + y)
PEN_FOR_TYPES(BODIES)

typedef int fold_fn(pen_ctx *, const fold_args *, int64_t, double *);
#define ENTRY(E, T, S) {sum_##S, prod_##S, min_##S, max_##S, powers_##S},
static fold_fn *const folds[PEN_TYPES][PEN_REDUCE_OPS] = {PEN_FOR_TYPES(ENTRY)};
#undef ENTRY

int pen_reduce(pen_ctx *ctx, double *out, const pen_tensor *a, int op, double p) {
  PEN_REQUIRE(ctx && out && op >= 0 && op < PEN_REDUCE_OPS, "NULL argument or no such operation: %d", op);
  PEN_VIEW(a, PEN_ANY, PEN_ANY);
  PEN_REQUIRE(a->ndim > 0 || (op != PEN_REDUCE_MIN && op != PEN_REDUCE_MAX), "an empty tensor has no extreme");
  fold_args args;
  args.p = p;
  const pen_tensor *list[] = {a};
  PEN_TRY(pen_map_views(__func__, &args.map, 1, list));
  args.dense = a->ndim > 0 && is_dense(&args.map);
  PEN_TRY(folds[a->dtype][op](ctx, &args, args.map.count, out));
  if (op == PEN_REDUCE_NORM && p != 0 && p != 1) *out = p == 2 ? sqrt(*out) : pow(*out, 1 / p);
  return PEN_OK;
}

#define DOT(T, S)                                                                                     \
  PEN_BODY double product_##S(const fold_args *f, int64_t i) {                                        \
    const int64_t ia = fold_offset(f, 0, i), ib = fold_offset(f, 1, i);                               \
    return (double)((const T *)f->map.data[0])[ia] * (double)((const T *)f->map.data[1])[ib];         \
  }                                                                                                   \
  PEN_SUM(product_##S, fold_args)
DOT(float, float)
DOT(double, double)

int pen_dot(pen_ctx *ctx, double *out, const pen_tensor *a, const pen_tensor *b) {
  PEN_REQUIRE(ctx && out, "NULL argument");
  PEN_VIEW(a, PEN_ANY, PEN_ANY);
  PEN_VIEW(b, PEN_ANY, PEN_ANY);
  PEN_REQUIRE(a->dtype == b->dtype && a->dtype >= PEN_FLOAT, "needs two float or two double tensors, got %s and %s",
              pen_type_name(a->dtype), pen_type_name(b->dtype));
  fold_args args;
  const pen_tensor *list[] = {a, b};
  PEN_TRY(pen_map_views(__func__, &args.map, 2, list));
  args.dense = a->ndim > 0 && is_dense(&args.map);
  return (a->dtype == PEN_FLOAT ? product_float_sum : product_double_sum)(ctx, &args, args.map.count, out);
}

/* ---- along one dimension: element i is one line of it ---- */

typedef struct {
  pen_map map; /* views: r, a, index; the reduced dimension has been taken out */
  int64_t length, stride, stride_r;
  double p;
  int op;
} line_args;

#define LINES(E, T, S, A)                                                                            \
  PEN_BODY void reduce_line_##S(const line_args *l, int64_t i) {                                     \
    const T *a = (const T *)l->map.data[1] + pen_map_offset(&l->map, 1, i);                          \
    A sum = l->op == PEN_REDUCE_PROD, extreme = (A)a[0];                                             \
    int64_t best = 0;                                                                                \
    for (int64_t j = 0; j < l->length; j++) {                                                        \
      const A x = (A)a[j * l->stride];                                                               \
      switch (l->op) {                                                                               \
        case PEN_REDUCE_SUM: sum += x; break;                                                        \
        case PEN_REDUCE_PROD: sum *= x; break;                                                       \
        case PEN_REDUCE_NORM: {                                                                      \
          const double size = fabs((double)x);                                                       \
          sum += (A)(l->p == 1 ? size : l->p == 2 ? size * size : l->p == 0 ? size != 0 : pow(size, l->p)); \
          break;                                                                                     \
        }                                                                                            \
        default:                                                                                     \
          if (extreme == extreme && (x != x || (l->op == PEN_REDUCE_MIN ? x < extreme : x > extreme))) \
            extreme = x, best = j;                                                                   \
      }                                                                                              \
    }                                                                                                \
    if (l->op == PEN_REDUCE_NORM && l->p != 0 && l->p != 1)                                          \
      sum = (A)(l->p == 2 ? sqrt((double)sum) : pow((double)sum, 1 / l->p));                         \
    const int extremal = l->op == PEN_REDUCE_MIN || l->op == PEN_REDUCE_MAX;                         \
    ((T *)l->map.data[0])[pen_map_offset(&l->map, 0, i)] = (T)(extremal ? extreme : sum);            \
    if (l->map.views > 2) ((int64_t *)l->map.data[2])[pen_map_offset(&l->map, 2, i)] = best + 1;     \
  }                                                                                                  \
  PEN_EACH(reduce_line_##S, line_args)                                                               \
  PEN_BODY void scan_line_##S(const line_args *l, int64_t i) {                                       \
    const T *a = (const T *)l->map.data[1] + pen_map_offset(&l->map, 1, i);                          \
    T *r = (T *)l->map.data[0] + pen_map_offset(&l->map, 0, i);                                      \
    A sum = l->op == PEN_REDUCE_PROD;                                                                \
    for (int64_t j = 0; j < l->length; j++) {                                                        \
      const A x = (A)a[j * l->stride];                                                               \
      sum = l->op == PEN_REDUCE_PROD ? sum * x : sum + x;                                            \
      r[j * l->stride_r] = (T)sum;                                                                   \
    }                                                                                                \
  }                                                                                                  \
  PEN_EACH(scan_line_##S, line_args)
LINES(PEN_BYTE, uint8_t, byte, int64_t)
LINES(PEN_CHAR, int8_t, char, int64_t)
LINES(PEN_SHORT, int16_t, short, int64_t)
LINES(PEN_INT, int32_t, int, int64_t)
LINES(PEN_LONG, int64_t, long, int64_t)
LINES(PEN_FLOAT, float, float, double)
LINES(PEN_DOUBLE, double, double, double)

typedef int line_fn(pen_ctx *, const line_args *, int64_t);
#define ENTRY(E, T, S) {reduce_line_##S##_each, scan_line_##S##_each},
static line_fn *const line_fns[PEN_TYPES][2] = {PEN_FOR_TYPES(ENTRY)};
#undef ENTRY

/* The same views with dimension dim narrowed to its first element. */
static int line_map(const char *function, line_args *args, int views, const pen_tensor *const *list, int dim) {
  pen_tensor narrow[PEN_MAP_VIEWS];
  const pen_tensor *narrowed[PEN_MAP_VIEWS];
  for (int v = 0; v < views; v++) {
    narrow[v] = *list[v];
    narrow[v].sizes[dim] = 1;
    narrowed[v] = &narrow[v];
  }
  for (int v = 1; v < views; v++)
    if (!pen_same_shape(narrowed[0], narrowed[v]))
      return pen_fail(PEN_EARG, function, "the result's shape is not the source's without dimension %d", dim + 1);
  args->length = list[1]->sizes[dim];
  args->stride = list[1]->strides[dim];
  args->stride_r = list[0]->strides[dim];
  return pen_map_views(function, &args->map, views, narrowed);
}

int pen_reduce_dim(pen_ctx *ctx, pen_tensor *r, pen_tensor *index, const pen_tensor *a, int dim, int op, double p) {
  PEN_REQUIRE(ctx && op >= 0 && op < PEN_REDUCE_OPS, "ctx is NULL or no such operation: %d", op);
  PEN_VIEW(a, PEN_ANY, PEN_ANY);
  PEN_REQUIRE(dim >= 0 && dim < a->ndim, "dimension %d out of range of a tensor of %d dimensions", dim + 1, a->ndim);
  PEN_VIEW(r, a->dtype, a->ndim);
  if (index) PEN_VIEW(index, PEN_LONG, a->ndim);
  PEN_REQUIRE(r->sizes[dim] == 1 && (!index || index->sizes[dim] == 1), "the result must have size 1 in dimension %d",
              dim + 1);
  line_args args;
  args.op = op, args.p = p;
  const pen_tensor *list[] = {r, a, index};
  PEN_TRY(line_map(__func__, &args, index ? 3 : 2, list, dim));
  return line_fns[a->dtype][0](ctx, &args, args.map.count);
}

int pen_scan(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, int dim, int product) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(a, PEN_ANY, PEN_ANY);
  PEN_REQUIRE(dim >= 0 && dim < a->ndim, "dimension %d out of range of a tensor of %d dimensions", dim + 1, a->ndim);
  PEN_VIEW(r, a->dtype, a->ndim);
  PEN_REQUIRE(pen_same_shape(r, a), "result and source differ in shape");
  line_args args;
  args.op = product ? PEN_REDUCE_PROD : PEN_REDUCE_SUM, args.p = 0;
  const pen_tensor *list[] = {r, a};
  PEN_TRY(line_map(__func__, &args, 2, list, dim));
  return line_fns[a->dtype][1](ctx, &args, args.map.count);
}
