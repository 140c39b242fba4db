// The CUDA side of pen_kernel.h's macros: the same bodies, launched on the device of a context. Folds combine in
// the CPU's order (the lanes of a chunk, the chunks one after the other), so both give the same bits.
// Included by pen_kernel.h only.
#ifndef PEN_CUDA_LAUNCH_CUH
#define PEN_CUDA_LAUNCH_CUH

#include <cuda_runtime.h>

#define PEN_BODY static inline __host__ __device__

enum { PEN_BLOCK = 256, PEN_MAX_BLOCKS = 65536, PEN_MAX_ROWS = 65535, PEN_FOLD_TILE = 1024 };

// The stream on which a context's work is queued; kernels/cuda/context.cu owns it.
cudaStream_t pen_cuda_stream(pen_ctx *ctx);

static inline unsigned pen_blocks(int64_t threads) {
  const int64_t blocks = (threads + PEN_BLOCK - 1) / PEN_BLOCK;
  return (unsigned)(blocks < PEN_MAX_BLOCKS ? blocks : PEN_MAX_BLOCKS);
}

static inline int pen_cuda_status(const char *function, cudaError_t status) {
  return status == cudaSuccess ? PEN_OK : pen_fail(PEN_EDEVICE, function, "CUDA: %s", cudaGetErrorString(status));
}

#define PEN_CUDA(call) PEN_TRY(pen_cuda_status(__func__, call))

// What the launch just made of that kernel says, and with PEN_SYNC=1 what became of it.
int pen_cuda_launched(pen_ctx *ctx, const char *kernel);

// A double that a kernel has computed, for the host: waits for it.
int pen_read_result(pen_ctx *ctx, double *out, const double *result);

// Loops with a stride of the whole grid: for (i = first thread; i < n; i += all threads).
#define PEN_GRID_LOOP(i, n)                                                            \
  for (int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x; i < (n); i += (int64_t)gridDim.x * blockDim.x)

#define PEN_EACH(body, Args)                                                           \
  static __global__ void body##_launch(const Args args, int64_t n) {                   \
    PEN_GRID_LOOP(i, n) body(&args, i);                                                \
  }                                                                                    \
  static int body##_each(pen_ctx *ctx, const Args *args, int64_t n) {                  \
    if (n <= 0) return PEN_OK;                                                         \
    body##_launch<<<pen_blocks(n), PEN_BLOCK, 0, pen_cuda_stream(ctx)>>>(*args, n);    \
    return pen_cuda_launched(ctx, #body);                                              \
  }

#define PEN_EACH_ROWS(body, Args)                                                      \
  static __global__ void body##_launch(const Args args, int64_t rows, int64_t n) {     \
    for (int64_t row = blockIdx.y; row < rows; row += gridDim.y) PEN_GRID_LOOP(i, n) body(&args, row, i); \
  }                                                                                    \
  static int body##_rows(pen_ctx *ctx, const Args *args, int64_t rows, int64_t n) {    \
    if (rows <= 0 || n <= 0) return PEN_OK;                                            \
    const dim3 grid(pen_blocks(n), (unsigned)(rows < PEN_MAX_ROWS ? rows : PEN_MAX_ROWS)); \
    body##_launch<<<grid, PEN_BLOCK, 0, pen_cuda_stream(ctx)>>>(*args, rows, n);       \
    return pen_cuda_launched(ctx, #body);                                              \
  }

