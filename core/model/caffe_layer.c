/* One layer of a caffemodel: V1LayerParameter (numbered types) and LayerParameter (named types) of Caffe's caffe.proto,
 * whose field numbers stand in the tables below. Fields that no table names are skipped, not refused. */
#include <string.h>

#include "model.h"

static const char damaged[] = "is damaged";

/* ---- parameter messages ---- */

/* WHOLE and REAL fill one number, PAIR both directions (a second value: the width only). */
enum param_kind { WHOLE, REAL, PAIR };
typedef struct {
  uint32_t number;
  enum param_kind kind;
  size_t offset;
} param_field;

#define AT(member) offsetof(pen_layer, member)
static const param_field convolution[] = {
    {1, WHOLE, AT(outputs)},    {2, WHOLE, AT(has_bias)},   {3, PAIR, AT(pad)},         {4, PAIR, AT(kernel)},
    {5, WHOLE, AT(group)},      {6, PAIR, AT(stride)},      {9, WHOLE, AT(pad[0])},     {10, WHOLE, AT(pad[1])},
    {11, WHOLE, AT(kernel[0])}, {12, WHOLE, AT(kernel[1])}, {13, WHOLE, AT(stride[0])}, {14, WHOLE, AT(stride[1])},
    {18, PAIR, AT(dilation)},   {0, WHOLE, 0}};
static const param_field pooling[] = {
    {1, WHOLE, AT(pool)},      {2, PAIR, AT(kernel)},      {3, PAIR, AT(stride)},      {4, PAIR, AT(pad)},
    {5, WHOLE, AT(kernel[0])}, {6, WHOLE, AT(kernel[1])},  {7, WHOLE, AT(stride[0])},  {8, WHOLE, AT(stride[1])},
    {9, WHOLE, AT(pad[0])},    {10, WHOLE, AT(pad[1])},    {12, WHOLE, AT(global_pooling)}, {0, WHOLE, 0}};
static const param_field inner_product[] = {
    {1, WHOLE, AT(outputs)}, {2, WHOLE, AT(has_bias)}, {6, WHOLE, AT(transposed)}, {0, WHOLE, 0}};
static const param_field dropout[] = {{1, REAL, AT(dropout)}, {0, WHOLE, 0}};
static const param_field normalisation[] = {{1, WHOLE, AT(local_size)}, {2, REAL, AT(alpha)}, {3, REAL, AT(beta)},
                                            {4, WHOLE, AT(within_channel)}, {5, REAL, AT(k)}, {0, WHOLE, 0}};

/* Counts and sizes above 2^24 are damage. */
static int set_whole(int32_t *slot, uint64_t value) {
  if (value > 1 << 24) return 0;
  *slot = (int32_t)value;
  return 1;
}

/* values: how many came before. */
static int set_pair(int32_t *pair, int *values, uint64_t value) {
  if (*values == 2 || !set_whole(&pair[1], value)) return 0;
  if ((*values)++ == 0) pair[0] = pair[1];
  return 1;
}

/* Repeated numbers come one by one or packed. */
static int read_pair(int32_t *pair, int *values, pen_field *field) {
  uint64_t value;
  if (field->kind == PEN_WIRE_VARINT) return set_pair(pair, values, field->value);
  if (field->kind != PEN_WIRE_BYTES) return 0;
  while (field->bytes.at < field->bytes.end)
    if (!pen_wire_varint(&field->bytes, &value) || !set_pair(pair, values, value)) return 0;
  return 1;
}

static int read_param(void *slot, enum param_kind kind, int *values, pen_field *field) {
  switch (kind) {
    case WHOLE: return field->kind == PEN_WIRE_VARINT && set_whole((int32_t *)slot, field->value);
    case PAIR: return read_pair((int32_t *)slot, values, field);
    case REAL: break;
  }
  if (field->kind != PEN_WIRE_FIXED32) return 0;
  memcpy(slot, field->bytes.at, sizeof(float));
  return 1;
}

static int read_params(pen_layer *layer, const param_field *table, pen_span message) {
  int values[16] = {0}, more;
  pen_field field;
  while ((more = pen_wire_next(&message, &field)) > 0)
    for (int i = 0; table[i].number; i++)
      if (table[i].number == field.number &&
          !read_param((char *)layer + table[i].offset, table[i].kind, &values[i], &field))
        return 0;
  return more == 0;
}

/* ---- blobs ---- */

