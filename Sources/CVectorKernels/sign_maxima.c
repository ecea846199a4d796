/* Late interaction over signs: see sign_kernels.h. */
#include "include/sign_kernels.h"

#include <math.h>
#include <string.h>

/* The step of a uniform quantizer with 16 levels that loses least of normally distributed components, in standard
 * deviations (Max 1960, table II). */
#define BEST_STEP 0.3352f

float sign_prepare(const float *vector, uint32_t dimensions, uint64_t *planes, int32_t *total) {
  uint32_t words = SIGN_WORDS(dimensions);
  memset(planes, 0, sizeof(uint64_t) * SIGN_PLANES * words);
  *total = 0;
  float squares = 0;
  for (uint32_t c = 0; c < dimensions; c++) squares += vector[c] * vector[c];
  if (!(squares > 0)) return 0;
  float step = BEST_STEP * sqrtf(squares / (float)dimensions);
  float dot = 0;
  for (uint32_t c = 0; c < dimensions; c++) {
    float scaled = rintf(vector[c] / step);
    int32_t value = (int32_t)(scaled < -8 ? -8 : scaled > 7 ? 7 : scaled);
    *total += value;
    dot += (float)value * vector[c];
    for (uint32_t plane = 0; plane < SIGN_PLANES; plane++)
      planes[plane * words + c / 64] |= (uint64_t)((uint32_t)value >> plane & 1) << (c % 64);
  }
  /* The scale that makes the quantized vector's projection onto the true one as long as that is. */
  if (!(dot > 0)) return 0;
  return sqrtf(squares) / dot / sqrtf((float)dimensions);
}

/* The sum of the components whose bits are set, doubled, less the sum of all: set bits count +1, the others -1. */
#define SUM_OF_WORDS(WORDS)                                                                      \
  for (uint32_t w = 0; w < (WORDS); w++) {                                                       \
    sum += __builtin_popcountll(planes[w] & bits[w]);                                            \
    sum += __builtin_popcountll(planes[(WORDS) + w] & bits[w]) * 2;                              \
    sum += __builtin_popcountll(planes[2 * (WORDS) + w] & bits[w]) * 4;                          \
    sum -= __builtin_popcountll(planes[3 * (WORDS) + w] & bits[w]) * 8;                          \
  }

#define MAXIMA(NAME, TARGET)                                                                                         \
  TARGET static void NAME(const uint64_t *planes, const int32_t *totals, uint32_t questions, const uint8_t *tokens, \
                          size_t count, uint32_t dimensions, int32_t *best) {                                        \
    uint32_t words = SIGN_WORDS(dimensions), bytes = dimensions / 8;                                                 \
    uint64_t bits[SIGN_WORDS(4096)];                                                                                 \
    bits[words - 1] = 0;                                                                                             \
    for (size_t i = 0; i < count; i++, tokens += bytes) {                                                            \
      memcpy(bits, tokens, bytes);                                                                                   \
      const uint64_t *its = planes;                                                                                  \
      for (uint32_t q = 0; q < questions; q++, its += SIGN_PLANES * words) {                                         \
        int32_t sum = words == 6 ? sum_of_6_##NAME(its, bits) : sum_of_##NAME(its, bits, words);                     \
        sum = 2 * sum - totals[q];                                                                                   \
        if (sum > best[q]) best[q] = sum;                                                                            \
      }                                                                                                              \
    }                                                                                                                \
  }

#define SUMS(NAME, TARGET)                                                                                          \
  TARGET static inline int32_t sum_of_6_##NAME(const uint64_t *planes, const uint64_t *bits) {                      \
    int32_t sum = 0;                                                                                                \
    SUM_OF_WORDS(6)                                                                                                 \
    return sum;                                                                                                     \
  }                                                                                                                 \
  TARGET static inline int32_t sum_of_##NAME(const uint64_t *planes, const uint64_t *bits, uint32_t words) {        \
    int32_t sum = 0;                                                                                                \
    SUM_OF_WORDS(words)                                                                                             \
    return sum;                                                                                                     \
  }

SUMS(portable, )
MAXIMA(portable, )

#if defined(__x86_64__)
#include <immintrin.h>

/* Every processor with AVX2 counts bits in one instruction. */
#define COUNTING __attribute__((target("popcnt")))
SUMS(popcnt, COUNTING)
MAXIMA(popcnt, COUNTING)

/* A plane of up to 512 components is one register; what VPOPCNTDQ counts is added up across it once a pair. */
#define WIDE __attribute__((target("avx512f,avx512bw,avx512vl,avx512vpopcntdq")))
WIDE static void maxima_wide(const uint64_t *planes, const int32_t *totals, uint32_t questions, const uint8_t *tokens,
                             size_t count, uint32_t dimensions, int32_t *best) {
  uint32_t words = SIGN_WORDS(dimensions), bytes = dimensions / 8;
  __mmask8 lanes = (__mmask8)((1u << words) - 1);
  __mmask64 those = bytes == 64 ? ~0ull : (1ull << bytes) - 1;
  for (uint32_t q = 0; q < questions; q++, planes += SIGN_PLANES * words) {
    __m512i p0 = _mm512_maskz_loadu_epi64(lanes, planes), p1 = _mm512_maskz_loadu_epi64(lanes, planes + words);
    __m512i p2 = _mm512_maskz_loadu_epi64(lanes, planes + 2 * words);
    __m512i p3 = _mm512_maskz_loadu_epi64(lanes, planes + 3 * words);
    int64_t most = ((int64_t)best[q] + totals[q]) >> 1;
    const uint8_t *token = tokens;
    for (size_t i = 0; i < count; i++, token += bytes) {
      __m512i bits = _mm512_maskz_loadu_epi8(those, token);
      __m512i low = _mm512_add_epi64(_mm512_popcnt_epi64(_mm512_and_si512(p0, bits)),
                                     _mm512_slli_epi64(_mm512_popcnt_epi64(_mm512_and_si512(p1, bits)), 1));
      __m512i high = _mm512_sub_epi64(_mm512_popcnt_epi64(_mm512_and_si512(p2, bits)),
                                      _mm512_slli_epi64(_mm512_popcnt_epi64(_mm512_and_si512(p3, bits)), 1));
      int64_t sum = _mm512_reduce_add_epi64(_mm512_add_epi64(low, _mm512_slli_epi64(high, 2)));
      if (sum > most) {
        most = sum;
        best[q] = (int32_t)(2 * sum - totals[q]);
      }
    }
  }
}
#endif

void sign_maxima(CPULevel level, const uint64_t *planes, const int32_t *totals, uint32_t questions, const void *tokens,
                 size_t count, uint32_t dimensions, int32_t *best) {
#if defined(__x86_64__)
  if (level >= CPULevelAVX512VBMI && dimensions <= 512 && __builtin_cpu_supports("avx512vpopcntdq"))
    return maxima_wide(planes, totals, questions, tokens, count, dimensions, best);
  if (level >= CPULevelAVX2) return popcnt(planes, totals, questions, tokens, count, dimensions, best);
#else
  (void)level; /* NEON counts bits in the portable version as well: the compiler sees to it. */
#endif
  portable(planes, totals, questions, tokens, count, dimensions, best);
}
