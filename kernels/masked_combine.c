/* What every loss in the chain does with its own gradient g, given the incoming one and its H x W mask m:
 *   result = (weight * h / (|h| + 1e-8) + incoming) * m,   h = g or g * m,   |h| the 1-norm, the 2-norm, or left out.
 * Luan et al. 2018, the loss modules of both passes. Rounded to float after each step, in this order, as there. */
#include "pen_kernel.h"

typedef struct {
  const float *incoming, *mask;
  float *gradient;
  int64_t planes, n; /* planes of n positions */
  int64_t rows, width, incoming_plane, incoming_row; /* of a plane; strides */
  int mask_own, norm;
  double *divisor; /* of the own gradient, with a norm */
  float weight;
} combine_args;

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

PEN_BODY void combine(const combine_args *s, int64_t row, int64_t x) {
  const int64_t c = row / s->rows, y = row % s->rows, p = y * s->width + x, i = c * s->n + p;
  const float incoming = s->incoming[c * s->incoming_plane + y * s->incoming_row + x];
  const float m = mask_at(s, p), divisor = s->norm ? (float)*s->divisor : 1.0f;
  const float own = s->mask_own ? s->gradient[i] * m : s->gradient[i];
  const float result = (own / divisor * s->weight + incoming) * m;
  s->gradient[i] = m == 0 ? 0 : result;
}

PEN_SUM_ROWS(size_at, combine_args)
PEN_SUM_ROWS(square_at, combine_args)
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
  const int64_t planes = gradient->sizes[0], rows = gradient->sizes[1], width = gradient->sizes[2];
  void *divisor;
  PEN_TRY(pen_scratch(ctx, &divisor, PEN_RESULT_SLOT, sizeof(double)));
  combine_args args = {pen_floats(incoming), mask ? pen_floats(mask) : NULL, pen_floats(gradient), planes, rows * width,
                       rows, width, incoming->strides[0], incoming->strides[1], mask_own != 0 && mask, norm,
                       (double *)divisor, (float)weight};
  if (norm == 1) PEN_TRY(size_at_sum(ctx, &args, 1, planes, args.n, 1, args.divisor));
  if (norm == 2) PEN_TRY(square_at_sum(ctx, &args, 1, planes, args.n, 1, args.divisor));
  if (norm) PEN_TRY(make_divisor_each(ctx, &args, 1));
  return combine_rows(ctx, &args, planes * rows, width);
}
