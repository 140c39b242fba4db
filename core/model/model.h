/* What the files of core/model share: an open caffemodel and the parser of one layer. */
#ifndef PEN_MODEL_H
#define PEN_MODEL_H

#include "internal.h"
#include "wire.h"

typedef struct pen_entry {
  pen_layer layer;
  pen_span data[PEN_LAYER_BLOBS]; /* the BlobProto messages */
} pen_entry;

struct pen_model {
  char *path;
  int file;
  int64_t size, modified; /* bytes; nanoseconds, to notice a file that changes under the map */
  const uint8_t *bytes;
  pen_entry *entries;
  int layers, capacity;
};

enum { PEN_CAFFE_V1 = 1, PEN_CAFFE_V2 = 2 };

/* Reads one layer message. NULL, or what is wrong with it. */
const char *pen_caffe_layer(pen_entry *entry, pen_span message, int version);

/* Where a BlobProto message keeps its values: in fields of one number, each value of so many bytes (8 double, 4 float,
 * 2 half). data comes before double_data, that before raw_data, which only NVIDIA's Caffe writes. */
typedef struct pen_values {
  uint32_t number;
  int width;
  int64_t count;
} pen_values;

/* 0, or -1: damaged. */
int pen_caffe_values(pen_span message, pen_values *values);

/* The value of a half (IEEE 754 binary16), exactly. */
float pen_half_value(uint16_t half);

#endif
