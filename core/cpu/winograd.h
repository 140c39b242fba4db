/* Convolution with 3 x 3 kernels and stride 1 by Winograd's algorithm, on plain tensors: winograd.c, and the steps that
 * it takes, winograd_points.c and winograd_tiles.c. */
#ifndef PEN_CPU_WINOGRAD_H
#define PEN_CPU_WINOGRAD_H

#include "context.h"

/* Whether a convolution is of this kind, and faster so than as the library's plain sum. Its result is within 1e-6 of
 * the exact one in relative 2-norm (the plain sum's: 2e-7), 512 maps included. */
int pen_winograd_pays(const pen_conv_shape *z, int backward);
/* Bytes of scratch memory that pen_winograd takes, with as many threads as there are. */
size_t pen_winograd_scratch(const pen_conv_shape *z, int backward);
/* y [B x O x H' x W'] = the convolution of x [B x C x H x W] with w [O x C x 3 x 3] and bias [O, or NULL], its positive
 * part if relu; or, backward, x = the gradient for x where y holds that for y, without bias and relu. All float and
 * contiguous, as shape z says. PEN_EMEM without room, PEN_EDEVICE where a matrix product fails. [lib] */
int pen_winograd(pen_ctx *ctx, const pen_conv_shape *z, int backward, float *x, const float *w, const float *bias,
                 float *y, int relu);

/* ---- the steps ---- */

/* OUT x OUT outputs of a tile, from IN x IN inputs; LINE: floats in a line of the cache. */
enum { OUT = 4, IN = 6, POINTS = IN * IN, LINE = 16 };

/* Along one axis, for n neighbours at once; line i begins at in + i * step, and at out + i * out_step. The first two
 * may work in place. */
void pen_to_points(const float *in, int64_t step, float *out, int64_t out_step, int64_t n);        /* 6 lines from 6 */
void pen_from_points(const float *in, int64_t step, float *out, int64_t out_step, int64_t n);      /* 4 from 6 */
void pen_kernels_to_points(const float *in, int64_t step, float *out, int64_t out_step, int64_t n); /* 6 from 3 */

/* The maps of a side of a convolution, and n of its tiles in raster order, which begin with tile `first`; `columns` are
 * in a row. */
typedef struct {
  int64_t maps, h, w, pad_h, pad_w, columns, first, n;
} pen_tiles;

/* The inputs of the tiles in a map, zeros around it: d[(IN * i + j) * step + tile], row i, column j of the tile. */
void pen_read_tiles(const pen_tiles *t, const float *from, int64_t map, float *d, int64_t step);
/* The outputs in a map, laid out likewise, OUT for IN: value and bias, or `least` where that is more. */
void pen_write_tiles(const pen_tiles *t, float *to, int64_t map, const float *y, int64_t step, float bias, float least);

#endif
