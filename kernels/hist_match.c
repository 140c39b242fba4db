/* Histogram matching by rank: the r-th smallest of n masked activations of a channel becomes the value that stands at
 * rank r of the target histogram. Bin b holds the ranks cumulative[b-1] <= r < cumulative[b], the first and the last
 * bin also what rounding leaves outside; the place within the bin is linear. Luan et al. 2018, after Risser et al.
 * 2017. */
#include "pen_kernel.h"

enum { VALUE_SLOT = 1, BLOCK_ELEMENTS = 1 << 22, MIN_ROWS = 4 };

typedef struct {
  const float *hist, *cumulative, *low, *high;
  int64_t bins;
} target;

/* The bin of channel c that holds a rank. */
PEN_BODY int64_t bin_of(const target *t, int64_t c, float rank) {
  const float *cumulative = t->cumulative + c * t->bins;
  int64_t from = 0, to = t->bins - 1; /* it is in [from, to] */
  while (from < to) {
    const int64_t middle = (from + to) / 2;
    if (rank < cumulative[middle]) to = middle;
    else from = middle + 1;
  }
  return from;
}

/* Value of the target histogram of channel c at a rank, which is in bin `from`. */
PEN_BODY float value_in_bin(const target *t, int64_t c, int64_t from, float rank) {
  const float *cumulative = t->cumulative + c * t->bins;
  /* Counted back from the bin's end; float and double as in the authors' kernel, so that values agree to the bit. */
  const float count = t->hist[c * t->bins + from], start = cumulative[from] - count;
  const double raw = (double)(rank - start) / ((double)count + 1e-8), positive = raw > 0 ? raw : 0;
  const float ratio = (float)(positive < 1 ? positive : 1);
  const float step = (t->high[c] - t->low[c]) / (float)t->bins;
  return (float)((double)t->low[c] + (double)((float)from + ratio) * (double)step);
}

static int check_target(const char *function, target *out, int64_t channels, const pen_tensor *hist,
                        const pen_tensor *cumulative, const pen_tensor *low, const pen_tensor *high) {
  PEN_TRY(pen_check_view(function, "hist", hist, PEN_FLOAT, 2, 1));
  PEN_TRY(pen_check_view(function, "cumulative", cumulative, PEN_FLOAT, 2, 1));
  PEN_TRY(pen_check_view(function, "low", low, PEN_FLOAT, PEN_ANY, 1));
  PEN_TRY(pen_check_view(function, "high", high, PEN_FLOAT, PEN_ANY, 1));
  if (hist->sizes[0] != channels || !pen_same_shape(hist, cumulative) || pen_count(low) != channels ||
      pen_count(high) != channels)
    return pen_fail(PEN_EARG, function, "hist, cumulative, low and high must have %lld rows, one for each channel",
                    (long long)channels);
  const target t = {pen_floats(hist), pen_floats(cumulative), pen_floats(low), pen_floats(high), hist->sizes[1]};
  *out = t;
  return PEN_OK;
}

/* ---- all positions, ranks from a sort made elsewhere ---- */

typedef struct {
  target match;
  const int32_t *order; /* 1-based */
  const float *mask;
  float *out;
  int64_t n, first; /* first: place of rank 0 */
} remap_args;

PEN_BODY void remap(const remap_args *s, int64_t c, int64_t i) {
  const int64_t p = s->order[c * s->n + i] - 1;
  if (s->mask[p] >= PEN_MASK_LEVEL) {
    const float rank = (float)(i - s->first);
    s->out[c * s->n + p] = value_in_bin(&s->match, c, bin_of(&s->match, c, rank), rank);
  }
}

PEN_BODY double is_outside(const remap_args *s, int64_t i) { return s->order[i] < 1 || s->order[i] > s->n; }

PEN_EACH_ROWS(remap, remap_args)
PEN_SUM(is_outside, remap_args)

int pen_hist_remap(pen_ctx *ctx, pen_tensor *out, const pen_tensor *sorted, const pen_tensor *order,
                   const pen_tensor *mask, const pen_tensor *hist, const pen_tensor *cumulative, const pen_tensor *low,
                   const pen_tensor *high, int64_t count) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(pen_check_masked(__func__, out, mask));
  PEN_CONTIGUOUS(sorted, PEN_FLOAT, 2);
  PEN_CONTIGUOUS(order, PEN_INT, 2);
  const int64_t channels = out->sizes[0], n = pen_count(mask);
  PEN_REQUIRE(pen_same_shape(sorted, order) && order->sizes[0] == channels && order->sizes[1] == n,
              "sorted and order must be %lld x %lld", (long long)channels, (long long)n);
  PEN_REQUIRE(count >= 0 && count <= n, "count is %lld of %lld positions", (long long)count, (long long)n);
  remap_args args = {{NULL, NULL, NULL, NULL, 0}, (const int32_t *)pen_address(order), pen_floats(mask),
                     pen_floats(out), n, n - count};
  PEN_TRY(check_target(__func__, &args.match, channels, hist, cumulative, low, high));
  double outside;
  PEN_TRY(is_outside_sum(ctx, &args, channels * n, &outside));
  PEN_REQUIRE(outside == 0, "order has places outside 1..%lld", (long long)n);
  return remap_rows(ctx, &args, channels, n);
}

