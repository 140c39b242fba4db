/* Gram matrix of a masked feature map and the gradient through it. With X = F*m as a C x N matrix,
 * G = scale * X X^T, and dL/dX = scale * (E + E^T) X for E = dL/dG. Gatys et al. 2016, restricted to the mask.
 * Columns where m = 0 are zero and left out; the others are packed block by block, so that working memory stays small
 * and a block stays in the cache between packing and multiplying. */
#include "pen_kernel.h"

enum { PACK_SLOT = 1, GRADIENT_SLOT = 2, MIN_COLUMNS = 256 };

typedef struct {
  const float *features, *mask;
  const int32_t *positions; /* of this block's columns */
  int64_t n;                /* positions in a plane; those of the list beyond it are passed over */
  float *columns;           /* C x width */
  int64_t width;
  float *gradient;
} column_args;

PEN_BODY void pack(const column_args *s, int64_t c, int64_t j) {
  const int64_t p = s->positions[j];
  s->columns[c * s->width + j] = p >= 0 && p < s->n ? s->features[c * s->n + p] * s->mask[p] : 0;
}

PEN_BODY void unpack(const column_args *s, int64_t c, int64_t j) {
  const int64_t p = s->positions[j];
  if (p >= 0 && p < s->n) s->gradient[c * s->n + p] = s->columns[c * s->width + j];
}

typedef struct {
  const float *e;
  float *sum;
  int64_t channels;
  float scale;
} symmetric_args;

PEN_BODY void symmetric(const symmetric_args *s, int64_t i, int64_t j) {
  s->sum[i * s->channels + j] = s->scale * (s->e[i * s->channels + j] + s->e[j * s->channels + i]);
}

PEN_EACH_ROWS(pack, column_args)
PEN_EACH_ROWS(unpack, column_args)
PEN_EACH_ROWS(symmetric, symmetric_args)

static int64_t block_width(int64_t channels, int64_t columns) {
  const int64_t width = PEN_FILL / channels > MIN_COLUMNS ? PEN_FILL / channels : MIN_COLUMNS;
  return width < columns ? width : columns;
}

static int check_square(const char *function, const pen_tensor *gram, const pen_tensor *features) {
  PEN_TRY(pen_check_view(function, "gram", gram, PEN_FLOAT, 2, 1));
  if (gram->sizes[0] == features->sizes[0] && gram->sizes[1] == features->sizes[0]) return PEN_OK;
  return pen_fail(PEN_EARG, function, "gram is %lldx%lld, the features have %lld channels", (long long)gram->sizes[0],
                  (long long)gram->sizes[1], (long long)features->sizes[0]);
}

int pen_masked_gram(pen_ctx *ctx, pen_tensor *gram, const pen_tensor *features, const pen_tensor *mask,
                    const pen_tensor *positions, double scale) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_check_masked(__func__, features, mask));
  PEN_TRY(check_square(__func__, gram, features));
  PEN_TRY(pen_check_positions(__func__, positions, mask));
  const int64_t columns = pen_count(positions), channels = features->sizes[0], width = block_width(channels, columns);
  void *block;
  PEN_TRY(pen_scratch(ctx, &block, PACK_SLOT, (size_t)(channels * width) * sizeof(float)));
  column_args args = {pen_floats(features), pen_floats(mask), NULL, pen_count(mask), (float *)block, 0, NULL};
  for (int64_t from = 0; from < columns; from += width) {
    args.positions = (const int32_t *)pen_address(positions) + from;
    args.width = columns - from < width ? columns - from : width;
    PEN_TRY(pack_rows(ctx, &args, channels, args.width));
    PEN_TRY(pen_sgemm(ctx, 'N', 'T', channels, channels, args.width, (float)scale, args.columns, args.width,
                      args.columns, args.width, from ? 1.0f : 0.0f, pen_floats(gram), channels));
  }
  return PEN_OK;
}

int pen_masked_gram_backward(pen_ctx *ctx, pen_tensor *gradient, const pen_tensor *gram_gradient,
                             const pen_tensor *features, const pen_tensor *mask, const pen_tensor *positions,
                             double scale) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_check_masked(__func__, features, mask));
  PEN_TRY(check_square(__func__, gram_gradient, features));
  PEN_CONTIGUOUS(gradient, PEN_FLOAT, 3);
  PEN_REQUIRE(pen_same_shape(gradient, features), "gradient and features differ in shape");
  PEN_TRY(pen_check_positions(__func__, positions, mask));
  const int64_t columns = pen_count(positions), channels = features->sizes[0], width = block_width(channels, columns);
  void *packed, *product;
  PEN_TRY(pen_scratch(ctx, &packed, PACK_SLOT, (size_t)(channels * width) * sizeof(float)));
  PEN_TRY(pen_scratch(ctx, &product, GRADIENT_SLOT, (size_t)(channels * (channels + width)) * sizeof(float)));
  symmetric_args matrix = {pen_floats(gram_gradient), (float *)product, channels, (float)scale};
  PEN_TRY(symmetric_rows(ctx, &matrix, channels, channels));
  column_args args = {pen_floats(features), pen_floats(mask), NULL, pen_count(mask), NULL, 0, pen_floats(gradient)};
  for (int64_t from = 0; from < columns; from += width) {
    args.positions = (const int32_t *)pen_address(positions) + from;
    args.width = columns - from < width ? columns - from : width;
    args.columns = (float *)packed;
    PEN_TRY(pack_rows(ctx, &args, channels, args.width));
    float *out = (float *)product + channels * channels;
    PEN_TRY(pen_sgemm(ctx, 'N', 'N', channels, args.width, channels, 1.0f, matrix.sum, channels, args.columns,
                      args.width, 0.0f, out, args.width));
    args.columns = out;
    PEN_TRY(unpack_rows(ctx, &args, channels, args.width));
  }
  return PEN_OK;
}
