/* JPEG through libjpeg-turbo with its default decoder (accurate integer DCT, smooth colour upsampling), which is part
 * of the method: files written with another decoder's picture differ by a few levels. Damage that libjpeg only warns
 * about, such as a file that ends early, is an error here. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "image.h"

enum {
  MOST_SCANS = 500,          /* real progressive files have about ten; more only burn time */
  MOST_PIXELS_PER_BYTE = 512 /* Huffman coding spends a bit or more on each block of 64 pixels */
};

/* First member: libjpeg knows it as its error manager. */
typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf escape;
  char text[JMSG_LENGTH_MAX];
} trouble;

static _Noreturn void stop(j_common_ptr j) {
  trouble *t = (trouble *)j->err;
  j->err->format_message(j, t->text);
  longjmp(t->escape, 1);
}

static _Noreturn void stop_because(j_common_ptr j, const char *text) {
  trouble *t = (trouble *)j->err;
  snprintf(t->text, sizeof t->text, "%s", text);
  longjmp(t->escape, 1);
}

/* Warnings about pixels that are lost; the others (odd markers, padding) do no harm. */
static void warn(j_common_ptr j, int level) {
  if (level >= 0) return;
  switch (j->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER: stop_because(j, "the file is cut off or damaged");
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC: stop(j);
  }
}

static void print_nothing(j_common_ptr j) { (void)j; }

static struct jpeg_error_mgr *catch_trouble(trouble *t) {
  jpeg_std_error(&t->base);
  t->base.error_exit = stop;
  t->base.emit_message = warn;
  t->base.output_message = print_nothing;
  return &t->base;
}

/* ---- reading ---- */

typedef struct {
  struct jpeg_decompress_struct j;
  struct jpeg_progress_mgr progress;
  trouble trouble;
} jpeg_run;

static void limit_scans(j_common_ptr j) {
  if (((j_decompress_ptr)j)->input_scan_number > MOST_SCANS) stop_because(j, "too many scans");
}

static void start(jpeg_run *run, const pen_file_bytes *file) {
  jpeg_create_decompress(&run->j);
  run->progress.progress_monitor = limit_scans;
  run->j.progress = &run->progress;
  jpeg_mem_src(&run->j, file->bytes, (unsigned long)file->n);
  jpeg_read_header(&run->j, TRUE);
  int components = run->j.num_components;
  if (components != 1 && components != 3 && components != 4)
    stop_because((j_common_ptr)&run->j, "neither gray, colour nor CMYK");
  double pixels = (double)run->j.image_width * (double)run->j.image_height;
  if (!run->j.arith_code && pixels > (double)MOST_PIXELS_PER_BYTE * (double)file->n)
    stop_because((j_common_ptr)&run->j, "the file is too short for the size it declares");
}

/* Adobe's programs store CMYK inverted, so that 255 is no ink. */
static void cmyk_to_rgb(const unsigned char *cmyk, unsigned char *rgb, int64_t width, int inverted) {
  const int flip = inverted ? 0 : 255;
  for (int64_t x = 0; x < width; x++)
    for (int c = 0; c < 3; c++)
      rgb[3 * x + c] = (unsigned char)(((cmyk[4 * x + c] ^ flip) * (cmyk[4 * x + 3] ^ flip) + 127) / 255);
}

static void read_rows(jpeg_run *run, unsigned char *rows) {
  j_decompress_ptr j = &run->j;
  jpeg_start_decompress(j);
  const size_t length = (size_t)j->output_width * (j->out_color_components == 1 ? 1 : 3);
  JSAMPARRAY line = j->mem->alloc_sarray((j_common_ptr)j, JPOOL_IMAGE, j->output_width * 4, 1);
  while (j->output_scanline < j->output_height) {
    unsigned char *row = rows + j->output_scanline * length;
    JSAMPROW target = j->out_color_components == 4 ? line[0] : row;
    jpeg_read_scanlines(j, &target, 1);
    if (target != row) cmyk_to_rgb(target, row, j->output_width, j->saw_Adobe_marker);
  }
  jpeg_finish_decompress(j);
}

