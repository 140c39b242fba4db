/* Nearest-neighbour fields: corr[y][x] = (x, y), 0-based, of the position in B that belongs to position (y, x) of A.
 * Refinement by spatial consistency, the mask of matched style positions, and the step to a finer layer (Luan et al.,
 * "Deep Painterly Harmonization", section on consistent matching and their released program). */
#include <float.h>

#include "pen_kernel.h"

enum { LARGEST_WINDOW = 63, LARGEST_RING = 1024 };

PEN_BODY int64_t clamped(int64_t v, int64_t low, int64_t high) { return v < low ? low : v > high ? high : v; }

static int check_field(const char *function, const char *name, const pen_tensor *corr) {
  PEN_TRY(pen_check_view(function, name, corr, PEN_INT, 3, 1));
  if (corr->sizes[2] != 2) return pen_fail(PEN_EARG, function, "%s must be H x W x 2", name);
  return PEN_OK;
}

static int check_mask(const char *function, const pen_tensor *mask, const pen_tensor *corr) {
  PEN_TRY(pen_check_view(function, "mask", mask, PEN_INT, 2, 1));
  if (mask->sizes[0] != corr->sizes[0] || mask->sizes[1] != corr->sizes[1])
    return pen_fail(PEN_EARG, function, "mask must be %lldx%lld", (long long)corr->sizes[0], (long long)corr->sizes[1]);
  return PEN_OK;
}

/* ---- refinement ----
 * Each neighbour p+d of a masked p proposes q_d = corr(p+d) - d. The proposal that costs least wins, where
 * cost(q_d) = mean over the neighbours d' with q_d' inside B of |guide(q_d) - guide(q_d')|; first on ties, d = (dx, dy)
 * with dx outer, dy inner. Only q_d in [r, W-r-2] x [r, H-r-2] stand for election; without one corr(p) stays. */

typedef struct {
  const int32_t *initial, *mask;
  const float *guide;
  int64_t height, width;                    /* of A: the field */
  int64_t channels, height_b, width_b;      /* of the guide, a picture of B */
  int64_t radius;
  int32_t *corr;
} refine_args;

/* What neighbour p + (dx, dy) proposes for p; 0 when it lies outside A. */
PEN_BODY int proposal(const refine_args *s, int64_t p, int64_t dx, int64_t dy, int64_t *x2, int64_t *y2) {
  const int64_t x = p % s->width + dx, y = p / s->width + dy;
  if (x < 0 || x >= s->width || y < 0 || y >= s->height) return 0;
  *x2 = s->initial[2 * (y * s->width + x)] - dx;
  *y2 = s->initial[2 * (y * s->width + x) + 1] - dy;
  return 1;
}

PEN_BODY float colour_distance(const refine_args *s, int64_t q, int64_t other) {
  const int64_t n = s->height_b * s->width_b;
  float sum = 0;
  for (int64_t c = 0; c < s->channels; c++) {
    const float d = s->guide[c * n + q] - s->guide[c * n + other];
    sum += d * d;
  }
  return sqrtf(sum);
}

PEN_BODY float inconsistency(const refine_args *s, int64_t p, int64_t q) {
  const int64_t r = s->radius;
  int64_t x, y;
  float sum = 0;
  int count = 0;
  for (int64_t dx = -r; dx <= r; dx++)
    for (int64_t dy = -r; dy <= r; dy++) {
      if (!proposal(s, p, dx, dy, &x, &y)) continue;
      if (x < 0 || x >= s->width_b || y < 0 || y >= s->height_b) continue;
      sum += colour_distance(s, q, y * s->width_b + x);
      count++;
    }
  return sum / (float)count;
}

PEN_BODY void refine(const refine_args *s, int64_t p) {
  const int64_t r = s->radius;
  int64_t x, y;
  float least = FLT_MAX;
  s->corr[2 * p] = s->initial[2 * p], s->corr[2 * p + 1] = s->initial[2 * p + 1];
  if (s->mask[p] <= 0) return;
  for (int64_t dx = -r; dx <= r; dx++)
    for (int64_t dy = -r; dy <= r; dy++) {
      if (!proposal(s, p, dx, dy, &x, &y)) continue;
      if (x < r || x >= s->width_b - r - 1 || y < r || y >= s->height_b - r - 1) continue;
      const float cost = inconsistency(s, p, y * s->width_b + x);
      if (!(cost < least)) continue;
      least = cost;
      s->corr[2 * p] = (int32_t)x, s->corr[2 * p + 1] = (int32_t)y;
    }
}
PEN_EACH(refine, refine_args)

