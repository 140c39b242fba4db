/* Max and average pooling of [B x] C x H x W feature maps (Torch's SpatialMaxPooling, SpatialAveragePooling). Windows
 * begin at o * stride - pad and are clipped at the border. Bodies own a run of a row of their output: gradients of
 * overlapping windows are gathered, not scattered, and every sum has a fixed order. */
#include "pen_kernel.h"

typedef struct {
  int64_t size, out, kernel, stride, pad;
} axis; /* one direction: size of the input side, size of the output side */

typedef struct {
  const void *in;
  void *out;
  int64_t *index; /* 1-based position of the maximum in its plane */
  int64_t index_plane, index_row; /* strides of index */
  int64_t plane_width, origin;    /* of the plane that index counts in: its row length, where gx begins in it */
  int is_double, count_pad;
  axis y, x;
} pool_args;

/* A clipped window, and its extent before clipping at 0 (padding counted, but not beyond it). */
typedef struct {
  int64_t from, to, extent;
} window;

PEN_BODY window window_of(const axis *a, int64_t o) {
  window w;
  const int64_t start = o * a->stride - a->pad, end = start + a->kernel, limit = a->size + a->pad;
  w.from = start < 0 ? 0 : start;
  w.to = end < a->size ? end : a->size;
  w.extent = (end < limit ? end : limit) - start;
  return w;
}

/* The windows that hold input position i: from..to-1. */
PEN_BODY window windows_over(const axis *a, int64_t i) {
  window w;
  const int64_t first = i + a->pad - a->kernel, last = (i + a->pad) / a->stride + 1;
  w.from = first < 0 ? 0 : first / a->stride + 1;
  w.to = last < a->out ? last : a->out;
  w.extent = 0;
  return w;
}

PEN_BODY double load(const pool_args *s, const void *data, int64_t i) {
  return s->is_double ? ((const double *)data)[i] : (double)((const float *)data)[i];
}
PEN_BODY void store(const pool_args *s, int64_t i, double value) {
  if (s->is_double) ((double *)s->out)[i] = value;
  else ((float *)s->out)[i] = (float)value;
}

/* Elements of a row that run number `run` covers. */
PEN_BODY window run_of(int64_t run, int64_t width) {
  window w;
  w.from = run * PEN_RUN, w.to = w.from + PEN_RUN < width ? w.from + PEN_RUN : width, w.extent = 0;
  return w;
}

/* Windows that lie side by side and begin at the border: each input position has one of them at most. */
PEN_BODY int side_by_side(const axis *a) { return a->stride == a->kernel && a->pad == 0; }

/* VGG's case, 2 x 2 side by side: outputs from..to-1 of a row, whose first input is position `first` of its plane. */
PEN_BODY void max_of_four(const float *top, int64_t width, int64_t first, int64_t from, int64_t to, float *out,
                          int64_t *index) {
  const float *below = top + width;
  const int32_t step = (int32_t)width;
#ifdef __GNUC__
#pragma GCC ivdep
#endif
  for (int64_t o = from; o < to; o++) {
    const float a = top[2 * o], b = top[2 * o + 1], c = below[2 * o], d = below[2 * o + 1];
    const float ab = b > a ? b : a, abc = c > ab ? c : ab, most = d > abc ? d : abc;
    int32_t best = b > a;
    best = c > ab ? step : best;
    best = d > abc ? step + 1 : best;
    out[o] = most, index[o] = first + 2 * o + best + 1;
  }
}

