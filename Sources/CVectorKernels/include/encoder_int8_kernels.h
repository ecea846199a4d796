/* Linear layers of the text encoder in 8 bits: weights with a scale per output column, activations quantised at run
 * time with a scale per row and group of columns, products summed exactly in 32 bits.
 *
 * Both are symmetric: q = round(x / scale), with scale = the largest magnitude / 127. Activations are stored as q + 128.
 * What is said at the head of encoder_kernels.h holds here too; but quantised values, scales and sums are the same bit
 * for bit at every level.
 */
#ifndef ENCODER_INT8_KERNELS_H
#define ENCODER_INT8_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "cpu_level.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Columns of activations that share a scale; the last group of a row may be narrower. BERT's activations have outliers:
 * with one scale for 384 columns, vectors of texts of one word are at a cosine of .97 to those of floating point, with
 * one for 128 at .99. */
#define ENCODER_INT8_GROUP 128

/* Columns of activations that lie beside each other; the last block of a row may be narrower. */
#define ENCODER_INT8_BLOCK 384

/* Number of groups of a row of k columns. */
size_t encoder_int8_groups(size_t k);

/* A linear layer. n and k must be multiples of 32, and k at most 65536. */
typedef struct {
  size_t n, k;
  /* [n / 32][k / 4][32][4]: four inputs of 32 output columns beside each other. */
  const int8_t *weights;
  /* [n] */
  const float *scales;
  /* [groups][n]: 128 times the sum of the quantised weights of a column in a group of inputs, which is what storing
   * activations with 128 added adds to a product. */
  const int32_t *offsets;
  /* [n] */
  const float *bias;
} EncoderInt8Layer;

/* Quantises weights [n][k] (as PyTorch stores a layer) into the three arrays of a layer, or of n columns of one: its
 * offsets have `width` columns. A column with a value that is no number gets a scale that is none. */
void encoder_int8_pack(const float *weights, size_t n, size_t k, int8_t *packed, float *scales, int32_t *offsets,
                       size_t width);

/* Quantises x[rows][k]. q: blocks one after the other, each [rows][its columns]; scales: [groups][rows]. A group with a
 * value that is no number gets a scale that is none, and so do all results computed from it. */
void encoder_int8_quantize(CPULevel level, const float *x, size_t rows, size_t k, uint8_t *q, float *scales);

/* y[rows][n] = x * weights^T + bias, with x quantised as above. */
void encoder_int8_linear(CPULevel level, const EncoderInt8Layer *layer, const uint8_t *q, const float *scales,
                         size_t rows, float *y);

/* The same through GELU, and quantised again: result and result_scales are laid out as encoder_int8_quantize does.
 * scratch holds rows * ENCODER_INT8_BLOCK floats. */
void encoder_int8_linear_gelu(CPULevel level, const EncoderInt8Layer *layer, const uint8_t *q, const float *scales,
                              size_t rows, uint8_t *result, float *result_scales, float *scratch);

/* The exact sums behind encoder_int8_linear: sums[rows][n] over the inputs of one group. For tests. */
void encoder_int8_sums(CPULevel level, const EncoderInt8Layer *layer, const uint8_t *q, size_t rows, size_t group,
                       int32_t *sums);

/* Whether this processor has NEON's dot products, and a switch for tests that makes kernels do without. */
int encoder_int8_has_dot_products(void);
void encoder_int8_set_dot_products(int allowed);

#ifdef __cplusplus
}
#endif

#endif
