/* Checks the kernels of row_kernels.h, pq_kernels.h and sign_kernels.h: every level this machine has against the portable one, bit for
 * bit, and the portable one against what the headers promise. .ci/kernels builds and runs it.
 *
 * Inputs are random, from seeds that are always the same. Memory is taken in exactly the sizes that the headers ask
 * for, so that a sanitizer sees every access beyond; rows of bytes begin at odd addresses.
 */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pq_kernels.h"
#include "pq_scan.h"
#include "row_kernels.h"
#include "sign_kernels.h"

/* References round a product before they add it, as the kernels do. */
#pragma STDC FP_CONTRACT OFF

#define COUNT_OF(ARRAY) (sizeof(ARRAY) / sizeof((ARRAY)[0]))

static const uint32_t all_dimensions[] = {32, 64, 96, 384, 416, 768, 1024, 4096};

/* Results. */

static unsigned passed, failed;

/* Counts one comparison; names the kernel, the level and the dimensions (or the size that stands for them) of a
 * failed one. */
static void expect(bool holds, const char *kernel, CPULevel level, uint32_t dimensions, const char *what) {
  if (holds) {
    passed++;
    return;
  }
  failed++;
  printf("FAILED %s, %s, %" PRIu32 " dimensions: %s\n", kernel, cpu_level_name(level), dimensions, what);
}

static bool equal(const void *a, const void *b, size_t bytes) { return memcmp(a, b, bytes) == 0; }

/* Levels. */

static CPULevel levels[CPULevelAVX512VBMI + 1];
static size_t level_count;

static void find_levels(void) {
  for (int32_t level = CPULevelPortable; level <= CPULevelAVX512VBMI; level++)
    if (cpu_level_is_available((CPULevel)level)) levels[level_count++] = (CPULevel)level;
}

/* Memory that lives until the check at work is over. */

static void *taken[256];
static size_t taken_count;

static void *take(size_t bytes) {
  void *place = malloc(bytes == 0 ? 1 : bytes);
  if (place == NULL || taken_count == COUNT_OF(taken)) {
    fprintf(stderr, "check_kernels: out of memory\n");
    exit(2);
  }
  memset(place, 0xA5, bytes);
  taken[taken_count++] = place;
  return place;
}

static void *take_odd(size_t bytes) { return (uint8_t *)take(bytes + 1) + 1; }

static void release(void) {
  while (taken_count > 0) free(taken[--taken_count]);
}

/* Random inputs. */

static uint64_t random_state;

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t random_word(void) {
  uint64_t z = random_state += 0x9E3779B97F4A7C15ull;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

static uint32_t random_below(uint32_t limit) { return (uint32_t)((random_word() >> 32) * limit >> 32); }

/* Between -1 and 1, more often near 0, like components of embeddings. */
static float random_float(void) {
  float sum = 0;
  for (int i = 0; i < 3; i++) sum += (float)random_below(1u << 20) / (float)(1u << 20);
  return sum / 1.5f - 1.0f;
}

static void fill_floats(float *floats, size_t count) {
  for (size_t i = 0; i < count; i++) floats[i] = random_float();
}

static void fill_bytes(void *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) ((uint8_t *)bytes)[i] = (uint8_t)random_word();
}

/* What row_quantize can write: no -128. */
static void fill_components(int8_t *components, size_t count) {
  for (size_t i = 0; i < count; i++) components[i] = (int8_t)((int32_t)random_below(255) - 127);
}

static float *random_floats(size_t count) {
  float *floats = take(count * sizeof(float));
  fill_floats(floats, count);
  return floats;
}

static int8_t *random_components(size_t count) {
  int8_t *components = take_odd(count);
  fill_components(components, count);
  return components;
}

/* Queries. */

static RowQuery query_of(const float *vector, uint32_t dimensions) {
  size_t padded = (dimensions + 63) / 64 * 64;
  RowQuery query;
  bool made = row_query_make(vector, dimensions, take_odd(padded), take_odd(padded), &query);
  expect(made, "row_query_make", CPULevelPortable, dimensions, "refused a vector");
  return query;
}

/* A query with components as large as they can be, of both signs unless `positive`. */
static RowQuery extreme_query(uint32_t dimensions, bool positive) {
  float *vector = take(dimensions * sizeof(float));
  for (uint32_t i = 0; i < dimensions; i++) vector[i] = positive || i % 3 != 0 ? 1 : -1;
  return query_of(vector, dimensions);
}

static int64_t query_component(const RowQuery *query, uint32_t i) {
  return query->high[i] * ((int64_t)1 << query->shift) + query->low[i];
}

/* Checksums. */

static void check_crc32c(void) {
  uint8_t *bytes = take_odd(1003);
  fill_bytes(bytes, 1003);
  for (size_t l = 0; l < level_count; l++) {
    expect(row_crc32c(levels[l], 0, "123456789", 9) == 0xE3069283u, "row_crc32c", levels[l], 9, "the check value");
    for (uint32_t length = 0; length <= 1003; length += length < 80 ? 1 : 71) {
      uint32_t start = random_below(1003 - length + 1), part = random_below(length + 1);
      uint32_t expected = row_crc32c(CPULevelPortable, 7, bytes + start, length);
      uint32_t whole = row_crc32c(levels[l], 7, bytes + start, length);
      uint32_t parts = row_crc32c(levels[l], row_crc32c(levels[l], 7, bytes + start, part), bytes + start + part,
                                  length - part);
      expect(whole == expected, "row_crc32c", levels[l], length, "differs");
      expect(parts == expected, "row_crc32c", levels[l], length, "differs in two parts");
    }
  }
}

/* As row_block_checksum is described: four checksums of 16 elements, deleted ones zeroed, and theirs. */
static uint32_t block_checksum_reference(uint32_t checksum, const uint8_t *elements, size_t stride, uint64_t deleted) {
  uint8_t *copy = take(ROW_BLOCK_ROWS * stride);
  memcpy(copy, elements, ROW_BLOCK_ROWS * stride);
  for (uint32_t r = 0; r < ROW_BLOCK_ROWS; r++)
    if (deleted >> r & 1) memset(copy + r * stride, 0, stride);
  uint32_t four[4];
  for (size_t k = 0; k < 4; k++) four[k] = row_crc32c(CPULevelPortable, 0, copy + k * 16 * stride, 16 * stride);
  return row_crc32c(CPULevelPortable, checksum, four, sizeof four);
}

static void check_block_checksum(void) {
  static const uint32_t strides[] = {2, 4, 8, 24, 96, 384, 4096};
  for (size_t s = 0; s < COUNT_OF(strides); s++) {
    uint32_t stride = strides[s];
    uint8_t *elements = take_odd(ROW_BLOCK_ROWS * stride);
    fill_bytes(elements, ROW_BLOCK_ROWS * stride);
    const uint64_t masks[] = {0, 1, 1ull << 63, ~0ull, 0xFFFF0000ull, random_word(), random_word() & random_word()};
    for (size_t m = 0; m < COUNT_OF(masks); m++) {
      uint32_t expected = block_checksum_reference(5, elements, stride, masks[m]);
      for (size_t l = 0; l < level_count; l++) {
        uint32_t found = row_block_checksum(levels[l], 5, elements, stride, masks[m]);
        expect(found == expected, "row_block_checksum", levels[l], stride, "differs");
      }
    }
    release();
  }
}

