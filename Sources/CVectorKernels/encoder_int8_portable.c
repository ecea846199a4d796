/* The encoder's 8-bit layers for any processor. The reference for all others. */
#define KERNEL(name) name##_portable
#define TARGET
#define TILE_ROWS 1
#include "encoder_vectors.h"

INLINE void sum_products(size_t rows, const uint8_t *x, size_t stride, size_t depth, const int8_t *panel,
                         const int32_t *offsets, int32_t *sums) {
  for (size_t i = 0; i < rows; i++) {
    int32_t *sum = sums + i * 32;
    for (size_t j = 0; j < 32; j++) sum[j] = -offsets[j];
    for (size_t p = 0; p < depth; p += 4)
      for (size_t j = 0; j < 32; j++)
        for (size_t c = 0; c < 4; c++) sum[j] += (int32_t)x[i * stride + p + c] * panel[p * 32 + 4 * j + c];
  }
}

#include "encoder_int8_template.h"
