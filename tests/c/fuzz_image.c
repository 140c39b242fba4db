/* Feeds bytes to the picture decoders; what they accept must survive a round trip through PNG. Build and run:
 *
 *   clang -g -O1 -std=c11 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined -Icore -Icore/include \
 *     tests/c/fuzz_image.c core/image/{image,png,jpeg,pnm}.c core/{status,view}.c -lpng -ljpeg -o build/fuzz_image
 *   mkdir -p build/corpus && build/fuzz_image -max_len=4096 -max_total_time=60 build/corpus [folder with pictures]
 *
 * A crash leaves its input as crash-*; run build/fuzz_image on that file again. */
#include <stdlib.h>
#include <string.h>

#include "pen.h"

enum { MOST_PIXELS = 1 << 18 };

/* Exactly n elements, so that the sanitizer sees the first byte too many. */
static pen_tensor tensor(pen_storage *store, int dtype, int width, const int64_t *sizes, int ndim) {
  pen_tensor t = {.store = store, .ndim = ndim, .dtype = dtype};
  int64_t n = 1;
  for (int d = ndim - 1; d >= 0; d--) t.sizes[d] = sizes[d], t.strides[d] = n, n *= sizes[d];
  *store = (pen_storage){calloc((size_t)n, (size_t)width), n, dtype, 1, NULL};
  return t;
}

static void round_trip(const pen_tensor *picture, const int64_t *sizes, int64_t n) {
  pen_storage packed, again;
  const int64_t room = 4 * sizes[0] * (sizes[1] + 16) * (sizes[2] + 16) + 65536;
  pen_tensor file = tensor(&packed, PEN_BYTE, 1, &room, 1), second = tensor(&again, PEN_BYTE, 1, sizes, 3);
  int64_t used;
  if (pen_image_encode_png(NULL, &file, &used, picture)) abort();
  if (pen_image_decode(NULL, &second, packed.data, used)) abort();
  if (memcmp(picture->store->data, again.data, (size_t)n)) abort();
  if (sizes[0] % 2 == 1 && pen_image_encode_jpeg(NULL, &file, &used, picture, 75)) abort();
  free(packed.data), free(again.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pen_image_facts facts;
  if (pen_image_header(NULL, &facts, data, (int64_t)size)) return 0;
  const int64_t sizes[] = {facts.channels, facts.height, facts.width}, n = sizes[0] * sizes[1] * sizes[2];
  if (facts.width > MOST_PIXELS || facts.height > MOST_PIXELS || n > MOST_PIXELS) return 0;
  pen_storage bytes, floats;
  pen_tensor picture = tensor(&bytes, PEN_BYTE, 1, sizes, 3), real = tensor(&floats, PEN_FLOAT, 4, sizes, 3);
  const int refused = pen_image_decode(NULL, &picture, data, (int64_t)size);
  if (refused != pen_image_decode(NULL, &real, data, (int64_t)size)) abort();
  if (!refused) round_trip(&picture, sizes, n);
  free(bytes.data), free(floats.data);
  return 0;
}