static RowSegment random_segment(uint32_t dimensions, uint32_t rows) {
  RowSegment segment = {.dimensions = dimensions, .capacity = rows, .identifier = 0x51A7, .first_row = 128};
  size_t residual_bytes = (size_t)rows * row_residual_bytes(dimensions);
  uint8_t *residuals = take_odd(residual_bytes);
  fill_bytes(residuals, residual_bytes);
  segment.vectors = random_components((size_t)rows * dimensions);
  segment.residuals = residuals;
  segment.scales = random_floats(rows);
  const int64_t **wide[] = {&segment.keys, &segment.timestamps};
  const uint32_t **narrow[] = {&segment.sessions, &segment.channels, &segment.authors,
                               &segment.starts,   &segment.ends,     &segment.attributes};
  for (size_t c = 0; c < COUNT_OF(wide); c++) {
    int64_t *column = take(rows * sizeof(int64_t));
    fill_bytes(column, rows * sizeof(int64_t));
    *wide[c] = column;
  }
  for (size_t c = 0; c < COUNT_OF(narrow); c++) {
    uint32_t *column = take(rows * sizeof(uint32_t));
    fill_bytes(column, rows * sizeof(uint32_t));
    *narrow[c] = column;
  }
  return segment;
}

static void check_row_checksums(void) {
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    uint32_t dimensions = all_dimensions[n];
    RowSegment segment = random_segment(dimensions, ROW_BLOCK_ROWS);
    for (uint32_t count = 1; count <= 9; count++) {
      uint32_t first = ROW_BLOCK_ROWS - count, expected[9], found[9];
      for (size_t l = 0; l < level_count; l++) {
        row_column_checksums(CPULevelPortable, &segment, first, count, expected);
        row_column_checksums(levels[l], &segment, first, count, found);
        expect(equal(found, expected, count * 4), "row_column_checksums", levels[l], dimensions, "differs");
        row_vector_checksums(CPULevelPortable, &segment, first, count, expected);
        row_vector_checksums(levels[l], &segment, first, count, found);
        expect(equal(found, expected, count * 4), "row_vector_checksums", levels[l], dimensions, "differs");
      }
    }
    release();
  }
}

/* Quantization. */

static void check_quantize_one(const float *vector, uint32_t dimensions) {
  int8_t *quantized = take_odd(dimensions);
  uint8_t *residuals = take_odd(row_residual_bytes(dimensions));
  float *steps = take(dimensions * sizeof(float)), *unit = take(dimensions * sizeof(float));
  float scale = -1;
  bool done = row_quantize(vector, dimensions, quantized, residuals, &scale);
  expect(done, "row_quantize", CPULevelPortable, dimensions, "refused a vector");
  double largest = 0, worst = 0, squares = 0;
  for (uint32_t i = 0; i < dimensions; i++) largest = fmax(largest, fabs((double)vector[i]));
  row_dequantize(quantized, residuals, 1, dimensions, steps);
  row_dequantize(quantized, residuals, scale, dimensions, unit);
  for (uint32_t i = 0; i < dimensions; i++) {
    worst = fmax(worst, fabs((double)vector[i] * 127 / largest - (double)steps[i]));
    squares += (double)unit[i] * (double)unit[i];
  }
  expect(worst <= 0.1251, "row_quantize", CPULevelPortable, dimensions, "an error of more than 1/8 of a step");
  expect(fabs(squares - 1) < 1e-5, "row_dequantize", CPULevelPortable, dimensions, "not of unit length");
}

/* Vectors that have no components or no direction. */
static void check_quantize_special(uint32_t dimensions) {
  float *vector = random_floats(dimensions), scale = -1;
  int8_t *quantized = take_odd(dimensions);
  uint8_t *residuals = take_odd(row_residual_bytes(dimensions));
  const float not_finite[] = {INFINITY, -INFINITY, NAN};
  for (size_t i = 0; i < COUNT_OF(not_finite); i++) {
    vector[dimensions - 1 - i] = not_finite[i];
    bool done = row_quantize(vector, dimensions, quantized, residuals, &scale);
    bool untouched = quantized[0] == (int8_t)0xA5 && residuals[0] == 0xA5 && scale == -1;
    expect(!done && untouched, "row_quantize", CPULevelPortable, dimensions, "took or wrote what is not finite");
    vector[dimensions - 1 - i] = 0;
  }
  memset(vector, 0, dimensions * sizeof(float));
  bool done = row_quantize(vector, dimensions, quantized, residuals, &scale);
  bool zero = row_is_zero(quantized, dimensions) && row_is_zero(residuals, row_residual_bytes(dimensions));
  expect(done && zero && scale == 0, "row_quantize", CPULevelPortable, dimensions, "a zero vector is not all zeros");
}

static void check_quantize(void) {
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    uint32_t dimensions = all_dimensions[n];
    const float sizes[] = {1, FLT_MAX, FLT_MIN, 0x1p-140f};
    for (size_t s = 0; s < COUNT_OF(sizes); s++) {
      float *vector = random_floats(dimensions);
      for (uint32_t i = 0; i < dimensions; i++) vector[i] *= sizes[s];
      check_quantize_one(vector, dimensions);
    }
    /* Values at, and just beside, the bounds between two steps and two quarters. */
    float *vector = take(dimensions * sizeof(float));
    for (uint32_t i = 0; i < dimensions; i++) {
      vector[i] = (float)((int32_t)random_below(127 * 8 * 2 + 1) - 127 * 8) / 8;
      if (fabsf(vector[i]) < 127) vector[i] = nextafterf(vector[i], (float)((int32_t)random_below(3) - 1) * 127);
    }
    vector[0] = 127;
    check_quantize_one(vector, dimensions);
    check_quantize_special(dimensions);
    release();
  }
}

static void check_query_make(void) {
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    uint32_t dimensions = all_dimensions[n];
    float *vector = random_floats(dimensions);
    RowQuery query = query_of(vector, dimensions);
    double largest = 0, worst = 0, squares = 0;
    int64_t sum = 0;
    for (uint32_t i = 0; i < dimensions; i++) largest = fmax(largest, fabs((double)vector[i]));
    for (uint32_t i = 0; i < dimensions; i++) {
      double component = (double)query_component(&query, i);
      worst = fmax(worst, fabs((double)vector[i] / largest * (127 << query.shift) - component));
      squares += component * component;
      sum += query_component(&query, i);
    }
    bool padded = true;
    for (uint32_t i = dimensions; i < (dimensions + 63) / 64 * 64; i++)
      padded &= query.high[i] == 0 && query.low[i] == 0;
    expect(worst <= 0.5 + 1e-6, "row_query_make", CPULevelPortable, dimensions, "an error of more than 1/2");
    expect(padded, "row_query_make", CPULevelPortable, dimensions, "the padding is not zero");
    expect(query.sum == sum && query.bias == (uint32_t)(128 * sum) && fabs(query.factor * sqrt(squares) - 1) < 1e-6,
           "row_query_make", CPULevelPortable, dimensions, "the sum, the bias or the factor is wrong");
    release();
  }
}

