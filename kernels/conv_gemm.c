/* Convolution as matrix products: with K = C * kernel_h * kernel_w and N positions of the output map, the taps of all
 * positions are the columns of a K x N matrix (im2col; Chellapilla et al. 2006), and
 *   y = w columns,   columns' gradient = w^T gy,   gw = gy columns^T.
 * Slower than a device's own convolution; its oracle, and what is left where that refuses. The matrix is made in blocks
 * of bounded size. */
#include "pen_kernel.h"

enum { COLUMN_SLOT = 0, BLOCK_ELEMENTS = 1 << 22, MIN_POSITIONS = 256 };

typedef struct {
  pen_conv_shape z;
  const float *x; /* one map of the batch */
  float *columns; /* rows x count */
  int64_t first, count; /* positions of the block, or all */
  float *gx;
  int64_t channel; /* first of the block of channels, going back */
} column_args;

/* Row k of the matrix is tap (c, u, v); its place in x for an output position, or -1 in the padding. */
PEN_BODY int64_t tap_place(const pen_conv_shape *z, int64_t k, int64_t position) {
  const int64_t v = k % z->kernel_w, u = k / z->kernel_w % z->kernel_h, c = k / (z->kernel_w * z->kernel_h);
  const int64_t y = position / z->out_w * z->stride_h - z->pad_h + u;
  const int64_t x = position % z->out_w * z->stride_w - z->pad_w + v;
  return y < 0 || y >= z->h || x < 0 || x >= z->w ? -1 : (c * z->h + y) * z->w + x;
}

PEN_BODY void gather_taps(const column_args *s, int64_t k, int64_t j) {
  const int64_t place = tap_place(&s->z, k, s->first + j);
  s->columns[k * s->count + j] = place < 0 ? 0.0f : s->x[place];
}

/* gx at place i of channel c of the block = the sum of its taps, each of one output position at most. */
PEN_BODY void sum_taps(const column_args *s, int64_t c, int64_t i) {
  const pen_conv_shape *z = &s->z;
  const int64_t y = i / z->w + z->pad_h, x = i % z->w + z->pad_w, taps = z->kernel_h * z->kernel_w;
  double sum = 0;
  for (int64_t u = 0; u < z->kernel_h; u++)
    for (int64_t v = 0; v < z->kernel_w; v++) {
      if (y < u || x < v || (y - u) % z->stride_h || (x - v) % z->stride_w) continue;
      const int64_t out_y = (y - u) / z->stride_h, out_x = (x - v) / z->stride_w;
      if (out_y >= z->out_h || out_x >= z->out_w) continue;
      sum += s->columns[(c * taps + u * z->kernel_w + v) * s->count + out_y * z->out_w + out_x];
    }
  s->gx[(s->channel + c) * z->h * z->w + i] = (float)sum;
}

typedef struct {
  const float *from;
  float *to;
  int64_t planes, n; /* positions of a plane */
  int64_t batch;
  float scale;
  int relu;
} bias_args;

PEN_BODY void finish(const bias_args *s, int64_t plane, int64_t i) {
  const float value = s->to[plane * s->n + i] + (s->from ? s->from[plane % s->planes] : 0.0f);
  s->to[plane * s->n + i] = s->relu && value <= 0 ? 0.0f : value;
}

PEN_BODY void sum_bias(const bias_args *s, int64_t plane) {
  double sum = 0;
  for (int64_t b = 0; b < s->batch; b++)
    for (int64_t i = 0; i < s->n; i++) sum += s->from[(b * s->planes + plane) * s->n + i];
  s->to[plane] += s->scale * (float)sum;
}

PEN_EACH_ROWS(gather_taps, column_args)
PEN_EACH_ROWS(sum_taps, column_args)
PEN_EACH_ROWS(finish, bias_args)
PEN_EACH(sum_bias, bias_args)

static int64_t taps_of(const pen_conv_shape *z) { return z->planes * z->kernel_h * z->kernel_w; }
static int64_t positions_of(const pen_conv_shape *z) { return z->out_h * z->out_w; }

/* Multiplies with a block of columns; y, the side of the outputs, begins at the map and position of the block. */
typedef int block_fn(pen_ctx *ctx, const column_args *s, float *y, float *w, float scale);

