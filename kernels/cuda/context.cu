// Devices, contexts and memory on CUDA. Blocks come from the device's memory pool in the order of the stream: the
// driver keeps what was freed for the next allocation; when memory runs out, that goes back and the call is repeated.
#include "context.cuh"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pen_ctx *current;

// ---- devices ----

static int no_device(const char *function, cudaError_t status) {
  int driver = 0, runtime = 0;
  cudaDriverGetVersion(&driver);
  cudaRuntimeGetVersion(&runtime);
  cudaGetLastError();
  if (driver == 0)
    return pen_fail(PEN_EDEVICE, function, "there is no CUDA driver (this is built for CUDA %d.%d)", runtime / 1000,
                    runtime % 1000 / 10);
  return pen_fail(PEN_EDEVICE, function, "%s (the driver is for CUDA %d.%d, this is built for %d.%d)",
                  cudaGetErrorString(status), driver / 1000, driver % 1000 / 10, runtime / 1000, runtime % 1000 / 10);
}

int pen_device_count(int *count) {
  PEN_REQUIRE(count, "count is NULL");
  const cudaError_t status = cudaGetDeviceCount(count);
  if (status == cudaSuccess && *count > 0) return PEN_OK;
  *count = 0;
  return no_device(__func__, status == cudaSuccess ? cudaErrorNoDevice : status);
}

static int check_device(const char *function, int device) {
  int count;
  PEN_TRY(pen_device_count(&count));
  if (device >= 0 && device < count) return PEN_OK;
  return pen_fail(PEN_EDEVICE, function, "there is no device %d; the last one is %d", device, count - 1);
}

int pen_device_describe(pen_device *out, int device) {
  PEN_REQUIRE(out, "out is NULL");
  PEN_TRY(check_device(__func__, device));
  cudaDeviceProp facts;
  size_t free_bytes = 0, total = 0;
  int before;
  PEN_CUDA(cudaGetDeviceProperties(&facts, device));
  PEN_CUDA(cudaGetDevice(&before));
  PEN_CUDA(cudaSetDevice(device));
  const cudaError_t status = cudaMemGetInfo(&free_bytes, &total);
  PEN_CUDA(cudaSetDevice(before));
  PEN_CUDA(status);
  memset(out, 0, sizeof *out);
  snprintf(out->name, sizeof out->name, "%.63s", facts.name);
  out->major = facts.major, out->minor = facts.minor, out->processors = facts.multiProcessorCount;
  PEN_CUDA(cudaDriverGetVersion(&out->driver));
  PEN_CUDA(cudaRuntimeGetVersion(&out->runtime));
  out->total = (int64_t)total, out->free = (int64_t)free_bytes;
  return PEN_OK;
}

// ---- contexts ----

static int open_stream(pen_ctx *ctx) {
  uint64_t keep = UINT64_MAX;
  PEN_CUDA(cudaSetDevice(ctx->device));
  PEN_CUDA(cudaStreamCreateWithFlags(&ctx->stream, cudaStreamNonBlocking));
  PEN_CUDA(cudaDeviceGetDefaultMemPool(&ctx->pool, ctx->device));
  PEN_CUDA(cudaMemPoolSetAttribute(ctx->pool, cudaMemPoolAttrReleaseThreshold, &keep));
  return PEN_OK;
}

int pen_ctx_new(pen_ctx **out, int device) {
  PEN_REQUIRE(out, "out is NULL");
  PEN_TRY(check_device(__func__, device));
  pen_ctx *ctx = (pen_ctx *)calloc(1, sizeof *ctx);
  if (!ctx) PEN_FAIL(PEN_EMEM, "out of memory");
  const char *sync = getenv("PEN_SYNC");
  ctx->device = device;
  ctx->synchronous = sync && *sync && strcmp(sync, "0") != 0;
  const int status = open_stream(ctx);
  if (status != PEN_OK) {
    if (ctx->stream) cudaStreamDestroy(ctx->stream);
    free(ctx);
    return status;
  }
  *out = ctx;
  return pen_ctx_select(ctx);
}

int pen_ctx_free(pen_ctx *ctx) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  if (current == ctx) current = NULL;
  cudaStreamSynchronize(ctx->stream);
  pen_blas_free(ctx);
  pen_dnn_free(ctx->dnn);
  pen_scratch_free(ctx);
  cudaStreamDestroy(ctx->stream);
  free(ctx);
  return PEN_OK;
}

int pen_ctx_select(pen_ctx *ctx) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CUDA(cudaSetDevice(ctx->device));
  current = ctx;
  return PEN_OK;
}

int pen_ctx_sync(pen_ctx *ctx) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CUDA(cudaStreamSynchronize(ctx->stream));
  return PEN_OK;
}

int pen_ctx_threads(pen_ctx *ctx, int *threads) {
  PEN_REQUIRE(ctx && threads && *threads >= 0, "NULL argument or a negative number of threads");
  *threads = 1;
  return PEN_OK;
}

