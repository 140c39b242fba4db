/* The element types of pictures: byte (0..255), float and double. The type is a constant wherever these are called, so
 * the compiler keeps one branch. */
#ifndef PEN_PIXEL_H
#define PEN_PIXEL_H

#include "pen_kernel.h"

PEN_BODY int is_pixel_type(int type) { return type == PEN_BYTE || type == PEN_FLOAT || type == PEN_DOUBLE; }

PEN_BODY double load(int type, const void *p, int64_t i) {
  if (type == PEN_BYTE) return ((const uint8_t *)p)[i];
  return type == PEN_FLOAT ? (double)((const float *)p)[i] : ((const double *)p)[i];
}

/* Bytes are rounded and clamped; NaN becomes 0 there. */
PEN_BODY void store(int type, void *p, int64_t i, double v) {
  if (type == PEN_BYTE) ((uint8_t *)p)[i] = v > 0 ? (uint8_t)(v < 255 ? v + 0.5 : 255) : 0;
  else if (type == PEN_FLOAT) ((float *)p)[i] = (float)v;
  else ((double *)p)[i] = v;
}

#endif
