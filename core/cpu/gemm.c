/* Single-precision matrix product on the CPU, by oneDNN. */
#include <dnnl.h>

#include "context.h"

int pen_sgemm(pen_ctx *ctx, char ta, char tb, int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t lda,
              const float *b, int64_t ldb, float beta, float *c, int64_t ldc) {
  PEN_REQUIRE(ctx && a && b && c, "NULL argument");
  dnnl_status_t status = dnnl_sgemm(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  if (status == dnnl_out_of_memory) PEN_FAIL(PEN_EMEM, "out of memory in oneDNN");
  if (status != dnnl_success)
    PEN_FAIL(PEN_EARG, "oneDNN refuses a product %lld x %lld x %lld (row lengths %lld, %lld, %lld)", (long long)m,
             (long long)k, (long long)n, (long long)lda, (long long)ldb, (long long)ldc);
  return PEN_OK;
}
