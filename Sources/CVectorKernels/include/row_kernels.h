/* Kernels of the vector index: checksums, quantization, filters and dot products over blocks of 64 rows of int8.
 *
 * A segment is a mapped file of columns (see FileFormat.swift in VectorIndex). Its bytes may be scrubbed by another
 * process while they are read here: a row's tombstone bit is set before any of its bytes changes, so whoever reads a
 * row and finds its bit clear afterwards has read the row as it was written.
 */
#ifndef ROW_KERNELS_H
#define ROW_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu_level.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Rows of a block: one 64-bit word of tombstones or of a filter covers it. */
#define ROW_BLOCK_ROWS 64

/* The lowest byte of `attributes` of every row that was written; rows never written or scrubbed hold 0. */
#define ROW_LIVE_MARK 1u

/* Bounds of the rows of a block seen so far; they only widen. */
typedef struct RowBlockSummary {
  int64_t lowest_time, highest_time;
  int64_t lowest_key, highest_key;
} RowBlockSummary;

/* The mapped columns of one segment, and what this process knows about them. Blocks are numbered from 0. */
typedef struct RowSegment {
  const int8_t *vectors;           /* rows x dimensions */
  const uint8_t *residuals;        /* rows x row_residual_bytes(dimensions) */
  const float *scales;             /* 8 / Euclidean length of the 10-bit vector, or 0 */
  const int64_t *keys;
  const int64_t *timestamps;
  const uint32_t *sessions;
  const uint32_t *channels;
  const uint32_t *authors;
  const uint32_t *starts;
  const uint32_t *ends;
  const uint32_t *attributes;      /* mark | role << 8 | passage << 16 */
  const uint32_t *column_checksums;
  const uint32_t *vector_checksums;
  const uint64_t *tombstones;      /* bit r of word b: row 64 b + r is deleted */
  uint32_t dimensions;
  uint32_t capacity;
  uint32_t identifier;
  uint32_t first_row;              /* the number within the segment of the row at index 0: 0 where the file is mapped */
  /* Private to the process, capacity / 64 of each. */
  uint8_t *columns_verified;       /* leading rows of the block whose columns were checked */
  uint8_t *vectors_verified;       /* leading rows of the block whose vectors were checked */
  uint64_t *tombstones_verified;   /* the word last found to agree with the rows' marks */
  RowBlockSummary *summaries;
} RowSegment;

/* A set of column values. Members are `count` sorted values; `bits`, where present, holds one bit a value from
 * `first` on and is the faster test. */
typedef struct RowValueSet {
  const uint32_t *values;
  size_t count;
  const uint64_t *bits;
  uint32_t first;
  uint32_t bit_count;
} RowValueSet;

/* Conditions on the columns. A condition is on where its flag is. */
typedef struct RowFilter {
  bool has_sessions, has_channels, has_authors, has_excluded_session, has_role, has_times, has_keys;
  RowValueSet sessions, channels, authors;
  uint32_t excluded_session;
  uint8_t role;
  int64_t earliest, before;        /* earliest <= time < before */
  const int64_t *keys;             /* sorted ascending */
  size_t key_count;
} RowFilter;

/* A query as two int8 planes: component = high * 2^shift + low. */
typedef struct RowQuery {
  const int8_t *high;              /* dimensions, padded to a multiple of 64 with zeros */
  const int8_t *low;
  uint32_t shift;                  /* row_query_shift(dimensions) */
  uint32_t dimensions;
  uint32_t bias;                   /* 128 * sum of components, modulo 2^32 */
  int32_t sum;                     /* sum of components */
  float factor;                    /* 1 / Euclidean length of the components */
} RowQuery;

/* CRC-32C (Castagnoli) of `length` bytes, continuing from `checksum` (0 to begin). */
uint32_t row_crc32c(CPULevel level, uint32_t checksum, const void *bytes, size_t length);

/* Bytes of a row's residuals: 2 bits a component, 16 bytes for every 64 components begun. */
static inline uint32_t row_residual_bytes(uint32_t dimensions) { return (dimensions + 63) / 64 * 16; }

/* Quantizes one vector to 10 bits in two planes: component = v * 127 / max|v| = q + (2 u - 3) / 8, with q its rounded
 * value and u in 0...3 the quarter of -1/2...1/2 that the rest lies in. Byte b of 16 bytes of residuals holds u of
 * components b, 16 + b, 32 + b and 48 + b, lowest bits first. scale = 8 / length of the vector of 8 q + 2 u - 3, so
 * that dot(q, query) * scale approximates the cosine; a zero vector is all zeros, its scale 0 too.
 * False, with nothing written, where a component is not finite. */
bool row_quantize(const float *vector, uint32_t dimensions, int8_t *quantized, uint8_t *residuals, float *scale);

