/* Elements picked by index along one dimension, and put back. For dim = 0 of a matrix:
 *   gather   list[i][j] = whole[index[i][j]][j]        (Torch: gather)
 *   scatter  whole[index[i][j]][j] = list[i][j]        (Torch: scatter)
 * The index is 1-based. */
#include <string.h>

#include "pen_kernel.h"

typedef struct {
  char *whole, *list;
  const int64_t *index;
  int64_t sizes[PEN_MAX_DIM], whole_strides[PEN_MAX_DIM], list_strides[PEN_MAX_DIM], index_strides[PEN_MAX_DIM];
  int64_t limit;
  size_t width;
  int ndim, dim, put;
} gather_args;

PEN_BODY int64_t index_of(const gather_args *s, int64_t i) {
  int64_t at = 0;
  for (int d = s->ndim - 1; d >= 0; d--) {
    at += i % s->sizes[d] * s->index_strides[d];
    i /= s->sizes[d];
  }
  return s->index[at] - 1;
}

PEN_BODY double out_of_range(const gather_args *s, int64_t i) {
  const int64_t k = index_of(s, i);
  return k < 0 || k >= s->limit;
}
PEN_SUM(out_of_range, gather_args)

PEN_BODY void move_element(const gather_args *s, int64_t i) {
  int64_t in_whole = index_of(s, i) * s->whole_strides[s->dim], in_list = 0;
  for (int d = s->ndim - 1; d >= 0; d--) {
    const int64_t k = i % s->sizes[d];
    in_list += k * s->list_strides[d];
    if (d != s->dim) in_whole += k * s->whole_strides[d];
    i /= s->sizes[d];
  }
  char *whole = s->whole + in_whole * (int64_t)s->width, *list = s->list + in_list * (int64_t)s->width;
  if (s->put) memcpy(whole, list, s->width);
  else memcpy(list, whole, s->width);
}
PEN_EACH(move_element, gather_args)

static int gather(pen_ctx *ctx, const char *function, const pen_tensor *whole, const pen_tensor *list,
                  const pen_tensor *index, int dim, int put) {
  char texts[3][PEN_SHAPE_TEXT];
  gather_args args;
  if (dim < 0 || dim >= index->ndim)
    return pen_fail(PEN_EARG, function, "dimension %d of %s", dim, pen_shape_text(texts[0], index));
  int fits = pen_same_shape(list, index) && whole->ndim == index->ndim && whole->dtype == list->dtype;
  for (int d = 0; fits && d < index->ndim; d++) {
    fits = d == dim || whole->sizes[d] == index->sizes[d];
    args.sizes[d] = index->sizes[d];
    args.whole_strides[d] = whole->strides[d];
    args.list_strides[d] = list->strides[d];
    args.index_strides[d] = index->strides[d];
  }
  if (!fits)
    return pen_fail(PEN_EARG, function, "%s, %s and index %s do not fit together", pen_shape_text(texts[0], whole),
                    pen_shape_text(texts[1], list), pen_shape_text(texts[2], index));
  args.whole = (char *)pen_address(whole), args.list = (char *)pen_address(list);
  args.index = (const int64_t *)pen_address(index);
  args.limit = whole->sizes[dim], args.width = pen_type_size(whole->dtype);
  args.ndim = index->ndim, args.dim = dim, args.put = put;
  double wrong;
  PEN_TRY(out_of_range_sum(ctx, &args, pen_count(index), &wrong));
  if (wrong > 0)
    return pen_fail(PEN_EARG, function, "%.0f indices are outside 1..%lld", wrong, (long long)args.limit);
  return move_element_each(ctx, &args, pen_count(index));
}

int pen_gather(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *index, int dim) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(r, PEN_ANY, PEN_ANY);
  PEN_VIEW(a, PEN_ANY, PEN_ANY);
  PEN_VIEW(index, PEN_LONG, PEN_ANY);
  return gather(ctx, __func__, a, r, index, dim, 0);
}

int pen_scatter(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *index, int dim) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(r, PEN_ANY, PEN_ANY);
  PEN_VIEW(a, PEN_ANY, PEN_ANY);
  PEN_VIEW(index, PEN_LONG, PEN_ANY);
  return gather(ctx, __func__, r, a, index, dim, 1);
}
