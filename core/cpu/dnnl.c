/* oneDNN's engine, stream and primitives, kept in the context. */
#include "dnnl.h"

#include <dnnl_debug.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef __SSE2__
#include <xmmintrin.h>
#endif

enum { ALIGNMENT = 64, SLOT = 0 };

struct pen_primitives {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  dnnl_primitive_attr_t attributes, relu; /* scratchpads come from us; relu: made when needed */
  int used, next;
  pen_plan plans[PEN_PLANS];
};

int pen_dnnl_fail(const char *function, const char *call, dnnl_status_t status) {
  return pen_fail(status == dnnl_out_of_memory ? PEN_EMEM : PEN_EDEVICE, function, "oneDNN: %s in %s",
                  dnnl_status2str(status), call);
}

/* ---- lifetime ---- */

static int open_engine(pen_primitives *p) {
  PEN_DNNL(dnnl_engine_create(&p->engine, dnnl_cpu, 0));
  PEN_DNNL(dnnl_stream_create(&p->stream, p->engine, dnnl_stream_default_flags));
  PEN_DNNL(dnnl_primitive_attr_create(&p->attributes));
  PEN_DNNL(dnnl_primitive_attr_set_scratchpad_mode(p->attributes, dnnl_scratchpad_mode_user));
  return PEN_OK;
}

static void drop_step(pen_step *step) {
  dnnl_memory_destroy(step->scratchpad);
  dnnl_primitive_destroy(step->primitive);
}

static void drop_plan(pen_plan *plan) {
  for (int i = 0; i < plan->ports_used; i++) {
    pen_port *port = &plan->ports[i];
    if (port->inner != port->plain) dnnl_memory_destroy(port->inner);
    dnnl_memory_destroy(port->plain);
    drop_step(&port->reorder);
  }
  drop_step(&plan->main);
  memset(plan, 0, sizeof *plan);
}

void pen_primitives_free(pen_ctx *ctx) {
  pen_primitives *p = ctx->primitives;
  if (!p) return;
  for (int i = 0; i < p->used; i++) drop_plan(&p->plans[i]);
  dnnl_primitive_attr_destroy(p->attributes);
  dnnl_primitive_attr_destroy(p->relu);
  dnnl_stream_destroy(p->stream);
  dnnl_engine_destroy(p->engine);
  free(p);
  ctx->primitives = NULL;
}

int pen_primitives_open(pen_ctx *ctx) {
  if (ctx->primitives) return PEN_OK;
  ctx->primitives = (pen_primitives *)calloc(1, sizeof *ctx->primitives);
  if (!ctx->primitives) PEN_FAIL(PEN_EMEM, "out of memory");
  int status = open_engine(ctx->primitives);
  if (status != PEN_OK) pen_primitives_free(ctx);
  return status;
}

int pen_plan_find(pen_ctx *ctx, pen_plan **out, const int64_t key[PEN_PLAN_KEY], pen_plan_builder build) {
  PEN_TRY(pen_primitives_open(ctx));
  pen_primitives *p = ctx->primitives;
  for (int i = 0; i < p->used; i++)
    if (memcmp(p->plans[i].key, key, sizeof p->plans[i].key) == 0) {
      *out = &p->plans[i];
      return PEN_OK;
    }
  pen_plan *plan = &p->plans[p->next];
  drop_plan(plan);
  int status = build(ctx, plan, key);
  if (status != PEN_OK) {
    drop_plan(plan);
    return status;
  }
  memcpy(plan->key, key, sizeof plan->key);
  p->next = (p->next + 1) % PEN_PLANS;
  if (p->used < PEN_PLANS) p->used++;
  *out = plan;
  return PEN_OK;
}

/* ---- building ---- */

