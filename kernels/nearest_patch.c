/* The nearest patch of painting B for each asked-for patch of picture A: for a query p the q that minimises
 *
 *   distance(p, q) = sum over the 49 taps d in {-3 .. 3}^2 and the channels of (A[p+d] - B[q+d])^2
 *
 * over all q whose patch lies inside B; the first q in row-major order among equals.
 *
 * Every pair is looked at, but few distances are computed. By Cauchy and Schwarz
 *
 *   difference(p, q) = sum over the taps of |grey A[p+d] - grey B[q+d]| <= sqrt(147 distance(p, q)),  grey = R + G + B
 *
 * so a pair with a difference above sqrt(147 * the best distance so far) is out. For one offset q - p the differences
 * of neighbouring queries share their terms, and come from sums over a small tile, down and then across: a handful of
 * operations on 16-bit numbers for a pair. Each tile first tries every STEP-th offset, so that bounds are tight when it
 * tries all. Pictures are bytes and all sums whole numbers: the result is the same on every device.
 *
 * Inside, positions are those of the patches' upper left corners: patch (y, x) covers [y, y + 7) x [x, x + 7). */
#include <stdlib.h>
#include <string.h>

#include "pen_kernel.h"

enum {
  PATCH = 7,
  TAPS = 3 * PATCH * PATCH,
  RUN = 64,               /* pixels of a row that are compared together */
  SPAN = RUN - PATCH + 1, /* queries of a tile's row: as many as RUN pixels hold patches */
  ROWS = 16,              /* rows of queries in a tile */
  TILE = ROWS * RUN,
  STEP = 8,               /* of the offsets that are tried first */
  LANES = 4 * (PATCH + 1), /* bytes of a patch's row and one more pixel: a whole vector */
  NONE = -PATCH           /* a match so far outside that nobody takes a vote from it */
};

typedef struct {
  const uint8_t *bytes; /* as given */
  int64_t height, width, sc, sy, sx;
  uint8_t *pixels; /* height x width x 4: R, G, B, 0; and one more */
  int16_t *grey;   /* height x stride: R + G + B, with RUN columns of zeros on either side */
  int64_t stride;
} picture;

typedef struct {
  picture a, b;
  const uint8_t *mask;
  int64_t mask_y, mask_x;
  int32_t *corr;
  int64_t corr_y, corr_x, corr_c;
  int32_t *count, *tiles; /* per band of ROWS rows: how many tiles, and their first columns, at most `most` */
  int64_t most;
} search_args;

/* ---- preparation ---- */

PEN_BODY void unpack(const picture *p, int64_t i) {
  const int64_t y = i / p->stride, x = i % p->stride - RUN;
  p->grey[i] = 0;
  if (x < 0 || x >= p->width) return;
  p->pixels[4 * (y * p->width + x) + 3] = 0;
  for (int64_t c = 0; c < 3; c++) {
    const uint8_t v = p->bytes[c * p->sc + y * p->sy + x * p->sx];
    p->grey[i] = (int16_t)(p->grey[i] + v);
    p->pixels[4 * (y * p->width + x) + c] = v;
  }
}
PEN_EACH(unpack, picture)

PEN_BODY int is_query(const search_args *s, int64_t y, int64_t x) {
  return s->mask[(y + PATCH / 2) * s->mask_y + (x + PATCH / 2) * s->mask_x] != 0;
}

PEN_BODY void forget(const search_args *s, int64_t i) {
  int32_t *corr = s->corr + i / s->a.width * s->corr_y + i % s->a.width * s->corr_x;
  corr[0] = NONE, corr[s->corr_c] = NONE;
}
PEN_EACH(forget, search_args)

PEN_BODY int holds_query(const search_args *s, int64_t band, int64_t x) {
  for (int64_t y = band * ROWS; y < (band + 1) * ROWS && y <= s->a.height - PATCH; y++)
    if (is_query(s, y, x)) return 1;
  return 0;
}

