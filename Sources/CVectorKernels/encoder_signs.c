/* The signs of a vector's components, a bit each. */
#include "include/encoder_kernels.h"

void encoder_signs(const float *x, size_t d, uint8_t *bits) {
  for (size_t i = 0; i < d / 8; i++) {
    uint32_t byte = 0;
    for (uint32_t b = 0; b < 8; b++) byte |= (uint32_t)(x[8 * i + b] >= 0) << b;
    bits[i] = (uint8_t)byte;
  }
}
