/* PNG through libpng. Its warnings are dropped; its errors end in the reason of one of the functions below. */
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"

/* Deflate packs at most 1032 bytes into one. */
enum { MOST_PACKED = 1032 };

/* One run over a file. Everything lives here, so nothing is lost when libpng jumps out. */
typedef struct {
  jmp_buf escape;
  char *reason;
  const pen_file_bytes *file;
  int64_t at;
  png_structp png;
  png_infop info;
  pen_image_facts facts;
} png_run;

static void stop(png_structp png, png_const_charp text) {
  png_run *run = (png_run *)png_get_error_ptr(png);
  snprintf(run->reason, PEN_REASON, "%s", text);
  longjmp(run->escape, 1);
}

static void ignore(png_structp png, png_const_charp text) { (void)png, (void)text; }

static void take(png_structp png, png_bytep out, size_t n) {
  png_run *run = (png_run *)png_get_io_ptr(png);
  if (n > (size_t)(run->file->n - run->at)) png_error(png, "the file is cut off");
  memcpy(out, run->file->bytes + run->at, n);
  run->at += (int64_t)n;
}

static int channels_of(const png_run *run, int color) {
  if (color == PNG_COLOR_TYPE_PALETTE) return png_get_valid(run->png, run->info, PNG_INFO_tRNS) ? 4 : 3;
  return png_get_channels(run->png, run->info);
}

/* Reads all before the first row. */
static void start(png_run *run) {
  run->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, run, stop, ignore);
  run->info = run->png ? png_create_info_struct(run->png) : NULL;
  if (!run->info) {
    snprintf(run->reason, PEN_REASON, "out of memory");
    longjmp(run->escape, 1);
  }
  png_set_read_fn(run->png, run, take);
  png_read_info(run->png, run->info);
  int64_t width = png_get_image_width(run->png, run->info), height = png_get_image_height(run->png, run->info);
  if ((double)png_get_rowbytes(run->png, run->info) * (double)height > (double)MOST_PACKED * (double)run->file->n)
    png_error(run->png, "the file is too short for the size it declares");
  run->facts.width = width, run->facts.height = height, run->facts.format = PEN_PNG;
  run->facts.channels = channels_of(run, png_get_color_type(run->png, run->info));
  run->facts.bits = png_get_bit_depth(run->png, run->info) == 16 ? 16 : 8;
}

/* Asks libpng for plain 8 or 16 bit samples. */
static void expand(png_run *run) {
  int color = png_get_color_type(run->png, run->info);
  if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(run->png);
  if (color == PNG_COLOR_TYPE_PALETTE && run->facts.channels == 4) png_set_tRNS_to_alpha(run->png);
  if (color == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(run->png);
  const uint16_t probe = 1;
  if (run->facts.bits == 16 && *(const unsigned char *)&probe) png_set_swap(run->png);
}

static void read_rows(png_run *run, unsigned char *rows) {
  expand(run);
  int passes = png_set_interlace_handling(run->png);
  png_read_update_info(run->png, run->info);
  const size_t length = (size_t)run->facts.width * (size_t)run->facts.channels * (size_t)run->facts.bits / 8;
  if (png_get_rowbytes(run->png, run->info) != length) png_error(run->png, "unexpected row length");
  for (int pass = 0; pass < passes; pass++)
    for (int64_t y = 0; y < run->facts.height; y++) png_read_row(run->png, rows + (size_t)y * length, NULL);
  png_read_end(run->png, NULL);
}

/* rows == NULL: header only. */
static int run_png(png_run *run, unsigned char *rows) {
  if (setjmp(run->escape)) {
    png_destroy_read_struct(&run->png, &run->info, NULL);
    return 0;
  }
  start(run);
  if (rows) read_rows(run, rows);
  png_destroy_read_struct(&run->png, &run->info, NULL);
  return 1;
}

int pen_png_header(const pen_file_bytes *file, pen_image_facts *out, char *reason) {
  png_run run = {.reason = reason, .file = file};
  if (!run_png(&run, NULL)) return 0;
  *out = run.facts;
  return 1;
}

int pen_png_rows(const pen_file_bytes *file, unsigned char *rows, char *reason) {
  png_run run = {.reason = reason, .file = file};
  return run_png(&run, rows);
}

/* ---- writing ---- */

typedef struct {
  jmp_buf escape;
  char text[PEN_REASON];
  pen_byte_sink sink;
  png_structp png;
  png_infop info;
  unsigned char *row;
} png_output;

static void stop_output(png_structp png, png_const_charp text) {
  png_output *o = (png_output *)png_get_error_ptr(png);
  snprintf(o->text, PEN_REASON, "%s", text);
  longjmp(o->escape, 1);
}

static void put(png_structp png, png_bytep bytes, size_t n) {
  pen_byte_sink *sink = (pen_byte_sink *)png_get_io_ptr(png);
  if (n > (size_t)(sink->room - sink->used)) png_error(png, "r is too small");
  memcpy(sink->bytes + sink->used, bytes, n);
  sink->used += (int64_t)n;
}

static void flush(png_structp png) { (void)png; }

static void write_picture(png_output *o, const pen_picture *p) {
  static const int color[] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                              PNG_COLOR_TYPE_RGB_ALPHA};
  png_set_write_fn(o->png, &o->sink, put, flush);
  png_set_IHDR(o->png, o->info, (png_uint_32)p->width, (png_uint_32)p->height, 8, color[p->channels],
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(o->png, o->info);
  for (int64_t y = 0; y < p->height; y++) {
    pen_picture_row(p, y, o->row);
    png_write_row(o->png, o->row);
  }
  png_write_end(o->png, o->info);
}

static int run_output(png_output *o, const pen_picture *p) {
  if (setjmp(o->escape)) return 0;
  o->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, o, stop_output, ignore);
  o->info = o->png ? png_create_info_struct(o->png) : NULL;
  o->row = (unsigned char *)malloc((size_t)(p->width * p->channels));
  if (!o->info || !o->row) return 0;
  write_picture(o, p);
  return 1;
}

int pen_image_encode_png(pen_ctx *ctx, pen_tensor *r, int64_t *used, const pen_tensor *a) {
  (void)ctx;
  pen_picture picture;
  PEN_TRY(pen_picture_check(__func__, &picture, a, 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4, r, used));
  if (picture.width > PNG_UINT_31_MAX || picture.height > PNG_UINT_31_MAX) PEN_FAIL(PEN_EARG, "too large for PNG");
  png_output o = {.text = "out of memory", .sink = {(unsigned char *)pen_address(r), r->sizes[0], 0}};
  int done = run_output(&o, &picture);
  png_destroy_write_struct(&o.png, &o.info);
  free(o.row);
  if (!done) PEN_FAIL(PEN_EFILE, "%s", o.text);
  *used = o.sink.used;
  return PEN_OK;
}
