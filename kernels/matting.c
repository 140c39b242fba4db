/* What keeps a stylised photograph a photograph (Luan et al., "Deep Photo Style Transfer", 2017): each colour channel
 * v of the result must locally be an affine function of the content's colours.
 *   laplacian  the penalty is v' L v with the matting Laplacian L (Levin et al. 2008); its gradient is 2 L v. L comes
 *              as a list of (row, column, value), in order of rows; pixels are counted from 1, column by column.
 *   affine     per window the function itself, v = a . colour + b by least squares with RIDGE |a|^2 added, so that also
 *              flat windows have one; a and b are then averaged, bilaterally, and applied to the content. */
#include "pen_kernel.h"

#define RIDGE 1e-3

enum { LARGEST_REACH = 64, MODEL = 12 }; /* a model: a and b, for three channels */

/* ---- the Laplacian ---- */

typedef struct {
  const float *a, *value;
  const int32_t *row, *column;
  float *r;
  int64_t channels, height, width, n, entries;
} laplacian_args;

PEN_BODY double wrong_entry(const laplacian_args *s, int64_t i) {
  const int64_t row = s->row[i], column = s->column[i];
  return row < 1 || row > s->n || column < 1 || column > s->n || (i > 0 && row < s->row[i - 1]);
}
PEN_SUM(wrong_entry, laplacian_args)

/* The first entry of this row or a later one. */
PEN_BODY int64_t first_entry(const laplacian_args *s, int64_t row) {
  int64_t from = 0, to = s->entries;
  while (from < to) {
    const int64_t middle = (from + to) / 2;
    if (s->row[middle] < row) from = middle + 1;
    else to = middle;
  }
  return from;
}

PEN_BODY void laplacian_gradient(const laplacian_args *s, int64_t p) {
  const int64_t row = p % s->width * s->height + p / s->width + 1, first = first_entry(s, row);
  for (int64_t c = 0; c < s->channels; c++) {
    double sum = 0;
    for (int64_t i = first; i < s->entries && s->row[i] == row; i++) {
      const int64_t q = s->column[i] - 1;
      sum += (double)s->value[i] * s->a[c * s->n + q % s->height * s->width + q / s->height];
    }
    s->r[c * s->n + p] = (float)(2 * sum);
  }
}
PEN_EACH(laplacian_gradient, laplacian_args)

int pen_laplacian_gradient(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *row,
                           const pen_tensor *column, const pen_tensor *value) {
  laplacian_args s;
  double wrong;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CONTIGUOUS(r, PEN_FLOAT, 3);
  PEN_CONTIGUOUS(a, PEN_FLOAT, 3);
  PEN_CONTIGUOUS(row, PEN_INT, 1);
  PEN_CONTIGUOUS(column, PEN_INT, 1);
  PEN_CONTIGUOUS(value, PEN_FLOAT, 1);
  PEN_REQUIRE(pen_same_shape(r, a), "r and a differ in shape");
  PEN_REQUIRE(pen_same_shape(row, column) && pen_same_shape(row, value), "row, column and value differ in length");
  s.a = pen_floats(a), s.value = pen_floats(value), s.r = pen_floats(r);
  s.row = (const int32_t *)pen_address(row), s.column = (const int32_t *)pen_address(column);
  s.channels = a->sizes[0], s.height = a->sizes[1], s.width = a->sizes[2], s.n = s.height * s.width;
  s.entries = row->sizes[0];
  PEN_TRY(wrong_entry_sum(ctx, &s, s.entries, &wrong));
  PEN_REQUIRE(wrong == 0, "%.0f of %lld entries are out of order or outside of a picture of %lldx%lld", wrong,
              (long long)s.entries, (long long)s.height, (long long)s.width);
  return laplacian_gradient_each(ctx, &s, s.n);
}

/* ---- the affine functions ---- */

typedef struct {
  const float *target, *content;
  float *r;
  int64_t height, width, n, radius, reach;
  double place, colour; /* what squared distances are multiplied with */
  double *models;       /* H x W x MODEL */
} affine_args;

/* Solves the symmetric (s0 s1 s2; s1 s3 s4; s2 s4 s5) a = c, positive definite, by Cholesky's factors. */
PEN_BODY void solve(const double s[6], const double c[3], double a[3]) {
  const double d0 = sqrt(s[0]), l1 = s[1] / d0, l2 = s[2] / d0;
  const double d1 = sqrt(s[3] - l1 * l1), l3 = (s[4] - l1 * l2) / d1, d2 = sqrt(s[5] - l2 * l2 - l3 * l3);
  const double y0 = c[0] / d0, y1 = (c[1] - l1 * y0) / d1, y2 = (c[2] - l2 * y0 - l3 * y1) / d2;
  a[2] = y2 / d2;
  a[1] = (y1 - l3 * a[2]) / d1;
  a[0] = (y0 - l1 * a[1] - l2 * a[2]) / d0;
}

typedef struct {
  int64_t top, bottom, left, right; /* [top, bottom) x [left, right) */
} box;