/* Dot products. */

/* Compares row_dot and row_dot_gather at every level with sums of 64 bits. */
static void check_dot_of(const int8_t *rows, uint32_t count, const RowQuery *query) {
  uint32_t dimensions = query->dimensions;
  int32_t *expected = take(count * sizeof(int32_t)), *found = take(count * sizeof(int32_t));
  uint32_t *numbers = take(count * sizeof(uint32_t));
  int32_t *gathered = take(count * sizeof(int32_t));
  bool fits = true;
  for (uint32_t r = 0; r < count; r++) {
    int64_t product = 0;
    for (uint32_t i = 0; i < dimensions; i++) product += rows[(size_t)r * dimensions + i] * query_component(query, i);
    expected[r] = (int32_t)product;
    numbers[r] = random_below(count);
    fits &= product == expected[r];
  }
  expect(fits, "row_dot", CPULevelPortable, dimensions, "a product does not fit 32 bits");
  for (uint32_t r = 0; r < count; r++) gathered[r] = expected[numbers[r]];
  for (size_t l = 0; l < level_count; l++) {
    row_dot(levels[l], rows, count, query, found);
    expect(equal(found, expected, count * sizeof(int32_t)), "row_dot", levels[l], dimensions, "differs");
    row_dot_gather(levels[l], rows, numbers, count, query, found);
    expect(equal(found, gathered, count * sizeof(int32_t)), "row_dot_gather", levels[l], dimensions, "differs");
  }
}

static void check_dot(void) {
  static const uint32_t counts[] = {1, 2, 3, 4, 5, 63, 64, 67, 300};
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    uint32_t dimensions = all_dimensions[n];
    for (size_t c = 0; c < COUNT_OF(counts); c++) {
      RowQuery query = query_of(random_floats(dimensions), dimensions);
      check_dot_of(random_components((size_t)counts[c] * dimensions), counts[c], &query);
      release();
    }
    for (int positive = 0; positive < 2; positive++) {
      /* The same signs as the query, the opposite ones, and the -128 that only a damaged row holds. */
      RowQuery query = extreme_query(dimensions, positive != 0);
      int8_t *rows = take_odd((size_t)4 * dimensions);
      for (uint32_t i = 0; i < dimensions; i++) {
        int8_t same = query_component(&query, i) > 0 ? 127 : -127;
        rows[i] = same;
        rows[dimensions + i] = (int8_t)-same;
        rows[2 * dimensions + i] = same > 0 ? -128 : 127;
        rows[3 * dimensions + i] = -128;
      }
      check_dot_of(rows, 4, &query);
      release();
    }
  }
}

static void check_residual_dot_of(const uint8_t *residuals, uint32_t count, const RowQuery *query) {
  uint32_t dimensions = query->dimensions, bytes = row_residual_bytes(dimensions);
  int32_t *expected = take(count * sizeof(int32_t)), *found = take(count * sizeof(int32_t));
  uint32_t *numbers = take(count * sizeof(uint32_t));
  bool fits = true;
  for (uint32_t r = 0; r < count; r++) {
    numbers[r] = random_below(count);
    const uint8_t *its = residuals + (size_t)numbers[r] * bytes;
    int64_t product = 0;
    for (uint32_t i = 0; i < dimensions; i++)
      product += query_component(query, i) * (2 * (its[i / 64 * 16 + i % 16] >> (i % 64 / 16 * 2) & 3) - 3);
    expected[r] = (int32_t)product;
    fits &= product == expected[r];
  }
  expect(fits, "row_residual_dot", CPULevelPortable, dimensions, "a product does not fit 32 bits");
  for (size_t l = 0; l < level_count; l++) {
    row_residual_dot(levels[l], residuals, numbers, count, query, found);
    expect(equal(found, expected, count * sizeof(int32_t)), "row_residual_dot", levels[l], dimensions, "differs");
  }
}

static void check_residual_dot(void) {
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    uint32_t dimensions = all_dimensions[n];
    size_t bytes = (size_t)37 * row_residual_bytes(dimensions);
    uint8_t *residuals = take_odd(bytes);
    fill_bytes(residuals, bytes);
    RowQuery query = query_of(random_floats(dimensions), dimensions);
    check_residual_dot_of(residuals, 37, &query);
    for (int positive = 0; positive < 2; positive++) {
      query = extreme_query(dimensions, positive != 0);
      for (int fill = 0; fill < 256; fill += 255) {
        memset(residuals, fill, bytes);
        check_residual_dot_of(residuals, 37, &query);
      }
    }
    release();
  }
}

static void check_block_search(void) {
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    uint32_t dimensions = all_dimensions[n];
    RowSegment segment = random_segment(dimensions, 2 * ROW_BLOCK_ROWS);
    RowQuery query = query_of(random_floats(dimensions), dimensions);
    const uint64_t masks[] = {0, 1ull << 63, ~0ull, random_word(), random_word() & random_word() & random_word()};
    for (size_t m = 0; m < COUNT_OF(masks); m++) {
      for (size_t l = 0; l < level_count; l++) {
        float expected[ROW_BLOCK_ROWS] = {0}, found[ROW_BLOCK_ROWS] = {0};
        int32_t products[ROW_BLOCK_ROWS] = {0}, its_products[ROW_BLOCK_ROWS] = {0};
        uint64_t wanted = row_block_search(CPULevelPortable, &segment, 1, masks[m], &query, 0.1f, expected, products);
        uint64_t survivors = row_block_search(levels[l], &segment, 1, masks[m], &query, 0.1f, found, its_products);
        bool same = equal(found, expected, sizeof found) && equal(its_products, products, sizeof products);
        expect(survivors == wanted && same, "row_block_search", levels[l], dimensions, "differs");
        expect((survivors & ~masks[m]) == 0, "row_block_search", levels[l], dimensions, "finds rows not asked for");
      }
    }
    release();
  }
}

static void check_bytes(void) {
  for (uint32_t length = 0; length < 200; length++) {
    uint8_t *bytes = take_odd(length);
    fill_bytes(bytes, length);
    uint64_t bits = 0;
    for (uint32_t i = 0; i < length * 8; i++) bits += bytes[i / 8] >> (i % 8) & 1;
    expect(row_count_bits(bytes, length) == bits, "row_count_bits", CPULevelPortable, length, "differs");
    memset(bytes, 0, length);
    bool right = row_is_zero(bytes, length);
    for (uint32_t i = 0; i < length; i++) {
      bytes[i] = 16;
      right &= !row_is_zero(bytes, length);
      bytes[i] = 0;
    }
    expect(right, "row_is_zero", CPULevelPortable, length, "differs");
    release();
  }
}

