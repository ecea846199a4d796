/* Scores of postings (BM25: Robertson, Walker et al. 1994), added up as fixed-point numbers.
 *
 * Every operation on floats is rounded by itself: multiply and add are never fused, so that all levels agree. */
#include <string.h>

#include "postings_kernels.h"

#pragma STDC FP_CONTRACT OFF

int32_t postings_score(PostingsWeight weight, uint32_t frequency, uint32_t length) {
  float f = (float)(int32_t)frequency;
  float l = (float)(int32_t)length;
  float part = weight.slope * l;
  float below = (weight.base + part) + f;
  float above = weight.weight * f;
  return (int32_t)(above / below) + 1;
}

static void accumulate_portable(const uint32_t *documents, const uint32_t *frequencies, uint32_t count,
                                const uint32_t *lengths, PostingsWeight weight, uint32_t first, int32_t *scores) {
  for (uint32_t i = 0; i < count; i++)
    scores[documents[i] - first] += postings_score(weight, frequencies[i], lengths[documents[i]]);
}

static void accumulate_all_portable(const uint32_t *frequencies, uint32_t count, const uint32_t *lengths,
                                    PostingsWeight weight, int32_t *scores) {
  for (uint32_t i = 0; i < count; i++)
    if (frequencies[i] != 0) scores[i] += postings_score(weight, frequencies[i], lengths[i]);
}

static uint32_t select_portable(const int32_t *scores, const uint64_t *mask, uint32_t count, int32_t threshold,
                                uint32_t *places) {
  uint32_t found = 0;
  for (uint32_t i = count; i-- > 0;) {
    places[found] = i;
    bool passes = scores[i] > threshold && (mask == NULL || (mask[i / 64] >> i % 64 & 1) != 0);
    found += passes ? 1 : 0;
  }
  return found;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET_AVX2 __attribute__((target("avx2")))
#define TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))

TARGET_AVX2 static void accumulate_avx2(const uint32_t *documents, const uint32_t *frequencies, uint32_t count,
                                        const uint32_t *lengths, PostingsWeight weight, uint32_t first,
                                        int32_t *scores) {
  const __m256 w = _mm256_set1_ps(weight.weight), base = _mm256_set1_ps(weight.base);
  const __m256 slope = _mm256_set1_ps(weight.slope);
  const __m256i one = _mm256_set1_epi32(1);
  uint32_t whole = count / 8 * 8;
  for (uint32_t i = 0; i < whole; i += 8) {
    __m256i rows = _mm256_loadu_si256((const __m256i *)(documents + i));
    __m256 l = _mm256_cvtepi32_ps(_mm256_i32gather_epi32((const int *)lengths, rows, 4));
    __m256 f = _mm256_cvtepi32_ps(_mm256_loadu_si256((const __m256i *)(frequencies + i)));
    __m256 below = _mm256_add_ps(_mm256_add_ps(base, _mm256_mul_ps(slope, l)), f);
    __m256 quotient = _mm256_div_ps(_mm256_mul_ps(w, f), below);
    int32_t added[8];
    _mm256_storeu_si256((__m256i *)added, _mm256_add_epi32(_mm256_cvttps_epi32(quotient), one));
    for (uint32_t k = 0; k < 8; k++) scores[documents[i + k] - first] += added[k];
  }
  accumulate_portable(documents + whole, frequencies + whole, count - whole, lengths, weight, first, scores);
}

/* A posting's document occurs once in a block: gathering, adding and scattering sixteen at a time loses nothing. */
TARGET_AVX512 static void accumulate_avx512(const uint32_t *documents, const uint32_t *frequencies, uint32_t count,
                                            const uint32_t *lengths, PostingsWeight weight, uint32_t first,
                                            int32_t *scores) {
  const __m512 w = _mm512_set1_ps(weight.weight), base = _mm512_set1_ps(weight.base);
  const __m512 slope = _mm512_set1_ps(weight.slope);
  const __m512i start = _mm512_set1_epi32((int)first), one = _mm512_set1_epi32(1);
  for (uint32_t i = 0; i < count; i += 16) {
    __mmask16 present = count - i >= 16 ? 0xFFFF : (__mmask16)((1u << (count - i)) - 1);
    __m512i rows = _mm512_maskz_loadu_epi32(present, documents + i);
    __m512i lengths16 = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), present, rows, lengths, 4);
    __m512 f = _mm512_cvtepi32_ps(_mm512_maskz_loadu_epi32(present, frequencies + i));
    __m512 below = _mm512_add_ps(_mm512_add_ps(base, _mm512_mul_ps(slope, _mm512_cvtepi32_ps(lengths16))), f);
    __m512 quotient = _mm512_maskz_div_ps(present, _mm512_mul_ps(w, f), below);
    __m512i added = _mm512_add_epi32(_mm512_cvttps_epi32(quotient), one);
    __m512i places = _mm512_sub_epi32(rows, start);
    __m512i sums = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), present, places, scores, 4);
    _mm512_mask_i32scatter_epi32(scores, present, places, _mm512_add_epi32(sums, added), 4);
  }
}

