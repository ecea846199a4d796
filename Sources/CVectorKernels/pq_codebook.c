/* Tables of a query, codes of vectors, and blocks of codes.
 *
 * A sub-quantizer's 16 centroids stand side by side, so that loops over them become vector instructions. On AArch64 the
 * portable version is NEON already (four multiplications and four additions a component), which intrinsics would not
 * better. Products and sums are never contracted: results are the same at every level.
 */
#include <math.h>
#include <string.h>

#include "pq_kernels.h"

#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

INLINE float table_products(const PQCodebook *codebook, const float *query, float *products) {
  uint32_t width = codebook->width;
  float widest = 0;
  for (uint32_t m = 0; m < codebook->subquantizers; m++) {
    const float *centroids = codebook->centroids + (size_t)m * width * PQ_CENTROIDS;
    float sums[PQ_CENTROIDS] = {0};
    for (uint32_t i = 0; i < width; i++)
      for (uint32_t c = 0; c < PQ_CENTROIDS; c++) sums[c] += query[m * width + i] * centroids[i * PQ_CENTROIDS + c];
    float lowest = sums[0], highest = sums[0];
    for (uint32_t c = 0; c < PQ_CENTROIDS; c++) {
      products[m * PQ_CENTROIDS + c] = sums[c];
      lowest = sums[c] < lowest ? sums[c] : lowest;
      highest = sums[c] > highest ? sums[c] : highest;
    }
    widest = highest - lowest > widest ? highest - lowest : widest;
  }
  return widest;
}

INLINE double encode(const PQCodebook *codebook, const float *vectors, size_t count, uint8_t *sketches) {
  uint32_t width = codebook->width, subquantizers = codebook->subquantizers;
  double errors = 0;
  for (size_t row = 0; row < count; row++) {
    const float *vector = vectors + row * subquantizers * width;
    uint8_t *sketch = sketches + row * (subquantizers / 2);
    float error = 0;
    for (uint32_t m = 0; m < subquantizers; m++) {
      const float *centroids = codebook->centroids + (size_t)m * width * PQ_CENTROIDS;
      float distances[PQ_CENTROIDS] = {0};
      for (uint32_t i = 0; i < width; i++) {
        for (uint32_t c = 0; c < PQ_CENTROIDS; c++) {
          float difference = vector[m * width + i] - centroids[i * PQ_CENTROIDS + c];
          distances[c] += difference * difference;
        }
      }
      float least = distances[0];
      for (uint32_t c = 1; c < PQ_CENTROIDS; c++) least = distances[c] < least ? distances[c] : least;
      uint32_t best = 0;
      for (uint32_t c = PQ_CENTROIDS; c-- > 0;) best = distances[c] == least ? c : best;
      error += least;
      if (m % 2 == 0) sketch[m / 2] = (uint8_t)best;
      else sketch[m / 2] |= (uint8_t)(best << 4);
    }
    errors += (double)error;
  }
  return errors;
}

#if defined(__x86_64__)
#define TARGET_AVX2 __attribute__((target("avx2")))
#define TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))

TARGET_AVX2 static float products_avx2(const PQCodebook *codebook, const float *query, float *products) {
  return table_products(codebook, query, products);
}
TARGET_AVX512 static float products_avx512(const PQCodebook *codebook, const float *query, float *products) {
  return table_products(codebook, query, products);
}
TARGET_AVX2 static double encode_avx2(const PQCodebook *codebook, const float *vectors, size_t count,
                                      uint8_t *sketches) {
  return encode(codebook, vectors, count, sketches);
}
TARGET_AVX512 static double encode_avx512(const PQCodebook *codebook, const float *vectors, size_t count,
                                          uint8_t *sketches) {
  return encode(codebook, vectors, count, sketches);
}
#endif

float pq_table_products(CPULevel level, const PQCodebook *codebook, const float *query, float *products) {
#if defined(__x86_64__)
  level = cpu_level_clamped(level);
  if (level >= CPULevelAVX512) return products_avx512(codebook, query, products);
  if (level >= CPULevelAVX2) return products_avx2(codebook, query, products);
#endif
  (void)level;
  return table_products(codebook, query, products);
}

float pq_table_quantize(const float *products, uint32_t subquantizers, float scale, uint8_t *table) {
  float bias = 0;
  for (uint32_t m = 0; m < subquantizers; m++) {
    const float *its = products + m * PQ_CENTROIDS;
    float lowest = its[0];
    for (uint32_t c = 1; c < PQ_CENTROIDS; c++) lowest = its[c] < lowest ? its[c] : lowest;
    for (uint32_t c = 0; c < PQ_CENTROIDS; c++) {
      int32_t entry = (int32_t)((its[c] - lowest) * scale + 0.5f);
      table[m * PQ_CENTROIDS + c] = (uint8_t)(entry > PQ_TABLE_LIMIT ? PQ_TABLE_LIMIT : entry);
    }
    bias += lowest;
  }
  return bias;
}

double pq_encode(CPULevel level, const PQCodebook *codebook, const float *vectors, size_t count, uint8_t *sketches) {
#if defined(__x86_64__)
  level = cpu_level_clamped(level);
  if (level >= CPULevelAVX512) return encode_avx512(codebook, vectors, count, sketches);
  if (level >= CPULevelAVX2) return encode_avx2(codebook, vectors, count, sketches);
#endif
  (void)level;
  return encode(codebook, vectors, count, sketches);
}

void pq_pack_block(const uint8_t *sketches, uint32_t subquantizers, const uint32_t *order, uint32_t count,
                   uint8_t *block) {
  uint32_t lines = subquantizers / 2;
  memset(block, 0, (size_t)lines * PQ_BLOCK_ROWS);
  for (uint32_t v = 0; v < count; v++) {
    const uint8_t *sketch = sketches + (size_t)order[v] * lines;
    for (uint32_t p = 0; p < lines; p++) block[(size_t)p * PQ_BLOCK_ROWS + pq_position(v)] = sketch[p];
  }
}

void pq_clear_slot(uint8_t *block, uint32_t subquantizers, uint32_t slot) {
  for (uint32_t p = 0; p < subquantizers / 2; p++) block[(size_t)p * PQ_BLOCK_ROWS + pq_position(slot)] = 0;
}
