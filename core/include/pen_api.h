/* Pentimento's C interface. Read by cc, by nvcc and by LuaJIT's ffi.cdef, so: no preprocessor lines here.
 *
 * Every function returns 0, or a pen_status and leaves a message in pen_last_error() (per thread). Arguments come as
 * (ctx, outputs, inputs, parameters). Tensors are strided views: unless a line says "contiguous", any strides do. C
 * checks types, shapes and bounds, fills outputs that the caller has already sized, and keeps no pointer.
 *
 * Each library computes in its own memory, libpen_cpu.so on the host, libpen_cuda.so on a GPU, and refuses tensors that
 * lie elsewhere; only pen_upload and pen_download see both. Functions for the host, as their section says, are in
 * libpen_cpu.so only.
 *
 * Shape letters: C,H,W feature map; N = H*W positions; K bins; P patch side. Types: "float" = PEN_FLOAT, "real" = any.
 * Exactness: [exact] same bits on every device and thread count; [ulp] a few units in the last place; [lib] through
 * BLAS or DNN, tolerance stated in the spec of the same name. Sums are double, in fixed chunks, added in order.
 */

enum { PEN_ABI = 8, PEN_MAX_DIM = 8, PEN_HOST = -1 };

enum pen_status {
  PEN_OK = 0,
  PEN_EARG = 1,    /* wrong type, shape, range or NULL: the caller's mistake */
  PEN_EMEM = 2,    /* out of memory: the message states the need */
  PEN_EFILE = 3,   /* missing, unreadable, truncated or malformed file; failed write */
  PEN_EDEVICE = 4, /* no such device, driver or library failure */
};

/* The types below PEN_TYPES are those that C computes with. Storages may hold halves, too; only pen_half_encode and
 * pen_half_decode take tensors of them. */
enum pen_type {
  PEN_BYTE, PEN_CHAR, PEN_SHORT, PEN_INT, PEN_LONG, PEN_FLOAT, PEN_DOUBLE, PEN_TYPES, PEN_HALF = PEN_TYPES
};

typedef struct pen_ctx pen_ctx;

/* A counted block of elements. Lua holds the references; data moves only in pen_storage_resize. */
typedef struct pen_storage {
  void *data;
  int64_t size; /* elements */
  int32_t dtype;
  int32_t refs;
  int32_t device; /* PEN_HOST, or the number of the device where data lies */
  int32_t spare;
  pen_ctx *ctx;
  void (*destroy)(struct pen_storage *storage); /* in the library that made it */
} pen_storage;

/* A strided view, and at the same time Torch's tensor. The field names keep clear of Torch's method names. */
typedef struct pen_tensor {
  pen_storage *store; /* NULL: empty */
  int64_t start;      /* first element, 0-based */
  int32_t ndim;       /* 0: no elements, as in Torch */
  int32_t dtype;
  int32_t klass; /* Lua's class number (torch.FloatTensor, torch.CudaTensor, ...); C does not read it */
  int32_t spare;
  int64_t sizes[8], strides[8]; /* in elements */
} pen_tensor;

/* Lua's handle on a storage (torch.FloatStorage and kin). */
typedef struct pen_storage_ref {
  pen_storage *store;
  int32_t klass;
} pen_storage_ref;

/* ---- status, contexts, memory (core/status.c, core/memory.c, core/storage.c, core/cpu/context.c) ---- */

int pen_abi(void);
const char *pen_last_error(void);
/* How many devices this library can compute on; PEN_EDEVICE says why there are none. */
int pen_device_count(int *count);
typedef struct pen_device {
  char name[64];
  int32_t major, minor, processors; /* compute capability (0.0 on the CPU); multiprocessors, or threads */
  int32_t driver, runtime;          /* CUDA versions, as 12040 for 12.4; 0 on the CPU */
  int64_t total, free;              /* bytes of memory */
} pen_device;
int pen_device_describe(pen_device *out, int device);
/* device: 0-based. The CPU is one device. The new context becomes the current one of its library. */
int pen_ctx_new(pen_ctx **out, int device);
int pen_ctx_free(pen_ctx *ctx);
/* Makes ctx the current one: from now on tensors on other devices of the library are refused. */
int pen_ctx_select(pen_ctx *ctx);
/* Waits for all work that ctx was given, and returns what went wrong in it. */
int pen_ctx_sync(pen_ctx *ctx);
/* Bytes alive in storages and scratch, the highest they have been, and how many allocations there were so far. */
int pen_ctx_bytes(pen_ctx *ctx, int64_t *live, int64_t *peak, int64_t *allocations);
/* Allocations that would take the live bytes above limit fail with PEN_EMEM; 0 = no limit. */
int pen_ctx_limit(pen_ctx *ctx, int64_t limit);
/* Gives scratch memory back until it is needed again. A graph that was recorded before must not run any more. */
int pen_ctx_trim(pen_ctx *ctx);
int pen_ctx_threads(pen_ctx *ctx, int *threads); /* > 0 sets, 0 asks; on a GPU always 1 */
/* PEN_FAST, at the start: algorithms that round a little more than the plain sum (on the CPU Winograd's convolution,
 * 1e-6 instead of 2e-7 relative; on GPUs TF32 products, 1e-3). PEN_EXACT: only such as round like the plain sum.
 * PEN_BF16: convolutions on 16-bit numbers (8 bits of precision), summed in float; GPUs only. */
enum pen_precision { PEN_FAST = 0, PEN_EXACT = 1, PEN_BF16 = 2 };
int pen_ctx_precision(pen_ctx *ctx, int precision);
/* on: a GPU times its convolution algorithms at each new shape and keeps the fastest, instead of taking the one that is
 * estimated to be. Sums may then be added in another order from one process to the next. The CPU does not time. */
int pen_ctx_autotune(pen_ctx *ctx, int on);
/* Between begin and end, work is recorded and not done; a graph does it again, in the same memory, as one piece. What
 * waits for results or allocates memory fails meanwhile, and then pen_graph_end does, too. GPUs only. */
