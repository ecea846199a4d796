/* The encoder's 8-bit layers for AArch64 with dot products (from Armv8.2 on): four products a lane and instruction. */
#if defined(__aarch64__)
#include <arm_neon.h>

#define KERNEL(name) name##_dot
#define TARGET __attribute__((target("dotprod")))
#define TILE_ROWS 3
#include "encoder_vectors.h"

#define DOT_STEP(STEP)                                                                   \
  _Pragma("clang loop unroll(full)") for (size_t j = 0; j < 8; j++) {                     \
    int8x16_t b = vld1q_s8(panel + 128 * STEP + 16 * j);                                  \
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < rows; i++) accumulators[i][j] = \
        vdotq_laneq_s32(accumulators[i][j], b, a[i], STEP);                               \
  }

INLINE void sum_products(size_t rows, const uint8_t *x, size_t stride, size_t depth, const int8_t *panel,
                         const int32_t *offsets, int32_t *sums) {
  (void)offsets;
  int32x4_t accumulators[TILE_ROWS][8];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 8; j++) accumulators[i][j] = vdupq_n_s32(0);
  for (size_t p = 0; p < depth; p += 16, panel += 512) {
    int8x16_t a[TILE_ROWS];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++)
      a[i] = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(x + i * stride + p), vdupq_n_u8(0x80)));
    DOT_STEP(0)
    DOT_STEP(1)
    DOT_STEP(2)
    DOT_STEP(3)
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 8; j++) vst1q_s32(sums + i * 32 + 4 * j, accumulators[i][j]);
}

#include "encoder_int8_template.h"

#endif
