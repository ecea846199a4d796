/* Packing postings into bits and back. Vectors of 16 bytes are the compilers' own, so there is one text for x86-64 and
 * AArch64; wider ones gain nothing, since the sums along a block depend on each other. */
#include <string.h>

#include "postings_kernels.h"

typedef uint32_t Lanes __attribute__((vector_size(16)));

static inline Lanes load(const uint8_t *bytes) {
  Lanes lanes;
  memcpy(&lanes, bytes, sizeof lanes);
  return lanes;
}

static inline void store(uint32_t *numbers, Lanes lanes) { memcpy(numbers, &lanes, sizeof lanes); }

uint32_t postings_bits(const uint32_t *numbers, uint32_t count) {
  uint32_t all = 0;
  for (uint32_t i = 0; i < count; i++) all |= numbers[i];
  return all == 0 ? 0 : 32 - (uint32_t)__builtin_clz(all);
}

void postings_pack(const uint32_t *numbers, uint32_t count, uint32_t bits, uint8_t *bytes) {
  size_t size = postings_packed_bytes(count, bits);
  memset(bytes, 0, size);
  if (bits == 0) return;
  for (uint32_t i = 0; i < count; i++) {
    /* Where the number's lowest bit goes: in a full block, lane i % 4 has every fourth word. */
    uint32_t start = count == POSTINGS_BLOCK ? i / 4 * bits : i * bits;
    for (uint32_t done = 0; done < bits;) {
      uint32_t bit = start + done;
      size_t place = count == POSTINGS_BLOCK ? (size_t)(bit / 32 * 4 + i % 4) * 4 + bit % 32 / 8 : bit / 8;
      uint32_t taken = 8 - bit % 8;
      if (taken > bits - done) taken = bits - done;
      bytes[place] |= (uint8_t)((numbers[i] >> done & ((1u << taken) - 1)) << bit % 8);
      done += taken;
    }
  }
}

/* Calls `take(row, lanes)` for the 32 rows of a full block. `bits` is a constant wherever this is inlined. */
#define FOR_EACH_ROW(bits, take)                                                              \
  do {                                                                                        \
    const uint32_t ones = (bits) == 32 ? UINT32_MAX : (1u << ((bits) & 31)) - 1;              \
    const Lanes field = {ones, ones, ones, ones};                                             \
    Lanes word = load(bytes);                                                                 \
    _Pragma("clang loop unroll(full)") for (uint32_t row = 0; row < 32; row++) {              \
      uint32_t bit = row * (bits), shift = bit % 32;                                          \
      if (shift == 0 && row > 0) word = load(bytes + bit / 32 * 16);                          \
      Lanes lanes = word >> shift;                                                            \
      if (shift + (bits) > 32) {                                                              \
        word = load(bytes + (bit / 32 + 1) * 16);                                             \
        lanes |= word << (32 - shift);                                                        \
      }                                                                                       \
      take(row, lanes & field);                                                               \
    }                                                                                         \
  } while (0)

#define TAKE_NUMBERS(row, lanes) store(numbers + (row) * 4, lanes)

/* Distances to documents: sums within a row, then on from the row before. */
#define TAKE_DOCUMENTS(row, lanes)                                                            \
  do {                                                                                        \
    Lanes sum = (lanes) + 1;                                                                  \
    const Lanes none = {0, 0, 0, 0};                                                          \
    sum += __builtin_shufflevector(none, sum, 0, 4, 5, 6);                                    \
    sum += __builtin_shufflevector(none, sum, 0, 1, 4, 5);                                    \
    sum += last;                                                                              \
    store(documents + (row) * 4, sum);                                                        \
    last = __builtin_shufflevector(sum, sum, 3, 3, 3, 3);                                     \
  } while (0)

#define EACH_WIDTH(CASE)                                                                      \
  CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11)   \
  CASE(12) CASE(13) CASE(14) CASE(15) CASE(16) CASE(17) CASE(18) CASE(19) CASE(20) CASE(21)   \
  CASE(22) CASE(23) CASE(24) CASE(25) CASE(26) CASE(27) CASE(28) CASE(29) CASE(30) CASE(31)   \
  CASE(32)

/* One number of a shorter block. */
static inline uint32_t one_of(const uint8_t *bytes, uint32_t index, uint32_t bits) {
  uint64_t bit = (uint64_t)index * bits, word;
  memcpy(&word, bytes + bit / 8, sizeof word);
  return (uint32_t)(word >> bit % 8 & ((1ull << bits) - 1));
}

void postings_unpack(const uint8_t *bytes, uint32_t count, uint32_t bits, uint32_t *numbers) {
  if (bits == 0) {
    memset(numbers, 0, count * sizeof *numbers);
    return;
  }
  if (count < POSTINGS_BLOCK) {
    for (uint32_t i = 0; i < count; i++) numbers[i] = one_of(bytes, i, bits);
    return;
  }
  switch (bits) {
#define UNPACK_CASE(width) \
  case width: FOR_EACH_ROW(width, TAKE_NUMBERS); break;
    EACH_WIDTH(UNPACK_CASE)
  }
}

void postings_unpack_documents(const uint8_t *bytes, uint32_t count, uint32_t bits, uint32_t before,
                               uint32_t *documents) {
  if (count < POSTINGS_BLOCK || bits == 0) {
    uint32_t document = before;
    for (uint32_t i = 0; i < count; i++) {
      document += 1 + (bits == 0 ? 0 : one_of(bytes, i, bits));
      documents[i] = document;
    }
    return;
  }
  Lanes last = {before, before, before, before};
  switch (bits) {
#define UNPACK_DOCUMENTS_CASE(width) \
  case width: FOR_EACH_ROW(width, TAKE_DOCUMENTS); break;
    EACH_WIDTH(UNPACK_DOCUMENTS_CASE)
  }
}

uint32_t postings_find(const uint32_t *documents, uint32_t count, uint32_t document) {
  /* Halving without branches: how the documents compare cannot be foreseen. */
  uint32_t low = 0;
  while (count > 1) {
    uint32_t half = count / 2;
    low += documents[low + half - 1] < document ? half : 0;
    count -= half;
  }
  return low + (count == 1 && documents[low] < document ? 1 : 0);
}
