/* Sorting along the last dimension. Every value becomes an unsigned key of the same order; key and place in the row
 * share one 64-bit record, and records are radix-sorted, least significant digit first, skipping digits that all keys
 * have in common. Records with the least key, such as all zeros behind a ReLU, are set aside before. 64-bit types take
 * two rounds: low half of the key, then (stably) the high half. */
#include <omp.h>

#include "sort_keys.h"

enum { DIGITS = 3, DIGIT_BITS = 11, BINS = 1 << DIGIT_BITS, SHORT_ROW = 192 };

/* ---- records: key << 32 | place, so that comparing whole records is already stable ---- */

/* Moves records to spare in the order of one digit of the key. count: how many records have each value of it. */
static void scatter(uint64_t *spare, const uint64_t *records, int64_t n, int shift, const uint32_t *count) {
  uint32_t place[BINS], sum = 0;
  for (int b = 0; b < BINS; b++) place[b] = sum, sum += count[b];
  for (int64_t i = 0; i < n; i++) spare[place[records[i] >> shift & (BINS - 1)]++] = records[i];
}

/* Sorts n records with the help of n spare ones; returns which of the two arrays holds the result. */
static uint64_t *sort_all(uint64_t *records, uint64_t *spare, int64_t n) {
  if (n <= SHORT_ROW) {
    insertion_sort(records, n);
    return records;
  }
  uint32_t count[DIGITS][BINS] = {{0}};
  for (int64_t i = 0; i < n; i++)
    for (int d = 0; d < DIGITS; d++) count[d][records[i] >> (32 + DIGIT_BITS * d) & (BINS - 1)]++;
  for (int d = 0; d < DIGITS; d++) {
    const int shift = 32 + DIGIT_BITS * d;
    if (count[d][records[0] >> shift & (BINS - 1)] == (uint32_t)n) continue;
    scatter(spare, records, n, shift, count[d]);
    uint64_t *swap = records;
    records = spare, spare = swap;
  }
  return records;
}

/* The same, those with the least key apart: they come first, in the order in which they are. */
static uint64_t *sort_records(uint64_t *records, uint64_t *spare, int64_t n) {
  uint64_t least = UINT64_MAX;
  for (int64_t i = 0; i < n; i++) least = records[i] >> 32 < least ? records[i] >> 32 : least;
  int64_t first = 0, rest = 0;
  for (int64_t i = 0; i < n; i++) {
    const uint64_t record = records[i];
    const int is_least = record >> 32 == least;
    records[first] = record, first += is_least;
    spare[rest] = record, rest += !is_least;
  }
  memmove(spare + first, spare, (size_t)rest * sizeof *spare);
  uint64_t *sorted = sort_all(spare + first, records + first, rest) - first;
  if (sorted == spare) memcpy(spare, records, (size_t)first * sizeof *spare);
  return sorted;
}

/* ---- one row of a view ---- */

/* Sorted records of the row that begins at element `start`: their low 32 bits are places in the row. Works in
 * memory[2 n], or [3 n] for wide types. */
static const uint64_t *sort_row(uint64_t *memory, const row_format *f, int64_t start) {
  const int64_t n = f->n;
  row_keys(memory, f, start);
  for (int64_t i = 0; i < n; i++) memory[i] = memory[i] << 32 | (uint64_t)i;
  uint64_t *sorted = sort_records(memory, memory + n, n);
  if (!is_wide(f->dtype)) return sorted;
  uint64_t *low = memory + 2 * n, *spare = sorted == memory ? memory + n : memory;
  memcpy(low, sorted, (size_t)n * sizeof *low);
  for (int64_t i = 0; i < n; i++)
    sorted[i] = (row_key(f, start + (int64_t)(uint32_t)low[i] * f->stride) >> 32) << 32 | (uint64_t)i;
  sorted = sort_records(sorted, spare, n);
  for (int64_t i = 0; i < n; i++) sorted[i] = (uint32_t)low[(uint32_t)sorted[i]];
  return sorted;
}

static void copy_sorted(void *out, const row_format *f, int64_t start, const uint64_t *sorted) {
  const int64_t size = (int64_t)pen_type_size(f->dtype);
  const char *row = (const char *)f->data + start * size;
  for (int64_t i = 0; i < f->n; i++)
    memcpy((char *)out + i * size, row + (int64_t)(uint32_t)sorted[i] * f->stride * size, (size_t)size);
}

static int row_memory(pen_ctx *ctx, uint64_t **out, int64_t n, int wide) {
  void *block;
  const size_t records = (size_t)n * (wide ? 3 : 2) * (size_t)omp_get_max_threads();
  PEN_TRY(pen_scratch(ctx, &block, PEN_SORT_SLOT, records * sizeof(uint64_t)));
  *out = (uint64_t *)block;
  return PEN_OK;
}

/* ---- entrances ---- */

int pen_sort_rows(pen_ctx *ctx, pen_tensor *values, pen_tensor *order, const pen_tensor *a, int descending) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_check_sort(__func__, values, order, a));
  const int last = a->ndim - 1;
  const int64_t n = a->sizes[last], rows = pen_count(a) / n, span = n * (is_wide(a->dtype) ? 3 : 2);
  const row_format format = {pen_address(a), a->strides[last], n, a->dtype, descending};
  char *sorted_values = (char *)pen_address(values);
  int64_t *places = (int64_t *)pen_address(order);
  uint64_t *memory;
  PEN_TRY(row_memory(ctx, &memory, n, is_wide(a->dtype)));
#pragma omp parallel for schedule(dynamic) if (rows * n > 4096)
  for (int64_t r = 0; r < rows; r++) {
    const int64_t start = row_start(a, r);
    const uint64_t *sorted = sort_row(memory + span * omp_get_thread_num(), &format, start);
    copy_sorted(sorted_values + (size_t)(r * n) * pen_type_size(a->dtype), &format, start, sorted);
    for (int64_t i = 0; i < n; i++) places[r * n + i] = (int64_t)(uint32_t)sorted[i] + 1;
  }
  return PEN_OK;
}

int pen_argsort_floats(pen_ctx *ctx, int32_t *order, const float *values, int64_t rows, int64_t n) {
  const row_format format = {values, 1, n, PEN_FLOAT, 0};
  uint64_t *memory;
  PEN_TRY(row_memory(ctx, &memory, n, 0));
#pragma omp parallel for schedule(dynamic) if (rows * n > 4096)
  for (int64_t r = 0; r < rows; r++) {
    const uint64_t *sorted = sort_row(memory + 2 * n * omp_get_thread_num(), &format, r * n);
    for (int64_t i = 0; i < n; i++) order[r * n + i] = (int32_t)(uint32_t)sorted[i];
  }
  return PEN_OK;
}
