/* The only file that knows both worlds. A kernel is a body that computes element i and writes only its own outputs;
 * one macro line turns it into an OpenMP loop (cc) or a launch (nvcc). Bodies keep to the common subset of C11 and C++.
 *
 *   typedef struct { const float *a; float *r; float k; } scale_args;
 *   PEN_BODY void scale(const scale_args *s, int64_t i) { s->r[i] = s->k * s->a[i]; }
 *   PEN_EACH(scale, scale_args)             ->  int scale_each(pen_ctx *, const scale_args *, int64_t n)
 *
 *   PEN_BODY double square(const scale_args *s, int64_t i) { return (double)s->a[i] * s->a[i]; }
 *   PEN_SUM(square, scale_args)             ->  int square_sum(pen_ctx *, const scale_args *, int64_t n, double *out)
 *
 *   PEN_BODY void mask(const mask_args *s, int64_t row, int64_t i) { s->r[row * s->n + i] *= s->m[i]; }
 *   PEN_EACH_ROWS(mask, mask_args)          ->  int mask_rows(pen_ctx *, const mask_args *, int64_t rows, int64_t n)
 *                                              the same for rows x n elements, without a division for each of them
 *   PEN_FOLD(largest, square, scale_args, 0.0, x > y ? x : y)   ->  int largest(...): PEN_SUM with another combination
 *
 *   PEN_BODY double term(const args *s, int64_t row, int64_t i) { ... }
 *   PEN_SUM_ROWS(term, args)                ->  int term_sum(pen_ctx *, const args *, int64_t groups, int64_t rows,
 *                                              int64_t n, double divisor, double *out): out[g], where kernels can read
 *                                              it, is the sum over rows g * rows and following, divided. Nothing waits.
 *
 *   PEN_MAP2(twice_float, float, float, 2 * a)   ->  int twice_float(pen_ctx *, const pen_map *, double k, double k2)
 *                                              r = 2 * a over strided views; PEN_MAP1 has r, MAP3 r a b, MAP4 r a b c
 *
 * The order of elements in PEN_EACH and PEN_EACH_ROWS is not defined: the shuffle build (PEN_SHUFFLE) permutes it to
 * prove that nobody relies on it. Sums add doubles in chunks of fixed size and the chunks in order, so their results
 * depend neither on the number of threads nor on the build. */
#ifndef PEN_KERNEL_H
#define PEN_KERNEL_H

#include <math.h>
#include <string.h>

#include "internal.h"

enum { PEN_GRAIN = 1024, PEN_LANES = 32 };

/* PEN_RUN: how many neighbouring elements a body should take at once where it walks several rows of them. PEN_FILL: how
 * many elements a blocked algorithm should work on at once: what a processor's cache holds, or what fills a GPU. */
#ifdef __CUDACC__
enum { PEN_RUN = 1, PEN_FILL = 1 << 24 };
#else
enum { PEN_RUN = 1024, PEN_FILL = 1 << 19 };
#endif

#ifdef __CUDACC__

#include "cuda/launch.cuh"
#define PEN_FETCH(address, bytes) ((void)(address))

#else

#define PEN_BODY static inline
/* Asks for memory that is read soon, where a processor does not see it coming. It need not exist. */
#define PEN_FETCH(address, bytes) \
  for (const char *at_ = (const char *)(address), *end_ = at_ + (bytes); at_ < end_; at_ += 64) \
    __builtin_prefetch(at_, 0, 1)

#ifdef PEN_SHUFFLE
/* A permutation of 0..n-1 for n < 2^31: multiplication by a prime, shifted. */
static inline int64_t pen_order(int64_t i, int64_t n) {
  return (int64_t)(((uint64_t)i * 2654435761u + 12345u) % (uint64_t)n);
}
#else
#define pen_order(i, n) (i)
#endif

/* Runs body for every k below count; in parallel only where large, since entering a parallel region, even with one
 * thread, takes longer than all the work on a small tensor. */
#define PEN_PARALLEL(large, schedule_, k, count, body)                             \
  if (large) {                                                                     \
    _Pragma(schedule_)                                                             \
    for (int64_t k = 0; k < count; k++) body;                                      \
  } else {                                                                         \
    for (int64_t k = 0; k < count; k++) body;                                      \
  }