/* Makes the primitive that description describes, with room for its scratchpad. */
static int make_step(pen_primitives *p, pen_plan *plan, pen_step *step, const_dnnl_primitive_desc_t description) {
  const dnnl_memory_desc_t *pad = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
  const size_t bytes = dnnl_memory_desc_get_size(pad);
  if (bytes > plan->scratchpad_bytes) plan->scratchpad_bytes = bytes;
  PEN_DNNL(dnnl_memory_create(&step->scratchpad, pad, p->engine, DNNL_MEMORY_NONE));
  PEN_DNNL(dnnl_primitive_create(&step->primitive, description));
  return PEN_OK;
}

static int make_reorder(pen_primitives *p, pen_plan *plan, pen_port *port, const dnnl_memory_desc_t *from,
                        const dnnl_memory_desc_t *to) {
  dnnl_primitive_desc_t description;
  PEN_DNNL(dnnl_reorder_primitive_desc_create(&description, from, p->engine, to, p->engine, p->attributes));
  int status = make_step(p, plan, &port->reorder, description);
  dnnl_primitive_desc_destroy(description);
  return status;
}

/* Room for an inner tensor of this layout; returns where it begins. */
static size_t reserve(pen_plan *plan, const dnnl_memory_desc_t *inner) {
  const size_t offset = plan->inner_bytes;
  plan->inner_bytes += (dnnl_memory_desc_get_size(inner) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  return offset;
}

static int add_port(pen_primitives *p, pen_plan *plan, const dnnl_memory_desc_t *plain,
                    const dnnl_memory_desc_t *inner, int argument) {
  const int output = plan->ports_used < plan->outputs;
  pen_port *port = &plan->ports[plan->ports_used++];
  port->argument = argument;
  PEN_DNNL(dnnl_memory_create(&port->plain, plain, p->engine, DNNL_MEMORY_NONE));
  port->inner = port->plain;
  if (dnnl_memory_desc_equal(plain, inner)) return PEN_OK;
  PEN_DNNL(dnnl_memory_create(&port->inner, inner, p->engine, DNNL_MEMORY_NONE));
  port->offset = reserve(plan, inner);
  return output ? make_reorder(p, plan, port, inner, plain) : make_reorder(p, plan, port, plain, inner);
}

/* Attributes with one step behind the primitive: max(x, 0). */
static int make_relu(dnnl_primitive_attr_t *out) {
  dnnl_post_ops_t steps;
  PEN_DNNL(dnnl_primitive_attr_create(out));
  PEN_DNNL(dnnl_primitive_attr_set_scratchpad_mode(*out, dnnl_scratchpad_mode_user));
  PEN_DNNL(dnnl_post_ops_create(&steps));
  dnnl_status_t status = dnnl_post_ops_append_eltwise(steps, 1.0f, dnnl_eltwise_relu, 0.0f, 0.0f);
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(*out, steps);
  dnnl_post_ops_destroy(steps);
  PEN_DNNL(status);
  return PEN_OK;
}

static int describe(pen_primitives *p, dnnl_primitive_desc_t *description, const pen_operation *o) {
  if (o->relu && !p->relu) PEN_TRY(make_relu(&p->relu));
  PEN_DNNL(dnnl_primitive_desc_create(description, o->descriptor, o->relu ? p->relu : p->attributes, p->engine, NULL));
  return PEN_OK;
}

int pen_plan_measure(pen_ctx *ctx, pen_plan *plan, const pen_operation *o) {
  dnnl_primitive_desc_t description;
  PEN_TRY(describe(ctx->primitives, &description, o));
  plan->scratchpad_bytes =
      dnnl_memory_desc_get_size(dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0));
  for (int i = 0; i < o->n; i++) {
    const dnnl_memory_desc_t *inner =
        dnnl_primitive_desc_query_md(description, dnnl_query_exec_arg_md, o->arguments[i]);
    if (!dnnl_memory_desc_equal(&o->plain[i], inner)) reserve(plan, inner);
  }
  dnnl_primitive_desc_destroy(description);
  return PEN_OK;
}

