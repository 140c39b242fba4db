/* Matrix product r = alpha * a b + beta * r of strided matrices (torch.addmm). Floats go to the device's GEMM; all
 * other types are multiplied here: in tiles of 4 x 16 sums kept in registers, each sum in the order of k, or as a
 * matrix and a vector. Integers add modulo 2^64 and are then cut to their type, as Torch's wrap around. */
#include "pen_kernel.h"

enum { TILE_ROWS = 4, TILE_COLUMNS = 16, SLOT_A = 0, SLOT_B = 1, SLOT_R = 2 };

/* A depth x n matrix copied into panels of width columns, depth rows each; what lies beyond n is 0. Element i is a run
 * of such a row. */
typedef struct {
  const void *in;
  void *out;
  int64_t depth, n, depth_stride, n_stride, width;
} pack_args;

PEN_BODY int64_t runs_of(int64_t width) { return (width + PEN_RUN - 1) / PEN_RUN; }

#define PACK(type, C, suffix, Sum)                                                                    \
  PEN_BODY void pack_##suffix(const pack_args *s, int64_t i) {                                        \
    const int64_t runs = runs_of(s->width), row = i / runs, from = i % runs * PEN_RUN;                \
    const int64_t to = from + PEN_RUN < s->width ? from + PEN_RUN : s->width;                         \
    const int64_t column = row / s->depth * s->width, left = s->n - column < to ? s->n - column : to; \
    const C *in = (const C *)s->in + row % s->depth * s->depth_stride + column * s->n_stride;         \
    Sum *out = (Sum *)s->out + row * s->width;                                                        \
    for (int64_t j = from; j < left; j++) out[j] = (Sum)in[j * s->n_stride];                          \
    for (int64_t j = from < left ? left : from; j < to; j++) out[j] = (Sum)0;                         \
  }                                                                                                   \
  PEN_EACH(pack_##suffix, pack_args)

/* r[m x n] from panels: a of 4 rows, b of 16 columns. Element i is one tile. */
typedef struct {
  const void *a, *b;
  void *r;
  int64_t m, n, depth, row_stride, column_stride;
  double alpha, beta;
} tile_args;

#define SCALED(type, C, suffix, Sum, Scale)                                                              \
  PEN_BODY C scaled_##suffix(double alpha, double beta, Sum sum, C old) {                                \
    return (C)((Sum)(Scale)alpha * sum + (beta == 0 ? (Sum)0 : (Sum)(Scale)beta * (Sum)old));            \
  }