#define PEN_STATIC "omp parallel for schedule(static)"
/* Threads take `portion` at a time: a few hundred portions in all, as each costs as much as a short row. */
#define PEN_DYNAMIC "omp parallel for schedule(dynamic, portion)"
#define PEN_PORTION(count) ((count) / 256 < 64 ? (count) / 256 + 1 : 64)

#define PEN_EACH(body, Args)                                                       \
  static void body##_part(const Args *args, int64_t part, int64_t step, int64_t n) { \
    const Args a = *args;                                                          \
    const int64_t from = part * step, to = from + step < n ? from + step : n;      \
    _Pragma("GCC ivdep")                                                           \
    for (int64_t i = from; i < to; i++) body(&a, pen_order(i, n));                 \
  }                                                                                \
  static int body##_each(pen_ctx *ctx, const Args *args, int64_t n) {              \
    const int64_t step = n / 256 < PEN_GRAIN ? n / 256 + 1 : PEN_GRAIN, parts = (n + step - 1) / step; \
    (void)ctx;                                                                     \
    PEN_PARALLEL(n > 64, PEN_STATIC, part, parts, body##_part(args, part, step, n)) \
    return PEN_OK;                                                                 \
  }

#define PEN_EACH_ROWS(body, Args)                                                  \
  static void body##_part(const Args *args, int64_t part, int64_t pieces, int64_t n) { \
    const Args a = *args;                                                          \
    const int64_t row = part / pieces, from = part % pieces * PEN_GRAIN;           \
    const int64_t length = from + PEN_GRAIN < n ? PEN_GRAIN : n - from;            \
    _Pragma("GCC ivdep")                                                           \
    for (int64_t i = 0; i < length; i++) body(&a, row, from + pen_order(i, length)); \
  }                                                                                \
  static int body##_rows(pen_ctx *ctx, const Args *args, int64_t rows, int64_t n) { \
    const int64_t pieces = (n + PEN_GRAIN - 1) / PEN_GRAIN, all = rows * pieces, portion = PEN_PORTION(all); \
    (void)ctx, (void)portion;                                                      \
    PEN_PARALLEL(all > 1, PEN_DYNAMIC, k, all, body##_part(args, pen_order(k, all), pieces, n)) \
    return PEN_OK;                                                                 \
  }

