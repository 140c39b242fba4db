/* The elements of a tensor under a byte mask, in row-major order. Torch: maskedSelect, t[mask]. */
#include <string.h>

#include "pen_kernel.h"

typedef struct {
  pen_map map; /* views: mask, source */
  void *r;
  int64_t room;
  int64_t *found;
  size_t width;
} select_args;

/* The place of each element depends on all before it: one body walks the whole tensor. */
PEN_BODY void masked_select(const select_args *s, int64_t unused) {
  int64_t index[PEN_MAX_DIM] = {0}, n = 0;
  const pen_map *m = &s->map;
  int64_t at_mask = 0, at = 0;
  (void)unused;
  for (int64_t i = 0; i < m->count; i++) {
    if (((const uint8_t *)m->data[0])[at_mask] && n++ < s->room)
      memcpy((char *)s->r + (size_t)(n - 1) * s->width, (const char *)m->data[1] + (size_t)at * s->width, s->width);
    for (int d = m->ndim - 1; d >= 0; d--) {
      at_mask += m->strides[0][d], at += m->strides[1][d];
      if (++index[d] < m->sizes[d]) break;
      at_mask -= m->sizes[d] * m->strides[0][d], at -= m->sizes[d] * m->strides[1][d];
      index[d] = 0;
    }
  }
  *s->found = n;
}
PEN_EACH(masked_select, select_args)

int pen_masked_select(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *mask) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(a, PEN_ANY, PEN_ANY);
  PEN_VIEW(mask, PEN_BYTE, PEN_ANY);
  PEN_CONTIGUOUS(r, a->dtype, PEN_ANY);
  select_args args;
  const pen_tensor *list[] = {mask, a};
  PEN_TRY(pen_map_views(__func__, &args.map, 2, list));
  double ones;
  PEN_TRY(pen_reduce(ctx, &ones, mask, PEN_REDUCE_SUM, 0));
  PEN_REQUIRE((int64_t)ones == pen_count(r), "the mask selects %.0f elements, the result has %lld", ones,
              (long long)pen_count(r));
  void *found;
  PEN_TRY(pen_scratch(ctx, &found, 0, sizeof(int64_t)));
  args.r = pen_address(r), args.room = pen_count(r), args.found = (int64_t *)found;
  args.width = pen_type_size(a->dtype);
  return args.map.count ? masked_select_each(ctx, &args, 1) : PEN_OK;
}
