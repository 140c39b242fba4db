/* A matrix with 0 beside a diagonal: r[i][j] = a[i][j] where j <= i + k (or, upper, j >= i + k), else 0. Torch: tril,
 * triu. r may be a. */
#include "pen_kernel.h"

typedef struct {
  const void *a;
  void *r;
  int64_t columns, n, row_a, row_r, next_a, next_r, k;
  int upper;
} triangle_args;

/* A run of neighbours of the matrix in row-major order. */
#define BODIES(E, T, S)                                                                              \
  PEN_BODY void triangle_##S(const triangle_args *s, int64_t run) {                                  \
    const int64_t from = run * PEN_RUN, to = from + PEN_RUN < s->n ? from + PEN_RUN : s->n;          \
    int64_t row = from / s->columns, column = from % s->columns;                                     \
    for (int64_t i = from; i < to; i++) {                                                            \
      const int keep = s->upper ? column >= row + s->k : column <= row + s->k;                       \
      const T value = ((const T *)s->a)[row * s->row_a + column * s->next_a];                        \
      ((T *)s->r)[row * s->row_r + column * s->next_r] = keep ? value : (T)0;                        \
      if (++column == s->columns) row++, column = 0;                                                 \
    }                                                                                                \
  }                                                                                                  \
  PEN_EACH(triangle_##S, triangle_args)
PEN_FOR_TYPES(BODIES)

typedef int triangle_fn(pen_ctx *, const triangle_args *, int64_t);
#define ENTRY(E, T, S) triangle_##S##_each,
static triangle_fn *const triangles[PEN_TYPES] = {PEN_FOR_TYPES(ENTRY)};
#undef ENTRY

int pen_keep_triangle(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, int64_t k, int upper) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(a, PEN_ANY, 2);
  PEN_VIEW(r, a->dtype, 2);
  PEN_REQUIRE(pen_same_shape(r, a), "result and source differ in shape");
  const int64_t most = a->sizes[0] + a->sizes[1];
  const triangle_args args = {pen_address(a), pen_address(r), a->sizes[1], pen_count(a), a->strides[0], r->strides[0],
                              a->strides[1], r->strides[1], k < -most ? -most : k > most ? most : k, upper};
  return triangles[a->dtype](ctx, &args, (args.n + PEN_RUN - 1) / PEN_RUN);
}
