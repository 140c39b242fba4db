/* Reads caffemodels: trained networks of Caffe as binary protocol buffers (NetParameter of caffe.proto), of both
 * generations. The file is mapped; opening it reads names, shapes and parameters only, and pen_model_blob the weights
 * of one layer, so a layer that is not asked for costs nothing. Refuses damaged files, naming file and layer. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model.h"

enum { NET_LAYERS_V1 = 2, NET_LAYERS_V2 = 100, MAX_LAYERS = 1 << 16, NAME_SHOWN = 64 };

static const char again[] = "download it again (models/download_models.sh)";

static int shown(int64_t length) { return length < NAME_SHOWN ? (int)length : NAME_SHOWN; }

/* ---- open ---- */

static int64_t nanoseconds(const struct stat *s) { return s->st_mtim.tv_sec * 1000000000LL + s->st_mtim.tv_nsec; }

static int map_file(pen_model *model) {
  struct stat s;
  const char *function = "pen_model_open";
  model->file = open(model->path, O_RDONLY | O_CLOEXEC);
  if (model->file < 0 || fstat(model->file, &s) != 0)
    return pen_fail(PEN_EFILE, function, "%s: %s", model->path, strerror(errno));
  if (!S_ISREG(s.st_mode)) return pen_fail(PEN_EFILE, function, "%s is no regular file", model->path);
  if (s.st_size == 0) return pen_fail(PEN_EFILE, function, "%s is empty: %s", model->path, again);
  void *bytes = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, model->file, 0);
  if (bytes == MAP_FAILED) return pen_fail(PEN_EFILE, function, "%s: %s", model->path, strerror(errno));
  madvise(bytes, (size_t)s.st_size, MADV_RANDOM); /* no reading ahead into weights */
  model->bytes = (const uint8_t *)bytes;
  model->size = s.st_size;
  model->modified = nanoseconds(&s);
  return PEN_OK;
}

static int grow(pen_model *model) {
  if (model->layers < model->capacity) return PEN_OK;
  if (model->layers == MAX_LAYERS)
    return pen_fail(PEN_EFILE, "pen_model_open", "%s has more than %d layers", model->path, MAX_LAYERS);
  int capacity = model->capacity ? 2 * model->capacity : 64;
  void *entries = realloc(model->entries, (size_t)capacity * sizeof(pen_entry));
  if (!entries) return pen_fail(PEN_EMEM, "pen_model_open", "out of memory");
  model->entries = (pen_entry *)entries;
  model->capacity = capacity;
  return PEN_OK;
}

static int add_layer(pen_model *model, pen_span message, int version) {
  PEN_TRY(grow(model));
  pen_entry *entry = &model->entries[model->layers++];
  const char *wrong = pen_caffe_layer(entry, message, version);
  if (!wrong) return PEN_OK;
  return pen_fail(PEN_EFILE, "pen_model_open", "layer %d (%.*s) of %s %s: %s", model->layers,
                  shown(entry->layer.name_length), entry->layer.name, model->path, wrong, again);
}

/* A file with old and new layers keeps the old ones, as the original loader does. */
static int list_layers(pen_model *model, uint32_t number, int version) {
  pen_span span = {model->bytes, model->bytes + model->size};
  pen_field field;
  int more;
  while ((more = pen_wire_next(&span, &field)) > 0)
    if (field.number == number && field.kind == PEN_WIRE_BYTES) PEN_TRY(add_layer(model, field.bytes, version));
  if (more == 0) return PEN_OK;
  const pen_layer *last = model->layers ? &model->entries[model->layers - 1].layer : NULL;
  return pen_fail(PEN_EFILE, "pen_model_open", "%s is cut off, damaged or no caffemodel at byte %lld of %lld%s%.*s: %s",
                  model->path, (long long)(span.at - model->bytes), (long long)model->size,
                  last ? ", after layer " : "", last ? shown(last->name_length) : 0, last ? last->name : "", again);
}

static int index_file(pen_model *model) {
  PEN_TRY(map_file(model));
  PEN_TRY(list_layers(model, NET_LAYERS_V1, PEN_CAFFE_V1));
  if (model->layers == 0) PEN_TRY(list_layers(model, NET_LAYERS_V2, PEN_CAFFE_V2));
  if (model->layers > 0) return PEN_OK;
  return pen_fail(PEN_EFILE, "pen_model_open", "%s is no caffemodel: it has no layers", model->path);
}

static void release(pen_model *model) {
  if (model->bytes) munmap((void *)(uintptr_t)model->bytes, (size_t)model->size);
  if (model->file >= 0) close(model->file);
  free(model->entries);
  free(model->path);
  free(model);
}