typedef struct pen_graph pen_graph;
int pen_graph_begin(pen_ctx *ctx);
int pen_graph_end(pen_ctx *ctx, pen_graph **out);
int pen_graph_run(pen_ctx *ctx, pen_graph *graph);
int pen_graph_free(pen_ctx *ctx, pen_graph *graph);
/* Uninitialised. refs = 1. n >= 0 elements. */
int pen_storage_new(pen_ctx *ctx, pen_storage **out, int dtype, int64_t n);
int pen_storage_resize(pen_storage *s, int64_t n); /* keeps the first min(old, new) elements */
/* n elements of owner from the 0-based first on, as a storage of its own; it keeps owner, which must not be resized
 * meanwhile, and is not to be resized itself. refs = 1. */
int pen_storage_view(pen_storage **out, pen_storage *owner, int64_t first, int64_t n);
/* The finalizer of tensors and storage handles, of any library: drops the reference in *(pen_storage **)handle. NULL is
 * fine. */
void pen_release(void *handle);

/* Elements from the host to the device of ctx, and back: r and a are contiguous, of one type and number of elements,
 * and have no memory in common. The only ways between the two. pen_download waits for the work before it. [exact] */
int pen_upload(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a);
int pen_download(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a);

/* ---- views alone, wherever their elements lie (core/shape.c, core/view.c) ----
 * The exception: these return the answer, not a status, but for pen_shape_set, and take only what Lua has made, without
 * a check. They are called before and after all work, on the smallest tensors, too. */

int64_t pen_elements(const pen_tensor *t);
int pen_same_shape(const pen_tensor *a, const pen_tensor *b);
int pen_is_contiguous(const pen_tensor *t);
/* How many elements the storage must have so that all of t lies inside. */
int64_t pen_reach(const pen_tensor *t);
/* t views the same elements, in the same shape, as source; its class and type stay. */
void pen_view_set(pen_tensor *t, const pen_tensor *source);
/* Takes the 0-based dimension d away. */
void pen_view_drop(pen_tensor *t, int d);
/* Torch's view. Whether t can have these n sizes instead, with the same elements: it is contiguous and their product is
 * the number of its elements. One size may be -1, for what the others leave. If so, t has them. */
int pen_view_shape(pen_tensor *t, int n, const double *sizes);
/* Torch's expand. Whether t repeats to n sizes, as many as it has or more, by strides of 0 where its own size is 1 or
 * where further dimensions come in front. If so, it does. */
int pen_view_expand(pen_tensor *t, int n, const int64_t *sizes);
/* Gives t n sizes, rounded down, and the strides, contiguous ones where strides is NULL or, as in Torch, negative; a
 * size of 0 empties t. The storage stays as it is: it may be too small. PEN_EARG: NULL, more than PEN_MAX_DIM sizes, a
 * negative one, elements or strides beyond 2^53. */
int pen_shape_set(pen_tensor *t, int n, const double *sizes, const double *strides);
/* The same with the sizes of source, contiguous, but size 1 in the 0-based dimension single (-1: in none). */
void pen_shape_like(pen_tensor *t, const pen_tensor *source, int single);
/* Torch's cat. r takes the contiguous shape of a and b, neither empty nor r, one behind the other along the 0-based
 * dimension d, which both may lack. 0, and nothing done: other sizes differ, or the result would be too large. */
int pen_shape_cat(pen_tensor *r, const pen_tensor *a, const pen_tensor *b, int d);

/* ---- interruption, for the host (core/interrupt.c) ---- */

/* From now on the first SIGINT or SIGTERM does not end the process; the second one does. number: the signal that came
 * since then, 0 if none. */
int pen_interrupt_watch(void);
int pen_interrupt_pending(int *number);

/* ---- pointwise (kernels/pointwise.c) ----
 * Equally many elements in each tensor, walked in row-major order; shapes may differ where the tensors are contiguous.
 * r and its sources have one type (pen_copy converts); r may be a source. [exact] but for transcendentals: [ulp]. */

enum pen_unary_op {
  PEN_ABS, PEN_NEG, PEN_SIGN, PEN_SQRT, PEN_RSQRT, PEN_EXP, PEN_LOG, PEN_LOG1P, PEN_SIN, PEN_COS, PEN_TAN,
  PEN_ASIN, PEN_ACOS, PEN_ATAN, PEN_SINH, PEN_COSH, PEN_TANH, PEN_SIGMOID, PEN_FLOOR, PEN_CEIL, PEN_ROUND, PEN_TRUNC,
  PEN_FRAC, PEN_CINV, PEN_NOT, PEN_UNARY_OPS
};
/* PEN_ADD is a + k b; PEN_RSUB, PEN_RDIV and PEN_RPOW have the operands the other way round. Shifts are of the bits of
 * integers, zeros moving in; of float and double they are products with powers of 2. */
enum pen_binary_op {
  PEN_ADD, PEN_MUL, PEN_DIV, PEN_MAX, PEN_MIN, PEN_POW, PEN_FMOD, PEN_REMAINDER, PEN_ATAN2, PEN_RSUB, PEN_RDIV,
  PEN_RPOW, PEN_AND, PEN_OR, PEN_XOR, PEN_LSHIFT, PEN_RSHIFT, PEN_BINARY_OPS
};
enum pen_compare_op { PEN_LT, PEN_GT, PEN_LE, PEN_GE, PEN_EQ, PEN_NE, PEN_COMPARE_OPS };

int pen_fill(pen_ctx *ctx, pen_tensor *r, double k);
int pen_copy(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a);
int pen_unary(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, int op);
int pen_binary(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, int op, double k);
int pen_scalar(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, int op, double k);
/* r byte, 0 or 1; against b, or against k when b is NULL. */
int pen_compare(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, int op, double k);
/* r = a + k b c, or with divide a + k b / c; of integers wrapping, and b / 0 is 0. */
int pen_ternary(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, const pen_tensor *c, int divide,
                double k);