/* In row i of y: the largest value, the first one in raster order among equals. */
PEN_BODY void max_pool(const pool_args *s, int64_t i, int64_t run) {
  const int64_t plane = i / s->y.out * s->y.size * s->x.size;
  const window rows = window_of(&s->y, i % s->y.out), own = run_of(run, s->x.out);
  int64_t done = own.from;
  if (!s->is_double && s->x.kernel == 2 && side_by_side(&s->x) && rows.to - rows.from == 2) {
    const int64_t first = rows.from * s->x.size, whole = s->x.size / 2 < own.to ? s->x.size / 2 : own.to;
    max_of_four((const float *)s->in + plane + first, s->x.size, first, done, whole, (float *)s->out + i * s->x.out,
                s->index + i * s->x.out);
    done = whole > done ? whole : done;
  }
  for (int64_t o = done; o < own.to; o++) {
    const window columns = window_of(&s->x, o);
    int64_t best = rows.from * s->x.size + columns.from;
    double most = load(s, s->in, plane + best);
    for (int64_t y = rows.from; y < rows.to; y++)
      for (int64_t x = columns.from; x < columns.to; x++) {
        const double value = load(s, s->in, plane + y * s->x.size + x);
        if (value > most) most = value, best = y * s->x.size + x;
      }
    store(s, i * s->x.out + o, most);
    s->index[i * s->x.out + o] = best + 1;
  }
}
PEN_EACH_ROWS(max_pool, pool_args)

/* The indices of row i of gy. */
PEN_BODY const int64_t *indices(const pool_args *s, int64_t i) {
  return s->index + i / s->y.out * s->index_plane + i % s->y.out * s->index_row;
}

/* Where row y of gx begins in its plane, 1-based. */
PEN_BODY int64_t row_start(const pool_args *s, int64_t y) { return s->origin + y * s->plane_width + 1; }

/* In row i of gx: what the windows send back whose maximum lies there. */
PEN_BODY void max_pool_back(const pool_args *s, int64_t i, int64_t run) {
  const int64_t width = s->x.size, row = i % s->y.size, plane = i / s->y.size * s->y.out;
  const int64_t start = row_start(s, row);
  const window rows = windows_over(&s->y, row), own = run_of(run, width);
  const int64_t from = windows_over(&s->x, own.from).from, to = windows_over(&s->x, own.to - 1).to;
  for (int64_t x = own.from; x < own.to; x++) store(s, i * width + x, 0);
  for (int64_t p = plane + rows.from; p < plane + rows.to; p++)
    for (int64_t o = from; o < to; o++) {
      const int64_t x = indices(s, p)[o] - start;
      if (x < own.from || x >= own.to) continue;
      store(s, i * width + x, load(s, s->out, i * width + x) + load(s, s->in, p * s->x.out + o));
    }
}
PEN_EACH_ROWS(max_pool_back, pool_args)

/* Outputs from..to-1 send what they have to the one of two positions that their index names, if it is in this row. */
PEN_BODY void spread_to_two(float *row, const int64_t *index, const float *gy, int64_t start, int64_t from,
                            int64_t to) {
#ifdef __GNUC__
#pragma GCC ivdep
#endif
  for (int64_t o = from; o < to; o++) {
    const int64_t best = index[o] - start - 2 * o;
    row[2 * o] = best == 0 ? gy[o] : 0;
    row[2 * o + 1] = best == 1 ? gy[o] : 0;
  }
}

/* The same where windows lie side by side, from row i of gy: all positions of each window, and those behind them. */
PEN_BODY void spread(const pool_args *s, int64_t i, int64_t run) {
  const int64_t width = s->x.size, plane = i / s->y.out * s->y.size * width, oy = i % s->y.out;
  const int64_t top = oy * s->y.stride, bottom = oy == s->y.out - 1 ? s->y.size : top + s->y.stride;
  const window own = run_of(run, s->x.out);
  for (int64_t y = top; y < bottom; y++) {
    int64_t done = own.from;
    if (!s->is_double && s->x.kernel == 2) {
      done = own.to < s->x.out - 1 ? own.to : s->x.out - 1;
      spread_to_two((float *)s->out + plane + y * width, indices(s, i), (const float *)s->in + i * s->x.out,
                    row_start(s, y), own.from, done);
      if (done < own.from) done = own.from;
    }
    for (int64_t o = done; o < own.to; o++) {
      const int64_t left = o * s->x.stride, right = o == s->x.out - 1 ? width : left + s->x.stride;
      const int64_t best = indices(s, i)[o] - row_start(s, y);
      const double value = load(s, s->in, i * s->x.out + o);
      for (int64_t x = left; x < right; x++) store(s, plane + y * width + x, x == best ? value : 0);
    }
  }
}
PEN_EACH_ROWS(spread, pool_args)

