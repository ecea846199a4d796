/* Dot products of 2-bit residuals with a query of two int8 planes. Integer arithmetic modulo 2^32: equal at every
 * level.
 *
 * With u in 0...3: sum of q (2 u - 3) = 2 sum of q u - 3 sum of q. Components that pad the last 64 have u = 0 and
 * q = 0.
 */
#include "row_kernels.h"

static int32_t finished(const RowQuery *query, int32_t high, int32_t low) {
  uint32_t product = ((uint32_t)high << query->shift) + (uint32_t)low;
  return (int32_t)(2 * product - 3 * (uint32_t)query->sum);
}

static int32_t residual_portable(const uint8_t *residuals, const RowQuery *query) {
  int32_t high = 0, low = 0;
  for (uint32_t i = 0; i < query->dimensions; i++) {
    int32_t quarter = residuals[i / 64 * 16 + i % 16] >> (i % 64 / 16 * 2) & 3;
    high += quarter * query->high[i];
    low += quarter * query->low[i];
  }
  return finished(query, high, low);
}

#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET_AVX2 __attribute__((target("avx2")))
#define TARGET_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))

TARGET_AVX2 static inline int32_t sum_avx2(__m256i lanes) {
  __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1));
  return _mm_cvtsi128_si32(sum);
}

TARGET_AVX2 static int32_t residual_avx2(const uint8_t *residuals, const RowQuery *query) {
  const __m128i two_bits = _mm_set1_epi8(3);
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i high = _mm256_setzero_si256(), low = high;
  for (uint32_t i = 0; i < query->dimensions; i += 64) {
    __m128i packed = _mm_loadu_si128((const __m128i *)(residuals + i / 4));
    for (uint32_t half = 0; half < 2; half++) {
      __m128i first = _mm_and_si128(_mm_srl_epi16(packed, _mm_cvtsi32_si128((int)(4 * half))), two_bits);
      __m128i second = _mm_and_si128(_mm_srl_epi16(packed, _mm_cvtsi32_si128((int)(4 * half + 2))), two_bits);
      __m256i quarters = _mm256_set_m128i(second, first);
      __m256i h = _mm256_loadu_si256((const __m256i *)(query->high + i + 32 * half));
      __m256i l = _mm256_loadu_si256((const __m256i *)(query->low + i + 32 * half));
      high = _mm256_add_epi32(high, _mm256_madd_epi16(_mm256_maddubs_epi16(quarters, h), ones));
      low = _mm256_add_epi32(low, _mm256_madd_epi16(_mm256_maddubs_epi16(quarters, l), ones));
    }
  }
  return finished(query, sum_avx2(high), sum_avx2(low));
}

TARGET_VNNI static int32_t residual_vnni(const uint8_t *residuals, const RowQuery *query) {
  /* Lane k of four holds components 16 k...16 k + 15. A shift of 16-bit elements brings in bits that the mask drops. */
  const __m512i shifts = _mm512_set_epi64(0x0006000600060006, 0x0006000600060006, 0x0004000400040004,
                                          0x0004000400040004, 0x0002000200020002, 0x0002000200020002, 0, 0);
  const __m512i two_bits = _mm512_set1_epi8(3);
  __m512i high = _mm512_setzero_si512(), low = high;
  for (uint32_t i = 0; i < query->dimensions; i += 64) {
    __m512i packed = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(residuals + i / 4)));
    __m512i quarters = _mm512_and_si512(_mm512_srlv_epi16(packed, shifts), two_bits);
    high = _mm512_dpbusd_epi32(high, quarters, _mm512_loadu_si512(query->high + i));
    low = _mm512_dpbusd_epi32(low, quarters, _mm512_loadu_si512(query->low + i));
  }
  return finished(query, _mm512_reduce_add_epi32(high), _mm512_reduce_add_epi32(low));
}
#endif

#if defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>

static int32_t residual_neon(const uint8_t *residuals, const RowQuery *query) {
  int32x4_t high = vdupq_n_s32(0), low = high;
  for (uint32_t i = 0; i < query->dimensions; i += 64) {
    uint8x16_t packed = vld1q_u8(residuals + i / 4);
    for (int k = 0; k < 4; k++) {
      int8x16_t quarters = vreinterpretq_s8_u8(vandq_u8(vshlq_u8(packed, vdupq_n_s8((int8_t)(-2 * k))), vdupq_n_u8(3)));
      int8x16_t h = vld1q_s8(query->high + i + 16 * (uint32_t)k), l = vld1q_s8(query->low + i + 16 * (uint32_t)k);
      high = vpadalq_s16(high, vmull_s8(vget_low_s8(quarters), vget_low_s8(h)));
      high = vpadalq_s16(high, vmull_high_s8(quarters, h));
      low = vpadalq_s16(low, vmull_s8(vget_low_s8(quarters), vget_low_s8(l)));
      low = vpadalq_s16(low, vmull_high_s8(quarters, l));
    }
  }
  return finished(query, vaddvq_s32(high), vaddvq_s32(low));
}
#endif

void row_residual_dot(CPULevel level, const uint8_t *residuals, const uint32_t *numbers, size_t count,
                      const RowQuery *query, int32_t *products) {
  int32_t (*kernel)(const uint8_t *, const RowQuery *) = residual_portable;
#if defined(__x86_64__)
  level = cpu_level_clamped(level);
  if (level >= CPULevelAVX512VNNI) kernel = residual_vnni;
  else if (level >= CPULevelAVX2) kernel = residual_avx2;
#elif defined(__aarch64__) && defined(__ARM_NEON)
  if (cpu_level_clamped(level) == CPULevelNEON) kernel = residual_neon;
#endif
  (void)level;
  size_t bytes = row_residual_bytes(query->dimensions), ahead = 8;
  for (size_t i = 0; i < count; i++) {
    if (i + ahead < count) {
      const uint8_t *next = residuals + numbers[i + ahead] * bytes;
      __builtin_prefetch(next);
      __builtin_prefetch(next + bytes - 1);
    }
    products[i] = kernel(residuals + numbers[i] * bytes, query);
  }
}
