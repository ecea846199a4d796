/* Scans of 4-bit codes: for each block the 64 sums of table entries, then the slots that are large enough.
 *
 * A line of 64 bytes holds two codes of each of 64 vectors. Table entries are at most 63, so two lines (four entries)
 * add up in a byte before they are widened. Sums are u16; even bytes are vectors 0...31, odd ones 32...63.
 */
#include "pq_scan.h"

#include <string.h>

void pq_candidates_begin(PQCandidates *candidates, uint32_t want, uint32_t largest) {
  uint32_t shift = 0;
  while ((largest >> shift) >= PQ_HISTOGRAM_BINS) shift++;
  candidates->count = 0;
  candidates->want = want;
  candidates->threshold = 0;
  candidates->shift = shift;
  memset(candidates->histogram, 0, PQ_HISTOGRAM_BINS * sizeof(uint32_t));
}

/* Keeps candidates of bins above `bin`, and of `bin` the first `ties`. */
static void keep_from(PQCandidates *candidates, uint32_t bin, uint32_t ties) {
  uint32_t kept = 0, shift = candidates->shift;
  for (uint32_t i = 0; i < candidates->count; i++) {
    uint32_t its = candidates->scores[i] >> shift;
    if (its < bin) continue;
    if (its == bin) {
      if (ties == 0) continue;
      ties--;
    }
    candidates->scores[kept] = candidates->scores[i];
    candidates->items[kept] = candidates->items[i];
    kept++;
  }
  candidates->count = kept;
}

void pq_candidates_prune(PQCandidates *candidates) {
  if (candidates->count <= candidates->want) return;
  uint32_t above = 0, bin = PQ_HISTOGRAM_BINS - 1;
  for (;; bin--) {
    if (above + candidates->histogram[bin] >= candidates->want || bin == 0) break;
    above += candidates->histogram[bin];
  }
  uint32_t in_bin = candidates->histogram[bin];
  if (above + in_bin + 128 <= candidates->capacity) {
    keep_from(candidates, bin, UINT32_MAX);
    candidates->threshold = bin << candidates->shift;
    return;
  }
  /* So many of one bin that no room would be left: the first of them stay. */
  keep_from(candidates, bin, candidates->want - above);
  candidates->histogram[bin] = candidates->want - above;
  candidates->threshold = (bin + 1) << candidates->shift;
}

/* The sum from which on a source's slots reach the threshold. */
static uint32_t floor_of(const PQCandidates *candidates, uint32_t offset) {
  return candidates->threshold > offset ? candidates->threshold - offset : 0;
}

static inline void add(PQCandidates *candidates, uint32_t score, uint64_t item) {
  candidates->items[candidates->count] = item;
  candidates->scores[candidates->count] = (uint16_t)score;
  candidates->count++;
  candidates->histogram[score >> candidates->shift]++;
}

/* Adds the slots of `found` whose row is allowed. */
static void take(const PQSource *source, const uint16_t sums[PQ_BLOCK_ROWS], uint64_t found, uint32_t first_slot,
                 PQCandidates *candidates) {
  if (candidates->count + PQ_BLOCK_ROWS > candidates->capacity) pq_candidates_prune(candidates);
  for (; found != 0; found &= found - 1) {
    uint32_t v = (uint32_t)__builtin_ctzll(found);
    if (sums[v] + source->offset < candidates->threshold) continue;
    uint32_t row = source->rows[first_slot + v];
    if (source->allowed != NULL && !(source->allowed[row / 64] >> (row % 64) & 1)) continue;
    add(candidates, sums[v] + source->offset, source->tag | row);
  }
}

/* The slots of a block that lie in first..<end. */
static uint64_t present(uint32_t block, uint32_t first, uint32_t end) {
  uint64_t mask = ~0ull;
  uint32_t start = block * PQ_BLOCK_ROWS;
  if (first > start) mask &= ~0ull << (first - start);
  if (end < start + PQ_BLOCK_ROWS) mask &= ~0ull >> (start + PQ_BLOCK_ROWS - end);
  return mask;
}

uint64_t pq_block_portable(const uint8_t *block, uint32_t lines, const uint8_t *table, uint32_t threshold,
                           uint16_t *sums) {
  memset(sums, 0, PQ_BLOCK_ROWS * sizeof(uint16_t));
  for (uint32_t p = 0; p < lines; p++) {
    const uint8_t *line = block + (size_t)p * PQ_BLOCK_ROWS;
    const uint8_t *low = table + (size_t)p * 2 * PQ_CENTROIDS, *high = low + PQ_CENTROIDS;
    for (uint32_t v = 0; v < PQ_BLOCK_ROWS; v++) {
      uint8_t byte = line[pq_position(v)];
      sums[v] = (uint16_t)(sums[v] + low[byte & 15] + high[byte >> 4]);
    }
  }
  uint64_t found = 0;
  for (uint32_t v = 0; v < PQ_BLOCK_ROWS; v++) found |= (uint64_t)(sums[v] >= threshold) << v;
  return found;
}

PQBlockKernel pq_block_kernel(CPULevel level) {
  switch (cpu_level_clamped(level)) {
#if defined(__x86_64__)
    case CPULevelAVX512VBMI: return pq_block_vbmi;
    case CPULevelAVX512VNNI:
    case CPULevelAVX512: return pq_block_avx512;
    case CPULevelAVX2: return pq_block_avx2;
#elif defined(__aarch64__) && defined(__ARM_NEON)
    case CPULevelNEON: return pq_block_neon;
#endif
    default: return pq_block_portable;
  }
}

