/* Matrix product r = alpha * a b + beta * r of strided matrices (torch.addmm). Floats go to the device's GEMM; all
 * other types are multiplied here, in tiles of 4 x 16 sums kept in registers, each sum in the order of k. Integers add
 * modulo 2^64 and are then cut to their type, as Torch's wrap around. */
#include "pen_kernel.h"

enum { TILE_ROWS = 4, TILE_COLUMNS = 16, SLOT_A = 0, SLOT_B = 1, SLOT_R = 2 };

/* A depth x n matrix copied into panels of width columns, depth rows each; what lies beyond n is 0. */
typedef struct {
  const void *in;
  void *out;
  int64_t depth, n, depth_stride, n_stride, width;
} pack_args;

#define PACK(type, C, suffix, Sum)                                                                       \
  PEN_BODY void pack_##suffix(const pack_args *s, int64_t i) {                                           \
    const int64_t panel = i / (s->depth * s->width), in_panel = i % (s->depth * s->width);               \
    const int64_t k = in_panel / s->width, j = panel * s->width + in_panel % s->width;                   \
    ((Sum *)s->out)[i] = j < s->n ? (Sum)((const C *)s->in)[k * s->depth_stride + j * s->n_stride] : (Sum)0; \
  }                                                                                                      \
  PEN_EACH(pack_##suffix, pack_args)

/* r[m x n] from panels: a of 4 rows, b of 16 columns. Element i is one tile. */
typedef struct {
  const void *a, *b;
  void *r;
  int64_t m, n, depth, row_stride, column_stride;
  double alpha, beta;
} tile_args;

#define TILE(type, C, suffix, Sum, Scale)                                                                \
  PEN_BODY void tile_##suffix(const tile_args *s, int64_t i) {                                           \
    const int64_t panels = (s->n + TILE_COLUMNS - 1) / TILE_COLUMNS;                                     \
    const int64_t row = i / panels * TILE_ROWS, column = i % panels * TILE_COLUMNS;                      \
    const Sum *a = (const Sum *)s->a + row * s->depth, *b = (const Sum *)s->b + column * s->depth;       \
    Sum sum[TILE_ROWS][TILE_COLUMNS] = {{0}};                                                            \
    for (int64_t k = 0; k < s->depth; k++, a += TILE_ROWS, b += TILE_COLUMNS)                            \
      for (int y = 0; y < TILE_ROWS; y++)                                                                \
        for (int x = 0; x < TILE_COLUMNS; x++) sum[y][x] += a[y] * b[x];                                 \
    for (int y = 0; y < TILE_ROWS && row + y < s->m; y++)                                                \
      for (int x = 0; x < TILE_COLUMNS && column + x < s->n; x++) {                                      \
        C *r = (C *)s->r + (row + y) * s->row_stride + (column + x) * s->column_stride;                  \
        const Sum old = s->beta == 0 ? (Sum)0 : (Sum)(Scale)s->beta * (Sum)*r;                           \
        *r = (C)((Sum)(Scale)s->alpha * sum[y][x] + old);                                                \
      }                                                                                                  \
  }                                                                                                      \
  PEN_EACH(tile_##suffix, tile_args)

PACK(PEN_FLOAT, float, float, float)
#define FOR_TILED_TYPES(X)                             \
  X(PEN_BYTE, uint8_t, byte, uint64_t, int64_t)        \
  X(PEN_CHAR, int8_t, char, uint64_t, int64_t)         \
  X(PEN_SHORT, int16_t, short, uint64_t, int64_t)      \
  X(PEN_INT, int32_t, int, uint64_t, int64_t)          \
  X(PEN_LONG, int64_t, long, uint64_t, int64_t)        \
  X(PEN_DOUBLE, double, double, double, double)
#define PACK_AND_TILE(type, C, suffix, Sum, Scale) \
  PACK(type, C, suffix, Sum)                       \
  TILE(type, C, suffix, Sum, Scale)
FOR_TILED_TYPES(PACK_AND_TILE)

static int pack(pen_ctx *ctx, int dtype, const pack_args *s) {
  const int64_t n = (s->n + s->width - 1) / s->width * s->width * s->depth;
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
  return tiled_product(ctx, r, a, b, alpha, beta);
}
