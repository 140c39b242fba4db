/* Squared distance of two tensors and its gradient: sum (a - b)^2 and k (a - b). Torch: lib/THNN, MSECriterion. Strided
 * views of equally many elements; the difference is rounded to the element type, the sum is double. */
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