/* Covers a band's queries with tiles, from the left. */
PEN_BODY void lay_tiles(const search_args *s, int64_t band) {
  s->count[band] = 0;
  for (int64_t x = 0; x <= s->a.width - PATCH;) {
    if (!holds_query(s, band, x)) { x++; continue; }
    s->tiles[band * s->most + s->count[band]++] = (int32_t)x;
    x += SPAN;
  }
}
PEN_EACH(lay_tiles, search_args)

PEN_BODY double tiles_of(const search_args *s, int64_t band) { return s->count[band]; }
PEN_SUM(tiles_of, search_args)

/* ---- a tile ---- */

typedef struct {
  int64_t top, bottom, left; /* rows [top, bottom), columns [left, left + SPAN) */
  int32_t best[TILE], match[TILE]; /* smallest distance so far, and its offset as an index into B */
  uint16_t bound[TILE]; /* a smaller or equal distance needs a difference below this; 0 where there is no query */
} tile;

/* In a lane for each byte of a row, so that whole rows are added at once. The last of the eight pixels is not the
 * patch's. */
PEN_BODY int32_t distance(const search_args *s, int64_t p, int64_t q) {
  int32_t lane[LANES] = {0}, sum = 0;
  for (int y = 0; y < PATCH; y++) {
    const uint8_t *a = s->a.pixels + 4 * (p + y * s->a.width), *b = s->b.pixels + 4 * (q + y * s->b.width);
    for (int i = 0; i < LANES; i++) lane[i] += (a[i] - b[i]) * (a[i] - b[i]);
  }
  for (int i = 0; i < 4 * PATCH; i++) sum += lane[i];
  return sum;
}

PEN_BODY void improve(const search_args *s, tile *t, int64_t i, int64_t dy, int64_t dx) {
  const int64_t y = t->top + i / RUN, x = t->left + i % RUN;
  const int32_t d = distance(s, y * s->a.width + x, (y + dy) * s->b.width + x + dx);
  const int32_t offset = (int32_t)(dy * s->b.width + dx);
  if (d > t->best[i] || (d == t->best[i] && offset >= t->match[i])) return;
  t->best[i] = d, t->match[i] = offset, t->bound[i] = (uint16_t)(sqrt((double)TAPS * d) + 1);
}

PEN_BODY uint16_t gap(int16_t u, int16_t v) { /* so written, it is one instruction */
  const int16_t difference = (int16_t)(u - v);
  return (uint16_t)abs(difference);
}

/* pixel = |grey A - grey B|, for the tile's rows [from, to) of pixels and those dy, dx further in B. */
PEN_BODY void subtract(const search_args *s, const tile *t, int64_t from, int64_t to, int64_t dy, int64_t dx,
                       uint16_t *pixel) {
  for (int64_t y = from; y < to; y++, pixel += RUN) {
    const int16_t *a = s->a.grey + (t->top + y) * s->a.stride + RUN + t->left;
    const int16_t *b = s->b.grey + (t->top + y + dy) * s->b.stride + RUN + t->left + dx;
    for (int j = 0; j < RUN; j++) pixel[j] = gap(a[j], b[j]);
  }
}

/* sum = PATCH pixels downwards from each of the first n; each row comes from the one above. */
PEN_BODY void sum_down(const uint16_t *pixel, int64_t n, uint16_t *sum) {
  for (int j = 0; j < RUN; j++) sum[j] = 0;
  for (int k = 0; k < PATCH; k++)
    for (int j = 0; j < RUN; j++) sum[j] = (uint16_t)(sum[j] + pixel[k * RUN + j]);
  for (int64_t i = RUN; i < n; i++) sum[i] = (uint16_t)(sum[i - RUN] + pixel[i + (PATCH - 1) * RUN] - pixel[i - RUN]);
}

