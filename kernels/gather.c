/* Elements picked by index along one dimension, and put back. For dim = 0 of a matrix:
 *   gather   list[i][j] = whole[index[i][j]][j]        (Torch: gather)
 *   scatter  whole[index[i][j]][j] = list[i][j]        (Torch: scatter)
 * The index is 1-based. */
#include "pen_kernel.h"

typedef struct {
  char *whole, *list;
  const int64_t *index;
  int64_t sizes[PEN_MAX_DIM], whole_strides[PEN_MAX_DIM], list_strides[PEN_MAX_DIM], index_strides[PEN_MAX_DIM];
  int64_t n, step, width; /* step: whole's stride along dim, where whole_strides holds 0 */
  int ndim, put;
} gather_args;

typedef struct {
  int64_t at[PEN_MAX_DIM], whole, list, index; /* one element: its position, and where it lies in each tensor */
} gather_place;

PEN_BODY gather_place place_of(const gather_args *s, int64_t i) {
  gather_place p;
  p.whole = p.list = p.index = 0;
  for (int d = s->ndim - 1; d >= 0; d--) {
    p.at[d] = d > 0 ? i % s->sizes[d] : i;
    i /= s->sizes[d];
    p.whole += p.at[d] * s->whole_strides[d];
    p.list += p.at[d] * s->list_strides[d];
    p.index += p.at[d] * s->index_strides[d];
  }
  return p;
}

/* count elements further, at most to the end of the row */
PEN_BODY void step_on(const gather_args *s, gather_place *p, int64_t count) {
  for (int d = s->ndim - 1; d >= 0; d--, count = 1) {
    p->at[d] += count;
    p->whole += count * s->whole_strides[d];
    p->list += count * s->list_strides[d];
    p->index += count * s->index_strides[d];
    if (p->at[d] < s->sizes[d]) return;
    p->whole -= s->sizes[d] * s->whole_strides[d];
    p->list -= s->sizes[d] * s->list_strides[d];
    p->index -= s->sizes[d] * s->index_strides[d];
    p->at[d] = 0;
  }
}

/* count neighbours in one row */
#define WHOLE(j) whole[(j) * next_whole + (index[(j) * next_index] - 1) * s->step]
#define MOVE(T)                                                                                             \
  {                                                                                                         \
    T *whole = (T *)s->whole + p->whole, *list = (T *)s->list + p->list;                                    \
    if (s->put)                                                                                             \
      for (int64_t j = 0; j < count; j++) WHOLE(j) = list[j * next_list];                             \
    else                                                                                                    \
      for (int64_t j = 0; j < count; j++) list[j * next_list] = WHOLE(j);                             \
  }

PEN_BODY void move_row(const gather_args *s, const gather_place *p, int64_t count) {
  const int last = s->ndim - 1;
  const int64_t *index = s->index + p->index;
  const int64_t next_whole = s->whole_strides[last], next_list = s->list_strides[last];
  const int64_t next_index = s->index_strides[last];
  switch (s->width) {
    case 1: MOVE(uint8_t) break;
    case 2: MOVE(uint16_t) break;
    case 4: MOVE(uint32_t) break;
    default: MOVE(uint64_t)
  }
}

/* A run of neighbours: positions are divided once. */
PEN_BODY void move_run(const gather_args *s, int64_t run) {
  const int64_t from = run * PEN_RUN, to = from + PEN_RUN < s->n ? from + PEN_RUN : s->n;
  const int last = s->ndim - 1;
  gather_place p = place_of(s, from);
  for (int64_t i = from, count; i < to; i += count) {
    count = s->sizes[last] - p.at[last] < to - i ? s->sizes[last] - p.at[last] : to - i;
    move_row(s, &p, count);
    step_on(s, &p, count);
  }
}
PEN_EACH(move_run, gather_args)

typedef struct {
  pen_map map; /* index */
  int64_t limit;
} range_args;

PEN_BODY double out_of_range(const range_args *s, int64_t i) {
  const int64_t k = ((const int64_t *)s->map.data[0])[pen_map_offset(&s->map, 0, i)];
  return k < 1 || k > s->limit;
}
PEN_SUM(out_of_range, range_args)

/* An index that is repeated along a dimension (stride 0) is looked at once. */
int pen_check_indices(pen_ctx *ctx, const char *function, const pen_tensor *index, int64_t limit) {
  range_args args;
  pen_tensor once = *index;
  for (int d = 0; d < once.ndim; d++)
    if (once.strides[d] == 0) once.sizes[d] = 1;
  const pen_tensor *list[] = {&once};
  double wrong;
  args.limit = limit;
  PEN_TRY(pen_map_views(function, &args.map, 1, list));
  PEN_TRY(out_of_range_sum(ctx, &args, args.map.count, &wrong));
  if (wrong == 0) return PEN_OK;
  return pen_fail(PEN_EARG, function, "index out of range: %.0f indices are outside 1..%lld", wrong, (long long)limit);
}

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
    args.whole_strides[d] = d == dim ? 0 : whole->strides[d];
    args.list_strides[d] = list->strides[d];
    args.index_strides[d] = index->strides[d];
  }
  if (!fits)
    return pen_fail(PEN_EARG, function, "%s, %s and index %s do not fit together", pen_shape_text(texts[0], whole),
                    pen_shape_text(texts[1], list), pen_shape_text(texts[2], index));
  args.whole = (char *)pen_address(whole), args.list = (char *)pen_address(list);
  args.index = (const int64_t *)pen_address(index);
  args.n = pen_count(index), args.step = whole->strides[dim], args.width = (int64_t)pen_type_size(whole->dtype);
  args.ndim = index->ndim, args.put = put;
  PEN_TRY(pen_check_indices(ctx, function, index, whole->sizes[dim]));
  return move_run_each(ctx, &args, (args.n + PEN_RUN - 1) / PEN_RUN);
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