/* Field numbers of BlobProto; the last two are those of NVIDIA's Caffe. */
enum { DATA = 5, DOUBLE_DATA = 8, RAW_TYPE = 10, RAW_DATA = 12 };
static const int raw_widths[] = {8, 4, 2}; /* its types DOUBLE, FLOAT, FLOAT16 */

int pen_caffe_values(pen_span message, pen_values *values) {
  int64_t bytes[RAW_DATA + 1] = {0};
  uint64_t raw_type = 0;
  pen_field field;
  int more;
  while ((more = pen_wire_next(&message, &field)) > 0) {
    if (field.number == RAW_TYPE) {
      if (field.kind != PEN_WIRE_VARINT || field.value > 2) return -1;
      raw_type = field.value;
    } else if (field.number == DATA || field.number == DOUBLE_DATA || field.number == RAW_DATA) {
      const int64_t n = field.bytes.end - field.bytes.at, whole = n % (field.number == DATA ? 4 : 8) == 0;
      const int fits = field.number == RAW_DATA ? bytes[RAW_DATA] == 0 : whole; /* raw data comes once */
      if (field.kind == PEN_WIRE_VARINT || !fits) return -1;
      bytes[field.number] += n;
    }
  }
  values->number = bytes[DATA] ? DATA : bytes[DOUBLE_DATA] ? DOUBLE_DATA : RAW_DATA;
  values->width = values->number == DATA ? 4 : values->number == DOUBLE_DATA ? 8 : raw_widths[raw_type];
  values->count = bytes[values->number] / values->width;
  return bytes[values->number] % values->width ? -1 : more;
}

/* 1 bit of sign, 5 of exponent (bias 15), 10 of fraction. */
float pen_half_value(uint16_t half) {
  const uint32_t sign = (uint32_t)(half >> 15) << 31, exponent = half >> 10 & 31, fraction = half & 1023;
  const uint32_t wide = sign | (exponent == 31 ? 255 : exponent + 112) << 23 | fraction << 13;
  float value = (float)fraction * 0x1p-24f;
  if (exponent == 0) return sign ? -value : value; /* zero and subnormal numbers */
  memcpy(&value, &wide, sizeof value);
  return value;
}

static int add_size(pen_blob *blob, uint64_t size) {
  if (blob->ndim == PEN_MAX_DIM || size > INT32_MAX) return 0;
  blob->sizes[blob->ndim++] = (int64_t)size;
  return 1;
}

static int read_shape(pen_blob *blob, pen_span message) {
  pen_field field;
  uint64_t size;
  int more;
  while ((more = pen_wire_next(&message, &field)) > 0) {
    if (field.number != 1) continue;
    if (field.kind == PEN_WIRE_VARINT && !add_size(blob, field.value)) return 0;
    while (field.bytes.at < field.bytes.end)
      if (!pen_wire_varint(&field.bytes, &size) || !add_size(blob, size)) return 0;
  }
  return more == 0;
}

/* Shape only. Fields 1..4 are num, channels, height, width; field 7, BlobShape, takes their place where it stands. */
static int read_blob_shape(pen_blob *blob, pen_span message) {
  int64_t old[4] = {0};
  int more, has_shape = 0, has_old = 0;
  pen_field field;
  while ((more = pen_wire_next(&message, &field)) > 0) {
    if (field.number >= 1 && field.number <= 4) {
      if (field.kind != PEN_WIRE_VARINT || field.value > INT32_MAX) return 0;
      old[field.number - 1] = (int64_t)field.value;
      has_old = 1;
    } else if (field.number == 7) {
      if (field.kind != PEN_WIRE_BYTES || has_shape || !read_shape(blob, field.bytes)) return 0;
      has_shape = 1;
    }
  }
  if (has_old && !has_shape) {
    blob->ndim = 4;
    memcpy(blob->sizes, old, sizeof old);
  }
  blob->count = has_old || has_shape;
  for (int d = 0; d < blob->ndim; d++)
    if (__builtin_mul_overflow(blob->count, blob->sizes[d], &blob->count)) return 0;
  return more == 0;
}

static const char *read_blob(pen_entry *entry, const pen_field *field) {
  int i = entry->layer.blobs++;
  pen_values values;
  if (field->kind != PEN_WIRE_BYTES) return damaged;
  if (i >= PEN_LAYER_BLOBS) return NULL;
  entry->data[i] = field->bytes;
  if (!read_blob_shape(&entry->layer.blob[i], field->bytes)) return "has an impossible blob shape or is damaged";
  if (pen_caffe_values(field->bytes, &values) != 0) return damaged;
  if (values.count != entry->layer.blob[i].count)
    return "holds another number of weights than its shape says";
  return NULL;
}

