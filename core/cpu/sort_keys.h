/* What sorting and picking share: keys of values, the sort of few, and rows of a view. */
#ifndef PEN_CPU_SORT_KEYS_H
#define PEN_CPU_SORT_KEYS_H

#include <string.h>

#include "context.h"

/* ---- keys: a < b exactly when key(a) < key(b); -0 = +0; NaN is the largest ---- */

static inline uint32_t float_key(float value) {
  uint32_t bits;
  if (value != value) return UINT32_MAX;
  value += 0.0f; /* -0 becomes +0 */
  memcpy(&bits, &value, sizeof bits);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

static inline uint64_t double_key(double value) {
  uint64_t bits;
  if (value != value) return UINT64_MAX;
  value += 0.0;
  memcpy(&bits, &value, sizeof bits);
  return bits >> 63 ? ~bits : bits | 1ull << 63;
}

static inline uint32_t int_key(int32_t value) { return (uint32_t)value ^ 0x80000000u; }

/* Key of element i in the low bits: 64 of them for long and double, 32 for the rest. */
static inline uint64_t key_at(const void *data, int dtype, int64_t i) {
  switch (dtype) {
    case PEN_BYTE: return ((const uint8_t *)data)[i];
    case PEN_CHAR: return int_key(((const int8_t *)data)[i]);
    case PEN_SHORT: return int_key(((const int16_t *)data)[i]);
    case PEN_INT: return int_key(((const int32_t *)data)[i]);
    case PEN_LONG: return (uint64_t)((const int64_t *)data)[i] ^ 1ull << 63;
    case PEN_FLOAT: return float_key(((const float *)data)[i]);
    default: return double_key(((const double *)data)[i]);
  }
}

static inline int is_wide(int dtype) { return dtype == PEN_LONG || dtype == PEN_DOUBLE; }

/* For few of them. */
static inline void insertion_sort(uint64_t *keys, int64_t n) {
  for (int64_t i = 1; i < n; i++) {
    const uint64_t key = keys[i];
    int64_t j = i;
    for (; j > 0 && keys[j - 1] > key; j--) keys[j] = keys[j - 1];
    keys[j] = key;
  }
}

/* ---- rows of a view ---- */

typedef struct {
  const void *data; /* first element of the tensor */
  int64_t stride, n;
  int dtype, descending;
} row_format;

/* A key when the order is reversed; NaN stays last. */
static inline uint64_t turned(const row_format *f, uint64_t key) {
  const uint64_t last = is_wide(f->dtype) ? UINT64_MAX : UINT32_MAX;
  const int is_real = f->dtype == PEN_FLOAT || f->dtype == PEN_DOUBLE;
  return is_real && key == last ? key : ~key & last;
}

static inline uint64_t row_key(const row_format *f, int64_t at) {
  const uint64_t key = key_at(f->data, f->dtype, at);
  return f->descending ? turned(f, key) : key;
}

/* The keys of a whole row: a loop for each type, since a choice for each element would take most of the time. */
static inline void row_keys(uint64_t *keys, const row_format *f, int64_t start) {
  switch (f->dtype) {
#define CASE(type)                                                                                   \
  case type:                                                                                         \
    for (int64_t i = 0; i < f->n; i++) keys[i] = key_at(f->data, type, start + i * f->stride);       \
    break;
    CASE(PEN_BYTE) CASE(PEN_CHAR) CASE(PEN_SHORT) CASE(PEN_INT) CASE(PEN_LONG) CASE(PEN_FLOAT) CASE(PEN_DOUBLE)
#undef CASE
  }
  if (f->descending)
    for (int64_t i = 0; i < f->n; i++) keys[i] = turned(f, keys[i]);
}

/* Element where row `row` of a begins, counted from the first element of a. */
static inline int64_t row_start(const pen_tensor *a, int64_t row) {
  int64_t start = 0;
  for (int d = a->ndim - 2; d >= 0; d--) {
    start += row % a->sizes[d] * a->strides[d];
    row /= a->sizes[d];
  }
  return start;
}

#endif
