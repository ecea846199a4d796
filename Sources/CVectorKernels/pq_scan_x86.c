/* The block kernel and the transposition of rows into blocks on x86-64. */
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "pq_scan.h"

#define TARGET_AVX2 __attribute__((target("avx2")))
#define TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))
#define TARGET_VBMI __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi")))

TARGET_AVX2 static inline __m256i table_avx2(const uint8_t *table) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table));
}

/* The entries that 32 bytes of a line name. */
TARGET_AVX2 static inline __m256i entries_avx2(const uint8_t *line, __m256i low, __m256i high) {
  const __m256i nibble = _mm256_set1_epi8(15);
  __m256i bytes = _mm256_loadu_si256((const __m256i *)line);
  return _mm256_add_epi8(
      _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, nibble)),
      _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble)));
}

TARGET_AVX2 uint64_t pq_block_avx2(const uint8_t *block, uint32_t lines, const uint8_t *table, uint32_t threshold,
                                   uint16_t *sums) {
  const __m256i low_byte = _mm256_set1_epi16(0xFF);
  __m256i even[2], odd[2];
  for (int h = 0; h < 2; h++) even[h] = odd[h] = _mm256_setzero_si256();
  for (uint32_t p = 0; p < lines; p += 2) {
    const uint8_t *line = block + (size_t)p * PQ_BLOCK_ROWS, *entries = table + (size_t)p * 32;
    __m256i t0 = table_avx2(entries), t1 = table_avx2(entries + 16);
    __m256i t2 = table_avx2(entries + 32), t3 = table_avx2(entries + 48);
    for (int h = 0; h < 2; h++) {
      __m256i four = _mm256_add_epi8(entries_avx2(line + 32 * h, t0, t1),
                                     entries_avx2(line + PQ_BLOCK_ROWS + 32 * h, t2, t3));
      even[h] = _mm256_add_epi16(even[h], _mm256_and_si256(four, low_byte));
      odd[h] = _mm256_add_epi16(odd[h], _mm256_srli_epi16(four, 8));
    }
  }
  /* max(sum, threshold) == sum where sum >= threshold, unsigned. */
  const __m256i floor = _mm256_set1_epi16((short)threshold);
  uint32_t found[2];
  __m256i *sides[2] = {even, odd};
  for (int side = 0; side < 2; side++) {
    __m256i a = _mm256_cmpeq_epi16(_mm256_max_epu16(sides[side][0], floor), sides[side][0]);
    __m256i b = _mm256_cmpeq_epi16(_mm256_max_epu16(sides[side][1], floor), sides[side][1]);
    __m256i both = _mm256_permute4x64_epi64(_mm256_packs_epi16(a, b), 0xD8);
    found[side] = (uint32_t)_mm256_movemask_epi8(both);
  }
  uint64_t mask = (uint64_t)found[1] << 32 | found[0];
  if (mask != 0) {
    for (int side = 0; side < 2; side++)
      for (int h = 0; h < 2; h++) _mm256_storeu_si256((__m256i *)(sums + 32 * side + 16 * h), sides[side][h]);
  }
  return mask;
}

TARGET_AVX512 static inline __m512i table_avx512(const uint8_t *table) {
  return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)table));
}

TARGET_AVX512 static inline uint64_t finish_avx512(__m512i even, __m512i odd, uint32_t threshold, uint16_t *sums) {
  const __m512i floor = _mm512_set1_epi16((short)threshold);
  uint64_t mask = (uint64_t)_mm512_cmpge_epu16_mask(odd, floor) << 32 | _mm512_cmpge_epu16_mask(even, floor);
  if (mask != 0) {
    _mm512_storeu_si512(sums, even);
    _mm512_storeu_si512(sums + 32, odd);
  }
  return mask;
}

TARGET_AVX512 uint64_t pq_block_avx512(const uint8_t *block, uint32_t lines, const uint8_t *table, uint32_t threshold,
                                       uint16_t *sums) {
  const __m512i nibble = _mm512_set1_epi8(15), low_byte = _mm512_set1_epi16(0xFF);
  __m512i even = _mm512_setzero_si512(), odd = even;
  for (uint32_t p = 0; p < lines; p += 2) {
    const uint8_t *line = block + (size_t)p * PQ_BLOCK_ROWS, *entries = table + (size_t)p * 32;
    __m512i a = _mm512_loadu_si512(line), b = _mm512_loadu_si512(line + PQ_BLOCK_ROWS);
    __m512i four = _mm512_add_epi8(
        _mm512_add_epi8(_mm512_shuffle_epi8(table_avx512(entries), _mm512_and_si512(a, nibble)),
                        _mm512_shuffle_epi8(table_avx512(entries + 16),
                                            _mm512_and_si512(_mm512_srli_epi16(a, 4), nibble))),
        _mm512_add_epi8(_mm512_shuffle_epi8(table_avx512(entries + 32), _mm512_and_si512(b, nibble)),
                        _mm512_shuffle_epi8(table_avx512(entries + 48),
                                            _mm512_and_si512(_mm512_srli_epi16(b, 4), nibble))));
    even = _mm512_add_epi16(even, _mm512_and_si512(four, low_byte));
    odd = _mm512_add_epi16(odd, _mm512_srli_epi16(four, 8));
  }
  return finish_avx512(even, odd, threshold, sums);
}

