/* Pointwise families over strided views of all seven element types: fill, copy, r = f(a), r = f(a, k), r = f(a, b),
 * r = f(a, b, c). Torch: lib/TH/generic/THTensorMath. Arithmetic is in the element type; transcendental functions of
 * integers go through double. Integer division by zero gives 0, where Torch dies. */
#include "pen_kernel.h"

/* C leaves out-of-range conversions undefined; Torch shows what x86 does: INT_MIN, then the low bits. */
PEN_BODY int32_t to_int32(double x) { return x >= -2147483648.0 && x < 2147483648.0 ? (int32_t)x : INT32_MIN; }
PEN_BODY int64_t to_int64(double x) {
  return x >= -9223372036854775808.0 && x < 9223372036854775808.0 ? (int64_t)x : INT64_MIN;
}
#define TO_byte(x) (uint8_t)to_int32(x)
#define TO_char(x) (int8_t)to_int32(x)
#define TO_short(x) (int16_t)to_int32(x)
#define TO_int(x) to_int32(x)
#define TO_long(x) to_int64(x)
#define TO_float(x) (float)(x)
#define TO_double(x) (double)(x)

static int map_views(const char *function, pen_map *map, int views, const pen_tensor *const *list) {
  static const char *const names[PEN_MAP_VIEWS] = {"r", "a", "b", "c"};
  for (int v = 0; v < views; v++) PEN_TRY(pen_check_view(function, names[v], list[v], PEN_ANY, PEN_ANY, 0));
  return pen_map_views(function, map, views, list);
}

static int same_type(const char *function, int views, const pen_tensor *const *list) {
  for (int v = 1; v < views; v++)
    if (list[v]->dtype != list[0]->dtype)
      return pen_fail(PEN_EARG, function, "tensors of type %s and %s do not mix: convert one",
                      pen_type_name(list[0]->dtype), pen_type_name(list[v]->dtype));
  return PEN_OK;
}

typedef int map_fn(pen_ctx *, const pen_map *, double, double);

/* ---- fill and copy ---- */

#define FILL(E, T, S) PEN_MAP1(fill_##S, T, TO_##S(k))
PEN_FOR_TYPES(FILL)

#define ENTRY(E, T, S) fill_##S,
static map_fn *const fills[] = {PEN_FOR_TYPES(ENTRY)};
#undef ENTRY

int pen_fill(pen_ctx *ctx, pen_tensor *r, double k) {
  pen_map map;
  const pen_tensor *list[] = {r};
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(map_views(__func__, &map, 1, list));
  return map.count ? fills[r->dtype](ctx, &map, k, 0) : PEN_OK;
}

