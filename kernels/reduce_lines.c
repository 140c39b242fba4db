/* Reductions of any strided tensor along one dimension, and running sums. Torch: sum, prod, min, max, norm, var,
 * cumsum, cumprod. Reals accumulate in double, integers in 64 bits. */
#include "pen_kernel.h"

/* Element j of a line goes to accumulator j % LANES, and these are joined in order, so that additions need not wait for
 * each other. BLOCK: how many neighbouring lines are walked together where elements of one line lie apart. */
enum { LANES = 8, BLOCK = PEN_RUN < 64 ? PEN_RUN : 64 };

typedef struct {
  pen_map map; /* views: r, a, index; the reduced dimension has been taken out */
  int64_t length, stride, stride_r;
  int64_t width, blocks; /* lines that are walked together, and how many of such blocks make a row of the map */
  double p;
  int op;
} line_args;

/* name_line folds one line, name_block `width` neighbours. take combines the accumulator x with the element y (c: what
 * deviations are taken from, p: of a norm), join two accumulators. */
#define FOLD_LINES(name, T, A, initial, take, join)                                                  \
  PEN_BODY A name##_steps(const line_args *l, const T *a, int64_t stride, A c) {                     \
    const int64_t n = l->length;                                                                     \
    const double p = l->p;                                                                           \
    A lane[LANES];                                                                                   \
    int64_t j = 0;                                                                                   \
    (void)c, (void)p;                                                                                \
    for (int k = 0; k < LANES; k++) lane[k] = initial;                                               \
    for (; j + LANES <= n; j += LANES)                                                               \
      for (int k = 0; k < LANES; k++) {                                                              \
        const A x = lane[k], y = (A)a[(j + k) * stride];                                             \
        lane[k] = take;                                                                              \
      }                                                                                              \
    for (int k = 0; j < n; j++, k++) {                                                               \
      const A x = lane[k], y = (A)a[j * stride];                                                     \
      lane[k] = take;                                                                                \
    }                                                                                                \
    for (int k = 1; k < LANES; k++) {                                                                \
      const A x = lane[0], y = lane[k];                                                              \
      lane[0] = join;                                                                                \
    }                                                                                                \
    return lane[0];                                                                                  \
  }                                                                                                  \
  PEN_BODY A name##_line(const line_args *l, const T *a, A c) { /* unit strides vectorise */         \
    return l->stride == 1 ? name##_steps(l, a, 1, c) : name##_steps(l, a, l->stride, c);             \
  }                                                                                                  \
  PEN_BODY void name##_block(const line_args *l, const T *a, int64_t width, const A *centre, A *out) { \
    const double p = l->p;                                                                           \
    A lane[LANES][BLOCK];                                                                            \
    (void)centre, (void)p;                                                                           \
    for (int k = 0; k < LANES; k++)                                                                  \
      for (int64_t w = 0; w < width; w++) lane[k][w] = initial;                                      \
    for (int64_t j = 0; j < l->length; j++) {                                                        \
      const T *row = a + j * l->stride;                                                              \
      for (int64_t w = 0; w < width; w++) {                                                          \
        const A x = lane[j % LANES][w], y = (A)row[w], c = centre[w];                                \
        (void)c;                                                                                     \
        lane[j % LANES][w] = take;                                                                   \
      }                                                                                              \
    }                                                                                                \
    for (int64_t w = 0; w < width; w++) {                                                            \
      out[w] = lane[0][w];                                                                           \
      for (int k = 1; k < LANES; k++) {                                                              \
        const A x = out[w], y = lane[k][w];                                                          \
        out[w] = join;                                                                               \
      }                                                                                              \
    }                                                                                                \
  }                                                                                                  \
  PEN_BODY void name(const line_args *l, const T *a, int64_t width, const A *centre, A *out) {       \
    if (width > 1) name##_block(l, a, width, centre, out);                                           \
    else out[0] = name##_line(l, a, centre[0]);                                                      \
  }

PEN_BODY double power(double x, double p) {
  return p == 1 ? fabs(x) : p == 0 ? x != 0 : pow(fabs(x), p);
}

