/* Winograd's F(4x4, 3x3) (Lavin & Gray 2016): a tile of 4 x 4 outputs takes 36 products for each pair of maps, where
 * the plain sum takes 144. Through the values of polynomials at five points and infinity, along each axis,
 *   out = A^T [sum over maps of (G kernel G^T) * (B^T in B)] A,   in: 6 x 6, kernel: 3 x 3, * element by element;
 * the sums over maps are 36 matrix products, out maps x maps times maps x tiles. A block of tiles at a time goes
 * through all steps on one thread, so that what lies between them stays in its cache, and maps are read and written
 * once, where and as their owner keeps them. The library's Winograd wants its own layouts and goes through memory for
 * each step. */
#include "winograd.h"

#include <dnnl.h>
#include <math.h>
#include <omp.h>
#include <string.h>

#include "dnnl.h"

enum { SLOT = 0, KERNEL_LINES = 9 + 3 * IN };

/* One direction: `to` is the correlation of `from`, zeros around it, with kernels. */
typedef struct {
  int64_t maps, h, w, out_maps, out_h, out_w, pad_h, pad_w; /* of from, of to */
  int backward, relu;
  int64_t columns, tiles, block, step;  /* tiles in a row, in all, in a block; floats between lines of them */
  int64_t in_slice, out_slice, w_slice; /* floats from what belongs to one point to the next */
  const float *from, *bias;
  float *to, *kernels, *rooms; /* kernels: at the points; rooms: where each thread works */
} job;

static int64_t planes_of(const job *z) { return z->backward ? z->out_maps : z->maps; } /* of x */

/* The kernels for y's map k, in a thread's own room: at point g, that of x's map i is kernels[g * w_slice + k * planes
 * + i]. Backward they are turned around. */
static void place_kernels_of(const job *z, const float *w, int64_t k, float *room) {
  const int64_t planes = planes_of(z);
  float *lines = room, *rows = lines + 9 * planes, *placed = z->kernels + k * planes;
  for (int64_t i = 0; i < planes; i++)
    for (int64_t j = 0; j < 9; j++) lines[(z->backward ? 8 - j : j) * planes + i] = w[9 * (k * planes + i) + j];
  for (int64_t j = 0; j < 3; j++) /* rows[(3 * i + j) * planes]: row i of 6, column j of 3 */
    pen_kernels_to_points(lines + j * planes, 3 * planes, rows + j * planes, 3 * planes, planes);
  for (int64_t i = 0; i < IN; i++)
    pen_kernels_to_points(rows + 3 * i * planes, planes, placed + IN * i * z->w_slice, z->w_slice, planes);
}

static void place_kernels(const job *z, const float *w) {
  const int64_t out_planes = z->backward ? z->maps : z->out_maps;
#pragma omp parallel for
  for (int64_t k = 0; k < out_planes; k++)
    place_kernels_of(z, w, k, z->rooms + omp_get_thread_num() * KERNEL_LINES * planes_of(z));
}

/* ---- blocks ---- */

/* Map c of some tiles, at the points. tile: room for POINTS lines. */
static void read_map(const job *z, const pen_tiles *tiles, int64_t c, float *tile, float *v) {
  const int64_t step = z->step, n = tiles->n;
  pen_read_tiles(tiles, z->from, c, tile, step);
  for (int64_t j = 0; j < IN; j++) pen_to_points(tile + j * step, IN * step, tile + j * step, IN * step, n);
  for (int64_t i = 0; i < IN; i++)
    pen_to_points(tile + IN * i * step, step, v + IN * i * z->in_slice + c * step, z->in_slice, n);
}

static void write_map(const job *z, const pen_tiles *tiles, int64_t k, float *tile, const float *m) {
  const int64_t step = z->step, n = tiles->n;
  for (int64_t i = 0; i < IN; i++)
    pen_from_points(m + IN * i * z->out_slice + k * step, z->out_slice, tile + OUT * i * step, step, n);
  for (int64_t j = 0; j < OUT; j++) pen_from_points(tile + j * step, OUT * step, tile + j * step, OUT * step, n);
  pen_write_tiles(tiles, z->to, k, tile, step, z->bias ? z->bias[k] : 0, z->relu ? 0 : -INFINITY);
}

/* The sums over maps at point g. */
static dnnl_status_t multiply(const job *z, int64_t g, int64_t n, const float *v, float *m) {
  const float *kernels = z->kernels + g * z->w_slice;
  return dnnl_sgemm(z->backward ? 'T' : 'N', 'N', z->out_maps, n, z->maps, 1, kernels,
                    z->backward ? z->out_maps : z->maps, v + g * z->in_slice, z->step, 0, m + g * z->out_slice,
                    z->step);
}

/* One block, which begins with tile `first`: on the calling thread, or on all. */
static int convolve_block(const job *z, int64_t first, float *room, int on_all) {
  const int64_t n = z->tiles - first < z->block ? z->tiles - first : z->block, line = POINTS * z->step;
  const pen_tiles in = {z->maps, z->h, z->w, z->pad_h, z->pad_w, z->columns, first, n};
  const pen_tiles out = {z->out_maps, z->out_h, z->out_w, 0, 0, z->columns, first, n};
  float *v = room, *m = v + POINTS * z->in_slice, *tile = m + POINTS * z->out_slice;
  int worst = dnnl_success;
#pragma omp parallel for if (on_all)
  for (int64_t c = 0; c < z->maps; c++) read_map(z, &in, c, tile + omp_get_thread_num() * line, v);
#pragma omp parallel for if (on_all) schedule(dynamic) reduction(max : worst)
  for (int64_t g = 0; g < POINTS; g++) {
    const int status = (int)multiply(z, g, n, v, m);
    worst = status > worst ? status : worst;
  }
#pragma omp parallel for if (on_all)
  for (int64_t k = 0; k < z->out_maps; k++) write_map(z, &out, k, tile + omp_get_thread_num() * line, m);
  return worst;
}