PEN_BODY double divisor(const pool_args *s, const window *rows, const window *columns) {
  return s->count_pad ? (double)(rows->extent * columns->extent)
                      : (double)((rows->to - rows->from) * (columns->to - columns->from));
}

PEN_BODY void average_pool(const pool_args *s, int64_t i, int64_t run) {
  const int64_t plane = i / s->y.out * s->y.size * s->x.size;
  const window rows = window_of(&s->y, i % s->y.out), own = run_of(run, s->x.out);
  for (int64_t o = own.from; o < own.to; o++) {
    const window columns = window_of(&s->x, o);
    double sum = 0;
    for (int64_t y = rows.from; y < rows.to; y++)
      for (int64_t x = columns.from; x < columns.to; x++) sum += load(s, s->in, plane + y * s->x.size + x);
    store(s, i * s->x.out + o, sum / divisor(s, &rows, &columns));
  }
}
PEN_EACH_ROWS(average_pool, pool_args)

PEN_BODY void average_pool_back(const pool_args *s, int64_t i, int64_t run) {
  const int64_t plane = i / s->y.size * s->y.out;
  const window over_y = windows_over(&s->y, i % s->y.size), own = run_of(run, s->x.size);
  for (int64_t x = own.from; x < own.to; x++) {
    const window over_x = windows_over(&s->x, x);
    double sum = 0;
    for (int64_t p = over_y.from; p < over_y.to; p++)
      for (int64_t q = over_x.from; q < over_x.to; q++) {
        const window rows = window_of(&s->y, p), columns = window_of(&s->x, q);
        sum += load(s, s->in, (plane + p) * s->x.out + q) / divisor(s, &rows, &columns);
      }
    store(s, i * s->x.size + x, sum);
  }
}
PEN_EACH_ROWS(average_pool_back, pool_args)

static int64_t runs_of(int64_t width) { return (width + PEN_RUN - 1) / PEN_RUN; }

/* ---- checks ---- */

/* Sizes may be rounded down or up, but the last window must begin inside. */
static int axis_fits(const axis *a) {
  if (a->kernel < 1 || a->stride < 1 || a->pad < 0 || a->pad > a->kernel / 2) return 0;
  const int64_t room = a->size + 2 * a->pad - a->kernel;
  if (room < 0) return 0;
  return (a->out == room / a->stride + 1 || a->out == (room + a->stride - 1) / a->stride + 1) &&
         (a->out - 1) * a->stride - a->pad < a->size;
}

/* Fills args but for in, out and index; large is the input side, small the output side. */
static int fill_args(const char *function, pool_args *s, const pen_tensor *large, const pen_tensor *small, int kernel_h,
                     int kernel_w, int stride_h, int stride_w, int pad_h, int pad_w) {
  char lt[PEN_SHAPE_TEXT], st[PEN_SHAPE_TEXT];
  const int d = large->ndim, maps_fit = (d == 3 || d == 4) && small->ndim == d && small->sizes[0] == large->sizes[0] &&
                                        small->sizes[d - 3] == large->sizes[d - 3];
  if (maps_fit) {
    const axis y = {large->sizes[d - 2], small->sizes[d - 2], kernel_h, stride_h, pad_h};
    const axis x = {large->sizes[d - 1], small->sizes[d - 1], kernel_w, stride_w, pad_w};
    s->y = y, s->x = x;
    s->is_double = large->dtype == PEN_DOUBLE;
  }
  if (!maps_fit || !axis_fits(&s->y) || !axis_fits(&s->x))
    return pen_fail(PEN_EARG, function, "sizes do not fit: %s, pooled %s, kernel %d x %d, stride %d x %d, pad %d x %d",
                    pen_shape_text(lt, large), pen_shape_text(st, small), kernel_h, kernel_w, stride_h, stride_w, pad_h,
                    pad_w);
  if (large->dtype != PEN_FLOAT && large->dtype != PEN_DOUBLE)
    return pen_fail(PEN_EARG, function, "%s: pooling takes float or double", pen_shape_text(lt, large));
  return PEN_OK;
}

