/* Kernels of the keyword index: packed postings, their scores, and masks of the documents that pass a filter.
 *
 * A block is at most 128 postings: ascending document numbers, and how often the term occurs in each. Scores are added up
 * as fixed-point numbers, so that the order in which a search visits the terms does not change a sum. Every level
 * gives the same bits.
 */
#ifndef POSTINGS_KERNELS_H
#define POSTINGS_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "cpu_level.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { POSTINGS_BLOCK = 128 };

/* Bytes that a reader may touch beyond the last packed one. */
enum { POSTINGS_SLACK = 16 };

/* The bits that the largest of `count` numbers takes, 0...32. */
uint32_t postings_bits(const uint32_t *numbers, uint32_t count);

/* Bytes of `count` numbers of `bits` bits each. */
static inline size_t postings_packed_bytes(uint32_t count, uint32_t bits) {
  return count == POSTINGS_BLOCK ? (size_t)bits * 16 : ((size_t)count * bits + 7) / 8;
}

/* Packs `count` (1...128) numbers of at most `bits` bits into `postings_packed_bytes` bytes.
 *
 * A full block is 4 interleaved lanes, number i in lane i % 4, each a stream of 32 numbers in `bits` 32-bit words, lowest
 * bits first (Lemire, Boytsov 2015: "Decoding billions of integers per second through vectorization"). A shorter
 * block is one stream of bits. */
void postings_pack(const uint32_t *numbers, uint32_t count, uint32_t bits, uint8_t *bytes);

/* The opposite. Reads up to POSTINGS_SLACK bytes too many. `numbers` has room for POSTINGS_BLOCK. */
void postings_unpack(const uint8_t *bytes, uint32_t count, uint32_t bits, uint32_t *numbers);

/* Unpacks distances, each less one, to ascending documents. `before` is the document before the first; 2^32 - 1, which
 * wraps round to 0, where there is none. */
void postings_unpack_documents(const uint8_t *bytes, uint32_t count, uint32_t bits, uint32_t before, uint32_t *documents);

/* The first place whose document is at least `document`; `count` where there is none. */
uint32_t postings_find(const uint32_t *documents, uint32_t count, uint32_t document);

/* How a term's occurrences become a score: 1 + weight * f / (f + base + slope * length of the document), cut. */
typedef struct {
  /* Inverse document frequency, times (k1 + 1), times the fixed point's scale; below 2^30. */
  float weight;
  /* k1 * (1 - b) */
  float base;
  /* k1 * b / the average length */
  float slope;
} PostingsWeight;

/* The score of one posting: at least 1, so that a score of 0 says that a document has none of the terms. Grows with
 * `frequency` and falls with `length`, but for the last bits of a float. */
int32_t postings_score(PostingsWeight weight, uint32_t frequency, uint32_t length);

/* Adds the scores of `count` postings, distinct documents, to `scores[document - first]`. `lengths` are those of all
 * documents. */
void postings_accumulate(CPULevel level, const uint32_t *documents, const uint32_t *frequencies, uint32_t count,
                         const uint32_t *lengths, PostingsWeight weight, uint32_t first, int32_t *scores);

/* The same for `count` (a multiple of 16) neighbouring documents of which some may lack the term: frequency 0. */
void postings_accumulate_all(CPULevel level, const uint32_t *frequencies, uint32_t count, const uint32_t *lengths,
                             PostingsWeight weight, int32_t *scores);

/* The places in 0..<count (a multiple of 64) of scores above `threshold` whose bit in `mask` is set, in falling order;
 * a null mask lets all pass. Returns how many. `places` has room for `count` + 16. */
uint32_t postings_select(CPULevel level, const int32_t *scores, const uint64_t *mask, uint32_t count, int32_t threshold,
                         uint32_t *places);

/* Sets the bits of documents, relative to `first`. */
void postings_mark(const uint32_t *documents, uint32_t count, uint32_t first, uint64_t *mask);

/* Clears the bits of a mask of `count` documents whose column does not equal `value`, or does where `negated`. */
void postings_keep_equal(CPULevel level, const uint32_t *column, uint32_t count, uint32_t value, bool negated,
                         uint64_t *mask);
void postings_keep_role(const uint8_t *column, uint32_t count, uint8_t value, uint64_t *mask);

/* Clears the bits of a mask whose time is not in lower..<upper. */
void postings_keep_times(CPULevel level, const int64_t *column, uint32_t count, int64_t lower, int64_t upper,
                         uint64_t *mask);

#ifdef __cplusplus
}
#endif

#endif
