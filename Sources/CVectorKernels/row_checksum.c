/* CRC-32C, and the checksums of rows.
 *
 * A row has two: one over its columns and one over its vector, so that a filter need not read vectors to trust the
 * columns. Both cover the row's number and the segment's, so that a row cannot stand in for another. Rows are checked
 * four at a time, because the crc32 instruction takes three cycles and one can begin in each.
 *
 * HARDWARE_CRC marks functions that use that instruction, where the architecture has it; on AArch64 it is an extension,
 * which the operating system reports.
 */
#include <string.h>

#include "row_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define HARDWARE_CRC __attribute__((target("sse4.2")))
#define CRC_OF_8(STATE, BYTES) _mm_crc32_u64(STATE, BYTES)
#define CRC_OF_1(STATE, BYTE) _mm_crc32_u8(STATE, BYTE)
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_acle.h>
#include <sys/auxv.h>
#define HARDWARE_CRC __attribute__((target("+crc")))
#define CRC_OF_8(STATE, BYTES) __crc32cd((uint32_t)(STATE), BYTES)
#define CRC_OF_1(STATE, BYTE) __crc32cb(STATE, BYTE)
#endif

/* What the checksum of the columns covers, packed. */
typedef struct ColumnRecord {
  int64_t key, timestamp;
  uint32_t session, channel, author, start, end, attributes, row, segment;
} ColumnRecord;
_Static_assert(sizeof(ColumnRecord) == 48, "the record is part of the file format");

/* What the checksum of the vector covers after components and residuals. */
typedef struct VectorTrailer {
  float scale;
  uint32_t row, segment, dimensions;
} VectorTrailer;
_Static_assert(sizeof(VectorTrailer) == 16, "the trailer is part of the file format");

/* The polynomial is 0x1EDC6F41, reflected. */
static uint32_t crc_portable(uint32_t state, const uint8_t *bytes, size_t length) {
  /* Four bits at a time: 16 entries, made anew on each call, need no shared table. */
  uint32_t table[16];
  for (uint32_t nibble = 0; nibble < 16; nibble++) {
    uint32_t entry = nibble;
    for (int bit = 0; bit < 4; bit++) entry = (entry >> 1) ^ (0x82F63B78u & (0u - (entry & 1u)));
    table[nibble] = entry;
  }
  for (size_t i = 0; i < length; i++) {
    state ^= bytes[i];
    state = (state >> 4) ^ table[state & 15];
    state = (state >> 4) ^ table[state & 15];
  }
  return state;
}

#if defined(HARDWARE_CRC)
HARDWARE_CRC static uint32_t crc_hardware(uint32_t state, const uint8_t *bytes, size_t length) {
  uint64_t wide = state;
  for (; length >= 8; length -= 8, bytes += 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    wide = CRC_OF_8(wide, word);
  }
  uint32_t narrow = (uint32_t)wide;
  for (; length > 0; length--, bytes++) narrow = CRC_OF_1(narrow, *bytes);
  return narrow;
}