int pen_max_pool(pen_ctx *ctx, pen_tensor *y, pen_tensor *index, const pen_tensor *x, int kernel_h, int kernel_w,
                 int stride_h, int stride_w, int pad_h, int pad_w) {
  pool_args s;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CONTIGUOUS(x, PEN_ANY, PEN_ANY);
  PEN_CONTIGUOUS(y, x->dtype, PEN_ANY);
  PEN_CONTIGUOUS(index, PEN_LONG, PEN_ANY);
  PEN_REQUIRE(pen_same_shape(index, y), "index and y differ in shape");
  PEN_TRY(fill_args(__func__, &s, x, y, kernel_h, kernel_w, stride_h, stride_w, pad_h, pad_w));
  s.in = pen_address(x), s.out = pen_address(y), s.index = (int64_t *)pen_address(index), s.count_pad = 0;
  return max_pool_rows(ctx, &s, pen_count(y) / s.x.out, runs_of(s.x.out));
}

/* index: a part of the rows and columns of larger planes, or any contiguous one. */
static int fill_index(const char *function, pool_args *s, const pen_tensor *index) {
  const int d = index->ndim;
  PEN_TRY(pen_check_view(function, "index", index, PEN_LONG, PEN_ANY, d > 3));
  if (index->strides[d - 1] != 1 && index->sizes[d - 1] > 1)
    return pen_fail(PEN_EARG, function, "the columns of index must lie side by side");
  s->index = (int64_t *)pen_address(index);
  s->index_plane = index->strides[d - 3], s->index_row = index->strides[d - 2];
  return PEN_OK;
}

int pen_max_pool_backward(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, const pen_tensor *index, int kernel_h,
                          int kernel_w, int stride_h, int stride_w, int pad_h, int pad_w, int64_t plane_width,
                          int64_t origin) {
  pool_args s;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CONTIGUOUS(gx, PEN_ANY, PEN_ANY);
  PEN_CONTIGUOUS(gy, gx->dtype, PEN_ANY);
  PEN_VIEW(index, PEN_LONG, PEN_ANY);
  PEN_REQUIRE(pen_same_shape(index, gy), "index and gy differ in shape");
  PEN_TRY(fill_args(__func__, &s, gx, gy, kernel_h, kernel_w, stride_h, stride_w, pad_h, pad_w));
  PEN_TRY(fill_index(__func__, &s, index));
  s.in = pen_address(gy), s.out = pen_address(gx), s.count_pad = 0;
  s.plane_width = plane_width ? plane_width : s.x.size, s.origin = origin;
  if (side_by_side(&s.x) && side_by_side(&s.y))
    return spread_rows(ctx, &s, pen_count(gy) / s.x.out, runs_of(s.x.out));
  return max_pool_back_rows(ctx, &s, pen_count(gx) / s.x.size, runs_of(s.x.size));
}

int pen_average_pool(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, int kernel_h, int kernel_w, int stride_h,
                     int stride_w, int pad_h, int pad_w, int count_pad) {
  pool_args s;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CONTIGUOUS(x, PEN_ANY, PEN_ANY);
  PEN_CONTIGUOUS(y, x->dtype, PEN_ANY);
  PEN_TRY(fill_args(__func__, &s, x, y, kernel_h, kernel_w, stride_h, stride_w, pad_h, pad_w));
  s.in = pen_address(x), s.out = pen_address(y), s.index = NULL, s.count_pad = count_pad;
  return average_pool_rows(ctx, &s, pen_count(y) / s.x.out, runs_of(s.x.out));
}

int pen_average_pool_backward(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, int kernel_h, int kernel_w,
                              int stride_h, int stride_w, int pad_h, int pad_w, int count_pad) {
  pool_args s;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_CONTIGUOUS(gx, PEN_ANY, PEN_ANY);
  PEN_CONTIGUOUS(gy, gx->dtype, PEN_ANY);
  PEN_TRY(fill_args(__func__, &s, gx, gy, kernel_h, kernel_w, stride_h, stride_w, pad_h, pad_w));
  s.in = pen_address(gy), s.out = pen_address(gx), s.index = NULL, s.count_pad = count_pad;
  return average_pool_back_rows(ctx, &s, pen_count(gx) / s.x.size, runs_of(s.x.size));
}