/* ---- layers ---- */

static const char *const v1_types[] = {
    "None", "Accuracy", "BNLL", "Concat", "Convolution", "Data", "Dropout", "EuclideanLoss", "Flatten", "HDF5Data",
    "HDF5Output", "Im2col", "ImageData", "InfogainLoss", "InnerProduct", "LRN", "MultinomialLogisticLoss", "Pooling",
    "ReLU", "Sigmoid", "Softmax", "SoftmaxWithLoss", "Split", "TanH", "WindowData", "Eltwise", "Power",
    "SigmoidCrossEntropyLoss", "HingeLoss", "MemoryData", "ArgMax", "Threshold", "DummyData", "Slice", "MVN", "AbsVal",
    "Silence", "ContrastiveLoss", "Exp", "Deconvolution"};

/* The first text of its field; where it is repeated, others are left alone. */
static int read_text(const char **text, int64_t *length, const pen_field *field) {
  if (field->kind != PEN_WIRE_BYTES) return 0;
  if (*length == 0) *text = (const char *)field->bytes.at;
  if (*length == 0) *length = field->bytes.end - field->bytes.at;
  return 1;
}

static int read_type(pen_layer *layer, const pen_field *field, int version) {
  if (version == PEN_CAFFE_V2) return read_text(&layer->type, &layer->type_length, field);
  if (field->kind != PEN_WIRE_VARINT || !set_whole(&layer->type_number, field->value)) return 0;
  layer->type = field->value < sizeof v1_types / sizeof *v1_types ? v1_types[field->value] : "unknown";
  layer->type_length = (int64_t)strlen(layer->type);
  return 1;
}

/* Where the two generations keep the same things. */
typedef struct {
  uint32_t name, type, bottom, top, blobs, convolution, dropout, inner_product, normalisation, pooling;
} layer_fields;
static const layer_fields v1 = {4, 5, 2, 3, 6, 10, 12, 17, 18, 19},
                          v2 = {1, 2, 3, 4, 7, 106, 108, 117, 118, 121};

static const param_field *params_of(const layer_fields *in, uint32_t number) {
  if (number == in->convolution) return convolution;
  if (number == in->dropout) return dropout;
  if (number == in->inner_product) return inner_product;
  if (number == in->normalisation) return normalisation;
  return number == in->pooling ? pooling : NULL;
}

static int read_names(pen_layer *layer, const layer_fields *in, const pen_field *field, int version) {
  if (field->number == in->name) return read_text(&layer->name, &layer->name_length, field);
  if (field->number == in->type) return read_type(layer, field, version);
  if (field->number == in->bottom) return read_text(&layer->bottom, &layer->bottom_length, field);
  if (field->number == in->top) return read_text(&layer->top, &layer->top_length, field);
  return 1;
}

static const char *read_field(pen_entry *entry, const layer_fields *in, const pen_field *field, int version) {
  pen_layer *layer = &entry->layer;
  if (!read_names(layer, in, field, version)) return damaged;
  if (field->number == in->blobs) return read_blob(entry, field);
  const param_field *table = params_of(in, field->number);
  if (table && (field->kind != PEN_WIRE_BYTES || !read_params(layer, table, field->bytes)))
    return "has damaged parameters";
  return NULL;
}

const char *pen_caffe_layer(pen_entry *entry, pen_span message, int version) {
  pen_field field;
  int more;
  const char *wrong = NULL;
  memset(entry, 0, sizeof *entry);
  entry->layer = (pen_layer){.name = "", .type = "", .bottom = "", .top = "",
                             .type_number = version == PEN_CAFFE_V1 ? 0 : -1,
                             .stride = {1, 1}, .dilation = {1, 1}, .group = 1, .has_bias = 1, .local_size = 5,
                             .dropout = 0.5f, .alpha = 1, .beta = 0.75f, .k = 1};
  while ((more = pen_wire_next(&message, &field)) > 0) {
    const char *here = read_field(entry, version == PEN_CAFFE_V1 ? &v1 : &v2, &field, version);
    if (here && !wrong) wrong = here; /* read on: the name may come later */
  }
  return wrong ? wrong : more == 0 ? NULL : damaged;
}