int pen_clamp(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, double low, double high);
int pen_masked_fill(pen_ctx *ctx, pen_tensor *r, const pen_tensor *mask, double k); /* mask byte */
/* r half and a float, and back; halves are rounded to nearest, ties to even. kernels/half.c [exact] */
int pen_half_encode(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a);
int pen_half_decode(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a);

/* ---- reduce, scan, select (kernels/reduce.c, reduce_lines.c, distance.c, select.c, gather.c) ---- */

/* NORM is (sum |x|^p)^(1/p), with p = 0 the number of elements that are not 0. VAR, of floats or doubles, is the sum of
 * squared deviations from the mean, divided by n - p; NaN where that is not above 0. */
enum pen_reduce_op {
  PEN_REDUCE_SUM, PEN_REDUCE_PROD, PEN_REDUCE_MIN, PEN_REDUCE_MAX, PEN_REDUCE_NORM, PEN_REDUCE_VAR, PEN_REDUCE_OPS
};

/* Over all elements. PEN_REDUCE_MIN and MAX of an empty tensor are errors; NaN propagates. [exact] */
int pen_reduce(pen_ctx *ctx, double *out, const pen_tensor *a, int op, double p);
int pen_dot(pen_ctx *ctx, double *out, const pen_tensor *a, const pen_tensor *b); /* float or double */
/* sum (a - b)^2, differences taken in the element type, float or double. Only the numbers of elements must agree: views
 * are walked as the pointwise functions walk them. [exact] */
int pen_squared_distance(pen_ctx *ctx, double *out, const pen_tensor *a, const pen_tensor *b);
/* r = k (a - b), k rounded to the element type, float or double. [exact] */
int pen_difference(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, double k);
/* r [N x M] = k times the squared distance of each row of a [N x K] to each of b [M x K]; float or double, of one
 * type. Torch's match. [exact] */
int pen_row_distances(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, double k);
/* Along dimension dim (0-based): r is a's shape with size 1 there, and a's type. index: NULL, or with MIN and MAX a
 * long tensor of r's shape for the first, 1-based position of the extreme. [exact] */
int pen_reduce_dim(pen_ctx *ctx, pen_tensor *r, pen_tensor *index, const pen_tensor *a, int dim, int op, double p);
/* Running sum or product along dim; r has a's shape and type. [exact] */
int pen_scan(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, int dim, int product);
/* r (contiguous, as many elements as mask has ones) = the elements of a where mask (byte, 0 or 1) is 1, row-major. */
int pen_masked_select(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *mask);

/* Along dim (0-based), with index (long, 1-based) of the shape of what is picked: gather sets r to the elements of a at
 * index, scatter sets those of r to a. Types and the other sizes agree; where indices repeat, one wins. [exact] */
int pen_gather(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *index, int dim);
int pen_scatter(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *index, int dim);
/* Slice i of r along dim (0-based) becomes slice list[i] (long, 1-based) of a: gather for slices that are narrow, as
 * Torch's index. r and a have no element in common; types and the other sizes agree; PEN_EARG for indices outside. The
 * same holds for pen_index_put. [exact] */
int pen_index_get(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *list, int dim);
/* Slice list[i] (long, 1-based) of r along dim becomes slice i of a, or with add their sum, in i's order: Torch's
 * indexCopy and indexAdd. [exact] */
int pen_index_put(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *list, int dim, int add);
/* r = a, N x M of one type, with 0 above its k-th diagonal, or with upper below it; r may be a. Torch's tril and triu.
 * [exact] */
int pen_keep_triangle(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, int64_t k, int upper);
/* r [N x D long] = the 1-based indices of the N ones of mask (byte, contiguous, D dimensions), row-major: Torch's
 * nonzero. PEN_EARG for another number of rows. [exact] */
int pen_mask_indices(pen_ctx *ctx, pen_tensor *r, const pen_tensor *mask);

/* The row-major reverse of pen_masked_select: the elements of r where mask (byte, 0 or 1) is 1 become the first ones of
 * a (contiguous, r's type, as many elements as mask has ones, or more). [exact] */
int pen_masked_copy(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *mask);

/* ---- counting (kernels/count.c) ---- */

/* counts [R x K] of the elements of a [R x N, counts' type] in K bins from low to high, row by row; x == high is in the
 * last bin, what lies outside, and NaN, in none. low < high. [exact] */
int pen_count_bins(pen_ctx *ctx, pen_tensor *counts, const pen_tensor *a, double low, double high);
/* The most frequent element of each row, the smallest of several: values and order as pen_sort_rows leaves them. value
 * (values' type) and place (long) have one element for each row; place is where in the unsorted row the element stands
 * last. All contiguous, of equally many dimensions. [exact] */
int pen_mode(pen_ctx *ctx, pen_tensor *value, pen_tensor *place, const pen_tensor *values, const pen_tensor *order);

/* ---- long rows (kernels/rows.c) ---- */

/* a [M x n float or double, rows of neighbouring elements], b and r [n, a's type], k [M double]; sums are double.
 * k = a b. [exact] */
int pen_row_dots(pen_ctx *ctx, pen_tensor *k, const pen_tensor *a, const pen_tensor *b);
/* r = scale b + a^T k; r may be b. [exact] */
int pen_row_sum(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *k, const pen_tensor *b,
                double scale);

/* ---- sort (core/cpu/sort.c, pick.c) ---- */

/* Sorts a along its last dimension: stable, -0 equals +0, NaN last in both directions. values: the type and shape of a,
 * contiguous; order: long, the shape of a, contiguous, 1-based places. The three must not share storages. [exact] */
int pen_sort_rows(pen_ctx *ctx, pen_tensor *values, pen_tensor *order, const pen_tensor *a, int descending);
/* The part of these results that begins at the 0-based place first and is as long as the last dimension of values and
 * order, without a full sort; on the host. Torch's kthvalue, median and topk. PEN_EARG where a row has no such part.
 * [exact] */
int pen_pick_rows(pen_ctx *ctx, pen_tensor *values, pen_tensor *order, const pen_tensor *a, int64_t first,
                  int descending);