#define PEN_FOLD_ROWS_BUT(name, body, skip, Args, initial, combine)                \
  static double name##_chunk(const Args *args, int64_t c, int64_t pieces, int64_t n) { \
    const Args a = *args;                                                          \
    const int64_t row = c / pieces, from = c % pieces * PEN_GRAIN;                 \
    const int64_t to = from + PEN_GRAIN < n ? from + PEN_GRAIN : n;                \
    double lane[PEN_LANES];                                                        \
    for (int j = 0; j < PEN_LANES; j++) lane[j] = initial;                         \
    int64_t i = from;                                                              \
    for (; i + PEN_LANES <= to; i += PEN_LANES) {                                  \
      if (skip(&a, row, i)) continue;                                              \
      for (int j = 0; j < PEN_LANES; j++) {                                        \
        const double x = lane[j], y = body(&a, row, i + j);                        \
        lane[j] = combine;                                                         \
      }                                                                            \
    }                                                                              \
    for (int j = 0; i < to; i++, j++) {                                            \
      const double x = lane[j], y = body(&a, row, i);                              \
      lane[j] = combine;                                                           \
    }                                                                              \
    for (int j = 1; j < PEN_LANES; j++) {                                          \
      const double x = lane[0], y = lane[j];                                       \
      lane[0] = combine;                                                           \
    }                                                                              \
    return lane[0];                                                                \
  }                                                                                \
  static int name(pen_ctx *ctx, const Args *args, int64_t groups, int64_t rows, int64_t n, double divisor, \
                  double *out) {                                                   \
    const int64_t pieces = (n + PEN_GRAIN - 1) / PEN_GRAIN, chunks = rows * pieces, all = groups * chunks; \
    void *block;                                                                   \
    PEN_TRY(pen_scratch(ctx, &block, PEN_SUM_SLOT, (size_t)all * sizeof(double))); \
    double *partial = (double *)block;                                             \
    PEN_PARALLEL(all > 4, PEN_STATIC, c, all, partial[c] = name##_chunk(args, c, pieces, n)) \
    for (int64_t g = 0; g < groups; g++) {                                         \
      double x = initial;                                                          \
      for (int64_t c = g * chunks; c < (g + 1) * chunks; c++) {                    \
        const double y = partial[c];                                               \
        x = combine;                                                               \
      }                                                                            \
      x /= divisor;                                                                \
      out[g] = x == x ? x : NAN; /* its sign and payload would fool LuaJIT */      \
    }                                                                              \
    return PEN_OK;                                                                 \
  }

/* A double that a kernel has computed, for the host. */
static inline int pen_read_result(pen_ctx *ctx, double *out, const double *result) {
  (void)ctx;
  *out = *result;
  return PEN_OK;
}

/* Rows of the innermost dimension are cut into pieces, so that one long row still fills all threads. */
#define PEN_PIECE 16384

static inline void pen_map_piece(const pen_map *m, int64_t piece, int64_t pieces, char **at, const size_t *width,
                                 int64_t *length) {
  const int64_t inner = m->sizes[m->ndim - 1], from = piece % pieces * PEN_PIECE;
  int64_t row = piece / pieces;
  for (int v = 0; v < m->views; v++)
    at[v] = (char *)m->data[v] + from * m->strides[v][m->ndim - 1] * (int64_t)width[v];
  for (int d = m->ndim - 2; d >= 0; d--) {
    for (int v = 0; v < m->views; v++) at[v] += row % m->sizes[d] * m->strides[v][d] * (int64_t)width[v];
    row /= m->sizes[d];
  }
  *length = inner - from < PEN_PIECE ? inner - from : PEN_PIECE;
}

/* The inner loop twice: once with unit strides, which vectorises, and once with any. */
#define PEN_MAP_LOOP(name, TR, TA, TB, TC, expression)                                          \
  static void name##_piece(const pen_map *m, int64_t p, int64_t per_row, double k, double k2) { \
    const int last = m->ndim - 1;                                                               \
    static const size_t width[PEN_MAP_VIEWS] = {sizeof(TR), sizeof(TA), sizeof(TB), sizeof(TC)}; \
    const int64_t sr = m->strides[0][last], sa = m->strides[1][last], sb = m->strides[2][last]; \
    const int64_t sc = m->strides[3][last];                                                     \
    const int unit = sr == 1 && (m->views < 2 || sa == 1) && (m->views < 3 || sb == 1) && (m->views < 4 || sc == 1); \
    char *at[PEN_MAP_VIEWS] = {NULL, NULL, NULL, NULL};                                         \
    int64_t n;                                                                                  \
    pen_map_piece(m, p, per_row, at, width, &n);                                                \
    TR *r_ = (TR *)at[0];                                                                       \
    const TA *a_ = m->views > 1 ? (const TA *)at[1] : (const TA *)at[0];                        \
    const TB *b_ = m->views > 2 ? (const TB *)at[2] : (const TB *)at[0];                        \
    const TC *c_ = m->views > 3 ? (const TC *)at[3] : (const TC *)at[0];                        \
    (void)k, (void)k2;                                                                          \
    if (unit) {                                                                                 \
      _Pragma("omp simd")                                                                       \
      for (int64_t i = 0; i < n; i++) {                                                         \
        const TR r = r_[i]; const TA a = a_[i]; const TB b = b_[i]; const TC c = c_[i];         \
        (void)r, (void)a, (void)b, (void)c;                                                     \
        r_[i] = (TR)(expression);                                                               \
      }                                                                                         \
    } else {                                                                                    \
      for (int64_t i = 0; i < n; i++) {                                                         \
        const TR r = r_[i * sr]; const TA a = a_[i * sa]; const TB b = b_[i * sb]; const TC c = c_[i * sc]; \
        (void)r, (void)a, (void)b, (void)c;                                                     \
        r_[i * sr] = (TR)(expression);                                                          \
      }                                                                                         \
    }                                                                                           \
  }                                                                                             \
  static int name(pen_ctx *ctx, const pen_map *m, double k, double k2) {                        \
    const int64_t inner = m->sizes[m->ndim - 1], per_row = (inner + PEN_PIECE - 1) / PEN_PIECE; \
    const int64_t pieces = m->count / inner * per_row;                                          \
    (void)ctx;                                                                                  \
    PEN_PARALLEL(m->count > PEN_PIECE, PEN_STATIC, p, pieces,                                   \
                 name##_piece(m, pen_order(p, pieces), per_row, k, k2))                         \
    return PEN_OK;                                                                              \
  }

#endif

/* Where element i, in row-major order, of view v of a map lies: in elements from its address. */
PEN_BODY int64_t pen_map_offset(const pen_map *m, int v, int64_t i) {
  int64_t at = 0;
  for (int d = m->ndim - 1; d > 0; d--) {
    at += i % m->sizes[d] * m->strides[v][d];
    i /= m->sizes[d];
  }
  return at + i * m->strides[v][0];
}

/* skip(s, row, i): a processor leaves out elements i .. i + PEN_LANES - 1 where it is not 0; they must be zeros that
 * are added. */
#define PEN_NEVER(s, row, i) 0
#define PEN_FOLD_ROWS(name, body, Args, initial, combine) \
  PEN_FOLD_ROWS_BUT(name, body, PEN_NEVER, Args, initial, combine)

#define PEN_FOLD(name, body, Args, initial, combine)                               \
  PEN_BODY double name##_flat(const Args *s, int64_t row, int64_t i) {             \
    (void)row;                                                                     \
    return body(s, i);                                                             \
  }                                                                                \
  PEN_FOLD_ROWS(name##_rows, name##_flat, Args, initial, combine)                  \
  static int name(pen_ctx *ctx, const Args *args, int64_t n, double *out) {        \
    void *result;                                                                  \
    PEN_TRY(pen_scratch(ctx, &result, PEN_RESULT_SLOT, sizeof *out));              \
    PEN_TRY(name##_rows(ctx, args, 1, 1, n, 1.0, (double *)result));               \
    return pen_read_result(ctx, out, (const double *)result);                      \
  }

#define PEN_SUM(body, Args) PEN_FOLD(body##_sum, body, Args, 0.0, x + y)
#define PEN_SUM_ROWS(body, Args) PEN_FOLD_ROWS(body##_sum, body, Args, 0.0, x + y)
#define PEN_SUM_ROWS_BUT(body, skip, Args) PEN_FOLD_ROWS_BUT(body##_sum, body, skip, Args, 0.0, x + y)

#define PEN_MAP1(name, TR, expression) PEN_MAP_LOOP(name, TR, TR, TR, TR, expression)
#define PEN_MAP2(name, TR, TA, expression) PEN_MAP_LOOP(name, TR, TA, TR, TR, expression)
#define PEN_MAP3(name, TR, TA, TB, expression) PEN_MAP_LOOP(name, TR, TA, TB, TR, expression)
#define PEN_MAP4(name, TR, TA, TB, TC, expression) PEN_MAP_LOOP(name, TR, TA, TB, TC, expression)

/* Scratch slots of the sums; a function that sums must keep its own data in others. The second is for results: what
 * is there stays until the next sum that goes to the host. */
enum { PEN_SUM_SLOT = PEN_SCRATCH_SLOTS - 2, PEN_RESULT_SLOT = PEN_SCRATCH_SLOTS - 1 };

/* X(enumerator, C type, suffix) for all seven element types. */
#define PEN_FOR_TYPES(X)          \
  X(PEN_BYTE, uint8_t, byte)      \
  X(PEN_CHAR, int8_t, char)       \
  X(PEN_SHORT, int16_t, short)    \
  X(PEN_INT, int32_t, int)        \
  X(PEN_LONG, int64_t, long)      \
  X(PEN_FLOAT, float, float)      \
  X(PEN_DOUBLE, double, double)

/* The element types of pictures: byte (0..255), float and double, read and written as double. Give the type as a
 * constant, and the compiler keeps one branch. Bytes are rounded and clamped; NaN becomes 0 there. */
PEN_BODY int pen_is_pixel(int type) { return type == PEN_BYTE || type == PEN_FLOAT || type == PEN_DOUBLE; }

PEN_BODY double pen_pixel(int type, const void *p, int64_t i) {
  if (type == PEN_BYTE) return ((const uint8_t *)p)[i];
  return type == PEN_FLOAT ? (double)((const float *)p)[i] : ((const double *)p)[i];
}

PEN_BODY void pen_set_pixel(int type, void *p, int64_t i, double v) {
  if (type == PEN_BYTE) ((uint8_t *)p)[i] = v > 0 ? (uint8_t)(v < 255 ? v + 0.5 : 255) : 0;
  else if (type == PEN_FLOAT) ((float *)p)[i] = (float)v;
  else ((double *)p)[i] = v;
}

#endif