static int descending_floats(const void *a, const void *b) {
  float left = *(const float *)a, right = *(const float *)b;
  return (left < right) - (left > right);
}

static void check_largest(void) {
  for (uint32_t count = 0; count < 300; count += count < 10 ? 1 : 29) {
    for (int kind = 0; kind < 4; kind++) {
      /* Any values, few different ones, ascending ones, descending ones. */
      float *values = random_floats(count), *sorted = take(count * sizeof(float)), *copy = take(count * sizeof(float));
      for (uint32_t i = 0; i < count && kind == 1; i++) values[i] = (float)random_below(3);
      for (uint32_t i = 0; i < count && kind > 1; i++) values[i] = kind == 2 ? (float)i : -(float)i;
      memcpy(sorted, values, count * sizeof(float));
      qsort(sorted, count, sizeof(float), descending_floats);
      bool right = row_largest(values, count, 0) == -INFINITY && row_largest(values, count, count) == -INFINITY;
      for (uint32_t want = 1; want < count; want++) {
        memcpy(copy, values, count * sizeof(float));
        right &= row_largest(copy, count, want) == sorted[want - 1];
      }
      expect(right, "row_largest", CPULevelPortable, count, "differs");
      release();
    }
  }
}

static void check_lengths(void) {
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    uint32_t dimensions = all_dimensions[n];
    float *vector = random_floats(dimensions);
    int8_t *components = random_components(dimensions);
    double squares = 0, whole_squares = 0;
    for (uint32_t i = 0; i < dimensions; i++) {
      squares += (double)vector[i] * (double)vector[i];
      whole_squares += (double)components[i] * components[i];
    }
    expect(row_length(vector, dimensions) == (float)sqrt(squares), "row_length", CPULevelPortable, dimensions,
           "differs");
    double length = sqrt(whole_squares), found = (double)row_length_int8(components, dimensions);
    expect(fabs(found - length) <= length * 1e-6, "row_length_int8", CPULevelPortable, dimensions, "differs");
    memset(components, -128, dimensions);
    found = (double)row_length_int8(components, dimensions);
    expect(fabs(found - 128 * sqrt(dimensions)) <= found * 1e-6, "row_length_int8", CPULevelPortable, dimensions,
           "the largest length differs");
    release();
  }
}

/* Product quantization: tables and codes. */

static PQCodebook random_codebook(uint32_t subquantizers, uint32_t width) {
  float *centroids = random_floats((size_t)subquantizers * width * PQ_CENTROIDS);
  return (PQCodebook){.centroids = centroids, .subquantizers = subquantizers, .width = width};
}

static void check_table_quantize(const float *products, uint32_t subquantizers, float widest, uint32_t dimensions) {
  uint8_t *table = take((size_t)subquantizers * PQ_CENTROIDS);
  float scale = PQ_TABLE_LIMIT / widest, lowest_sum = 0;
  float bias = pq_table_quantize(products, subquantizers, scale, table);
  bool within = true;
  for (uint32_t m = 0; m < subquantizers; m++) {
    const float *its = products + m * PQ_CENTROIDS;
    float lowest = its[0];
    for (uint32_t c = 0; c < PQ_CENTROIDS; c++) lowest = fminf(lowest, its[c]);
    for (uint32_t c = 0; c < PQ_CENTROIDS; c++) {
      uint8_t entry = table[m * PQ_CENTROIDS + c];
      within &= entry <= PQ_TABLE_LIMIT && fabsf((its[c] - lowest) * scale - entry) <= 0.501f;
    }
    lowest_sum += lowest;
  }
  expect(within, "pq_table_quantize", CPULevelPortable, dimensions, "an entry is wrong");
  expect(bias == lowest_sum, "pq_table_quantize", CPULevelPortable, dimensions, "the sum of the smallest is wrong");
}

static void check_table_products(void) {
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    for (uint32_t width = 4; width <= 8; width += 4) {
      uint32_t dimensions = all_dimensions[n], subquantizers = dimensions / width;
      PQCodebook codebook = random_codebook(subquantizers, width);
      float *query = random_floats(dimensions);
      size_t entries = (size_t)subquantizers * PQ_CENTROIDS;
      float *expected = take(entries * sizeof(float)), *found = take(entries * sizeof(float));
      float widest = pq_table_products(CPULevelPortable, &codebook, query, expected);
      for (size_t l = 0; l < level_count; l++) {
        float its_widest = pq_table_products(levels[l], &codebook, query, found);
        expect(equal(&its_widest, &widest, sizeof widest) && equal(found, expected, entries * sizeof(float)),
               "pq_table_products", levels[l], dimensions, "differs");
      }
      check_table_quantize(expected, subquantizers, widest, dimensions);
      release();
    }
  }
}

/* Whether every code names a centroid that no other is nearer than, but for rounding. */
static bool codes_are_nearest(const PQCodebook *codebook, const float *vectors, size_t count, const uint8_t *sketches) {
  uint32_t width = codebook->width, subquantizers = codebook->subquantizers;
  for (size_t place = 0; place < count * subquantizers; place++) {
    const float *centroids = codebook->centroids + place % subquantizers * width * PQ_CENTROIDS;
    uint32_t code = sketches[place / 2] >> (place % 2 * 4) & 15;
    double distances[PQ_CENTROIDS] = {0};
    for (uint32_t i = 0; i < width; i++)
      for (uint32_t c = 0; c < PQ_CENTROIDS; c++)
        distances[c] += pow((double)vectors[place * width + i] - (double)centroids[i * PQ_CENTROIDS + c], 2);
    for (uint32_t c = 0; c < PQ_CENTROIDS; c++)
      if (distances[c] < distances[code] - 1e-5) return false;
  }
  return true;
}

static void check_encode(void) {
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    for (uint32_t width = 4; width <= 8; width += 4) {
      const size_t count = 5;
      uint32_t dimensions = all_dimensions[n], subquantizers = dimensions / width;
      PQCodebook codebook = random_codebook(subquantizers, width);
      float *vectors = random_floats(count * dimensions);
      size_t bytes = count * subquantizers / 2;
      uint8_t *expected = take(bytes), *found = take(bytes);
      double errors = pq_encode(CPULevelPortable, &codebook, vectors, count, expected);
      expect(codes_are_nearest(&codebook, vectors, count, expected), "pq_encode", CPULevelPortable, dimensions,
             "a nearer centroid is left");
      for (size_t l = 0; l < level_count; l++) {
        double its_errors = pq_encode(levels[l], &codebook, vectors, count, found);
        expect(equal(&its_errors, &errors, sizeof errors) && equal(found, expected, bytes), "pq_encode", levels[l],
               dimensions, "differs");
      }
      release();
    }
  }
}

/* All centroids alike: the first is named. */
static void check_encode_ties(void) {
  for (size_t l = 0; l < level_count; l++) {
    PQCodebook codebook = random_codebook(8, 4);
    memset((float *)codebook.centroids, 0, 8 * 4 * PQ_CENTROIDS * sizeof(float));
    uint8_t sketch[4];
    pq_encode(levels[l], &codebook, random_floats(32), 1, sketch);
    expect(row_is_zero(sketch, sizeof sketch), "pq_encode", levels[l], 32, "of equal centroids not the first");
    release();
  }
}