/* ---- random numbers, for the host (core/generator.c, random.c) ---- */

/* Mersenne Twister MT19937 with Torch's layout (5048 bytes, torch.getRNGState). Lua owns it; seed it first. */
typedef struct pen_generator {
  uint64_t seed;
  int32_t left, seeded;
  uint64_t next, state[624];
  double normal_x, normal_y, normal_rho; /* the second half of the last Box-Muller pair */
  int32_t normal_valid, spare;
} pen_generator;

/* Parameters a, b in Torch's order: uniform [a, b), normal (mean, deviation), exponential (rate), Cauchy (median,
 * width), log-normal (mean and deviation of the logarithm), geometric (p), Bernoulli (p), range: whole numbers a..b,
 * any: all non-negative whole numbers that the element type holds exactly (a single number: 0 .. 2^32 - 1). */
enum pen_distribution {
  PEN_UNIFORM, PEN_NORMAL, PEN_EXPONENTIAL, PEN_CAUCHY, PEN_LOG_NORMAL, PEN_GEOMETRIC, PEN_BERNOULLI, PEN_RANGE,
  PEN_ANY_WHOLE, PEN_DISTRIBUTIONS
};

int pen_generator_seed(pen_generator *g, uint64_t seed); /* init_genrand of its low 32 bits */
int pen_generator_check(const pen_generator *g);         /* PEN_EARG when no draw could have left this state */
/* One number; every element of r (real, host memory) in row-major order. The state moves on. [exact] */
int pen_random_number(pen_generator *g, double *out, int distribution, double a, double b);
int pen_random_fill(pen_generator *g, pen_tensor *r, int distribution, double a, double b);
/* r[i] = u <= p[i]; r: real, p: float or double, as many elements. [exact] */
int pen_random_bernoulli(pen_generator *g, pen_tensor *r, const pen_tensor *p);
/* r: real 1-D, becomes a random order of 1..n. [exact] */
int pen_random_permutation(pen_generator *g, pen_tensor *r);
/* r (rows x samples, long): 1-based categories drawn with probabilities proportional to p (rows x K, float or double,
 * not negative). cumulative: 1-D double of K, working memory. [exact] */
int pen_random_multinomial(pen_generator *g, pen_tensor *r, pen_tensor *cumulative, const pen_tensor *p, int replace);
/* The same with replacement, in two draws each however many categories: the elements of r (long) become i with
 * probability keep[i], else other[i], for i evenly from 1..K. keep: 1-D double, other: 1-D long, 1-based, both
 * contiguous. core/random_alias.c [exact] */
int pen_random_alias(pen_generator *g, pen_tensor *r, const pen_tensor *other, const pen_tensor *keep);

/* ---- linear algebra, for the host (core/cpu/lapack.c, decompose.c) ----
 * Matrices are column-major: neighbours in a column are neighbours in memory. All float or all double. PEN_EDEVICE
 * where LAPACK was not there at build time. [lib] */

/* b = a^-1 b; a (square) becomes its L and U. */
int pen_solve(pen_ctx *ctx, pen_tensor *a, pen_tensor *b);
/* The first N rows of b become x of least |a x - b|, or of least |x| where there are many; a [M x N] of full rank
 * becomes its factors, b has max(M, N) rows. */
int pen_least_squares(pen_ctx *ctx, pen_tensor *a, pen_tensor *b);
/* b = a^-1 b, or a^-T b, for the upper or lower triangle of a; unit: its diagonal counts as ones. */
int pen_solve_triangular(pen_ctx *ctx, pen_tensor *b, const pen_tensor *a, int upper, int transpose, int unit);
int pen_inverse(pen_ctx *ctx, pen_tensor *a); /* a = a^-1 */
/* One triangle of a (symmetric, positive definite) becomes its factor, a = U^T U or L L^T; the other is not touched. */
int pen_cholesky(pen_ctx *ctx, pen_tensor *a, int upper);
/* From the factor a of A: b = A^-1 b, and a becomes that triangle of A^-1. */
int pen_cholesky_solve(pen_ctx *ctx, pen_tensor *b, const pen_tensor *a, int upper);
int pen_cholesky_inverse(pen_ctx *ctx, pen_tensor *a, int upper);
/* The same with pivots (order, int, 1-based), for semidefinite matrices; tolerance < 0: LAPACK's own. */
int pen_cholesky_pivoted(pen_ctx *ctx, pen_tensor *a, pen_tensor *order, int64_t *rank, int upper, double tolerance);
/* values [N], ascending; with vectors the columns of a (symmetric; one triangle is read) become them. */
int pen_eigen_symmetric(pen_ctx *ctx, pen_tensor *values, pen_tensor *a, int vectors, int upper);
/* values [N x 2]: real and imaginary parts. vectors: NULL, or N x N, in columns; a pair of conjugate ones takes two,
 * its real and its imaginary part. a is overwritten. */
int pen_eigen(pen_ctx *ctx, pen_tensor *values, pen_tensor *vectors, pen_tensor *a);
/* a [M x N] = u diag(values) v_transposed, values descending; K = min(M, N): u M x K and v_transposed K x N, or both
 * square. a is overwritten. */
int pen_svd(pen_ctx *ctx, pen_tensor *u, pen_tensor *values, pen_tensor *v_transposed, pen_tensor *a);
/* a [M x N] becomes R, above its diagonal, and the reflectors that make up Q, below it, with tau [min(M, N)]. */
int pen_qr(pen_ctx *ctx, pen_tensor *a, pen_tensor *tau);
int pen_qr_factor(pen_ctx *ctx, pen_tensor *a, const pen_tensor *tau); /* a, from pen_qr, N <= M, becomes Q */
/* c = Q c, Q^T c, c Q (left = 0) or c Q^T; a and tau from pen_qr. */
int pen_qr_multiply(pen_ctx *ctx, pen_tensor *c, const pen_tensor *a, const pen_tensor *tau, int left, int transpose);

/* ---- matrix product and network layers (kernels/matmul.c, core/cpu/conv.c, kernels/pool.c, kernels/relu.c) ---- */

