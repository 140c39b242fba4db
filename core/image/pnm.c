/* Netpbm's gray (PGM) and colour (PPM) pictures, binary (P5, P6) and plain (P2, P3). Bitmaps (P1, P4) are refused.
 * Samples are stretched from 0..maximum to 0..255, or to 0..65535 where the maximum is above 255. */
#include <stdio.h>
#include <string.h>

#include "image.h"

typedef struct {
  const pen_file_bytes *file;
  int64_t at;
  int plain, maximum;
} pnm_run;

static int is_space(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* Skips white space and comments, reads one number; -1 when there is none or it exceeds most. */
static int64_t number(pnm_run *run, int64_t most) {
  const unsigned char *s = run->file->bytes;
  const int64_t n = run->file->n;
  while (run->at < n && (is_space(s[run->at]) || s[run->at] == '#'))
    if (s[run->at++] == '#')
      while (run->at < n && s[run->at] != '\n') run->at++;
  int64_t value = -1;
  for (; run->at < n && s[run->at] >= '0' && s[run->at] <= '9'; run->at++) {
    value = (value < 0 ? 0 : value) * 10 + (s[run->at] - '0');
    if (value > most) return -1;
  }
  return value;
}

static int refuse(char *reason, const char *text) {
  snprintf(reason, PEN_REASON, "%s", text);
  return 0;
}

static int header(pnm_run *run, pen_image_facts *out, char *reason) {
  const unsigned char kind = run->file->bytes[1];
  if (kind == '1' || kind == '4') return refuse(reason, "unsupported magic number, only P2, P3, P5 and P6 are read");
  run->plain = kind == '2' || kind == '3';
  run->at = 2;
  out->width = number(run, INT32_MAX);
  out->height = number(run, INT32_MAX);
  run->maximum = (int)number(run, 65535);
  run->at++; /* one white space before the samples */
  if (out->width < 1 || out->height < 1 || run->maximum < 1) return refuse(reason, "broken header");
  out->format = PEN_PNM;
  out->channels = kind == '3' || kind == '6' ? 3 : 1;
  out->bits = run->maximum > 255 ? 16 : 8;
  const double samples = (double)out->width * (double)out->height * out->channels;
  const double needed = run->plain ? 2 * samples - 1 : samples * out->bits / 8;
  if (needed > (double)(run->file->n - run->at))
    return refuse(reason, "the file is too short for the size it declares");
  return 1;
}

static int64_t sample(pnm_run *run, int bits) {
  if (run->plain) return number(run, run->maximum);
  const unsigned char *s = run->file->bytes + run->at;
  run->at += bits / 8;
  const int value = bits == 16 ? s[0] << 8 | s[1] : s[0];
  return value > run->maximum ? -1 : value;
}

int pen_pnm_header(const pen_file_bytes *file, pen_image_facts *out, char *reason) {
  pnm_run run = {.file = file};
  return header(&run, out, reason);
}

int pen_pnm_rows(const pen_file_bytes *file, unsigned char *rows, char *reason) {
  pnm_run run = {.file = file};
  pen_image_facts facts;
  if (!header(&run, &facts, reason)) return 0;
  const int64_t count = facts.width * facts.height * facts.channels;
  for (int64_t i = 0; i < count; i++) {
    const int64_t value = sample(&run, facts.bits);
    if (value < 0) return refuse(reason, "a sample is missing or above the declared maximum");
    if (facts.bits == 16) ((uint16_t *)(void *)rows)[i] = (uint16_t)(value * 65535 / run.maximum);
    else rows[i] = (unsigned char)(value * 255 / run.maximum);
  }
  return 1;
}

int pen_image_encode_pnm(pen_ctx *ctx, pen_tensor *r, int64_t *used, const pen_tensor *a) {
  (void)ctx;
  pen_picture p;
  PEN_TRY(pen_picture_check(__func__, &p, a, 1 << 1 | 1 << 3, r, used));
  char text[64];
  const int64_t length = p.width * p.channels;
  const int64_t start = snprintf(text, sizeof text, "P%c\n%lld %lld\n255\n", p.channels == 1 ? '5' : '6',
                                 (long long)p.width, (long long)p.height);
  PEN_REQUIRE(start + length * p.height <= r->sizes[0], "r is too small");
  unsigned char *out = (unsigned char *)pen_address(r);
  memcpy(out, text, (size_t)start);
  for (int64_t y = 0; y < p.height; y++) pen_picture_row(&p, y, out + start + y * length);
  *used = start + length * p.height;
  return PEN_OK;
}
