/* Which documents of a window pass a filter: a bit each. */
#include "postings_kernels.h"

void postings_mark(const uint32_t *documents, uint32_t count, uint32_t first, uint64_t *mask) {
  for (uint32_t i = 0; i < count; i++) {
    uint32_t place = documents[i] - first;
    mask[place / 64] |= 1ull << place % 64;
  }
}

/* Documents of the 64-bit word that begins at `start`. */
static inline uint32_t present(uint32_t count, uint32_t start) { return count - start < 64 ? count - start : 64; }

static void keep_equal_portable(const uint32_t *column, uint32_t count, uint32_t value, bool negated, uint64_t *mask) {
  for (uint32_t start = 0; start < count; start += 64) {
    uint64_t equal = 0;
    uint32_t width = present(count, start);
    for (uint32_t i = 0; i < width; i++) equal |= (uint64_t)((column[start + i] == value) != negated) << i;
    mask[start / 64] &= equal;
  }
}

static void keep_times_portable(const int64_t *column, uint32_t count, int64_t lower, int64_t upper, uint64_t *mask) {
  for (uint32_t start = 0; start < count; start += 64) {
    uint64_t inside = 0;
    uint32_t width = present(count, start);
    for (uint32_t i = 0; i < width; i++)
      inside |= (uint64_t)((column[start + i] >= lower) & (column[start + i] < upper)) << i;
    mask[start / 64] &= inside;
  }
}

void postings_keep_role(const uint8_t *column, uint32_t count, uint8_t value, uint64_t *mask) {
  for (uint32_t start = 0; start < count; start += 64) {
    uint64_t equal = 0;
    uint32_t width = present(count, start);
    for (uint32_t i = 0; i < width; i++) equal |= (uint64_t)(column[start + i] == value) << i;
    mask[start / 64] &= equal;
  }
}

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))

TARGET_AVX512 static void keep_equal_avx512(const uint32_t *column, uint32_t count, uint32_t value, bool negated,
                                            uint64_t *mask) {
  const __m512i wanted = _mm512_set1_epi32((int)value);
  uint32_t whole = count / 64 * 64;
  for (uint32_t start = 0; start < whole; start += 64) {
    if (mask[start / 64] == 0) continue;
    uint64_t equal = 0;
    for (uint32_t k = 0; k < 4; k++) {
      __m512i values = _mm512_loadu_si512(column + start + k * 16);
      equal |= (uint64_t)_mm512_cmpeq_epi32_mask(values, wanted) << (k * 16);
    }
    mask[start / 64] &= negated ? ~equal : equal;
  }
  if (whole < count) keep_equal_portable(column + whole, count - whole, value, negated, mask + whole / 64);
}

TARGET_AVX512 static void keep_times_avx512(const int64_t *column, uint32_t count, int64_t lower, int64_t upper,
                                            uint64_t *mask) {
  const __m512i low = _mm512_set1_epi64(lower), high = _mm512_set1_epi64(upper);
  uint32_t whole = count / 64 * 64;
  for (uint32_t start = 0; start < whole; start += 64) {
    if (mask[start / 64] == 0) continue;
    uint64_t inside = 0;
    for (uint32_t k = 0; k < 8; k++) {
      __m512i values = _mm512_loadu_si512(column + start + k * 8);
      __mmask8 passes = _mm512_mask_cmplt_epi64_mask(_mm512_cmpge_epi64_mask(values, low), values, high);
      inside |= (uint64_t)passes << (k * 8);
    }
    mask[start / 64] &= inside;
  }
  if (whole < count) keep_times_portable(column + whole, count - whole, lower, upper, mask + whole / 64);
}
#endif

void postings_keep_equal(CPULevel level, const uint32_t *column, uint32_t count, uint32_t value, bool negated,
                         uint64_t *mask) {
#if defined(__x86_64__)
  if (level >= CPULevelAVX512) {
    keep_equal_avx512(column, count, value, negated, mask);
    return;
  }
#endif
  (void)level;
  keep_equal_portable(column, count, value, negated, mask);
}

void postings_keep_times(CPULevel level, const int64_t *column, uint32_t count, int64_t lower, int64_t upper,
                         uint64_t *mask) {
#if defined(__x86_64__)
  if (level >= CPULevelAVX512) {
    keep_times_avx512(column, count, lower, upper, mask);
    return;
  }
#endif
  (void)level;
  keep_times_portable(column, count, lower, upper, mask);
}
