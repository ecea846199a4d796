/* Checks the kernels of encoder_kernels.h and encoder_int8_kernels.h at every level this machine has: against plain
 * arithmetic in double precision, and what is quantised against whole numbers, bit for bit. .ci/kernels builds and runs
 * it with clang, whose vector types these kernels are written in.
 *
 * Inputs are random, from a seed that is always the same. Memory is taken in exactly the sizes that the headers ask
 * for, so that a sanitizer sees every access beyond.
 */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encoder_int8_kernels.h"
#include "encoder_kernels.h"

static unsigned passed, failed;

static void expect(bool holds, CPULevel level, const char *format, ...) {
  if (holds) {
    passed++;
    return;
  }
  failed++;
  va_list arguments;
  va_start(arguments, format);
  printf("FAILED at %s: ", cpu_level_name(level));
  vprintf(format, arguments);
  printf("\n");
  va_end(arguments);
}

static void *taken[256];
static size_t taken_count;

static void *take(size_t bytes) {
  void *place = malloc(bytes == 0 ? 1 : bytes);
  if (place == NULL || taken_count == sizeof taken / sizeof taken[0]) {
    fprintf(stderr, "check_encoder: out of memory\n");
    exit(2);
  }
  memset(place, 0xA5, bytes);
  taken[taken_count++] = place;
  return place;
}

static void release(void) {
  while (taken_count > 0) free(taken[--taken_count]);
}

static uint64_t random_state;

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t random_word(void) {
  uint64_t z = random_state += 0x9E3779B97F4A7C15ull;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

static float random_value(void) { return (float)(random_word() >> 40) / (float)(1 << 23) - 1; }

static float *random_values(size_t count, float scale) {
  float *values = take(count * sizeof(float));
  for (size_t i = 0; i < count; i++) values[i] = scale * random_value();
  return values;
}

static bool near(double found, double expected, double tolerance) {
  return fabs(found - expected) <= tolerance * fmax(1, fabs(expected));
}

/* MARK: 8 bits */

static const size_t shapes[][3] = {{1, 32, 32}, {2, 64, 384}, {5, 32, 416}, {13, 96, 1536}, {39, 416, 64}, {25, 32, 800}};

static EncoderInt8Layer random_layer(size_t n, size_t k, const float *weights) {
  int8_t *packed = take(n * k);
  float *scales = take(n * sizeof(float));
  int32_t *offsets = take(encoder_int8_groups(k) * n * sizeof(int32_t));
  encoder_int8_pack(weights, n, k, packed, scales, offsets, n);
  return (EncoderInt8Layer){n, k, packed, scales, offsets, random_values(n, 1)};
}

static int32_t quantized_weight(const EncoderInt8Layer *layer, size_t column, size_t input) {
  return layer->weights[column / 32 * 32 * layer->k + input / 4 * 128 + column % 32 * 4 + input % 4];
}

/* The place of a value in quantised rows, whose blocks stand one after the other. */
static size_t place(size_t rows, size_t k, size_t row, size_t column) {
  size_t first = column / ENCODER_INT8_BLOCK * ENCODER_INT8_BLOCK;
  size_t width = k - first < ENCODER_INT8_BLOCK ? k - first : ENCODER_INT8_BLOCK;
  return rows * first + row * width + (column - first);
}

static void check_pack(void) {
  for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++, release()) {
    size_t n = shapes[s][1], k = shapes[s][2];
    float *weights = random_values(n * k, 0.3f);
    for (size_t j = 0; j < k; j++) weights[j] = 0;
    EncoderInt8Layer layer = random_layer(n, k, weights);
    bool is_near = true, is_summed = true;
    for (size_t column = 0; column < n; column++)
      for (size_t j = 0, sum = 0; j < k; j++) {
        int32_t q = quantized_weight(&layer, column, j);
        double error = fabs(q * (double)layer.scales[column] - weights[column * k + j]);
        is_near = is_near && error <= 0.501 * layer.scales[column] && q >= -127 && q <= 127;
        sum = j % ENCODER_INT8_GROUP == 0 ? (size_t)(128 * q) : sum + (size_t)(128 * q);
        if (j % ENCODER_INT8_GROUP == ENCODER_INT8_GROUP - 1 || j == k - 1)
          is_summed = is_summed && layer.offsets[j / ENCODER_INT8_GROUP * n + column] == (int32_t)sum;
      }
    expect(is_near, CPULevelPortable, "packing %zu x %zu is further than half a step", n, k);
    expect(is_summed, CPULevelPortable, "packing %zu x %zu has other sums", n, k);
  }
}

