// Sorting along the last dimension on CUDA, by CUB's radix sort, which is stable. Keys are those of core/cpu/sort.c: of
// the values' order, -0 equal to +0, NaN last. All rows are sorted at once: by the key, with the row's number above it
// where both fit into 64 bits, else by the key and then, stably, by the row.
#include <cub/device/device_radix_sort.cuh>

#include "context.cuh"
#include "pen_kernel.h"

// ---- keys ----

template <typename T> static __device__ uint64_t key_of(T value) {
  return (uint64_t)((int64_t)value ^ INT64_MIN); // whole numbers: the sign bit turned around
}
template <> __device__ uint64_t key_of<float>(float value) {
  if (value != value) return UINT32_MAX;
  const uint32_t bits = __float_as_uint(value + 0.0f); // -0 becomes +0
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}
template <> __device__ uint64_t key_of<double>(double value) {
  if (value != value) return UINT64_MAX;
  const uint64_t bits = (uint64_t)__double_as_longlong(value + 0.0);
  return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

typedef struct {
  pen_map map; // of the tensor that is sorted
  int64_t n;   // of a row
  int bits, descending;
  uint64_t *keys;
  uint32_t *places, *rows;
} key_args;

// Sorted backwards, keys are turned around, but NaN stays last.
template <typename T> static __global__ void make_keys(const key_args s) {
  const uint64_t last = s.bits == 64 ? UINT64_MAX : ((uint64_t)1 << s.bits) - 1;
  PEN_GRID_LOOP(i, s.map.count) {
    const T value = ((const T *)s.map.data[0])[pen_map_offset(&s.map, 0, i)];
    uint64_t key = key_of<T>(value) & last;
    if (s.descending && value == value) key = ~key & last;
    s.keys[i] = s.bits == 64 ? key : (uint64_t)(i / s.n) << s.bits | key;
    s.places[i] = (uint32_t)i;
  }
}

static __global__ void make_rows(const uint32_t *places, int64_t count, int64_t n, uint32_t *rows) {
  PEN_GRID_LOOP(i, count) rows[i] = (uint32_t)(places[i] / n);
}

template <typename T>
static __global__ void write_sorted(const key_args s, const uint32_t *places, T *values, int64_t *order) {
  PEN_GRID_LOOP(i, s.map.count) {
    values[i] = ((const T *)s.map.data[0])[pen_map_offset(&s.map, 0, places[i])];
    order[i] = places[i] % s.n + 1;
  }
}

static __global__ void write_order(const uint32_t *places, int64_t count, int64_t n, int32_t *order) {
  PEN_GRID_LOOP(i, count) order[i] = (int32_t)(places[i] % n);
}

// ---- the sort ----

static int bits_for(int64_t numbers) {
  int bits = 0;
  while (((int64_t)1 << bits) < numbers) bits++;
  return bits;
}

// Working memory: two of each array, so that CUB can go back and forth, and CUB's own.
typedef struct {
  cub::DoubleBuffer<uint64_t> keys;
  cub::DoubleBuffer<uint32_t> places, rows;
  void *temporary;
  size_t bytes;
} sort_memory;

static int take_memory(pen_ctx *ctx, sort_memory *m, int64_t count) {
  size_t by_key = 0, by_row = 0;
  void *block;
  PEN_CUDA(cub::DeviceRadixSort::SortPairs(NULL, by_key, m->keys, m->places, count, 0, 64, ctx->stream));
  PEN_CUDA(cub::DeviceRadixSort::SortPairs(NULL, by_row, m->rows, m->places, count, 0, 32, ctx->stream));
  m->bytes = by_key > by_row ? by_key : by_row;
  PEN_TRY(pen_scratch(ctx, &block, PEN_SORT_SLOT, (size_t)count * (2 * 8 + 4 * 4) + 256 + m->bytes));
  uint64_t *keys = (uint64_t *)block;
  uint32_t *words = (uint32_t *)(keys + 2 * count);
  m->keys = cub::DoubleBuffer<uint64_t>(keys, keys + count);
  m->places = cub::DoubleBuffer<uint32_t>(words, words + count);
  m->rows = cub::DoubleBuffer<uint32_t>(words + 2 * count, words + 3 * count);
  m->temporary = (void *)(((uintptr_t)(words + 4 * count) + 255) / 256 * 256);
  return PEN_OK;
}

template <typename T> static int sort_keys(pen_ctx *ctx, key_args *s, sort_memory *m) {
  const int64_t count = s->map.count, rows = count / s->n;
  PEN_TRY(take_memory(ctx, m, count));
  s->keys = m->keys.Current(), s->places = m->places.Current();
  make_keys<T><<<pen_blocks(count), PEN_BLOCK, 0, ctx->stream>>>(*s);
  PEN_TRY(pen_cuda_launched(ctx, "make_keys"));
  const int end = s->bits == 64 ? 64 : s->bits + bits_for(rows);
  PEN_CUDA(cub::DeviceRadixSort::SortPairs(m->temporary, m->bytes, m->keys, m->places, count, 0, end, ctx->stream));
  if (s->bits < 64 || rows == 1) return PEN_OK;
  make_rows<<<pen_blocks(count), PEN_BLOCK, 0, ctx->stream>>>(m->places.Current(), count, s->n, m->rows.Current());
  PEN_TRY(pen_cuda_launched(ctx, "make_rows"));
  PEN_CUDA(cub::DeviceRadixSort::SortPairs(m->temporary, m->bytes, m->rows, m->places, count, 0, bits_for(rows),
                                           ctx->stream));
  return PEN_OK;
}

template <typename T> static int sort_tensor(pen_ctx *ctx, key_args *s, pen_tensor *values, pen_tensor *order) {
  sort_memory m;
  PEN_TRY(sort_keys<T>(ctx, s, &m));
  write_sorted<T><<<pen_blocks(s->map.count), PEN_BLOCK, 0, ctx->stream>>>(
      *s, m.places.Current(), (T *)pen_address(values), (int64_t *)pen_address(order));
  return pen_cuda_launched(ctx, "write_sorted");
}

int pen_sort_rows(pen_ctx *ctx, pen_tensor *values, pen_tensor *order, const pen_tensor *a, int descending) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_check_sort(__func__, values, order, a));
  key_args s;
  const pen_tensor *list[1] = {a};
  PEN_TRY(pen_map_views(__func__, &s.map, 1, list));
  s.n = a->sizes[a->ndim - 1], s.descending = descending;
  s.bits = a->dtype == PEN_LONG || a->dtype == PEN_DOUBLE ? 64 : 32;
  PEN_REQUIRE(s.map.count <= UINT32_MAX, "%lld elements are too many to sort", (long long)s.map.count);
  switch (a->dtype) {
#define CASE(type, C, suffix) \
  case type: return sort_tensor<C>(ctx, &s, values, order);
    PEN_FOR_TYPES(CASE)
#undef CASE
    default: return PEN_OK;
  }
}

int pen_argsort_floats(pen_ctx *ctx, int32_t *order, const float *values, int64_t rows, int64_t n) {
  key_args s;
  sort_memory m;
  memset(&s, 0, sizeof s);
  s.map.ndim = 1, s.map.views = 1, s.map.count = s.map.sizes[0] = rows * n, s.map.strides[0][0] = 1;
  s.map.data[0] = (void *)values;
  s.n = n, s.bits = 32;
  PEN_REQUIRE(rows * n <= UINT32_MAX, "%lld elements are too many to sort", (long long)(rows * n));
  PEN_TRY(sort_keys<float>(ctx, &s, &m));
  write_order<<<pen_blocks(rows * n), PEN_BLOCK, 0, ctx->stream>>>(m.places.Current(), rows * n, n, order);
  return pen_cuda_launched(ctx, "write_order");
}
