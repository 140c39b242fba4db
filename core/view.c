/* Checks on strided views: every exported function passes its arguments through here before it touches memory. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

static const struct {
  const char *name;
  size_t size;
} types[] = {{"byte", 1}, {"char", 1}, {"short", 2}, {"int", 4}, {"long", 8}, {"float", 4}, {"double", 8}, {"half", 2}};

size_t pen_type_size(int dtype) { return types[dtype].size; }

const char *pen_type_name(int dtype) { return dtype >= 0 && dtype <= PEN_HALF ? types[dtype].name : "unknown type"; }

char *pen_shape_text(char *text, const pen_tensor *t) {
  size_t used = 0;
  if (t->ndim == 0) used = (size_t)snprintf(text, PEN_SHAPE_TEXT, "empty");
  for (int d = 0; d < t->ndim && d < PEN_MAX_DIM && used < PEN_SHAPE_TEXT - 24; d++)
    used += (size_t)snprintf(text + used, PEN_SHAPE_TEXT - used, "%s%lld", d ? "x" : "", (long long)t->sizes[d]);
  snprintf(text + used, PEN_SHAPE_TEXT - used, " %s", pen_type_name(t->dtype));
  return text;
}

int pen_same_shape(const pen_tensor *a, const pen_tensor *b) {
  return a->ndim == b->ndim && memcmp(a->sizes, b->sizes, sizeof(int64_t) * (size_t)a->ndim) == 0;
}

int pen_is_contiguous(const pen_tensor *t) {
  int64_t stride = 1;
  for (int d = t->ndim - 1; d >= 0; d--) {
    if (t->sizes[d] != 1 && t->strides[d] != stride) return 0;
    stride *= t->sizes[d];
  }
  return 1;
}

/* Last reachable element, or -1 when sizes or strides make no sense or the products overflow. */
static int64_t last_element(const pen_tensor *t) {
  int64_t last = t->start, count = 1;
  for (int d = 0; d < t->ndim; d++) {
    int64_t reach;
    if (t->sizes[d] <= 0 || t->strides[d] < 0) return -1;
    if (__builtin_mul_overflow(count, t->sizes[d], &count)) return -1;
    if (__builtin_mul_overflow(t->sizes[d] - 1, t->strides[d], &reach)) return -1;
    if (__builtin_add_overflow(last, reach, &last)) return -1;
  }
  return last;
}

/* All that is to be checked of a view but where it lies. Texts of shapes only for what is refused: one takes longer
 * than all the checks. */
static int check_form(const char *function, const char *name, const pen_tensor *t, int dtype, int ndim,
                      int contiguous) {
  char text[PEN_SHAPE_TEXT];
  if (!t) return pen_fail(PEN_EARG, function, "%s is NULL", name);
  if (t->ndim < 0 || t->ndim > PEN_MAX_DIM || t->dtype < 0 || t->dtype > PEN_HALF)
    return pen_fail(PEN_EARG, function, "%s is no tensor (%d dimensions, type %d)", name, t->ndim, t->dtype);
  if (dtype == PEN_ANY ? t->dtype == PEN_HALF : t->dtype != dtype)
    return pen_fail(PEN_EARG, function, "%s is %s, expected %s", name, pen_shape_text(text, t),
                    dtype == PEN_ANY ? "a type that C computes with: convert it" : pen_type_name(dtype));
  if (ndim != PEN_ANY && t->ndim != ndim)
    return pen_fail(PEN_EARG, function, "%s is %s, expected %d dimensions", name, pen_shape_text(text, t), ndim);
  if (t->ndim == 0) return PEN_OK;
  int64_t last = last_element(t);
  if (!t->store || !t->store->data || t->start < 0 || last < 0 || last >= t->store->size)
    return pen_fail(PEN_EARG, function, "%s (%s) reaches outside its storage of %lld elements", name,
                    pen_shape_text(text, t), (long long)(t->store ? t->store->size : 0));
  if (t->store->dtype != t->dtype)
    return pen_fail(PEN_EARG, function, "%s (%s) views a storage of type %s", name, pen_shape_text(text, t),
                    pen_type_name(t->store->dtype));
  if (contiguous && !pen_is_contiguous(t))
    return pen_fail(PEN_EARG, function, "%s (%s) must be contiguous", name, pen_shape_text(text, t));
  return PEN_OK;
}

static const char *place_text(char *text, int device) {
  if (device == PEN_HOST) return "the host";
  snprintf(text, PEN_SHAPE_TEXT, "device %d", device);
  return text;
}

int pen_check_view(const char *function, const char *name, const pen_tensor *t, int dtype, int ndim, int contiguous) {
  char place[PEN_SHAPE_TEXT], here[PEN_SHAPE_TEXT];
  PEN_TRY(check_form(function, name, t, dtype, ndim, contiguous));
  if (t->ndim == 0 || t->store->device == pen_here()) return PEN_OK;
  return pen_fail(PEN_EARG, function, "%s lies on %s, but the work is done on %s", name,
                  place_text(place, t->store->device), place_text(here, pen_here()));
}

int pen_check_transfer(const char *function, const pen_tensor *r, const pen_tensor *a, int to_device) {
  const pen_tensor *host = to_device ? a : r, *device = to_device ? r : a;
  PEN_TRY(check_form(function, "r", r, PEN_ANY, PEN_ANY, 1));
  PEN_TRY(check_form(function, "a", a, r->dtype, PEN_ANY, 1));
  if (pen_count(r) != pen_count(a))
    return pen_fail(PEN_EARG, function, "r has %lld elements, a has %lld", (long long)pen_count(r),
                    (long long)pen_count(a));
  if (r->ndim == 0) return PEN_OK;
  if (host->store->device != PEN_HOST)
    return pen_fail(PEN_EARG, function, "%s is not on the host", to_device ? "a" : "r");
  return pen_check_view(function, to_device ? "r" : "a", device, PEN_ANY, PEN_ANY, 1);
}

int pen_check_sort(const char *function, const pen_tensor *values, const pen_tensor *order, const pen_tensor *a) {
  PEN_TRY(pen_check_view(function, "a", a, PEN_ANY, PEN_ANY, 0));
  PEN_TRY(pen_check_view(function, "values", values, a->dtype, a->ndim, 1));
  PEN_TRY(pen_check_view(function, "order", order, PEN_LONG, a->ndim, 1));
  if (a->ndim == 0) return pen_fail(PEN_EARG, function, "a is empty");
  if (!pen_same_shape(values, a) || !pen_same_shape(order, a))
    return pen_fail(PEN_EARG, function, "values, order and a differ in shape");
  if (values->store == a->store || order->store == a->store || order->store == values->store)
    return pen_fail(PEN_EARG, function, "values, order and a must not share a storage");
  if (a->sizes[a->ndim - 1] >= INT32_MAX)
    return pen_fail(PEN_EARG, function, "rows of %lld elements are too long", (long long)a->sizes[a->ndim - 1]);
  return PEN_OK;
}
