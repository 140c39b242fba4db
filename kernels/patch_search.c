/* Patch search from a guess: exhaustive in a small window, or randomised (PatchMatch, Barnes et al. 2009, with jump
 * flooding in place of scanline order), and the plain table of all patch products.
 *
 * Similarity of p in A and q in B = mean over the taps d that lie inside both maps of
 *   A[p+d] . B[q+d] + A'[p+d] . B'[q+d]          (image analogies: A -> A' as B -> B'; C channels each)
 *
 * Vectors are first laid out position by position, A' behind A, so that a tap is one run of memory. */
#include <float.h>
#include <string.h>

#include "pen_kernel.h"

enum {
  LANES = 8,
  ITERATIONS = 10,     /* sweeps of all jumps and one random search */
  LARGEST_JUMP = 8,
  LARGEST_PATCH = 63,
  LARGEST_RADIUS = 1 << 20
};

typedef struct {
  float *vectors; /* N x channels */
  int64_t height, width;
} vector_map;

typedef struct {
  vector_map a, b;
  int64_t channels, radius; /* of vectors; of a patch */
  int64_t search;           /* radius of the window around the guess */
  const int32_t *guess;
  int32_t *corr, *previous;
  float *score, *previous_score;
  int64_t iteration, jump;
  const int32_t *mask;
  float *products;
} search_args;

/* ---- layout ---- */

typedef struct {
  const float *features; /* C x N */
  float *vectors;        /* N x channels */
  int64_t n, channels, from;
} layout_args;

PEN_BODY void lay_out(const layout_args *s, int64_t i) {
  s->vectors[i % s->n * s->channels + s->from + i / s->n] = s->features[i];
}
PEN_EACH(lay_out, layout_args)

static int lay_out_map(pen_ctx *ctx, const pen_tensor *features, int64_t from, float *vectors, int64_t channels) {
  layout_args s;
  s.features = pen_floats(features), s.vectors = vectors;
  s.n = features->sizes[1] * features->sizes[2], s.channels = channels, s.from = from;
  return lay_out_each(ctx, &s, s.n * features->sizes[0]);
}

/* ---- similarity ---- */

