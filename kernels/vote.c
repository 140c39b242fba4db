/* Pictures and features put together from a nearest-neighbour field corr: average voting, the patches around the
 * matches side by side, and blending under a mask (Luan et al., released program). */
#include "pen_kernel.h"

enum { LARGEST_VOTE = 63, LARGEST_RING = 31 };

typedef struct {
  const float *source;                   /* C x H2 x W2 */
  const int32_t *corr;                   /* H x W x 2 */
  float *out;                            /* C x H x W, or C x H x (patch * patch * W) */
  int64_t height, width, source_height, source_width, radius;
} vote_args;

/* Where neighbour p + (dx, dy) sends p, as an index into a source channel; -1 when either lies outside. */
PEN_BODY int64_t vote(const vote_args *s, int64_t p, int64_t dx, int64_t dy) {
  const int64_t x = p % s->width + dx, y = p / s->width + dy;
  if (x < 0 || x >= s->width || y < 0 || y >= s->height) return -1;
  const int64_t u = s->corr[2 * (y * s->width + x)] - dx, v = s->corr[2 * (y * s->width + x) + 1] - dy;
  return u < 0 || u >= s->source_width || v < 0 || v >= s->source_height ? -1 : v * s->source_width + u;
}

/* out(p) = mean over d in the window of source(corr(p+d) - d); 0 without a vote. */
PEN_BODY void average_votes(const vote_args *s, int64_t i) {
  const int64_t n = s->height * s->width, p = i % n, r = s->radius;
  const float *channel = s->source + i / n * s->source_height * s->source_width;
  double sum = 0;
  int64_t votes = 0;
  for (int64_t dx = -r; dx <= r; dx++)
    for (int64_t dy = -r; dy <= r; dy++) {
      const int64_t q = vote(s, p, dx, dy);
      if (q >= 0) sum += channel[q], votes++;
    }
  s->out[i] = votes ? (float)(sum / (double)votes) : 0;
}
PEN_EACH(average_votes, vote_args)

/* Row (c, y) of out is cut into one piece of W per d = (dx, dy), dy outer: piece(d)[x] = source(corr(y, x) + d). */
PEN_BODY void place_ring(const vote_args *s, int64_t i) {
  const int64_t side = 2 * s->radius + 1, row = side * side * s->width;
  const int64_t c = i / (row * s->height), y = i / row % s->height, x = i % s->width, d = i % row / s->width;
  const int32_t *q = s->corr + 2 * (y * s->width + x);
  const int64_t u = q[0] + d % side - s->radius, v = q[1] + d / side - s->radius;
  const int outside = u < 0 || u >= s->source_width || v < 0 || v >= s->source_height;
  s->out[i] = outside ? 0 : s->source[(c * s->source_height + v) * s->source_width + u];
}
PEN_EACH(place_ring, vote_args)

static int check_vote(const char *function, const pen_tensor *out, const pen_tensor *source, const pen_tensor *corr,
                      int64_t copies) {
  PEN_TRY(pen_check_view(function, "out", out, PEN_FLOAT, 3, 1));
  PEN_TRY(pen_check_view(function, "source", source, PEN_FLOAT, 3, 1));
  PEN_TRY(pen_check_view(function, "corr", corr, PEN_INT, 3, 1));
  if (corr->sizes[2] != 2) return pen_fail(PEN_EARG, function, "corr must be H x W x 2");
  if (out->sizes[0] != source->sizes[0] || out->sizes[1] != corr->sizes[0] ||
      out->sizes[2] % copies != 0 || out->sizes[2] / copies != corr->sizes[1])
    return pen_fail(PEN_EARG, function, "out must be %lldx%lldx(%lld * %lld)", (long long)source->sizes[0],
                    (long long)corr->sizes[0], (long long)copies, (long long)corr->sizes[1]);
  return PEN_OK;
}

static vote_args vote_of(const pen_tensor *out, const pen_tensor *source, const pen_tensor *corr, int64_t radius) {
  vote_args s;
  s.source = pen_floats(source), s.corr = (const int32_t *)pen_address(corr), s.out = pen_floats(out);
  s.height = corr->sizes[0], s.width = corr->sizes[1], s.radius = radius;
  s.source_height = source->sizes[1], s.source_width = source->sizes[2];
  return s;
}

int pen_average_vote(pen_ctx *ctx, pen_tensor *out, const pen_tensor *source, const pen_tensor *corr, int patch) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_REQUIRE(patch >= 1 && patch <= LARGEST_VOTE, "patch is %d, expected 1 to %d", patch, LARGEST_VOTE);
  PEN_TRY(check_vote(__func__, out, source, corr, 1));
  const vote_args s = vote_of(out, source, corr, patch / 2);
  return average_votes_each(ctx, &s, pen_count(out));
}

int pen_ring_patches(pen_ctx *ctx, pen_tensor *out, const pen_tensor *source, const pen_tensor *corr, int radius) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_REQUIRE(radius >= 0 && radius <= LARGEST_RING, "radius is %d, expected 0 to %d", radius, LARGEST_RING);
  PEN_TRY(check_vote(__func__, out, source, corr, (2 * radius + 1) * (2 * radius + 1)));
  const vote_args s = vote_of(out, source, corr, radius);
  return place_ring_each(ctx, &s, pen_count(out));
}

/* ---- blending ---- */

typedef struct {
  const float *a, *b, *mask;
  float *out, alpha;
  int64_t n;
} blend_args;

PEN_BODY void blend(const blend_args *s, int64_t i) {
  const float weight = s->mask[i % s->n] < 0.05f ? 0.0f : s->alpha;
  s->out[i] = s->a[i] * weight + s->b[i] * (1.0f - weight);
}
PEN_EACH(blend, blend_args)

int pen_masked_blend(pen_ctx *ctx, pen_tensor *out, const pen_tensor *a, const pen_tensor *b, const pen_tensor *mask,
                     double alpha) {
  blend_args s;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CONTIGUOUS(out, PEN_FLOAT, 3);
  PEN_CONTIGUOUS(a, PEN_FLOAT, 3);
  PEN_CONTIGUOUS(b, PEN_FLOAT, 3);
  PEN_CONTIGUOUS(mask, PEN_FLOAT, 2);
  PEN_REQUIRE(pen_same_shape(out, a) && pen_same_shape(out, b), "out, a and b differ in shape");
  PEN_REQUIRE(mask->sizes[0] == a->sizes[1] && mask->sizes[1] == a->sizes[2], "mask must be %lldx%lld",
              (long long)a->sizes[1], (long long)a->sizes[2]);
  s.a = pen_floats(a), s.b = pen_floats(b), s.mask = pen_floats(mask), s.out = pen_floats(out);
  s.alpha = (float)alpha, s.n = a->sizes[1] * a->sizes[2];
  return blend_each(ctx, &s, pen_count(out));
}