/* Product quantization: scans. */

static const uint32_t all_subquantizers[] = {4, 8, 12, 20, 96, 192, 384, PQ_SUBQUANTIZER_LIMIT};

/* Vectors, their sketches in blocks and one after the other, and a table. */
typedef struct ScanCase {
  uint32_t subquantizers, count;
  uint8_t *sketches, *codes, *table;
  uint32_t *rows; /* slot s holds the sketch of row rows[s] */
  uint64_t *words;
} ScanCase;

static ScanCase random_scan_case(uint32_t subquantizers, uint32_t count, bool largest) {
  uint32_t lines = subquantizers / 2, blocks = (count + PQ_BLOCK_ROWS - 1) / PQ_BLOCK_ROWS;
  ScanCase scan = {.subquantizers = subquantizers, .count = count};
  scan.sketches = take_odd((size_t)count * lines);
  scan.codes = take_odd((size_t)blocks * lines * PQ_BLOCK_ROWS);
  scan.table = take_odd((size_t)subquantizers * PQ_CENTROIDS);
  scan.rows = take(count * sizeof(uint32_t));
  scan.words = take(blocks * sizeof(uint64_t));
  fill_bytes(scan.sketches, (size_t)count * lines);
  for (uint32_t i = 0; i < subquantizers * PQ_CENTROIDS; i++)
    scan.table[i] = (uint8_t)(largest ? PQ_TABLE_LIMIT : random_below(PQ_TABLE_LIMIT + 1));
  for (uint32_t i = 0; i < count; i++) scan.rows[i] = i;
  for (uint32_t i = count; i > 1; i--) {
    uint32_t other = random_below(i), row = scan.rows[i - 1];
    scan.rows[i - 1] = scan.rows[other];
    scan.rows[other] = row;
  }
  for (uint32_t b = 0; b < blocks; b++) {
    uint32_t present = count - b * PQ_BLOCK_ROWS < PQ_BLOCK_ROWS ? count - b * PQ_BLOCK_ROWS : PQ_BLOCK_ROWS;
    pq_pack_block(scan.sketches, subquantizers, scan.rows + b * PQ_BLOCK_ROWS, present,
                  scan.codes + (size_t)b * lines * PQ_BLOCK_ROWS);
    /* A full word, an empty one, a few bits, half of the bits; none beyond the last row. */
    const uint64_t kinds[] = {~0ull, 0, random_word() & random_word() & random_word(), random_word()};
    scan.words[b] = kinds[b % 4] & (~0ull >> (PQ_BLOCK_ROWS - present));
  }
  return scan;
}

/* The score of a row, from its sketch. */
static uint32_t score_of(const ScanCase *scan, uint32_t row) {
  uint32_t score = 0;
  for (uint32_t m = 0; m < scan->subquantizers; m++) {
    uint8_t byte = scan->sketches[(size_t)row * (scan->subquantizers / 2) + m / 2];
    score += scan->table[m * PQ_CENTROIDS + (byte >> (m % 2 * 4) & 15)];
  }
  return score;
}

/* The kernels under pq_scan by themselves: a wrong sum would be a wrong place in its histogram. */
static void check_block_sums(void) {
  for (size_t n = 0; n < COUNT_OF(all_subquantizers); n++) {
    uint32_t subquantizers = all_subquantizers[n], most = subquantizers * PQ_TABLE_LIMIT;
    for (int largest = 0; largest < 2; largest++) {
      ScanCase scan = random_scan_case(subquantizers, PQ_BLOCK_ROWS, largest != 0);
      const uint32_t thresholds[] = {0, 1, most / 2, most / 2 + 1, most, most + 1};
      for (size_t t = 0; t < COUNT_OF(thresholds); t++) {
        uint64_t expected = 0;
        uint16_t sums[PQ_BLOCK_ROWS];
        for (uint32_t v = 0; v < PQ_BLOCK_ROWS; v++) {
          sums[v] = (uint16_t)score_of(&scan, scan.rows[v]);
          expected |= (uint64_t)(sums[v] >= thresholds[t]) << v;
        }
        for (size_t l = 0; l < level_count; l++) {
          uint16_t found_sums[PQ_BLOCK_ROWS];
          uint64_t found = pq_block_kernel(levels[l])(scan.codes, subquantizers / 2, scan.table, thresholds[t],
                                                      found_sums);
          expect(found == expected && (found == 0 || equal(found_sums, sums, sizeof sums)), "the kernel of pq_scan",
                 levels[l], subquantizers, "differs");
        }
      }
      release();
    }
  }
}

static PQCandidates empty_candidates(uint32_t want, uint32_t largest) {
  PQCandidates candidates = {.capacity = want + 256};
  candidates.items = take(candidates.capacity * sizeof(uint64_t));
  candidates.scores = take(candidates.capacity * sizeof(uint16_t));
  candidates.histogram = take(PQ_HISTOGRAM_BINS * sizeof(uint32_t));
  pq_candidates_begin(&candidates, want, largest);
  return candidates;
}

static bool same_candidates(const PQCandidates *a, const PQCandidates *b) {
  return a->count == b->count && a->threshold == b->threshold && a->count <= a->capacity &&
         equal(a->items, b->items, a->count * sizeof(uint64_t)) &&
         equal(a->scores, b->scores, a->count * sizeof(uint16_t)) &&
         equal(a->histogram, b->histogram, PQ_HISTOGRAM_BINS * sizeof(uint32_t));
}

static int descending(const void *a, const void *b) {
  uint16_t left = *(const uint16_t *)a, right = *(const uint16_t *)b;
  return (left < right) - (left > right);
}

/* Whether the candidates hold each row at most once, with its score, and the `want` best of `rows` but for differences
 * within a bin of the histogram. */
static bool candidates_are_best(const PQCandidates *candidates, const ScanCase *scan, uint64_t tag, uint32_t offset,
                                const uint32_t *rows, uint32_t count) {
  uint16_t *kept = take(candidates->count * sizeof(uint16_t)), *scores = take(count * sizeof(uint16_t));
  uint8_t *seen = take(scan->count);
  memset(seen, 0, scan->count);
  for (uint32_t i = 0; i < count; i++) {
    scores[i] = (uint16_t)(score_of(scan, rows[i]) + offset);
    seen[rows[i]] = 1;
  }
  for (uint32_t i = 0; i < candidates->count; i++) {
    uint32_t row = (uint32_t)candidates->items[i];
    if (candidates->items[i] - row != tag || row >= scan->count || seen[row] == 0) return false;
    if (candidates->scores[i] != score_of(scan, row) + offset) return false;
    seen[row] = 0;
    kept[i] = candidates->scores[i];
  }
  uint32_t best = candidates->want < count ? candidates->want : count;
  if (candidates->count < best) return false;
  qsort(kept, candidates->count, sizeof(uint16_t), descending);
  qsort(scores, count, sizeof(uint16_t), descending);
  for (uint32_t i = 0; i < best; i++)
    if (kept[i] >> candidates->shift != scores[i] >> candidates->shift) return false;
  return true;
}