/* r[m x n] = alpha * a[m x k] b[k x n] + beta * r; one type for all, any strides; r must not share memory with a or b.
 * beta = 0: what r held is not read. float [lib], others [exact]. */
int pen_gemm(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, double alpha, double beta);

/* Convolution as in Torch (cross-correlation, zeros beyond the border). float, all contiguous. x [B x] C x H x W,
 * w O x C x kH x kW, bias O or NULL, y [B x] O x H' x W', H' = floor((H + 2 pad_h - kH) / stride_h) + 1. [lib]
 * Relative errors (2-norm) are 1e-6, with exact precision on the CPU 2e-7: 3 x 3 kernels may use Winograd's algorithm.
 * relu: y is its positive part. Gradients: gx is overwritten; gw and gbias (or NULL) grow by scale times theirs. */
int pen_conv_forward(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, const pen_tensor *w, const pen_tensor *bias,
                     int stride_h, int stride_w, int pad_h, int pad_w, int relu);
int pen_conv_backward_data(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, const pen_tensor *w, int stride_h,
                           int stride_w, int pad_h, int pad_w);
int pen_conv_backward_weights(pen_ctx *ctx, pen_tensor *gw, pen_tensor *gbias, const pen_tensor *x,
                              const pen_tensor *gy, int stride_h, int stride_w, int pad_h, int pad_w, double scale);
/* The same through matrix products (kernels/conv_gemm.c): what those are checked against. [lib] */
int pen_conv_gemm_forward(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, const pen_tensor *w,
                          const pen_tensor *bias, int stride_h, int stride_w, int pad_h, int pad_w, int relu);
int pen_conv_gemm_backward_data(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, const pen_tensor *w, int stride_h,
                                int stride_w, int pad_h, int pad_w);
int pen_conv_gemm_backward_weights(pen_ctx *ctx, pen_tensor *gw, pen_tensor *gbias, const pen_tensor *x,
                                   const pen_tensor *gy, int stride_h, int stride_w, int pad_h, int pad_w,
                                   double scale);
/* The same in double, straight from the definition (kernels/conv_double.c): all tensors are double. [exact] */
int pen_conv_double_forward(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, const pen_tensor *w,
                            const pen_tensor *bias, int stride_h, int stride_w, int pad_h, int pad_w, int relu);
int pen_conv_double_backward_data(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, const pen_tensor *w,
                                  int stride_h, int stride_w, int pad_h, int pad_w);
int pen_conv_double_backward_weights(pen_ctx *ctx, pen_tensor *gw, pen_tensor *gbias, const pen_tensor *x,
                                     const pen_tensor *gy, int stride_h, int stride_w, int pad_h, int pad_w,
                                     double scale);
/* What each tap of a window sees (kernels/unfold.c): taps [C x kH kW x H' x W'] from x [C x H x W], both float or both
 * double and contiguous; tap (u, v) at output (p, q) is place (p stride_h - pad_h + u dilation_h, q stride_w - pad_w +
 * v dilation_w) of x, or outside. H' and W' are as wished. fold: x = the sum of the taps that see each place.
 * [exact] */
int pen_unfold(pen_ctx *ctx, pen_tensor *taps, const pen_tensor *x, int kernel_h, int kernel_w, int stride_h,
               int stride_w, int pad_h, int pad_w, int dilation_h, int dilation_w, double outside);
int pen_fold(pen_ctx *ctx, pen_tensor *x, const pen_tensor *taps, int kernel_h, int kernel_w, int stride_h,
             int stride_w, int pad_h, int pad_w, int dilation_h, int dilation_w);
/* y = x with dimension dim (0-based) resized by linear interpolation, first and last sample staying the ends
 * (kernels/interpolate.c); gx = the gradient of that. float or double, contiguous, other sizes equal. [exact] */
int pen_interpolate(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, int dim);
int pen_interpolate_backward(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, int dim);
/* For benchmarks on the host: y from x, or x from y with backward, and the seconds that the library's own convolution
 * took, without the change of layouts before and after. winograd: 0 direct, 1 Winograd. */
int pen_conv_time(pen_ctx *ctx, double *seconds, pen_tensor *x, const pen_tensor *w, pen_tensor *y, int backward,
                  int winograd, int stride, int pad);

/* For forecasts on the host: the bytes of scratch memory that a convolution takes on this processor, of planes x h x w
 * maps with out_planes kernels x kernel kernels that leave h and w as they are, forward or for the input's gradient. */
int pen_conv_scratch(pen_ctx *ctx, double *bytes, int64_t planes, int64_t h, int64_t w, int64_t out_planes, int kernel,
                     int backward);

/* Pooling. float or double, contiguous. x [B x] C x H x W, y [B x] C x H' x W' with H' = (H + 2 pad_h - kernel_h) /
 * stride_h + 1, rounded down or up, the last window beginning inside; pad <= kernel / 2. index: long, y's shape, the
 * 1-based row-major position of the first maximum in its plane. count_pad: padding counts in the average. Backwards, gx
 * may be a part of such a plane, which has rows of plane_width and holds gx's first element at origin (0-based); the
 * columns of index must lie side by side then, its rows and planes (of a 3-D one) need not. 0 and 0: all of it.
 * [exact] */
int pen_max_pool(pen_ctx *ctx, pen_tensor *y, pen_tensor *index, const pen_tensor *x, int kernel_h, int kernel_w,
                 int stride_h, int stride_w, int pad_h, int pad_w);
int pen_max_pool_backward(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, const pen_tensor *index, int kernel_h,
                          int kernel_w, int stride_h, int stride_w, int pad_h, int pad_w, int64_t plane_width,
                          int64_t origin);
int pen_average_pool(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, int kernel_h, int kernel_w, int stride_h,
                     int stride_w, int pad_h, int pad_w, int count_pad);
int pen_average_pool_backward(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, int kernel_h, int kernel_w,
                              int stride_h, int stride_w, int pad_h, int pad_w, int count_pad);

