/* The bookkeeping of a context's memory and its working blocks: the same on every device. */
#include "internal.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

int pen_memory_allows(const pen_memory *m, size_t bytes) { return !m->limit || m->live + (int64_t)bytes <= m->limit; }

void pen_memory_grew(pen_memory *m, size_t bytes) {
  m->live += (int64_t)bytes;
  m->allocations++;
  if (m->live > m->peak) m->peak = m->live;
}

int pen_ctx_bytes(pen_ctx *ctx, int64_t *live, int64_t *peak, int64_t *allocations) {
  PEN_REQUIRE(ctx && live && peak && allocations, "NULL argument");
  const pen_memory *m = pen_ctx_memory(ctx);
  *live = m->live, *peak = m->peak, *allocations = m->allocations;
  return PEN_OK;
}

int pen_ctx_limit(pen_ctx *ctx, int64_t limit) {
  PEN_REQUIRE(ctx && limit >= 0, "ctx is NULL or the limit negative");
  pen_ctx_memory(ctx)->limit = limit;
  return PEN_OK;
}

static void free_slot(pen_ctx *ctx, int slot) {
  pen_memory *m = pen_ctx_memory(ctx);
  pen_device_free(ctx, m->scratch[slot].block, m->scratch[slot].bytes);
  m->scratch[slot].block = NULL, m->scratch[slot].bytes = 0;
}

int pen_scratch(pen_ctx *ctx, void **out, int slot, size_t bytes) {
  PEN_REQUIRE(ctx && out && slot >= 0 && slot < PEN_SCRATCH_SLOTS, "no such scratch slot: %d", slot);
  pen_memory *m = pen_ctx_memory(ctx);
  if (m->scratch[slot].bytes < bytes) {
    free_slot(ctx, slot);
    PEN_TRY(pen_device_alloc(ctx, &m->scratch[slot].block, bytes));
    m->scratch[slot].bytes = bytes;
  }
  *out = m->scratch[slot].block;
  return PEN_OK;
}

void pen_scratch_free(pen_ctx *ctx) {
  for (int slot = 0; slot < PEN_SCRATCH_SLOTS; slot++) free_slot(ctx, slot);
}

int pen_ctx_trim(pen_ctx *ctx) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  pen_scratch_free(ctx);
#ifdef __GLIBC__
  malloc_trim(0); /* what has been freed goes back to the system, too */
#endif
  return PEN_OK;
}
