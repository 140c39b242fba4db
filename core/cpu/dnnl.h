/* What core/cpu needs of oneDNN 2.x: one engine and stream per context, and plans. A plan is a primitive with a port
 * for each of its tensors. A port knows the tensor as its owner keeps it (plain) and as the primitive wants it (inner),
 * and reorders between the two. Inner tensors and scratchpads live in the context's scratch memory, so a plan that has
 * run once allocates nothing. */
#ifndef PEN_CPU_DNNL_H
#define PEN_CPU_DNNL_H

#include <dnnl.h>

#include "context.h"

enum { PEN_PLAN_KEY = 18, PEN_PLAN_PORTS = 4, PEN_PLANS = 256 };

int pen_dnnl_fail(const char *function, const char *call, dnnl_status_t status);
#define PEN_DNNL(call) \
  do { \
    dnnl_status_t pen_dnnl_ = (call); \
    if (pen_dnnl_ != dnnl_success) return pen_dnnl_fail(__func__, #call, pen_dnnl_); \
  } while (0)

typedef struct {
  dnnl_primitive_t primitive;
  dnnl_memory_t scratchpad;
} pen_step;

typedef struct {
  int argument; /* DNNL_ARG_... of the plan's primitive */
  dnnl_memory_t plain, inner;
  pen_step reorder; /* primitive NULL: plain and inner are one */
  size_t offset;    /* of the inner tensor in scratch memory */
} pen_port;

typedef struct {
  int64_t key[PEN_PLAN_KEY];
  pen_step main;
  int ports_used, outputs; /* the first ports are the outputs */
  pen_port ports[PEN_PLAN_PORTS];
  size_t inner_bytes, scratchpad_bytes; /* the scratchpad, one for all steps, lies behind the inner tensors */
} pen_plan;

/* Fills an empty plan, by one call of pen_plan_build. */
typedef int (*pen_plan_builder)(pen_ctx *ctx, pen_plan *plan, const int64_t *key);

/* The plan for a key, built when there is none. PEN_PLANS are kept; the oldest goes first. */
int pen_plan_find(pen_ctx *ctx, pen_plan **out, const int64_t key[PEN_PLAN_KEY], pen_plan_builder build);
typedef struct {
  const void *descriptor;  /* what a dnnl_..._desc_init filled */
  int n, outputs, relu;    /* ports, outputs first; whether the output is its positive part */
  const int *arguments;    /* one for each port */
  const dnnl_memory_desc_t *plain; /* and its layout */
} pen_operation;
int pen_plan_build(pen_ctx *ctx, pen_plan *plan, const pen_operation *operation);
/* Fills only inner_bytes and scratchpad_bytes of an empty plan. pen_primitives_open(ctx) comes before. */
int pen_plan_measure(pen_ctx *ctx, pen_plan *plan, const pen_operation *operation);
int pen_primitives_open(pen_ctx *ctx);
/* data: one address per port, in plain layout. seconds: NULL, or where the time of the primitive alone goes. */
int pen_plan_run(pen_ctx *ctx, pen_plan *plan, void *const *data, double *seconds);

/* Whether numbers below 1e-38 count as 0, on all threads. Winograd's transforms leave such numbers where everything
 * should cancel, and arithmetic with them takes a hundred times as long: left alone, they made the gradients of some
 * layers two to three times as slow as the same shape elsewhere. */
void pen_flush_tiny_numbers(int on);

#endif