/* Advances four checksums over four runs of bytes; `length` is a multiple of 8. */
HARDWARE_CRC static void crc_hardware_four(uint64_t state[4], const uint8_t *const bytes[4], size_t length) {
  uint64_t a = state[0], b = state[1], c = state[2], d = state[3];
  for (size_t i = 0; i < length; i += 8) {
    uint64_t word[4];
    for (int k = 0; k < 4; k++) memcpy(&word[k], bytes[k] + i, 8);
    a = CRC_OF_8(a, word[0]);
    b = CRC_OF_8(b, word[1]);
    c = CRC_OF_8(c, word[2]);
    d = CRC_OF_8(d, word[3]);
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}

static bool has_hardware(CPULevel level) {
  level = cpu_level_clamped(level);
#if defined(__x86_64__)
  return level >= CPULevelAVX2; /* every machine with AVX2 has SSE 4.2 */
#else
  return level >= CPULevelNEON && (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
#endif
}
#endif

static uint32_t crc_advance(CPULevel level, uint32_t state, const void *bytes, size_t length) {
#if defined(HARDWARE_CRC)
  if (has_hardware(level)) return crc_hardware(state, bytes, length);
#endif
  (void)level;
  return crc_portable(state, bytes, length);
}

uint32_t row_crc32c(CPULevel level, uint32_t checksum, const void *bytes, size_t length) {
  return ~crc_advance(level, ~checksum, bytes, length);
}

static ColumnRecord column_record(const RowSegment *s, uint32_t row) {
  ColumnRecord record = {
      .key = s->keys[row],
      .timestamp = s->timestamps[row],
      .session = s->sessions[row],
      .channel = s->channels[row],
      .author = s->authors[row],
      .start = s->starts[row],
      .end = s->ends[row],
      .attributes = s->attributes[row],
      .row = s->first_row + row,
      .segment = s->identifier,
  };
  return record;
}

static VectorTrailer vector_trailer(const RowSegment *s, uint32_t row) {
  VectorTrailer trailer = {
      .scale = s->scales[row], .row = s->first_row + row, .segment = s->identifier, .dimensions = s->dimensions};
  return trailer;
}

void row_column_checksums(CPULevel level, const RowSegment *segment, uint32_t first, uint32_t count,
                          uint32_t *checksums) {
  uint32_t i = 0;
#if defined(HARDWARE_CRC)
  if (has_hardware(level)) {
    for (; i + 4 <= count; i += 4) {
      ColumnRecord records[4];
      const uint8_t *bytes[4];
      uint64_t state[4];
      for (uint32_t k = 0; k < 4; k++) {
        records[k] = column_record(segment, first + i + k);
        bytes[k] = (const uint8_t *)&records[k];
        state[k] = 0xFFFFFFFFu;
      }
      crc_hardware_four(state, bytes, sizeof(ColumnRecord));
      for (uint32_t k = 0; k < 4; k++) checksums[i + k] = ~(uint32_t)state[k];
    }
  }
#endif
  for (; i < count; i++) {
    ColumnRecord record = column_record(segment, first + i);
    checksums[i] = row_crc32c(level, 0, &record, sizeof record);
  }
}

void row_vector_checksums(CPULevel level, const RowSegment *segment, uint32_t first, uint32_t count,
                          uint32_t *checksums) {
  uint32_t i = 0;
  const uint8_t *vectors = (const uint8_t *)segment->vectors;
  size_t dimensions = segment->dimensions, residual_bytes = row_residual_bytes(segment->dimensions);
#if defined(HARDWARE_CRC)
  if (has_hardware(level)) {
    for (; i + 4 <= count; i += 4) {
      VectorTrailer trailers[4];
      const uint8_t *bytes[4];
      uint64_t state[4];
      for (uint32_t k = 0; k < 4; k++) {
        bytes[k] = vectors + (size_t)(first + i + k) * dimensions;
        state[k] = 0xFFFFFFFFu;
      }
      crc_hardware_four(state, bytes, dimensions);
      for (uint32_t k = 0; k < 4; k++) bytes[k] = segment->residuals + (size_t)(first + i + k) * residual_bytes;
      crc_hardware_four(state, bytes, residual_bytes);
      for (uint32_t k = 0; k < 4; k++) {
        trailers[k] = vector_trailer(segment, first + i + k);
        bytes[k] = (const uint8_t *)&trailers[k];
      }
      crc_hardware_four(state, bytes, sizeof(VectorTrailer));
      for (uint32_t k = 0; k < 4; k++) checksums[i + k] = ~(uint32_t)state[k];
    }
  }
#endif
  for (; i < count; i++) {
    VectorTrailer trailer = vector_trailer(segment, first + i);
    uint32_t checksum = row_crc32c(level, 0, vectors + (size_t)(first + i) * dimensions, dimensions);
    checksum = row_crc32c(level, checksum, segment->residuals + (size_t)(first + i) * residual_bytes, residual_bytes);
    checksums[i] = row_crc32c(level, checksum, &trailer, sizeof trailer);
  }
}

static const uint8_t zeros[4096];

/* The checksums of four runs of `rows` elements; elements in `deleted`, a bit each from run to run, read as zero. */
static void checksum_runs(CPULevel level, const uint8_t *elements, size_t stride, uint64_t deleted,
                          uint32_t checksums[4]) {
  const size_t rows = ROW_BLOCK_ROWS / 4;
#if defined(HARDWARE_CRC)
  if (has_hardware(level) && stride % 8 == 0) {
    uint64_t state[4] = {0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu};
    const uint8_t *bytes[4];
    size_t steps = deleted == 0 ? 1 : rows;
    for (size_t step = 0; step < steps; step++) {
      for (size_t k = 0; k < 4; k++) {
        size_t element = k * rows + step;
        bytes[k] = deleted >> element & 1 ? zeros : elements + element * stride;
      }
      crc_hardware_four(state, bytes, deleted == 0 ? rows * stride : stride);
    }
    for (size_t k = 0; k < 4; k++) checksums[k] = ~(uint32_t)state[k];
    return;
  }
#endif
  for (size_t k = 0; k < 4; k++) {
    uint32_t checksum = 0;
    if (deleted == 0) {
      checksum = row_crc32c(level, 0, elements + k * rows * stride, rows * stride);
    } else {
      for (size_t element = k * rows; element < (k + 1) * rows; element++)
        checksum = row_crc32c(level, checksum, deleted >> element & 1 ? zeros : elements + element * stride, stride);
    }
    checksums[k] = checksum;
  }
}

uint32_t row_block_checksum(CPULevel level, uint32_t checksum, const void *elements, size_t stride, uint64_t deleted) {
  uint32_t checksums[4];
  checksum_runs(level, elements, stride, deleted, checksums);
  return row_crc32c(level, checksum, checksums, sizeof checksums);
}
