/* The few of each row that a full sort would put at certain places: the k-th, the median, the first k. The key of the
 * first and of the last of them are selected, and what lies between is picked. */
#include <omp.h>
#include <stdlib.h>

#include "sort_keys.h"

enum { DIGIT_BITS = 8, BINS = 1 << DIGIT_BITS, FEW = 24 };

/* The key of a rank (0-based, in ascending order), and how many keys are less. */
typedef struct {
  uint64_t key;
  int64_t less;
} bound;

static bound among_few(uint64_t *keys, int64_t n, int64_t rank, int64_t less) {
  insertion_sort(keys, n);
  const uint64_t key = keys[rank];
  while (rank > 0 && keys[rank - 1] == key) rank--;
  return (bound){key, less + rank};
}

/* How often each digit occurs. Four counts side by side: the next of one would wait for the last. */
static void count_digits(uint32_t *sum, const uint64_t *keys, int64_t n, int shift) {
  uint32_t count[4][BINS] = {{0}};
  for (int64_t i = 0; i < n; i++) count[i & 3][keys[i] >> shift & (BINS - 1)]++;
  for (int b = 0; b < BINS; b++) sum[b] = count[0][b] + count[1][b] + count[2][b] + count[3][b];
}

/* Puts those of the keys whose digit at shift is that of the rank's key into kept, which may be keys; *rank becomes the
 * rank among them. Returns how many they are. */
static int64_t keep_digit(uint64_t *kept, const uint64_t *keys, int64_t n, int shift, int64_t *rank) {
  uint32_t count[BINS];
  count_digits(count, keys, n, shift);
  uint64_t digit = 0;
  for (; *rank >= (int64_t)count[digit]; digit++) *rank -= count[digit];
  int64_t k = 0;
  for (int64_t i = 0; i < n; i++) {
    const uint64_t key = keys[i];
    kept[k] = key;
    k += (key >> shift & (BINS - 1)) == digit;
  }
  return k;
}

/* Works in spare[n]. Each round decides on the highest digit in which keys differ, so eight are the most. */
static bound select_key(uint64_t *spare, const uint64_t *keys, int64_t n, int64_t rank) {
  int64_t less = 0;
  if (n <= FEW) memcpy(spare, keys, (size_t)n * sizeof *keys);
  while (n > FEW) {
    uint64_t low = UINT64_MAX, high = 0;
    for (int64_t i = 0; i < n; i++) low = keys[i] < low ? keys[i] : low, high = keys[i] > high ? keys[i] : high;
    if (low == high) return (bound){low, less};
    const int top = 63 - __builtin_clzll(low ^ high), shift = top < DIGIT_BITS ? 0 : top - DIGIT_BITS + 1;
    const int64_t before = rank;
    n = keep_digit(spare, keys, n, shift, &rank);
    less += before - rank;
    keys = spare;
  }
  return among_few(spare, n, rank, less);
}

typedef struct {
  uint64_t key;
  int64_t place;
} item;

static int compare(const void *a, const void *b) {
  const item *x = (const item *)a, *y = (const item *)b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  return x->place < y->place ? -1 : x->place > y->place;
}

/* Ranks first .. first + count - 1 of the row at element start, in order; work: 2 n keys. Equal ones keep the order of
 * their places, so those with a bound's key have the ranks from its `less` on. */
static void pick_row(item *out, uint64_t *work, const row_format *f, int64_t start, int64_t first, int64_t count) {
  uint64_t *keys = work, *spare = work + f->n;
  const int64_t end = first + count;
  row_keys(keys, f, start);
  bound low = {0, 0};
  if (first > 0) low = select_key(spare, keys, f->n, first);
  const bound high = count > 1 || first == 0 ? select_key(spare, keys, f->n, end - 1) : low;
  int64_t low_rank = low.less, high_rank = high.less, found = 0;
  for (int64_t i = 0; i < f->n && found < count; i++) {
    const uint64_t key = keys[i];
    if (key < low.key || key > high.key) continue;
    int64_t rank = first; /* of all between the bounds it is enough to know that they belong */
    if (key == high.key) rank = high_rank++;
    else if (key == low.key && first > 0) rank = low_rank++;
    if (rank >= first && rank < end) out[found].key = key, out[found++].place = i;
  }
  if (count > 1) qsort(out, (size_t)count, sizeof *out, compare);
}

static void write_row(const pen_tensor *values, const pen_tensor *order, const row_format *f, int64_t row,
                      int64_t start, const item *items) {
  const int64_t count = values->sizes[values->ndim - 1], size = (int64_t)pen_type_size(f->dtype);
  char *to = (char *)pen_address(values) + row * count * size;
  const char *from = (const char *)f->data + start * size;
  for (int64_t i = 0; i < count; i++) {
    memcpy(to + i * size, from + items[i].place * f->stride * size, (size_t)size);
    ((int64_t *)pen_address(order))[row * count + i] = items[i].place + 1;
  }
}

static int check_pick(const char *function, const pen_tensor *values, const pen_tensor *order, const pen_tensor *a,
                      int64_t first) {
  PEN_TRY(pen_check_view(function, "a", a, PEN_ANY, PEN_ANY, 0));
  if (a->ndim == 0) return pen_fail(PEN_EARG, function, "a is empty");
  PEN_TRY(pen_check_view(function, "values", values, a->dtype, a->ndim, 1));
  PEN_TRY(pen_check_view(function, "order", order, PEN_LONG, a->ndim, 1));
  const int64_t n = a->sizes[a->ndim - 1], count = values->sizes[a->ndim - 1];
  pen_tensor rows = *a;
  rows.sizes[a->ndim - 1] = count;
  if (!pen_same_shape(values, &rows) || !pen_same_shape(order, values))
    return pen_fail(PEN_EARG, function, "values and order must have a's shape but for the last dimension");
  if (first < 0 || count > n || first > n - count || n >= INT32_MAX)
    return pen_fail(PEN_EARG, function, "no ranks %lld to %lld in rows of %lld", (long long)first,
                    (long long)(first + count - 1), (long long)n);
  if (values->store == a->store || order->store == a->store || order->store == values->store)
    return pen_fail(PEN_EARG, function, "values, order and a must not share a storage");
  return PEN_OK;
}

int pen_pick_rows(pen_ctx *ctx, pen_tensor *values, pen_tensor *order, const pen_tensor *a, int64_t first,
                  int descending) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(check_pick(__func__, values, order, a, first));
  const int last = a->ndim - 1;
  const int64_t n = a->sizes[last], rows = pen_count(a) / n, count = values->sizes[last];
  const row_format format = {pen_address(a), a->strides[last], n, a->dtype, descending};
  const size_t work = 2 * (size_t)n * sizeof(uint64_t), each = work + (size_t)count * sizeof(item);
  void *block;
  PEN_TRY(pen_scratch(ctx, &block, PEN_SORT_SLOT, each * (size_t)omp_get_max_threads()));
#pragma omp parallel for schedule(dynamic) if (rows > 1 && rows * n > 4096)
  for (int64_t r = 0; r < rows; r++) {
    char *own = (char *)block + each * (size_t)omp_get_thread_num();
    const int64_t start = row_start(a, r);
    item *items = (item *)(void *)(own + work);
    pick_row(items, (uint64_t *)(void *)own, &format, start, first, count);
    write_row(values, order, &format, r, start, items);
  }
  return PEN_OK;
}