/* ---- masked positions only, a block of channels at a time ---- */

typedef struct {
  target match;
  const float *features, *mask;
  float *gradient;
  const int32_t *positions;
  float *values;  /* channels of the block x count, packed */
  int32_t *order; /* the same shape */
  int64_t n, count, channel, channels; /* the block's first channel; all channels */
} match_args;

/* Position j of the list, or -1 where it names none of the map's. */
PEN_BODY int64_t place(const match_args *s, int64_t j) {
  const int64_t p = s->positions[j];
  return p < s->n ? p : -1;
}

PEN_BODY void pack(const match_args *s, int64_t row, int64_t j) {
  const int64_t p = place(s, j);
  s->values[row * s->count + j] = p < 0 ? 0 : s->features[(s->channel + row) * s->n + p];
}

/* value[i] = that of rank from + i, i < n. From one to the next the bin moves on little, if at all. */
PEN_BODY void match_ranks(const target *t, int64_t c, int64_t from, int64_t n, float *value) {
  const float *cumulative = t->cumulative + c * t->bins;
  int64_t bin = bin_of(t, c, (float)from);
  for (int64_t i = 0, end = 0; i < n; i = end, bin++) {
    if (bin == t->bins - 1) end = n;
    while (end < n && (float)(from + end) < cumulative[bin]) end++;
    for (int64_t k = i; k < end; k++) value[k] = value_in_bin(t, c, bin, (float)(from + k));
  }
}

PEN_BODY void subtract(const match_args *s, int64_t row, int64_t run) {
  const int64_t c = s->channel + row, from = run * PEN_RUN, left = s->count - from, n = left < PEN_RUN ? left : PEN_RUN;
  float value[PEN_RUN];
  match_ranks(&s->match, c, from, n, value);
  for (int64_t i = 0; i < n; i++) {
    const int32_t j = s->order[row * s->count + from + i];
    const int64_t p = place(s, j);
    if (p >= 0) s->gradient[c * s->n + p] = s->values[row * s->count + j] - value[i];
  }
}

PEN_BODY void clear_weak(const match_args *s, int64_t c, int64_t p) {
  if (s->mask[p] > 0 && s->mask[p] <= PEN_MASK_LEVEL) s->gradient[c * s->n + p] = 0;
}

PEN_BODY double square(const match_args *s, int64_t c, int64_t j) {
  const int64_t p = place(s, j);
  const double g = p < 0 ? 0 : s->gradient[c * s->n + p];
  return g * g;
}

PEN_EACH_ROWS(pack, match_args)
PEN_EACH_ROWS(subtract, match_args)
PEN_EACH_ROWS(clear_weak, match_args)
PEN_SUM_ROWS(square, match_args)

static int match_blocks(pen_ctx *ctx, match_args *args) {
  int64_t rows = BLOCK_ELEMENTS / args->count > MIN_ROWS ? BLOCK_ELEMENTS / args->count : MIN_ROWS;
  if (rows > args->channels) rows = args->channels;
  void *block;
  PEN_TRY(pen_scratch(ctx, &block, VALUE_SLOT, (size_t)(rows * args->count) * 2 * sizeof(float)));
  args->values = (float *)block;
  args->order = (int32_t *)block + rows * args->count;
  for (args->channel = 0; args->channel < args->channels; args->channel += rows) {
    const int64_t left = args->channels - args->channel, here = left < rows ? left : rows;
    PEN_TRY(pack_rows(ctx, args, here, args->count));
    PEN_TRY(pen_argsort_floats(ctx, args->order, args->values, here, args->count));
    PEN_TRY(subtract_rows(ctx, args, here, (args->count + PEN_RUN - 1) / PEN_RUN));
  }
  return PEN_OK;
}

int pen_hist_match(pen_ctx *ctx, pen_tensor *gradient, pen_tensor *loss, const pen_tensor *features,
                   const pen_tensor *mask, const pen_tensor *positions, const pen_tensor *hist,
                   const pen_tensor *cumulative, const pen_tensor *low, const pen_tensor *high, int64_t elements) {
  PEN_REQUIRE(ctx && elements > 0, "ctx is NULL, or elements is not positive");
  PEN_VIEW(loss, PEN_DOUBLE, 1);
  PEN_TRY(pen_check_masked(__func__, features, mask));
  PEN_TRY(pen_check_positions(__func__, positions, mask));
  PEN_CONTIGUOUS(gradient, PEN_FLOAT, 3);
  PEN_REQUIRE(pen_same_shape(gradient, features), "gradient and features differ in shape");
  match_args args;
  args.features = pen_floats(features), args.mask = pen_floats(mask), args.gradient = pen_floats(gradient);
  args.n = pen_count(mask), args.channels = features->sizes[0], args.channel = 0;
  args.positions = (const int32_t *)pen_address(positions), args.count = pen_count(positions);
  PEN_TRY(check_target(__func__, &args.match, args.channels, hist, cumulative, low, high));
  PEN_TRY(clear_weak_rows(ctx, &args, args.channels, args.n));
  PEN_TRY(match_blocks(ctx, &args));
  return square_sum(ctx, &args, 1, args.channels, args.count, (double)elements, (double *)pen_address(loss));
}
