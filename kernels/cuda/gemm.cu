// Single-precision matrix product on CUDA, by cuBLAS; the only file that names it. cuBLAS is column-major: it computes
// the transposed product op(B)' op(A)' = (op(A) op(B))' on the same memory.
#include <cublas_v2.h>
#include <limits.h>
#include <stdlib.h>

#include "context.cuh"

enum { WORKSPACE = 32 << 20 }; // bytes, as NVIDIA advises for compute capability 9.0; our own, so that it is counted

struct pen_blas {
  cublasHandle_t handle;
  void *workspace;
};

void pen_blas_free(pen_ctx *ctx) {
  pen_blas *blas = ctx->blas;
  if (!blas) return;
  if (blas->handle) cublasDestroy(blas->handle);
  pen_device_free(ctx, blas->workspace, WORKSPACE);
  free(blas);
  ctx->blas = NULL;
}

static int check(const char *function, cublasStatus_t status) {
  if (status == CUBLAS_STATUS_SUCCESS) return PEN_OK;
  return pen_fail(status == CUBLAS_STATUS_ALLOC_FAILED ? PEN_EMEM : PEN_EDEVICE, function, "cuBLAS: %s",
                  cublasGetStatusString(status));
}

static int get_blas(pen_ctx *ctx, pen_blas **out) {
  if (!ctx->blas) {
    ctx->blas = (pen_blas *)calloc(1, sizeof *ctx->blas);
    if (!ctx->blas) PEN_FAIL(PEN_EMEM, "out of memory");
    int status = check(__func__, cublasCreate(&ctx->blas->handle));
    if (status == PEN_OK) status = check(__func__, cublasSetStream(ctx->blas->handle, ctx->stream));
    if (status == PEN_OK) status = pen_device_alloc(ctx, &ctx->blas->workspace, WORKSPACE);
    if (status == PEN_OK)
      status = check(__func__, cublasSetWorkspace(ctx->blas->handle, ctx->blas->workspace, WORKSPACE));
    if (status != PEN_OK) {
      pen_blas_free(ctx);
      return status;
    }
  }
  *out = ctx->blas;
  return PEN_OK;
}

// Losses keep single precision's exponent and at least TF32's mantissa also where convolutions use bf16.
static cublasComputeType_t compute_type(const pen_ctx *ctx) {
  return ctx->precision == PEN_EXACT ? CUBLAS_COMPUTE_32F : CUBLAS_COMPUTE_32F_FAST_TF32;
}

int pen_sgemm(pen_ctx *ctx, char ta, char tb, int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t lda,
              const float *b, int64_t ldb, float beta, float *c, int64_t ldc) {
  pen_blas *blas = NULL;
  PEN_REQUIRE(ctx && a && b && c, "NULL argument");
  PEN_REQUIRE(m <= INT_MAX && n <= INT_MAX && k <= INT_MAX && lda <= INT_MAX && ldb <= INT_MAX && ldc <= INT_MAX,
              "a product %lld x %lld x %lld is too large", (long long)m, (long long)k, (long long)n);
  PEN_TRY(get_blas(ctx, &blas));
  const cublasOperation_t op_a = ta == 'N' ? CUBLAS_OP_N : CUBLAS_OP_T, op_b = tb == 'N' ? CUBLAS_OP_N : CUBLAS_OP_T;
  return check(__func__, cublasGemmEx(blas->handle, op_b, op_a, (int)n, (int)m, (int)k, &alpha, b, CUDA_R_32F, (int)ldb,
                                      a, CUDA_R_32F, (int)lda, &beta, c, CUDA_R_32F, (int)ldc, compute_type(ctx),
                                      CUBLAS_GEMM_DEFAULT));
}
