/* The wire format of protocol buffers (developers.google.com/protocol-buffers/docs/encoding): a message is a run of
 * fields, each a tag (number, kind) and a value. Nothing is copied: fields point into the message. Groups (kinds 3 and
 * 4), long out of use, count as damage. */
#ifndef PEN_WIRE_H
#define PEN_WIRE_H

#include <stdint.h>

enum { PEN_WIRE_VARINT = 0, PEN_WIRE_FIXED64 = 1, PEN_WIRE_BYTES = 2, PEN_WIRE_FIXED32 = 5 };

typedef struct pen_span {
  const uint8_t *at, *end;
} pen_span;

typedef struct pen_field {
  uint32_t number;
  int kind;
  uint64_t value; /* of a varint */
  pen_span bytes; /* of every other kind */
} pen_field;

/* Moves span behind the number; 0 when it does not end in time. */
int pen_wire_varint(pen_span *span, uint64_t *value);

/* 1: the next field is in *field, span stands behind it. 0: end of the message. -1: damaged or cut off. */
int pen_wire_next(pen_span *span, pen_field *field);

#endif
