/* What the picture readers and writers share. A reader looks at the bytes of a whole file and knows nothing of
 * tensors: header() fills the facts, rows() delivers H rows of W*C interleaved samples (8 bits, or 16 bits in the
 * machine's order). A writer asks for rows of bytes and puts its output into a block of fixed size. */
#ifndef PEN_IMAGE_H
#define PEN_IMAGE_H

#include "internal.h"

typedef struct {
  const unsigned char *bytes;
  int64_t n;
} pen_file_bytes;

typedef struct {
  unsigned char *bytes;
  int64_t room, used;
} pen_byte_sink;

enum { PEN_REASON = 200 };

/* Both return 0 and leave a reason when the file is damaged. */
int pen_png_header(const pen_file_bytes *file, pen_image_facts *out, char *reason);
int pen_png_rows(const pen_file_bytes *file, unsigned char *rows, char *reason);
int pen_jpeg_header(const pen_file_bytes *file, pen_image_facts *out, char *reason);
int pen_jpeg_rows(const pen_file_bytes *file, unsigned char *rows, char *reason);
int pen_pnm_header(const pen_file_bytes *file, pen_image_facts *out, char *reason);
int pen_pnm_rows(const pen_file_bytes *file, unsigned char *rows, char *reason);

/* A picture as its writer sees it. */
typedef struct {
  const pen_tensor *tensor;
  int64_t channels, height, width;
} pen_picture;

/* Checks a and r and describes a; channels: bit c set when c channels are allowed. */
int pen_picture_check(const char *function, pen_picture *out, const pen_tensor *a, int channels, const pen_tensor *r,
                      const int64_t *used);
/* Row y as W*C interleaved bytes. */
void pen_picture_row(const pen_picture *p, int64_t y, unsigned char *row);

#endif