void pq_scan(CPULevel level, const PQSource *source, uint32_t subquantizers, const uint8_t *table, uint32_t first,
             uint32_t end, PQCandidates *candidates) {
  if (first >= end) return;
  PQBlockKernel kernel = pq_block_kernel(level);
  uint32_t lines = subquantizers / 2;
  size_t stride = (size_t)lines * PQ_BLOCK_ROWS;
  _Alignas(64) uint16_t sums[PQ_BLOCK_ROWS];
  for (uint32_t block = first / PQ_BLOCK_ROWS; block <= (end - 1) / PQ_BLOCK_ROWS; block++) {
    uint32_t floor = floor_of(candidates, source->offset);
    uint64_t found = kernel(source->codes + block * stride, lines, table, floor, sums);
    found &= present(block, first, end);
    if (found != 0) take(source, sums, found, block * PQ_BLOCK_ROWS, candidates);
  }
}

/* Puts the codes of up to 64 rows into a block, row g at position pq_position(g); the rest of the block stays. */
static void transpose_portable(const uint8_t *const rows[PQ_BLOCK_ROWS], uint32_t count, uint32_t first_line,
                               uint32_t lines, uint8_t *block) {
  for (uint32_t g = 0; g < count; g++)
    for (uint32_t p = first_line; p < lines; p++) block[(size_t)p * PQ_BLOCK_ROWS + pq_position(g)] = rows[g][p];
}

/* Rows that are scored together, and where they go. */
typedef struct Gathered {
  const uint8_t *places[PQ_BLOCK_ROWS];
  uint32_t numbers[PQ_BLOCK_ROWS];
  uint32_t count;
} Gathered;

/* What stays the same while rows are scored. */
typedef struct RowScan {
  CPULevel level;
  PQBlockKernel kernel;
  uint32_t lines;
  const uint8_t *table;
  uint64_t tag;
  uint32_t offset;
} RowScan;

/* Scores the gathered rows and takes those that are large enough. */
static void take_gathered(const RowScan *scan, Gathered *gathered, uint8_t *block, PQCandidates *candidates) {
  uint32_t done = 0, count = gathered->count;
#if defined(__x86_64__)
  if (scan->level >= CPULevelAVX512VBMI && count == PQ_BLOCK_ROWS)
    done = pq_transpose_vbmi(gathered->places, scan->lines, block);
#endif
  transpose_portable(gathered->places, count, done, scan->lines, block);
  if (candidates->count + PQ_BLOCK_ROWS > candidates->capacity) pq_candidates_prune(candidates);
  _Alignas(64) uint16_t sums[PQ_BLOCK_ROWS];
  uint64_t found = scan->kernel(block, scan->lines, scan->table, floor_of(candidates, scan->offset), sums);
  if (count < PQ_BLOCK_ROWS) found &= (1ull << count) - 1;
  for (; found != 0; found &= found - 1) {
    uint32_t g = (uint32_t)__builtin_ctzll(found);
    uint32_t score = sums[g] + scan->offset;
    if (score >= candidates->threshold) add(candidates, score, scan->tag | gathered->numbers[g]);
  }
  gathered->count = 0;
}

void pq_scan_rows(CPULevel level, const uint8_t *sketches, uint32_t subquantizers, const uint8_t *table,
                  const uint64_t *words, uint32_t first_block, uint32_t blocks, uint64_t tag, uint32_t offset,
                  PQCandidates *candidates) {
  /* Scratch: one line of 64 bytes for each pair of sub-quantizers. A last group of fewer rows leaves what it had. */
  _Alignas(64) uint8_t block[PQ_SUBQUANTIZER_LIMIT / 2 * PQ_BLOCK_ROWS];
  Gathered gathered = {.count = 0};
  level = cpu_level_clamped(level);
  uint32_t lines = subquantizers / 2;
  RowScan scan = {level, pq_block_kernel(level), lines, table, tag, offset};
  memset(block, 0, (size_t)lines * PQ_BLOCK_ROWS);
  for (uint32_t b = 0; b < blocks; b++) {
    uint64_t word = words[b];
    uint32_t first = (first_block + b) * PQ_BLOCK_ROWS;
    if (word == ~0ull && gathered.count == 0) {
      /* A whole block: rows follow one another, and the hardware sees where this is going. */
      for (uint32_t g = 0; g < PQ_BLOCK_ROWS; g++) {
        gathered.places[g] = sketches + (size_t)(first + g) * lines;
        gathered.numbers[g] = first + g;
      }
      gathered.count = PQ_BLOCK_ROWS;
      take_gathered(&scan, &gathered, block, candidates);
      continue;
    }
    for (; word != 0; word &= word - 1) {
      uint32_t row = first + (uint32_t)__builtin_ctzll(word);
      const uint8_t *place = sketches + (size_t)row * lines;
      __builtin_prefetch(place);
      gathered.places[gathered.count] = place;
      gathered.numbers[gathered.count++] = row;
      if (gathered.count == PQ_BLOCK_ROWS) take_gathered(&scan, &gathered, block, candidates);
    }
  }
  if (gathered.count > 0) take_gathered(&scan, &gathered, block, candidates);
}