/* Scans slots first..<end at every level. */
static void check_scan_of(const ScanCase *scan, const uint64_t *allowed, uint32_t first, uint32_t end, uint32_t want,
                          uint32_t offset) {
  const uint64_t tag = 3ull << 40;
  uint32_t largest = scan->subquantizers * PQ_TABLE_LIMIT + offset, count = 0;
  PQSource source = {.codes = scan->codes, .rows = scan->rows, .allowed = allowed, .tag = tag, .offset = offset};
  uint32_t *rows = take(scan->count * sizeof(uint32_t));
  for (uint32_t s = first; s < end; s++) {
    uint32_t row = scan->rows[s];
    if (allowed == NULL || allowed[row / 64] >> (row % 64) & 1) rows[count++] = row;
  }
  PQCandidates expected = empty_candidates(want, largest);
  pq_scan(CPULevelPortable, &source, scan->subquantizers, scan->table, first, end, &expected);
  expect(candidates_are_best(&expected, scan, tag, offset, rows, count), "pq_scan", CPULevelPortable,
         scan->subquantizers, "not the best candidates");
  for (size_t l = 0; l < level_count; l++) {
    PQCandidates found = empty_candidates(want, largest);
    pq_scan(levels[l], &source, scan->subquantizers, scan->table, first, end, &found);
    expect(same_candidates(&found, &expected), "pq_scan", levels[l], scan->subquantizers, "differs");
  }
  pq_candidates_prune(&expected);
  expect(candidates_are_best(&expected, scan, tag, offset, rows, count), "pq_candidates_prune", CPULevelPortable,
         scan->subquantizers, "not the best candidates");
}

static void check_scan(void) {
  for (size_t n = 0; n < COUNT_OF(all_subquantizers); n++) {
    uint32_t subquantizers = all_subquantizers[n];
    /* The largest scores of the longest codes leave room for an offset of 15. */
    uint32_t offset = subquantizers == PQ_SUBQUANTIZER_LIMIT ? 15 : 100;
    for (int largest = 0; largest < 2; largest++) {
      for (uint32_t want = 1; want <= 400; want = want * 8 + 5) {
        ScanCase scan = random_scan_case(subquantizers, 1003, largest != 0);
        uint64_t *allowed = take(16 * sizeof(uint64_t));
        for (int i = 0; i < 16; i++) allowed[i] = random_word();
        uint32_t first = random_below(500), end = first + random_below(1003 - first + 1);
        check_scan_of(&scan, NULL, 0, 1003, want, 0);
        check_scan_of(&scan, NULL, first, end, want, offset);
        check_scan_of(&scan, allowed, 0, 1003, want, offset);
        check_scan_of(&scan, allowed, first, end, want, 0);
        check_scan_of(&scan, NULL, 70, 71, want, offset);
        check_scan_of(&scan, NULL, 64, 128, want, 0);
        check_scan_of(&scan, NULL, 9, 9, want, 0);
        release();
      }
    }
  }
}

static void check_scan_rows(void) {
  const uint64_t tag = 9ull << 33;
  for (size_t n = 0; n < COUNT_OF(all_subquantizers); n++) {
    for (uint32_t first = 0; first < 12; first += 3) {
      uint32_t subquantizers = all_subquantizers[n], offset = 15, want = 40, blocks = 16, count = 0;
      uint32_t largest = subquantizers * PQ_TABLE_LIMIT + offset;
      ScanCase scan = random_scan_case(subquantizers, 1003, first == 3);
      uint32_t *rows = take(scan.count * sizeof(uint32_t));
      for (uint32_t r = first * 64; r < scan.count; r++)
        if (scan.words[r / 64] >> (r % 64) & 1) rows[count++] = r;
      PQCandidates expected = empty_candidates(want, largest);
      pq_scan_rows(CPULevelPortable, scan.sketches, subquantizers, scan.table, scan.words + first, first,
                   blocks - first, tag, offset, &expected);
      expect(candidates_are_best(&expected, &scan, tag, offset, rows, count), "pq_scan_rows", CPULevelPortable,
             subquantizers, "not the best candidates");
      for (size_t l = 0; l < level_count; l++) {
        PQCandidates found = empty_candidates(want, largest);
        pq_scan_rows(levels[l], scan.sketches, subquantizers, scan.table, scan.words + first, first, blocks - first,
                     tag, offset, &found);
        expect(same_candidates(&found, &expected), "pq_scan_rows", levels[l], subquantizers, "differs");
      }
      release();
    }
  }
}

static void check_clear_slot(void) {
  for (size_t n = 0; n < COUNT_OF(all_subquantizers); n++) {
    uint32_t subquantizers = all_subquantizers[n], lines = subquantizers / 2;
    uint8_t *sketches = take((size_t)PQ_BLOCK_ROWS * lines), *block = take((size_t)PQ_BLOCK_ROWS * lines);
    uint8_t *expected = take((size_t)PQ_BLOCK_ROWS * lines);
    uint32_t order[PQ_BLOCK_ROWS];
    for (uint32_t v = 0; v < PQ_BLOCK_ROWS; v++) order[v] = v;
    fill_bytes(sketches, (size_t)PQ_BLOCK_ROWS * lines);
    for (uint32_t v = 0; v < PQ_BLOCK_ROWS; v += 21) {
      pq_pack_block(sketches, subquantizers, order, PQ_BLOCK_ROWS, block);
      pq_clear_slot(block, subquantizers, v);
      memset(sketches + (size_t)v * lines, 0, lines);
      pq_pack_block(sketches, subquantizers, order, PQ_BLOCK_ROWS, expected);
      expect(equal(block, expected, (size_t)PQ_BLOCK_ROWS * lines), "pq_clear_slot", CPULevelPortable, subquantizers,
             "more or less than the slot is cleared");
    }
    release();
  }
}

/* Nearest centroids. */

typedef struct CentroidCase {
  uint32_t dimensions, count;
  int8_t *centroids;
  float *scales;
  int32_t *sums;
} CentroidCase;

static CentroidCase centroid_case(uint32_t dimensions, uint32_t count) {
  CentroidCase its = {.dimensions = dimensions, .count = count};
  its.centroids = random_components((size_t)count * dimensions);
  its.scales = take(count * sizeof(float));
  its.sums = take(count * sizeof(int32_t));
  for (uint32_t j = 0; j < count; j++) its.scales[j] = 0.001f + fabsf(random_float()) * 0.01f;
  return its;
}

static void add_up(CentroidCase *its) {
  for (uint32_t j = 0; j < its->count; j++) {
    its->sums[j] = 0;
    for (uint32_t i = 0; i < its->dimensions; i++) its->sums[j] += its->centroids[(size_t)j * its->dimensions + i];
  }
}

