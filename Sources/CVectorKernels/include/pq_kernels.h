/* Kernels of product quantization: tables, scans of 4-bit codes, encoding, nearest centroids.
 *
 * A vector of d dimensions is cut into m subvectors of d / m components; each is named by one of 16 centroids (Jégou,
 * Douze, Schmid 2011: "Product quantization for nearest neighbor search"; scanned with byte shuffles as André,
 * Kermarrec, Le Scouarnec 2015 do). Codes of 64 vectors form a block of m / 2 lines of 64 bytes. Line p holds the codes
 * 2p (low nibble) and 2p + 1 (high nibble) of the vectors; vector v stands at byte pq_position(v), so that the even
 * bytes are vectors 0...31 and the odd ones 32...63, and one 64-bit word of a filter covers a block.
 *
 * Integer kernels give the same bits at every level, and so do the float ones here: no level contracts a product and a
 * sum, and all add in the same order. No kernel keeps state; all may run on many threads at once.
 */
#ifndef PQ_KERNELS_H
#define PQ_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu_level.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Vectors of a block. */
#define PQ_BLOCK_ROWS 64
/* Centroids of a sub-quantizer: what 4 bits name. */
#define PQ_CENTROIDS 16
/* The largest entry of a table: four of them add up in a byte. */
#define PQ_TABLE_LIMIT 63
/* Most sub-quantizers: their largest entries add up in 16 bits. */
#define PQ_SUBQUANTIZER_LIMIT 1040

/* Where vector v of a block stands in a line. */
static inline uint32_t pq_position(uint32_t v) { return v < 32 ? 2 * v : 2 * (v - 32) + 1; }

/* The shape of a codebook. `centroids` is [subquantizers][width][16]. */
typedef struct PQCodebook {
  const float *centroids;
  uint32_t subquantizers;          /* a multiple of 4 */
  uint32_t width;                  /* components of a subvector */
} PQCodebook;

/* The best candidates of a scan so far: those with the `want` largest sums, and ties. */
typedef struct PQCandidates {
  uint64_t *items;                 /* tag | row */
  uint16_t *scores;
  uint32_t *histogram;             /* PQ_HISTOGRAM_BINS counts of score >> shift */
  uint32_t count;
  uint32_t capacity;               /* at least want + 256 */
  uint32_t want;
  uint32_t threshold;              /* smaller sums are not taken */
  uint32_t shift;
} PQCandidates;

#define PQ_HISTOGRAM_BINS 1024

/* Where a scan takes its vectors from. */
typedef struct PQSource {
  const uint8_t *codes;            /* blocks of subquantizers / 2 lines */
  const uint32_t *rows;            /* the row of each slot */
  const uint64_t *allowed;         /* one bit a row; NULL: all pass */
  uint64_t tag;                    /* in the upper half: what items are marked with */
  uint32_t offset;                 /* what sums of this source's codebook lack, to compare with others */
} PQSource;

/* products[m][16]: the inner products of a query's subvectors with their centroids. Returns the widest range of a
 * sub-quantizer's 16. */
float pq_table_products(CPULevel level, const PQCodebook *codebook, const float *query, float *products);

/* table[m][16] = the products less their sub-quantizer's smallest, times `scale`, rounded, 0...63. The scale is at most
 * 63 / the widest range, and the same for all codebooks of a search, so that their sums can be compared. Returns the
 * sum of the smallest. */
float pq_table_quantize(const float *products, uint32_t subquantizers, float scale, uint8_t *table);

/* Empties the candidates, for scores up to `largest`. */
void pq_candidates_begin(PQCandidates *candidates, uint32_t want, uint32_t largest);

/* Cuts the candidates down to the `want` best, all ties within a histogram's bin kept while there is room. */
void pq_candidates_prune(PQCandidates *candidates);

/* Scans the slots first..<end and adds those that are allowed and large enough. */
void pq_scan(CPULevel level, const PQSource *source, uint32_t subquantizers, const uint8_t *table, uint32_t first,
             uint32_t end, PQCandidates *candidates);

/* The same over rows that are stored one after the other (subquantizers / 2 bytes each): those whose bit is set in
 * `words`, one word for 64 rows, from row 64 * first_block on. */
void pq_scan_rows(CPULevel level, const uint8_t *sketches, uint32_t subquantizers, const uint8_t *table,
                  const uint64_t *words, uint32_t first_block, uint32_t blocks, uint64_t tag, uint32_t offset,
                  PQCandidates *candidates);

/* Codes of `count` vectors [count][d]: the nearest centroid (Euclidean) of each subvector, lowest number first.
 * sketches is [count][subquantizers / 2]. Returns the sum of squared errors. */
double pq_encode(CPULevel level, const PQCodebook *codebook, const float *vectors, size_t count, uint8_t *sketches);

/* Puts sketches into a block: slot s of it is sketches[order[s]], or zero where s >= count. */
void pq_pack_block(const uint8_t *sketches, uint32_t subquantizers, const uint32_t *order, uint32_t count,
                   uint8_t *block);

/* Zeroes one vector's codes in a copy of a block. */
void pq_clear_slot(uint8_t *block, uint32_t subquantizers, uint32_t slot);

/* For each of `count` rows [count][d] of int8 the centroid of the largest product with it: maximises
 * dot(row, centroid j) * scales[j]; lowest number first. `sums[j]` is the sum of centroid j's components.
 * d is a multiple of 32. */
void pq_nearest(CPULevel level, const int8_t *rows, size_t count, uint32_t d, const int8_t *centroids,
                const float *scales, const int32_t *sums, uint32_t centroid_count, uint32_t *nearest, float *products);

/* Centroids of coarse lists in two levels: the lists of group g are group_lists[g]..<group_lists[g + 1]. */
typedef struct PQLists {
  const int8_t *group_centroids;   /* [groups][d] */
  const float *group_scales;
  const int32_t *group_sums;
  const uint32_t *group_lists;     /* [groups + 1] */
  uint32_t groups;                 /* at most 1024; at least one has lists */
  const int8_t *centroids;         /* [lists][d] */
  const float *scales;
  const int32_t *sums;
} PQLists;

/* The list of each of `count` rows: the one of the largest product among those of the `probes` nearest groups
 * that have lists. */
void pq_assign(CPULevel level, const int8_t *rows, size_t count, uint32_t d, const PQLists *lists, uint32_t probes,
               uint32_t *assigned);

/* Adds each row, times its scale, to the sums [centroids][d] of the centroid it is assigned to, and counts it. */
void pq_accumulate(const int8_t *rows, const float *scales, size_t count, uint32_t d, const uint32_t *assigned,
                   float *sums, uint32_t *counts);

/* Adds each vector's subvectors to the sums (in the layout of the codebook's centroids) of the centroids that its
 * sketch names, and counts them in counts[subquantizers][16]. */
void pq_codebook_accumulate(const PQCodebook *codebook, const float *vectors, size_t count, const uint8_t *sketches,
                            double *sums, uint32_t *counts);

/* products[j] = dot(query, centroid j) * scales[j] for int8 query and centroids. */
void pq_centroid_products(CPULevel level, const int8_t *query, uint32_t d, const int8_t *centroids,
                          const float *scales, const int32_t *sums, uint32_t centroid_count, float *products);

#ifdef __cplusplus
}
#endif

#endif
