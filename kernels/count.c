/* Counting in rows: how many elements lie in each bin (Torch: histc, bhistc), and the most frequent element of sorted
 * ones (Torch: mode). */
#include "pen_kernel.h"

typedef struct {
  const void *a;
  void *counts;
  int64_t n, bins, a_row, a_step, counts_row, counts_step;
  double low, high;
} count_args;

/* One row. The bin of x is floor((x - low) / (high - low) * bins), in the type of the elements. */
#define COUNT(E, T, S, A)                                                                  \
  PEN_BODY void count_##S(const count_args *s, int64_t i) {                                \
    const T *a = (const T *)s->a + i * s->a_row;                                           \
    T *counts = (T *)s->counts + i * s->counts_row;                                        \
    const A low = (A)s->low, high = (A)s->high;                                            \
    for (int64_t b = 0; b < s->bins; b++) counts[b * s->counts_step] = 0;                  \
    for (int64_t j = 0; j < s->n; j++) {                                                   \
      const A x = (A)a[j * s->a_step];                                                     \
      if (!(x >= low && x <= high)) continue;                                              \
      const int64_t bin = (int64_t)((x - low) / (high - low) * (A)s->bins);                \
      counts[(bin < s->bins ? bin : s->bins - 1) * s->counts_step]++;                      \
    }                                                                                      \
  }                                                                                        \
  PEN_EACH(count_##S, count_args)
COUNT(PEN_BYTE, uint8_t, byte, double)
COUNT(PEN_CHAR, int8_t, char, double)
COUNT(PEN_SHORT, int16_t, short, double)
COUNT(PEN_INT, int32_t, int, double)
COUNT(PEN_LONG, int64_t, long, double)
COUNT(PEN_FLOAT, float, float, float)
COUNT(PEN_DOUBLE, double, double, double)

typedef int count_fn(pen_ctx *, const count_args *, int64_t);
#define ENTRY(E, T, S) count_##S##_each,
static count_fn *const counts_of[] = {PEN_FOR_TYPES(ENTRY)};
#undef ENTRY

int pen_count_bins(pen_ctx *ctx, pen_tensor *counts, const pen_tensor *a, double low, double high) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(a, PEN_ANY, 2);
  PEN_VIEW(counts, a->dtype, 2);
  PEN_REQUIRE(counts->sizes[0] == a->sizes[0], "counts and a have %lld and %lld rows", (long long)counts->sizes[0],
              (long long)a->sizes[0]);
  PEN_REQUIRE(low < high, "no bins from %g to %g", low, high);
  const count_args args = {pen_address(a), pen_address(counts), a->sizes[1], counts->sizes[1], a->strides[0],
                           a->strides[1], counts->strides[0], counts->strides[1], low, high};
  return counts_of[a->dtype](ctx, &args, a->sizes[0]);
}

/* ---- the most frequent element ---- */

typedef struct {
  const void *values;
  void *value;
  const int64_t *order;
  int64_t *place, n;
} mode_args;

#define MODE(E, T, S)                                                      \
  PEN_BODY void mode_##S(const mode_args *s, int64_t row) {                \
    const T *v = (const T *)s->values + row * s->n;                        \
    int64_t best = 0, length = 0, start = 0;                               \
    for (int64_t i = 0; i < s->n; i++) {                                   \
      if (i + 1 < s->n && v[i] == v[i + 1]) continue;                      \
      if (i + 1 - start > length) length = i + 1 - start, best = i;        \
      start = i + 1;                                                       \
    }                                                                      \
    ((T *)s->value)[row] = v[best];                                        \
    s->place[row] = s->order[row * s->n + best];                           \
  }                                                                        \
  PEN_EACH(mode_##S, mode_args)
PEN_FOR_TYPES(MODE)

typedef int mode_fn(pen_ctx *, const mode_args *, int64_t);
#define ENTRY(E, T, S) mode_##S##_each,
static mode_fn *const modes[] = {PEN_FOR_TYPES(ENTRY)};
#undef ENTRY

int pen_mode(pen_ctx *ctx, pen_tensor *value, pen_tensor *place, const pen_tensor *values, const pen_tensor *order) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CONTIGUOUS(values, PEN_ANY, PEN_ANY);
  PEN_CONTIGUOUS(order, PEN_LONG, values->ndim);
  PEN_CONTIGUOUS(value, values->dtype, values->ndim);
  PEN_CONTIGUOUS(place, PEN_LONG, values->ndim);
  PEN_REQUIRE(values->ndim > 0 && pen_same_shape(values, order), "values and order differ in shape, or are empty");
  const int64_t n = values->sizes[values->ndim - 1], rows = pen_count(values) / n;
  PEN_REQUIRE(pen_count(value) == rows && pen_count(place) == rows, "the results must have one element for each row");
  const mode_args args = {pen_address(values), pen_address(value), (const int64_t *)pen_address(order),
                          (int64_t *)pen_address(place), n};
  return modes[values->dtype](ctx, &args, rows);
}
