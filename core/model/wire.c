/* Reads the protocol buffers wire format. Never reads outside the span that it was given. */
#include "wire.h"

#include <stddef.h>

int pen_wire_varint(pen_span *span, uint64_t *value) {
  *value = 0;
  for (int shift = 0; shift < 70 && span->at < span->end; shift += 7) {
    uint8_t byte = *span->at++;
    if (shift < 64) *value |= (uint64_t)(byte & 127) << shift;
    if (byte < 128) return 1;
  }
  return 0;
}

static int take_bytes(pen_span *span, uint64_t length, pen_span *bytes) {
  if (length > (uint64_t)(span->end - span->at)) return -1;
  bytes->at = span->at;
  span->at += (size_t)length;
  bytes->end = span->at;
  return 1;
}

int pen_wire_next(pen_span *span, pen_field *field) {
  uint64_t tag, length;
  if (span->at == span->end) return 0;
  if (!pen_wire_varint(span, &tag) || tag >> 3 == 0 || tag >> 3 > 536870911) return -1;
  *field = (pen_field){(uint32_t)(tag >> 3), (int)(tag & 7), 0, {NULL, NULL}};
  switch (field->kind) {
    case PEN_WIRE_VARINT: return pen_wire_varint(span, &field->value) ? 1 : -1;
    case PEN_WIRE_FIXED64: return take_bytes(span, 8, &field->bytes);
    case PEN_WIRE_BYTES: return pen_wire_varint(span, &length) ? take_bytes(span, length, &field->bytes) : -1;
    case PEN_WIRE_FIXED32: return take_bytes(span, 4, &field->bytes);
    default: return -1;
  }
}
