/* The error text of each thread, and the interface's number. */
#include <stdarg.h>
#include <stdio.h>

#include "internal.h"

static _Thread_local char last_error[512];

int pen_abi(void) { return PEN_ABI; }

const char *pen_last_error(void) { return last_error; }

int pen_fail(int code, const char *function, const char *format, ...) {
  int used = snprintf(last_error, sizeof last_error, "%s: ", function);
  va_list list;
  va_start(list, format);
  vsnprintf(last_error + used, sizeof last_error - (size_t)used, format, list);
  va_end(list);
  return code;
}
