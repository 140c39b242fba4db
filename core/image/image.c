/* Pictures in and out of tensors: which reader, and the way between interleaved samples and planes. */
#include "image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const char *name, *magic;
  int (*header)(const pen_file_bytes *, pen_image_facts *, char *);
  int (*rows)(const pen_file_bytes *, unsigned char *, char *);
} reader;

static const reader png = {"PNG", "\x89PNG", pen_png_header, pen_png_rows};
static const reader jpeg = {"JPEG", "\xff\xd8\xff", pen_jpeg_header, pen_jpeg_rows};
static const reader pnm = {"Netpbm", "P", pen_pnm_header, pen_pnm_rows};

static int begins_with(const pen_file_bytes *file, const char *magic) {
  const size_t length = strlen(magic);
  return (size_t)file->n >= length && memcmp(file->bytes, magic, length) == 0;
}

static const reader *find_reader(const pen_file_bytes *file) {
  if (begins_with(file, png.magic)) return &png;
  if (begins_with(file, jpeg.magic)) return &jpeg;
  if (file->n > 2 && begins_with(file, pnm.magic) && file->bytes[1] >= '1' && file->bytes[1] <= '6') return &pnm;
  return NULL;
}

static int read_header(const char *function, const pen_file_bytes *file, const reader **found, pen_image_facts *out) {
  char reason[PEN_REASON];
  if (!file->bytes || file->n < 0) return pen_fail(PEN_EARG, function, "no bytes");
  if (file->n == 0) return pen_fail(PEN_EFILE, function, "the file is empty");
  *found = find_reader(file);
  if (!*found) return pen_fail(PEN_EFILE, function, "no PNG, JPEG, PPM or PGM picture");
  if (!(*found)->header(file, out, reason))
    return pen_fail(PEN_EFILE, function, "broken %s header: %s", (*found)->name, reason);
  return PEN_OK;
}

int pen_image_header(pen_ctx *ctx, pen_image_facts *out, const void *bytes, int64_t n) {
  (void)ctx;
  PEN_REQUIRE(out, "out is NULL");
  const pen_file_bytes file = {(const unsigned char *)bytes, n};
  const reader *found = NULL;
  return read_header(__func__, &file, &found, out);
}

/* ---- samples to planes ---- */

static double stored(const void *rows, int bits, int64_t i) {
  return bits == 16 ? ((const uint16_t *)rows)[i] : ((const unsigned char *)rows)[i];
}

/* Torch multiplies by the reciprocal, in the tensor's own type. */
static void put(const pen_tensor *r, int64_t at, double value, int bits) {
  const double unit = bits == 16 ? 1 / 65535.0 : 1 / 255.0;
  if (r->dtype == PEN_BYTE) ((uint8_t *)pen_address(r))[at] = (uint8_t)(bits == 16 ? (int)value >> 8 : (int)value);
  else if (r->dtype == PEN_FLOAT) ((float *)pen_address(r))[at] = (float)value * (float)unit;
  else ((double *)pen_address(r))[at] = value * unit;
}

static void spread(const pen_tensor *r, const void *rows, const pen_image_facts *facts) {
  for (int64_t y = 0; y < facts->height; y++)
    for (int64_t x = 0; x < facts->width; x++)
      for (int64_t c = 0; c < facts->channels; c++)
        put(r, c * r->strides[0] + y * r->strides[1] + x * r->strides[2],
            stored(rows, facts->bits, (y * facts->width + x) * facts->channels + c), facts->bits);
}

static int is_pixel_type(const pen_tensor *t) {
  return t->dtype == PEN_BYTE || t->dtype == PEN_FLOAT || t->dtype == PEN_DOUBLE;
}

int pen_image_decode(pen_ctx *ctx, pen_tensor *r, const void *bytes, int64_t n) {
  (void)ctx;
  PEN_VIEW(r, PEN_ANY, 3);
  const pen_file_bytes file = {(const unsigned char *)bytes, n};
  const reader *found = NULL;
  pen_image_facts facts;
  PEN_TRY(read_header(__func__, &file, &found, &facts));
  PEN_REQUIRE(is_pixel_type(r), "r is %s, expected byte, float or double", pen_type_name(r->dtype));
  PEN_REQUIRE(r->sizes[0] == facts.channels && r->sizes[1] == facts.height && r->sizes[2] == facts.width,
              "the picture is %dx%lldx%lld, r is not", facts.channels, (long long)facts.height, (long long)facts.width);
  const size_t size = (size_t)pen_count(r) * (size_t)facts.bits / 8;
  unsigned char *rows = (unsigned char *)malloc(size);
  if (!rows) PEN_FAIL(PEN_EMEM, "out of memory: %.1f MB wanted", (double)size / 1e6);
  char reason[PEN_REASON];
  const int done = found->rows(&file, rows, reason);
  if (done) spread(r, rows, &facts);
  free(rows);
  if (!done) PEN_FAIL(PEN_EFILE, "broken %s data: %s", found->name, reason);
  return PEN_OK;
}

/* ---- planes to samples ---- */

int pen_picture_check(const char *function, pen_picture *out, const pen_tensor *a, int channels, const pen_tensor *r,
                      const int64_t *used) {
  char text[PEN_SHAPE_TEXT];
  PEN_TRY(pen_check_view(function, "a", a, PEN_ANY, PEN_ANY, 0));
  PEN_TRY(pen_check_view(function, "r", r, PEN_BYTE, 1, 1));
  if (!used) return pen_fail(PEN_EARG, function, "used is NULL");
  if ((a->ndim != 2 && a->ndim != 3) || !is_pixel_type(a))
    return pen_fail(PEN_EARG, function, "a is %s, expected HxW or CxHxW byte, float or double",
                    pen_shape_text(text, a));
  *out = (pen_picture){a, a->ndim == 3 ? a->sizes[0] : 1, a->sizes[a->ndim - 2], a->sizes[a->ndim - 1]};
  if (out->channels > 4 || !(channels >> out->channels & 1))
    return pen_fail(PEN_EARG, function, "a is %s: this format has no such number of channels", pen_shape_text(text, a));
  return PEN_OK;
}

static unsigned char level(double value) {
  return value > 0 ? (unsigned char)((value > 1 ? 1 : value) * 255) : 0; /* false for NaN, too */
}

void pen_picture_row(const pen_picture *p, int64_t y, unsigned char *row) {
  const pen_tensor *t = p->tensor;
  const void *data = pen_address(t);
  const int64_t plane = t->ndim == 3 ? t->strides[0] : 0, step = t->strides[t->ndim - 1];
  for (int64_t x = 0; x < p->width; x++)
    for (int64_t c = 0; c < p->channels; c++) {
      const int64_t at = c * plane + y * t->strides[t->ndim - 2] + x * step;
      row[x * p->channels + c] = t->dtype == PEN_BYTE ? ((const uint8_t *)data)[at]
          : t->dtype == PEN_FLOAT ? level(((const float *)data)[at]) : level(((const double *)data)[at]);
    }
}