/* sum = PATCH = 7 of x to the right from each of the first n. x holds PATCH - 1 more. */
PEN_BODY void sum_across(const uint16_t *x, int64_t n, uint16_t *sum) {
  uint16_t two[TILE + 4];
  for (int64_t i = 0; i < n + 4; i++) two[i] = (uint16_t)(x[i] + x[i + 1]);
  for (int64_t i = 0; i < n; i++) sum[i] = (uint16_t)(two[i] + two[i + 2] + two[i + 4] + x[i + 6]);
}

/* All of the tile's queries against the candidates dy, dx further, as far as those lie in B. */
PEN_BODY void try_offset(const search_args *s, tile *t, int64_t dy, int64_t dx) {
  const int64_t rows = s->b.height - PATCH + 1, columns = s->b.width - PATCH + 1;
  const int64_t from = t->top + dy < 0 ? -dy - t->top : 0;
  const int64_t to = (t->bottom + dy > rows ? rows - dy : t->bottom) - t->top;
  const int64_t left = t->left + dx < 0 ? -dx - t->left : 0;
  const int64_t right = t->left + SPAN + dx > columns ? columns - dx - t->left : SPAN;
  uint16_t pixel[TILE + PATCH * RUN], down[TILE + PATCH], difference[TILE];
  subtract(s, t, from, to + PATCH - 1, dy, dx, pixel);
  sum_down(pixel, (to - from) * RUN, down);
  for (int j = 0; j < PATCH; j++) down[(to - from) * RUN + j] = 0;
  sum_across(down, (to - from) * RUN, difference);
  for (int64_t y = from; y < to; y++) {
    const uint16_t *row = difference + (y - from) * RUN, *bound = t->bound + y * RUN;
    uint16_t hope = 0;
    for (int j = 0; j < RUN; j++) hope |= (uint16_t)(row[j] < bound[j]);
    if (!hope) continue;
    for (int64_t x = left; x < right; x++)
      if (row[x] < bound[x]) improve(s, t, y * RUN + x, dy, dx);
  }
}

PEN_BODY void try_offsets(const search_args *s, tile *t, int64_t step) {
  for (int64_t dy = 1 - t->bottom; dy <= s->b.height - PATCH - t->top; dy += step)
    for (int64_t dx = 1 - t->left - SPAN; dx <= s->b.width - PATCH - t->left; dx += step) try_offset(s, t, dy, dx);
}

PEN_BODY tile find_tile(const search_args *s, int64_t i) {
  tile t;
  int64_t band = 0;
  for (; i >= s->count[band]; band++) i -= s->count[band];
  t.top = band * ROWS, t.left = s->tiles[band * s->most + i];
  t.bottom = t.top + ROWS < s->a.height - PATCH + 1 ? t.top + ROWS : s->a.height - PATCH + 1;
  for (int j = 0; j < TILE; j++) {
    const int64_t y = t.top + j / RUN, x = t.left + j % RUN;
    const int asked = j % RUN < SPAN && y < t.bottom && x <= s->a.width - PATCH && is_query(s, y, x);
    t.best[j] = INT32_MAX, t.match[j] = 0, t.bound[j] = asked ? UINT16_MAX : 0;
  }
  return t;
}

/* One tile. As rows of a single element, few tiles too are shared out among the threads. */
PEN_BODY void search(const search_args *s, int64_t i, int64_t only) {
  tile t = find_tile(s, i);
  (void)only;
  try_offsets(s, &t, STEP);
  try_offsets(s, &t, 1);
  for (int64_t y = t.top; y < t.bottom; y++)
    for (int64_t x = t.left; x < t.left + SPAN && x <= s->a.width - PATCH; x++) {
      if (!is_query(s, y, x)) continue;
      const int64_t q = y * s->b.width + x + t.match[(y - t.top) * RUN + x - t.left];
      int32_t *corr = s->corr + (y + PATCH / 2) * s->corr_y + (x + PATCH / 2) * s->corr_x;
      corr[0] = (int32_t)(q % s->b.width) + PATCH / 2, corr[s->corr_c] = (int32_t)(q / s->b.width) + PATCH / 2;
    }
}
PEN_EACH_ROWS(search, search_args)

