/* Histogram of each channel under a mask: K equal bins between the channel's low and high (widened by 1 both ways when
 * they are equal), counts as floats. Luan et al. 2018, histogram loss (after Risser et al. 2017). */
#include "pen_kernel.h"

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

int pen_histogram(pen_ctx *ctx, pen_tensor *counts, const pen_tensor *features, const pen_tensor *low,
                  const pen_tensor *high, const pen_tensor *mask) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_check_masked(__func__, features, mask));
  PEN_CONTIGUOUS(counts, PEN_FLOAT, 2);
  PEN_CONTIGUOUS(low, PEN_FLOAT, PEN_ANY);
  PEN_CONTIGUOUS(high, PEN_FLOAT, PEN_ANY);
  const int64_t channels = features->sizes[0];
  PEN_REQUIRE(counts->sizes[0] == channels && pen_count(low) == channels && pen_count(high) == channels,
              "counts, low and high must have one row for each of the %lld channels", (long long)channels);
  const histogram_args args = {pen_floats(features), pen_floats(low), pen_floats(high), pen_floats(mask),
                               pen_floats(counts), pen_count(mask), counts->sizes[1]};
  return count_channel_rows(ctx, &args, channels, 1);
}
