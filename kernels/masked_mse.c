/* Mean squared difference and its gradient: mean((a - b)^2) over all n elements, 2/n (a - b); with a mask m of the last
 * two dimensions the differences are a*m - b*m. Torch's nn.MSECriterion, as the content losses of both passes use it
 * (algorithm.md's names: ContentLoss, and the loss on the Gram matrix). */
#include "pen_kernel.h"

typedef struct {
  const float *a, *b, *mask;
  float *gradient;
  int64_t planes, n; /* planes of n positions */
  float factor;
} mse_args;

PEN_BODY float difference(const mse_args *s, int64_t plane, int64_t p) {
  const int64_t i = plane * s->n + p;
  return s->mask ? s->a[i] * s->mask[p] - s->b[i] * s->mask[p] : s->a[i] - s->b[i];
}

PEN_BODY double square(const mse_args *s, int64_t plane, int64_t p) {
  const double d = difference(s, plane, p);
  return s->mask && s->mask[p] == 0 ? 0 : d * d;
}

PEN_BODY void write_gradient(const mse_args *s, int64_t plane, int64_t p) {
  if (s->mask && s->mask[p] == 0) return;
  s->gradient[plane * s->n + p] = s->factor * difference(s, plane, p);
}

PEN_SUM_ROWS(square, mse_args)
PEN_EACH_ROWS(write_gradient, mse_args)

int pen_mse(pen_ctx *ctx, pen_tensor *gradient, pen_tensor *mean, const pen_tensor *a, const pen_tensor *b,
            const pen_tensor *mask, int64_t count) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_VIEW(mean, PEN_DOUBLE, 1);
  PEN_CONTIGUOUS(a, PEN_FLOAT, PEN_ANY);
  PEN_CONTIGUOUS(b, PEN_FLOAT, PEN_ANY);
  PEN_CONTIGUOUS(gradient, PEN_FLOAT, PEN_ANY);
  const int64_t elements = pen_count(a);
  PEN_REQUIRE(elements > 0, "a is empty");
  PEN_REQUIRE(count >= 0, "count is %lld", (long long)count);
  PEN_REQUIRE(pen_same_shape(a, b) && pen_same_shape(a, gradient), "gradient, a and b differ in shape");
  if (mask) PEN_TRY(pen_check_masked(__func__, a, mask));
  const int64_t n = mask ? pen_count(mask) : elements;
  const double divisor = (double)(count ? count : elements);
  mse_args args = {pen_floats(a), pen_floats(b), mask ? pen_floats(mask) : NULL, pen_floats(gradient), elements / n, n,
                   (float)(2.0 / divisor)};
  PEN_TRY(square_sum(ctx, &args, 1, args.planes, n, divisor, (double *)pen_address(mean)));
  return write_gradient_rows(ctx, &args, args.planes, n);
}
