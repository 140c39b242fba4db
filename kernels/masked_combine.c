/* What every loss in the chain does with its own gradient g, given the incoming one and its H x W mask m:
 *   result = (weight * h / (|h| + 1e-8) + incoming) * m,   h = g or g * m,   |h| the 1-norm, the 2-norm, or left out.
 * Luan et al. 2018, the loss modules of both passes. Rounded to float after each step, in this order, as there. */
#include "pen_kernel.h"

/* How many neighbouring positions a body takes at once. Most lie outside of the mask, and need not be read. */
enum { SPAN = (int)PEN_RUN < (int)PEN_LANES ? (int)PEN_RUN : (int)PEN_LANES, COVERED_SLOT = 1 };

typedef struct {
  const float *incoming, *mask;
  float *gradient;
  int64_t width, n; /* of a row; positions of a plane */
  int64_t incoming_plane, incoming_row; /* strides */
  int mask_own, norm;
  uint8_t *covered; /* for each PEN_LANES positions of a plane, whether the mask is above 0 somewhere */
  double *divisor;  /* of the own gradient, with a norm */
  float weight;
} combine_args;

PEN_BODY void cover(const combine_args *s, int64_t i) {
  const int64_t from = i * PEN_LANES, to = from + PEN_LANES < s->n ? from + PEN_LANES : s->n;
  int covered = !s->mask;
  for (int64_t p = from; s->mask && p < to; p++) covered |= s->mask[p] != 0;
  s->covered[i] = (uint8_t)covered;
}

PEN_BODY int is_outside(const combine_args *s, int64_t plane, int64_t p) {
  (void)plane;
  return !s->covered[p / PEN_LANES];
}

PEN_BODY float mask_at(const combine_args *s, int64_t p) { return s->mask ? s->mask[p] : 1.0f; }

PEN_BODY double own_at(const combine_args *s, int64_t c, int64_t p) {
  const float m = mask_at(s, p), own = s->gradient[c * s->n + p] * (s->mask_own ? m : 1.0f);
  return m == 0 ? 0 : own;
}

PEN_BODY double size_at(const combine_args *s, int64_t c, int64_t p) { return fabs(own_at(s, c, p)); }

PEN_BODY double square_at(const combine_args *s, int64_t c, int64_t p) {
  const double g = own_at(s, c, p);
  return g * g;
}

/* The norm's place gets what the gradient is divided by. */
PEN_BODY void make_divisor(const combine_args *s, int64_t i) {
  s->divisor[i] = (float)((s->norm == 1 ? s->divisor[i] : sqrt(s->divisor[i])) + 1e-8);
}

/* Positions p .. p + n - 1 of a plane, in one row. */
PEN_BODY void combine_in_row(const combine_args *s, int64_t plane, int64_t p, int64_t n) {
  const float *incoming = s->incoming + plane * s->incoming_plane + p / s->width * s->incoming_row + p % s->width;
  const float divisor = s->norm ? (float)*s->divisor : 1.0f, *mask = s->mask ? s->mask + p : NULL;
  float *gradient = s->gradient + plane * s->n + p;
  for (int64_t j = 0; j < n; j++) {
    const float m = mask ? mask[j] : 1.0f, own = gradient[j] * (s->mask_own ? m : 1.0f);
    const float result = (own / divisor * s->weight + incoming[j]) * m;
    gradient[j] = m == 0 ? 0 : result;
  }
}

PEN_BODY void combine(const combine_args *s, int64_t plane, int64_t span) {
  int64_t p = span * SPAN;
  const int64_t end = p + SPAN < s->n ? p + SPAN : s->n;
  if (is_outside(s, plane, p)) {
    for (; p < end; p++) s->gradient[plane * s->n + p] = 0;
    return;
  }
  while (p < end) {
    const int64_t row_end = (p / s->width + 1) * s->width, to = row_end < end ? row_end : end;
    combine_in_row(s, plane, p, to - p);
    p = to;
  }
}

PEN_EACH(cover, combine_args)
PEN_SUM_ROWS_BUT(size_at, is_outside, combine_args)
PEN_SUM_ROWS_BUT(square_at, is_outside, combine_args)
PEN_EACH(make_divisor, combine_args)
PEN_EACH_ROWS(combine, combine_args)

int pen_masked_combine(pen_ctx *ctx, pen_tensor *gradient, const pen_tensor *incoming, const pen_tensor *mask,
                       int mask_own, int norm, double weight) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CONTIGUOUS(gradient, PEN_FLOAT, 3);
  PEN_VIEW(incoming, PEN_FLOAT, 3);
  PEN_REQUIRE(pen_same_shape(gradient, incoming), "gradient and incoming differ in shape");
  PEN_REQUIRE(incoming->strides[2] == 1 || incoming->sizes[2] == 1, "the columns of incoming must lie side by side");
  PEN_REQUIRE(norm >= 0 && norm <= 2, "norm is %d, expected 0 (none), 1 or 2", norm);
  if (mask) PEN_TRY(pen_check_masked(__func__, gradient, mask));
  const int64_t planes = gradient->sizes[0], width = gradient->sizes[2], n = gradient->sizes[1] * width;
  const int64_t covers = (n + PEN_LANES - 1) / PEN_LANES;
  void *divisor, *covered;
  PEN_TRY(pen_scratch(ctx, &divisor, PEN_RESULT_SLOT, sizeof(double)));
  PEN_TRY(pen_scratch(ctx, &covered, COVERED_SLOT, (size_t)covers));
  combine_args args = {pen_floats(incoming), mask ? pen_floats(mask) : NULL, pen_floats(gradient), width, n,
                       incoming->strides[0], incoming->strides[1], mask_own != 0 && mask, norm, (uint8_t *)covered,
                       (double *)divisor, (float)weight};
  PEN_TRY(cover_each(ctx, &args, covers));
  if (norm == 1) PEN_TRY(size_at_sum(ctx, &args, 1, planes, n, 1, args.divisor));
  if (norm == 2) PEN_TRY(square_at_sum(ctx, &args, 1, planes, n, 1, args.divisor));
  if (norm) PEN_TRY(make_divisor_each(ctx, &args, 1));
  return combine_rows(ctx, &args, planes, (n + SPAN - 1) / SPAN);
}
