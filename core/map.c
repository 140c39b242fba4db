/* Several strided views brought to one shape with as few dimensions as they allow, for the pointwise loops. */
#include <string.h>

#include "internal.h"

static int mismatch(const char *function, const pen_tensor *r, const pen_tensor *t, const char *why) {
  char left[PEN_SHAPE_TEXT], right[PEN_SHAPE_TEXT];
  return pen_fail(PEN_EARG, function, "inconsistent tensor size: %s and %s %s", pen_shape_text(left, r),
                  pen_shape_text(right, t), why);
}

/* The shape that all will take: that of the first view which cannot be reshaped freely. */
static const pen_tensor *leading_view(int views, const pen_tensor *const *list) {
  for (int v = 0; v < views; v++)
    if (!pen_is_contiguous(list[v])) return list[v];
  return list[0];
}

static void take_strides(pen_map *map, int v, const pen_tensor *t, const pen_tensor *shape) {
  int64_t stride = 1;
  for (int d = shape->ndim - 1; d >= 0; d--) {
    map->strides[v][d] = pen_same_shape(t, shape) ? t->strides[d] : stride;
    stride *= shape->sizes[d];
  }
}

static int mergeable(const pen_map *map, int outer, int inner) {
  for (int v = 0; v < map->views; v++)
    if (map->strides[v][outer] != map->strides[v][inner] * map->sizes[inner]) return 0;
  return 1;
}

static void drop_dimension(pen_map *map, int d) {
  size_t rest = sizeof(int64_t) * (size_t)(map->ndim - d - 1);
  memmove(map->sizes + d, map->sizes + d + 1, rest);
  for (int v = 0; v < map->views; v++) memmove(map->strides[v] + d, map->strides[v] + d + 1, rest);
  map->ndim--;
}

static void merge_dimensions(pen_map *map) {
  for (int d = map->ndim - 1; d >= 0 && map->ndim > 1; d--)
    if (map->sizes[d] == 1) drop_dimension(map, d);
  for (int d = map->ndim - 2; d >= 0; d--)
    if (mergeable(map, d, d + 1)) {
      map->sizes[d + 1] *= map->sizes[d];
      drop_dimension(map, d);
    }
}

int pen_map_views(const char *function, pen_map *map, int views, const pen_tensor *const *list) {
  memset(map, 0, sizeof *map);
  map->views = views;
  map->count = pen_count(list[0]);
  const pen_tensor *shape = leading_view(views, list);
  for (int v = 0; v < views; v++) {
    const pen_tensor *t = list[v];
    if (pen_count(t) != map->count) return mismatch(function, list[0], t, "have different numbers of elements");
    if (!pen_same_shape(t, shape) && !pen_is_contiguous(t))
      return mismatch(function, shape, t, "differ in shape and neither is contiguous");
    map->data[v] = pen_address(t);
    take_strides(map, v, t, shape);
  }
  map->ndim = shape->ndim;
  memcpy(map->sizes, shape->sizes, sizeof map->sizes);
  if (map->count > 0) merge_dimensions(map);
  return PEN_OK;
}