/* ---- what is exported ---- */

static int unpack_picture(pen_ctx *ctx, picture *p, const pen_tensor *t, int slot) {
  void *block;
  p->bytes = (const uint8_t *)pen_address(t), p->height = t->sizes[1], p->width = t->sizes[2];
  p->sc = t->strides[0], p->sy = t->strides[1], p->sx = t->strides[2], p->stride = p->width + 2 * RUN;
  const int64_t n = p->height * p->stride;
  PEN_TRY(pen_scratch(ctx, &block, slot, (size_t)n * sizeof(int16_t) + (size_t)(4 * (p->height * p->width + 1))));
  p->grey = (int16_t *)block, p->pixels = (uint8_t *)(p->grey + n);
  return unpack_each(ctx, p, n);
}

static int check_search(const char *function, const pen_tensor *corr, const pen_tensor *a, const pen_tensor *b,
                        const pen_tensor *mask) {
  PEN_TRY(pen_check_view(function, "corr", corr, PEN_INT, 3, 0));
  PEN_TRY(pen_check_view(function, "a", a, PEN_BYTE, 3, 0));
  PEN_TRY(pen_check_view(function, "b", b, PEN_BYTE, 3, 0));
  PEN_TRY(pen_check_view(function, "mask", mask, PEN_BYTE, 2, 0));
  const int64_t h = a->sizes[1], w = a->sizes[2];
  if (a->sizes[0] != 3 || b->sizes[0] != 3) return pen_fail(PEN_EARG, function, "a and b must be 3xHxW");
  if (corr->sizes[0] != h || corr->sizes[1] != w || corr->sizes[2] != 2 || mask->sizes[0] != h || mask->sizes[1] != w)
    return pen_fail(PEN_EARG, function, "corr must be %lldx%lldx2 and mask %lldx%lld", (long long)h, (long long)w,
                    (long long)h, (long long)w);
  if (b->sizes[1] < PATCH || b->sizes[2] < PATCH)
    return pen_fail(PEN_EARG, function, "b is smaller than a patch of %dx%d", PATCH, PATCH);
  if (h * w > INT32_MAX || b->sizes[1] > INT32_MAX || (h + b->sizes[1]) * b->sizes[2] + w > INT32_MAX)
    return pen_fail(PEN_EARG, function, "a and b are too large: offsets pass 2^31");
  return PEN_OK;
}

int pen_nearest_patches(pen_ctx *ctx, pen_tensor *corr, const pen_tensor *a, const pen_tensor *b,
                        const pen_tensor *mask) {
  search_args s;
  void *block;
  double tiles;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(check_search(__func__, corr, a, b, mask));
  memset(&s, 0, sizeof s);
  s.mask = (const uint8_t *)pen_address(mask), s.mask_y = mask->strides[0], s.mask_x = mask->strides[1];
  s.corr = (int32_t *)pen_address(corr);
  s.corr_y = corr->strides[0], s.corr_x = corr->strides[1], s.corr_c = corr->strides[2];
  PEN_TRY(unpack_picture(ctx, &s.a, a, 0));
  PEN_TRY(unpack_picture(ctx, &s.b, b, 1));
  PEN_TRY(forget_each(ctx, &s, s.a.height * s.a.width));
  if (s.a.height < PATCH || s.a.width < PATCH) return PEN_OK;
  const int64_t bands = (s.a.height - PATCH + ROWS) / ROWS;
  s.most = (s.a.width - PATCH + SPAN) / SPAN;
  PEN_TRY(pen_scratch(ctx, &block, 2, (size_t)(bands * (s.most + 1)) * sizeof(int32_t)));
  s.count = (int32_t *)block, s.tiles = s.count + bands;
  PEN_TRY(lay_tiles_each(ctx, &s, bands));
  PEN_TRY(tiles_of_sum(ctx, &s, bands, &tiles));
  return search_rows(ctx, &s, (int64_t)tiles, 1);
}
