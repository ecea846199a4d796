/* The encoder's 8-bit layers for AArch64 with NEON, without dot products: 16-bit products, added in pairs. */
#if defined(__aarch64__)
#include <arm_neon.h>

#define KERNEL(name) name##_neon
#define TARGET
#define TILE_ROWS 1
#include "encoder_vectors.h"

INLINE void sum_products(size_t rows, const uint8_t *x, size_t stride, size_t depth, const int8_t *panel,
                         const int32_t *offsets, int32_t *sums) {
  (void)offsets;
  /* Each register holds two partial sums of two columns. */
  int32x4_t accumulators[16];
#pragma clang loop unroll(full)
  for (size_t j = 0; j < 16; j++) accumulators[j] = vdupq_n_s32(0);
  for (size_t i = 0; i < rows; i++)
    for (size_t p = 0; p < depth; p += 4, panel += 128) {
      uint32_t four;
      memcpy(&four, x + i * stride + p, sizeof four);
      int8x16_t a = vreinterpretq_s8_u32(vdupq_n_u32(four ^ 0x80808080u));
#pragma clang loop unroll(full)
      for (size_t j = 0; j < 8; j++) {
        int8x16_t b = vld1q_s8(panel + 16 * j);
        accumulators[2 * j] = vpadalq_s16(accumulators[2 * j], vmull_s8(vget_low_s8(a), vget_low_s8(b)));
        accumulators[2 * j + 1] = vpadalq_s16(accumulators[2 * j + 1], vmull_high_s8(a, b));
      }
    }
#pragma clang loop unroll(full)
  for (size_t j = 0; j < 8; j++) vst1q_s32(sums + 4 * j, vpaddq_s32(accumulators[2 * j], accumulators[2 * j + 1]));
}

#include "encoder_int8_template.h"

#endif