/* y = x <= threshold ? value : x, and gx = x <= threshold ? 0 : gy. float or double, strided, equal numbers of
 * elements; y may be x, gx may be gy. [exact] */
int pen_threshold(pen_ctx *ctx, pen_tensor *y, const pen_tensor *x, double threshold, double value);
int pen_threshold_backward(pen_ctx *ctx, pen_tensor *gx, const pen_tensor *gy, const pen_tensor *x, double threshold);

/* ---- losses (kernels/masked_mse.c, gram.c, tv.c, histogram.c, hist_match.c, masked_combine.c) ---- */

/* Feature maps are C x H x W, masks H x W with fractions in [0,1]; all float and contiguous. Gradients are the loss's
 * own, with weight 1; pen_masked_combine turns them into what a module of the chain hands back. */

/* The first *count elements of positions (int, H*W elements) become the ascending 0-based places where mask is above
 * level: the list that some losses take, which pass over what is not on the map. [exact] */
int pen_mask_positions(pen_ctx *ctx, pen_tensor *positions, int64_t *count, const pen_tensor *mask, double level);
/* mean [1 double] = sum((a - b)^2) / n, gradient = 2/n (a - b); n = count, or with count = 0 the number of elements.
 * With a mask (NULL: none, and any shape) of a*m - b*m, and gradient is written only where mask > 0. [exact] */
int pen_mse(pen_ctx *ctx, pen_tensor *gradient, pen_tensor *mean, const pen_tensor *a, const pen_tensor *b,
            const pen_tensor *mask, int64_t count);
/* gram[C x C] = scale * X X^T with X = features * mask as C x N, of the given positions: those with mask > 0. [lib] */
int pen_masked_gram(pen_ctx *ctx, pen_tensor *gram, const pen_tensor *features, const pen_tensor *mask,
                    const pen_tensor *positions, double scale);
/* gradient = dL/dX = scale * (E + E^T) X for E = gram_gradient = dL/dgram, written only at the positions. [lib] */
int pen_masked_gram_backward(pen_ctx *ctx, pen_tensor *gradient, const pen_tensor *gram_gradient,
                             const pen_tensor *features, const pen_tensor *mask, const pen_tensor *positions,
                             double scale);
/* Gradient of half the sum of squared forward differences over the (H-1) x (W-1) interior of x. [exact] */
int pen_tv_gradient(pen_ctx *ctx, pen_tensor *gradient, const pen_tensor *x);
/* low[C] and high[C]: the least and the largest feature of each channel where mask >= 0.1; inf and -inf if there is
 * none. [exact] */
int pen_channel_range(pen_ctx *ctx, pen_tensor *low, pen_tensor *high, const pen_tensor *features,
                      const pen_tensor *mask);
/* counts[C x K] of features where mask >= 0.1, in K bins from low[C] to high[C]. [exact] */
int pen_histogram(pen_ctx *ctx, pen_tensor *counts, const pen_tensor *features, const pen_tensor *low,
                  const pen_tensor *high, const pen_tensor *mask);
/* Values of a target histogram by rank: out = low + (bin + fraction) * (high - low) / K, written only where
 * mask >= 0.1. sorted[C x N] ascending, order[C x N] int, 1-based; the rank of place i is i - (N - count).
 * hist[C x K] counts scaled to count, cumulative[C x K] their running sum, low[C], high[C]. [exact] */
int pen_hist_remap(pen_ctx *ctx, pen_tensor *out, const pen_tensor *sorted, const pen_tensor *order,
                   const pen_tensor *mask, const pen_tensor *hist, const pen_tensor *cumulative, const pen_tensor *low,
                   const pen_tensor *high, int64_t count);
/* The histogram loss: gradient = features - remapped at the positions (those with mask > 0.1), by the stable rank
 * among them in the channel, 0 where 0 < mask <= 0.1, not written elsewhere; loss [1 double] = sum of gradient^2 /
 * elements. [exact] */
int pen_hist_match(pen_ctx *ctx, pen_tensor *gradient, pen_tensor *loss, const pen_tensor *features,
                   const pen_tensor *mask, const pen_tensor *positions, const pen_tensor *hist,
                   const pen_tensor *cumulative, const pen_tensor *low, const pen_tensor *high, int64_t elements);
/* gradient = (weight * h / (|h| + 1e-8) + incoming) * mask, with h = gradient, times mask if mask_own; |h| is the
 * 1-norm, the 2-norm, or there is no division (norm = 1, 2, 0). mask NULL: 1 everywhere. 0 where the mask is 0,
 * whatever gradient and incoming held there. incoming may be a part of larger planes: its columns lie side by side.
 * [exact] */
int pen_masked_combine(pen_ctx *ctx, pen_tensor *gradient, const pen_tensor *incoming, const pen_tensor *mask,
                       int mask_own, int norm, double weight);

/* ---- nearest-neighbour fields (kernels/patch_match.c, patch_search.c, nearest_patch.c, nnf.c, vote.c) ----
 *
 * A field corr [H x W x 2 int] holds for each position of a map A the (x, y), 0-based, of a position of a map B. All
 * tensors are contiguous unless a line says otherwise; A is a [C x H x W float], B is b [C x H2 x W2 float]. */

/* Brute force: the most similar P x P patch of b for each position of a, taps every `stride` pixels, only taps inside
 * both maps. cosine: dot / (|a| |b| + 1e-9). dot: plain, and a candidate within (P-1)/2 of a border of b only for
 * positions as near to that border of a. First in row-major order among equals; similarities are compared as floats.
 * mask [H x W byte, int or float, any strides] or NULL: only non-zero positions are matched, the others get (0, 0).
 * match [C x H x W float] or NULL: b at corr (0 where not matched). Memory does not grow with H * W * H2 * W2. [lib] */
int pen_match_cosine(pen_ctx *ctx, pen_tensor *corr, pen_tensor *match, const pen_tensor *a, const pen_tensor *b,
                     const pen_tensor *mask, int patch, int stride);
