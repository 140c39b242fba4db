// Convolution on CUDA, by cuDNN; the only file that names it. An algorithm is chosen once for each shape, direction and
// precision, by cuDNN's own estimate or (pen_ctx_autotune) by its timing. What cuDNN refuses goes through matrix
// products (kernels/conv_gemm.c).
//
// With PEN_BF16 both operands become 16-bit numbers with the channels innermost, sums stay float, and results come back
// as float maps.
#include <cuda_bf16.h>
#include <cudnn.h>
#include <stdlib.h>
#include <string.h>

#include "context.cuh"
#include "pen_kernel.h"

enum { FORWARD, BACKWARD_DATA, BACKWARD_WEIGHTS };
enum { PLANS = 128, WORKSPACE_SLOT = 0, NARROW_SLOT = 1 };
static const size_t MOST_WORKSPACE = (size_t)1 << 30;

typedef struct {
  int64_t direction, precision;
  pen_conv_shape shape;
} conv_key;

typedef struct {
  conv_key key;
  cudnnTensorDescriptor_t x, y, bias;
  cudnnFilterDescriptor_t w;
  cudnnConvolutionDescriptor_t conv;
  int algorithm, refused; // refused: cuDNN has none for it
  size_t workspace;
} conv_plan;

struct pen_dnn {
  cudnnHandle_t handle;
  int used, next;
  conv_plan plans[PLANS];
};

static int check(const char *function, cudnnStatus_t status) {
  if (status == CUDNN_STATUS_SUCCESS) return PEN_OK;
  return pen_fail(PEN_EDEVICE, function, "cuDNN: %s", cudnnGetErrorString(status));
}
#define PEN_DNN(call) PEN_TRY(check(__func__, call))

// ---- lifetime ----

static void drop_plan(conv_plan *p) {
  if (p->x) cudnnDestroyTensorDescriptor(p->x);
  if (p->y) cudnnDestroyTensorDescriptor(p->y);
  if (p->bias) cudnnDestroyTensorDescriptor(p->bias);
  if (p->w) cudnnDestroyFilterDescriptor(p->w);
  if (p->conv) cudnnDestroyConvolutionDescriptor(p->conv);
  memset(p, 0, sizeof *p);
}

void pen_dnn_free(pen_dnn *dnn) {
  if (!dnn) return;
  for (int i = 0; i < dnn->used; i++) drop_plan(&dnn->plans[i]);
  if (dnn->handle) cudnnDestroy(dnn->handle);
  free(dnn);
}

static int get_dnn(pen_ctx *ctx) {
  if (ctx->dnn) return PEN_OK;
  ctx->dnn = (pen_dnn *)calloc(1, sizeof *ctx->dnn);
  if (!ctx->dnn) PEN_FAIL(PEN_EMEM, "out of memory");
  int status = check(__func__, cudnnCreate(&ctx->dnn->handle));
  if (status == PEN_OK) status = check(__func__, cudnnSetStream(ctx->dnn->handle, ctx->stream));
  if (status == PEN_OK) return PEN_OK;
  pen_dnn_free(ctx->dnn);
  ctx->dnn = NULL;
  return status;
}

// ---- plans ----

static int describe(conv_plan *p) {
  const pen_conv_shape *z = &p->key.shape;
  const int narrow = p->key.precision == PEN_BF16;
  const cudnnDataType_t type = narrow ? CUDNN_DATA_BFLOAT16 : CUDNN_DATA_FLOAT;
  const cudnnTensorFormat_t format = narrow ? CUDNN_TENSOR_NHWC : CUDNN_TENSOR_NCHW;
  const int64_t *size = (const int64_t *)z; // cuDNN's are int
  for (size_t i = 0; i < sizeof *z / sizeof *size; i++)
    PEN_REQUIRE(size[i] <= INT32_MAX, "a size of %lld is too large for cuDNN", (long long)size[i]);
  PEN_DNN(cudnnCreateTensorDescriptor(&p->x));
  PEN_DNN(cudnnCreateTensorDescriptor(&p->y));
  PEN_DNN(cudnnCreateTensorDescriptor(&p->bias));
  PEN_DNN(cudnnCreateFilterDescriptor(&p->w));
  PEN_DNN(cudnnCreateConvolutionDescriptor(&p->conv));
  PEN_DNN(cudnnSetTensor4dDescriptor(p->x, format, type, (int)z->batch, (int)z->planes, (int)z->h, (int)z->w));
  PEN_DNN(cudnnSetTensor4dDescriptor(p->y, format, type, (int)z->batch, (int)z->out_planes, (int)z->out_h,
                                     (int)z->out_w));
  PEN_DNN(cudnnSetTensor4dDescriptor(p->bias, CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, 1, (int)z->out_planes, 1, 1));
  PEN_DNN(cudnnSetFilter4dDescriptor(p->w, type, format, (int)z->out_planes, (int)z->planes, (int)z->kernel_h,
                                     (int)z->kernel_w));
  PEN_DNN(cudnnSetConvolution2dDescriptor(p->conv, (int)z->pad_h, (int)z->pad_w, (int)z->stride_h, (int)z->stride_w, 1,
                                          1, CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT));
  PEN_DNN(cudnnSetConvolutionMathType(p->conv, p->key.precision == PEN_EXACT ? CUDNN_FMA_MATH : CUDNN_DEFAULT_MATH));
  return PEN_OK;
}

