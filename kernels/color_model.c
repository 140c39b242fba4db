/* Colour models of Torch's image package: HSL and HSV (all channels 0..1, hue in turns) and CIE L*a*b* (white D65).
 * A hue is measured from the largest channel: with d = max - min, h = (g - b)/d, 2 + (b - r)/d or 4 + (r - g)/d sixths.
 *   HSL: l = (max + min)/2, s = d/(max + min) up to l = 1/2, d/(2 - max - min) above;  HSV: v = max, s = d/max
 *   Lab: as lab.c, but with the CIE's own constants, and colours outside of RGB stay outside
 * Bytes stand for v/255 (not for Lab). Lab colours are refused as bytes. */
#include "pen_kernel.h"

#define WHITE_X 0.950456
#define WHITE_Z 1.088754
#define CIE_EPSILON (216.0 / 24389)
#define CIE_KAPPA (24389.0 / 27)

typedef struct {
  const void *a;
  void *r;
  int type, conversion;
  int64_t width, ac, ay, ax, rc, ry, rx; /* strides: channel, row, column */
} model_args;

PEN_BODY double hue_of(const double v[3], double most, double d) {
  if (most == v[0]) return ((v[1] - v[2]) / d + (v[1] < v[2] ? 6 : 0)) / 6;
  if (most == v[1]) return ((v[2] - v[0]) / d + 2) / 6;
  return ((v[0] - v[1]) / d + 4) / 6;
}

PEN_BODY void to_hue(int conversion, double v[3]) {
  const double most = fmax(v[0], fmax(v[1], v[2])), least = fmin(v[0], fmin(v[1], v[2])), d = most - least;
  const double sum = most + least, hue = d > 0 ? hue_of(v, most, d) : 0;
  v[0] = hue;
  if (conversion == PEN_RGB2HSL) {
    v[1] = d > 0 ? d / (sum > 1 ? 2 - sum : sum) : 0;
    v[2] = d > 0 ? sum / 2 : most;
  } else {
    v[1] = d > 0 ? d / most : 0;
    v[2] = most;
  }
}

/* The channel whose hue lies at t: rises from p to q in the first sixth of a turn, falls in the fourth. */
PEN_BODY double around(double p, double q, double t) {
  t += t < 0 ? 1 : t > 1 ? -1 : 0;
  if (t < 1.0 / 6) return p + (q - p) * 6 * t;
  if (t < 1.0 / 2) return q;
  return t < 2.0 / 3 ? p + (q - p) * (2.0 / 3 - t) * 6 : p;
}

PEN_BODY void from_hsl(double v[3]) {
  const double h = v[0], s = v[1], l = v[2], q = l < 0.5 ? l * (1 + s) : l + s - l * s, p = 2 * l - q;
  v[0] = s == 0 ? l : around(p, q, h + 1.0 / 3);
  v[1] = s == 0 ? l : around(p, q, h);
  v[2] = s == 0 ? l : around(p, q, h - 1.0 / 3);
}

PEN_BODY void from_hsv(double v[3]) {
  const double s = v[1], most = v[2], sixths = v[0] * 6, part = floor(sixths), f = sixths - part;
  const double p = most * (1 - s), falling = most * (1 - f * s), rising = most * (1 - (1 - f) * s);
  const double sixth = fmod(part, 6.0);
  switch (sixth >= 0 ? (int)sixth : -1) {
    case 0: v[0] = most, v[1] = rising, v[2] = p; break;
    case 1: v[0] = falling, v[1] = most, v[2] = p; break;
    case 2: v[0] = p, v[1] = most, v[2] = rising; break;
    case 3: v[0] = p, v[1] = falling, v[2] = most; break;
    case 4: v[0] = rising, v[1] = p, v[2] = most; break;
    case 5: v[0] = most, v[1] = p, v[2] = falling; break;
    default: v[0] = v[1] = v[2] = 0; /* a negative hue is black, as in Torch */
  }
}

PEN_BODY double expand(double v) { return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4); }

