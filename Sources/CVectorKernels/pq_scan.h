/* The versions of the block kernel; private to this target. */
#ifndef PQ_SCAN_H
#define PQ_SCAN_H

#include "pq_kernels.h"

/* The sums of a block's 64 vectors over `lines` (even) lines; returns a bit for each sum of at least `threshold`. The
 * sums are valid where at least one bit is set. */
typedef uint64_t (*PQBlockKernel)(const uint8_t *block, uint32_t lines, const uint8_t *table, uint32_t threshold,
                                  uint16_t sums[PQ_BLOCK_ROWS]);

/* The version for a level. */
PQBlockKernel pq_block_kernel(CPULevel level);

uint64_t pq_block_portable(const uint8_t *, uint32_t, const uint8_t *, uint32_t, uint16_t *);
#if defined(__x86_64__)
uint64_t pq_block_avx2(const uint8_t *, uint32_t, const uint8_t *, uint32_t, uint16_t *);
uint64_t pq_block_avx512(const uint8_t *, uint32_t, const uint8_t *, uint32_t, uint16_t *);
uint64_t pq_block_vbmi(const uint8_t *, uint32_t, const uint8_t *, uint32_t, uint16_t *);

/* Transposes whole groups of 8 bytes of 64 rows into lines. Returns the number of lines done. */
uint32_t pq_transpose_vbmi(const uint8_t *const rows[PQ_BLOCK_ROWS], uint32_t lines, uint8_t *block);
#elif defined(__aarch64__) && defined(__ARM_NEON)
uint64_t pq_block_neon(const uint8_t *, uint32_t, const uint8_t *, uint32_t, uint16_t *);
#endif

#endif
