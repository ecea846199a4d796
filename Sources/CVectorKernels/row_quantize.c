/* From float vectors to rows of 10 bits in two planes and back, and from a float query to two int8 planes. */
#include <math.h>
#include <string.h>

#include "row_kernels.h"

/* The largest magnitude, or a negative number where a component is not finite. */
static double largest_magnitude(const float *vector, uint32_t dimensions) {
  float largest = 0;
  uint32_t not_finite = 0;
  for (uint32_t i = 0; i < dimensions; i++) {
    float magnitude = fabsf(vector[i]);
    not_finite |= !(magnitude <= 3.402823466e38f);
    largest = magnitude > largest ? magnitude : largest;
  }
  return not_finite ? -1 : (double)largest;
}

/* Rounds half away from zero; `value` fits an int32. */
static inline int32_t rounded(double value) { return (int32_t)(value + (value >= 0 ? 0.5 : -0.5)); }

bool row_quantize(const float *vector, uint32_t dimensions, int8_t *quantized, uint8_t *residuals, float *scale) {
  double largest = largest_magnitude(vector, dimensions);
  if (largest < 0) return false;
  memset(residuals, 0, row_residual_bytes(dimensions));
  if (largest == 0) {
    memset(quantized, 0, dimensions);
    *scale = 0;
    return true;
  }
  double factor = 127.0 / largest;
  int64_t squares = 0; /* at most 4096 * 1019 * 1019 */
  for (uint32_t i = 0; i < dimensions; i++) {
    double value = (double)vector[i] * factor;
    int32_t component = rounded(value);
    int32_t quarter = (int32_t)((value - component + 0.5) * 4);
    quarter = quarter > 3 ? 3 : quarter < 0 ? 0 : quarter;
    quantized[i] = (int8_t)component;
    residuals[i / 64 * 16 + i % 16] |= (uint8_t)(quarter << (i % 64 / 16 * 2));
    int64_t whole = 8 * component + 2 * quarter - 3;
    squares += whole * whole;
  }
  *scale = (float)(8.0 / sqrt((double)squares));
  return true;
}

void row_dequantize(const int8_t *quantized, const uint8_t *residuals, float scale, uint32_t dimensions,
                    float *vector) {
  for (uint32_t i = 0; i < dimensions; i++) {
    int32_t quarter = residuals[i / 64 * 16 + i % 16] >> (i % 64 / 16 * 2) & 3;
    vector[i] = (float)(8 * quantized[i] + 2 * quarter - 3) * 0.125f * scale;
  }
}

float row_length(const float *vector, size_t dimensions) {
  double squares = 0;
  for (size_t i = 0; i < dimensions; i++) squares += (double)vector[i] * (double)vector[i];
  return (float)sqrt(squares);
}

float row_length_int8(const int8_t *vector, size_t dimensions) {
  int32_t squares = 0; /* at most 4096 * 128 * 128 */
  for (size_t i = 0; i < dimensions; i++) squares += vector[i] * vector[i];
  return sqrtf((float)squares);
}

uint32_t row_query_shift(uint32_t dimensions) {
  /* |dot| <= dimensions * 127 * (127 << shift) < 2^31 for 1024 and 7, and for 4096 and 5. */
  return dimensions <= 1024 ? 7 : 5;
}

bool row_query_make(const float *vector, uint32_t dimensions, int8_t *high, int8_t *low, RowQuery *query) {
  double largest = largest_magnitude(vector, dimensions);
  if (!(largest > 0)) return false;
  uint32_t shift = row_query_shift(dimensions);
  int32_t step = 1 << shift;
  double factor = 127.0 * step / largest;
  double squares = 0;
  int32_t sum = 0;
  for (uint32_t i = 0; i < dimensions; i++) {
    int32_t component = rounded((double)vector[i] * factor);
    int32_t shifted = component + step / 2;
    int32_t upper = shifted >= 0 ? shifted / step : -((step - 1 - shifted) / step);
    high[i] = (int8_t)upper;
    low[i] = (int8_t)(component - upper * step);
    squares += (double)component * component;
    sum += component;
  }
  for (uint32_t i = dimensions; i < (dimensions + 63) / 64 * 64; i++) high[i] = low[i] = 0;
  query->high = high;
  query->low = low;
  query->shift = shift;
  query->dimensions = dimensions;
  query->bias = 128u * (uint32_t)sum;
  query->sum = sum;
  query->factor = (float)(1.0 / sqrt(squares));
  return true;
}
