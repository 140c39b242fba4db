/* CIE L*a*b* (white D65) from and to sRGB, with the constants of the colour-space tool that the released program uses:
 *   linear light u = v / 12.92 for v <= 0.0404482, else ((v + 0.055) / 1.055)^2.4
 *   (X, Y, Z) = M (R, G, B), M the inverse of the usual matrix in four decimals; X / 0.950456, Z / 1.088754
 *   f(t) = 841/108 t + 4/29 for t < 0.008856, else the cube root of t
 *   L = 116 f(Y) - 16, a = 500 (f(X) - f(Y)), b = 200 (f(Y) - f(Z))
 * Back, a colour with a negative channel gets as much white, in linear light, as makes that channel 0; then what is
 * above 1 is cut. */
#include "pen_kernel.h"

#define WHITE_X 0.950456
#define WHITE_Z 1.088754

typedef struct {
  const void *a;
  void *r;
  int type;
  int64_t width, ac, ay, ax, rc, ry, rx; /* strides: channel, row, column */
} lab_args;

PEN_BODY double to_linear(double v) { return v <= 0.0404482362771076 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4); }

PEN_BODY double from_linear(double u) {
  return u <= 0.0031306684425005883 ? 12.92 * u : 1.055 * pow(u, 1 / 2.4) - 0.055;
}

PEN_BODY double response(double t) { return t < 0.008856 ? 841.0 / 108 * t + 4.0 / 29 : cbrt(t); }

PEN_BODY double stimulus(double f) { return f < 0.206893 ? (f - 4.0 / 29) * 108 / 841 : f * f * f; }

/* Pixel i: all of it is read before any of it is written, so r may be a. */
PEN_BODY void read_pixel(const lab_args *s, int64_t i, double v[3]) {
  const int64_t from = i / s->width * s->ay + i % s->width * s->ax;
  for (int c = 0; c < 3; c++) v[c] = pen_pixel(s->type, s->a, from + c * s->ac);
}

PEN_BODY void write_pixel(const lab_args *s, int64_t i, const double v[3]) {
  const int64_t to = i / s->width * s->ry + i % s->width * s->rx;
  for (int c = 0; c < 3; c++) pen_set_pixel(s->type, s->r, to + c * s->rc, v[c]);
}

PEN_BODY void rgb_to_lab(const lab_args *s, int64_t i) {
  double v[3];
  read_pixel(s, i, v);
  const double r = to_linear(v[0]), g = to_linear(v[1]), b = to_linear(v[2]);
  const double x = response((0.41239558896741413 * r + 0.35758343076371474 * g + 0.18049264738170154 * b) / WHITE_X);
  const double y = response(0.21258623078559552 * r + 0.71517030370341084 * g + 0.072200498643336219 * b);
  const double z = response((0.019297215491746945 * r + 0.11918386458084852 * g + 0.95049712513157969 * b) / WHITE_Z);
  v[0] = 116 * y - 16, v[1] = 500 * (x - y), v[2] = 200 * (y - z);
  write_pixel(s, i, v);
}
PEN_EACH(rgb_to_lab, lab_args)

PEN_BODY void lab_to_rgb(const lab_args *s, int64_t i) {
  double v[3];
  read_pixel(s, i, v);
  const double fy = (v[0] + 16) / 116;
  const double x = WHITE_X * stimulus(fy + v[1] / 500), y = stimulus(fy), z = WHITE_Z * stimulus(fy - v[2] / 200);
  v[0] = 3.2406 * x - 1.5372 * y - 0.4986 * z;
  v[1] = -0.9689 * x + 1.8758 * y + 0.0415 * z;
  v[2] = 0.0557 * x - 0.2040 * y + 1.0570 * z;
  const double lowest = fmin(0.0, fmin(v[0], fmin(v[1], v[2])));
  for (int c = 0; c < 3; c++) v[c] = fmin(from_linear(v[c] - lowest), 1.0);
  write_pixel(s, i, v);
}
PEN_EACH(lab_to_rgb, lab_args)

static int check_colours(const char *function, lab_args *s, const pen_tensor *r, const pen_tensor *a) {
  PEN_TRY(pen_check_view(function, "a", a, PEN_ANY, 3, 0));
  PEN_TRY(pen_check_view(function, "r", r, a->dtype, 3, 0));
  if (a->dtype != PEN_FLOAT && a->dtype != PEN_DOUBLE)
    return pen_fail(PEN_EARG, function, "a is %s, expected float or double", pen_type_name(a->dtype));
  if (a->sizes[0] != 3 || !pen_same_shape(r, a))
    return pen_fail(PEN_EARG, function, "a and r must both be 3xHxW");
  s->a = pen_address(a), s->r = pen_address(r), s->type = a->dtype, s->width = a->sizes[2];
  s->ac = a->strides[0], s->ay = a->strides[1], s->ax = a->strides[2];
  s->rc = r->strides[0], s->ry = r->strides[1], s->rx = r->strides[2];
  return PEN_OK;
}

int pen_rgb2lab(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a) {
  lab_args s;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(check_colours(__func__, &s, r, a));
  return rgb_to_lab_each(ctx, &s, a->sizes[1] * a->sizes[2]);
}

int pen_lab2rgb(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a) {
  lab_args s;
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(check_colours(__func__, &s, r, a));
  return lab_to_rgb_each(ctx, &s, a->sizes[1] * a->sizes[2]);
}