/* Calls multiply for each map of the batch and each block of its positions. */
static int each_block(pen_ctx *ctx, const pen_conv_shape *z, const float *x, float *y, float *w, float scale,
                      block_fn *multiply) {
  const int64_t taps = taps_of(z), n = positions_of(z);
  int64_t width = BLOCK_ELEMENTS / taps > MIN_POSITIONS ? BLOCK_ELEMENTS / taps : MIN_POSITIONS;
  if (width > n) width = n;
  void *block;
  PEN_TRY(pen_scratch(ctx, &block, COLUMN_SLOT, (size_t)(taps * width) * sizeof(float)));
  column_args s = {*z, x, (float *)block, 0, 0, NULL, 0};
  for (int64_t b = 0; b < z->batch; b++, s.x += z->planes * z->h * z->w, y += z->out_planes * n)
    for (s.first = 0; s.first < n; s.first += width) {
      s.count = n - s.first < width ? n - s.first : width;
      PEN_TRY(gather_taps_rows(ctx, &s, taps, s.count));
      PEN_TRY(multiply(ctx, &s, y + s.first, w, scale));
    }
  return PEN_OK;
}

static int multiply_forward(pen_ctx *ctx, const column_args *s, float *y, float *w, float scale) {
  const int64_t taps = taps_of(&s->z);
  return pen_sgemm(ctx, 'N', 'N', s->z.out_planes, s->count, taps, scale, w, taps, s->columns, s->count, 0, y,
                   positions_of(&s->z));
}

static int multiply_weights(pen_ctx *ctx, const column_args *s, float *gy, float *gw, float scale) {
  const int64_t taps = taps_of(&s->z);
  return pen_sgemm(ctx, 'N', 'T', s->z.out_planes, taps, s->count, scale, gy, positions_of(&s->z), s->columns,
                   s->count, 1, gw, taps);
}

int pen_conv_gemm_forward(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, const pen_tensor *w,
                          const pen_tensor *bias, int stride_h, int stride_w, int pad_h, int pad_w, int relu) {
  pen_conv_shape z;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_conv_check(__func__, &z, PEN_FLOAT, x, w, bias, y, stride_h, stride_w, pad_h, pad_w));
  PEN_TRY(each_block(ctx, &z, pen_floats(x), pen_floats(y), pen_floats(w), 1, multiply_forward));
  if (!bias && !relu) return PEN_OK;
  const bias_args a = {bias ? pen_floats(bias) : NULL, pen_floats(y), z.out_planes, positions_of(&z), z.batch, 1, relu};
  return finish_rows(ctx, &a, z.batch * z.out_planes, positions_of(&z));
}

int pen_conv_gemm_backward_data(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, const pen_tensor *w, int stride_h,
                                int stride_w, int pad_h, int pad_w) {
  column_args s;
  void *block;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_conv_check(__func__, &s.z, PEN_FLOAT, gx, w, NULL, gy, stride_h, stride_w, pad_h, pad_w));
  const int64_t taps = s.z.kernel_h * s.z.kernel_w, all_taps = taps_of(&s.z), n = positions_of(&s.z);
  int64_t channels = BLOCK_ELEMENTS / (taps * n) > 1 ? BLOCK_ELEMENTS / (taps * n) : 1;
  if (channels > s.z.planes) channels = s.z.planes;
  PEN_TRY(pen_scratch(ctx, &block, COLUMN_SLOT, (size_t)(channels * taps * n) * sizeof(float)));
  s.columns = (float *)block, s.first = 0, s.count = n;
  for (int64_t b = 0; b < s.z.batch; b++) {
    s.gx = pen_floats(gx) + b * s.z.planes * s.z.h * s.z.w;
    for (s.channel = 0; s.channel < s.z.planes; s.channel += channels) {
      const int64_t left = s.z.planes - s.channel, here = left < channels ? left : channels;
      PEN_TRY(pen_sgemm(ctx, 'T', 'N', here * taps, n, s.z.out_planes, 1, pen_floats(w) + s.channel * taps, all_taps,
                        pen_floats(gy) + b * s.z.out_planes * n, n, 0, s.columns, n));
      PEN_TRY(sum_taps_rows(ctx, &s, here, s.z.h * s.z.w));
    }
  }
  return PEN_OK;
}

int pen_conv_gemm_backward_weights(pen_ctx *ctx, pen_tensor *gw, pen_tensor *gbias, const pen_tensor *x,
                                   const pen_tensor *gy, int stride_h, int stride_w, int pad_h, int pad_w,
                                   double scale) {
  pen_conv_shape z;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_conv_check(__func__, &z, PEN_FLOAT, x, gw, gbias, gy, stride_h, stride_w, pad_h, pad_w));
  PEN_TRY(each_block(ctx, &z, pen_floats(x), pen_floats(gy), pen_floats(gw), (float)scale, multiply_weights));
  if (!gbias) return PEN_OK;
  const bias_args a = {pen_floats(gy), pen_floats(gbias), z.out_planes, positions_of(&z), z.batch, (float)scale, 0};
  return sum_bias_each(ctx, &a, z.out_planes);
}
