/* Squared distance of two tensors and its gradient: sum (a - b)^2 and k (a - b). Torch: lib/THNN, MSECriterion. Strided
 * views of equally many elements; the difference is rounded to the element type, the sum is double. And those of every
 * row of one matrix to every row of another: lib/TH, match. */
#include "pen_kernel.h"

static int check(const char *function, pen_map *map, int views, const pen_tensor *const *list) {
  static const char *const names[] = {"a", "b", "r"};
  for (int v = 0; v < views; v++) {
    const char *name = names[views == 3 ? (v + 2) % 3 : v];
    PEN_TRY(pen_check_view(function, name, list[v], PEN_ANY, PEN_ANY, 0));
    if (list[v]->dtype < PEN_FLOAT || list[v]->dtype != list[0]->dtype)
      return pen_fail(PEN_EARG, function, "%s is %s; needs float or double, the same type for all", name,
                      pen_type_name(list[v]->dtype));
  }
  return pen_map_views(function, map, views, list);
}

/* The body twice: with unit strides, which vectorises, and with any. */
#define BODIES(T, S)                                                                  \
  PEN_BODY double square_##S(T a, T b) {                                              \
    const T d = a - b;                                                                \
    return (double)d * (double)d;                                                     \
  }                                                                                   \
  PEN_BODY double adjacent_##S(const pen_map *m, int64_t i) {                         \
    return square_##S(((const T *)m->data[0])[i], ((const T *)m->data[1])[i]);        \
  }                                                                                   \
  PEN_BODY double strided_##S(const pen_map *m, int64_t i) {                          \
    return square_##S(((const T *)m->data[0])[pen_map_offset(m, 0, i)],               \
                      ((const T *)m->data[1])[pen_map_offset(m, 1, i)]);              \
  }                                                                                   \
  PEN_SUM(adjacent_##S, pen_map)                                                      \
  PEN_SUM(strided_##S, pen_map)                                                       \
  PEN_MAP3(difference_##S, T, T, T, (T)k * (a - b))
BODIES(float, float)
BODIES(double, double)

int pen_squared_distance(pen_ctx *ctx, double *out, const pen_tensor *a, const pen_tensor *b) {
  pen_map map;
  const pen_tensor *list[] = {a, b};
  PEN_REQUIRE(ctx && out, "NULL argument");
  PEN_TRY(check(__func__, &map, 2, list));
  if (map.ndim == 1 && map.strides[0][0] == 1 && map.strides[1][0] == 1)
    return a->dtype == PEN_FLOAT ? adjacent_float_sum(ctx, &map, map.count, out)
                                 : adjacent_double_sum(ctx, &map, map.count, out);
  return a->dtype == PEN_FLOAT ? strided_float_sum(ctx, &map, map.count, out)
                               : strided_double_sum(ctx, &map, map.count, out);
}

int pen_difference(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, double k) {
  pen_map map;
  const pen_tensor *list[] = {r, a, b};
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(check(__func__, &map, 3, list));
  if (!map.count) return PEN_OK;
  return r->dtype == PEN_FLOAT ? difference_float(ctx, &map, k, 0) : difference_double(ctx, &map, k, 0);
}

/* ---- rows ---- */

typedef struct {
  const void *a, *b;
  void *r;
  int64_t columns, n, row_a, row_b, next_a, next_b, row_r, next_r;
  double k;
} rows_args;

enum { LANES = 8 }; /* sums that go side by side, added in order */

#define ROW_DISTANCE(T, S)                                                                              \
  PEN_BODY void row_distance_##S(const rows_args *s, int64_t i) {                                       \
    const int64_t row = i / s->columns, column = i % s->columns;                                        \
    const T *a = (const T *)s->a + row * s->row_a, *b = (const T *)s->b + column * s->row_b;            \
    double lane[LANES] = {0}, sum = 0;                                                                  \
    int64_t j = 0;                                                                                      \
    for (; j + LANES <= s->n; j += LANES)                                                               \
      for (int l = 0; l < LANES; l++) lane[l] += square_##S(a[(j + l) * s->next_a], b[(j + l) * s->next_b]); \
    for (int l = 0; j < s->n; j++, l++) lane[l] += square_##S(a[j * s->next_a], b[j * s->next_b]);      \
    for (int l = 0; l < LANES; l++) sum += lane[l];                                                     \
    ((T *)s->r)[row * s->row_r + column * s->next_r] = (T)(s->k * sum);                                 \
  }                                                                                                     \
  PEN_EACH(row_distance_##S, rows_args)
ROW_DISTANCE(float, float)
ROW_DISTANCE(double, double)

int pen_row_distances(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, double k) {
  char texts[3][PEN_SHAPE_TEXT];
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(a, PEN_ANY, 2);
  PEN_VIEW(b, a->dtype, 2);
  PEN_VIEW(r, a->dtype, 2);
  PEN_REQUIRE(a->dtype == PEN_FLOAT || a->dtype == PEN_DOUBLE, "needs float or double tensors, got %s",
              pen_type_name(a->dtype));
  PEN_REQUIRE(a->sizes[1] == b->sizes[1] && r->sizes[0] == a->sizes[0] && r->sizes[1] == b->sizes[0],
              "rows of %s and %s do not give %s", pen_shape_text(texts[0], a), pen_shape_text(texts[1], b),
              pen_shape_text(texts[2], r));
  const rows_args args = {pen_address(a), pen_address(b), pen_address(r), b->sizes[0], a->sizes[1], a->strides[0],
                          b->strides[0], a->strides[1], b->strides[1], r->strides[0], r->strides[1], k};
  return (a->dtype == PEN_FLOAT ? row_distance_float_each : row_distance_double_each)(ctx, &args, pen_count(r));
}