/* Integers convert among themselves by their low bits, everything else through double. */
#define COPY(E, T, S)                                 \
  PEN_MAP2(copy_##S##_byte, T, uint8_t, (T)a)         \
  PEN_MAP2(copy_##S##_char, T, int8_t, (T)a)          \
  PEN_MAP2(copy_##S##_short, T, int16_t, (T)a)        \
  PEN_MAP2(copy_##S##_int, T, int32_t, (T)a)          \
  PEN_MAP2(copy_##S##_long, T, int64_t, (T)a)         \
  PEN_MAP2(copy_##S##_float, T, float, TO_##S(a))     \
  PEN_MAP2(copy_##S##_double, T, double, TO_##S(a))
PEN_FOR_TYPES(COPY)

#define ENTRY(E, T, S)                                                                                            \
  {copy_##S##_byte, copy_##S##_char, copy_##S##_short, copy_##S##_int, copy_##S##_long, copy_##S##_float, \
   copy_##S##_double},
static map_fn *const copies[PEN_TYPES][PEN_TYPES] = {PEN_FOR_TYPES(ENTRY)};
#undef ENTRY

int pen_copy(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a) {
  pen_map map;
  const pen_tensor *list[] = {r, a};
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(map_views(__func__, &map, 2, list));
  return map.count ? copies[r->dtype][a->dtype](ctx, &map, 0, 0) : PEN_OK;
}

/* ---- r = f(a) ---- */

#define SIGN(a) (((double)(a) > 0) - ((double)(a) < 0))
/* name, expression for float and double, expression for integers */
#define UNARY_OPS(X)                                                   \
  X(ABS, fabs((double)a), SIGN(a) * a)                              \
  X(NEG, -a, -a)                                                       \
  X(SIGN, SIGN(a), SIGN(a))                                            \
  X(SQRT, sqrt((double)a), sqrt((double)a))                            \
  X(RSQRT, 1 / sqrt((double)a), 1 / sqrt((double)a))                   \
  X(EXP, exp((double)a), exp((double)a))                               \
  X(LOG, log((double)a), log((double)a))                               \
  X(LOG1P, log1p((double)a), log1p((double)a))                         \
  X(SIN, sin((double)a), sin((double)a))                               \
  X(COS, cos((double)a), cos((double)a))                               \
  X(TAN, tan((double)a), tan((double)a))                               \
  X(ASIN, asin((double)a), asin((double)a))                            \
  X(ACOS, acos((double)a), acos((double)a))                            \
  X(ATAN, atan((double)a), atan((double)a))                            \
  X(SINH, sinh((double)a), sinh((double)a))                            \
  X(COSH, cosh((double)a), cosh((double)a))                            \
  X(TANH, tanh((double)a), tanh((double)a))                            \
  X(SIGMOID, 1 / (1 + exp(-(double)a)), 1 / (1 + exp(-(double)a)))     \
  X(FLOOR, floor((double)a), a)                                        \
  X(CEIL, ceil((double)a), a)                                          \
  X(ROUND, round((double)a), a)                                        \
  X(TRUNC, trunc((double)a), a)                                        \
  X(FRAC, (double)a - trunc((double)a), 0)                             \
  X(CINV, 1 / a, a ? 1 / a : 0)                                        \
  X(NOT, a == 0, a == 0)

#define REAL(OP, real, integer)                  \
  PEN_MAP2(unary_##OP##_float, float, float, real) \
  PEN_MAP2(unary_##OP##_double, double, double, real)
#define INTEGER(OP, real, integer)                       \
  PEN_MAP2(unary_##OP##_byte, uint8_t, uint8_t, TO_byte(integer)) \
  PEN_MAP2(unary_##OP##_char, int8_t, int8_t, TO_char(integer))   \
  PEN_MAP2(unary_##OP##_short, int16_t, int16_t, TO_short(integer)) \
  PEN_MAP2(unary_##OP##_int, int32_t, int32_t, TO_int(integer))  \
  PEN_MAP2(unary_##OP##_long, int64_t, int64_t, TO_long(integer))
UNARY_OPS(REAL)
UNARY_OPS(INTEGER)

#define ENTRY(OP, real, integer)                                                                     \
  {unary_##OP##_byte, unary_##OP##_char,  unary_##OP##_short, unary_##OP##_int, unary_##OP##_long, \
   unary_##OP##_float, unary_##OP##_double},
static map_fn *const unary_fns[PEN_UNARY_OPS][PEN_TYPES] = {UNARY_OPS(ENTRY)};
#undef ENTRY

int pen_unary(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, int op) {
  pen_map map;
  const pen_tensor *list[] = {r, a};
  PEN_REQUIRE(ctx && op >= 0 && op < PEN_UNARY_OPS, "ctx is NULL or no such operation: %d", op);
  PEN_TRY(map_views(__func__, &map, 2, list));
  PEN_TRY(same_type(__func__, 2, list));
  return map.count ? unary_fns[op][r->dtype](ctx, &map, 0, 0) : PEN_OK;
}

/* ---- r = f(a, b) and r = f(a, number) ---- */

PEN_BODY uint64_t bits(int64_t x) { return (uint64_t)x; }
PEN_BODY int64_t integer_mod(int64_t a, int64_t b) { return b == 0 || b == -1 ? 0 : a % b; }
PEN_BODY int64_t integer_div(int64_t a, int64_t b) { return b == 0 ? 0 : b == -1 ? (int64_t)(0 - bits(a)) : a / b; }
PEN_BODY int64_t integer_remainder(int64_t a, int64_t b) {
  int64_t rest = integer_mod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}
PEN_BODY double real_remainder(double a, double b) { return b == 0 ? NAN : a - b * floor(a / b); }
/* x^2 is x * x exactly, as in Torch, and x^3 x * x * x. */
PEN_BODY double power(double a, double b) { return b == 2 ? a * a : b == 3 ? a * a * a : b == 1 ? a : pow(a, b); }

/* name, expression for reals, expression for integers (in 64 bits, wrapping) */
#define BINARY_OPS(X)                                                              \
  X(ADD, a + k * b, (int64_t)(bits(a) + bits(k) * bits(b)))                        \
  X(MUL, a * b, (int64_t)(bits(a) * bits(b)))                                      \
  X(DIV, a / b, integer_div(a, b))                                                 \
  X(MAX, a > b || a != a ? a : b, a > b ? a : b)                                   \
  X(MIN, a < b || a != a ? a : b, a < b ? a : b)                                   \
  X(POW, power((double)a, (double)b), to_int64(power((double)a, (double)b)))       \
  X(FMOD, fmod((double)a, (double)b), integer_mod(a, b))                           \
  X(REMAINDER, real_remainder((double)a, (double)b), integer_remainder(a, b))      \
  X(ATAN2, atan2((double)a, (double)b), to_int64(atan2((double)a, (double)b)))     \
  X(RSUB, b - a, (int64_t)(bits(b) - bits(a)))                                     \
  X(RDIV, b / a, integer_div(b, a))                                                \
  X(RPOW, power((double)b, (double)a), to_int64(power((double)b, (double)a)))      \
  X(AND, (double)(to_int64(a) & to_int64(b)), a & b)                               \
  X(OR, (double)(to_int64(a) | to_int64(b)), a | b)                                \
  X(XOR, (double)(to_int64(a) ^ to_int64(b)), a ^ b)                              \
  X(LSHIFT, a * exp2(b), b < 0 || b >= width ? 0 : (int64_t)(bits(a) << b))        \
  X(RSHIFT, a * exp2(-b), b < 0 || b >= width ? 0 : (int64_t)((bits(a) & ~0ull >> (64 - width)) >> b))

#define BINARY(OP, T, A, S, expression)                                            \
  PEN_BODY T OP##_##S(A a, A b, A k) {                                             \
    const int width = 8 * (int)sizeof(T);                                          \
    (void)k, (void)width;                                                          \
    return (T)(expression);                                                        \
  }                                                                                \
  PEN_MAP3(binary_##OP##_##S, T, T, T, OP##_##S(a, b, (A)TO_##S(k)))               \
  PEN_MAP2(scalar_##OP##_##S, T, T, OP##_##S(a, (A)TO_##S(k), 1))
#define ALL_TYPES(OP, real, integer)           \
  BINARY(OP, uint8_t, int64_t, byte, integer)  \
  BINARY(OP, int8_t, int64_t, char, integer)   \
  BINARY(OP, int16_t, int64_t, short, integer) \
  BINARY(OP, int32_t, int64_t, int, integer)   \
  BINARY(OP, int64_t, int64_t, long, integer)  \
  BINARY(OP, float, float, float, real)        \
  BINARY(OP, double, double, double, real)
BINARY_OPS(ALL_TYPES)

#define ROW(kind, OP)                                                                                        \
  {kind##_##OP##_byte, kind##_##OP##_char, kind##_##OP##_short, kind##_##OP##_int, kind##_##OP##_long, \
   kind##_##OP##_float, kind##_##OP##_double},
#define ENTRY(OP, real, integer) ROW(binary, OP)
static map_fn *const binary_fns[PEN_BINARY_OPS][PEN_TYPES] = {BINARY_OPS(ENTRY)};
#undef ENTRY
#define ENTRY(OP, real, integer) ROW(scalar, OP)
static map_fn *const scalar_fns[PEN_BINARY_OPS][PEN_TYPES] = {BINARY_OPS(ENTRY)};
#undef ENTRY

int pen_binary(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, int op, double k) {
  pen_map map;
  const pen_tensor *list[] = {r, a, b};
  PEN_REQUIRE(ctx && op >= 0 && op < PEN_BINARY_OPS, "ctx is NULL or no such operation: %d", op);
  PEN_TRY(map_views(__func__, &map, 3, list));
  PEN_TRY(same_type(__func__, 3, list));
  return map.count ? binary_fns[op][r->dtype](ctx, &map, k, 0) : PEN_OK;
}

int pen_scalar(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, int op, double k) {
  pen_map map;
  const pen_tensor *list[] = {r, a};
  PEN_REQUIRE(ctx && op >= 0 && op < PEN_BINARY_OPS, "ctx is NULL or no such operation: %d", op);
  PEN_TRY(map_views(__func__, &map, 2, list));
  PEN_TRY(same_type(__func__, 2, list));
  return map.count ? scalar_fns[op][r->dtype](ctx, &map, k, 0) : PEN_OK;
}

/* ---- comparisons, into bytes ---- */

#define COMPARE_OPS(X) X(LT, <) X(GT, >) X(LE, <=) X(GE, >=) X(EQ, ==) X(NE, !=)
#define COMPARE(OP, sign, T, S)                                   \
  PEN_MAP3(compare_##OP##_##S, uint8_t, T, T, a sign b)           \
  PEN_MAP2(threshold_##OP##_##S, uint8_t, T, (double)a sign k)
#define ALL_COMPARE(OP, sign)         \
  COMPARE(OP, sign, uint8_t, byte)    \
  COMPARE(OP, sign, int8_t, char)     \
  COMPARE(OP, sign, int16_t, short)   \
  COMPARE(OP, sign, int32_t, int)     \
  COMPARE(OP, sign, int64_t, long)    \
  COMPARE(OP, sign, float, float)     \
  COMPARE(OP, sign, double, double)
COMPARE_OPS(ALL_COMPARE)

#define ENTRY(OP, sign) ROW(compare, OP)
static map_fn *const compare_fns[PEN_COMPARE_OPS][PEN_TYPES] = {COMPARE_OPS(ENTRY)};
#undef ENTRY
#define ENTRY(OP, sign) ROW(threshold, OP)
static map_fn *const threshold_fns[PEN_COMPARE_OPS][PEN_TYPES] = {COMPARE_OPS(ENTRY)};
#undef ENTRY

/* A number compared with floats is rounded to float first, as in Torch, where it has the tensor's type. */
int pen_compare(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, int op, double k) {
  pen_map map;
  const pen_tensor *list[] = {r, a, b};
  PEN_REQUIRE(ctx && op >= 0 && op < PEN_COMPARE_OPS, "ctx is NULL or no such operation: %d", op);
  PEN_TRY(map_views(__func__, &map, b ? 3 : 2, list));
  PEN_REQUIRE(r->dtype == PEN_BYTE, "the result is %s, expected byte", pen_type_name(r->dtype));
  if (b) PEN_TRY(same_type(__func__, 2, list + 1));
  if (map.count == 0) return PEN_OK;
  if (a->dtype == PEN_FLOAT) k = (float)k;
  return (b ? compare_fns : threshold_fns)[op][a->dtype](ctx, &map, k, 0);
}

/* ---- r = f(a, b, c) and the rest ---- */

#define TERNARY(T, S)                                                   \
  PEN_MAP4(addcmul_##S, T, T, T, T, a + (T)k * b * c)                   \
  PEN_MAP4(addcdiv_##S, T, T, T, T, a + (T)k * b / c)
#define INTEGER_TERNARY(T, S)                                                                   \
  PEN_MAP4(addcmul_##S, T, T, T, T, (T)(bits(a) + bits(TO_##S(k)) * bits(b) * bits(c)))         \
  PEN_MAP4(addcdiv_##S, T, T, T, T,                                                             \
           (T)(bits(a) + bits(integer_div((int64_t)(bits(TO_##S(k)) * bits(b)), (int64_t)c))))
INTEGER_TERNARY(uint8_t, byte)
INTEGER_TERNARY(int8_t, char)
INTEGER_TERNARY(int16_t, short)
INTEGER_TERNARY(int32_t, int)
INTEGER_TERNARY(int64_t, long)
TERNARY(float, float)
TERNARY(double, double)

#define ENTRY(E, T, S) {addcmul_##S, addcdiv_##S},
static map_fn *const ternary_fns[PEN_TYPES][2] = {PEN_FOR_TYPES(ENTRY)};
#undef ENTRY

/* r = a + k b c, or a + k b / c. Torch: addcmul, addcdiv. */
int pen_ternary(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, const pen_tensor *b, const pen_tensor *c, int divide,
                double k) {
  pen_map map;
  const pen_tensor *list[] = {r, a, b, c};
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(map_views(__func__, &map, 4, list));
  PEN_TRY(same_type(__func__, 4, list));
  return map.count ? ternary_fns[r->dtype][divide != 0](ctx, &map, k, 0) : PEN_OK;
}

#define CLAMP(E, T, S) PEN_MAP2(clamp_##S, T, T, a < TO_##S(k) ? TO_##S(k) : a > TO_##S(k2) ? TO_##S(k2) : a)
PEN_FOR_TYPES(CLAMP)
#define ENTRY(E, T, S) clamp_##S,
static map_fn *const clamps[] = {PEN_FOR_TYPES(ENTRY)};
#undef ENTRY

int pen_clamp(pen_ctx *ctx, pen_tensor *r, const pen_tensor *a, double low, double high) {
  pen_map map;
  const pen_tensor *list[] = {r, a};
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(map_views(__func__, &map, 2, list));
  PEN_TRY(same_type(__func__, 2, list));
  return map.count ? clamps[r->dtype](ctx, &map, low, high) : PEN_OK;
}

#define MASKED_FILL(E, T, S) PEN_MAP2(masked_fill_##S, T, uint8_t, a ? TO_##S(k) : r)
PEN_FOR_TYPES(MASKED_FILL)
#define ENTRY(E, T, S) masked_fill_##S,
static map_fn *const masked_fills[] = {PEN_FOR_TYPES(ENTRY)};
#undef ENTRY

int pen_masked_fill(pen_ctx *ctx, pen_tensor *r, const pen_tensor *mask, double k) {
  pen_map map;
  const pen_tensor *list[] = {r, mask};
  PEN_REQUIRE(ctx, "ctx is NULL");
  PEN_TRY(map_views(__func__, &map, 2, list));
  PEN_REQUIRE(mask->dtype == PEN_BYTE, "the mask is %s, expected byte", pen_type_name(mask->dtype));
  return map.count ? masked_fills[r->dtype](ctx, &map, k, 0) : PEN_OK;
}
