// The CUDA side of pen_kernel.h's macros: the same bodies, launched on the device of a context. Folds combine in
// the CPU's order (eight lanes per chunk, the lanes, the chunks one after the other), so both give the same bits.
// Included by pen_kernel.h only.
#ifndef PEN_CUDA_LAUNCH_CUH
#define PEN_CUDA_LAUNCH_CUH

#include <cuda_runtime.h>

#define PEN_BODY static inline __host__ __device__

enum { PEN_BLOCK = 256, PEN_MAX_BLOCKS = 65536 };

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
    PEN_GRID_LOOP(i, rows * n) body(&args, i / n, i % n);                              \
  }                                                                                    \
  static int body##_rows(pen_ctx *ctx, const Args *args, int64_t rows, int64_t n) {    \
    if (rows <= 0 || n <= 0) return PEN_OK;                                            \
    body##_launch<<<pen_blocks(rows * n), PEN_BLOCK, 0, pen_cuda_stream(ctx)>>>(*args, rows, n); \
    return pen_cuda_launched(ctx, #body);                                              \
  }

// One thread per lane of a chunk, as pen_kernel.h's loop has it; the first folds the lanes, in order. partial holds the
// chunks' results and, behind them, the result of all.
#define PEN_FOLD(name, body, Args, initial, combine)                                   \
  static __global__ void name##_chunks(const Args args, int64_t n, int64_t lanes, double *partial) { \
    __shared__ double lane[PEN_BLOCK];                                                 \
    PEN_GRID_LOOP(t, lanes) {                                                          \
      const int64_t chunk = t / PEN_LANES, from = chunk * PEN_GRAIN;                   \
      const int64_t to = from + PEN_GRAIN < n ? from + PEN_GRAIN : n;                  \
      const unsigned neighbours = 0xffu << (threadIdx.x % 32 / PEN_LANES * PEN_LANES); \
      double x = initial;                                                              \
      for (int64_t i = from + t % PEN_LANES; i < to; i += PEN_LANES) {                 \
        const double y = body(&args, i);                                               \
        x = combine;                                                                   \
      }                                                                                \
      lane[threadIdx.x] = x;                                                           \
      __syncwarp(neighbours);                                                          \
      for (int j = 1; j < PEN_LANES && t % PEN_LANES == 0; j++) {                      \
        const double y = lane[threadIdx.x + j];                                        \
        x = combine;                                                                   \
      }                                                                                \
      if (t % PEN_LANES == 0) partial[chunk] = x;                                      \
      __syncwarp(neighbours);                                                          \
    }                                                                                  \
  }                                                                                    \
  static __global__ void name##_all(const double *partial, int64_t chunks, double *out) { \
    double x = initial;                                                                \
    for (int64_t c = 0; c < chunks; c++) {                                             \
      const double y = partial[c];                                                     \
      x = combine;                                                                     \
    }                                                                                  \
    *out = x == x ? x : NAN; /* as on the host */                                      \
  }                                                                                    \
  static int name(pen_ctx *ctx, const Args *args, int64_t n, double *out) {            \
    const int64_t chunks = (n + PEN_GRAIN - 1) / PEN_GRAIN, lanes = chunks * PEN_LANES; \
    const cudaStream_t stream = pen_cuda_stream(ctx);                                  \
    void *block;                                                                       \
    PEN_TRY(pen_scratch(ctx, &block, PEN_SUM_SLOT, (size_t)(chunks + 1) * sizeof(double))); \
    double *partial = (double *)block;                                                 \
    if (chunks > 0) name##_chunks<<<pen_blocks(lanes), PEN_BLOCK, 0, stream>>>(*args, n, lanes, partial); \
    name##_all<<<1, 1, 0, stream>>>(partial, chunks, partial + chunks);                \
    PEN_CUDA(cudaMemcpyAsync(out, partial + chunks, sizeof *out, cudaMemcpyDeviceToHost, stream)); \
    PEN_CUDA(cudaStreamSynchronize(stream));                                           \
    return PEN_OK;                                                                     \
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
