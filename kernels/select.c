/* The elements of a tensor under a byte mask, in row-major order, to a list and back. Torch: maskedSelect, t[mask],
 * maskedCopy. */
#include <string.h>

#include "pen_kernel.h"

typedef struct {
  pen_map map; /* views: mask, tensor */
  char *list;
  int64_t room, *found;
  size_t width;
  int put;
} select_args;

/* The place of each element depends on all before it: one body walks the whole tensor. */
PEN_BODY void masked_select(const select_args *s, int64_t unused) {
  int64_t index[PEN_MAX_DIM] = {0}, n = 0;
  const pen_map *m = &s->map;
  int64_t at_mask = 0, at = 0;
  (void)unused;
  for (int64_t i = 0; i < m->count; i++) {
    if (((const uint8_t *)m->data[0])[at_mask] && n++ < s->room) {
      char *item = s->list + (size_t)(n - 1) * s->width, *element = (char *)m->data[1] + (size_t)at * s->width;
      memcpy(s->put ? element : item, s->put ? item : element, s->width);
    }
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

static int select_or_put(pen_ctx *ctx, const char *function, const pen_tensor *list, const pen_tensor *t,
                         const pen_tensor *mask, int put) {
  select_args args;
  const pen_tensor *views[] = {mask, t};
  PEN_TRY(pen_map_views(function, &args.map, 2, views));
  double ones;
  PEN_TRY(pen_reduce(ctx, &ones, mask, PEN_REDUCE_SUM, 0));
  const int64_t room = pen_count(list);
  if (put ? (int64_t)ones > room : (int64_t)ones != room)
    return pen_fail(PEN_EARG, function, "the mask selects %.0f elements, the %s has %lld", ones,
                    put ? "source" : "result", (long long)room);
  void *found;
  PEN_TRY(pen_scratch(ctx, &found, 0, sizeof(int64_t)));
  args.list = (char *)pen_address(list), args.room = room, args.found = (int64_t *)found;
  args.width = pen_type_size(t->dtype), args.put = put;
  return args.map.count ? masked_select_each(ctx, &args, 1) : PEN_OK;
}

int pen_masked_select(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *mask) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(a, PEN_ANY, PEN_ANY);
  PEN_VIEW(mask, PEN_BYTE, PEN_ANY);
  PEN_CONTIGUOUS(r, a->dtype, PEN_ANY);
  return select_or_put(ctx, __func__, r, a, mask, 0);
}

int pen_masked_copy(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *mask) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(r, PEN_ANY, PEN_ANY);
  PEN_VIEW(mask, PEN_BYTE, PEN_ANY);
  PEN_CONTIGUOUS(a, r->dtype, PEN_ANY);
  return select_or_put(ctx, __func__, a, r, mask, 1);
}
