/* The interface for C and CUDA: pen_api.h with what a compiler needs around it. */
#ifndef PEN_H
#define PEN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)
#include "pen_api.h"
#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