int pen_ctx_precision(pen_ctx *ctx, int precision) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_REQUIRE(precision >= PEN_FAST && precision <= PEN_BF16, "no such precision: %d", precision);
  ctx->precision = precision;
  return PEN_OK;
}

int pen_ctx_autotune(pen_ctx *ctx, int on) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  ctx->autotune = on != 0;
  return PEN_OK;
}

int pen_ctx_device(const pen_ctx *ctx) { return ctx->device; }
pen_memory *pen_ctx_memory(pen_ctx *ctx) { return &ctx->memory; }
int pen_here(void) { return current ? current->device : PEN_HOST; }

cudaStream_t pen_cuda_stream(pen_ctx *ctx) { return ctx->stream; }

int pen_cuda_launched(pen_ctx *ctx, const char *kernel) {
  cudaError_t status = cudaGetLastError();
  if (status == cudaSuccess && ctx->synchronous && !ctx->recording) status = cudaStreamSynchronize(ctx->stream);
  return pen_cuda_status(kernel, status);
}

int pen_read_result(pen_ctx *ctx, double *out, const double *result) {
  PEN_CUDA(cudaMemcpyAsync(out, result, sizeof *out, cudaMemcpyDeviceToHost, ctx->stream));
  PEN_CUDA(cudaStreamSynchronize(ctx->stream));
  return PEN_OK;
}

// ---- memory ----

static int out_of_memory(const pen_ctx *ctx, size_t bytes) {
  size_t free_bytes = 0, total = 0;
  cudaMemGetInfo(&free_bytes, &total);
  cudaGetLastError();
  return pen_fail(PEN_EMEM, "allocate",
                  "out of memory: %.1f MB wanted, %.1f MB in use%s; %.1f of %.1f MB of device %d are free",
                  (double)bytes / 1e6, (double)ctx->memory.live / 1e6, ctx->memory.limit ? " under a limit" : "",
                  (double)free_bytes / 1e6, (double)total / 1e6, ctx->device);
}

// What the pool keeps goes back to the device.
static void drop_cache(pen_ctx *ctx) {
  cudaGetLastError();
  cudaStreamSynchronize(ctx->stream);
  cudaMemPoolTrimTo(ctx->pool, 0);
}

int pen_device_alloc(pen_ctx *ctx, void **out, size_t bytes) {
  const size_t wanted = bytes ? bytes : 1;
  if (ctx->recording) PEN_FAIL(PEN_EDEVICE, "no memory can be had while work is recorded");
  if (!pen_memory_allows(&ctx->memory, bytes)) return out_of_memory(ctx, bytes);
  cudaError_t status = cudaMallocAsync(out, wanted, ctx->stream);
  if (status == cudaErrorMemoryAllocation) {
    drop_cache(ctx);
    status = cudaMallocAsync(out, wanted, ctx->stream);
  }
  if (status == cudaErrorMemoryAllocation) return out_of_memory(ctx, bytes);
  PEN_CUDA(status);
  pen_memory_grew(&ctx->memory, bytes);
  return PEN_OK;
}

void pen_device_free(pen_ctx *ctx, void *block, size_t bytes) {
  if (!block) return;
  cudaFreeAsync(block, ctx->stream);
  ctx->memory.live -= (int64_t)bytes;
}

int pen_device_realloc(pen_ctx *ctx, void **block, size_t old_bytes, size_t new_bytes) {
  void *fresh;
  const size_t kept = old_bytes < new_bytes ? old_bytes : new_bytes;
  PEN_TRY(pen_device_alloc(ctx, &fresh, new_bytes));
  if (*block && kept) {
    const cudaError_t status = cudaMemcpyAsync(fresh, *block, kept, cudaMemcpyDeviceToDevice, ctx->stream);
    if (status != cudaSuccess) pen_device_free(ctx, fresh, new_bytes);
    PEN_CUDA(status);
  }
  pen_device_free(ctx, *block, old_bytes);
  *block = fresh;
  return PEN_OK;
}

// ---- transfer ----

int pen_upload(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_check_transfer(__func__, r, a, 1));
  if (r->ndim == 0) return PEN_OK;
  const size_t bytes = (size_t)pen_count(r) * pen_type_size(r->dtype);
  PEN_CUDA(cudaMemcpyAsync(pen_address(r), pen_address(a), bytes, cudaMemcpyHostToDevice, ctx->stream));
  PEN_CUDA(cudaStreamSynchronize(ctx->stream)); // the caller may free a
  return PEN_OK;
}

int pen_download(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_check_transfer(__func__, r, a, 0));
  if (r->ndim == 0) return PEN_OK;
  const size_t bytes = (size_t)pen_count(r) * pen_type_size(r->dtype);
  PEN_CUDA(cudaMemcpyAsync(pen_address(r), pen_address(a), bytes, cudaMemcpyDeviceToHost, ctx->stream));
  PEN_CUDA(cudaStreamSynchronize(ctx->stream));
  return PEN_OK;
}
