/* What core/ and kernels/ share and do not export: errors, view checks, and the few jobs each device writes itself
 * (memory, GEMM, per-row sort; their CPU side is core/cpu, their CUDA side kernels/cuda). C11 and C++ alike. */
#ifndef PEN_INTERNAL_H
#define PEN_INTERNAL_H

#include "pen.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- errors ---- */

/* Stores "function: message" for pen_last_error and returns code. */
int pen_fail(int code, const char *function, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define PEN_FAIL(code, ...) return pen_fail(code, __func__, __VA_ARGS__)
#define PEN_REQUIRE(condition, ...) \
  do { \
    if (!(condition)) return pen_fail(PEN_EARG, __func__, __VA_ARGS__); \
  } while (0)
#define PEN_TRY(call) \
  do { \
    int pen_status_ = (call); \
    if (pen_status_ != PEN_OK) return pen_status_; \
  } while (0)

/* ---- views ---- */

enum { PEN_ANY = -1, PEN_SHAPE_TEXT = 128 };

/* Product of the sizes; 0 when empty. Only after pen_check_view: the product is known to fit then. */
static inline int64_t pen_count(const pen_tensor *t) {
  int64_t n = t->ndim > 0;
  for (int d = 0; d < t->ndim; d++) n *= t->sizes[d];
  return n;
}

size_t pen_type_size(int dtype);
const char *pen_type_name(int dtype);
/* "3x116x200 float", into text[PEN_SHAPE_TEXT]; returns text. */
char *pen_shape_text(char *text, const pen_tensor *t);

/* NULL, unknown type, sizes, strides or bounds beyond the storage, wrong dtype or ndim (PEN_ANY allows all) -> PEN_EARG
 * naming function and argument. Call it through the two macros, first thing in each exported function. */
int pen_check_view(const char *function, const char *name, const pen_tensor *t, int dtype, int ndim, int contiguous);
#define PEN_VIEW(t, dtype, ndim) PEN_TRY(pen_check_view(__func__, #t, t, dtype, ndim, 0))
#define PEN_CONTIGUOUS(t, dtype, ndim) PEN_TRY(pen_check_view(__func__, #t, t, dtype, ndim, 1))

/* A storage's address as the host sees it, to and from the one that kernels use. They differ in the far build alone: a
 * CPU library that stands for a device, whose addresses crash whoever follows them on the host. */
static inline void *pen_shield(void *data) {
#ifdef PEN_FAR
  return data ? (void *)((uintptr_t)data ^ (uintptr_t)1 << 62) : NULL;
#else
  return data;
#endif
}

/* Address of the first element. On the GPU this is a device address. */
static inline void *pen_address(const pen_tensor *t) {
  return t->store ? (char *)pen_shield(t->store->data) + (size_t)t->start * pen_type_size(t->dtype) : NULL;
}
static inline float *pen_floats(const pen_tensor *t) { return (float *)pen_address(t); }

/* Up to four views walked together in row-major order: one shape, adjacent dimensions merged where every view allows.
 * Dimension ndim - 1 is the innermost. */
enum { PEN_MAP_VIEWS = 4 };
typedef struct pen_map {
  int ndim, views;
  int64_t count, sizes[PEN_MAX_DIM], strides[PEN_MAP_VIEWS][PEN_MAX_DIM];
  void *data[PEN_MAP_VIEWS];
} pen_map;
/* Views must have equally many elements; those whose shape differs from the others' must be contiguous. */
int pen_map_views(const char *function, pen_map *map, int views, const pen_tensor *const *list);

/* ---- memory of a device ---- */

/* What a context knows of its memory, whichever device it is on. core/memory.c */
enum { PEN_SCRATCH_SLOTS = 5 };
typedef struct pen_memory {
  int64_t live, peak, limit, allocations;
  struct {
    void *block;
    size_t bytes;
  } scratch[PEN_SCRATCH_SLOTS];
} pen_memory;
pen_memory *pen_ctx_memory(pen_ctx *ctx);
/* Whether so many more bytes keep within the limit; to be asked before, and told of, each allocation. */
int pen_memory_allows(const pen_memory *m, size_t bytes);
void pen_memory_grew(pen_memory *m, size_t bytes);
void pen_scratch_free(pen_ctx *ctx);

int pen_ctx_device(const pen_ctx *ctx); /* PEN_HOST or its number */
int pen_here(void); /* the current context's device: tensors must lie there */
/* Both contiguous, of one type and count, one on the host and one on the device; or PEN_EARG for the named function. */
int pen_check_transfer(const char *function, const pen_tensor *r, const pen_tensor *a, int to_device);
int pen_device_alloc(pen_ctx *ctx, void **out, size_t bytes);
void pen_device_free(pen_ctx *ctx, void *block, size_t bytes);
int pen_device_realloc(pen_ctx *ctx, void **block, size_t old_bytes, size_t new_bytes);

/* Working memory of one call: slots are independent, each keeps its largest size, contents do not survive the
 * exported function that asked. Device memory, aligned for any element type. */
int pen_scratch(pen_ctx *ctx, void **out, int slot, size_t bytes);

/* ---- jobs written once per device ---- */

/* Row-major C[m x n] = alpha * op(A)[m x k] * op(B)[k x n] + beta * C, with row lengths lda, ldb, ldc; ta, tb: 'N' or
 * 'T'. [lib] */
int pen_sgemm(pen_ctx *ctx, char ta, char tb, int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t lda,
              const float *b, int64_t ldb, float beta, float *c, int64_t ldc);

/* Stable ascending order of each row of values[rows x n], NaN last: order[rows x n] holds 0-based places in the row.
 * Works in scratch slot PEN_SORT_SLOT. n < 2^31. [exact] */
enum { PEN_SORT_SLOT = 2 };
int pen_argsort_floats(pen_ctx *ctx, int32_t *order, const float *values, int64_t rows, int64_t n);

/* The arguments of pen_sort_rows. core/view.c */
int pen_check_sort(const char *function, const pen_tensor *values, const pen_tensor *order, const pen_tensor *a);

/* ---- random numbers ---- */

/* The next word of a checked generator, the next n, and the next number, evenly in [0, 1). core/generator.c */
uint32_t pen_random_word(pen_generator *g);
void pen_random_words(pen_generator *g, uint32_t *out, int n);
double pen_random_unit(pen_generator *g);

/* ---- convolution ---- */

typedef struct pen_conv_shape {
  int64_t batch, planes, h, w, out_planes, out_h, out_w, kernel_h, kernel_w, stride_h, stride_w, pad_h, pad_w;
} pen_conv_shape;
/* Contiguous, of this element type and fitting together, x the input side, y the output side, bias or NULL; else
 * PEN_EARG for the named function. core/conv_shape.c */
int pen_conv_check(const char *function, pen_conv_shape *out, int dtype, const pen_tensor *x, const pen_tensor *w,
                   const pen_tensor *bias, const pen_tensor *y, int stride_h, int stride_w, int pad_h, int pad_w);

/* ---- lists of indices (kernels/gather.c) ---- */

/* All of index (checked, long) within 1..limit; else PEN_EARG for the named function. */
int pen_check_indices(pen_ctx *ctx, const char *function, const pen_tensor *index, int64_t limit);

/* ---- masked feature maps (kernels/mask.c) ---- */

/* features C x H x W and mask H x W, contiguous floats that fit together; else PEN_EARG for the named function. */
int pen_check_masked(const char *function, const pen_tensor *features, const pen_tensor *mask);
/* positions as pen_mask_positions makes them: int, contiguous, from 1 to all of the mask's; else PEN_EARG. */
int pen_check_positions(const char *function, const pen_tensor *positions, const pen_tensor *mask);
/* Above this a position takes part in the histogram loss (Luan et al. 2018). */
#define PEN_MASK_LEVEL 0.1f

#ifdef __cplusplus
}
#endif

#endif
