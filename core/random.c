/* Random numbers with the bits of Torch, from core/generator.c: one word of 32 bits for each derived number, except the
 * normal distribution, which takes two for two (Box-Muller; the second is kept in the generator). */
#include <math.h>
#include <string.h>

#include "internal.h"

/* ---- distributions ---- */

/* Numbers come in pairs; where n ends within one, its second is left for the next call. */
static void normals(pen_generator *g, double *out, int n, double mean, double deviation) {
  int i = 0;
  if (n > 0 && g->normal_valid) {
    out[i++] = g->normal_rho * sin(2 * M_PI * g->normal_x) * deviation + mean;
    g->normal_valid = 0;
  }
  while (i < n) {
    const double x = pen_random_unit(g), y = pen_random_unit(g), angle = 2 * M_PI * x, rho = sqrt(-2 * log(1 - y));
    const double cosine = cos(angle), sine = sin(angle); /* side by side: compilers make one call of both */
    g->normal_x = x, g->normal_y = y, g->normal_rho = rho;
    out[i++] = rho * cosine * deviation + mean;
    g->normal_valid = i == n;
    if (i < n) out[i++] = rho * sine * deviation + mean;
  }
}

/* How many whole numbers from 0 a type holds exactly: the range of Torch's random() on tensors. */
static uint64_t whole_numbers(int dtype) {
  switch (dtype) {
    case PEN_BYTE: return 256;
    case PEN_CHAR: return 128;
    case PEN_SHORT: return 32768;
    case PEN_INT: return 1u << 31;
    case PEN_FLOAT: return (1 << 24) + 1;
    default: return 1ull << 32; /* long and double hold all 32 bits */
  }
}

/* Of each word the remainder by range, plus first. */
static void remainders(double *out, const uint32_t *words, int n, uint64_t range, double first) {
  if (range > UINT32_MAX) {
    for (int i = 0; i < n; i++) out[i] = (double)words[i] + first;
    return;
  }
  const uint32_t divisor = (uint32_t)range; /* division of 64 bits takes several times as long */
  for (int i = 0; i < n; i++) out[i] = (double)(words[i] % divisor) + first;
}

enum { RUN = 256 }; /* numbers that are drawn at once */

#define EACH(expression)                                \
  for (int i = 0; i < n; i++) {                         \
    const double u = words[i] * (1.0 / 4294967296.0);   \
    out[i] = (expression);                              \
  }                                                     \
  return

/* The next n <= RUN numbers. */
static void numbers(pen_generator *g, double *out, int n, int distribution, double a, double b, uint64_t whole) {
  uint32_t words[RUN];
  if (distribution == PEN_NORMAL || distribution == PEN_LOG_NORMAL) {
    normals(g, out, n, a, b);
    for (int i = 0; i < n && distribution == PEN_LOG_NORMAL; i++) out[i] = exp(out[i]);
    return;
  }
  pen_random_words(g, words, n);
  switch (distribution) {
    case PEN_UNIFORM: EACH(u * (b - a) + a);
    case PEN_EXPONENTIAL: EACH(-1 / a * log(1 - u));
    case PEN_CAUCHY: EACH(a + b * tan(M_PI * (u - 0.5)));
    case PEN_GEOMETRIC: EACH(trunc(log(1 - u) / log(a)) + 1);
    case PEN_BERNOULLI: EACH(u <= a);
    case PEN_RANGE: remainders(out, words, n, (uint64_t)(b - a + 1), a); return;
    default: remainders(out, words, n, whole, 0);
  }
}

static int check_parameters(const char *function, const pen_generator *g, int distribution, double a, double b) {
  PEN_TRY(pen_generator_check(g));
  int good = 1;
  switch (distribution) {
    case PEN_NORMAL: good = b >= 0; break;
    case PEN_LOG_NORMAL: good = b > 0; break;
    case PEN_GEOMETRIC: good = a > 0 && a < 1; break;
    case PEN_BERNOULLI: good = a >= 0 && a <= 1; break;
    case PEN_RANGE: good = b >= a && fabs(a) <= 9007199254740992.0 && fabs(b) <= 9007199254740992.0; break;
    case PEN_UNIFORM: case PEN_EXPONENTIAL: case PEN_CAUCHY: case PEN_ANY_WHOLE: break;
    default: return pen_fail(PEN_EARG, function, "unknown distribution %d", distribution);
  }
  if (good) return PEN_OK;
  return pen_fail(PEN_EARG, function, "parameters %g and %g do not make a distribution", a, b);
}

