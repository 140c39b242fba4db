/* Brute-force patch matching: for each query p of feature map A the position q of feature map B whose P x P patch is
 * most similar.
 *
 *   dot(p, q) = sum over taps d of A[p+d] . B[q+d],   d in {-r, -r+stride, ..., r}^2,  r = (P-1)/2
 *
 * where only taps count that lie inside both maps. Two similarities (Luan et al., "Deep Painterly Harmonization"):
 *   cosine (coarse pass): dot / (|a| |b| + 1e-9), both norms over the same taps as the dot;
 *   dot (second pass): q within r of a border of B is a candidate only if p is within r of that border of A.
 * The first q in row-major order wins among equals; similarities are compared as floats.
 *
 * How: one GEMM gives the similarities A[p] . B[q] of single positions for a tile of rows of A and rows of B; a patch's
 * dot product is a sum along the diagonal of that tile. So there is no H*W x H*W table, and each product is computed
 * once (but for the tiles' rims). Each query keeps its KEEP best; in the end these few are computed again in double,
 * and the best of them wins: float rounding of the GEMM does not decide. */
#include <float.h>
#include <string.h>

#include "pen_kernel.h"

enum {
  KEEP = 4,         /* candidates of a query that are compared in double */
  RUN = 64,         /* candidates scored together, so that the loop over them is vectorised */
  COLUMNS = 4096,   /* a tile's width, wished */
  TILE = 4 << 20,   /* a tile's elements, wished */
  LARGEST_PATCH = 63
};

typedef struct {
  const float *features; /* C x height x width */
  float *square;         /* squared norm of each position's vector */
  int64_t height, width;
} feature_map;

typedef struct {
  int64_t top, bottom, left, right; /* [top, bottom) x [left, right) */
} window;

typedef struct {
  feature_map a, b;
  int64_t channels, radius, stride;
  int cosine;
  const void *mask;  /* NULL: every position is a query */
  int mask_type;
  int64_t mask_strides[2];
  int32_t *query;    /* 1 where a query stands in A */
  float *score;      /* N x KEEP, best first */
  int32_t *best;     /* N x KEEP: the positions in B that belong to score; -1 none */
  window box;        /* queries of the tile at hand */
  window near;       /* positions of A that their patches touch */
  int64_t rows_from, rows_to;   /* candidates of the tile at hand: rows of B */
  int64_t near_from, near_to;   /* rows of B that their patches touch */
  float *packed;                /* C x near: A's vectors */
  float *tile;                  /* near x (near_to - near_from) * width of B */
  int32_t *corr;
  float *match;
} match_args;

PEN_BODY int64_t smaller(int64_t x, int64_t y) { return x < y ? x : y; }
PEN_BODY int64_t larger(int64_t x, int64_t y) { return x > y ? x : y; }

PEN_BODY int inside(const feature_map *m, int64_t y, int64_t x) {
  return y >= 0 && y < m->height && x >= 0 && x < m->width;
}

/* ---- preparation ---- */

PEN_BODY void find_query(const match_args *s, int64_t i) {
  const int64_t at = i / s->a.width * s->mask_strides[0] + i % s->a.width * s->mask_strides[1];
  s->query[i] = 1;
  if (s->mask && s->mask_type == PEN_BYTE) s->query[i] = ((const uint8_t *)s->mask)[at] != 0;
  if (s->mask && s->mask_type == PEN_INT) s->query[i] = ((const int32_t *)s->mask)[at] != 0;
  if (s->mask && s->mask_type == PEN_FLOAT) s->query[i] = ((const float *)s->mask)[at] != 0;
  for (int k = 0; k < KEEP; k++) {
    s->score[i * KEEP + k] = s->cosine ? -1e20f : -FLT_MAX;
    s->best[i * KEEP + k] = -1;
  }
}
PEN_EACH(find_query, match_args)

