/* Positions under a mask. The losses weight a C x H x W feature map F by one H x W mask m (F*m for every channel) and
 * never expand it; what is expensive runs over the positions with m > level only. The list is built in three launches
 * that need nothing of the device: count in chunks, prefix sum of the counts, write. */
#include "pen_kernel.h"

enum { CHUNK = 1024 };

int pen_check_masked(const char *function, const pen_tensor *features, const pen_tensor *mask) {
  char shape[PEN_SHAPE_TEXT], mask_shape[PEN_SHAPE_TEXT];
  PEN_TRY(pen_check_view(function, "features", features, PEN_FLOAT, 3, 1));
  PEN_TRY(pen_check_view(function, "mask", mask, PEN_FLOAT, 2, 1));
  if (mask->sizes[0] == features->sizes[1] && mask->sizes[1] == features->sizes[2]) return PEN_OK;
  return pen_fail(PEN_EARG, function, "mask is %s, features are %s: height and width must agree",
                  pen_shape_text(mask_shape, mask), pen_shape_text(shape, features));
}

typedef struct {
  const float *mask;
  int64_t n, chunks;
  int32_t *positions, *first; /* first[c]: how many before chunk c, once summed */
  float level;
} position_args;

PEN_BODY void count_chunk(const position_args *s, int64_t c) {
  const int64_t to = (c + 1) * CHUNK < s->n ? (c + 1) * CHUNK : s->n;
  int32_t count = 0;
  for (int64_t p = c * CHUNK; p < to; p++) count += s->mask[p] > s->level;
  s->first[c] = count;
}

PEN_BODY void add_counts(const position_args *s, int64_t i) {
  int32_t sum = 0;
  (void)i;
  for (int64_t c = 0; c < s->chunks; c++) {
    const int32_t count = s->first[c];
    s->first[c] = sum;
    sum += count;
  }
}

PEN_BODY void write_chunk(const position_args *s, int64_t c) {
  const int64_t to = (c + 1) * CHUNK < s->n ? (c + 1) * CHUNK : s->n;
  int32_t *out = s->positions + s->first[c];
  for (int64_t p = c * CHUNK; p < to; p++)
    if (s->mask[p] > s->level) *out++ = (int32_t)p;
}

PEN_BODY double is_under(const position_args *s, int64_t p) { return s->mask[p] > s->level; }

PEN_EACH(count_chunk, position_args)
PEN_EACH(add_counts, position_args)
PEN_EACH(write_chunk, position_args)
PEN_SUM(is_under, position_args)

int pen_mask_positions(pen_ctx *ctx, const int32_t **positions, int64_t *count, const pen_tensor *mask, float level) {
  const int64_t n = pen_count(mask), chunks = (n + CHUNK - 1) / CHUNK;
  void *block;
  double under;
  PEN_REQUIRE(n < INT32_MAX, "a mask of %lld positions is too large", (long long)n);
  PEN_TRY(pen_scratch(ctx, &block, PEN_POSITION_SLOT, (size_t)(n + chunks) * sizeof(int32_t)));
  position_args args = {pen_floats(mask), n, chunks, (int32_t *)block, (int32_t *)block + n, level};
  PEN_TRY(is_under_sum(ctx, &args, n, &under));
  PEN_REQUIRE(under > 0, "mask is empty: it has no position above %g", (double)level);
  PEN_TRY(count_chunk_each(ctx, &args, chunks));
  PEN_TRY(add_counts_each(ctx, &args, 1));
  PEN_TRY(write_chunk_each(ctx, &args, chunks));
  *positions = args.positions;
  *count = (int64_t)under;
  return PEN_OK;
}