/* rows == NULL: header only. Returns 0 and the reason on failure. */
static int run_jpeg(const pen_file_bytes *file, pen_image_facts *out, unsigned char *rows, char *reason) {
  jpeg_run run;
  memset(&run, 0, sizeof run);
  run.j.err = catch_trouble(&run.trouble);
  if (setjmp(run.trouble.escape)) {
    jpeg_destroy_decompress(&run.j);
    snprintf(reason, PEN_REASON, "%.*s", PEN_REASON - 1, run.trouble.text);
    return 0;
  }
  start(&run, file);
  if (out)
    *out = (pen_image_facts){run.j.image_width, run.j.image_height, PEN_JPEG, run.j.num_components == 1 ? 1 : 3, 8};
  if (rows) read_rows(&run, rows);
  jpeg_destroy_decompress(&run.j);
  return 1;
}

int pen_jpeg_header(const pen_file_bytes *file, pen_image_facts *out, char *reason) {
  return run_jpeg(file, out, NULL, reason);
}

int pen_jpeg_rows(const pen_file_bytes *file, unsigned char *rows, char *reason) {
  return run_jpeg(file, NULL, rows, reason);
}

/* ---- writing ---- */

typedef struct {
  struct jpeg_compress_struct j;
  struct jpeg_destination_mgr target;
  trouble trouble;
} jpeg_output;

static void begin_output(j_compress_ptr j) { (void)j; }
static void end_output(j_compress_ptr j) { (void)j; }
static boolean output_full(j_compress_ptr j) {
  stop_because((j_common_ptr)j, "r is too small");
}

static void write_picture(jpeg_output *o, const pen_picture *p, const pen_tensor *r, int quality) {
  j_compress_ptr j = &o->j;
  jpeg_create_compress(j);
  o->target = (struct jpeg_destination_mgr){(JOCTET *)pen_address(r), (size_t)r->sizes[0], begin_output, output_full,
                                            end_output};
  j->dest = &o->target;
  j->image_width = (JDIMENSION)p->width, j->image_height = (JDIMENSION)p->height;
  j->input_components = (int)p->channels;
  j->in_color_space = p->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(j);
  jpeg_set_quality(j, quality, TRUE);
  jpeg_start_compress(j, TRUE);
  JSAMPARRAY line = j->mem->alloc_sarray((j_common_ptr)j, JPOOL_IMAGE, (JDIMENSION)(p->width * p->channels), 1);
  for (int64_t y = 0; y < p->height; y++) {
    pen_picture_row(p, y, line[0]);
    jpeg_write_scanlines(j, line, 1);
  }
  jpeg_finish_compress(j);
}

int pen_image_encode_jpeg(pen_ctx *ctx, pen_tensor *r, int64_t *used, const pen_tensor *a, int quality) {
  (void)ctx;
  pen_picture picture;
  PEN_TRY(pen_picture_check(__func__, &picture, a, 1 << 1 | 1 << 3, r, used));
  PEN_REQUIRE(quality >= 1 && quality <= 100, "quality is %d, expected 1 to 100", quality);
  if (picture.width > JPEG_MAX_DIMENSION || picture.height > JPEG_MAX_DIMENSION)
    PEN_FAIL(PEN_EARG, "%lldx%lld pixels are too many for JPEG (at most %ld a side)", (long long)picture.width,
             (long long)picture.height, JPEG_MAX_DIMENSION);
  jpeg_output o;
  memset(&o, 0, sizeof o);
  o.j.err = catch_trouble(&o.trouble);
  if (setjmp(o.trouble.escape)) {
    jpeg_destroy_compress(&o.j);
    PEN_FAIL(PEN_EFILE, "%s", o.trouble.text);
  }
  write_picture(&o, &picture, r, quality);
  *used = r->sizes[0] - (int64_t)o.target.free_in_buffer;
  jpeg_destroy_compress(&o.j);
  return PEN_OK;
}