PEN_BODY float squared_norm(const feature_map *m, int64_t channels, int64_t i) {
  double sum = 0;
  for (int64_t c = 0; c < channels; c++) {
    const double v = m->features[c * m->height * m->width + i];
    sum += v * v;
  }
  return (float)sum;
}

PEN_BODY void square_a(const match_args *s, int64_t i) { s->a.square[i] = squared_norm(&s->a, s->channels, i); }
PEN_EACH(square_a, match_args)
PEN_BODY void square_b(const match_args *s, int64_t i) { s->b.square[i] = squared_norm(&s->b, s->channels, i); }
PEN_EACH(square_b, match_args)

PEN_BODY double asked(const match_args *s, int64_t i) {
  const int64_t width = s->box.right - s->box.left;
  return s->query[(s->box.top + i / width) * s->a.width + s->box.left + i % width];
}
PEN_SUM(asked, match_args)

/* First line in [from, to) (or, counting down, the one after the last) that holds a query: rows or columns of A. */
static int first_line(pen_ctx *ctx, const match_args *args, int column, int64_t from, int64_t to, int64_t *line) {
  match_args s = *args;
  const int64_t step = from < to ? 1 : -1;
  for (*line = from; *line != to; *line += step) {
    const int64_t at = step > 0 ? *line : *line - 1;
    const window row = {at, at + 1, 0, s.a.width}, upright = {0, s.a.height, at, at + 1};
    double count;
    s.box = column ? upright : row;
    PEN_TRY(asked_sum(ctx, &s, column ? s.a.height : s.a.width, &count));
    if (count > 0) break;
  }
  return PEN_OK;
}

static int bounding_box(pen_ctx *ctx, const match_args *s, window *box) {
  PEN_TRY(first_line(ctx, s, 0, 0, s->a.height, &box->top));
  PEN_TRY(first_line(ctx, s, 0, s->a.height, box->top, &box->bottom));
  PEN_TRY(first_line(ctx, s, 1, 0, s->a.width, &box->left));
  return first_line(ctx, s, 1, s->a.width, box->left, &box->right);
}

/* ---- a tile ---- */

PEN_BODY void pack(const match_args *s, int64_t i) {
  const int64_t width = s->near.right - s->near.left, n = (s->near.bottom - s->near.top) * width;
  const int64_t c = i / n, y = s->near.top + i % n / width, x = s->near.left + i % n % width;
  s->packed[i] = s->a.features[(c * s->a.height + y) * s->a.width + x];
}
PEN_EACH(pack, match_args)

/* Scores of the query (y1, x1) with the candidates (y2, x2 + j), j < n <= RUN, which have the same taps inside B. */
PEN_BODY void score_run(const match_args *s, int64_t y1, int64_t x1, int64_t y2, int64_t x2, int64_t n, float *score) {
  const int64_t r = s->radius, width = s->near.right - s->near.left;
  const int64_t columns = (s->near_to - s->near_from) * s->b.width;
  float square_a = 0, square_b[RUN] = {0};
  for (int64_t j = 0; j < n; j++) score[j] = 0;
  for (int64_t dy = -r; dy <= r; dy += s->stride)
    for (int64_t dx = -r; dx <= r; dx += s->stride) {
      const int64_t u1 = x1 + dx, v1 = y1 + dy, u2 = x2 + dx, v2 = y2 + dy;
      if (!inside(&s->a, v1, u1) || !inside(&s->b, v2, u2)) continue;
      const float *row = s->tile + ((v1 - s->near.top) * width + u1 - s->near.left) * columns;
      const float *product = row + (v2 - s->near_from) * s->b.width + u2;
      for (int64_t j = 0; j < n; j++) score[j] += product[j];
      if (!s->cosine) continue;
      const float *square = s->b.square + v2 * s->b.width + u2;
      square_a += s->a.square[v1 * s->a.width + u1];
      for (int64_t j = 0; j < n; j++) square_b[j] += square[j];
    }
  if (!s->cosine) return;
  const float norm_a = sqrtf(square_a);
  for (int64_t j = 0; j < n; j++) score[j] /= norm_a * sqrtf(square_b[j]) + 1e-9f;
}