TARGET_AVX512 static void accumulate_all_avx512(const uint32_t *frequencies, uint32_t count, const uint32_t *lengths,
                                                PostingsWeight weight, int32_t *scores) {
  const __m512 w = _mm512_set1_ps(weight.weight), base = _mm512_set1_ps(weight.base);
  const __m512 slope = _mm512_set1_ps(weight.slope);
  const __m512i one = _mm512_set1_epi32(1);
  for (uint32_t i = 0; i < count; i += 16) {
    __m512i occurrences = _mm512_loadu_si512(frequencies + i);
    __mmask16 present = _mm512_test_epi32_mask(occurrences, occurrences);
    if (present == 0) continue;
    __m512 f = _mm512_cvtepi32_ps(occurrences), l = _mm512_cvtepi32_ps(_mm512_loadu_si512(lengths + i));
    __m512 below = _mm512_add_ps(_mm512_add_ps(base, _mm512_mul_ps(slope, l)), f);
    __m512 quotient = _mm512_maskz_div_ps(present, _mm512_mul_ps(w, f), below);
    __m512i added = _mm512_add_epi32(_mm512_cvttps_epi32(quotient), one);
    __m512i sums = _mm512_loadu_si512(scores + i);
    _mm512_storeu_si512(scores + i, _mm512_mask_add_epi32(sums, present, sums, added));
  }
}

TARGET_AVX512 static uint32_t select_avx512(const int32_t *scores, const uint64_t *mask, uint32_t count,
                                            int32_t threshold, uint32_t *places) {
  const __m512i limit = _mm512_set1_epi32(threshold);
  uint32_t found = 0;
  for (uint32_t group = count / 64; group-- > 0;) {
    uint64_t allowed = mask == NULL ? UINT64_MAX : mask[group];
    if (allowed == 0) continue;
    uint64_t above = 0;
    for (uint32_t k = 0; k < 4; k++) {
      __m512i values = _mm512_loadu_si512(scores + group * 64 + k * 16);
      above |= (uint64_t)_mm512_cmpgt_epi32_mask(values, limit) << (k * 16);
    }
    above &= allowed;
    while (above != 0) {
      uint32_t bit = 63 - (uint32_t)__builtin_clzll(above);
      places[found++] = group * 64 + bit;
      above ^= 1ull << bit;
    }
  }
  return found;
}
#endif

void postings_accumulate(CPULevel level, const uint32_t *documents, const uint32_t *frequencies, uint32_t count,
                         const uint32_t *lengths, PostingsWeight weight, uint32_t first, int32_t *scores) {
#if defined(__x86_64__)
  if (level >= CPULevelAVX512) {
    accumulate_avx512(documents, frequencies, count, lengths, weight, first, scores);
    return;
  }
  if (level >= CPULevelAVX2) {
    accumulate_avx2(documents, frequencies, count, lengths, weight, first, scores);
    return;
  }
#endif
  (void)level;
  accumulate_portable(documents, frequencies, count, lengths, weight, first, scores);
}

void postings_accumulate_all(CPULevel level, const uint32_t *frequencies, uint32_t count, const uint32_t *lengths,
                             PostingsWeight weight, int32_t *scores) {
#if defined(__x86_64__)
  if (level >= CPULevelAVX512) {
    accumulate_all_avx512(frequencies, count, lengths, weight, scores);
    return;
  }
#endif
  (void)level;
  accumulate_all_portable(frequencies, count, lengths, weight, scores);
}

uint32_t postings_select(CPULevel level, const int32_t *scores, const uint64_t *mask, uint32_t count, int32_t threshold,
                         uint32_t *places) {
#if defined(__x86_64__)
  if (level >= CPULevelAVX512) return select_avx512(scores, mask, count, threshold, places);
#endif
  (void)level;
  return select_portable(scores, mask, count, threshold, places);
}
