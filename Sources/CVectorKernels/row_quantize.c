/* From float vectors to int8 rows, and from a float query to two int8 planes. */
#include <math.h>

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

bool row_quantize(const float *vector, uint32_t dimensions, int8_t *quantized, float *scale) {
  double largest = largest_magnitude(vector, dimensions);
  if (largest < 0) return false;
  double factor = largest > 0 ? 127.0 / largest : 0;
  int32_t squares = 0; /* at most 4096 * 127 * 127 */
  for (uint32_t i = 0; i < dimensions; i++) {
    int32_t component = rounded((double)vector[i] * factor);
    quantized[i] = (int8_t)component;
    squares += component * component;
  }
  *scale = squares > 0 ? (float)(1.0 / sqrt((double)squares)) : 0;
  return true;
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
  query->factor = (float)(1.0 / sqrt(squares));
  return true;
}
