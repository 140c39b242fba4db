/* Convolution (cross-correlation with zero padding, as in Torch's SpatialConvolution) on the CPU, by oneDNN:
 * y[b,o,i,j] = bias[o] + sum over c,u,v of w[o,c,u,v] x[b,c, i*stride_h - pad_h + u, j*stride_w - pad_w + v].
 * Tensors are plain outside; oneDNN chooses its own layouts and pen_plan reorders. */
#include <omp.h>
#include <string.h>

#include "dnnl.h"
#include "winograd.h"

enum { FORWARD, BACKWARD_DATA, BACKWARD_WEIGHTS };

/* The key of a plan: all that the primitive depends on. */
typedef struct {
  int64_t direction, algorithm, threads, bias, relu;
  pen_conv_shape shape;
} conv_key;
_Static_assert(sizeof(conv_key) == PEN_PLAN_KEY * sizeof(int64_t), "a conv_key fills a plan's key");

static dnnl_memory_desc_t layout(int ndims, const int64_t *sizes, dnnl_format_tag_t tag) {
  dnnl_memory_desc_t d;
  memset(&d, 0, sizeof d);
  dnnl_memory_desc_init_by_tag(&d, ndims, sizes, dnnl_f32, tag);
  return d;
}

static int describe(dnnl_convolution_desc_t *d, const conv_key *k, const dnnl_memory_desc_t *x,
                    const dnnl_memory_desc_t *w, const dnnl_memory_desc_t *bias, const dnnl_memory_desc_t *y) {
  const dnnl_dims_t stride = {k->shape.stride_h, k->shape.stride_w}, pad = {k->shape.pad_h, k->shape.pad_w};
  const dnnl_alg_kind_t a = (dnnl_alg_kind_t)k->algorithm;
  switch (k->direction) {
    case FORWARD:
      PEN_DNNL(dnnl_convolution_forward_desc_init(d, dnnl_forward_training, a, x, w, bias, y, stride, pad, pad));
      return PEN_OK;
    case BACKWARD_DATA:
      PEN_DNNL(dnnl_convolution_backward_data_desc_init(d, a, x, w, y, stride, pad, pad));
      return PEN_OK;
    default:
      PEN_DNNL(dnnl_convolution_backward_weights_desc_init(d, a, x, w, bias, y, stride, pad, pad));
      return PEN_OK;
  }
}

/* Hands the operation that key describes to make, which is pen_plan_build or pen_plan_measure. */
static int with_operation(pen_ctx *ctx, pen_plan *plan, const int64_t *key,
                          int (*make)(pen_ctx *, pen_plan *, const pen_operation *)) {
  static const int arguments[3][4] = {
      {DNNL_ARG_DST, DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS},
      {DNNL_ARG_DIFF_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, 0},
      {DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS, DNNL_ARG_SRC, DNNL_ARG_DIFF_DST},
  };
  const conv_key *k = (const conv_key *)key;
  const pen_conv_shape *z = &k->shape;
  const dnnl_dims_t xs = {z->batch, z->planes, z->h, z->w}, ys = {z->batch, z->out_planes, z->out_h, z->out_w};
  const dnnl_dims_t ws = {z->out_planes, z->planes, z->kernel_h, z->kernel_w}, bs = {z->out_planes};
  const dnnl_memory_desc_t x = layout(4, xs, dnnl_nchw), y = layout(4, ys, dnnl_nchw), w = layout(4, ws, dnnl_oihw);
  const dnnl_memory_desc_t bias = layout(1, bs, dnnl_a);
  const dnnl_memory_desc_t any_x = layout(4, xs, dnnl_format_tag_any), any_y = layout(4, ys, dnnl_format_tag_any);
  const dnnl_memory_desc_t any_w = layout(4, ws, dnnl_format_tag_any);
  const dnnl_memory_desc_t plain[3][4] = {{y, x, w, bias}, {x, y, w, bias}, {w, bias, x, y}};
  const int weights = k->direction == BACKWARD_WEIGHTS, n = weights ? 4 : 3 + (int)k->bias;
  dnnl_convolution_desc_t d;
  const pen_operation operation = {&d, n, weights ? 2 : 1, (int)k->relu, arguments[k->direction], plain[k->direction]};
  PEN_TRY(describe(&d, k, &any_x, &any_w, k->bias ? &bias : NULL, &any_y));
  int status = make(ctx, plan, &operation);
  if (status != PEN_EDEVICE || k->algorithm != dnnl_convolution_winograd) return status;
  d.alg_kind = dnnl_convolution_direct; /* processors without AVX-512 */
  return make(ctx, plan, &operation);
}

static int build(pen_ctx *ctx, pen_plan *plan, const int64_t *key) {
  return with_operation(ctx, plan, key, pen_plan_build);
}

static int fill_key(const char *function, conv_key *k, const pen_tensor *x, const pen_tensor *w, const pen_tensor *bias,
                    const pen_tensor *y, int stride_h, int stride_w, int pad_h, int pad_w) {
  PEN_TRY(pen_conv_check(function, &k->shape, PEN_FLOAT, x, w, bias, y, stride_h, stride_w, pad_h, pad_w));
  k->direction = FORWARD, k->algorithm = dnnl_convolution_direct;
  k->threads = omp_get_max_threads(), k->bias = bias != NULL, k->relu = 0;
  return PEN_OK;
}