int pen_plan_build(pen_ctx *ctx, pen_plan *plan, const pen_operation *o) {
  pen_primitives *p = ctx->primitives;
  dnnl_primitive_desc_t description;
  PEN_TRY(describe(p, &description, o));
  plan->outputs = o->outputs;
  int status = make_step(p, plan, &plan->main, description);
  for (int i = 0; i < o->n && status == PEN_OK; i++)
    status = add_port(p, plan, &o->plain[i],
                      dnnl_primitive_desc_query_md(description, dnnl_query_exec_arg_md, o->arguments[i]),
                      o->arguments[i]);
  dnnl_primitive_desc_destroy(description);
  return status;
}

/* ---- running ---- */

static int run_step(pen_primitives *p, const pen_step *step, int n, dnnl_exec_arg_t *arguments) {
  arguments[n].arg = DNNL_ARG_SCRATCHPAD, arguments[n].memory = step->scratchpad;
  PEN_DNNL(dnnl_primitive_execute(step->primitive, p->stream, n + 1, arguments));
  PEN_DNNL(dnnl_stream_wait(p->stream));
  return PEN_OK;
}

static int run_reorders(pen_primitives *p, const pen_plan *plan, int from, int to) {
  for (int i = from; i < to; i++) {
    const pen_port *port = &plan->ports[i];
    const int output = i < plan->outputs;
    if (!port->reorder.primitive) continue;
    dnnl_exec_arg_t arguments[3] = {{DNNL_ARG_FROM, output ? port->inner : port->plain},
                                    {DNNL_ARG_TO, output ? port->plain : port->inner}};
    PEN_TRY(run_step(p, &port->reorder, 2, arguments));
  }
  return PEN_OK;
}

/* Tells every memory object of the plan where its data is in this call. */
static int bind(pen_ctx *ctx, pen_plan *plan, void *const *data) {
  void *block;
  PEN_TRY(pen_scratch(ctx, &block, SLOT, plan->inner_bytes + plan->scratchpad_bytes));
  char *scratchpad = (char *)block + plan->inner_bytes;
  PEN_DNNL(dnnl_memory_set_data_handle(plan->main.scratchpad, scratchpad));
  for (int i = 0; i < plan->ports_used; i++) {
    pen_port *port = &plan->ports[i];
    PEN_DNNL(dnnl_memory_set_data_handle(port->plain, data[i]));
    if (!port->reorder.primitive) continue;
    PEN_DNNL(dnnl_memory_set_data_handle(port->inner, (char *)block + port->offset));
    PEN_DNNL(dnnl_memory_set_data_handle(port->reorder.scratchpad, scratchpad));
  }
  return PEN_OK;
}

void pen_flush_tiny_numbers(int on) {
#ifdef __SSE2__
  enum { FLUSH_RESULTS = 0x8000, FLUSH_OPERANDS = 0x0040 }; /* bits of MXCSR */
#pragma omp parallel
  {
    const unsigned flags = _mm_getcsr() & ~(unsigned)(FLUSH_RESULTS | FLUSH_OPERANDS);
    _mm_setcsr(on ? flags | FLUSH_RESULTS | FLUSH_OPERANDS : flags);
  }
#else
  (void)on;
#endif
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int pen_plan_run(pen_ctx *ctx, pen_plan *plan, void *const *data, double *seconds) {
  pen_primitives *p = ctx->primitives;
  dnnl_exec_arg_t arguments[PEN_PLAN_PORTS + 1];
  PEN_TRY(bind(ctx, plan, data));
  for (int i = 0; i < plan->ports_used; i++)
    arguments[i].arg = plan->ports[i].argument, arguments[i].memory = plan->ports[i].inner;
  PEN_TRY(run_reorders(p, plan, plan->outputs, plan->ports_used));
  pen_flush_tiny_numbers(1);
  const double start = now();
  const int status = run_step(p, &plan->main, plan->ports_used, arguments);
  pen_flush_tiny_numbers(0);
  PEN_TRY(status);
  if (seconds) *seconds = now() - start;
  return run_reorders(p, plan, 0, plan->outputs);
}