/* ---- sizes ---- */

/* Tiles in a block. A few, and a thread's values stay in its cache, as many as a matrix product wants; small maps are
 * one block, on which all threads work, as packing the kernels for the product would take longer than the product. */
static int64_t block_of(int64_t tiles) {
  enum { ONE_BLOCK = 1500, FEW = 96, EVEN = 4 /* threads get equally many */ };
  if (tiles <= ONE_BLOCK) return tiles;
  const int64_t blocks = (tiles + FEW - 1) / FEW, even = (blocks + EVEN - 1) / EVEN * EVEN;
  return (tiles + even - 1) / even;
}

static job plan(const pen_conv_shape *s, int backward) {
  job z;
  memset(&z, 0, sizeof z);
  z.backward = backward;
  if (backward) {
    z.maps = s->out_planes, z.h = s->out_h, z.w = s->out_w, z.out_maps = s->planes, z.out_h = s->h, z.out_w = s->w;
    z.pad_h = 2 - s->pad_h, z.pad_w = 2 - s->pad_w;
  } else {
    z.maps = s->planes, z.h = s->h, z.w = s->w, z.out_maps = s->out_planes, z.out_h = s->out_h, z.out_w = s->out_w;
    z.pad_h = s->pad_h, z.pad_w = s->pad_w;
  }
  z.columns = (z.out_w + OUT - 1) / OUT, z.tiles = z.columns * ((z.out_h + OUT - 1) / OUT);
  z.block = block_of(z.tiles);
  z.step = (z.block + LINE - 1) / LINE * LINE;
  /* A line apart from a multiple of a page, so that slices do not all fall on one set of the cache. */
  z.in_slice = z.maps * z.step + LINE, z.out_slice = z.out_maps * z.step + LINE, z.w_slice = z.maps * z.out_maps + LINE;
  return z;
}

static int is_one_block(const job *z) { return z->block == z->tiles; }

/* Floats that a block takes. */
static int64_t room_of(const job *z) {
  const int64_t tiles = is_one_block(z) ? omp_get_max_threads() : 1; /* lists of them that are in hand at a time */
  return POINTS * (z->in_slice + z->out_slice + tiles * z->step);
}

static size_t scratch_of(const job *z) {
  const int64_t blocks = (is_one_block(z) ? 1 : omp_get_max_threads()) * room_of(z);
  const int64_t kernels = omp_get_max_threads() * KERNEL_LINES * planes_of(z);
  return (size_t)(POINTS * z->w_slice + (blocks > kernels ? blocks : kernels)) * sizeof(float);
}

/* The plain sum's time goes with maps * out maps * tiles, and the transforms' with any two of these. Where they balance
 * was measured, over maps of 4 to 350 pixels' side, 16 to 512 of them: for large maps it is up to four times as fast,
 * for the smallest a fifth. The library works on 16 outputs at a time, if there are fewer, too. */
int pen_winograd_pays(const pen_conv_shape *s, int backward) {
  enum { LEAST_MAPS = 16 };
  if (s->kernel_h != 3 || s->kernel_w != 3 || s->stride_h != 1 || s->stride_w != 1 || s->pad_h > 2 || s->pad_w > 2)
    return 0;
  const job z = plan(s, backward);
  const double out_maps = z.out_maps < LEAST_MAPS ? LEAST_MAPS : (double)z.out_maps;
  return z.maps >= LEAST_MAPS && 8.0 / (double)z.maps + 8.0 / out_maps + 40.0 / (double)z.tiles < 1;
}

size_t pen_winograd_scratch(const pen_conv_shape *s, int backward) {
  const job z = plan(s, backward);
  return scratch_of(&z);
}

/* ---- a whole convolution ---- */

static dnnl_status_t convolve(const job *z) {
  if (is_one_block(z)) return (dnnl_status_t)convolve_block(z, 0, z->rooms, 1);
  const int64_t blocks = (z->tiles + z->block - 1) / z->block;
  int worst = dnnl_success;
#pragma omp parallel for schedule(dynamic) reduction(max : worst)
  for (int64_t i = 0; i < blocks; i++) {
    const int status = convolve_block(z, i * z->block, z->rooms + omp_get_thread_num() * room_of(z), 0);
    worst = status > worst ? status : worst;
  }
  return (dnnl_status_t)worst;
}

int pen_winograd(pen_ctx *ctx, const pen_conv_shape *s, int backward, float *x, const float *w, const float *bias,
                 float *y, int relu) {
  void *block;
  job z = plan(s, backward);
  PEN_TRY(pen_scratch(ctx, &block, SLOT, scratch_of(&z)));
  z.kernels = (float *)block, z.rooms = z.kernels + POINTS * z.w_slice;
  z.from = backward ? y : x, z.to = backward ? x : y, z.bias = bias, z.relu = relu;
  place_kernels(&z, w);
  dnnl_status_t status = dnnl_success;
  pen_flush_tiny_numbers(1);
  for (int64_t b = 0; b < s->batch && status == dnnl_success; b++) {
    status = convolve(&z);
    z.from += z.maps * z.h * z.w, z.to += z.out_maps * z.out_h * z.out_w;
  }
  pen_flush_tiny_numbers(0);
  PEN_DNNL(status);
  return PEN_OK;
}
