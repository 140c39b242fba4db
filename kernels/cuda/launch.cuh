// The CUDA side of pen_kernel.h's macros: the same bodies, launched on the device of a context. The sums add in the
// CPU's order (eight lanes per chunk, lanes in pairs, chunks one after the other), so both give the same bits.
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
    PEN_CUDA(cudaGetLastError());                                                      \
    return PEN_OK;                                                                     \
  }

#define PEN_EACH_ROWS(body, Args)                                                      \
  static __global__ void body##_rows_launch(const Args args, int64_t n, int64_t all) { \
    PEN_GRID_LOOP(i, all) body(&args, i / n, i % n);                                   \
  }                                                                                    \
  static int body##_rows(pen_ctx *ctx, const Args *args, int64_t rows, int64_t n) {    \
    if (rows <= 0 || n <= 0) return PEN_OK;                                            \
    body##_rows_launch<<<pen_blocks(rows * n), PEN_BLOCK, 0, pen_cuda_stream(ctx)>>>(*args, n, rows * n); \
    PEN_CUDA(cudaGetLastError());                                                      \
    return PEN_OK;                                                                     \
  }

// Sums the lanes of one chunk in pairs, neighbours first: ((0+1)+(2+3)) + ((4+5)+(6+7)).
static __device__ inline double pen_lane_sum(double lane, unsigned mask) {
  for (int step = 1; step < PEN_LANES; step *= 2) lane += __shfl_down_sync(mask, lane, step, PEN_LANES);
  return lane;
}

static __global__ void pen_add_chunks(const double *partial, int64_t chunks, double *out) {
  double sum = 0;
  for (int64_t c = 0; c < chunks; c++) sum += partial[c];
  *out = sum;
}

// One thread per lane; partial holds the chunks' sums and, behind them, the result.
#define PEN_SUM(body, Args)                                                            \
  static __global__ void body##_chunks(const Args args, int64_t n, int64_t lanes, double *partial) { \
    PEN_GRID_LOOP(t, lanes) {                                                          \
      const int64_t chunk = t / PEN_LANES, from = chunk * PEN_GRAIN;                   \
      const int64_t to = from + PEN_GRAIN < n ? from + PEN_GRAIN : n;                  \
      double lane = 0;                                                                 \
      for (int64_t i = from + t % PEN_LANES; i < to; i += PEN_LANES) lane += body(&args, i); \
      lane = pen_lane_sum(lane, 0xffu << (threadIdx.x % 32 / PEN_LANES * PEN_LANES));  \
      if (t % PEN_LANES == 0) partial[chunk] = lane;                                   \
    }                                                                                  \
  }                                                                                    \
  static int body##_sum(pen_ctx *ctx, const Args *args, int64_t n, double *out) {      \
    const int64_t chunks = (n + PEN_GRAIN - 1) / PEN_GRAIN;                            \
    const cudaStream_t stream = pen_cuda_stream(ctx);                                  \
    void *block;                                                                       \
    PEN_TRY(pen_scratch(ctx, &block, PEN_SUM_SLOT, (size_t)(chunks + 1) * sizeof(double))); \
    double *partial = (double *)block;                                                 \
    if (chunks > 0)                                                                    \
      body##_chunks<<<pen_blocks(chunks * PEN_LANES), PEN_BLOCK, 0, stream>>>(*args, n, chunks * PEN_LANES, partial); \
    pen_add_chunks<<<1, 1, 0, stream>>>(partial, chunks, partial + chunks);            \
    PEN_CUDA(cudaMemcpyAsync(out, partial + chunks, sizeof *out, cudaMemcpyDeviceToHost, stream)); \
    PEN_CUDA(cudaStreamSynchronize(stream));                                           \
    return PEN_OK;                                                                     \
  }

#endif