/* The components of a quantized row as floats, at unit length. */
void row_dequantize(const int8_t *quantized, const uint8_t *residuals, float scale, uint32_t dimensions,
                    float *vector);

/* The shift of a query's high plane: 7 up to 1024 dimensions, else 5, so that a dot product fits 32 bits. */
uint32_t row_query_shift(uint32_t dimensions);

/* Fills the planes (each of `dimensions` rounded up to 64 bytes) and the query. False where a component is not
 * finite or all are zero. The planes must outlive the query. */
bool row_query_make(const float *vector, uint32_t dimensions, int8_t *high, int8_t *low, RowQuery *query);

/* Euclidean lengths. */
float row_length(const float *vector, size_t dimensions);
float row_length_int8(const int8_t *vector, size_t dimensions);

/* Exact dot products, modulo 2^32, of `count` rows (contiguous) with the query. Equal at every level. */
void row_dot(CPULevel level, const int8_t *rows, size_t count, const RowQuery *query, int32_t *products);

/* The same for the rows numbered `numbers`, which may lie anywhere. */
void row_dot_gather(CPULevel level, const int8_t *rows, const uint32_t *numbers, size_t count, const RowQuery *query,
                    int32_t *products);

/* Products of the rows numbered `numbers` with the query's upper plane, and the cosines that they come to. */
void row_score_gather(CPULevel level, const RowSegment *segment, const uint32_t *numbers, size_t count,
                      const RowQuery *query, int32_t *products, float *scores);

/* Sums of component * (2 u - 3) over the residuals of the rows numbered `numbers`, modulo 2^32. Equal at every
 * level. */
void row_residual_dot(CPULevel level, const uint8_t *residuals, const uint32_t *numbers, size_t count,
                      const RowQuery *query, int32_t *products);

/* The checksums of `count` rows from `first` on, as they stand in the columns. */
void row_column_checksums(CPULevel level, const RowSegment *segment, uint32_t first, uint32_t count,
                          uint32_t *checksums);
void row_vector_checksums(CPULevel level, const RowSegment *segment, uint32_t first, uint32_t count,
                          uint32_t *checksums);

/* The tombstones of a block, read after everything that the calling thread read before. */
uint64_t row_block_tombstones(const RowSegment *segment, uint32_t block);

/* Checks the first `rows` rows of a block against their checksums, once in the life of `segment` (later calls cost
 * one load). Returns a bit for each live row that differs from its checksum. Safe from several threads. */
uint64_t row_block_check_columns(CPULevel level, const RowSegment *segment, uint32_t block, uint32_t rows);
uint64_t row_block_check_vectors(CPULevel level, const RowSegment *segment, uint32_t block, uint32_t rows);

/* The deleted rows of a block that still have their mark: rows being scrubbed, or a damaged tombstone. Costs two loads
 * when the block's tombstones were found sound before. Safe from several threads. */
uint64_t row_block_check_tombstones(const RowSegment *segment, uint32_t block);

/* Whether rows of a checked block may pass: compares the block's summary with times and keys only. */
bool row_block_may_pass(const RowSegment *segment, const RowFilter *filter, uint32_t block);

/* The first block of first..<end that may pass, by the same comparison; end where there is none. */
uint32_t row_next_block(const RowSegment *segment, const RowFilter *filter, uint32_t first, uint32_t end);

/* The rows of a block that pass, among those set in `rows`. */
uint64_t row_block_filter(const RowSegment *segment, const RowFilter *filter, uint32_t block, uint64_t rows);

/* Scores the rows of a block set in `rows` by their upper plane (cosine, into scores[row within the block]; the
 * products that it comes from into products) and returns those that score at least `threshold`. */
uint64_t row_block_search(CPULevel level, const RowSegment *segment, uint32_t block, uint64_t rows,
                          const RowQuery *query, float threshold, float *scores, int32_t *products);

/* CRC-32C, from `checksum` on, of a block of 64 elements of `stride` bytes (at most 4096), those in `deleted` read as
 * zero: four checksums, of 16 elements each, checksummed together. */
uint32_t row_block_checksum(CPULevel level, uint32_t checksum, const void *elements, size_t stride, uint64_t deleted);

/* The value that `want` of `count` values reach (the want-th largest); -INFINITY where there are no more than that.
 * Reorders the values. */
float row_largest(float *values, size_t count, size_t want);

/* A process's note about a block, read and added to from many threads. */
static inline uint8_t row_note(const uint8_t *note) { return __atomic_load_n(note, __ATOMIC_ACQUIRE); }
static inline void row_note_add(uint8_t *note, uint8_t bits) { __atomic_fetch_or(note, bits, __ATOMIC_RELEASE); }

/* Bits set in `length` bytes. */
uint64_t row_count_bits(const void *bytes, size_t length);

/* Whether `length` bytes are all zero. */
bool row_is_zero(const void *bytes, size_t length);

#ifdef __cplusplus
}
#endif

#endif
