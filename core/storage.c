/* Storages: counted blocks of elements on one device. */
#include <stdlib.h>

#include "internal.h"

static int byte_count(const char *function, size_t *bytes, int dtype, int64_t n) {
  if (dtype < 0 || dtype > PEN_HALF) return pen_fail(PEN_EARG, function, "unknown element type %d", dtype);
  if (n < 0 || __builtin_mul_overflow((size_t)n, pen_type_size(dtype), bytes) || *bytes > PTRDIFF_MAX)
    return pen_fail(PEN_EARG, function, "%lld elements of type %s are no possible size", (long long)n,
                    pen_type_name(dtype));
  return PEN_OK;
}

static void destroy(pen_storage *s) {
  pen_device_free(s->ctx, pen_shield(s->data), (size_t)s->size * pen_type_size(s->dtype));
  free(s);
}

int pen_storage_new(pen_ctx *ctx, pen_storage **out, int dtype, int64_t n) {
  PEN_REQUIRE(ctx && out, "ctx or out is NULL");
  size_t bytes = 0;
  PEN_TRY(byte_count(__func__, &bytes, dtype, n));
  pen_storage *s = (pen_storage *)malloc(sizeof *s);
  if (!s) PEN_FAIL(PEN_EMEM, "out of memory");
  void *data = NULL;
  int status = pen_device_alloc(ctx, &data, bytes);
  if (status != PEN_OK) {
    free(s);
    return status;
  }
  *s = (pen_storage){pen_shield(data), n, dtype, 1, pen_ctx_device(ctx), 0, ctx, destroy};
  *out = s;
  return PEN_OK;
}

/* A storage whose elements lie in another one, of which it holds a reference. */
typedef struct {
  pen_storage base;
  pen_storage *owner;
} storage_view;

static void destroy_view(pen_storage *s) {
  pen_release(&((storage_view *)s)->owner);
  free(s);
}

int pen_storage_view(pen_storage **out, pen_storage *owner, int64_t first, int64_t n) {
  PEN_REQUIRE(out && owner, "out or owner is NULL");
  PEN_REQUIRE(first >= 0 && n >= 0 && first <= owner->size && n <= owner->size - first,
              "elements %lld to %lld are outside a storage of %lld", (long long)first + 1, (long long)(first + n),
              (long long)owner->size);
  storage_view *view = (storage_view *)malloc(sizeof *view);
  if (!view) PEN_FAIL(PEN_EMEM, "out of memory");
  view->base = *owner;
  view->base.data = owner->data ? (char *)owner->data + (size_t)first * pen_type_size(owner->dtype) : NULL;
  view->base.size = n, view->base.refs = 1, view->base.destroy = destroy_view;
  view->owner = owner;
  owner->refs++;
  *out = &view->base;
  return PEN_OK;
}

int pen_storage_resize(pen_storage *s, int64_t n) {
  PEN_REQUIRE(s, "storage is NULL");
  PEN_REQUIRE(s->destroy == destroy, "a storage that views another one cannot be resized");
  size_t bytes = 0;
  PEN_TRY(byte_count(__func__, &bytes, s->dtype, n));
  void *data = pen_shield(s->data);
  PEN_TRY(pen_device_realloc(s->ctx, &data, (size_t)s->size * pen_type_size(s->dtype), bytes));
  s->data = pen_shield(data), s->size = n;
  return PEN_OK;
}

void pen_release(void *handle) {
  pen_storage **slot = (pen_storage **)handle;
  if (!slot || !*slot) return;
  pen_storage *s = *slot;
  *slot = NULL;
  if (--s->refs == 0) s->destroy(s);
}