/* The product, its integer part exact. */
static float product_of(const CentroidCase *its, const int8_t *row, uint32_t j) {
  int64_t product = 0;
  for (uint32_t i = 0; i < its->dimensions; i++) product += row[i] * its->centroids[(size_t)j * its->dimensions + i];
  return (float)product * its->scales[j];
}

static void check_nearest_of(const CentroidCase *its, const int8_t *rows, uint32_t count) {
  uint32_t dimensions = its->dimensions, centroids = its->count;
  uint32_t *expected = take(count * sizeof(uint32_t)), *found = take(count * sizeof(uint32_t));
  float *best = take(count * sizeof(float)), *products = take(count * sizeof(float));
  float *all = take(centroids * sizeof(float)), *all_found = take(centroids * sizeof(float));
  for (uint32_t r = 0; r < count; r++) {
    const int8_t *row = rows + (size_t)r * dimensions;
    expected[r] = 0;
    best[r] = -INFINITY;
    for (uint32_t j = 0; j < centroids; j++) {
      all[j] = product_of(its, row, j);
      if (all[j] > best[r]) expected[r] = j;
      best[r] = all[j] > best[r] ? all[j] : best[r];
    }
    for (size_t l = 0; l < level_count; l++) {
      pq_centroid_products(levels[l], row, dimensions, its->centroids, its->scales, its->sums, centroids, all_found);
      expect(equal(all_found, all, centroids * sizeof(float)), "pq_centroid_products", levels[l], dimensions,
             "differs");
    }
  }
  for (size_t l = 0; l < level_count; l++) {
    pq_nearest(levels[l], rows, count, dimensions, its->centroids, its->scales, its->sums, centroids, found, products);
    expect(equal(found, expected, count * sizeof(uint32_t)) && equal(products, best, count * sizeof(float)),
           "pq_nearest", levels[l], dimensions, "differs");
    memset(found, 0xA5, count * sizeof(uint32_t));
    pq_nearest(levels[l], rows, count, dimensions, its->centroids, its->scales, its->sums, centroids, found, NULL);
    expect(equal(found, expected, count * sizeof(uint32_t)), "pq_nearest", levels[l], dimensions,
           "differs without products");
  }
}

static void check_nearest(void) {
  static const uint32_t counts[] = {1, 3, 4, 5, 64, 67}, rows[] = {1, 2, 3, 4, 5, 9};
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    uint32_t dimensions = all_dimensions[n];
    for (size_t c = 0; c < COUNT_OF(counts); c++) {
      CentroidCase its = centroid_case(dimensions, counts[c]);
      add_up(&its);
      check_nearest_of(&its, random_components((size_t)rows[c] * dimensions), rows[c]);
      /* Every centroid three times over, so that products are equal within and across groups of four. */
      for (uint32_t j = 0; j < its.count; j++) {
        uint32_t from = j % (its.count / 3 + 1);
        memmove(its.centroids + (size_t)j * dimensions, its.centroids + (size_t)from * dimensions, dimensions);
        its.scales[j] = its.scales[from];
      }
      add_up(&its);
      check_nearest_of(&its, random_components((size_t)rows[c] * dimensions), rows[c]);
      release();
    }
  }
}

static void check_nearest_extremes(void) {
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    uint32_t dimensions = all_dimensions[n];
    static const int8_t extremes[] = {127, -127, -128};
    CentroidCase its = centroid_case(dimensions, 7);
    int8_t *rows = take_odd((size_t)5 * dimensions);
    for (size_t i = 0; i < dimensions; i++) {
      for (size_t j = 0; j < 7; j++)
        its.centroids[j * dimensions + i] = j < 3 ? extremes[j] : extremes[random_below(3)];
      for (size_t r = 0; r < 5; r++) rows[r * dimensions + i] = r < 3 ? extremes[r] : extremes[random_below(3)];
    }
    add_up(&its);
    check_nearest_of(&its, rows, 5);
    release();
  }
}

/* Training. */

/* The list that pq_assign promises: the best one, first on ties, among those of the `probes` best groups that
 * have lists. */
static uint32_t assigned_reference(const CentroidCase *groups, const CentroidCase *its, const uint32_t *group_lists,
                                   uint32_t probes, const int8_t *row) {
  bool probed[64] = {false};
  for (uint32_t probe = 0; probe < probes; probe++) {
    uint32_t best = UINT32_MAX;
    for (uint32_t g = 0; g < groups->count; g++)
      if (!probed[g] && group_lists[g] < group_lists[g + 1] &&
          (best == UINT32_MAX || product_of(groups, row, g) > product_of(groups, row, best)))
        best = g;
    if (best != UINT32_MAX) probed[best] = true;
  }
  uint32_t place = UINT32_MAX;
  for (uint32_t g = 0; g < groups->count; g++)
    for (uint32_t j = group_lists[g]; probed[g] && j < group_lists[g + 1]; j++)
      if (place == UINT32_MAX || product_of(its, row, j) > product_of(its, row, place)) place = j;
  return place;
}

static void check_assign(void) {
  for (size_t n = 0; n < COUNT_OF(all_dimensions) && all_dimensions[n] <= 416; n++) {
    /* A group of more lists than pq_assign takes at a time, and one of none, beside small ones. */
    static const uint32_t group_lists[] = {0, 3, 303, 303, 304, 312, 329};
    const uint32_t group_count = COUNT_OF(group_lists) - 1, rows = 7;
    uint32_t dimensions = all_dimensions[n];
    CentroidCase groups = centroid_case(dimensions, group_count);
    CentroidCase its = centroid_case(dimensions, group_lists[group_count]);
    memcpy(its.centroids + (size_t)300 * dimensions, its.centroids, (size_t)3 * dimensions);
    memcpy(its.scales + 300, its.scales, 3 * sizeof(float));
    add_up(&groups);
    add_up(&its);
    PQLists lists = {groups.centroids, groups.scales, groups.sums, group_lists, group_count,
                     its.centroids,    its.scales,    its.sums};
    int8_t *vectors = random_components((size_t)rows * dimensions);
    /* The last row is nearest to lists that are alike, one in group 0 and one in group 1. */
    memcpy(vectors + (size_t)(rows - 1) * dimensions, its.centroids + dimensions, dimensions);
    for (uint32_t probes = 1; probes <= group_count; probes++) {
      uint32_t expected[7], found[7];
      for (uint32_t r = 0; r < rows; r++)
        expected[r] = assigned_reference(&groups, &its, group_lists, probes, vectors + (size_t)r * dimensions);
      for (size_t l = 0; l < level_count; l++) {
        pq_assign(levels[l], vectors, rows, dimensions, &lists, probes, found);
        expect(equal(found, expected, sizeof found), "pq_assign", levels[l], dimensions, "differs");
      }
    }
    release();
  }
}

