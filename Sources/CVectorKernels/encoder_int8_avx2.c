/* The encoder's 8-bit layers for x86-64 with AVX2. The instruction that multiplies bytes saturates its sums at 16 bits,
 * so bytes are widened and multiplied as 16-bit numbers, whose sums have 32. */
#if defined(__x86_64__)
#include <immintrin.h>

#define KERNEL(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define TILE_ROWS 6
#include "encoder_vectors.h"

/* Eight columns of a panel: each register holds two partial sums of four of them, and twelve of sixteen registers hold
 * sums. */
INLINE void sum_eight(size_t rows, const uint8_t *x, size_t stride, size_t depth, const int8_t *panel,
                      const int32_t *offsets, int32_t *sums) {
  __m256i accumulators[TILE_ROWS][2];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) accumulators[i][0] = accumulators[i][1] = _mm256_setzero_si256();
  for (size_t p = 0; p < depth; p += 4, panel += 128) {
    __m256i first = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)panel));
    __m256i second = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(panel + 16)));
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      int32_t four;
      memcpy(&four, x + i * stride + p, sizeof four);
      __m256i a = _mm256_cvtepu8_epi16(_mm_set1_epi32(four));
      accumulators[i][0] = _mm256_add_epi32(accumulators[i][0], _mm256_madd_epi16(a, first));
      accumulators[i][1] = _mm256_add_epi32(accumulators[i][1], _mm256_madd_epi16(a, second));
    }
  }
  __m256i offset = _mm256_loadu_si256((const __m256i *)offsets);
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) {
    /* Adding neighbours leaves the columns in the order 0 1 4 5 2 3 6 7. */
    __m256i both = _mm256_hadd_epi32(accumulators[i][0], accumulators[i][1]);
    both = _mm256_permute4x64_epi64(both, 0xD8);
    _mm256_storeu_si256((__m256i *)(sums + i * 32), _mm256_sub_epi32(both, offset));
  }
}

INLINE void sum_products(size_t rows, const uint8_t *x, size_t stride, size_t depth, const int8_t *panel,
                         const int32_t *offsets, int32_t *sums) {
  for (size_t c = 0; c < 32; c += 8) sum_eight(rows, x, stride, depth, panel + 4 * c, offsets + c, sums + c);
}

#include "encoder_int8_template.h"

#endif