// The first algorithm that works within the memory and always adds in the same order; the results are sorted by speed.
#define CHOOSE(results, count)                                                                       \
  do {                                                                                               \
    p->refused = 1;                                                                                  \
    for (int i = 0; i < count && p->refused; i++) {                                                  \
      if (results[i].status != CUDNN_STATUS_SUCCESS || results[i].memory > MOST_WORKSPACE) continue; \
      if (results[i].determinism != CUDNN_DETERMINISTIC) continue;                                   \
      p->algorithm = (int)results[i].algo, p->workspace = results[i].memory, p->refused = 0;         \
      PEN_DNN(cudnnSetConvolutionMathType(p->conv, results[i].mathType));                            \
    }                                                                                                \
  } while (0)

enum { CHOICES = 8 };

// Kind: Forward, BackwardData or BackwardFilter. Timing takes memory of its own for the time being.
#define CHOOSE_BY(Kind, Perf, ...)                                                                   \
  do {                                                                                               \
    Perf results[CHOICES];                                                                           \
    if (timed) PEN_DNN(cudnnFindConvolution##Kind##Algorithm(__VA_ARGS__, CHOICES, &count, results)); \
    else PEN_DNN(cudnnGetConvolution##Kind##Algorithm_v7(__VA_ARGS__, CHOICES, &count, results));    \
    CHOOSE(results, count);                                                                          \
  } while (0)

static int choose(pen_dnn *dnn, conv_plan *p, int timed) {
  int count = 0;
  if (p->key.direction == FORWARD)
    CHOOSE_BY(Forward, cudnnConvolutionFwdAlgoPerf_t, dnn->handle, p->x, p->w, p->conv, p->y);
  else if (p->key.direction == BACKWARD_DATA)
    CHOOSE_BY(BackwardData, cudnnConvolutionBwdDataAlgoPerf_t, dnn->handle, p->w, p->y, p->conv, p->x);
  else
    CHOOSE_BY(BackwardFilter, cudnnConvolutionBwdFilterAlgoPerf_t, dnn->handle, p->x, p->y, p->conv, p->w);
  return PEN_OK;
}

// The plan for this work, made at the first call. A shape that cuDNN cannot describe has one, too: it says so.
static int find_plan(pen_ctx *ctx, conv_plan **out, const conv_key *key) {
  PEN_TRY(get_dnn(ctx));
  pen_dnn *dnn = ctx->dnn;
  for (int i = 0; i < dnn->used; i++)
    if (memcmp(&dnn->plans[i].key, key, sizeof *key) == 0) {
      *out = &dnn->plans[i];
      return PEN_OK;
    }
  conv_plan *p = &dnn->plans[dnn->next];
  drop_plan(p);
  p->key = *key;
  if (describe(p) != PEN_OK) p->refused = 1;
  else if (choose(dnn, p, ctx->autotune && !ctx->recording) != PEN_OK) p->refused = 1;
  dnn->next = (dnn->next + 1) % PLANS;
  if (dnn->used < PLANS) dnn->used++;
  *out = p;
  return PEN_OK;
}

// ---- 16-bit operands ----

enum { SIDE = 32 }; // of a square tile

// rows x columns (float) -> columns x rows (16 bits), or back; one matrix for each block in y. A tile goes through
// shared memory, so that both sides are read and written in order.
template <typename From, typename To>
static __global__ void transpose(const From *from, To *to, int64_t rows, int64_t columns) {
  __shared__ float tile[SIDE][SIDE + 1];
  const int64_t across = (columns + SIDE - 1) / SIDE, offset = (int64_t)blockIdx.y * rows * columns;
  const int64_t row0 = blockIdx.x / across * SIDE, column0 = blockIdx.x % across * SIDE;
  for (int j = threadIdx.y; j < SIDE; j += blockDim.y) {
    const int64_t row = row0 + j, column = column0 + threadIdx.x;
    if (row < rows && column < columns) tile[j][threadIdx.x] = (float)from[offset + row * columns + column];
  }
  __syncthreads();
  for (int j = threadIdx.y; j < SIDE; j += blockDim.y) {
    const int64_t column = column0 + j, row = row0 + threadIdx.x;
    if (row < rows && column < columns) to[offset + column * rows + row] = (To)tile[threadIdx.x][j];
  }
}

template <typename From, typename To>
static int transpose_maps(pen_ctx *ctx, const From *from, To *to, int64_t maps, int64_t rows, int64_t columns) {
  const int64_t tiles = ((columns + SIDE - 1) / SIDE) * ((rows + SIDE - 1) / SIDE);
  PEN_REQUIRE(maps <= 65535 && tiles <= INT32_MAX, "%lld maps of %lld x %lld are too large for bf16", (long long)maps,
              (long long)rows, (long long)columns);
  const dim3 grid((unsigned)tiles, (unsigned)maps), block(SIDE, 8);
  transpose<From, To><<<grid, block, 0, ctx->stream>>>(from, to, rows, columns);
  return pen_cuda_launched(ctx, "transpose");
}

typedef struct {
  int64_t x, y, w; // elements
} volumes;

static volumes volumes_of(const pen_conv_shape *z) {
  const volumes v = {z->batch * z->planes * z->h * z->w, z->batch * z->out_planes * z->out_h * z->out_w,
                     z->out_planes * z->planes * z->kernel_h * z->kernel_w};
  return v;
}

typedef struct {
  __nv_bfloat16 *x, *y, *w;
} narrow_operands;

static int take_narrow(pen_ctx *ctx, narrow_operands *o, const pen_conv_shape *z) {
  const volumes v = volumes_of(z);
  void *block;
  const int64_t x = (v.x + 127) / 128 * 128, y = (v.y + 127) / 128 * 128; // 256-byte boundaries
  PEN_TRY(pen_scratch(ctx, &block, NARROW_SLOT, (size_t)(x + y + v.w) * sizeof(__nv_bfloat16)));
  o->x = (__nv_bfloat16 *)block, o->y = o->x + x, o->w = o->y + y;
  return PEN_OK;
}

// ---- the three directions ----

typedef struct {
  const void *x, *y, *w; // as cuDNN takes them: what is computed is written
} operands;

static int compute(pen_ctx *ctx, const conv_plan *p, const operands *o, float scale, float keep) {
  cudnnHandle_t handle = ctx->dnn->handle;
  void *workspace;
  PEN_TRY(pen_scratch(ctx, &workspace, WORKSPACE_SLOT, p->workspace));
  if (p->key.direction == FORWARD) {
    PEN_DNN(cudnnConvolutionForward(handle, &scale, p->x, o->x, p->w, o->w, p->conv,
                                    (cudnnConvolutionFwdAlgo_t)p->algorithm, workspace, p->workspace, &keep, p->y,
                                    (void *)o->y));
  } else if (p->key.direction == BACKWARD_DATA) {
    PEN_DNN(cudnnConvolutionBackwardData(handle, &scale, p->w, o->w, p->y, o->y, p->conv,
                                         (cudnnConvolutionBwdDataAlgo_t)p->algorithm, workspace, p->workspace, &keep,
                                         p->x, (void *)o->x));
  } else {
    PEN_DNN(cudnnConvolutionBackwardFilter(handle, &scale, p->x, o->x, p->y, o->y, p->conv,
                                           (cudnnConvolutionBwdFilterAlgo_t)p->algorithm, workspace, p->workspace,
                                           &keep, p->w, (void *)o->w));
  }
  return PEN_OK;
}

// Forward or the data's gradient with 16-bit operands.
static int compute_narrow(pen_ctx *ctx, const conv_plan *p, float *x, float *y, const float *w) {
  const pen_conv_shape *z = &p->key.shape;
  const int64_t in = z->h * z->w, out = z->out_h * z->out_w;
  narrow_operands n;
  PEN_TRY(take_narrow(ctx, &n, z));
  PEN_TRY(transpose_maps(ctx, w, n.w, z->out_planes, z->planes, z->kernel_h * z->kernel_w));
  const operands o = {n.x, n.y, n.w};
  if (p->key.direction == FORWARD) {
    PEN_TRY(transpose_maps(ctx, (const float *)x, n.x, z->batch, z->planes, in));
    PEN_TRY(compute(ctx, p, &o, 1, 0));
    return transpose_maps(ctx, (const __nv_bfloat16 *)n.y, y, z->batch, out, z->out_planes);
  }
  PEN_TRY(transpose_maps(ctx, (const float *)y, n.y, z->batch, z->out_planes, out));
  PEN_TRY(compute(ctx, p, &o, 1, 0));
  return transpose_maps(ctx, (const __nv_bfloat16 *)n.x, x, z->batch, in, z->planes);
}

static int add_bias(pen_ctx *ctx, const conv_plan *p, const pen_tensor *bias, pen_tensor *y) {
  const float one = 1;
  cudnnTensorDescriptor_t plain;
  const pen_conv_shape *z = &p->key.shape;
  PEN_DNN(cudnnCreateTensorDescriptor(&plain));
  cudnnStatus_t status = cudnnSetTensor4dDescriptor(plain, CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, (int)z->batch,
                                                    (int)z->out_planes, (int)z->out_h, (int)z->out_w);
  if (status == CUDNN_STATUS_SUCCESS)
    status = cudnnAddTensor(ctx->dnn->handle, &one, p->bias, pen_address(bias), &one, plain, pen_address(y));
  cudnnDestroyTensorDescriptor(plain);
  return check(__func__, status);
}

static int plan_for(pen_ctx *ctx, const char *function, conv_plan **p, int direction, const pen_tensor *x,
                    const pen_tensor *w, const pen_tensor *bias, const pen_tensor *y, int stride_h, int stride_w,
                    int pad_h, int pad_w) {
  conv_key key;
  key.direction = direction;
  key.precision = direction == BACKWARD_WEIGHTS && ctx->precision == PEN_BF16 ? PEN_FAST : ctx->precision;
  PEN_TRY(pen_conv_check(function, &key.shape, PEN_FLOAT, x, w, bias, y, stride_h, stride_w, pad_h, pad_w));
  return find_plan(ctx, p, &key);
}

int pen_conv_forward(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, const pen_tensor *w, const pen_tensor *bias,
                     int stride_h, int stride_w, int pad_h, int pad_w, int relu) {
  conv_plan *p;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(plan_for(ctx, __func__, &p, FORWARD, x, w, bias, y, stride_h, stride_w, pad_h, pad_w));
  if (p->refused) return pen_conv_gemm_forward(ctx, y, x, w, bias, stride_h, stride_w, pad_h, pad_w, relu);
  const operands o = {pen_address(x), pen_address(y), pen_address(w)};
  if (p->key.precision == PEN_BF16) PEN_TRY(compute_narrow(ctx, p, pen_floats(x), pen_floats(y), pen_floats(w)));
  else PEN_TRY(compute(ctx, p, &o, 1, 0));
  if (bias) PEN_TRY(add_bias(ctx, p, bias, y));
  return relu ? pen_threshold(ctx, y, y, 0, 0) : PEN_OK;
}

int pen_conv_backward_data(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, const pen_tensor *w, int stride_h,
                           int stride_w, int pad_h, int pad_w) {
  conv_plan *p;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(plan_for(ctx, __func__, &p, BACKWARD_DATA, gx, w, NULL, gy, stride_h, stride_w, pad_h, pad_w));
  if (p->refused) return pen_conv_gemm_backward_data(ctx, gx, gy, w, stride_h, stride_w, pad_h, pad_w);
  const operands o = {pen_address(gx), pen_address(gy), pen_address(w)};
  if (p->key.precision == PEN_BF16) return compute_narrow(ctx, p, pen_floats(gx), pen_floats(gy), pen_floats(w));
  return compute(ctx, p, &o, 1, 0);
}

int pen_conv_backward_weights(pen_ctx *ctx, pen_tensor *gw, pen_tensor *gbias, const pen_tensor *x,
                              const pen_tensor *gy, int stride_h, int stride_w, int pad_h, int pad_w, double scale) {
  const float factor = (float)scale, keep = 1;
  conv_plan *p;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(plan_for(ctx, __func__, &p, BACKWARD_WEIGHTS, x, gw, gbias, gy, stride_h, stride_w, pad_h, pad_w));
  if (p->refused)
    return pen_conv_gemm_backward_weights(ctx, gw, gbias, x, gy, stride_h, stride_w, pad_h, pad_w, scale);
  const operands o = {pen_address(x), pen_address(gy), pen_address(gw)};
  PEN_TRY(compute(ctx, p, &o, factor, keep));
  if (gbias)
    PEN_DNN(cudnnConvolutionBackwardBias(ctx->dnn->handle, &factor, p->y, pen_address(gy), &keep, p->bias,
                                         pen_address(gbias)));
  return PEN_OK;
}
