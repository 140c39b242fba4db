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
 * The order of elements in PEN_EACH is not defined: the shuffle build (PEN_SHUFFLE) permutes it to prove that nobody
 * relies on it. PEN_SUM adds doubles in chunks of fixed size and the chunks in order, so its result depends neither on
 * the number of threads nor on the build. */
#ifndef PEN_KERNEL_H
#define PEN_KERNEL_H

#include <math.h>

#include "internal.h"

enum { PEN_GRAIN = 4096, PEN_LANES = 8 };

#ifdef __CUDACC__

#include "cuda/launch.cuh"

#else

#define PEN_BODY static inline

#ifdef PEN_SHUFFLE
/* A permutation of 0..n-1 for n < 2^31: multiplication by a prime, shifted. */
static inline int64_t pen_order(int64_t i, int64_t n) {
  return (int64_t)(((uint64_t)i * 2654435761u + 12345u) % (uint64_t)n);
}
#else
#define pen_order(i, n) (i)
#endif

#define PEN_EACH(body, Args)                                                       \
  static int body##_each(pen_ctx *ctx, const Args *args, int64_t n) {              \
    const Args a = *args;                                                          \
    (void)ctx;                                                                     \
    _Pragma("omp parallel for schedule(static) if (n > 64)")                       \
    for (int64_t i = 0; i < n; i++) body(&a, pen_order(i, n));                     \
    return PEN_OK;                                                                 \
  }

#define PEN_SUM(body, Args)                                                        \
  static int body##_sum(pen_ctx *ctx, const Args *args, int64_t n, double *out) {  \
    const Args a = *args;                                                          \
    const int64_t chunks = (n + PEN_GRAIN - 1) / PEN_GRAIN;                        \
    void *block;                                                                   \
    PEN_TRY(pen_scratch(ctx, &block, PEN_SUM_SLOT, (size_t)chunks * sizeof(double))); \
    double *partial = (double *)block;                                             \
    _Pragma("omp parallel for schedule(static) if (chunks > 1)")                   \
    for (int64_t c = 0; c < chunks; c++) {                                         \
      const int64_t from = c * PEN_GRAIN, to = from + PEN_GRAIN < n ? from + PEN_GRAIN : n; \
      double lane[PEN_LANES] = {0};                                                \
      int64_t i = from;                                                            \
      for (; i + PEN_LANES <= to; i += PEN_LANES)                                  \
        for (int j = 0; j < PEN_LANES; j++) lane[j] += body(&a, i + j);            \
      for (int j = 0; i < to; i++, j++) lane[j] += body(&a, i);                    \
      partial[c] = ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7])); \
    }                                                                              \
    double sum = 0;                                                                \
    for (int64_t c = 0; c < chunks; c++) sum += partial[c];                        \
    *out = sum;                                                                    \
    return PEN_OK;                                                                 \
  }

#endif

/* Scratch slot that PEN_SUM uses; a function that sums must keep its own data in another one. */
enum { PEN_SUM_SLOT = PEN_SCRATCH_SLOTS - 1 };

/* X(enumerator, C type, suffix) for all seven element types. */
#define PEN_FOR_TYPES(X)          \
  X(PEN_BYTE, uint8_t, byte)      \
  X(PEN_CHAR, int8_t, char)       \
  X(PEN_SHORT, int16_t, short)    \
  X(PEN_INT, int32_t, int)        \
  X(PEN_LONG, int64_t, long)      \
  X(PEN_FLOAT, float, float)      \
  X(PEN_DOUBLE, double, double)

#endif
