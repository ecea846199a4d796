/* Kernels of the text encoder: linear layers, GELU, layer normalisation, attention, embedding, pooling.
 *
 * All matrices are row-major. `level` picks the instruction set; one that the machine lacks is lowered. Pointers
 * need the alignment of their element type only, and must not overlap unless said otherwise. No kernel keeps state
 * or allocates; all may run on many threads at once. Results of different levels differ by rounding only.
 */
#ifndef ENCODER_KERNELS_H
#define ENCODER_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "cpu_level.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Packed weights hold this many output columns side by side; every layer's width must be a multiple of it. */
#define ENCODER_PANEL_COLUMNS 32

/* Rearranges weights [n][k] (a linear layer as PyTorch stores it) to panels: packed[n / 32][k][32].
 * n must be a multiple of 32; k is any. `packed` holds n * k floats. */
void encoder_pack(CPULevel level, const float *weights, size_t n, size_t k, float *packed);

/* y[m][n] = x[m][k] * weights^T + bias[n], with weights from encoder_pack. */
void encoder_linear(CPULevel level, const float *x, size_t m, const float *packed, const float *bias, size_t n,
                    size_t k, float *y);

/* x = GELU(x) with the error function (not its tanh approximation), in place. */
void encoder_gelu(CPULevel level, float *x, size_t count);

/* Each row of x[rows][d] becomes the normalised sum of itself and its row of `residual` (which may be NULL):
 * (v - mean) / sqrt(variance + epsilon) * gain + offset. In place. d must be a multiple of 16. */
void encoder_add_layer_norm(CPULevel level, float *x, const float *residual, const float *gain, const float *offset,
                            size_t rows, size_t d, float epsilon);

/* Number of floats that encoder_attention needs as scratch space. */
size_t encoder_attention_scratch(size_t tokens, size_t d);

/* Self-attention of one text. qkv: [tokens][3][heads][d]; out: [tokens][heads][d]. d must be a multiple of 16 and at
 * most 128. */
void encoder_attention(CPULevel level, const float *qkv, size_t tokens, size_t heads, size_t d, float *out,
                       float *scratch);

/* out[tokens][d] = word[ids] + position[0...] + type[0]. Ids must lie in `word`. d must be a multiple of 16. */
void encoder_embed(CPULevel level, const int32_t *ids, size_t tokens, const float *word, const float *position,
                   const float *type, size_t d, float *out);

/* out[d] = the mean of x[tokens][d], scaled to unit length. tokens = 1 only scales. Returns the length before
 * scaling; where that is zero or not finite, out is not a valid vector. d must be a multiple of 16. */
float encoder_pool(CPULevel level, const float *x, size_t tokens, size_t d, float *out);

/* bits[d / 8]: bit c % 8 of byte c / 8 is set where x[c] >= 0. d must be a multiple of 8. */
void encoder_signs(const float *x, size_t d, uint8_t *bits);

#ifdef __cplusplus
}
#endif

#endif