static int is_winograd(const pen_ctx *ctx, const conv_key *k) {
  return !ctx->exact && pen_winograd_pays(&k->shape, k->direction != FORWARD);
}

static int run(pen_ctx *ctx, const conv_key *key, void *const *data, double *seconds) {
  pen_plan *plan;
  PEN_TRY(pen_plan_find(ctx, &plan, (const int64_t *)key, build));
  return pen_plan_run(ctx, plan, data, seconds);
}

int pen_conv_forward(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, const pen_tensor *w, const pen_tensor *bias,
                     int stride_h, int stride_w, int pad_h, int pad_w, int relu) {
  conv_key key;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(fill_key(__func__, &key, x, w, bias, y, stride_h, stride_w, pad_h, pad_w));
  key.relu = relu != 0;
  if (is_winograd(ctx, &key))
    return pen_winograd(ctx, &key.shape, 0, pen_floats(x), pen_floats(w), bias ? pen_floats(bias) : NULL, pen_floats(y),
                        key.relu);
  void *data[] = {pen_address(y), pen_address(x), pen_address(w), bias ? pen_address(bias) : NULL};
  return run(ctx, &key, data, NULL);
}

int pen_conv_backward_data(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, const pen_tensor *w, int stride_h,
                           int stride_w, int pad_h, int pad_w) {
  conv_key key;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(fill_key(__func__, &key, gx, w, NULL, gy, stride_h, stride_w, pad_h, pad_w));
  key.direction = BACKWARD_DATA;
  if (is_winograd(ctx, &key))
    return pen_winograd(ctx, &key.shape, 1, pen_floats(gx), pen_floats(w), NULL, pen_floats(gy), 0);
  void *data[] = {pen_address(gx), pen_address(gy), pen_address(w)};
  return run(ctx, &key, data, NULL);
}

static void add_scaled(float *r, const float *a, float scale, int64_t n) {
  for (int64_t i = 0; i < n; i++) r[i] += scale * a[i];
}

int pen_conv_backward_weights(pen_ctx *ctx, pen_tensor *gw, pen_tensor *gbias, const pen_tensor *x,
                              const pen_tensor *gy, int stride_h, int stride_w, int pad_h, int pad_w, double scale) {
  enum { SLOT = 1 }; /* the plan uses slot 0 */
  conv_key key;
  void *block;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(fill_key(__func__, &key, x, gw, gbias, gy, stride_h, stride_w, pad_h, pad_w));
  key.direction = BACKWARD_WEIGHTS, key.bias = 1;
  PEN_TRY(pen_scratch(ctx, &block, SLOT, (size_t)(pen_count(gw) + gw->sizes[0]) * sizeof(float)));
  float *fresh_w = (float *)block, *fresh_bias = fresh_w + pen_count(gw);
  void *data[] = {fresh_w, fresh_bias, pen_address(x), pen_address(gy)};
  PEN_TRY(run(ctx, &key, data, NULL));
  add_scaled(pen_floats(gw), fresh_w, (float)scale, pen_count(gw));
  if (gbias) add_scaled(pen_floats(gbias), fresh_bias, (float)scale, gbias->sizes[0]);
  return PEN_OK;
}

int pen_conv_time(pen_ctx *ctx, double *seconds, pen_tensor *x, const pen_tensor *w, pen_tensor *y, int backward,
                  int winograd, int stride, int pad) {
  conv_key key;
  PEN_REQUIRE(ctx && seconds, "NULL argument");
  PEN_TRY(fill_key(__func__, &key, x, w, NULL, y, stride, stride, pad, pad));
  key.direction = backward ? BACKWARD_DATA : FORWARD;
  key.algorithm = winograd ? dnnl_convolution_winograd : dnnl_convolution_direct;
  void *data[] = {pen_address(backward ? x : y), pen_address(backward ? y : x), pen_address(w)};
  return run(ctx, &key, data, seconds);
}

int pen_conv_scratch(pen_ctx *ctx, double *bytes, int64_t planes, int64_t h, int64_t w, int64_t out_planes, int kernel,
                     int backward) {
  PEN_REQUIRE(ctx && bytes, "NULL argument");
  PEN_REQUIRE(planes > 0 && h > 0 && w > 0 && out_planes > 0 && kernel > 0 && kernel % 2 == 1,
              "sizes must be positive, and kernel odd");
  const int pad = kernel / 2;
  const pen_conv_shape shape = {1, planes, h, w, out_planes, h, w, kernel, kernel, 1, 1, pad, pad};
  const int direction = backward ? BACKWARD_DATA : FORWARD;
  const conv_key key = {direction, dnnl_convolution_direct, omp_get_max_threads(), !backward, 0, shape};
  if (is_winograd(ctx, &key)) {
    *bytes = (double)pen_winograd_scratch(&shape, backward);
    return PEN_OK;
  }
  pen_plan plan;
  memset(&plan, 0, sizeof plan);
  PEN_TRY(pen_primitives_open(ctx));
  PEN_TRY(with_operation(ctx, &plan, (const int64_t *)&key, pen_plan_measure));
  *bytes = (double)(plan.inner_bytes + plan.scratchpad_bytes);
  return PEN_OK;
}
