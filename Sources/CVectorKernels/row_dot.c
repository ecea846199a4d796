/* Dot products of int8 rows with a query of two int8 planes. Integer arithmetic modulo 2^32: equal at every level.
 *
 * AVX-512 VNNI multiplies unsigned by signed bytes, so rows are biased by 128 (one xor) and the bias times the sum of
 * the query is taken off at the end. AVX2's maddubs saturates at 16 bits; with |row| unsigned and the row's sign moved
 * onto the query the largest pair sum is 2 * 128 * 127 = 32512, which fits. NEON adds pairs in 16 bits too, within the
 * same bound: a query's planes never hold -128.
 */
#include <string.h>

#include "row_kernels.h"
#include "vnni_sums.h"

/* Rows that are gathered at a time. */
#define GATHER_ROWS 256

/* How far ahead of the row in work another one is fetched, by measuring: a whole block is one stream that the hardware
 * follows by itself, rows that a filter has picked are not. */
#define GATHER_AHEAD 12
static inline size_t rows_ahead(size_t count) { return count < ROW_BLOCK_ROWS ? 8 : ROW_BLOCK_ROWS; }

static void dot_portable(const int8_t *const *rows, size_t count, const RowQuery *query, int32_t *products) {
  uint32_t dimensions = query->dimensions;
  for (size_t r = 0; r < count; r++) {
    const int8_t *row = rows[r];
    /* Each plane's sum stays below 4096 * 128 * 127. */
    int32_t high = 0, low = 0;
    for (uint32_t i = 0; i < dimensions; i++) {
      high += row[i] * query->high[i];
      low += row[i] * query->low[i];
    }
    products[r] = (int32_t)(((uint32_t)high << query->shift) + (uint32_t)low);
  }
}

#if defined(__x86_64__) || (defined(__aarch64__) && defined(__ARM_NEON))
static inline void prefetch_row(const int8_t *row, uint32_t dimensions) {
  for (uint32_t i = 0; i < dimensions; i += 64) __builtin_prefetch(row + i);
}
#endif

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET_AVX2 __attribute__((target("avx2")))

TARGET_AVX2 static void dot_avx2(const int8_t *const *rows, size_t count, const RowQuery *query, size_t ahead,
                                 int32_t *products) {
  uint32_t dimensions = query->dimensions;
  const __m256i ones = _mm256_set1_epi16(1);
  const __m128i shift = _mm_cvtsi32_si128((int)query->shift);
  for (size_t r = 0; r < count; r++) {
    if (r + ahead < count) prefetch_row(rows[r + ahead], dimensions);
    __m256i high = _mm256_setzero_si256(), low = high;
    for (uint32_t i = 0; i < dimensions; i += 32) {
      __m256i row = _mm256_loadu_si256((const __m256i *)(rows[r] + i));
      __m256i magnitude = _mm256_abs_epi8(row);
      __m256i h = _mm256_sign_epi8(_mm256_loadu_si256((const __m256i *)(query->high + i)), row);
      __m256i l = _mm256_sign_epi8(_mm256_loadu_si256((const __m256i *)(query->low + i)), row);
      high = _mm256_add_epi32(high, _mm256_madd_epi16(_mm256_maddubs_epi16(magnitude, h), ones));
      low = _mm256_add_epi32(low, _mm256_madd_epi16(_mm256_maddubs_epi16(magnitude, l), ones));
    }
    __m256i both = _mm256_add_epi32(_mm256_sll_epi32(high, shift), low);
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1));
    products[r] = _mm_cvtsi128_si32(sum);
  }
}

TARGET_VNNI static void dot_vnni(const int8_t *const *rows, size_t count, const RowQuery *query, size_t ahead,
                                 int32_t *products) {
  uint32_t dimensions = query->dimensions;
  uint32_t whole = dimensions / 64 * 64;
  const __m512i bias = _mm512_set1_epi8((char)0x80);
  const __m128i shift = _mm_cvtsi32_si128((int)query->shift);
  const __m128i correction = _mm_set1_epi32((int)query->bias);
  for (size_t r = 0; r < count; r += 4) {
    size_t present = count - r < 4 ? count - r : 4;
    __m512i both[4];
    /* Four rows share one reduction, but are read one after the other: memory likes one stream. */
    for (size_t k = 0; k < 4; k++) {
      const int8_t *row = rows[r + (k < present ? k : 0)];
      if (r + k + ahead < count) prefetch_row(rows[r + k + ahead], dimensions);
      __m512i high = _mm512_setzero_si512(), low = high;
      for (uint32_t i = 0; i < whole; i += 64) {
        __m512i biased = _mm512_xor_si512(_mm512_loadu_si512(row + i), bias);
        high = _mm512_dpbusd_epi32(high, biased, _mm512_loadu_si512(query->high + i));
        low = _mm512_dpbusd_epi32(low, biased, _mm512_loadu_si512(query->low + i));
      }
      if (whole < dimensions) {
        /* The upper half is never loaded; biased to 128 it meets the zeros that pad the query. */
        __m512i biased = _mm512_xor_si512(_mm512_maskz_loadu_epi8(0xFFFFFFFFull, row + whole), bias);
        high = _mm512_dpbusd_epi32(high, biased, _mm512_loadu_si512(query->high + whole));
        low = _mm512_dpbusd_epi32(low, biased, _mm512_loadu_si512(query->low + whole));
      }
      both[k] = _mm512_add_epi32(_mm512_sll_epi32(high, shift), low);
    }
    __m128i sums = _mm_sub_epi32(sums_of_four(both[0], both[1], both[2], both[3]), correction);
    memcpy(products + r, &sums, present * sizeof(int32_t));
  }
}
#endif

