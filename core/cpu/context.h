/* The CPU's context, seen by core/cpu only. */
#ifndef PEN_CPU_CONTEXT_H
#define PEN_CPU_CONTEXT_H

#include "internal.h"

typedef struct pen_primitives pen_primitives; /* oneDNN and its cached primitives: core/cpu/dnnl.c */
void pen_primitives_free(pen_ctx *ctx);

struct pen_ctx {
  pen_memory memory;
  int device; /* PEN_HOST; in the far build its number */
  int exact;  /* pen_ctx_precision */
  pen_primitives *primitives;
};

#endif