#define TILE(type, C, suffix, Sum, Scale)                                                                    \
  PEN_BODY void put_##suffix(const tile_args *s, int64_t row, int64_t column, int64_t n, const Sum *sum) {   \
    const int64_t step = s->column_stride;                                                                   \
    C *r = (C *)s->r + row * s->row_stride + column * step;                                                  \
    if (step == 1)                                                                                           \
      for (int64_t x = 0; x < n; x++) r[x] = scaled_##suffix(s->alpha, s->beta, sum[x], r[x]);               \
    else                                                                                                     \
      for (int64_t x = 0; x < n; x++) r[x * step] = scaled_##suffix(s->alpha, s->beta, sum[x], r[x * step]); \
  }                                                                                                          \
  PEN_BODY void tile_##suffix(const tile_args *s, int64_t i) {                                               \
    const int64_t panels = (s->n + TILE_COLUMNS - 1) / TILE_COLUMNS;                                         \
    const int64_t row = i / panels * TILE_ROWS, column = i % panels * TILE_COLUMNS;                          \
    const Sum *a = (const Sum *)s->a + row * s->depth, *b = (const Sum *)s->b + column * s->depth;           \
    Sum sum[TILE_ROWS][TILE_COLUMNS] = {{0}};                                                                \
    for (int64_t k = 0; k < s->depth; k++, a += TILE_ROWS, b += TILE_COLUMNS)                                \
      for (int x = 0; x < TILE_COLUMNS; x++) { /* rows by name: a loop over them is not kept in registers */ \
        sum[0][x] += a[0] * b[x];                                                                            \
        sum[1][x] += a[1] * b[x];                                                                            \
        sum[2][x] += a[2] * b[x];                                                                            \
        sum[3][x] += a[3] * b[x];                                                                            \
      }                                                                                                      \
    for (int y = 0; y < TILE_ROWS && row + y < s->m; y++)                                                    \
      put_##suffix(s, row + y, column, s->n - column < TILE_COLUMNS ? s->n - column : TILE_COLUMNS, sum[y]); \
  }                                                                                                          \
  PEN_EACH(tile_##suffix, tile_args)

/* ---- a matrix and a vector ---- */

/* r[m] from a [m x depth] and x. Element i is a block of `width` elements of r. */
typedef struct {
  const void *a, *x;
  void *r;
  int64_t m, depth, row_stride, depth_stride, x_stride, r_stride, width;
  double alpha, beta;
} vector_args;

enum { VECTOR_BLOCK = PEN_RUN < 64 ? PEN_RUN : 64, LANES = 8 };

/* Where rows are dense, element k of a sum goes to accumulator k % LANES, and these are added in order; else the sums
 * of neighbouring rows grow together, each in the order of k. */
#define VECTOR(type, C, suffix, Sum, Scale)                                                              \
  PEN_BODY void dense_row_##suffix(const vector_args *s, const C *a, Sum *sum) {                         \
    const C *x = (const C *)s->x;                                                                        \
    Sum lane[LANES] = {0};                                                                               \
    int64_t k = 0;                                                                                       \
    for (; k + LANES <= s->depth; k += LANES)                                                            \
      for (int j = 0; j < LANES; j++) lane[j] += (Sum)a[k + j] * (Sum)x[k + j];                          \
    for (int j = 0; k < s->depth; k++, j++) lane[j] += (Sum)a[k] * (Sum)x[k];                            \
    *sum = lane[0];                                                                                      \
    for (int j = 1; j < LANES; j++) *sum += lane[j];                                                     \
  }                                                                                                      \
  PEN_BODY void neighbours_##suffix(const vector_args *s, const C *a, int64_t n, Sum *sum) {             \
    for (int64_t w = 0; w < n; w++) sum[w] = 0;                                                          \
    for (int64_t k = 0; k < s->depth; k++) {                                                             \
      const Sum x = (Sum)((const C *)s->x)[k * s->x_stride];                                             \
      const C *column = a + k * s->depth_stride;                                                         \
      if (s->row_stride == 1)                                                                            \
        for (int64_t w = 0; w < n; w++) sum[w] += (Sum)column[w] * x;                                    \
      else                                                                                               \
        for (int64_t w = 0; w < n; w++) sum[w] += (Sum)column[w * s->row_stride] * x;                    \
    }                                                                                                    \
  }                                                                                                      \
  PEN_BODY void vector_##suffix(const vector_args *s, int64_t i) {                                       \
    const int64_t from = i * s->width, n = s->m - from < s->width ? s->m - from : s->width;              \
    const C *a = (const C *)s->a + from * s->row_stride;                                                 \
    C *r = (C *)s->r + from * s->r_stride;                                                               \
    Sum sum[VECTOR_BLOCK];                                                                               \
    if (s->depth_stride == 1 && s->x_stride == 1) dense_row_##suffix(s, a, sum);                         \
    else neighbours_##suffix(s, a, n, sum);                                                              \
    for (int64_t w = 0; w < n; w++)                                                                      \
      r[w * s->r_stride] = scaled_##suffix(s->alpha, s->beta, sum[w], r[w * s->r_stride]);               \
  }                                                                                                      \
  PEN_EACH(vector_##suffix, vector_args)

PACK(PEN_FLOAT, float, float, float)
#define FOR_TILED_TYPES(X)                             \
  X(PEN_BYTE, uint8_t, byte, uint64_t, int64_t)        \
  X(PEN_CHAR, int8_t, char, uint64_t, int64_t)         \
  X(PEN_SHORT, int16_t, short, uint64_t, int64_t)      \
  X(PEN_INT, int32_t, int, uint64_t, int64_t)          \
  X(PEN_LONG, int64_t, long, uint64_t, int64_t)        \
  X(PEN_DOUBLE, double, double, double, double)
#define PRODUCTS(type, C, suffix, Sum, Scale) \
  PACK(type, C, suffix, Sum)                  \
  SCALED(type, C, suffix, Sum, Scale)         \
  TILE(type, C, suffix, Sum, Scale)           \
  VECTOR(type, C, suffix, Sum, Scale)
FOR_TILED_TYPES(PRODUCTS)

static int pack(pen_ctx *ctx, int dtype, const pack_args *s) {
  const int64_t n = (s->n + s->width - 1) / s->width * s->depth * runs_of(s->width);
  switch (dtype) {
#define CASE(type, C, suffix, Sum, Scale) \
  case type: return pack_##suffix##_each(ctx, s, n);
    FOR_TILED_TYPES(CASE)
#undef CASE
    default: return pack_float_each(ctx, s, n);
  }
}

static int tiled_product(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, double alpha,
                         double beta) {
  const int64_t m = r->sizes[0], n = r->sizes[1], depth = a->sizes[1];
  const int64_t row_tiles = (m + TILE_ROWS - 1) / TILE_ROWS, panels = (n + TILE_COLUMNS - 1) / TILE_COLUMNS;
  void *pa, *pb;
  PEN_TRY(pen_scratch(ctx, &pa, SLOT_A, (size_t)(row_tiles * TILE_ROWS * depth) * sizeof(double)));
  PEN_TRY(pen_scratch(ctx, &pb, SLOT_B, (size_t)(panels * TILE_COLUMNS * depth) * sizeof(double)));
  const pack_args rows = {pen_address(a), pa, depth, m, a->strides[1], a->strides[0], TILE_ROWS};
  const pack_args columns = {pen_address(b), pb, depth, n, b->strides[0], b->strides[1], TILE_COLUMNS};
  PEN_TRY(pack(ctx, a->dtype, &rows));
  PEN_TRY(pack(ctx, b->dtype, &columns));
  const tile_args s = {pa, pb, pen_address(r), m, n, depth, r->strides[0], r->strides[1], alpha, beta};
  switch (r->dtype) {
#define CASE(type, C, suffix, Sum, Scale) \
  case type: return tile_##suffix##_each(ctx, &s, row_tiles * panels);
    FOR_TILED_TYPES(CASE)
#undef CASE
    default: return PEN_OK;
  }
}

/* How many elements of the result are found together: few where the work is worth many threads. */
static int64_t vector_width(const vector_args *s) {
  const int64_t share = s->m / 128 / 8 * 8;
  if (s->depth_stride == 1 && s->x_stride == 1) return 1;
  if (VECTOR_BLOCK <= 8 || s->m * s->depth <= 1 << 18 || share >= VECTOR_BLOCK) return VECTOR_BLOCK;
  return share < 8 ? 8 : share;
}

static int vector_product(pen_ctx *ctx, int dtype, vector_args *s) {
  s->width = vector_width(s);
  const int64_t blocks = (s->m + s->width - 1) / s->width;
  switch (dtype) {
#define CASE(type, C, suffix, Sum, Scale) \
  case type: return vector_##suffix##_each(ctx, s, blocks);
    FOR_TILED_TYPES(CASE)
#undef CASE
    default: return PEN_OK;
  }
}

/* The product of all types but float. */
static int product(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, double alpha, double beta) {
  void *to = pen_address(r);
  const void *left = pen_address(a), *right = pen_address(b);
  vector_args column = {left, right, to, r->sizes[0], a->sizes[1], a->strides[0], a->strides[1], b->strides[0],
                        r->strides[0], 0, alpha, beta};
  vector_args row = {right, left, to, r->sizes[1], a->sizes[1], b->strides[1], b->strides[0], a->strides[1],
                     r->strides[1], 0, alpha, beta};
  if (r->sizes[1] == 1) return vector_product(ctx, r->dtype, &column);
  if (r->sizes[0] == 1) return vector_product(ctx, r->dtype, &row);
  return tiled_product(ctx, r, a, b, alpha, beta);
}

/* Result of a GEMM brought into a matrix whose rows and columns are both strided. */
typedef struct {
  const float *product;
  float *r;
  int64_t n, row_stride, column_stride;
  float alpha, beta;
} merge_args;

PEN_BODY void merge(const merge_args *s, int64_t i) {
  float *r = s->r + i / s->n * s->row_stride + i % s->n * s->column_stride;
  *r = s->alpha * s->product[i] + (s->beta == 0 ? 0.0f : s->beta * *r);
}
PEN_EACH(merge, merge_args)

/* Row length for GEMM if rows are dense and do not overlap, else 0. */
static int64_t row_length(int64_t rows, int64_t columns, int64_t row_stride, int64_t column_stride) {
  if (columns > 1 && column_stride != 1) return 0;
  if (rows > 1 && row_stride < columns) return 0;
  return row_stride > columns ? row_stride : columns;
}

typedef struct {
  char transpose;
  const float *data;
  int64_t length;
} operand;

/* The operand as it lies, or transposed, or packed into a scratch slot. */
static int find_operand(pen_ctx *ctx, operand *o, const pen_tensor *t, int slot) {
  const int64_t rows = t->sizes[0], columns = t->sizes[1];
  void *block;
  o->transpose = 'N', o->data = pen_floats(t), o->length = row_length(rows, columns, t->strides[0], t->strides[1]);
  if (o->length) return PEN_OK;
  o->transpose = 'T', o->length = row_length(columns, rows, t->strides[1], t->strides[0]);
  if (o->length) return PEN_OK;
  PEN_TRY(pen_scratch(ctx, &block, slot, (size_t)(rows * columns) * sizeof(float)));
  const pack_args s = {o->data, block, rows, columns, t->strides[0], t->strides[1], columns};
  o->transpose = 'N', o->data = (const float *)block, o->length = columns;
  return pack(ctx, PEN_FLOAT, &s);
}

static int float_product(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, float alpha,
                         float beta) {
  const int64_t m = r->sizes[0], n = r->sizes[1], depth = a->sizes[1];
  operand x, y;
  void *block;
  PEN_TRY(find_operand(ctx, &x, a, SLOT_A));
  PEN_TRY(find_operand(ctx, &y, b, SLOT_B));
  int64_t length = row_length(m, n, r->strides[0], r->strides[1]);
  if (length)
    return pen_sgemm(ctx, x.transpose, y.transpose, m, n, depth, alpha, x.data, x.length, y.data, y.length, beta,
                     pen_floats(r), length);
  length = row_length(n, m, r->strides[1], r->strides[0]);
  if (length) /* r is stored transposed: compute b' a' */
    return pen_sgemm(ctx, y.transpose == 'N' ? 'T' : 'N', x.transpose == 'N' ? 'T' : 'N', n, m, depth, alpha, y.data,
                     y.length, x.data, x.length, beta, pen_floats(r), length);
  PEN_TRY(pen_scratch(ctx, &block, SLOT_R, (size_t)(m * n) * sizeof(float)));
  float *product = (float *)block;
  PEN_TRY(pen_sgemm(ctx, x.transpose, y.transpose, m, n, depth, 1, x.data, x.length, y.data, y.length, 0, product, n));
  const merge_args s = {product, pen_floats(r), n, r->strides[0], r->strides[1], alpha, beta};
  return merge_each(ctx, &s, m * n);
}

int pen_gemm(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, double alpha, double beta) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(r, PEN_ANY, 2);
  PEN_VIEW(a, r->dtype, 2);
  PEN_VIEW(b, r->dtype, 2);
  char rt[PEN_SHAPE_TEXT], at[PEN_SHAPE_TEXT], bt[PEN_SHAPE_TEXT];
  PEN_REQUIRE(a->sizes[1] == b->sizes[0] && r->sizes[0] == a->sizes[0] && r->sizes[1] == b->sizes[1],
              "sizes do not fit: r is %s, a is %s, b is %s", pen_shape_text(rt, r), pen_shape_text(at, a),
              pen_shape_text(bt, b));
  const int64_t most = (int64_t)1 << 56; /* so that no size in bytes overflows */
  PEN_REQUIRE(pen_count(r) < most && pen_count(a) < most && pen_count(b) < most, "too large: r is %s, a is %s",
              pen_shape_text(rt, r), pen_shape_text(at, a));
  if (r->dtype == PEN_FLOAT) return float_product(ctx, r, a, b, (float)alpha, (float)beta);
  PEN_REQUIRE(r->dtype == PEN_DOUBLE || (fabs(alpha) < 9e18 && fabs(beta) < 9e18),
              "alpha %g or beta %g does not fit an integer", alpha, beta);
  return product(ctx, r, a, b, alpha, beta);
}
