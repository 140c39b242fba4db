/* 16-bit floats (IEEE 754 binary16) from 32-bit ones and back. No arithmetic is done on them: Torch's HalfTensor stores
 * and converts. */
#include <string.h>

#include "pen_kernel.h"

/* Rounded to nearest, ties to even; what is too large becomes infinite. */
PEN_BODY uint16_t to_half(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint32_t sign = bits >> 16 & 0x8000, size = bits & 0x7fffffff;
  if (size > 0x7f800000) return (uint16_t)(sign | 0x7e00);
  if (size >= 0x477ff000) return (uint16_t)(sign | 0x7c00); /* 65520 and more */
  if (size < 0x33000001) return (uint16_t)sign;             /* half of the least number, and less */
  const int exponent = (int)(size >> 23) - 112;             /* of the result; below 1 it is subnormal */
  const int drop = exponent < 1 ? 14 - exponent : 13;
  const uint32_t fraction = exponent < 1 ? (size & 0x7fffff) | 0x800000 : size - (112u << 23);
  const uint32_t kept = fraction >> drop, rest = fraction & ((1u << drop) - 1), half = 1u << (drop - 1);
  return (uint16_t)(sign | (kept + (rest > half || (rest == half && (kept & 1)))));
}

PEN_BODY float from_half(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 0x3ff;
  if (exponent == 0) {
    const float size = (float)fraction / 16777216.0f;
    return sign ? -size : size;
  }
  const uint32_t bits = sign | (exponent == 31 ? 0x7f800000 : (exponent + 112) << 23) | fraction << 13;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

PEN_MAP2(encode, uint16_t, float, to_half(a))
PEN_MAP2(decode, float, uint16_t, from_half(a))

static int convert(pen_ctx *ctx, const char *function, pen_tensor *r, int r_type, const pen_tensor *a, int a_type,
                   int (*map_all)(pen_ctx *, const pen_map *, double, double)) {
  pen_map map;
  const pen_tensor *list[] = {r, a};
  if (!ctx) return pen_fail(PEN_EARG, function, "ctx is NULL");
  PEN_TRY(pen_check_view(function, "r", r, r_type, PEN_ANY, 0));
  PEN_TRY(pen_check_view(function, "a", a, a_type, PEN_ANY, 0));
  PEN_TRY(pen_map_views(function, &map, 2, list));
  return map.count ? map_all(ctx, &map, 0, 0) : PEN_OK;
}

int pen_half_encode(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a) {
  return convert(ctx, __func__, r, PEN_HALF, a, PEN_FLOAT, encode);
}

int pen_half_decode(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a) {
  return convert(ctx, __func__, r, PEN_FLOAT, a, PEN_HALF, decode);
}