/* Puts candidate q into the query's list. Equal scores stay in the order of arrival, which is row-major. */
PEN_BODY void keep(float *score, int32_t *best, int32_t q, float value) {
  int k = KEEP - 1;
  if (!(value > score[k])) return;
  for (; k > 0 && value > score[k - 1]; k--) score[k] = score[k - 1], best[k] = best[k - 1];
  score[k] = value, best[k] = q;
}

/* Candidates of row y2, in runs: one by one near the left and right border, where the taps inside B differ. */
PEN_BODY void scan_row(const match_args *s, int64_t p, int64_t y2, int64_t left, int64_t right) {
  const int64_t y1 = p / s->a.width, x1 = p % s->a.width, r = s->radius, border = s->b.width - r;
  float *score = s->score + p * KEEP, run[RUN];
  for (int64_t x2 = left, n; x2 < right; x2 += n) {
    n = x2 >= r && x2 < border ? smaller(RUN, smaller(border, right) - x2) : 1;
    score_run(s, y1, x1, y2, x2, n, run);
    int better = 0;
    for (int64_t j = 0; j < n; j++) better += run[j] > score[KEEP - 1];
    if (!better) continue;
    for (int64_t j = 0; j < n; j++) keep(score, s->best + p * KEEP, (int32_t)(y2 * s->b.width + x2 + j), run[j]);
  }
}

PEN_BODY void scan(const match_args *s, int64_t i) {
  const int64_t width = s->box.right - s->box.left, r = s->cosine ? 0 : s->radius;
  const int64_t y1 = s->box.top + i / width, x1 = s->box.left + i % width, p = y1 * s->a.width + x1;
  if (!s->query[p]) return;
  const int64_t top = y1 < r ? 0 : r, bottom = s->b.height - (y1 >= s->a.height - r ? 0 : r);
  const int64_t left = x1 < r ? 0 : r, right = s->b.width - (x1 >= s->a.width - r ? 0 : r);
  for (int64_t y2 = larger(top, s->rows_from); y2 < smaller(bottom, s->rows_to); y2++) scan_row(s, p, y2, left, right);
}
PEN_EACH(scan, match_args)

/* ---- the answer ---- */

PEN_BODY float exact_score(const match_args *s, int64_t p, int64_t q) {
  const int64_t y1 = p / s->a.width, x1 = p % s->a.width, y2 = q / s->b.width, x2 = q % s->b.width, r = s->radius;
  double dot = 0, square_sum_a = 0, square_sum_b = 0;
  for (int64_t dy = -r; dy <= r; dy += s->stride)
    for (int64_t dx = -r; dx <= r; dx += s->stride) {
      if (!inside(&s->a, y1 + dy, x1 + dx) || !inside(&s->b, y2 + dy, x2 + dx)) continue;
      const float *a = s->a.features + p + dy * s->a.width + dx, *b = s->b.features + q + dy * s->b.width + dx;
      for (int64_t c = 0; c < s->channels; c++) {
        const double u = a[c * s->a.height * s->a.width], v = b[c * s->b.height * s->b.width];
        dot += u * v, square_sum_a += u * u, square_sum_b += v * v;
      }
    }
  return (float)(s->cosine ? dot / (sqrt(square_sum_a) * sqrt(square_sum_b) + 1e-9) : dot);
}

PEN_BODY void decide(const match_args *s, int64_t i) {
  const int64_t n1 = s->a.height * s->a.width, n2 = s->b.height * s->b.width;
  const int32_t *best = s->best + i * KEEP;
  int64_t winner = best[0];
  float score = winner < 0 || best[1] < 0 ? 0 : exact_score(s, i, winner);
  for (int k = 1; k < KEEP && best[k] >= 0; k++) {
    const float other = exact_score(s, i, best[k]);
    if (other > score || (other == score && best[k] < winner)) score = other, winner = best[k];
  }
  s->corr[2 * i] = winner < 0 ? 0 : (int32_t)(winner % s->b.width);
  s->corr[2 * i + 1] = winner < 0 ? 0 : (int32_t)(winner / s->b.width);
  if (!s->match) return;
  for (int64_t c = 0; c < s->channels; c++) s->match[c * n1 + i] = winner < 0 ? 0 : s->b.features[c * n2 + winner];
}
PEN_EACH(decide, match_args)

