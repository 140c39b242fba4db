// Work recorded once and run again as one piece: CUDA graphs, captured from the context's stream. An evaluation of some
// milliseconds is a few hundred launches; as a graph they cost the host one.
#include <stdlib.h>

#include "context.cuh"

struct pen_graph {
  cudaGraphExec_t work;
};

int pen_graph_begin(pen_ctx *ctx) {
  PEN_REQUIRE(ctx && !ctx->recording, "ctx is NULL or recording already");
  PEN_CUDA(cudaStreamBeginCapture(ctx->stream, cudaStreamCaptureModeThreadLocal));
  ctx->recording = 1;
  return PEN_OK;
}

// Whatever happened meanwhile, the context computes again afterwards.
int pen_graph_end(pen_ctx *ctx, pen_graph **out) {
  PEN_REQUIRE(ctx && out && ctx->recording, "NULL argument, or nothing is recorded");
  cudaGraph_t captured = NULL;
  ctx->recording = 0;
  cudaError_t status = cudaStreamEndCapture(ctx->stream, &captured);
  pen_graph *graph = status == cudaSuccess ? (pen_graph *)calloc(1, sizeof *graph) : NULL;
  if (graph) status = cudaGraphInstantiate(&graph->work, captured, 0);
  if (captured) cudaGraphDestroy(captured);
  if (graph && status == cudaSuccess) {
    *out = graph;
    return PEN_OK;
  }
  free(graph);
  cudaGetLastError();
  PEN_CUDA(status);
  PEN_FAIL(PEN_EMEM, "out of memory");
}

int pen_graph_run(pen_ctx *ctx, pen_graph *graph) {
  PEN_REQUIRE(ctx && graph, "NULL argument");
  PEN_CUDA(cudaGraphLaunch(graph->work, ctx->stream));
  return pen_cuda_launched(ctx, __func__);
}

int pen_graph_free(pen_ctx *ctx, pen_graph *graph) {
  PEN_REQUIRE(ctx && graph, "NULL argument");
  cudaStreamSynchronize(ctx->stream);
  cudaGraphExecDestroy(graph->work);
  free(graph);
  return PEN_OK;
}