/* What becomes of a sum of powers or squared deviations. */
PEN_BODY double finished(const line_args *l, double sum) {
  const double freedom = (double)l->length - l->p;
  if (l->op == PEN_REDUCE_VAR) return freedom > 0 ? sum / freedom : NAN;
  return l->p == 2 ? sqrt(sum) : l->p == 0 || l->p == 1 ? sum : pow(sum, 1 / l->p);
}

/* The extreme of a line, NaN before all, and the first place where it is. */
#define EXTREMES(name, T, A, better)                                                                 \
  FOLD_LINES(name##_value, T, A, (A)a[0], x != x || x better y ? x : y, x != x || x better y ? x : y) \
  PEN_BODY int64_t name##_line(const line_args *l, const T *a, A *out) {                             \
    const A extreme = name##_value_line(l, a, 0);                                                    \
    int64_t j = 0;                                                                                   \
    while ((A)a[j * l->stride] == (A)a[j * l->stride] && (A)a[j * l->stride] != extreme) j++;        \
    *out = (A)a[j * l->stride];                                                                      \
    return j;                                                                                        \
  }                                                                                                  \
  PEN_BODY void name##_block(const line_args *l, const T *a, int64_t width, A *out, int64_t *place) { \
    for (int64_t w = 0; w < width; w++) out[w] = (A)a[w], place[w] = 0;                              \
    for (int64_t j = 1; j < l->length; j++)                                                          \
      for (int64_t w = 0; w < width; w++) {                                                          \
        const A x = out[w], y = (A)a[j * l->stride + w];                                             \
        const int takes = (x == x) & ((y better x) | (y != y));                                      \
        out[w] = takes ? y : x, place[w] = takes ? j : place[w];                                     \
      }                                                                                              \
  }                                                                                                  \
  PEN_BODY void name(const line_args *l, const T *a, int64_t width, A *out, int64_t *place) {        \
    if (width > 1) name##_block(l, a, width, out, place);                                            \
    else place[0] = name##_line(l, a, out);                                                          \
  }

