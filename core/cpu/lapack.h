/* What the users of LAPACK share: checked column-major matrices and calls for float and double. Only here and in the
 * files that include this is LAPACKE known; a build without it has the functions, and they say so. */
#ifndef PEN_LAPACK_H
#define PEN_LAPACK_H

#include <stdint.h>
#include <stdio.h>

#include "context.h"

#ifdef PEN_LAPACK
#include <lapacke.h>

/* status = name(arguments) for elements of t's type, called `real` in the arguments: (real *)pen_address(a). */
#define PEN_CALL_LAPACK(status, t, name, arguments)                      \
  do {                                                                   \
    if ((t)->dtype == PEN_FLOAT) {                                       \
      typedef float real;                                                \
      status = LAPACKE_s##name arguments;                                \
    } else {                                                             \
      typedef double real;                                               \
      status = LAPACKE_d##name arguments;                                \
    }                                                                    \
  } while (0)
#else
typedef int lapack_int;
enum { LAPACK_COL_MAJOR = 102 };
int pen_no_lapack(int, ...); /* not there and not called: in sizeof, its arguments count as used */
#define PEN_CALL_LAPACK(status, t, name, arguments)                                                            \
  do {                                                                                                         \
    typedef double real;                                                                                       \
    (void)sizeof(pen_no_lapack arguments), (void)(t), (void)(status);                                          \
    return pen_fail(PEN_EDEVICE, __func__, "Pentimento was built without LAPACK (liblapacke-dev): run scripts/setup"); \
  } while (0)
#endif

/* Column-major float or double, of `type` unless that is PEN_ANY, its sizes and row length within an int. */
int pen_check_columns(const char *function, const char *name, const pen_tensor *t, int type);
#define PEN_COLUMNS(t, type) PEN_TRY(pen_check_columns(__func__, #t, t, type))

static inline char pen_triangle(int upper) { return upper ? 'U' : 'L'; }
static inline lapack_int pen_rows(const pen_tensor *t) { return (lapack_int)t->sizes[0]; }
static inline lapack_int pen_columns(const pen_tensor *t) { return (lapack_int)t->sizes[1]; }
static inline lapack_int pen_leading(const pen_tensor *t) {
  return (lapack_int)(t->sizes[1] > 1 ? t->strides[1] : t->sizes[0]);
}

/* What LAPACK says: 0, or minus the number of an argument that it refuses (NaN, for instance), or what `trouble` is
 * about, in which %lld stands for the number. */
int pen_lapack_status(const char *function, lapack_int status, const char *trouble);

#endif