/* ---- the tiles ---- */

/* The tile of the queries in s->box with all rows of B, from rows_from in steps of `rows`. */
static int match_band(pen_ctx *ctx, match_args *s, int64_t rows) {
  const int64_t r = s->radius, n1 = (s->near.bottom - s->near.top) * (s->near.right - s->near.left);
  const int64_t queries = (s->box.bottom - s->box.top) * (s->box.right - s->box.left);
  PEN_TRY(pack_each(ctx, s, s->channels * n1));
  for (s->rows_from = 0; s->rows_from < s->b.height; s->rows_from = s->rows_to) {
    s->rows_to = smaller(s->rows_from + rows, s->b.height);
    s->near_from = larger(s->rows_from - r, 0), s->near_to = smaller(s->rows_to + r, s->b.height);
    const int64_t columns = (s->near_to - s->near_from) * s->b.width;
    PEN_TRY(pen_sgemm(ctx, 'T', 'N', n1, columns, s->channels, 1, s->packed, n1,
                      s->b.features + s->near_from * s->b.width, s->b.height * s->b.width, 0, s->tile, columns));
    PEN_TRY(scan_each(ctx, s, queries));
  }
  return PEN_OK;
}

static int match_all(pen_ctx *ctx, match_args *s) {
  const int64_t r = s->radius;
  window all;
  void *block;
  PEN_TRY(bounding_box(ctx, s, &all));
  if (all.top == all.bottom) return PEN_OK;
  s->near.left = larger(all.left - r, 0), s->near.right = smaller(all.right + r, s->a.width);
  const int64_t width = s->near.right - s->near.left;
  const int64_t rows_b = smaller(larger(COLUMNS / s->b.width - 2 * r, 1), s->b.height);
  const int64_t columns = smaller(rows_b + 2 * r, s->b.height) * s->b.width;
  const int64_t rows_a = smaller(larger(TILE / columns / width - 2 * r, 1), all.bottom - all.top);
  const int64_t n1 = smaller(rows_a + 2 * r, s->a.height) * width;
  PEN_TRY(pen_scratch(ctx, &block, 0, (size_t)n1 * (size_t)columns * sizeof(float)));
  s->tile = (float *)block;
  PEN_TRY(pen_scratch(ctx, &block, 1, (size_t)n1 * (size_t)s->channels * sizeof(float)));
  s->packed = (float *)block;
  s->box = all;
  for (s->box.top = all.top; s->box.top < all.bottom; s->box.top = s->box.bottom) {
    s->box.bottom = smaller(s->box.top + rows_a, all.bottom);
    s->near.top = larger(s->box.top - r, 0), s->near.bottom = smaller(s->box.bottom + r, s->a.height);
    PEN_TRY(match_band(ctx, s, rows_b));
  }
  return PEN_OK;
}

static int find_matches(pen_ctx *ctx, match_args *s) {
  const int64_t n1 = s->a.height * s->a.width, n2 = s->b.height * s->b.width;
  void *block;
  PEN_TRY(pen_scratch(ctx, &block, 2, (size_t)((2 + 2 * KEEP) * n1 + n2) * sizeof(float)));
  s->a.square = (float *)block;
  s->b.square = s->a.square + n1, s->score = s->b.square + n2;
  s->query = (int32_t *)(s->score + KEEP * n1), s->best = s->query + n1;
  PEN_TRY(find_query_each(ctx, s, n1));
  PEN_TRY(square_a_each(ctx, s, n1));
  PEN_TRY(square_b_each(ctx, s, n2));
  PEN_TRY(match_all(ctx, s));
  return decide_each(ctx, s, n1);
}