PEN_BODY double product(const float *u, const float *v, int64_t n) {
  double lane[LANES] = {0};
  int64_t c = 0;
  for (; c + LANES <= n; c += LANES)
    for (int j = 0; j < LANES; j++) lane[j] += (double)u[c + j] * v[c + j];
  for (int j = 0; c < n; c++, j++) lane[j] += (double)u[c] * v[c];
  return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

/* Sum over the taps inside both maps, and their number. */
PEN_BODY double patch_product(const search_args *s, int64_t p, int64_t q, int64_t *taps) {
  const int64_t y1 = p / s->a.width, x1 = p % s->a.width, y2 = q / s->b.width, x2 = q % s->b.width, r = s->radius;
  double sum = 0;
  *taps = 0;
  for (int64_t dy = -r; dy <= r; dy++) {
    if (y1 + dy < 0 || y1 + dy >= s->a.height || y2 + dy < 0 || y2 + dy >= s->b.height) continue;
    for (int64_t dx = -r; dx <= r; dx++) {
      if (x1 + dx < 0 || x1 + dx >= s->a.width || x2 + dx < 0 || x2 + dx >= s->b.width) continue;
      sum += product(s->a.vectors + (p + dy * s->a.width + dx) * s->channels,
                     s->b.vectors + (q + dy * s->b.width + dx) * s->channels, s->channels);
      ++*taps;
    }
  }
  return sum;
}

PEN_BODY float similarity(const search_args *s, int64_t p, int64_t x2, int64_t y2) {
  int64_t taps;
  const double sum = patch_product(s, p, y2 * s->b.width + x2, &taps);
  return (float)(sum / (double)taps);
}

PEN_BODY int in_b(const search_args *s, int64_t x, int64_t y) {
  return x >= 0 && x < s->b.width && y >= 0 && y < s->b.height;
}

/* ---- the table of all products ---- */

PEN_BODY void tabulate(const search_args *s, int64_t i) {
  const int64_t n2 = s->b.height * s->b.width;
  int64_t taps;
  s->products[i] = s->mask[i / n2] == 0 ? -1.0f : (float)patch_product(s, i / n2, i % n2, &taps);
}
PEN_EACH(tabulate, search_args)

/* ---- exhaustive search around a guess: x outer, y inner, first of equals ---- */

PEN_BODY void search_window(const search_args *s, int64_t p) {
  const int64_t left = s->guess[2 * p] - s->search, right = s->guess[2 * p] + s->search;
  const int64_t top = s->guess[2 * p + 1] - s->search, bottom = s->guess[2 * p + 1] + s->search;
  float best = -1;
  s->corr[2 * p] = 0, s->corr[2 * p + 1] = 0;
  for (int64_t x = left < 0 ? 0 : left; x <= right && x < s->b.width; x++)
    for (int64_t y = top < 0 ? 0 : top; y <= bottom && y < s->b.height; y++) {
      const float score = similarity(s, p, x, y);
      if (score > best) best = score, s->corr[2 * p] = (int32_t)x, s->corr[2 * p + 1] = (int32_t)y;
    }
}
PEN_EACH(search_window, search_args)

/* ---- PatchMatch ---- */

PEN_BODY int64_t within(int64_t v, int64_t size) { return v < 0 ? 0 : v >= size ? size - 1 : v; }

PEN_BODY void start_from_guess(const search_args *s, int64_t p) {
  s->corr[2 * p] = (int32_t)within(s->guess[2 * p], s->b.width);
  s->corr[2 * p + 1] = (int32_t)within(s->guess[2 * p + 1], s->b.height);
  s->score[p] = similarity(s, p, s->corr[2 * p], s->corr[2 * p + 1]);
}
PEN_EACH(start_from_guess, search_args)

PEN_BODY void improve(const search_args *s, int64_t p, int64_t x, int64_t y) {
  const float score = similarity(s, p, x, y);
  if (score > s->score[p]) s->score[p] = score, s->corr[2 * p] = (int32_t)x, s->corr[2 * p + 1] = (int32_t)y;
}

/* The neighbours at distance jump propose where they point to, moved back by the jump. */
PEN_BODY void propagate(const search_args *s, int64_t p) {
  const int64_t x1 = p % s->a.width, y1 = p / s->a.width;
  const int64_t dx[4] = {-s->jump, s->jump, 0, 0}, dy[4] = {0, 0, -s->jump, s->jump};
  s->score[p] = s->previous_score[p];
  s->corr[2 * p] = s->previous[2 * p], s->corr[2 * p + 1] = s->previous[2 * p + 1];
  for (int k = 0; k < 4; k++) {
    if (x1 + dx[k] < 0 || x1 + dx[k] >= s->a.width || y1 + dy[k] < 0 || y1 + dy[k] >= s->a.height) continue;
    const int64_t neighbour = p + dy[k] * s->a.width + dx[k];
    const int64_t x = s->previous[2 * neighbour] - dx[k], y = s->previous[2 * neighbour + 1] - dy[k];
    if (in_b(s, x, y)) improve(s, p, x, y);
  }
}
PEN_EACH(propagate, search_args)

/* Uniform in [low, high): a hash of the counter (splitmix64), so that no state is shared and every run is the same. */
PEN_BODY int64_t random_between(uint64_t counter, int64_t low, int64_t high) {
  uint64_t z = counter * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  z ^= z >> 31;
  return low + (int64_t)(z % (uint64_t)(high - low));
}

PEN_BODY int64_t random_near(uint64_t counter, int64_t centre, int64_t reach, int64_t size) {
  return random_between(counter, within(centre - reach, size), within(centre + reach, size) + 1);
}

/* Random proposals from windows that halve around the best so far. */
PEN_BODY void search_at_random(const search_args *s, int64_t p) {
  const int64_t largest = s->b.width > s->b.height ? s->b.width : s->b.height;
  uint64_t counter = ((uint64_t)p * ITERATIONS + (uint64_t)s->iteration) * 64 + 1;
  for (int64_t reach = s->search < largest ? s->search : largest; reach >= 1; reach /= 2, counter += 2) {
    const int64_t x = random_near(counter, s->corr[2 * p], reach, s->b.width);
    improve(s, p, x, random_near(counter + 1, s->corr[2 * p + 1], reach, s->b.height));
  }
}
PEN_EACH(search_at_random, search_args)

/* Takes turns between two fields: an even number of times, so the result ends where it began. */
static void swap_fields(search_args *s) {
  int32_t *corr = s->corr;
  float *score = s->score;
  s->corr = s->previous, s->score = s->previous_score;
  s->previous = corr, s->previous_score = score;
}

static int patchmatch(pen_ctx *ctx, search_args *s) {
  const int64_t n = s->a.height * s->a.width;
  void *block;
  PEN_TRY(pen_scratch(ctx, &block, 1, (size_t)n * 4 * sizeof(float)));
  s->score = (float *)block, s->previous_score = s->score + n, s->previous = (int32_t *)(s->previous_score + n);
  PEN_TRY(start_from_guess_each(ctx, s, n));
  for (s->iteration = 0; s->iteration < ITERATIONS; s->iteration++) {
    for (s->jump = LARGEST_JUMP; s->jump > 0; s->jump /= 2) {
      swap_fields(s);
      PEN_TRY(propagate_each(ctx, s, n));
    }
    PEN_TRY(search_at_random_each(ctx, s, n));
  }
  return PEN_OK;
}

/* ---- what is exported ---- */

static int check_pair(const char *function, const char *name_a, const char *name_b, const pen_tensor *a,
                      const pen_tensor *b) {
  PEN_TRY(pen_check_view(function, name_a, a, PEN_FLOAT, 3, 1));
  PEN_TRY(pen_check_view(function, name_b, b, PEN_FLOAT, 3, 1));
  if (a->sizes[0] != b->sizes[0]) return pen_fail(PEN_EARG, function, "%s and %s differ in channels", name_a, name_b);
  return PEN_OK;
}

static int check_field(const char *function, const char *name, const pen_tensor *corr, const pen_tensor *a) {
  PEN_TRY(pen_check_view(function, name, corr, PEN_INT, 3, 1));
  if (corr->sizes[0] != a->sizes[1] || corr->sizes[1] != a->sizes[2] || corr->sizes[2] != 2)
    return pen_fail(PEN_EARG, function, "%s must be %lldx%lldx2", name, (long long)a->sizes[1], (long long)a->sizes[2]);
  return PEN_OK;
}

/* Vectors of A and B, A' and B' behind them where given, in scratch slot 0. */
static int prepare(pen_ctx *ctx, search_args *s, const pen_tensor *a, const pen_tensor *b, const pen_tensor *ap,
                   const pen_tensor *bp, int patch) {
  void *block;
  memset(s, 0, sizeof *s);
  s->radius = (patch - 1) / 2, s->channels = a->sizes[0] + (ap ? ap->sizes[0] : 0);
  s->a.height = a->sizes[1], s->a.width = a->sizes[2], s->b.height = b->sizes[1], s->b.width = b->sizes[2];
  const int64_t n1 = s->a.height * s->a.width, n2 = s->b.height * s->b.width;
  PEN_TRY(pen_scratch(ctx, &block, 0, (size_t)(n1 + n2) * (size_t)s->channels * sizeof(float)));
  s->a.vectors = (float *)block, s->b.vectors = s->a.vectors + n1 * s->channels;
  PEN_TRY(lay_out_map(ctx, a, 0, s->a.vectors, s->channels));
  PEN_TRY(lay_out_map(ctx, b, 0, s->b.vectors, s->channels));
  if (!ap) return PEN_OK;
  PEN_TRY(lay_out_map(ctx, ap, a->sizes[0], s->a.vectors, s->channels));
  return lay_out_map(ctx, bp, a->sizes[0], s->b.vectors, s->channels);
}

int pen_patch_products(pen_ctx *ctx, pen_tensor *products, const pen_tensor *a, const pen_tensor *b,
                       const pen_tensor *mask, int patch) {
  search_args s;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(check_pair(__func__, "a", "b", a, b));
  PEN_CONTIGUOUS(products, PEN_FLOAT, 2);
  PEN_CONTIGUOUS(mask, PEN_INT, 2);
  PEN_REQUIRE(patch >= 1 && patch <= LARGEST_PATCH, "patch is %d, expected 1 to %d", patch, LARGEST_PATCH);
  const int64_t n1 = a->sizes[1] * a->sizes[2], n2 = b->sizes[1] * b->sizes[2];
  PEN_REQUIRE(products->sizes[0] == n1 && products->sizes[1] == n2, "products must be %lldx%lld", (long long)n1,
              (long long)n2);
  PEN_REQUIRE(mask->sizes[0] * mask->sizes[1] == n1, "mask must have %lld elements", (long long)n1);
  PEN_TRY(prepare(ctx, &s, a, b, NULL, NULL, patch));
  s.mask = (const int32_t *)pen_address(mask), s.products = pen_floats(products);
  return tabulate_each(ctx, &s, n1 * n2);
}

static int prepare_search(const char *function, pen_ctx *ctx, search_args *s, const pen_tensor *corr,
                          const pen_tensor *guess, const pen_tensor *a, const pen_tensor *b, const pen_tensor *ap,
                          const pen_tensor *bp, int patch, int radius) {
  if (!ctx) return pen_fail(PEN_EARG, function, "ctx is NULL");
  PEN_TRY(check_pair(function, "a", "b", a, b));
  PEN_TRY(check_pair(function, "ap", "bp", ap, bp));
  PEN_TRY(check_field(function, "corr", corr, a));
  PEN_TRY(check_field(function, "guess", guess, a));
  if (a->sizes[1] != ap->sizes[1] || a->sizes[2] != ap->sizes[2] || b->sizes[1] != bp->sizes[1] ||
      b->sizes[2] != bp->sizes[2])
    return pen_fail(PEN_EARG, function, "a and ap, b and bp must have the same height and width");
  if (patch < 1 || patch > LARGEST_PATCH || radius < 0 || radius > LARGEST_RADIUS)
    return pen_fail(PEN_EARG, function, "patch %d, radius %d: expected 1 to %d, 0 to %d", patch, radius, LARGEST_PATCH,
                    LARGEST_RADIUS);
  PEN_TRY(prepare(ctx, s, a, b, ap, bp, patch));
  s->search = radius, s->guess = (const int32_t *)pen_address(guess), s->corr = (int32_t *)pen_address(corr);
  return PEN_OK;
}

int pen_nnf_search(pen_ctx *ctx, pen_tensor *corr, const pen_tensor *guess, const pen_tensor *a, const pen_tensor *b,
                   const pen_tensor *ap, const pen_tensor *bp, int patch, int radius) {
  search_args s;
  PEN_TRY(prepare_search(__func__, ctx, &s, corr, guess, a, b, ap, bp, patch, radius));
  return search_window_each(ctx, &s, s.a.height * s.a.width);
}

int pen_nnf_patchmatch(pen_ctx *ctx, pen_tensor *corr, const pen_tensor *guess, const pen_tensor *a,
                       const pen_tensor *b, const pen_tensor *ap, const pen_tensor *bp, int patch, int radius) {
  search_args s;
  PEN_TRY(prepare_search(__func__, ctx, &s, corr, guess, a, b, ap, bp, patch, radius));
  return patchmatch(ctx, &s);
}