/* ---- elements of a tensor, in row-major order ---- */

typedef struct {
  const pen_tensor *t;
  int64_t position[PEN_MAX_DIM];
  char *at;
} cursor;

static cursor first(const pen_tensor *t) { return (cursor){t, {0}, (char *)pen_address(t)}; }

static void step(cursor *c) {
  const pen_tensor *t = c->t;
  const int64_t size = (int64_t)pen_type_size(t->dtype);
  for (int d = t->ndim - 1; d >= 0; d--) {
    c->at += t->strides[d] * size;
    if (++c->position[d] < t->sizes[d]) return;
    c->at -= t->sizes[d] * t->strides[d] * size;
    c->position[d] = 0;
  }
}

#define STORE(T)                                             \
  for (int64_t i = 0; i < n; i++) ((T *)at)[i] = (T)values[i]; \
  break
#define STORE_WHOLE(T)                                                \
  for (int64_t i = 0; i < n; i++) ((T *)at)[i] = (T)(int64_t)values[i]; \
  break

/* n neighbouring elements. */
static void store(char *at, int dtype, const double *values, int64_t n) {
  switch (dtype) {
    case PEN_BYTE: STORE_WHOLE(uint8_t);
    case PEN_CHAR: STORE_WHOLE(int8_t);
    case PEN_SHORT: STORE_WHOLE(int16_t);
    case PEN_INT: STORE_WHOLE(int32_t);
    case PEN_LONG: STORE_WHOLE(int64_t);
    case PEN_FLOAT: STORE(float);
    default: STORE(double);
  }
}

static void store_one(char *at, int dtype, double value) { store(at, dtype, &value, 1); }

/* The elements at c and behind it, and c moved past them; dense: they are neighbours. */
static void put_run(cursor *c, int dense, const double *values, int64_t n) {
  const int dtype = c->t->dtype;
  if (dense) {
    store(c->at, dtype, values, n);
    c->at += n * (int64_t)pen_type_size(dtype);
  } else {
    for (int64_t i = 0; i < n; i++, step(c)) store_one(c->at, dtype, values[i]);
  }
}

static double load(const cursor *c) { return c->t->dtype == PEN_FLOAT ? *(float *)c->at : *(double *)c->at; }

/* ---- exported ---- */

int pen_random_number(pen_generator *g, double *out, int distribution, double a, double b) {
  PEN_REQUIRE(out, "out is NULL");
  PEN_TRY(check_parameters(__func__, g, distribution, a, b));
  numbers(g, out, 1, distribution, a, b, whole_numbers(PEN_LONG));
  return PEN_OK;
}

int pen_random_fill(pen_generator *g, pen_tensor *r, int distribution, double a, double b) {
  PEN_VIEW(r, PEN_ANY, PEN_ANY);
  PEN_TRY(check_parameters(__func__, g, distribution, a, b));
  PEN_REQUIRE(distribution > PEN_LOG_NORMAL || r->dtype == PEN_FLOAT || r->dtype == PEN_DOUBLE,
              "r is %s, continuous distributions need float or double", pen_type_name(r->dtype));
  double values[RUN];
  const uint64_t whole = whole_numbers(r->dtype);
  const int dense = pen_is_contiguous(r);
  cursor c = first(r);
  if (distribution == PEN_EXPONENTIAL && r->dtype == PEN_FLOAT) a = (float)a; /* as in Torch: a rate is of r's type */
  for (int64_t left = pen_count(r), n; left > 0; left -= n) {
    n = left < RUN ? left : RUN;
    numbers(g, values, (int)n, distribution, a, b, whole);
    put_run(&c, dense, values, n);
  }
  return PEN_OK;
}

static int check_probabilities(const char *function, const pen_generator *g, const pen_tensor *p) {
  PEN_TRY(pen_generator_check(g));
  PEN_TRY(pen_check_view(function, "p", p, PEN_ANY, PEN_ANY, 0));
  if (p->dtype != PEN_FLOAT && p->dtype != PEN_DOUBLE)
    return pen_fail(PEN_EARG, function, "p is %s, expected float or double", pen_type_name(p->dtype));
  return PEN_OK;
}