int pen_nnf_refine(pen_ctx *ctx, pen_tensor *corr, const pen_tensor *initial, const pen_tensor *guide,
                   const pen_tensor *mask, int patch) {
  refine_args s;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(check_field(__func__, "corr", corr));
  PEN_TRY(check_field(__func__, "initial", initial));
  PEN_TRY(check_mask(__func__, mask, corr));
  PEN_CONTIGUOUS(guide, PEN_FLOAT, 3);
  PEN_REQUIRE(pen_same_shape(corr, initial), "corr and initial differ in shape");
  PEN_REQUIRE(corr->store != initial->store, "corr and initial share a storage");
  PEN_REQUIRE(patch >= 1 && patch <= LARGEST_WINDOW, "patch is %d, expected 1 to %d", patch, LARGEST_WINDOW);
  s.initial = (const int32_t *)pen_address(initial), s.mask = (const int32_t *)pen_address(mask);
  s.guide = pen_floats(guide), s.channels = guide->sizes[0];
  s.height_b = guide->sizes[1], s.width_b = guide->sizes[2];
  s.height = corr->sizes[0], s.width = corr->sizes[1], s.radius = (patch - 1) / 2;
  s.corr = (int32_t *)pen_address(corr);
  return refine_each(ctx, &s, s.height * s.width);
}

/* ---- the ring mask: where B is matched, grown by a square ---- */

typedef struct {
  const int32_t *corr, *mask;
  int64_t height, width, radius; /* of the ring mask, that is of B */
  int32_t *ring;
} ring_args;

PEN_BODY void clear(const ring_args *s, int64_t i) { s->ring[i] = 0; }
PEN_EACH(clear, ring_args)

/* The one body here that writes what other elements write too: all of them store the same 1. */
PEN_BODY void stamp(const ring_args *s, int64_t p) {
  if (s->mask[p] == 0) return;
  const int64_t x = s->corr[2 * p], y = s->corr[2 * p + 1], r = s->radius;
  const int64_t left = clamped(x - r, 0, s->width), right = clamped(x + r + 1, 0, s->width);
  const int64_t top = clamped(y - r, 0, s->height), bottom = clamped(y + r + 1, 0, s->height);
  for (int64_t v = top; v < bottom; v++)
    for (int64_t u = left; u < right; u++) s->ring[v * s->width + u] = 1;
}
PEN_EACH(stamp, ring_args)

int pen_nnf_ring_mask(pen_ctx *ctx, pen_tensor *ring, const pen_tensor *corr, const pen_tensor *mask, int radius) {
  ring_args s;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CONTIGUOUS(ring, PEN_INT, 2);
  PEN_TRY(check_field(__func__, "corr", corr));
  PEN_TRY(check_mask(__func__, mask, corr));
  PEN_REQUIRE(radius >= 0 && radius <= LARGEST_RING, "radius is %d, expected 0 to %d", radius, LARGEST_RING);
  s.corr = (const int32_t *)pen_address(corr), s.mask = (const int32_t *)pen_address(mask);
  s.height = ring->sizes[0], s.width = ring->sizes[1], s.radius = radius;
  s.ring = (int32_t *)pen_address(ring);
  PEN_TRY(clear_each(ctx, &s, s.height * s.width));
  return stamp_each(ctx, &s, corr->sizes[0] * corr->sizes[1]);
}

/* ---- the step to a finer layer ----
 * Coarse cell = trunc((x + 0.5) / ratio); fine target = trunc(x + offset of that cell * ratio + 0.5), both clamped. */

typedef struct {
  const int32_t *coarse;
  int64_t height, width, coarse_height, coarse_width;
  int32_t *fine;
} upsample_args;

PEN_BODY int64_t coarse_cell(int64_t x, float ratio, int64_t size) {
  return clamped((int64_t)(((double)x + 0.5) / ratio), 0, size - 1);
}

PEN_BODY int32_t fine_target(int64_t x, int64_t offset, float ratio, int64_t size) {
  return (int32_t)clamped((int64_t)((double)((float)x + (float)offset * ratio) + 0.5), 0, size - 1);
}

PEN_BODY void upsample(const upsample_args *s, int64_t i) {
  const float ratio_x = (float)s->width / (float)s->coarse_width;
  const float ratio_y = (float)s->height / (float)s->coarse_height;
  const int64_t x = i % s->width, y = i / s->width;
  const int64_t cx = coarse_cell(x, ratio_x, s->coarse_width), cy = coarse_cell(y, ratio_y, s->coarse_height);
  const int32_t *target = s->coarse + 2 * (cy * s->coarse_width + cx);
  s->fine[2 * i] = fine_target(x, target[0] - cx, ratio_x, s->width);
  s->fine[2 * i + 1] = fine_target(y, target[1] - cy, ratio_y, s->height);
}
PEN_EACH(upsample, upsample_args)

int pen_nnf_upsample(pen_ctx *ctx, pen_tensor *fine, const pen_tensor *coarse) {
  upsample_args s;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(check_field(__func__, "fine", fine));
  PEN_TRY(check_field(__func__, "coarse", coarse));
  s.coarse = (const int32_t *)pen_address(coarse), s.fine = (int32_t *)pen_address(fine);
  s.height = fine->sizes[0], s.width = fine->sizes[1];
  s.coarse_height = coarse->sizes[0], s.coarse_width = coarse->sizes[1];
  return upsample_each(ctx, &s, s.height * s.width);
}