/* vpermb looks at six bits of an index; with the table repeated four times the upper two do not matter, so no nibble is
 * masked. Even sums are gathered with the odd ones on top (modulo 2^16) and freed of them at the end. */
TARGET_VBMI uint64_t pq_block_vbmi(const uint8_t *block, uint32_t lines, const uint8_t *table, uint32_t threshold,
                                   uint16_t *sums) {
  __m512i both = _mm512_setzero_si512(), odd = both;
  for (uint32_t p = 0; p < lines; p += 2) {
    const uint8_t *line = block + (size_t)p * PQ_BLOCK_ROWS, *entries = table + (size_t)p * 32;
    __m512i a = _mm512_loadu_si512(line), b = _mm512_loadu_si512(line + PQ_BLOCK_ROWS);
    __m512i four =
        _mm512_add_epi8(_mm512_add_epi8(_mm512_permutexvar_epi8(a, table_avx512(entries)),
                                        _mm512_permutexvar_epi8(_mm512_srli_epi16(a, 4), table_avx512(entries + 16))),
                        _mm512_add_epi8(_mm512_permutexvar_epi8(b, table_avx512(entries + 32)),
                                        _mm512_permutexvar_epi8(_mm512_srli_epi16(b, 4), table_avx512(entries + 48))));
    both = _mm512_add_epi16(both, four);
    odd = _mm512_add_epi16(odd, _mm512_srli_epi16(four, 8));
  }
  return finish_avx512(_mm512_sub_epi16(both, _mm512_slli_epi16(odd, 8)), odd, threshold, sums);
}

static inline long long qword(const uint8_t *place) {
  long long value;
  memcpy(&value, place, 8);
  return value;
}

/* Within a register of eight rows of 8 bytes: byte j of row i goes to byte i of qword j. */
static const uint8_t transpose_bytes[64] = {
    0, 8,  16, 24, 32, 40, 48, 56, 1, 9,  17, 25, 33, 41, 49, 57, 2, 10, 18, 26, 34, 42, 50, 58, 3, 11, 19, 27, 35, 43,
    51, 59, 4, 12, 20, 28, 36, 44, 52, 60, 5, 13, 21, 29, 37, 45, 53, 61, 6, 14, 22, 30, 38, 46, 54, 62, 7, 15, 23, 31,
    39, 47, 55, 63};

TARGET_VBMI uint32_t pq_transpose_vbmi(const uint8_t *const rows[PQ_BLOCK_ROWS], uint32_t lines, uint8_t *block) {
  const __m512i spread = _mm512_loadu_si512(transpose_bytes);
  uint32_t done = 0;
  for (; done + 8 <= lines; done += 8) {
    __m512i r[8], s[8];
    for (uint32_t i = 0; i < 8; i++) {
      /* Position 2j is row j, position 2j + 1 is row 32 + j. Put together in registers: eight stores of 8 bytes do not
       * forward to one load of 64. */
      __m512i eight = _mm512_set_epi64(
          qword(rows[32 + 4 * i + 3] + done), qword(rows[4 * i + 3] + done), qword(rows[32 + 4 * i + 2] + done),
          qword(rows[4 * i + 2] + done), qword(rows[32 + 4 * i + 1] + done), qword(rows[4 * i + 1] + done),
          qword(rows[32 + 4 * i] + done), qword(rows[4 * i] + done));
      r[i] = _mm512_permutexvar_epi8(spread, eight);
    }
    /* Qword j of register i is to become qword i of line j: an 8 x 8 transposition of qwords. */
    for (int i = 0; i < 8; i += 2) {
      s[i] = _mm512_unpacklo_epi64(r[i], r[i + 1]);
      s[i + 1] = _mm512_unpackhi_epi64(r[i], r[i + 1]);
    }
    for (int h = 0; h < 2; h++) {
      /* s[h], s[2 + h], s[4 + h], s[6 + h]: 128-bit lane l holds qwords of line 2l + h. */
      __m512i a = _mm512_shuffle_i64x2(s[h], s[2 + h], 0x44), b = _mm512_shuffle_i64x2(s[h], s[2 + h], 0xEE);
      __m512i c = _mm512_shuffle_i64x2(s[4 + h], s[6 + h], 0x44), d = _mm512_shuffle_i64x2(s[4 + h], s[6 + h], 0xEE);
      uint8_t *place = block + (size_t)(done + (uint32_t)h) * PQ_BLOCK_ROWS;
      _mm512_storeu_si512(place, _mm512_shuffle_i64x2(a, c, 0x88));
      _mm512_storeu_si512(place + 2 * PQ_BLOCK_ROWS, _mm512_shuffle_i64x2(a, c, 0xDD));
      _mm512_storeu_si512(place + 4 * PQ_BLOCK_ROWS, _mm512_shuffle_i64x2(b, d, 0x88));
      _mm512_storeu_si512(place + 6 * PQ_BLOCK_ROWS, _mm512_shuffle_i64x2(b, d, 0xDD));
    }
  }
  return done;
}
#else
typedef int pq_scan_x86_is_empty;
#endif