static void check_quantize(CPULevel level) {
  for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++, release()) {
    size_t rows = shapes[s][0], k = shapes[s][2], groups = encoder_int8_groups(k);
    float *x = random_values(rows * k, 7);
    /* A row of zeros, one whose largest has no finite inverse, one with a value that is none. */
    if (rows > 3)
      for (size_t j = 0; j < k; j++) x[k + j] = 0, x[2 * k + j] *= 1e-41f;
    if (rows > 3) x[3 * k + 5] = NAN;
    if (rows > 4) x[4 * k + k - 1] = -INFINITY;
    uint8_t *q = take(rows * k), *reference = take(rows * k);
    float *scales = take(rows * groups * 4), *reference_scales = take(rows * groups * 4);
    encoder_int8_quantize(level, x, rows, k, q, scales);
    encoder_int8_quantize(CPULevelPortable, x, rows, k, reference, reference_scales);
    bool is_same = true, is_near = true;
    for (size_t i = 0; i < rows; i++)
      for (size_t j = 0; j < k; j++) {
        float scale = scales[j / ENCODER_INT8_GROUP * rows + i];
        float other = reference_scales[j / ENCODER_INT8_GROUP * rows + i];
        size_t at = place(rows, k, i, j);
        if (isnan(scale) || isnan(other)) {
          is_same = is_same && isnan(scale) && isnan(other);
          continue;
        }
        is_same = is_same && scale == other && q[at] == reference[at];
        is_near = is_near && fabs((q[at] - 128) * (double)scale - x[i * k + j]) <= 0.501 * scale + 1e-32;
      }
    expect(is_same, level, "quantising %zu x %zu differs from the portable kernel", rows, k);
    expect(is_near, level, "quantising %zu x %zu is further than half a step", rows, k);
    if (rows > 4)
      expect(isnan(scales[3]) && isnan(scales[(groups - 1) * rows + 4]), level, "quantising hides what is no number");
  }
}

static void check_layer(CPULevel level, bool extreme) {
  for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++, release()) {
    size_t rows = shapes[s][0], n = shapes[s][1], k = shapes[s][2], groups = encoder_int8_groups(k);
    float *weights = random_values(n * k, 0.2f), *x = random_values(rows * k, 3);
    /* All at the ends of the range, half of them of one sign: what saturates would show. */
    for (size_t i = 0; extreme && i < n * k; i++) weights[i] = i / k % 2 ? 0.2f : copysignf(0.2f, weights[i]);
    for (size_t i = 0; extreme && i < rows * k; i++) x[i] = i / k % 2 ? 3.0f : copysignf(3.0f, x[i]);
    EncoderInt8Layer layer = random_layer(n, k, weights);
    uint8_t *q = take(rows * k), *activated = take(rows * n);
    float *scales = take(rows * groups * 4), *activated_scales = take(rows * encoder_int8_groups(n) * 4);
    float *y = take(rows * n * 4), *scratch = take(rows * ENCODER_INT8_BLOCK * 4);
    int32_t *sums = take(rows * n * 4);
    double *expected = take(rows * n * sizeof(double));
    encoder_int8_quantize(level, x, rows, k, q, scales);
    for (size_t i = 0; i < rows * n; i++) expected[i] = layer.bias[i % n];
    for (size_t group = 0; group < groups; group++) {
      encoder_int8_sums(level, &layer, q, rows, group, sums);
      size_t first = group * ENCODER_INT8_GROUP, end = first + ENCODER_INT8_GROUP < k ? first + ENCODER_INT8_GROUP : k;
      bool is_exact = true;
      for (size_t i = 0; i < rows; i++)
        for (size_t column = 0; column < n; column++) {
          int32_t sum = 0;
          for (size_t j = first; j < end; j++)
            sum += (q[place(rows, k, i, j)] - 128) * quantized_weight(&layer, column, j);
          is_exact = is_exact && sums[i * n + column] == sum;
          expected[i * n + column] += (double)sum * layer.scales[column] * scales[group * rows + i];
        }
      expect(is_exact, level, "sums of %zu x %zu x %zu, group %zu, are not exact", rows, n, k, group);
    }
    encoder_int8_linear(level, &layer, q, scales, rows, y);
    encoder_int8_linear_gelu(level, &layer, q, scales, rows, activated, activated_scales, scratch);
    bool is_near = true, is_activated = true;
    for (size_t i = 0; i < rows; i++)
      for (size_t column = 0; column < n; column++) {
        double value = expected[i * n + column], step = activated_scales[column / ENCODER_INT8_GROUP * rows + i];
        is_near = is_near && near(y[i * n + column], value, 1e-5);
        double found = (activated[place(rows, n, i, column)] - 128) * step;
        value = 0.5 * value * (1 + erf(value / sqrt(2)));
        is_activated = is_activated && fabs(found - value) <= 0.51 * step + 1e-5 * fmax(1, fabs(value));
      }
    expect(is_near, level, "layer of %zu x %zu x %zu", rows, n, k);
    expect(is_activated, level, "layer with GELU of %zu x %zu x %zu", rows, n, k);
  }
}