#if defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>

/* `sums` and the products of 16 components. */
static inline int32x4_t dot_step(int32x4_t sums, int8x16_t row, int8x16_t plane) {
  int16x8_t pairs = vmull_s8(vget_low_s8(row), vget_low_s8(plane));
  return vpadalq_s16(sums, vmlal_high_s8(pairs, row, plane));
}

static void dot_neon(const int8_t *const *rows, size_t count, const RowQuery *query, size_t ahead, int32_t *products) {
  uint32_t dimensions = query->dimensions;
  for (size_t r = 0; r < count; r++) {
    if (r + ahead < count) prefetch_row(rows[r + ahead], dimensions);
    int32x4_t high = vdupq_n_s32(0), low = high;
    for (uint32_t i = 0; i < dimensions; i += 16) {
      int8x16_t row = vld1q_s8(rows[r] + i);
      high = dot_step(high, row, vld1q_s8(query->high + i));
      low = dot_step(low, row, vld1q_s8(query->low + i));
    }
    products[r] = (int32_t)(((uint32_t)vaddvq_s32(high) << query->shift) + (uint32_t)vaddvq_s32(low));
  }
}
#endif

/* Exact dot products, modulo 2^32, of the rows at `count` places. */
static void dot_rows(CPULevel level, const int8_t *const *rows, size_t count, const RowQuery *query, size_t ahead,
                     int32_t *products) {
  level = cpu_level_clamped(level);
#if defined(__x86_64__)
  if (level >= CPULevelAVX512VNNI) {
    dot_vnni(rows, count, query, ahead, products);
    return;
  }
  if (level >= CPULevelAVX2) {
    dot_avx2(rows, count, query, ahead, products);
    return;
  }
#elif defined(__aarch64__) && defined(__ARM_NEON)
  if (level == CPULevelNEON) {
    dot_neon(rows, count, query, ahead, products);
    return;
  }
#endif
  (void)level;
  (void)ahead;
  dot_portable(rows, count, query, products);
}

void row_dot(CPULevel level, const int8_t *rows, size_t count, const RowQuery *query, int32_t *products) {
  for (size_t done = 0; done < count; done += ROW_BLOCK_ROWS) {
    const int8_t *places[ROW_BLOCK_ROWS];
    size_t length = count - done < ROW_BLOCK_ROWS ? count - done : ROW_BLOCK_ROWS;
    for (size_t i = 0; i < length; i++) places[i] = rows + (done + i) * query->dimensions;
    dot_rows(level, places, length, query, rows_ahead(length), products + done);
  }
}

void row_dot_gather(CPULevel level, const int8_t *rows, const uint32_t *numbers, size_t count, const RowQuery *query,
                    int32_t *products) {
  for (size_t done = 0; done < count; done += GATHER_ROWS) {
    const int8_t *places[GATHER_ROWS];
    size_t length = count - done < GATHER_ROWS ? count - done : GATHER_ROWS;
    for (size_t i = 0; i < length; i++) places[i] = rows + (size_t)numbers[done + i] * query->dimensions;
    dot_rows(level, places, length, query, GATHER_AHEAD, products + done);
  }
}

void row_score_gather(CPULevel level, const RowSegment *segment, const uint32_t *numbers, size_t count,
                      const RowQuery *query, int32_t *products, float *scores) {
  for (size_t done = 0; done < count; done += ROW_BLOCK_ROWS) {
    size_t length = count - done < ROW_BLOCK_ROWS ? count - done : ROW_BLOCK_ROWS;
    /* Scales lie a cache line apart each: they arrive while the products are made. */
    for (size_t i = 0; i < length; i++) __builtin_prefetch(segment->scales + numbers[done + i]);
    row_dot_gather(level, segment->vectors, numbers + done, length, query, products + done);
    for (size_t i = done; i < done + length; i++)
      scores[i] = (float)products[i] * segment->scales[numbers[i]] * query->factor;
  }
}

uint64_t row_block_search(CPULevel level, const RowSegment *segment, uint32_t block, uint64_t rows,
                          const RowQuery *query, float threshold, float *scores, int32_t *products) {
  if (rows == 0) return 0;
  size_t first = (size_t)block * ROW_BLOCK_ROWS;
  const int8_t *places[ROW_BLOCK_ROWS];
  uint8_t numbers[ROW_BLOCK_ROWS];
  int32_t packed[ROW_BLOCK_ROWS];
  size_t count = 0;
  for (; rows != 0; rows &= rows - 1, count++) {
    numbers[count] = (uint8_t)__builtin_ctzll(rows);
    places[count] = segment->vectors + (first + numbers[count]) * segment->dimensions;
  }
  dot_rows(level, places, count, query, rows_ahead(count), packed);
  uint64_t survivors = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t row = numbers[i];
    float score = (float)packed[i] * segment->scales[first + row] * query->factor;
    scores[row] = score;
    products[row] = packed[i];
    survivors |= (uint64_t)(score >= threshold) << row;
  }
  return survivors;
}