// A warp folds a chunk, thread t its lane t % 32, as pen_kernel.h's loop has it, and the first the lanes in order. A
// block per group folds its chunks, in order, through shared memory.
#define PEN_FOLD_ROWS_BUT(name, body, skip, Args, initial, combine)                    \
  static __global__ void name##_chunks(const Args args, int64_t pieces, int64_t n, int64_t lanes, double *partial) { \
    __shared__ double lane[PEN_BLOCK];                                                 \
    PEN_GRID_LOOP(t, lanes) {                                                          \
      const int64_t chunk = t / PEN_LANES, row = chunk / pieces, from = chunk % pieces * PEN_GRAIN; \
      const int64_t to = from + PEN_GRAIN < n ? from + PEN_GRAIN : n;                  \
      double x = initial;                                                              \
      _Pragma("unroll 8")                                                              \
      for (int64_t i = from + t % PEN_LANES; i < to; i += PEN_LANES) {                 \
        const double y = body(&args, row, i);                                          \
        x = combine;                                                                   \
      }                                                                                \
      lane[threadIdx.x] = x;                                                           \
      __syncwarp();                                                                    \
      for (int j = 1; j < PEN_LANES && t % PEN_LANES == 0; j++) {                      \
        const double y = lane[threadIdx.x + j];                                        \
        x = combine;                                                                   \
      }                                                                                \
      if (t % PEN_LANES == 0) partial[chunk] = x;                                      \
      __syncwarp();                                                                    \
    }                                                                                  \
  }                                                                                    \
  static __global__ void name##_all(const double *partial, int64_t chunks, double divisor, double *out) { \
    __shared__ double tile[PEN_FOLD_TILE];                                             \
    const double *own = partial + blockIdx.x * chunks;                                 \
    double x = initial;                                                                \
    for (int64_t from = 0; from < chunks; from += PEN_FOLD_TILE) {                     \
      const int64_t left = chunks - from, count = left < PEN_FOLD_TILE ? left : PEN_FOLD_TILE; \
      for (int64_t j = threadIdx.x; j < count; j += blockDim.x) tile[j] = own[from + j]; \
      __syncthreads();                                                                 \
      for (int64_t j = 0; j < count && threadIdx.x == 0; j++) {                        \
        const double y = tile[j];                                                      \
        x = combine;                                                                   \
      }                                                                                \
      __syncthreads();                                                                 \
    }                                                                                  \
    if (threadIdx.x > 0) return;                                                       \
    x /= divisor;                                                                      \
    out[blockIdx.x] = x == x ? x : NAN; /* as on the host */                           \
  }                                                                                    \
  static int name(pen_ctx *ctx, const Args *args, int64_t groups, int64_t rows, int64_t n, double divisor, \
                  double *out) {                                                       \
    const int64_t pieces = (n + PEN_GRAIN - 1) / PEN_GRAIN, chunks = rows * pieces;    \
    const int64_t lanes = groups * chunks * PEN_LANES;                                 \
    const cudaStream_t stream = pen_cuda_stream(ctx);                                  \
    void *block;                                                                       \
    if (groups <= 0) return PEN_OK;                                                    \
    PEN_TRY(pen_scratch(ctx, &block, PEN_SUM_SLOT, (size_t)(groups * chunks) * sizeof(double))); \
    double *partial = (double *)block;                                                 \
    if (lanes > 0) name##_chunks<<<pen_blocks(lanes), PEN_BLOCK, 0, stream>>>(*args, pieces, n, lanes, partial); \
    PEN_TRY(pen_cuda_launched(ctx, #name));                                            \
    name##_all<<<(unsigned)groups, PEN_BLOCK, 0, stream>>>(partial, chunks, divisor, out); \
    return pen_cuda_launched(ctx, #name);                                              \
  }

#define PEN_MAP_LOOP(name, TR, TA, TB, TC, expression)                                 \
  static __global__ void name##_launch(const pen_map m, double k, double k2) {         \
    (void)k, (void)k2;                                                                 \
    PEN_GRID_LOOP(i, m.count) {                                                        \
      TR *r_ = (TR *)m.data[0] + pen_map_offset(&m, 0, i);                             \
      const TR r = *r_;                                                                \
      const TA a = m.views > 1 ? ((const TA *)m.data[1])[pen_map_offset(&m, 1, i)] : (TA)0; \
      const TB b = m.views > 2 ? ((const TB *)m.data[2])[pen_map_offset(&m, 2, i)] : (TB)0; \
      const TC c = m.views > 3 ? ((const TC *)m.data[3])[pen_map_offset(&m, 3, i)] : (TC)0; \
      (void)r, (void)a, (void)b, (void)c;                                              \
      *r_ = (TR)(expression);                                                          \
    }                                                                                  \
  }                                                                                    \
  static int name(pen_ctx *ctx, const pen_map *map, double k, double k2) {             \
    if (map->count <= 0) return PEN_OK;                                                \
    name##_launch<<<pen_blocks(map->count), PEN_BLOCK, 0, pen_cuda_stream(ctx)>>>(*map, k, k2); \
    return pen_cuda_launched(ctx, #name);                                              \
  }

#endif
