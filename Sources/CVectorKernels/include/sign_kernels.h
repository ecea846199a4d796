/* Late interaction over token vectors that are kept as signs (Khattab and Zaharia 2020, with one bit a component as in
 * Charikar 2002): the best token of a passage for each token of a question.
 *
 * A passage's token is one bit a component, set where the component is not negative, and stands for +1 or -1. A question's
 * token has components of 4 bits in two's complement, -8...7, laid out as four bit planes: plane p holds bit p of each
 * component. All sums are integers and equal on every level.
 */
#ifndef SIGN_KERNELS_H
#define SIGN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "cpu_level.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Planes of a question's token. */
#define SIGN_PLANES 4
/* Words of 64 components, rounded up, that `dimensions` take. */
#define SIGN_WORDS(dimensions) (((dimensions) + 63) / 64)

/* Lays out a question's token.
 *
 * vector: `dimensions` components, finite. `planes` receives SIGN_PLANES * SIGN_WORDS(dimensions) words.
 * `total` receives the sum of the components as quantized.
 * Returns what a sum has to be multiplied with to be the cosine of the vector and a token's signs: 0 for a zero vector. */
float sign_prepare(const float *vector, uint32_t dimensions, uint64_t *planes, int32_t *total);

/* Raises best[i] to the largest sum of question token i over `count` tokens.
 *
 * planes, totals: of `questions` tokens as sign_prepare lays them out, one after the other.
 * tokens: `count` tokens of dimensions / 8 bytes each, without alignment. dimensions: a multiple of 32, at most 4096. */
void sign_maxima(CPULevel level, const uint64_t *planes, const int32_t *totals, uint32_t questions, const void *tokens,
                 size_t count, uint32_t dimensions, int32_t *best);

#ifdef __cplusplus
}
#endif

#endif