/* A weight or value that is no number must not end in a number. */
static void check_not_a_number(CPULevel level) {
  float *weights = random_values(32 * 64, 1), *x = random_values(2 * 64, 1), *y = take(2 * 32 * 4);
  weights[7 * 64 + 3] = NAN;
  x[64 + 9] = INFINITY;
  EncoderInt8Layer layer = random_layer(32, 64, weights);
  uint8_t *q = take(2 * 64);
  float *scales = take(2 * 4);
  encoder_int8_quantize(level, x, 2, 64, q, scales);
  encoder_int8_linear(level, &layer, q, scales, 2, y);
  bool holds = true;
  for (size_t column = 0; column < 32; column++)
    holds = holds && isnan(y[column]) == (column == 7) && isnan(y[32 + column]);
  expect(holds, level, "layer hides what is no number");
  release();
}

/* MARK: 32 bits */

static void check_linear(CPULevel level) {
  for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++, release()) {
    size_t rows = shapes[s][0], n = shapes[s][1], k = shapes[s][2];
    float *x = random_values(rows * k, 1), *weights = random_values(n * k, 1), *bias = random_values(n, 1);
    float *packed = take(n * k * 4), *y = take(rows * n * 4);
    encoder_pack(level, weights, n, k, packed);
    encoder_linear(level, x, rows, packed, bias, n, k, y);
    bool holds = true;
    for (size_t i = 0; i < rows; i++)
      for (size_t column = 0; column < n; column++) {
        double sum = bias[column];
        for (size_t j = 0; j < k; j++) sum += (double)x[i * k + j] * weights[column * k + j];
        holds = holds && near(y[i * n + column], sum, 1e-4);
      }
    expect(holds, level, "linear layer of %zu x %zu x %zu", rows, n, k);
  }
}

static void check_gelu(CPULevel level) {
  enum { COUNT = 8003 };
  float *x = take(COUNT * 4), *y = take(COUNT * 4);
  for (size_t i = 0; i < COUNT; i++) x[i] = ((float)i - 4000) / 200;
  x[COUNT - 1] = 1e30f, x[COUNT - 2] = -1e30f;
  memcpy(y, x, COUNT * 4);
  encoder_gelu(level, y, COUNT);
  bool holds = true;
  for (size_t i = 0; i < COUNT; i++) holds = holds && near(y[i], 0.5 * x[i] * (1 + erf(x[i] / sqrt(2))), 1e-6);
  expect(holds, level, "GELU");
  release();
}