int pen_model_open(pen_model **out, const char *path) {
  PEN_REQUIRE(out && path, "out or path is NULL");
  pen_model *model = (pen_model *)calloc(1, sizeof *model);
  if (!model) PEN_FAIL(PEN_EMEM, "out of memory");
  model->file = -1;
  model->path = strdup(path);
  int status = model->path ? index_file(model) : pen_fail(PEN_EMEM, __func__, "out of memory");
  if (status == PEN_OK)
    *out = model;
  else
    release(model);
  return status;
}

int pen_model_close(pen_model *model) {
  PEN_REQUIRE(model, "model is NULL");
  release(model);
  return PEN_OK;
}

/* ---- look and read ---- */

int pen_model_layers(pen_model *model, int *layers) {
  PEN_REQUIRE(model && layers, "model or layers is NULL");
  *layers = model->layers;
  return PEN_OK;
}

/* Pages beyond the end of a file that shrank would kill the process: look before reading. */
static int check_unchanged(const char *function, const pen_model *model) {
  struct stat s;
  if (fstat(model->file, &s) == 0 && s.st_size == model->size && nanoseconds(&s) == model->modified) return PEN_OK;
  return pen_fail(PEN_EFILE, function, "%s has changed since it was opened: load it again", model->path);
}

int pen_model_layer(pen_model *model, pen_layer *out, int layer) {
  PEN_REQUIRE(model && out, "model or out is NULL");
  PEN_REQUIRE(layer >= 0 && layer < model->layers, "no layer %d among %d", layer, model->layers);
  PEN_TRY(check_unchanged(__func__, model)); /* the caller reads the texts */
  *out = model->entries[layer].layer;
  return PEN_OK;
}

/* Tells the system about the pages of a message: what comes next, what is done with. */
static void advise(const pen_span *span, int advice) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = (uintptr_t)span->at / page * page;
  madvise((void *)from, (uintptr_t)span->end - from, advice);
}

static float value_at(const uint8_t *at, int width) {
  double wide;
  float single;
  uint16_t half;
  if (width == 8) return memcpy(&wide, at, sizeof wide), (float)wide;
  if (width == 4) return memcpy(&single, at, sizeof single), single;
  return memcpy(&half, at, sizeof half), pen_half_value(half);
}

/* The index pass has checked the lengths: the values are as many as r holds, each whole. */
static void copy_values(float *r, pen_span message, const pen_values *values) {
  pen_field field;
  while (pen_wire_next(&message, &field) > 0) {
    if (field.number != values->number) continue;
    const int64_t n = (field.bytes.end - field.bytes.at) / values->width;
    for (int64_t i = 0; i < n; i++) r[i] = value_at(field.bytes.at + i * values->width, values->width);
    r += n;
  }
}

static int all_finite(const float *values, int64_t n) {
  int finite = 1;
  for (int64_t i = 0; i < n; i++) finite &= isfinite(values[i]) != 0;
  return finite;
}

int pen_model_blob(pen_model *model, pen_tensor *r, int layer, int blob) {
  PEN_REQUIRE(model, "model is NULL");
  PEN_CONTIGUOUS(r, PEN_FLOAT, PEN_ANY);
  PEN_REQUIRE(layer >= 0 && layer < model->layers, "no layer %d among %d", layer, model->layers);
  const pen_entry *entry = &model->entries[layer];
  const int shown_length = shown(entry->layer.name_length), kept = entry->layer.blobs;
  PEN_REQUIRE(blob >= 0 && blob < kept && blob < PEN_LAYER_BLOBS, "layer %.*s of %s has no blob %d", shown_length,
              entry->layer.name, model->path, blob);
  PEN_REQUIRE(pen_count(r) == entry->layer.blob[blob].count, "r has %lld elements, blob %d of layer %.*s has %lld",
              (long long)pen_count(r), blob, shown_length, entry->layer.name,
              (long long)entry->layer.blob[blob].count);
  PEN_TRY(check_unchanged(__func__, model));
  pen_values values;
  if (pen_caffe_values(entry->data[blob], &values) != 0)
    PEN_FAIL(PEN_EFILE, "layer %.*s of %s is damaged: %s", shown_length, entry->layer.name, model->path, again);
  advise(&entry->data[blob], MADV_WILLNEED);
  copy_values(pen_floats(r), entry->data[blob], &values);
  advise(&entry->data[blob], MADV_DONTNEED);
  if (!all_finite(pen_floats(r), pen_count(r)))
    PEN_FAIL(PEN_EFILE, "layer %.*s of %s contains NaN or infinity: %s", shown_length, entry->layer.name, model->path,
             again);
  return PEN_OK;
}
