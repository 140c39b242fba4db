/* Positions under a mask. The losses weight a C x H x W feature map F by one H x W mask m (F*m for every channel) and
 * never expand it; what is expensive runs over the positions with m > level only, a list made once per mask: count in
 * chunks, prefix sum of the counts, write. */
#include "pen_kernel.h"

enum { CHUNK = 1024, FIRST_SLOT = 0 };

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

int pen_mask_positions(pen_ctx *ctx, pen_tensor *positions, int64_t *count, const pen_tensor *mask, double level) {
  PEN_REQUIRE(ctx && count, "NULL argument");
  PEN_CONTIGUOUS(mask, PEN_FLOAT, 2);
  PEN_CONTIGUOUS(positions, PEN_INT, 1);
  const int64_t n = pen_count(mask), chunks = (n + CHUNK - 1) / CHUNK;
  PEN_REQUIRE(n < INT32_MAX && pen_count(positions) == n, "positions has %lld elements, the mask %lld",
              (long long)pen_count(positions), (long long)n);
  void *block;
  double under;
  PEN_TRY(pen_scratch(ctx, &block, FIRST_SLOT, (size_t)chunks * sizeof(int32_t)));
  position_args args = {pen_floats(mask), n, chunks, (int32_t *)pen_address(positions), (int32_t *)block, (float)level};
  PEN_TRY(is_under_sum(ctx, &args, n, &under));
  *count = (int64_t)under;
  PEN_TRY(count_chunk_each(ctx, &args, chunks));
  PEN_TRY(add_counts_each(ctx, &args, 1));
  return write_chunk_each(ctx, &args, chunks);
}

int pen_check_positions(const char *function, const pen_tensor *positions, const pen_tensor *mask) {
  PEN_TRY(pen_check_view(function, "positions", positions, PEN_INT, 1, 1));
  if (pen_count(positions) >= 1 && pen_count(positions) <= pen_count(mask)) return PEN_OK;
  return pen_fail(PEN_EARG, function, "%lld positions of a mask of %lld", (long long)pen_count(positions),
                  (long long)pen_count(mask));
}