PEN_BODY double compress(double u) { return u <= 0.0031308 ? 12.92 * u : 1.055 * pow(u, 1 / 2.4) - 0.055; }

PEN_BODY double response(double t) { return t > CIE_EPSILON ? cbrt(t) : (CIE_KAPPA * t + 16) / 116; }

PEN_BODY double stimulus(double f) { return f * f * f > CIE_EPSILON ? f * f * f : (116 * f - 16) / CIE_KAPPA; }

PEN_BODY void to_lab(double v[3]) {
  const double r = expand(v[0]), g = expand(v[1]), b = expand(v[2]);
  const double x = response((0.412453 * r + 0.357580 * g + 0.180423 * b) / WHITE_X);
  const double y = response(0.212671 * r + 0.715160 * g + 0.072169 * b);
  const double z = response((0.019334 * r + 0.119193 * g + 0.950227 * b) / WHITE_Z);
  v[0] = 116 * y - 16, v[1] = 500 * (x - y), v[2] = 200 * (y - z);
}

PEN_BODY void from_lab(double v[3]) {
  const double fy = (v[0] + 16) / 116;
  const double x = WHITE_X * stimulus(fy + v[1] / 500), y = stimulus(fy), z = WHITE_Z * stimulus(fy - v[2] / 200);
  v[0] = compress(3.2404542 * x - 1.5371385 * y - 0.4985314 * z);
  v[1] = compress(-0.9692660 * x + 1.8760108 * y + 0.0415560 * z);
  v[2] = compress(0.0556434 * x - 0.2040259 * y + 1.0572252 * z);
}

/* Pixel i: all of it is read before any of it is written, so r may be a. A byte is computed as the float picture of the
 * same colours would be, and rounded from that, so that both give the same bytes. */
PEN_BODY void convert(const model_args *s, int64_t i) {
  const int64_t from = i / s->width * s->ay + i % s->width * s->ax, to = i / s->width * s->ry + i % s->width * s->rx;
  double v[3];
  for (int c = 0; c < 3; c++) {
    v[c] = pen_pixel(s->type, s->a, from + c * s->ac);
    if (s->type == PEN_BYTE) v[c] = (float)(v[c] / 255);
  }
  switch (s->conversion) {
    case PEN_HSL2RGB: from_hsl(v); break;
    case PEN_HSV2RGB: from_hsv(v); break;
    case PEN_RGB2CIELAB: to_lab(v); break;
    case PEN_CIELAB2RGB: from_lab(v); break;
    default: to_hue(s->conversion, v);
  }
  for (int c = 0; c < 3; c++)
    pen_set_pixel(s->type, s->r, to + c * s->rc, s->type == PEN_BYTE ? (float)v[c] * 255.0f : v[c]);
}
PEN_EACH(convert, model_args)

int pen_color_model(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, int conversion) {
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_REQUIRE(conversion >= PEN_RGB2HSL && conversion <= PEN_CIELAB2RGB, "unknown conversion");
  PEN_TRY(pen_check_view(__func__, "a", a, PEN_ANY, 3, 0));
  PEN_TRY(pen_check_view(__func__, "r", r, a->dtype, 3, 0));
  const int lab = conversion >= PEN_RGB2CIELAB;
  if (!pen_is_pixel(a->dtype) || (lab && a->dtype == PEN_BYTE))
    return pen_fail(PEN_EARG, __func__, "a is %s, expected %sfloat or double", pen_type_name(a->dtype),
                    lab ? "" : "byte, ");
  if (a->sizes[0] != 3 || !pen_same_shape(r, a))
    return pen_fail(PEN_EARG, __func__, "a and r must both be 3xHxW");
  const model_args s = {pen_address(a), pen_address(r), a->dtype, conversion, a->sizes[2],
                        a->strides[0], a->strides[1], a->strides[2], r->strides[0], r->strides[1], r->strides[2]};
  return convert_each(ctx, &s, a->sizes[1] * a->sizes[2]);
}
