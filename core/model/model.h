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

/* Values in a BlobProto message, float when there are any, else double. -1: damaged. */
typedef struct pen_values {
  int64_t floats, doubles;
} pen_values;
int pen_caffe_values(pen_span message, pen_values *values);

enum { PEN_BLOB_DATA = 5, PEN_BLOB_DOUBLE_DATA = 8 };

#endif