int pen_match_dot(pen_ctx *ctx, pen_tensor *corr, const pen_tensor *a, const pen_tensor *b, const pen_tensor *mask,
                  int patch);

/* One sweep of spatial consistency over positions with mask > 0 [H x W int]: neighbours in the window propose, the
 * colours of guide [3 x H2 x W2 float] decide. corr may not be initial. [exact] */
int pen_nnf_refine(pen_ctx *ctx, pen_tensor *corr, const pen_tensor *initial, const pen_tensor *guide,
                   const pen_tensor *mask, int patch);
/* ring [H2 x W2 int] = 1 within Chebyshev distance radius of corr at positions with mask != 0 [H x W int], else 0.
 * [exact] */
int pen_nnf_ring_mask(pen_ctx *ctx, pen_tensor *ring, const pen_tensor *corr, const pen_tensor *mask, int radius);
/* fine [h x w x 2 int]: the coarse field's offsets, scaled to the finer map and clamped to it. [exact] */
int pen_nnf_upsample(pen_ctx *ctx, pen_tensor *fine, const pen_tensor *coarse);

/* The field found by searching around guess [H x W x 2 int]. Similarity: mean over the taps inside both maps of
 * a . b + ap . bp (ap as large as a, bp as b; the channels of each pair alike). search: all of the window of this
 * radius, x outer, y inner, the first of equals; (0, 0) where nothing exceeds -1. patchmatch: ten rounds of propagation
 * and of random search within the radius, the same in every run; guesses outside b are moved inside. [ulp] in the
 * similarities */
int pen_nnf_search(pen_ctx *ctx, pen_tensor *corr, const pen_tensor *guess, const pen_tensor *a, const pen_tensor *b,
                   const pen_tensor *ap, const pen_tensor *bp, int patch, int radius);
int pen_nnf_patchmatch(pen_ctx *ctx, pen_tensor *corr, const pen_tensor *guess, const pen_tensor *a,
                       const pen_tensor *b, const pen_tensor *ap, const pen_tensor *bp, int patch, int radius);
/* products [H*W x H2*W2 float]: the patches' dot products, taps inside both maps; rows of positions with mask = 0
 * [H x W int] are -1. For small maps: its size grows as the name says. [ulp] */
int pen_patch_products(pen_ctx *ctx, pen_tensor *products, const pen_tensor *a, const pen_tensor *b,
                       const pen_tensor *mask, int patch);

/* corr [H x W x 2 int] = centre (x, y) of the 7 x 7 patch of b [3 x H2 x W2 byte] with the smallest squared distance
 * to the one around each position of a [3 x H x W byte] where mask [H x W byte] is not 0 and the patch lies inside a;
 * (-7, -7) elsewhere, from where no vote comes. All patches inside b are compared; the first in row-major order among
 * equals. Any strides. [exact] */
int pen_nearest_patches(pen_ctx *ctx, pen_tensor *corr, const pen_tensor *a, const pen_tensor *b,
                        const pen_tensor *mask);

/* out [C x H x W float] = mean over the window of source [C x H2 x W2 float] at corr(p+d) - d, what lies inside;
 * 0 without a vote. The window reaches patch / 2. [exact] */
int pen_average_vote(pen_ctx *ctx, pen_tensor *out, const pen_tensor *source, const pen_tensor *corr, int patch);
/* out [C x H x (S*S*W) float], S = 2 * radius + 1: each row is S*S pieces of W, one per d = (dx, dy), dy outer, that
 * hold source [C x H2 x W2 float] at corr + d, 0 outside. [exact] */
int pen_ring_patches(pen_ctx *ctx, pen_tensor *out, const pen_tensor *source, const pen_tensor *corr, int radius);
/* out = a * weight + b * (1 - weight), all C x H x W float; weight = alpha where mask >= 0.05 [H x W float], else 0.
 * [exact] */
int pen_masked_blend(pen_ctx *ctx, pen_tensor *out, const pen_tensor *a, const pen_tensor *b, const pen_tensor *mask,
                     double alpha);

/* ---- photographs (kernels/matting.c) ---- */

/* r = 2 L a per channel, the gradient of a' L a: r, a CxHxW float, contiguous, r not a. L is symmetric, a list of
 * entries in order of rows: row, column [E int], value [E float]; pixel (y, x), from 0, is number x * H + y + 1.
 * [exact] */
int pen_laplacian_gradient(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *row,
                           const pen_tensor *column, const pen_tensor *value);
/* r = target as an affine function of content's colours, fitted in each window of this radius (least squares with a
 * ridge of 0.001), the functions then averaged over windows of radius reach with the weights
 * exp(-distance^2 / (2 place^2) - d / (2 colour^2)), d: mean squared difference of content's channels. radius and reach
 * are 0 to 64 pixels, place and colour above 0 unless reach is 0. All 3xHxW float, contiguous, r none of the others.
 * [ulp] */
int pen_local_affine(pen_ctx *ctx, pen_tensor *r, const pen_tensor *target, const pen_tensor *content, int radius,
                     int reach, double place, double colour);

/* ---- resampling, filtering, colours (kernels/resample.c, warp.c, convolve.c, color*.c, lab.c, guided.c) ---- */

/* a and r: HxW or CxHxW with equal C, of one type (byte, float or double), any strides, sizes of r as wished; r must
 * not overlap a. Bytes are rounded and clamped after each of the two passes (columns, then rows). */
enum pen_scaling { PEN_SIMPLE = 0, PEN_BILINEAR = 1, PEN_BICUBIC = 2, PEN_LANCZOS = 3 };
int pen_scale(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, int scaling); /* not PEN_LANCZOS [exact] */
/* r[c][y][x] = a[c] at row field[0][y][x] and column field[1][y][x], counted from 0, with offset from (y, x): r CxHxW,
 * a CxH'xW' of one type (byte, float or double), field 2xHxW double, any strides. Places outside of a are moved to its
 * border, or with cut give pad. r must not overlap a. [ulp] */
int pen_warp(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *field, int interpolation, int offset,
             int cut, double pad);