int pen_random_bernoulli(pen_generator *g, pen_tensor *r, const pen_tensor *p) {
  PEN_VIEW(r, PEN_ANY, PEN_ANY);
  PEN_TRY(check_probabilities(__func__, g, p));
  const int64_t n = pen_count(r);
  PEN_REQUIRE(n == pen_count(p), "r and p have %lld and %lld elements", (long long)n, (long long)pen_count(p));
  cursor probability = first(p), c = first(r);
  for (int64_t i = 0; i < n; i++, step(&probability)) {
    double value = load(&probability);
    PEN_REQUIRE(value >= 0 && value <= 1, "a probability of p is %g, must be in [0, 1]", value);
  }
  probability = first(p);
  for (int64_t i = 0; i < n; i++, step(&probability), step(&c))
    store_one(c.at, r->dtype, pen_random_unit(g) <= load(&probability));
  return PEN_OK;
}

/* Fisher and Yates, from the front. */
int pen_random_permutation(pen_generator *g, pen_tensor *r) {
  PEN_VIEW(r, PEN_ANY, 1);
  PEN_TRY(pen_generator_check(g));
  const int64_t n = r->sizes[0];
  const size_t size = pen_type_size(r->dtype), stride = size * (size_t)r->strides[0];
  char *base = (char *)pen_address(r), other[sizeof(double)];
  for (int64_t i = 0; i < n; i++) store_one(base + (size_t)i * stride, r->dtype, (double)(i + 1));
  for (int64_t i = 0; i < n - 1; i++) {
    char *a = base + (size_t)i * stride, *b = a + pen_random_word(g) % (uint64_t)(n - i) * stride;
    memcpy(other, a, size);
    memmove(a, b, size);
    memcpy(b, other, size);
  }
  return PEN_OK;
}

/* ---- multinomial ---- */

/* Cumulative probabilities of the next k elements. 0: they are negative, or sum to nothing. */
static int accumulate(double *cumulative, cursor *p, int64_t k, int64_t *positive) {
  double sum = 0;
  *positive = 0;
  for (int64_t j = 0; j < k; j++, step(p)) {
    double value = load(p);
    if (!(value >= 0)) return 0;
    *positive += value > 0;
    cumulative[j] = sum += value;
  }
  if (!(sum > 0) || isinf(sum)) return 0;
  for (int64_t j = 0; j < k; j++) cumulative[j] /= sum;
  cumulative[k - 1] = 1;
  return 1;
}

static int64_t search(const double *cumulative, int64_t k, double u) {
  int64_t left = 0, right = k;
  while (left < right) {
    int64_t middle = left + (right - left) / 2;
    if (cumulative[middle] < u)
      left = middle + 1;
    else
      right = middle;
  }
  return left < k ? left : k - 1;
}

/* Takes category j out: what follows it moves down by its probability, all is scaled to end at 1 again. */
static void take_out(double *cumulative, int64_t k, int64_t j) {
  const double before = j > 0 ? cumulative[j - 1] : 0, own = cumulative[j] - before, rest = 1 - own;
  for (int64_t i = 0; i < k; i++) cumulative[i] = (i >= j ? cumulative[i] - own : cumulative[i]) / rest;
}

int pen_random_multinomial(pen_generator *g, pen_tensor *r, pen_tensor *cumulative, const pen_tensor *p, int replace) {
  PEN_VIEW(r, PEN_LONG, 2);
  PEN_CONTIGUOUS(cumulative, PEN_DOUBLE, 1);
  PEN_TRY(check_probabilities(__func__, g, p));
  PEN_REQUIRE(p->ndim == 2 && p->sizes[0] == r->sizes[0] && p->sizes[1] == cumulative->sizes[0],
              "p must have as many rows as r and as many columns as cumulative has elements");
  const int64_t k = p->sizes[1], samples = r->sizes[1];
  int64_t positive;
  double *sums = (double *)pen_address(cumulative);
  cursor from = first(p), to = first(r);
  for (int64_t row = 0; row < p->sizes[0]; row++) {
    PEN_REQUIRE(accumulate(sums, &from, k, &positive), "invalid multinomial distribution in row %lld",
                (long long)row + 1);
    PEN_REQUIRE(replace || samples <= positive, "%lld samples without replacement from %lld possible categories",
                (long long)samples, (long long)positive);
    for (int64_t i = 0; i < samples; i++, step(&to)) {
      int64_t j = search(sums, k, pen_random_unit(g));
      *(int64_t *)to.at = j + 1;
      if (!replace) take_out(sums, k, j);
    }
  }
  return PEN_OK;
}
