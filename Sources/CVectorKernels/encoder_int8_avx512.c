/* The encoder's 8-bit layers for x86-64 with AVX-512 without VNNI. The instruction that multiplies bytes saturates its
 * sums at 16 bits, so bytes are widened and multiplied as 16-bit numbers, whose sums have 32. */
#if defined(__x86_64__)
#include <immintrin.h>

#define KERNEL(name) name##_avx512
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma")))
#define TILE_ROWS 6
#include "encoder_vectors.h"

INLINE void sum_products(size_t rows, const uint8_t *x, size_t stride, size_t depth, const int8_t *panel,
                         const int32_t *offsets, int32_t *sums) {
  /* Each register holds two partial sums of eight columns. */
  __m512i accumulators[TILE_ROWS][4];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 4; j++) accumulators[i][j] = _mm512_setzero_si512();
  for (size_t p = 0; p < depth; p += 4, panel += 128) {
    __m512i b[4];
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 4; j++)
      b[j] = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(panel + 32 * j)));
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      int32_t four;
      memcpy(&four, x + i * stride + p, sizeof four);
      __m512i a = _mm512_cvtepu8_epi16(_mm256_set1_epi32(four));
#pragma clang loop unroll(full)
      for (size_t j = 0; j < 4; j++)
        accumulators[i][j] = _mm512_add_epi32(accumulators[i][j], _mm512_madd_epi16(a, b[j]));
    }
  }
  const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 2; j++) {
      __m512i low = accumulators[i][2 * j], high = accumulators[i][2 * j + 1];
      __m512i both = _mm512_add_epi32(_mm512_permutex2var_epi32(low, even, high),
                                      _mm512_permutex2var_epi32(low, odd, high));
      _mm512_storeu_si512(sums + i * 32 + 16 * j, _mm512_sub_epi32(both, _mm512_loadu_si512(offsets + 16 * j)));
    }
}

#include "encoder_int8_template.h"

#endif