static int check_match(const char *function, const pen_tensor *corr, const pen_tensor *a, const pen_tensor *b,
                       const pen_tensor *mask, int patch, int stride) {
  PEN_TRY(pen_check_view(function, "corr", corr, PEN_INT, 3, 1));
  PEN_TRY(pen_check_view(function, "a", a, PEN_FLOAT, 3, 1));
  PEN_TRY(pen_check_view(function, "b", b, PEN_FLOAT, 3, 1));
  const int64_t h = a->sizes[1], w = a->sizes[2];
  if (a->sizes[0] != b->sizes[0])
    return pen_fail(PEN_EARG, function, "a has %lld channels, b %lld", (long long)a->sizes[0], (long long)b->sizes[0]);
  if (corr->sizes[0] != h || corr->sizes[1] != w || corr->sizes[2] != 2)
    return pen_fail(PEN_EARG, function, "corr must be %lldx%lldx2", (long long)h, (long long)w);
  if (h * w > INT32_MAX || b->sizes[1] * b->sizes[2] > INT32_MAX)
    return pen_fail(PEN_EARG, function, "more than 2^31 positions");
  if (patch < 1 || patch > LARGEST_PATCH || stride < 1 || stride > LARGEST_PATCH)
    return pen_fail(PEN_EARG, function, "patch %d, stride %d: expected 1 to %d", patch, stride, LARGEST_PATCH);
  if (!mask) return PEN_OK;
  PEN_TRY(pen_check_view(function, "mask", mask, PEN_ANY, 2, 0));
  if (mask->sizes[0] != h || mask->sizes[1] != w)
    return pen_fail(PEN_EARG, function, "mask must be %lldx%lld", (long long)h, (long long)w);
  if (mask->dtype != PEN_BYTE && mask->dtype != PEN_INT && mask->dtype != PEN_FLOAT)
    return pen_fail(PEN_EARG, function, "mask is %s, expected byte, int or float", pen_type_name(mask->dtype));
  return PEN_OK;
}

static match_args match_of(const pen_tensor *corr, const pen_tensor *a, const pen_tensor *b, const pen_tensor *mask,
                           int patch, int stride) {
  match_args s;
  memset(&s, 0, sizeof s);
  if (mask) {
    s.mask = pen_address(mask), s.mask_type = mask->dtype;
    s.mask_strides[0] = mask->strides[0], s.mask_strides[1] = mask->strides[1];
  }
  s.channels = a->sizes[0], s.radius = (patch - 1) / 2, s.stride = stride;
  s.a.features = pen_floats(a), s.a.height = a->sizes[1], s.a.width = a->sizes[2];
  s.b.features = pen_floats(b), s.b.height = b->sizes[1], s.b.width = b->sizes[2];
  s.corr = (int32_t *)pen_address(corr);
  return s;
}

int pen_match_cosine(pen_ctx *ctx, pen_tensor *corr, pen_tensor *match, const pen_tensor *a, const pen_tensor *b,
                     const pen_tensor *mask, int patch, int stride) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(check_match(__func__, corr, a, b, mask, patch, stride));
  match_args s = match_of(corr, a, b, mask, patch, stride);
  s.cosine = 1;
  if (match) {
    PEN_CONTIGUOUS(match, PEN_FLOAT, 3);
    PEN_REQUIRE(pen_same_shape(match, a), "match must have the shape of a");
    s.match = pen_floats(match);
  }
  return find_matches(ctx, &s);
}

int pen_match_dot(pen_ctx *ctx, pen_tensor *corr, const pen_tensor *a, const pen_tensor *b, const pen_tensor *mask,
                  int patch) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(check_match(__func__, corr, a, b, mask, patch, 1));
  match_args s = match_of(corr, a, b, mask, patch, 1);
  return find_matches(ctx, &s);
}