/* r = a * k, per plane: a PxHxW, k PxKHxKW, of one type (float or double), any strides. full: r is Px(H+KH-1)x(W+KW-1)
 * with zeros around a; else Px(H-KH+1)x(W-KW+1). flip: true convolution, else cross-correlation. [exact] */
int pen_convolve(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *k, int full, int flip);
/* a: 3xHxW byte, float or double, any strides; r: the same type, 3xHxW (1xHxW for rgb2y). [exact] */
int pen_rgb2yuv(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a);
int pen_yuv2rgb(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a);
int pen_rgb2y(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a);
/* Torch's HSL, HSV (0..1) and CIE L*a*b* (L 0..100, white D65) from RGB and back: a and r 3xHxW of one type, float or
 * double, but for Lab also byte (0..255), any strides; r may be a. [ulp] */
enum pen_color_conversion {
  PEN_RGB2HSL = 0, PEN_HSL2RGB = 1, PEN_RGB2HSV = 2, PEN_HSV2RGB = 3, PEN_RGB2CIELAB = 4, PEN_CIELAB2RGB = 5
};
int pen_color_model(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, int conversion);
/* CIE L*a*b* with white D65 (L 0..100) from sRGB in [0,1] and back; colours outside of RGB are moved into it. a and r:
 * 3xHxW float or double of one type, any strides; r may be a. [ulp] */
int pen_rgb2lab(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a);
int pen_lab2rgb(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a);
/* r = p (both CxHxW) smoothed in windows of this radius, cut at the border, where guide (3xHxW) is smooth too; epsilon:
 * variance of the guide that counts as smooth. float or double, one type, any strides; r may be p. [exact] */
int pen_guided_filter(pen_ctx *ctx, pen_tensor *r, const pen_tensor *guide, const pen_tensor *p, int radius,
                      double epsilon);

/* ---- masks, for the host (core/image/components.c) ---- */

/* area [H x W int, contiguous]: how many pixels the position's connected component of mask != 0 [H x W byte, any
 * strides] has, 0 where mask is 0. Neighbours share a side, with diagonal also a corner. Host memory only. [exact] */
int pen_component_areas(pen_ctx *ctx, pen_tensor *area, const pen_tensor *mask, int diagonal);

/* ---- pictures, for the host (core/image/) ---- */

/* The n bytes of a PNG, JPEG or binary or plain PGM/PPM file, told apart by their first bytes. Host memory only. A
 * damaged or cut-off file is PEN_EFILE, also where a decoder would go on with a warning. EXIF is not looked at. */
enum pen_image_format { PEN_PNG = 1, PEN_JPEG = 2, PEN_PNM = 3 };
typedef struct pen_image_facts {
  int64_t width, height;
  int32_t format;
  int32_t channels; /* as pen_image_decode delivers them: 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha */
  int32_t bits;     /* 8 or 16 per channel in the file; fewer come expanded to 8 */
} pen_image_facts;
/* Reads the header only; refuses sizes that n bytes cannot hold. */
int pen_image_header(pen_ctx *ctx, pen_image_facts *out, const void *bytes, int64_t n);
/* r: CxHxW byte (16 bits lose the lower 8), float or double (times 1/255 or 1/65535), any strides. Palettes become
 * RGB, with alpha where the file has a tRNS chunk; CMYK and YCCK JPEGs become RGB. [exact] given the same libjpeg. */
int pen_image_decode(pen_ctx *ctx, pen_tensor *r, const void *bytes, int64_t n);
/* a: HxW or CxHxW, byte, or float or double in [0,1] (clamped, times 255, fraction dropped; NaN is 0). C = 1..4 for
 * PNG, 1 or 3 for JPEG and PNM. r: contiguous byte vector of 4*C*(H+16)*(W+16) + 65536 or more; *used: bytes filled. */
int pen_image_encode_png(pen_ctx *ctx, pen_tensor *r, int64_t *used, const pen_tensor *a);
/* quality: 1..100; colour at half resolution (4:2:0), libjpeg's defaults otherwise. */
int pen_image_encode_jpeg(pen_ctx *ctx, pen_tensor *r, int64_t *used, const pen_tensor *a, int quality);
int pen_image_encode_pnm(pen_ctx *ctx, pen_tensor *r, int64_t *used, const pen_tensor *a);

/* ---- models, for the host (core/model/) ---- */

enum { PEN_LAYER_BLOBS = 4 };

/* Shape of one parameter blob: BlobShape's dims, or num, channels, height, width in old files. */
typedef struct pen_blob {
  int32_t ndim;
  int64_t count, sizes[8];
} pen_blob;

/* A layer as a caffemodel describes it. Texts are not terminated and live as long as the model. Pairs are height,
 * width. What a file leaves out has Caffe's default. */
typedef struct pen_layer {
  const char *name, *type, *bottom, *top; /* type in the newer spelling: "Convolution"; first bottom, first top */
  int64_t name_length, type_length, bottom_length, top_length;
  int32_t type_number; /* of old (V1) files, else -1 */
  int32_t kernel[2], stride[2], pad[2], dilation[2], group, outputs, has_bias, transposed;
  int32_t pool; /* 0 maximum, 1 average, 2 stochastic */
  int32_t global_pooling, local_size, within_channel;
  float dropout, alpha, beta, k;
  int32_t blobs; /* all of them; shapes are kept of the first PEN_LAYER_BLOBS */
  pen_blob blob[4];
} pen_layer;

typedef struct pen_model pen_model;

/* Maps a caffemodel (V1 "layers" or V2 "layer") and lists its layers without reading a weight. */
int pen_model_open(pen_model **out, const char *path);
int pen_model_layers(pen_model *model, int *layers);
int pen_model_layer(pen_model *model, pen_layer *out, int layer);
/* r: float, contiguous, blob's number of elements. PEN_EFILE when a value is NaN or infinite. [exact] */
int pen_model_blob(pen_model *model, pen_tensor *r, int layer, int blob);
int pen_model_close(pen_model *model); /* unmaps; the finalizer of a model in Lua */
