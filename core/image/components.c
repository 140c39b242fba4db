/* Connected components by union-find over one row-major scan: every position points to an earlier one of its component,
 * the smaller root wins, so a root is the component's first position.
 * Source: Rosenfeld and Pfaltz 1966; path halving after Tarjan and van Leeuwen 1984. */
#include "internal.h"

/* Places are 1-based, 0 is the background; at[p - 1] is p's parent, roots are their own. */
static int32_t find_root(int32_t *at, int32_t p) {
  while (at[p - 1] != p) p = at[p - 1] = at[at[p - 1] - 1];
  return p;
}

static void join(int32_t *at, int32_t a, int32_t b) {
  a = find_root(at, a), b = find_root(at, b);
  if (a < b) at[b - 1] = a;
  else at[a - 1] = b;
}

/* Joins position (y, x) with those of its neighbours that the scan has passed. */
static void join_neighbours(int32_t *at, int64_t width, int64_t y, int64_t x, int diagonal) {
  const int64_t i = y * width + x;
  const int32_t p = (int32_t)(i + 1);
  if (x > 0 && at[i - 1]) join(at, p, (int32_t)i);
  if (y == 0) return;
  if (at[i - width]) join(at, p, (int32_t)(i - width + 1));
  if (diagonal && x > 0 && at[i - width - 1]) join(at, p, (int32_t)(i - width));
  if (diagonal && x < width - 1 && at[i - width + 1]) join(at, p, (int32_t)(i - width + 2));
}

/* Parents become roots; a root's area counts up before any later position reads it. */
static void measure(int32_t *at, int32_t *area, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    area[i] = 0;
    if (!at[i]) continue;
    at[i] = find_root(at, at[i]);
    area[at[i] - 1]++;
  }
  for (int64_t i = 0; i < n; i++)
    if (at[i]) area[i] = area[at[i] - 1];
}

int pen_component_areas(pen_ctx *ctx, pen_tensor *area, const pen_tensor *mask, int diagonal) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(mask, PEN_BYTE, 2);
  PEN_CONTIGUOUS(area, PEN_INT, 2);
  const int64_t height = mask->sizes[0], width = mask->sizes[1], n = pen_count(mask);
  PEN_REQUIRE(pen_same_shape(area, mask), "area must have the mask's shape");
  PEN_REQUIRE(n < INT32_MAX, "a mask of %lld positions is too large", (long long)n);
  void *block;
  PEN_TRY(pen_scratch(ctx, &block, 0, (size_t)n * sizeof(int32_t)));
  int32_t *at = (int32_t *)block;
  const uint8_t *in = (const uint8_t *)pen_address(mask);
  for (int64_t y = 0; y < height; y++)
    for (int64_t x = 0; x < width; x++) {
      const int64_t i = y * width + x;
      at[i] = in[y * mask->strides[0] + x * mask->strides[1]] ? (int32_t)(i + 1) : 0;
      if (at[i]) join_neighbours(at, width, y, x, diagonal);
    }
  measure(at, (int32_t *)pen_address(area), n);
  return PEN_OK;
}
