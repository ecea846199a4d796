/* Blocks of 64 rows: tombstones, the check at first touch, summaries and filters. */
#include <string.h>

#include "row_kernels.h"

uint64_t row_block_tombstones(const RowSegment *segment, uint32_t block) {
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  return __atomic_load_n(&segment->tombstones[block], __ATOMIC_ACQUIRE);
}

static void lower(int64_t *place, int64_t value) {
  int64_t seen = __atomic_load_n(place, __ATOMIC_RELAXED);
  while (value < seen && !__atomic_compare_exchange_n(place, &seen, value, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

static void raise(int64_t *place, int64_t value) {
  int64_t seen = __atomic_load_n(place, __ATOMIC_RELAXED);
  while (value > seen && !__atomic_compare_exchange_n(place, &seen, value, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

static void note_verified(uint8_t *place, uint32_t rows) {
  uint8_t seen = __atomic_load_n(place, __ATOMIC_RELAXED);
  while (rows > seen &&
         !__atomic_compare_exchange_n(place, &seen, (uint8_t)rows, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
  }
}

/* Those of `candidates`, rows that differ from their checksum, that are not deleted. A row that is being scrubbed
 * differs, but its tombstone was set before its first byte changed. */
static uint64_t without_deleted(const RowSegment *segment, uint32_t block, uint64_t candidates) {
  return candidates == 0 ? 0 : candidates & ~row_block_tombstones(segment, block);
}

uint64_t row_block_check_columns(CPULevel level, const RowSegment *segment, uint32_t block, uint32_t rows) {
  uint32_t from = __atomic_load_n(&segment->columns_verified[block], __ATOMIC_ACQUIRE);
  if (from >= rows) return 0;
  uint32_t first = block * ROW_BLOCK_ROWS;
  uint32_t checksums[ROW_BLOCK_ROWS];
  uint64_t deleted = row_block_tombstones(segment, block);
  row_column_checksums(level, segment, first + from, rows - from, checksums);
  uint64_t differing = 0;
  RowBlockSummary bounds = {INT64_MAX, INT64_MIN, INT64_MAX, INT64_MIN};
  for (uint32_t r = from; r < rows; r++) {
    if (deleted >> r & 1) continue;
    int64_t time = segment->timestamps[first + r], key = segment->keys[first + r];
    if (checksums[r - from] != segment->column_checksums[first + r] ||
        (segment->attributes[first + r] & 0xFF) != ROW_LIVE_MARK) {
      differing |= 1ull << r;
      continue;
    }
    if (time < bounds.lowest_time) bounds.lowest_time = time;
    if (time > bounds.highest_time) bounds.highest_time = time;
    if (key < bounds.lowest_key) bounds.lowest_key = key;
    if (key > bounds.highest_key) bounds.highest_key = key;
  }
  differing = without_deleted(segment, block, differing);
  if (differing != 0) return differing;
  RowBlockSummary *summary = &segment->summaries[block];
  lower(&summary->lowest_time, bounds.lowest_time);
  raise(&summary->highest_time, bounds.highest_time);
  lower(&summary->lowest_key, bounds.lowest_key);
  raise(&summary->highest_key, bounds.highest_key);
  note_verified(&segment->columns_verified[block], rows);
  return 0;
}

uint64_t row_block_check_vectors(CPULevel level, const RowSegment *segment, uint32_t block, uint32_t rows) {
  uint32_t from = __atomic_load_n(&segment->vectors_verified[block], __ATOMIC_ACQUIRE);
  if (from >= rows) return 0;
  uint32_t first = block * ROW_BLOCK_ROWS;
  uint32_t checksums[ROW_BLOCK_ROWS];
  uint64_t deleted = row_block_tombstones(segment, block);
  row_vector_checksums(level, segment, first + from, rows - from, checksums);
  uint64_t differing = 0;
  for (uint32_t r = from; r < rows; r++)
    differing |= (uint64_t)(checksums[r - from] != segment->vector_checksums[first + r]) << r;
  differing = without_deleted(segment, block, differing & ~deleted);
  if (differing == 0) note_verified(&segment->vectors_verified[block], rows);
  return differing;
}

uint64_t row_block_check_tombstones(const RowSegment *segment, uint32_t block) {
  uint64_t deleted = row_block_tombstones(segment, block);
  if (deleted == __atomic_load_n(&segment->tombstones_verified[block], __ATOMIC_RELAXED)) return 0;
  uint64_t marked = 0;
  for (uint64_t rows = deleted; rows != 0; rows &= rows - 1) {
    uint32_t row = (uint32_t)__builtin_ctzll(rows);
    marked |= (uint64_t)((segment->attributes[(size_t)block * ROW_BLOCK_ROWS + row] & 0xFF) != 0) << row;
  }
  if (marked == 0) __atomic_store_n(&segment->tombstones_verified[block], deleted, __ATOMIC_RELAXED);
  return marked;
}

/* The first place in `keys` not below `key`. */
static size_t lower_bound(const int64_t *keys, size_t count, int64_t key) {
  size_t low = 0;
  while (count > 0) {
    size_t half = count / 2;
    if (keys[low + half] < key) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return low;
}

bool row_block_may_pass(const RowSegment *segment, const RowFilter *filter, uint32_t block) {
  RowBlockSummary *summary = &segment->summaries[block];
  if (filter->has_times && (__atomic_load_n(&summary->highest_time, __ATOMIC_RELAXED) < filter->earliest ||
                            __atomic_load_n(&summary->lowest_time, __ATOMIC_RELAXED) >= filter->before))
    return false;
  if (filter->has_keys) {
    int64_t lowest = __atomic_load_n(&summary->lowest_key, __ATOMIC_RELAXED);
    size_t place = lower_bound(filter->keys, filter->key_count, lowest);
    if (place == filter->key_count ||
        filter->keys[place] > __atomic_load_n(&summary->highest_key, __ATOMIC_RELAXED))
      return false;
  }
  return true;
}

uint32_t row_next_block(const RowSegment *segment, const RowFilter *filter, uint32_t first, uint32_t end) {
  while (first < end && !row_block_may_pass(segment, filter, first)) first++;
  return first;
}

/* One bit for each of 64 bytes that are 0 or 1. Conditions are evaluated into bytes first, since compilers turn that
 * into vector instructions, and not the setting of single bits. */
static uint64_t packed(const uint8_t flags[ROW_BLOCK_ROWS]) {
  uint64_t mask = 0;
  for (uint32_t i = 0; i < 8; i++) {
    uint64_t word;
    memcpy(&word, flags + 8 * i, 8);
    /* Moves the lowest bit of byte j to bit 56 + j. */
    mask |= (word * 0x0102040810204080ull) >> 56 << (8 * i);
  }
  return mask;
}

static uint64_t equal_to_portable(const uint32_t *column, uint32_t value, uint32_t bits) {
  uint8_t flags[ROW_BLOCK_ROWS];
  for (uint32_t r = 0; r < ROW_BLOCK_ROWS; r++) flags[r] = (column[r] & bits) == value;
  return packed(flags);
}

static uint64_t within_portable(const int64_t *column, int64_t earliest, int64_t before) {
  uint8_t flags[ROW_BLOCK_ROWS];
  for (uint32_t r = 0; r < ROW_BLOCK_ROWS; r++) flags[r] = (column[r] >= earliest) & (column[r] < before);
  return packed(flags);
}

#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))

TARGET_AVX512 static uint64_t equal_to_avx512(const uint32_t *column, uint32_t value, uint32_t bits) {
  const __m512i wanted = _mm512_set1_epi32((int)value), mask = _mm512_set1_epi32((int)bits);
  uint64_t found = 0;
  for (uint32_t i = 0; i < 4; i++) {
    __m512i values = _mm512_and_si512(_mm512_loadu_si512(column + 16 * i), mask);
    found |= (uint64_t)_mm512_cmpeq_epi32_mask(values, wanted) << (16 * i);
  }
  return found;
}

TARGET_AVX512 static uint64_t within_avx512(const int64_t *column, int64_t earliest, int64_t before) {
  const __m512i low = _mm512_set1_epi64(earliest), high = _mm512_set1_epi64(before);
  uint64_t found = 0;
  for (uint32_t i = 0; i < 8; i++) {
    __m512i values = _mm512_loadu_si512(column + 8 * i);
    __mmask8 inside = _mm512_cmpge_epi64_mask(values, low) & _mm512_cmplt_epi64_mask(values, high);
    found |= (uint64_t)inside << (8 * i);
  }
  return found;
}

/* Members of a set that has a bit map. */
TARGET_AVX512 static uint64_t in_bits_avx512(const uint32_t *column, const RowValueSet *set) {
  const __m512i first = _mm512_set1_epi32((int)set->first), count = _mm512_set1_epi32((int)set->bit_count);
  uint64_t found = 0;
  for (uint32_t i = 0; i < 4; i++) {
    __m512i places = _mm512_sub_epi32(_mm512_loadu_si512(column + 16 * i), first);
    __mmask16 inside = _mm512_cmplt_epu32_mask(places, count);
    __m512i words = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), inside, _mm512_srli_epi32(places, 5),
                                                (const void *)set->bits, 4);
    __m512i bit = _mm512_sllv_epi32(_mm512_set1_epi32(1), _mm512_and_si512(places, _mm512_set1_epi32(31)));
    found |= (uint64_t)_mm512_mask_test_epi32_mask(inside, words, bit) << (16 * i);
  }
  return found;
}
#endif

/* Rows whose value, of the bits given, is the one given. */
static uint64_t equal_to(CPULevel level, const uint32_t *column, uint32_t value, uint32_t bits) {
#if defined(__x86_64__)
  if (level >= CPULevelAVX512) return equal_to_avx512(column, value, bits);
#endif
  (void)level;
  return equal_to_portable(column, value, bits);
}

static uint64_t within(CPULevel level, const int64_t *column, int64_t earliest, int64_t before) {
#if defined(__x86_64__)
  if (level >= CPULevelAVX512) return within_avx512(column, earliest, before);
#endif
  (void)level;
  return within_portable(column, earliest, before);
}

static bool contains(const RowValueSet *set, uint32_t value) {
  if (set->bits != NULL) {
    uint32_t place = value - set->first; /* below `first` it wraps round and is out of bounds */
    return place < set->bit_count && (set->bits[place / 64] >> (place % 64) & 1);
  }
  size_t low = 0, count = set->count;
  while (count > 0) {
    size_t half = count / 2;
    if (set->values[low + half] < value) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return low < set->count && set->values[low] == value;
}

static uint64_t members(CPULevel level, const uint32_t *column, const RowValueSet *set, uint64_t rows) {
  if (set->count <= 4) {
    uint64_t mask = 0;
    for (size_t i = 0; i < set->count; i++) mask |= equal_to(level, column, set->values[i], UINT32_MAX);
    return rows & mask;
  }
#if defined(__x86_64__)
  if (level >= CPULevelAVX512 && set->bits != NULL) return rows & in_bits_avx512(column, set);
#endif
  uint64_t mask = 0;
  for (; rows != 0; rows &= rows - 1) {
    uint32_t row = (uint32_t)__builtin_ctzll(rows);
    mask |= (uint64_t)contains(set, column[row]) << row;
  }
  return mask;
}

static uint64_t with_keys(const RowSegment *segment, const RowFilter *filter, uint32_t block, uint64_t rows) {
  RowBlockSummary *summary = &segment->summaries[block];
  int64_t lowest = __atomic_load_n(&summary->lowest_key, __ATOMIC_RELAXED);
  int64_t highest = __atomic_load_n(&summary->highest_key, __ATOMIC_RELAXED);
  size_t from = lower_bound(filter->keys, filter->key_count, lowest);
  size_t to = highest == INT64_MAX ? filter->key_count : lower_bound(filter->keys, filter->key_count, highest + 1);
  const int64_t *column = segment->keys + (size_t)block * ROW_BLOCK_ROWS;
  uint64_t mask = 0;
  for (; rows != 0 && from < to; rows &= rows - 1) {
    uint32_t row = (uint32_t)__builtin_ctzll(rows);
    size_t place = from + lower_bound(filter->keys + from, to - from, column[row]);
    mask |= (uint64_t)(place < to && filter->keys[place] == column[row]) << row;
  }
  return mask;
}

uint64_t row_block_filter(const RowSegment *segment, const RowFilter *filter, uint32_t block, uint64_t rows) {
  const CPULevel level = cpu_level();
  const uint32_t role_bits = 0xFF00;
  size_t first = (size_t)block * ROW_BLOCK_ROWS;
  if (filter->has_times) rows &= within(level, segment->timestamps + first, filter->earliest, filter->before);
  if (filter->has_excluded_session && rows != 0)
    rows &= ~equal_to(level, segment->sessions + first, filter->excluded_session, UINT32_MAX);
  if (filter->has_sessions && rows != 0) rows = members(level, segment->sessions + first, &filter->sessions, rows);
  if (filter->has_channels && rows != 0) rows = members(level, segment->channels + first, &filter->channels, rows);
  if (filter->has_authors && rows != 0) rows = members(level, segment->authors + first, &filter->authors, rows);
  if (filter->has_role && rows != 0)
    rows &= equal_to(level, segment->attributes + first, (uint32_t)filter->role << 8, role_bits);
  if (filter->has_keys && rows != 0) rows = with_keys(segment, filter, block, rows);
  return rows;
}

uint64_t row_count_bits(const void *bytes, size_t length) {
  const uint8_t *place = bytes;
  uint64_t count = 0;
  for (; length >= 8; length -= 8, place += 8) {
    uint64_t word;
    memcpy(&word, place, 8);
    count += (uint64_t)__builtin_popcountll(word);
  }
  for (; length > 0; length--, place++) count += (uint64_t)__builtin_popcount(*place);
  return count;
}

bool row_is_zero(const void *bytes, size_t length) {
  const uint8_t *place = bytes;
  for (; length >= 64; length -= 64, place += 64) {
    uint64_t words[8];
    memcpy(words, place, sizeof words);
    if ((words[0] | words[1] | words[2] | words[3] | words[4] | words[5] | words[6] | words[7]) != 0) return false;
  }
  for (; length > 0; length--, place++)
    if (*place != 0) return false;
  return true;
}
