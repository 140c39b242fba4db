/* The elements of a tensor under a byte mask, in row-major order, to a list and back. Torch: maskedSelect, t[mask],
 * maskedCopy. */
#include "pen_kernel.h"

enum { CHUNK = 256, FIRST_SLOT = 0 };

typedef struct {
  pen_map map; /* views: mask, tensor */
  char *list;
  int64_t *first; /* first[c]: how many ones before chunk c, once summed */
  int64_t width, chunks;
  int put;
} select_args;

PEN_BODY const uint8_t *mask_of(const pen_map *m) { return (const uint8_t *)m->data[0]; }

/* Where the element behind lies; at: the position in each dimension. */
PEN_BODY void step_on(const pen_map *m, int64_t *at, int64_t *in_mask, int64_t *in_tensor) {
  for (int d = m->ndim - 1; d >= 0; d--) {
    *in_mask += m->strides[0][d], *in_tensor += m->strides[1][d];
    if (++at[d] < m->sizes[d]) return;
    *in_mask -= m->sizes[d] * m->strides[0][d], *in_tensor -= m->sizes[d] * m->strides[1][d];
    at[d] = 0;
  }
}

PEN_BODY void position_of(const pen_map *m, int64_t i, int64_t *at) {
  for (int d = m->ndim - 1; d >= 0; d--) {
    at[d] = d > 0 ? i % m->sizes[d] : i;
    i /= m->sizes[d];
  }
}

/* The ones of chunk c: where they lie in the tensor, and how many they are. No branch depends on the mask: a processor
 * would guess wrong half of the time. */
PEN_BODY int64_t find_ones(const select_args *s, int64_t c, int64_t *places) {
  const pen_map *m = &s->map;
  const int64_t from = c * CHUNK, to = from + CHUNK < m->count ? from + CHUNK : m->count;
  int64_t at[PEN_MAX_DIM], in_mask = pen_map_offset(m, 0, from), in_tensor = pen_map_offset(m, 1, from), ones = 0;
  position_of(m, from, at);
  for (int64_t i = from; i < to; i++) {
    places[ones] = in_tensor;
    ones += mask_of(m)[in_mask] != 0;
    if (m->ndim > 1) step_on(m, at, &in_mask, &in_tensor);
    else in_mask += m->strides[0][0], in_tensor += m->strides[1][0];
  }
  return ones;
}

PEN_BODY void count_chunk(const select_args *s, int64_t c) {
  int64_t places[CHUNK];
  s->first[c] = find_ones(s, c, places);
}
PEN_EACH(count_chunk, select_args)

/* first[chunks] becomes the number of all. */
PEN_BODY void add_counts(const select_args *s, int64_t unused) {
  int64_t sum = 0;
  (void)unused;
  for (int64_t c = 0; c <= s->chunks; c++) {
    const int64_t ones = c < s->chunks ? s->first[c] : 0;
    s->first[c] = sum;
    sum += ones;
  }
}
PEN_EACH(add_counts, select_args)

#define MOVE(to, from, T) \
  for (int64_t j = 0; j < ones; j++) ((T *)(to))[s->put ? places[j] : j] = ((const T *)(from))[s->put ? j : places[j]]

PEN_BODY void move_chunk(const select_args *s, int64_t c) {
  int64_t places[CHUNK];
  const int64_t ones = find_ones(s, c, places);
  char *items = s->list + s->first[c] * s->width, *tensor = (char *)s->map.data[1];
  char *to = s->put ? tensor : items;
  const char *from = s->put ? items : tensor;
  switch (s->width) {
    case 1: MOVE(to, from, uint8_t); break;
    case 2: MOVE(to, from, uint16_t); break;
    case 4: MOVE(to, from, uint32_t); break;
    default: MOVE(to, from, uint64_t);
  }
}
PEN_EACH(move_chunk, select_args)

PEN_BODY double total(const select_args *s, int64_t unused) {
  (void)unused;
  return (double)s->first[s->chunks];
}
PEN_SUM(total, select_args)

/* Counts the ones of the chunks; first[chunks]: of all. */
static int count_ones(pen_ctx *ctx, select_args *args, double *ones) {
  void *first;
  args->chunks = (args->map.count + CHUNK - 1) / CHUNK;
  PEN_TRY(pen_scratch(ctx, &first, FIRST_SLOT, (size_t)(args->chunks + 1) * sizeof(int64_t)));
  args->first = (int64_t *)first;
  PEN_TRY(count_chunk_each(ctx, args, args->chunks));
  PEN_TRY(add_counts_each(ctx, args, 1));
  return total_sum(ctx, args, 1, ones);
}

static int select_or_put(pen_ctx *ctx, const char *function, const pen_tensor *list, const pen_tensor *t,
                         const pen_tensor *mask, int put) {
  select_args args;
  const pen_tensor *views[] = {mask, t};
  PEN_TRY(pen_map_views(function, &args.map, 2, views));
  const int64_t room = pen_count(list);
  double ones = 0;
  if (args.map.count) PEN_TRY(count_ones(ctx, &args, &ones));
  if (put ? (int64_t)ones > room : (int64_t)ones != room)
    return pen_fail(PEN_EARG, function, "the mask selects %.0f elements, the %s has %lld", ones,
                    put ? "source" : "result", (long long)room);
  args.list = (char *)pen_address(list), args.width = (int64_t)pen_type_size(t->dtype), args.put = put;
  return args.map.count ? move_chunk_each(ctx, &args, args.chunks) : PEN_OK;
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

/* ---- positions ---- */

/* The index of each one, a row of r: mask is contiguous, and its dimensions are not merged. */
typedef struct {
  select_args of;
  int64_t *rows, stride, step, sizes[PEN_MAX_DIM];
  int ndim;
} nonzero_args;

PEN_BODY void list_chunk(const nonzero_args *s, int64_t c) {
  int64_t places[CHUNK];
  const int64_t ones = find_ones(&s->of, c, places);
  for (int64_t j = 0; j < ones; j++) {
    int64_t *row = s->rows + (s->of.first[c] + j) * s->stride, rest = places[j];
    for (int d = s->ndim - 1; d >= 0; d--) {
      const int64_t outer = d > 0 ? rest / s->sizes[d] : 0;
      row[d * s->step] = rest - outer * s->sizes[d] + 1;
      rest = outer;
    }
  }
}
PEN_EACH(list_chunk, nonzero_args)

int pen_mask_indices(pen_ctx *ctx, pen_tensor *r, const pen_tensor *mask) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CONTIGUOUS(mask, PEN_BYTE, PEN_ANY);
  PEN_VIEW(r, PEN_LONG, 2);
  PEN_REQUIRE(r->sizes[1] == mask->ndim, "%lld columns for %d dimensions", (long long)r->sizes[1], mask->ndim);
  nonzero_args args;
  const pen_tensor *views[] = {mask, mask};
  PEN_TRY(pen_map_views(__func__, &args.of.map, 2, views));
  double ones;
  PEN_TRY(count_ones(ctx, &args.of, &ones));
  PEN_REQUIRE((int64_t)ones == r->sizes[0], "the mask has %.0f ones, the result %lld rows", ones,
              (long long)r->sizes[0]);
  args.rows = (int64_t *)pen_address(r), args.stride = r->strides[0], args.step = r->strides[1];
  args.ndim = mask->ndim;
  memcpy(args.sizes, mask->sizes, sizeof args.sizes);
  return list_chunk_each(ctx, &args, args.of.chunks);
}
