/* Range and histogram of each channel under a mask: K equal bins between the channel's low and high (widened by 1 both
 * ways when they are equal), counts as floats. Luan et al. 2018, histogram loss (after Risser et al. 2017). */
#include "pen_kernel.h"

typedef struct {
  const float *features, *mask;
  float *low, *high;
  int64_t n;
} range_args;

PEN_BODY void find_range(const range_args *s, int64_t c, int64_t i) {
  float low = INFINITY, high = -INFINITY;
  (void)i; /* one element a row: channels are independent, positions are not */
  for (int64_t p = 0; p < s->n; p++) {
    const float value = s->features[c * s->n + p];
    if (!(s->mask[p] >= PEN_MASK_LEVEL)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  s->low[c] = low, s->high[c] = high;
}

PEN_EACH_ROWS(find_range, range_args)

typedef struct {
  const float *features, *low, *high, *mask;
  float *counts;
  int64_t n, bins;
} histogram_args;

PEN_BODY void count_channel(const histogram_args *s, int64_t c, int64_t i) {
  (void)i; /* one element a row: channels are independent, positions are not */
  float low = s->low[c], high = s->high[c], *counts = s->counts + c * s->bins;
  const float last = (float)(s->bins - 1);
  if (low == high) low -= 1, high += 1;
  for (int64_t b = 0; b < s->bins; b++) counts[b] = 0;
  for (int64_t p = 0; p < s->n; p++) {
    if (!(s->mask[p] >= PEN_MASK_LEVEL)) continue;
    const float bin = (s->features[c * s->n + p] - low) / (high - low) * (float)s->bins;
    counts[bin < last ? (bin > 0 ? (int64_t)bin : 0) : s->bins - 1] += 1;
  }
}

PEN_EACH_ROWS(count_channel, histogram_args)

/* low and high: one number for each channel. */
static int check_bounds(const char *function, const pen_tensor *features, const pen_tensor *low,
                        const pen_tensor *high) {
  const int64_t channels = features->sizes[0];
  PEN_TRY(pen_check_view(function, "low", low, PEN_FLOAT, PEN_ANY, 1));
  PEN_TRY(pen_check_view(function, "high", high, PEN_FLOAT, PEN_ANY, 1));
  if (pen_count(low) == channels && pen_count(high) == channels) return PEN_OK;
  return pen_fail(PEN_EARG, function, "low and high must have one number for each of the %lld channels",
                  (long long)channels);
}

int pen_channel_range(pen_ctx *ctx, pen_tensor *low, pen_tensor *high, const pen_tensor *features,
                      const pen_tensor *mask) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_check_masked(__func__, features, mask));
  PEN_TRY(check_bounds(__func__, features, low, high));
  const range_args args = {pen_floats(features), pen_floats(mask), pen_floats(low), pen_floats(high), pen_count(mask)};
  return find_range_rows(ctx, &args, features->sizes[0], 1);
}

int pen_histogram(pen_ctx *ctx, pen_tensor *counts, const pen_tensor *features, const pen_tensor *low,
                  const pen_tensor *high, const pen_tensor *mask) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_check_masked(__func__, features, mask));
  PEN_CONTIGUOUS(counts, PEN_FLOAT, 2);
  PEN_TRY(check_bounds(__func__, features, low, high));
  PEN_REQUIRE(counts->sizes[0] == features->sizes[0], "counts must have one row for each of the %lld channels",
              (long long)features->sizes[0]);
  const histogram_args args = {pen_floats(features), pen_floats(low), pen_floats(high), pen_floats(mask),
                               pen_floats(counts), pen_count(mask), counts->sizes[1]};
  return count_channel_rows(ctx, &args, features->sizes[0], 1);
}
