/* Tiles of 4 x 4 outputs between maps as they lie in memory and the lines that Winograd's steps work on, where
 * neighbouring tiles are neighbours. */
#include <string.h>

#include "winograd.h"

/* A run of tiles in one row of tiles. */
typedef struct {
  int64_t row, column, n, at; /* at: the first one's place in the list */
} run;

/* The next run; r->n is 0 before the first one. */
static int next_run(const pen_tiles *t, run *r) {
  r->at += r->n;
  if (r->at >= t->n) return 0;
  r->row = (t->first + r->at) / t->columns, r->column = (t->first + r->at) % t->columns;
  const int64_t row_left = t->columns - r->column, left = t->n - r->at;
  r->n = row_left < left ? row_left : left;
  return 1;
}

static float pixel(const float *row, int64_t width, int64_t x) { return x >= 0 && x < width ? row[x] : 0; }

/* d[j * step + t] = pixel x + 4 t + j of a row, j < 6; zero outside of it. */
static void read_row(const float *row, int64_t width, int64_t x, int64_t n, float *d, int64_t step) {
  const int64_t from = x < 0 ? (OUT - 1 - x) / OUT : 0, whole = (width - x) / OUT, to = whole < n ? whole : n;
#pragma omp simd
  for (int64_t t = from; t < to; t++) {
    const float *four = row + x + OUT * t;
    d[t] = four[0], d[step + t] = four[1], d[2 * step + t] = four[2], d[3 * step + t] = four[3];
  }
  for (int64_t t = 0; t < n; t++) {
    if (t >= from && t < to) continue;
    for (int64_t j = 0; j < OUT; j++) d[j * step + t] = pixel(row, width, x + OUT * t + j);
  }
  for (int64_t j = OUT; j < IN; j++) { /* the next tile's first ones */
    memcpy(d + j * step, d + (j - OUT) * step + 1, (size_t)(n - 1) * sizeof *d);
    d[j * step + n - 1] = pixel(row, width, x + OUT * (n - 1) + j);
  }
}

/* Asks for pixels x .. x + n - 1 of a row, those that it has: runs are too short for the processor to guess. */
static void fetch_row(const float *row, int64_t width, int64_t x, int64_t n) {
  const int64_t to = x + n < width ? x + n : width;
  for (int64_t at = x < 0 ? 0 : x; at < to; at += LINE) __builtin_prefetch(row + at, 0, 1);
}

void pen_read_tiles(const pen_tiles *t, const float *from, int64_t map, float *d, int64_t step) {
  const float *own = from + map * t->h * t->w;
  run r = {0, 0, 0, 0};
  while (next_run(t, &r))
    for (int64_t i = 0; i < IN; i++) {
      const int64_t y = OUT * r.row - t->pad_h + i, x = OUT * r.column - t->pad_w;
      const float *row = own + y * t->w;
      float *line = d + IN * i * step + r.at;
      if (y >= 0 && y < t->h) {
        read_row(row, t->w, x, r.n, line, step);
        if (map + 1 < t->maps) fetch_row(row + t->h * t->w, t->w, x, OUT * r.n);
      } else {
        for (int64_t j = 0; j < IN; j++) memset(line + j * step, 0, (size_t)r.n * sizeof *line);
      }
    }
}

/* Pixels x .. x + 4 n - 1 of a row, those that it has, from y[j * step + t]. */
static void write_row(float *row, int64_t width, int64_t x, int64_t n, const float *y, int64_t step, float bias,
                      float least) {
  const int64_t whole = (width - x) / OUT < n ? (width - x) / OUT : n;
#pragma omp simd
  for (int64_t t = 0; t < whole; t++)
    for (int j = 0; j < OUT; j++) {
      const float value = y[j * step + t] + bias;
      row[x + OUT * t + j] = value <= least ? least : value;
    }
  for (int64_t at = x + OUT * whole; at < x + OUT * n && at < width; at++) {
    const float value = y[(at - x) % OUT * step + whole] + bias;
    row[at] = value <= least ? least : value;
  }
}

void pen_write_tiles(const pen_tiles *t, float *to, int64_t map, const float *y, int64_t step, float bias,
                     float least) {
  run r = {0, 0, 0, 0};
  while (next_run(t, &r))
    for (int64_t i = 0; i < OUT && OUT * r.row + i < t->h; i++) {
      float *row = to + (map * t->h + OUT * r.row + i) * t->w;
      write_row(row, t->w, OUT * r.column, r.n, y + OUT * i * step + r.at, step, bias, least);
      if (map + 1 < t->maps) fetch_row(row + t->h * t->w, t->w, OUT * r.column, OUT * r.n);
    }
}