static void check_accumulate(void) {
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    uint32_t dimensions = all_dimensions[n], assigned[9], counts[3] = {1, 2, 3}, expected_counts[3] = {1, 2, 3};
    int8_t *rows = random_components((size_t)9 * dimensions);
    float *scales = random_floats(9), *sums = random_floats((size_t)3 * dimensions);
    float *expected = take((size_t)3 * dimensions * sizeof(float));
    memcpy(expected, sums, (size_t)3 * dimensions * sizeof(float));
    for (uint32_t r = 0; r < 9; r++) {
      assigned[r] = random_below(3);
      expected_counts[assigned[r]]++;
      for (uint32_t i = 0; i < dimensions; i++)
        expected[assigned[r] * dimensions + i] += (float)rows[r * dimensions + i] * scales[r];
    }
    pq_accumulate(rows, scales, 9, dimensions, assigned, sums, counts);
    bool same = equal(sums, expected, (size_t)3 * dimensions * sizeof(float));
    expect(same && equal(counts, expected_counts, sizeof counts), "pq_accumulate", CPULevelPortable, dimensions,
           "differs");
    release();
  }
}

static void check_codebook_accumulate(void) {
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    const uint32_t width = 4, count = 9;
    uint32_t dimensions = all_dimensions[n], subquantizers = dimensions / width, entries = subquantizers * PQ_CENTROIDS;
    PQCodebook codebook = {.centroids = NULL, .subquantizers = subquantizers, .width = width};
    float *vectors = random_floats((size_t)count * dimensions);
    uint8_t *sketches = take((size_t)count * subquantizers / 2);
    double *sums = take((size_t)entries * width * sizeof(double));
    double *expected = take((size_t)entries * width * sizeof(double));
    uint32_t *counts = take(entries * sizeof(uint32_t)), *expected_counts = take(entries * sizeof(uint32_t));
    fill_bytes(sketches, (size_t)count * subquantizers / 2);
    memset(sums, 0, (size_t)entries * width * sizeof(double));
    memset(expected, 0, (size_t)entries * width * sizeof(double));
    memset(counts, 0, entries * sizeof(uint32_t));
    memset(expected_counts, 0, entries * sizeof(uint32_t));
    for (uint32_t place = 0; place < count * subquantizers; place++) {
      uint32_t m = place % subquantizers, code = sketches[place / 2] >> (place % 2 * 4) & 15;
      expected_counts[m * PQ_CENTROIDS + code]++;
      for (uint32_t i = 0; i < width; i++)
        expected[(m * width + i) * PQ_CENTROIDS + code] += (double)vectors[place * width + i];
    }
    pq_codebook_accumulate(&codebook, vectors, count, sketches, sums, counts);
    expect(equal(sums, expected, (size_t)entries * width * sizeof(double)) &&
               equal(counts, expected_counts, entries * sizeof(uint32_t)),
           "pq_codebook_accumulate", CPULevelPortable, dimensions, "differs");
    release();
  }
}

/* The component that four planes hold. */
static int32_t plane_value(const uint64_t *planes, uint32_t words, uint32_t component) {
  uint32_t bits = 0;
  for (uint32_t plane = 0; plane < SIGN_PLANES; plane++)
    bits |= (uint32_t)(planes[plane * words + component / 64] >> component % 64 & 1) << plane;
  return (int32_t)(bits ^ 8) - 8;
}

static void check_sign_maxima(void) {
  static const uint32_t counts[] = {0, 1, 2, 9, 64};
  for (size_t n = 0; n < COUNT_OF(all_dimensions); n++) {
    uint32_t dimensions = all_dimensions[n], words = SIGN_WORDS(dimensions), bytes = dimensions / 8;
    enum { QUESTIONS = 7 };
    uint64_t *planes = take((size_t)QUESTIONS * SIGN_PLANES * words * sizeof(uint64_t));
    int32_t totals[QUESTIONS];
    for (uint32_t q = 0; q < QUESTIONS; q++) {
      float *vector = random_floats(dimensions);
      uint64_t *its = planes + (size_t)q * SIGN_PLANES * words;
      if (q == 1) memset(vector, 0, dimensions * sizeof(float));
      float scale = sign_prepare(vector, dimensions, its, &totals[q]);
      if (q == 1) {
        expect(scale == 0 && totals[q] == 0, "sign_prepare", CPULevelPortable, dimensions, "a zero vector has a scale");
        continue;
      }
      double squares = 0, dot = 0, sum = 0, total = 0;
      for (uint32_t c = 0; c < dimensions; c++) {
        double value = plane_value(its, words, c), sign = vector[c] < 0 ? -1 : 1;
        squares += (double)vector[c] * vector[c];
        dot += sign * vector[c];
        sum += sign * value;
        total += value;
      }
      expect((double)totals[q] == total, "sign_prepare", CPULevelPortable, dimensions, "the total differs");
      double cosine = dot / sqrt(squares * dimensions);
      expect(fabs(sum * scale - cosine) < 0.05, "sign_prepare", CPULevelPortable, dimensions, "the cosine differs");
    }
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
      uint8_t *tokens = take_odd((size_t)counts[i] * bytes);
      fill_bytes(tokens, (size_t)counts[i] * bytes);
      int32_t expected[QUESTIONS];
      for (uint32_t q = 0; q < QUESTIONS; q++) {
        expected[q] = q == 2 ? INT32_MAX : q == 3 ? 5 : INT32_MIN;
        for (uint32_t t = 0; t < counts[i]; t++) {
          int32_t sum = 0;
          for (uint32_t c = 0; c < dimensions; c++) {
            int32_t value = plane_value(planes + (size_t)q * SIGN_PLANES * words, words, c);
            sum += tokens[t * bytes + c / 8] >> c % 8 & 1 ? value : -value;
          }
          if (sum > expected[q]) expected[q] = sum;
        }
      }
      for (size_t l = 0; l < level_count; l++) {
        int32_t found[QUESTIONS] = {INT32_MIN, INT32_MIN, INT32_MAX, 5, INT32_MIN, INT32_MIN, INT32_MIN};
        sign_maxima(levels[l], planes, totals, QUESTIONS, tokens, counts[i], dimensions, found);
        expect(equal(found, expected, sizeof expected), "sign_maxima", levels[l], dimensions, "differs");
      }
    }
    release();
  }
}

/* In check_postings.c; returns how many comparisons failed. */
unsigned check_postings(void);

int main(void) {
  static void (*const checks[])(void) = {
      check_crc32c, check_block_checksum, check_row_checksums, check_quantize, check_query_make, check_dot,
      check_residual_dot, check_block_search, check_bytes, check_largest, check_lengths, check_table_products,
      check_encode, check_encode_ties, check_block_sums, check_scan, check_scan_rows, check_clear_slot, check_nearest,
      check_nearest_extremes, check_assign, check_accumulate, check_codebook_accumulate, check_sign_maxima,
  };
  setvbuf(stdout, NULL, _IOLBF, 0); /* what is found is printed even where a broken kernel ends in a crash */
  find_levels();
  printf("levels:");
  for (size_t l = 0; l < level_count; l++) printf("%s %s", l == 0 ? "" : ",", cpu_level_name(levels[l]));
  printf("\n");
  for (size_t i = 0; i < COUNT_OF(checks); i++) {
    random_state = i;
    checks[i]();
    release();
  }
  failed += check_postings();
  printf("%u passed, %u failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
