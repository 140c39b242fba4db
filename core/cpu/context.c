/* Context and memory of the CPU. Blocks are 64-byte aligned, but for small ones, which malloc finds faster; every byte
 * is counted, so that Lua's collector can be driven by what tensors really hold. */
#include "context.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALIGNMENT = 64, SMALL = 1024 };

#ifdef PEN_FAR
enum { DEVICES = 2 };
#else
enum { DEVICES = 1 };
#endif

static const pen_ctx *current;

int pen_device_count(int *count) {
  PEN_REQUIRE(count, "count is NULL");
  *count = DEVICES;
  return PEN_OK;
}

static int check_device(const char *function, int device) {
  if (device >= 0 && device < DEVICES) return PEN_OK;
  return pen_fail(PEN_EDEVICE, function, "there is no device %d; the last one is %d", device, DEVICES - 1);
}

int pen_device_describe(pen_device *out, int device) {
  PEN_REQUIRE(out, "out is NULL");
  PEN_TRY(check_device(__func__, device));
  memset(out, 0, sizeof *out);
  snprintf(out->name, sizeof out->name, DEVICES > 1 ? "far test device" : "CPU");
  out->processors = omp_get_max_threads();
  out->total = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
  out->free = (int64_t)sysconf(_SC_AVPHYS_PAGES) * sysconf(_SC_PAGESIZE);
  return PEN_OK;
}

int pen_ctx_new(pen_ctx **out, int device) {
  PEN_REQUIRE(out, "out is NULL");
  PEN_TRY(check_device(__func__, device));
  pen_ctx *ctx = (pen_ctx *)calloc(1, sizeof *ctx);
  if (!ctx) PEN_FAIL(PEN_EMEM, "out of memory");
  ctx->device = DEVICES > 1 ? device : PEN_HOST;
  *out = ctx;
  return pen_ctx_select(ctx);
}

int pen_ctx_select(pen_ctx *ctx) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  current = ctx;
  return PEN_OK;
}

int pen_ctx_sync(pen_ctx *ctx) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  return PEN_OK;
}

int pen_ctx_device(const pen_ctx *ctx) { return ctx->device; }

pen_memory *pen_ctx_memory(pen_ctx *ctx) { return &ctx->memory; }

int pen_here(void) { return current ? current->device : PEN_HOST; }

/* Host storages of the far build come from the other CPU library and are not shielded. */
static void *address_anywhere(const pen_tensor *t) {
  void *data = t->store->device == PEN_HOST ? t->store->data : pen_shield(t->store->data);
  return (char *)data + (size_t)t->start * pen_type_size(t->dtype);
}

static int transfer(pen_tensor *r, const pen_tensor *a) {
  if (r->ndim > 0) memcpy(address_anywhere(r), address_anywhere(a), (size_t)pen_count(r) * pen_type_size(r->dtype));
  return PEN_OK;
}

int pen_upload(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_check_transfer(__func__, r, a, 1));
  return transfer(r, a);
}

int pen_download(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_check_transfer(__func__, r, a, 0));
  return transfer(r, a);
}

int pen_ctx_free(pen_ctx *ctx) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  if (current == ctx) current = NULL;
  pen_primitives_free(ctx);
  pen_scratch_free(ctx);
  free(ctx);
  return PEN_OK;
}

int pen_ctx_threads(pen_ctx *ctx, int *threads) {
  PEN_REQUIRE(ctx && threads && *threads >= 0, "NULL argument or a negative number of threads");
  if (*threads > 0) omp_set_num_threads(*threads);
  *threads = omp_get_max_threads();
  return PEN_OK;
}

int pen_ctx_precision(pen_ctx *ctx, int precision) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_REQUIRE(precision == PEN_FAST || precision == PEN_EXACT, "the CPU computes in single precision, fast or exact");
  ctx->exact = precision == PEN_EXACT;
  return PEN_OK;
}

int pen_ctx_autotune(pen_ctx *ctx, int on) {
  (void)on;
  PEN_REQUIRE(ctx, "ctx is NULL");
  return PEN_OK;
}

#define NO_GRAPH(ctx)           \
  PEN_REQUIRE(ctx, "NULL argument"); \
  PEN_FAIL(PEN_EDEVICE, "graphs are for GPUs")

int pen_graph_begin(pen_ctx *ctx) { NO_GRAPH(ctx); }
int pen_graph_end(pen_ctx *ctx, pen_graph **out) { NO_GRAPH(ctx && out); }
int pen_graph_run(pen_ctx *ctx, pen_graph *graph) { NO_GRAPH(ctx && graph); }
int pen_graph_free(pen_ctx *ctx, pen_graph *graph) { NO_GRAPH(ctx && graph); }

static int out_of_memory(const pen_ctx *ctx, size_t bytes) {
  return pen_fail(PEN_EMEM, "allocate", "out of memory: %.1f MB wanted, %.1f MB in use%s", (double)bytes / 1e6,
                  (double)ctx->memory.live / 1e6, ctx->memory.limit ? " under a limit" : "");
}

int pen_device_alloc(pen_ctx *ctx, void **out, size_t bytes) {
  size_t rounded = (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
  if (!pen_memory_allows(&ctx->memory, bytes)) return out_of_memory(ctx, bytes);
  *out = bytes < SMALL ? malloc(bytes + 1) : aligned_alloc(ALIGNMENT, rounded);
  if (!*out) return out_of_memory(ctx, bytes);
  pen_memory_grew(&ctx->memory, bytes);
  return PEN_OK;
}

void pen_device_free(pen_ctx *ctx, void *block, size_t bytes) {
  if (!block) return;
  free(block);
  ctx->memory.live -= (int64_t)bytes;
}

int pen_device_realloc(pen_ctx *ctx, void **block, size_t old_bytes, size_t new_bytes) {
  void *fresh;
  PEN_TRY(pen_device_alloc(ctx, &fresh, new_bytes));
  if (*block) memcpy(fresh, *block, old_bytes < new_bytes ? old_bytes : new_bytes);
  pen_device_free(ctx, *block, old_bytes);
  *block = fresh;
  return PEN_OK;
}
