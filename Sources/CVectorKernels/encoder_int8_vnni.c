/* The encoder's 8-bit layers for x86-64 with AVX-512 VNNI: four products a lane and instruction. */
#if defined(__x86_64__)
#include <immintrin.h>

#define KERNEL(name) name##_vnni
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma")))
#define TILE_ROWS 12
#include "encoder_vectors.h"

INLINE void sum_products(size_t rows, const uint8_t *x, size_t stride, size_t depth, const int8_t *panel,
                         const int32_t *offsets, int32_t *sums) {
  __m512i accumulators[TILE_ROWS][2];
#pragma clang loop unroll(full)
  for (size_t j = 0; j < 2; j++) {
    __m512i start = _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_loadu_si512(offsets + 16 * j));
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) accumulators[i][j] = start;
  }
  for (size_t p = 0; p < depth; p += 4, panel += 128) {
    __m512i first = _mm512_loadu_si512(panel), second = _mm512_loadu_si512(panel + 64);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      int32_t four;
      memcpy(&four, x + i * stride + p, sizeof four);
      __m512i a = _mm512_set1_epi32(four);
      accumulators[i][0] = _mm512_dpbusd_epi32(accumulators[i][0], a, first);
      accumulators[i][1] = _mm512_dpbusd_epi32(accumulators[i][1], a, second);
    }
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) {
    _mm512_storeu_si512(sums + i * 32, accumulators[i][0]);
    _mm512_storeu_si512(sums + i * 32 + 16, accumulators[i][1]);
  }
}

#include "encoder_int8_template.h"

#endif
