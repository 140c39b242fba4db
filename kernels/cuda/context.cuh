// The CUDA context, seen by kernels/cuda only. Everything is queued on its one stream, in the order of the calls.
#ifndef PEN_CUDA_CONTEXT_CUH
#define PEN_CUDA_CONTEXT_CUH

#include <cuda_runtime.h>

#include "internal.h"
#include "launch.cuh"

typedef struct pen_blas pen_blas; // gemm.cu
typedef struct pen_dnn pen_dnn;   // conv.cu
void pen_blas_free(pen_ctx *ctx);
void pen_dnn_free(pen_dnn *dnn);

struct pen_ctx {
  pen_memory memory;
  int device, precision; // enum pen_precision
  int autotune;
  int synchronous; // PEN_SYNC=1: wait after every launch, so that errors name their cause
  int recording;   // between pen_graph_begin and pen_graph_end
  cudaStream_t stream;
  cudaMemPool_t pool; // the driver's cache of freed blocks
  pen_blas *blas;
  pen_dnn *dnn;
};

#endif
