/* Slices taken from where a list of 1-based positions names them, put or added there:
 *   r[i] = a[list[i]]    r[list[i]] = a[i]    r[list[i]] += a[i]      (Torch: index, indexCopy, indexAdd)
 * in the order of i, so that of a position listed twice the last slice stays, and sums round as Torch's do. */
#include "pen_kernel.h"

enum { GET, PUT, ADD };

typedef struct {
  pen_map map; /* views: one slice of the tensor that the list names places of, and one of the other */
  const int64_t *list;
  int64_t n, step_list, step_whole, step_slices;
  int op;
} put_args;

/* A run of neighbours in the slice, through the whole list. */
#define BODIES(E, T, S)                                                                                        \
  PEN_BODY void put_run_##S(const put_args *s, int64_t run) {                                                  \
    const int64_t from = run * PEN_RUN, left = s->map.count - from, count = left < PEN_RUN ? left : PEN_RUN;   \
    const int row = s->map.ndim == 1;                                                                          \
    const int64_t one = s->map.strides[0][0], other = s->map.strides[1][0];                                    \
    int64_t whole_at[PEN_RUN], slice_at[PEN_RUN];                                                              \
    for (int64_t j = 0; j < count && !row; j++)                                                                \
      whole_at[j] = pen_map_offset(&s->map, 0, from + j), slice_at[j] = pen_map_offset(&s->map, 1, from + j);  \
    for (int64_t i = 0; i < s->n; i++) {                                                                       \
      T *whole = (T *)s->map.data[0] + (s->list[i * s->step_list] - 1) * s->step_whole;                        \
      T *slice = (T *)s->map.data[1] + i * s->step_slices;                                                     \
      for (int64_t j = 0; j < count; j++) {                                                                    \
        T *w = whole + (row ? (from + j) * one : whole_at[j]);                                                 \
        T *v = slice + (row ? (from + j) * other : slice_at[j]);                                               \
        if (s->op == GET) *v = *w;                                                                             \
        else *w = s->op == ADD ? (T)(*w + *v) : *v;                                                            \
      }                                                                                                        \
    }                                                                                                          \
  }                                                                                                            \
  PEN_EACH(put_run_##S, put_args)
PEN_FOR_TYPES(BODIES)

typedef int put_fn(pen_ctx *, const put_args *, int64_t);
#define ENTRY(E, T, S) put_run_##S##_each,
static put_fn *const puts_of[PEN_TYPES] = {PEN_FOR_TYPES(ENTRY)};
#undef ENTRY

static int mismatch(const char *function, const pen_tensor *whole, const pen_tensor *slices, const pen_tensor *list,
                    int dim) {
  char texts[2][PEN_SHAPE_TEXT];
  return pen_fail(PEN_EARG, function, "slices %s do not go with %lld positions of dimension %d of %s",
                  pen_shape_text(texts[1], slices), (long long)pen_count(list), dim + 1,
                  pen_shape_text(texts[0], whole));
}

static int run(pen_ctx *ctx, const char *function, const pen_tensor *whole, const pen_tensor *slices,
               const pen_tensor *list, int dim, int op) {
  if (dim < 0 || dim >= whole->ndim || slices->ndim != whole->ndim || slices->sizes[dim] != list->sizes[0])
    return mismatch(function, whole, slices, list, dim);
  pen_tensor one = *whole, other = *slices;
  one.sizes[dim] = other.sizes[dim] = 1;
  if (!pen_same_shape(&one, &other)) return mismatch(function, whole, slices, list, dim);
  put_args args;
  const pen_tensor *views[] = {&one, &other};
  PEN_TRY(pen_map_views(function, &args.map, 2, views));
  args.list = (const int64_t *)pen_address(list), args.n = list->sizes[0], args.step_list = list->strides[0];
  args.step_whole = whole->strides[dim], args.step_slices = slices->strides[dim], args.op = op;
  PEN_TRY(pen_check_indices(ctx, function, list, whole->sizes[dim]));
  return puts_of[whole->dtype](ctx, &args, (args.map.count + PEN_RUN - 1) / PEN_RUN);
}

int pen_index_get(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *list, int dim) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(a, PEN_ANY, PEN_ANY);
  PEN_VIEW(r, a->dtype, PEN_ANY);
  PEN_VIEW(list, PEN_LONG, 1);
  return run(ctx, __func__, a, r, list, dim, GET);
}

int pen_index_put(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *list, int dim, int add) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(r, PEN_ANY, PEN_ANY);
  PEN_VIEW(a, r->dtype, PEN_ANY);
  PEN_VIEW(list, PEN_LONG, 1);
  return run(ctx, __func__, r, a, list, dim, add ? ADD : PUT);
}
