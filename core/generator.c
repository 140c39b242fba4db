/* The generator of random numbers, with the bits of Torch: MT19937 (Matsumoto and Nishimura 1998). Sequential by
 * nature, so on the host only and without OpenMP. */
#include <string.h>

#include "internal.h"

enum { WORDS = 624, MIDDLE = 397 };

int pen_generator_seed(pen_generator *g, uint64_t seed) {
  PEN_REQUIRE(g, "g is NULL");
  memset(g, 0, sizeof *g);
  g->seed = seed;
  g->state[0] = seed & 0xffffffff;
  for (int i = 1; i < WORDS; i++)
    g->state[i] = (1812433253u * (g->state[i - 1] ^ (g->state[i - 1] >> 30)) + (uint64_t)i) & 0xffffffff;
  g->left = 1;
  g->seeded = 1;
  return PEN_OK;
}

int pen_generator_check(const pen_generator *g) {
  PEN_REQUIRE(g, "g is NULL");
  const int in_range = g->seeded == 1 && g->left >= 1 && g->left <= WORDS;
  PEN_REQUIRE(in_range && (g->left == 1 || g->next == (uint64_t)(WORDS + 1 - g->left)),
              "no state of a generator (left %d, next %lld)", g->left, (long long)g->next);
  return PEN_OK;
}

static uint64_t twist(uint64_t high, uint64_t low) {
  return (((high & 0x80000000u) | (low & 0x7fffffffu)) >> 1) ^ (low & 1 ? 0x9908b0dfu : 0);
}

/* The next WORDS words. The loop over all of them is cut where an index would wrap: without divisions, it is
 * vectorised. */
static void refill(pen_generator *g) {
  uint64_t *s = g->state;
  for (int i = 0; i < WORDS - MIDDLE; i++) s[i] = s[i + MIDDLE] ^ twist(s[i], s[i + 1]);
  for (int i = WORDS - MIDDLE; i < WORDS - 1; i++) s[i] = s[i + MIDDLE - WORDS] ^ twist(s[i], s[i + 1]);
  s[WORDS - 1] = s[MIDDLE - 1] ^ twist(s[WORDS - 1], s[0]);
  g->left = WORDS + 1;
  g->next = 0;
}

static uint32_t temper(uint32_t y) {
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

uint32_t pen_random_word(pen_generator *g) {
  if (g->left == 1) refill(g);
  g->left--;
  return temper((uint32_t)g->state[g->next++]);
}

/* Without the bookkeeping of single words. */
void pen_random_words(pen_generator *g, uint32_t *out, int n) {
  while (n > 0) {
    if (g->left == 1) refill(g);
    const int count = n < g->left - 1 ? n : g->left - 1;
    const uint64_t *from = g->state + g->next;
    for (int i = 0; i < count; i++) out[i] = temper((uint32_t)from[i]);
    g->left -= count;
    g->next += (uint64_t)count;
    out += count, n -= count;
  }
}

double pen_random_unit(pen_generator *g) { return pen_random_word(g) * (1.0 / 4294967296.0); }