static void check_norm_and_pool(CPULevel level) {
  enum { ROWS = 3, WIDTH = 96 };
  float *x = random_values(ROWS * WIDTH, 5), *residual = random_values(ROWS * WIDTH, 5);
  float *gain = random_values(WIDTH, 1), *offset = random_values(WIDTH, 1);
  float *y = take(ROWS * WIDTH * 4), *pooled = take(WIDTH * 4);
  memcpy(y, x, ROWS * WIDTH * 4);
  encoder_add_layer_norm(level, y, residual, gain, offset, ROWS, WIDTH, 1e-12f);
  bool holds = true;
  for (size_t i = 0; i < ROWS; i++) {
    double mean = 0, variance = 0;
    for (size_t j = 0; j < WIDTH; j++) mean += ((double)x[i * WIDTH + j] + residual[i * WIDTH + j]) / WIDTH;
    for (size_t j = 0; j < WIDTH; j++) variance += pow(x[i * WIDTH + j] + residual[i * WIDTH + j] - mean, 2) / WIDTH;
    for (size_t j = 0; j < WIDTH; j++) {
      double value = (x[i * WIDTH + j] + residual[i * WIDTH + j] - mean) / sqrt(variance);
      holds = holds && near(y[i * WIDTH + j], value * gain[j] + offset[j], 1e-5);
    }
  }
  expect(holds, level, "layer normalisation");
  encoder_pool(level, x, ROWS, WIDTH, pooled);
  double length = 0;
  for (size_t j = 0; j < WIDTH; j++) length += pow(x[j] + x[WIDTH + j] + x[2 * WIDTH + j], 2);
  holds = true;
  for (size_t j = 0; j < WIDTH; j++)
    holds = holds && near(pooled[j], (x[j] + x[WIDTH + j] + x[2 * WIDTH + j]) / sqrt(length), 1e-5);
  expect(holds, level, "pooling");
  uint8_t *signs = take(WIDTH / 8);
  x[3] = -0.0f;
  encoder_signs(x, WIDTH, signs);
  holds = true;
  for (size_t j = 0; j < WIDTH; j++) holds = holds && (signs[j / 8] >> j % 8 & 1) == (x[j] >= 0);
  expect(holds, level, "signs");
  release();
}

static void check_attention(CPULevel level) {
  for (size_t tokens = 1; tokens <= 35; tokens += 17, release()) {
    enum { HEADS = 2, SIZE = 32, WIDTH = HEADS * SIZE };
    float *qkv = random_values(tokens * 3 * WIDTH, 2), *out = take(tokens * WIDTH * 4);
    float *scratch = take(encoder_attention_scratch(tokens, SIZE) * 4);
    double *weights = take(tokens * sizeof(double));
    encoder_attention(level, qkv, tokens, HEADS, SIZE, out, scratch);
    bool holds = true;
    for (size_t head = 0; head < HEADS; head++)
      for (size_t i = 0; i < tokens; i++) {
        double total = 0;
        for (size_t j = 0; j < tokens; j++) {
          double score = 0;
          for (size_t c = 0; c < SIZE; c++)
            score += (double)qkv[i * 3 * WIDTH + head * SIZE + c] * qkv[j * 3 * WIDTH + WIDTH + head * SIZE + c];
          total += weights[j] = exp(score / sqrt(SIZE));
        }
        for (size_t c = 0; c < SIZE; c++) {
          double value = 0;
          for (size_t j = 0; j < tokens; j++)
            value += weights[j] / total * qkv[j * 3 * WIDTH + 2 * WIDTH + head * SIZE + c];
          holds = holds && near(out[i * WIDTH + head * SIZE + c], value, 2e-5);
        }
      }
    expect(holds, level, "attention of %zu tokens", tokens);
  }
}

static void check_int8(CPULevel level) {
  check_quantize(level);
  check_layer(level, false);
  check_layer(level, true);
  check_not_a_number(level);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  check_pack();
  for (int32_t number = CPULevelPortable; number <= CPULevelAVX512VBMI; number++) {
    CPULevel level = (CPULevel)number;
    if (!cpu_level_is_available(level)) continue;
    printf("%s\n", cpu_level_name(level));
    check_int8(level);
    if (level == CPULevelNEON && encoder_int8_has_dot_products()) {
      printf("%s without dot products\n", cpu_level_name(level));
      encoder_int8_set_dot_products(0);
      check_int8(level);
      encoder_int8_set_dot_products(1);
    }
    check_linear(level);
    check_gelu(level);
    check_norm_and_pool(level);
    check_attention(level);
  }
  printf("%u passed, %u failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
