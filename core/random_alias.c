/* Draws from a discrete distribution by Walker's alias method (1977): a column is chosen evenly, and gives its own
 * category or the other one that shares it. lua/torch/alias.lua fills the columns. */
#include "internal.h"

static int check(const char *function, const pen_generator *g, const pen_tensor *r, const pen_tensor *other,
                 const pen_tensor *keep) {
  PEN_TRY(pen_generator_check(g));
  PEN_TRY(pen_check_view(function, "r", r, PEN_LONG, PEN_ANY, 1));
  PEN_TRY(pen_check_view(function, "other", other, PEN_LONG, 1, 1));
  PEN_TRY(pen_check_view(function, "keep", keep, PEN_DOUBLE, 1, 1));
  const int64_t k = pen_count(keep), *others = (const int64_t *)pen_address(other);
  if (pen_count(other) != k)
    return pen_fail(PEN_EARG, function, "other and keep have %lld and %lld elements", (long long)pen_count(other),
                    (long long)k);
  for (int64_t i = 0; i < k; i++)
    if (others[i] < 1 || others[i] > k)
      return pen_fail(PEN_EARG, function, "category %lld of %lld", (long long)others[i], (long long)k);
  return PEN_OK;
}

int pen_random_alias(pen_generator *g, pen_tensor *r, const pen_tensor *other, const pen_tensor *keep) {
  PEN_TRY(check(__func__, g, r, other, keep));
  const int64_t k = pen_count(keep), n = pen_count(r), *others = (const int64_t *)pen_address(other);
  const double *kept = (const double *)pen_address(keep);
  int64_t *drawn = (int64_t *)pen_address(r);
  for (int64_t i = 0; i < n; i++) {
    const int64_t column = (int64_t)(pen_random_unit(g) * (double)k);
    drawn[i] = pen_random_unit(g) <= kept[column] ? column + 1 : others[column];
  }
  return PEN_OK;
}
