/* The view alone, for the host program: shapes asked for and set without a look at the elements. Lua could do this, but
 * its compiler gives up on a function whose callee runs a loop over a handful of dimensions, and then all is slow. */
#include <math.h>
#include <string.h>

#include "internal.h"

#define LIMIT 9007199254740992.0 /* 2^53: whole numbers below it are exact in Lua */

int64_t pen_elements(const pen_tensor *t) { return pen_count(t); }

void pen_view_set(pen_tensor *t, const pen_tensor *source) {
  if (source->store) source->store->refs++;
  pen_release(t);
  t->store = source->store, t->start = source->start, t->ndim = source->ndim;
  memcpy(t->sizes, source->sizes, sizeof t->sizes);
  memcpy(t->strides, source->strides, sizeof t->strides);
}

void pen_view_drop(pen_tensor *t, int d) {
  size_t rest = sizeof(int64_t) * (size_t)(t->ndim - d - 1);
  memmove(t->sizes + d, t->sizes + d + 1, rest);
  memmove(t->strides + d, t->strides + d + 1, rest);
  t->ndim--;
}

int64_t pen_reach(const pen_tensor *t) {
  int64_t last = t->start;
  for (int d = 0; d < t->ndim; d++) last += (t->sizes[d] - 1) * t->strides[d];
  return last + 1;
}

int pen_shape_set(pen_tensor *t, int n, const double *sizes, const double *strides) {
  PEN_REQUIRE(t && sizes, "NULL argument");
  PEN_REQUIRE(n >= 0 && n <= PEN_MAX_DIM, "%d dimensions, at most %d are possible", n, PEN_MAX_DIM);
  double count = n > 0;
  for (int d = 0; d < n; d++) {
    PEN_REQUIRE(sizes[d] >= 0, "size %g of dimension %d is not possible", sizes[d], d + 1);
    count *= sizes[d] < 1 ? 0 : sizes[d];
  }
  t->ndim = 0;
  PEN_REQUIRE(count < LIMIT, "a tensor of %g elements is not possible", count);
  if (count == 0) return PEN_OK;
  double next = 1, reach = (double)t->start + 1;
  for (int d = n - 1; d >= 0; d--) {
    const double stride = strides && strides[d] >= 0 ? floor(strides[d]) : next;
    t->sizes[d] = (int64_t)sizes[d];
    next = stride * (double)t->sizes[d], reach += stride * (double)(t->sizes[d] - 1);
    PEN_REQUIRE(stride < LIMIT && reach < LIMIT, "stride %g of dimension %d is not possible", stride, d + 1);
    t->strides[d] = (int64_t)stride;
  }
  t->ndim = n;
  return PEN_OK;
}

void pen_shape_like(pen_tensor *t, const pen_tensor *source, int single) {
  int64_t stride = 1;
  t->ndim = source->ndim;
  for (int d = t->ndim - 1; d >= 0; d--) {
    t->sizes[d] = d == single ? 1 : source->sizes[d];
    t->strides[d] = stride;
    stride *= t->sizes[d];
  }
}

static int64_t size_in(const pen_tensor *t, int d) { return d < t->ndim ? t->sizes[d] : 1; }

int pen_shape_cat(pen_tensor *r, const pen_tensor *a, const pen_tensor *b, int d) {
  int n = a->ndim > b->ndim ? a->ndim : b->ndim;
  if (n <= d) n = d + 1;
  if (d < 0 || n > PEN_MAX_DIM) return 0;
  double count = 1;
  for (int i = 0; i < n; i++) {
    if (i != d && size_in(a, i) != size_in(b, i)) return 0;
    count *= (double)size_in(a, i) + (i == d ? (double)size_in(b, i) : 0);
  }
  if (count >= LIMIT) return 0;
  int64_t stride = 1;
  r->ndim = n;
  for (int i = n - 1; i >= 0; i--) {
    r->sizes[i] = size_in(a, i) + (i == d ? size_in(b, i) : 0);
    r->strides[i] = stride;
    stride *= r->sizes[i];
  }
  return 1;
}

int pen_view_shape(pen_tensor *t, int n, const double *sizes) {
  double all[PEN_MAX_DIM], known = 1;
  const double count = (double)pen_count(t);
  int open = -1;
  if (n < 0 || n > PEN_MAX_DIM || !pen_is_contiguous(t)) return 0;
  for (int d = 0; d < n; d++) {
    all[d] = sizes[d];
    if (sizes[d] != -1) known *= sizes[d];
    else if (open < 0) open = d;
    else return 0;
  }
  if (open < 0 ? known != count : fmod(count, known) != 0) return 0; /* fmod(count, 0) is NaN */
  if (open >= 0) all[open] = count / known;
  return pen_shape_set(t, n, all, NULL) == PEN_OK;
}

int pen_view_expand(pen_tensor *t, int n, const int64_t *sizes) {
  const int front = n - t->ndim;
  if (front < 0 || n > PEN_MAX_DIM) return 0;
  for (int d = front; d < n; d++)
    if (t->sizes[d - front] != sizes[d] && t->sizes[d - front] != 1) return 0;
  for (int d = n - 1; d >= 0; d--) {
    t->strides[d] = d >= front && t->sizes[d - front] == sizes[d] ? t->strides[d - front] : 0;
    t->sizes[d] = sizes[d];
  }
  t->ndim = n;
  return 1;
}