PEN_BODY box box_around(const affine_args *s, int64_t i, int64_t r) {
  const int64_t y = i / s->width, x = i % s->width;
  const box b = {y > r ? y - r : 0, y + r < s->height ? y + r + 1 : s->height, x > r ? x - r : 0,
                 x + r < s->width ? x + r + 1 : s->width};
  return b;
}

/* Three equations with one matrix: the colours' (co)variances, times their number, with the ridge. */
PEN_BODY void fit_model(const affine_args *s, int64_t i) {
  const box b = box_around(s, i, s->radius);
  const double n = (double)((b.bottom - b.top) * (b.right - b.left));
  double colour[3] = {0}, target[3] = {0}, square[6] = {0}, product[3][3] = {{0}};
  for (int64_t y = b.top; y < b.bottom; y++)
    for (int64_t x = b.left; x < b.right; x++) {
      const float *v = s->content + y * s->width + x, *t = s->target + y * s->width + x;
      for (int c = 0, k = 0; c < 3; c++) {
        colour[c] += v[c * s->n], target[c] += t[c * s->n];
        for (int d = c; d < 3; d++) square[k++] += (double)v[c * s->n] * v[d * s->n];
        for (int d = 0; d < 3; d++) product[c][d] += (double)t[c * s->n] * v[d * s->n];
      }
    }
  for (int c = 0, k = 0; c < 3; c++)
    for (int d = c; d < 3; d++) square[k++] += (c == d ? RIDGE : 0) - colour[c] * colour[d] / n;
  for (int c = 0; c < 3; c++) {
    double *a = s->models + i * MODEL + 4 * c;
    for (int d = 0; d < 3; d++) product[c][d] -= target[c] * colour[d] / n;
    solve(square, product[c], a);
    a[3] = (target[c] - a[0] * colour[0] - a[1] * colour[1] - a[2] * colour[2]) / n;
  }
}
PEN_EACH(fit_model, affine_args)

PEN_BODY double difference(const affine_args *s, int64_t p, int64_t q) {
  double sum = 0;
  for (int64_t at = 0; at < 3 * s->n; at += s->n) {
    const double d = (double)s->content[q + at] - s->content[p + at];
    sum += d * d;
  }
  return sum / 3;
}

/* Beyond this a weight is lost beside the pixel's own, which is 1. */
#define SMALLEST_EXPONENT -45

PEN_BODY void apply_models(const affine_args *s, int64_t i) {
  const box b = box_around(s, i, s->reach);
  double sum[MODEL] = {0}, weights = 0;
  for (int64_t y = b.top; y < b.bottom; y++)
    for (int64_t x = b.left; x < b.right; x++) {
      const int64_t q = y * s->width + x, dy = y - i / s->width, dx = x - i % s->width;
      const double exponent = s->place * (double)(dx * dx + dy * dy) + s->colour * difference(s, i, q);
      if (exponent < SMALLEST_EXPONENT) continue;
      const double weight = exp(exponent);
      for (int k = 0; k < MODEL; k++) sum[k] += weight * s->models[q * MODEL + k];
      weights += weight;
    }
  for (int c = 0; c < 3; c++) {
    double value = sum[4 * c + 3];
    for (int d = 0; d < 3; d++) value += sum[4 * c + d] * s->content[d * s->n + i];
    s->r[c * s->n + i] = (float)(value / weights);
  }
}
PEN_EACH(apply_models, affine_args)

/* Without neighbours there is no distance to weigh, and the deviations may be 0. */
static double falloff(int reach, double deviation) { return reach > 0 ? -1 / (2 * deviation * deviation) : 0; }

int pen_local_affine(pen_ctx *ctx, pen_tensor *r, const pen_tensor *target, const pen_tensor *content, int radius,
                     int reach, double place, double colour) {
  affine_args s;
  void *block;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CONTIGUOUS(r, PEN_FLOAT, 3);
  PEN_CONTIGUOUS(target, PEN_FLOAT, 3);
  PEN_CONTIGUOUS(content, PEN_FLOAT, 3);
  PEN_REQUIRE(content->sizes[0] == 3, "content has %lld channels, expected 3", (long long)content->sizes[0]);
  PEN_REQUIRE(pen_same_shape(r, content) && pen_same_shape(target, content), "r, target and content differ in shape");
  PEN_REQUIRE(radius >= 0 && radius <= LARGEST_REACH, "radius is %d, expected 0 to %d", radius, LARGEST_REACH);
  PEN_REQUIRE(reach >= 0 && reach <= LARGEST_REACH, "reach is %d, expected 0 to %d", reach, LARGEST_REACH);
  PEN_REQUIRE(reach == 0 || (place > 0 && colour > 0), "deviations %g and %g, expected positive numbers", place,
              colour);
  s.target = pen_floats(target), s.content = pen_floats(content), s.r = pen_floats(r);
  s.height = content->sizes[1], s.width = content->sizes[2], s.n = s.height * s.width;
  s.radius = radius, s.reach = reach, s.place = falloff(reach, place), s.colour = falloff(reach, colour);
  PEN_TRY(pen_scratch(ctx, &block, 0, (size_t)s.n * MODEL * sizeof(double)));
  s.models = (double *)block;
  PEN_TRY(fit_model_each(ctx, &s, s.n));
  return apply_models_each(ctx, &s, s.n);
}
