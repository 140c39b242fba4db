/* Feeds bytes to the caffemodel reader: as one layer in a block of exactly their size (the sanitizer cannot see the end
 * of a mapped file), and as a file, of which every layer and every blob is read. Build and run:
 *
 *   clang -g -O1 -std=c11 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined -Icore -Icore/include \
 *     tests/c/fuzz_caffemodel.c core/model/ *.c core/status.c core/view.c -lm -o build/fuzz_caffemodel
 *   mkdir -p build/corpus && build/fuzz_caffemodel -max_len=4096 -max_total_time=60 build/corpus [folder with models]
 *
 * (without the blank in "model/ *.c"). A crash leaves its input as crash-*; run build/fuzz_caffemodel on that file
 * again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model/model.h"

enum { MOST_WEIGHTS = 1 << 20 };

/* Reads into exactly as many floats as the shape says, so that the sanitizer sees the first one too many. */
static void read_blob(pen_model *model, int layer, int blob, const pen_blob *shape) {
  if (shape->count > MOST_WEIGHTS) abort(); /* more than the input can hold */
  pen_storage store = {calloc((size_t)shape->count + 1, sizeof(float)), shape->count, PEN_FLOAT, 1, NULL};
  pen_tensor r = {.store = &store, .ndim = 1, .dtype = PEN_FLOAT};
  r.sizes[0] = shape->count;
  r.strides[0] = 1;
  store.data = realloc(store.data, (size_t)shape->count * sizeof(float) + (shape->count == 0));
  const int status = pen_model_blob(model, &r, layer, blob);
  for (int64_t i = 0; status == PEN_OK && i < shape->count; i++)
    if (!(((float *)store.data)[i] - ((float *)store.data)[i] == 0)) abort(); /* NaN or infinity */
  free(store.data);
}

static void read_layer(pen_model *model, int i) {
  pen_layer layer;
  if (pen_model_layer(model, &layer, i)) abort();
  volatile char sum = 0;
  for (int64_t k = 0; k < layer.name_length; k++) sum ^= layer.name[k];
  for (int64_t k = 0; k < layer.type_length; k++) sum ^= layer.type[k];
  for (int64_t k = 0; k < layer.bottom_length; k++) sum ^= layer.bottom[k];
  for (int64_t k = 0; k < layer.top_length; k++) sum ^= layer.top[k];
  for (int b = 0; b < layer.blobs && b < PEN_LAYER_BLOBS; b++) read_blob(model, i, b, &layer.blob[b]);
}

static void read_exact_copy(const uint8_t *data, size_t size) {
  pen_entry entry;
  pen_values values;
  uint8_t *copy = (uint8_t *)malloc(size ? size : 1);
  if (!copy) abort();
  if (size) memcpy(copy, data, size);
  const pen_span message = {copy, copy + size};
  pen_caffe_layer(&entry, message, PEN_CAFFE_V1);
  pen_caffe_layer(&entry, message, PEN_CAFFE_V2);
  pen_caffe_values(message, &values);
  free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char path[64];
  pen_model *model;
  int layers;
  read_exact_copy(data, size);
  const int file = memfd_create("caffemodel", 0);
  if (file < 0 || write(file, data, size) != (ssize_t)size) abort();
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  if (pen_model_open(&model, path) == PEN_OK) {
    if (pen_model_layers(model, &layers)) abort();
    for (int i = 0; i < layers; i++) read_layer(model, i);
    if (pen_model_close(model)) abort();
  }
  close(file);
  return 0;
}