#define LINES(E, T, S, A)                                                                            \
  FOLD_LINES(sum_##S, T, A, 0, x + y, x + y)                                                         \
  FOLD_LINES(prod_##S, T, A, 1, x * y, x * y)                                                        \
  FOLD_LINES(powers_##S, T, A, 0, x + (A)power((double)y, p), x + y)                                 \
  FOLD_LINES(deviations_##S, T, A, 0, x + (y - c) * (y - c), x + y)                                  \
  EXTREMES(min_##S, T, A, <)                                                                         \
  EXTREMES(max_##S, T, A, >)                                                                         \
  /* Sums, norms and variances in one: each inlined fold takes seconds to compile. */                \
  PEN_BODY void total_##S(const line_args *l, const T *a, int64_t width, A *centre, A *out) {        \
    const int op = l->op;                                                                            \
    if (op == PEN_REDUCE_SUM || op == PEN_REDUCE_VAR) sum_##S(l, a, width, centre, out);             \
    for (int64_t w = 0; w < width; w++) centre[w] = op == PEN_REDUCE_VAR ? out[w] / (A)l->length : (A)0; \
    if (op == PEN_REDUCE_VAR || (op == PEN_REDUCE_NORM && l->p == 2)) deviations_##S(l, a, width, centre, out); \
    else if (op == PEN_REDUCE_NORM) powers_##S(l, a, width, centre, out);                            \
    for (int64_t w = 0; w < width && op != PEN_REDUCE_SUM; w++) out[w] = (A)finished(l, (double)out[w]); \
  }                                                                                                  \
  PEN_BODY void reduce_##S(const line_args *l, int64_t i) {                                          \
    const pen_map *m = &l->map;                                                                      \
    const int64_t inner = m->sizes[m->ndim - 1], piece = i % l->blocks * l->width;                   \
    const int64_t width = piece + l->width < inner ? l->width : inner - piece, line = i / l->blocks * inner + piece; \
    const T *a = (const T *)m->data[1] + pen_map_offset(m, 1, line);                                 \
    T *r = (T *)m->data[0] + pen_map_offset(m, 0, line);                                             \
    A out[BLOCK], centre[BLOCK];                                                                     \
    int64_t place[BLOCK];                                                                            \
    for (int64_t w = 0; w < width; w++) centre[w] = 0, place[w] = 0;                                 \
    switch (l->op) {                                                                                 \
      case PEN_REDUCE_PROD: prod_##S(l, a, width, centre, out); break;                               \
      case PEN_REDUCE_MIN: min_##S(l, a, width, out, place); break;                                  \
      case PEN_REDUCE_MAX: max_##S(l, a, width, out, place); break;                                  \
      default: total_##S(l, a, width, centre, out);                                                  \
    }                                                                                                \
    for (int64_t w = 0; w < width; w++) r[w * m->strides[0][m->ndim - 1]] = (T)out[w];               \
    if (m->views < 3) return;                                                                        \
    int64_t *index = (int64_t *)m->data[2] + pen_map_offset(m, 2, line);                             \
    for (int64_t w = 0; w < width; w++) index[w * m->strides[2][m->ndim - 1]] = place[w] + 1;        \
  }                                                                                                  \
  PEN_EACH(reduce_##S, line_args)                                                                    \
  PEN_BODY void scan_##S(const line_args *l, int64_t i) {                                            \
    const T *a = (const T *)l->map.data[1] + pen_map_offset(&l->map, 1, i);                          \
    T *r = (T *)l->map.data[0] + pen_map_offset(&l->map, 0, i);                                      \
    const int64_t n = l->length, stride = l->stride, stride_r = l->stride_r;                         \
    A sum = l->op == PEN_REDUCE_PROD;                                                                \
    if (l->op == PEN_REDUCE_PROD)                                                                    \
      for (int64_t j = 0; j < n; j++) r[j * stride_r] = (T)(sum *= (A)a[j * stride]);                \
    else                                                                                             \
      for (int64_t j = 0; j < n; j++) r[j * stride_r] = (T)(sum += (A)a[j * stride]);                \
  }                                                                                                  \
  PEN_EACH(scan_##S, line_args)
LINES(PEN_BYTE, uint8_t, byte, int64_t)
LINES(PEN_CHAR, int8_t, char, int64_t)
LINES(PEN_SHORT, int16_t, short, int64_t)
LINES(PEN_INT, int32_t, int, int64_t)
LINES(PEN_LONG, int64_t, long, int64_t)
LINES(PEN_FLOAT, float, float, double)
LINES(PEN_DOUBLE, double, double, double)

typedef int line_fn(pen_ctx *, const line_args *, int64_t);
#define ENTRY(E, T, S) {reduce_##S##_each, scan_##S##_each},
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

/* Neighbouring lines are walked together where that makes unit strides, in blocks that are small enough to leave large
 * work to many threads. Returns the number of blocks. */
static int64_t divide(line_args *args) {
  const pen_map *m = &args->map;
  const int64_t inner = m->sizes[m->ndim - 1], share = m->count / 128 / 8 * 8;
  args->width = 1;
  if (args->stride != 1 && m->strides[1][m->ndim - 1] == 1) args->width = BLOCK;
  if (args->width > 8 && m->count * args->length > 1 << 18 && share < BLOCK) args->width = share < 8 ? 8 : share;
  args->blocks = (inner + args->width - 1) / args->width;
  return m->count / inner * args->blocks;
}

int pen_reduce_dim(pen_ctx *ctx, pen_tensor *r, pen_tensor *index, const pen_tensor *a, int dim, int op, double p) {
  PEN_REQUIRE(ctx && op >= 0 && op < PEN_REDUCE_OPS, "ctx is NULL or no such operation: %d", op);
  PEN_VIEW(a, PEN_ANY, PEN_ANY);
  PEN_REQUIRE(dim >= 0 && dim < a->ndim, "dimension %d out of range of a tensor of %d dimensions", dim + 1, a->ndim);
  PEN_VIEW(r, a->dtype, a->ndim);
  if (index) PEN_VIEW(index, PEN_LONG, a->ndim);
  PEN_REQUIRE(r->sizes[dim] == 1 && (!index || index->sizes[dim] == 1), "the result must have size 1 in dimension %d",
              dim + 1);
  PEN_REQUIRE(op != PEN_REDUCE_VAR || a->dtype >= PEN_FLOAT, "needs a float or double tensor, got %s",
              pen_type_name(a->dtype));
  line_args args;
  args.op = op, args.p = p;
  const pen_tensor *list[] = {r, a, index};
  PEN_TRY(line_map(__func__, &args, index ? 3 : 2, list, dim));
  return line_fns[a->dtype][0](ctx, &args, divide(&args));
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
