/* The sizes of a convolution, checked once for every device. */
#include "internal.h"

static int64_t size_from_end(const pen_tensor *t, int from_end) {
  return t->ndim < from_end ? 1 : t->sizes[t->ndim - from_end];
}

static int misfit(const char *function, const pen_tensor *x, const pen_tensor *w, const pen_tensor *y,
                  const pen_conv_shape *s) {
  char xt[PEN_SHAPE_TEXT], wt[PEN_SHAPE_TEXT], yt[PEN_SHAPE_TEXT];
  return pen_fail(PEN_EARG, function,
                  "sizes do not fit: input side %s, weight %s, output side %s, stride %d x %d, padding %d x %d",
                  pen_shape_text(xt, x), pen_shape_text(wt, w), pen_shape_text(yt, y), (int)s->stride_h,
                  (int)s->stride_w, (int)s->pad_h, (int)s->pad_w);
}

int pen_conv_check(const char *function, pen_conv_shape *out, int dtype, const pen_tensor *x, const pen_tensor *w,
                   const pen_tensor *bias, const pen_tensor *y, int stride_h, int stride_w, int pad_h, int pad_w) {
  PEN_TRY(pen_check_view(function, "y", y, dtype, PEN_ANY, 1));
  PEN_TRY(pen_check_view(function, "x", x, dtype, PEN_ANY, 1));
  PEN_TRY(pen_check_view(function, "w", w, dtype, 4, 1));
  if (bias) PEN_TRY(pen_check_view(function, "bias", bias, dtype, 1, 1));
  if (stride_h < 1 || stride_w < 1 || pad_h < 0 || pad_w < 0)
    return pen_fail(PEN_EARG, function, "stride %d x %d or padding %d x %d out of range", stride_h, stride_w, pad_h,
                    pad_w);
  const pen_conv_shape s = {size_from_end(x, 4), size_from_end(x, 3), size_from_end(x, 2), size_from_end(x, 1),
                            w->sizes[0], size_from_end(y, 2), size_from_end(y, 1), w->sizes[2], w->sizes[3],
                            stride_h, stride_w, pad_h, pad_w};
  const int64_t room_h = s.h + 2 * s.pad_h - s.kernel_h, room_w = s.w + 2 * s.pad_w - s.kernel_w;
  if (x->ndim < 3 || x->ndim > 4 || y->ndim != x->ndim || w->sizes[1] != s.planes || size_from_end(y, 4) != s.batch ||
      size_from_end(y, 3) != s.out_planes || (bias && bias->sizes[0] != s.out_planes) || room_h < 0 || room_w < 0 ||
      s.out_h != room_h / stride_h + 1 || s.out_w != room_w / stride_w + 1)
    return misfit(function, x, w, y, &s);
  *out = s;
  return PEN_OK;
}
