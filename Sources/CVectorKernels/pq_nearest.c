/* Products of int8 rows with int8 centroids, and the centroid of the largest one.
 *
 * Centroids are unit vectors quantized like rows, each with a scale; so the largest product is the nearest centroid by
 * angle. Integer products, one float multiplication: the same at every level.
 */
#include <math.h>
#include <string.h>

#include "pq_kernels.h"
#include "vnni_sums.h"

#define INLINE static inline __attribute__((always_inline))

INLINE int32_t dot(const int8_t *a, const int8_t *b, uint32_t d) {
  int32_t sum = 0;
  for (uint32_t i = 0; i < d; i++) sum += a[i] * b[i];
  return sum;
}

INLINE void products_of(const int8_t *query, uint32_t d, const int8_t *centroids, const float *scales, uint32_t count,
                        float *products) {
  for (uint32_t j = 0; j < count; j++) products[j] = (float)dot(query, centroids + (size_t)j * d, d) * scales[j];
}

INLINE void nearest_of(const int8_t *rows, size_t count, uint32_t d, const int8_t *centroids, const float *scales,
                       uint32_t centroid_count, uint32_t *nearest, float *products) {
  for (size_t r = 0; r < count; r++) {
    float best = -INFINITY;
    uint32_t place = 0;
    for (uint32_t j = 0; j < centroid_count; j++) {
      float product = (float)dot(rows + r * d, centroids + (size_t)j * d, d) * scales[j];
      if (product > best) {
        best = product;
        place = j;
      }
    }
    nearest[r] = place;
    if (products != NULL) products[r] = best;
  }
}

#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET_AVX2 __attribute__((target("avx2")))

TARGET_AVX2 static void products_avx2(const int8_t *query, uint32_t d, const int8_t *centroids, const float *scales,
                                      uint32_t count, float *products) {
  products_of(query, d, centroids, scales, count, products);
}

TARGET_AVX2 static void nearest_avx2(const int8_t *rows, size_t count, uint32_t d, const int8_t *centroids,
                                     const float *scales, uint32_t centroid_count, uint32_t *nearest,
                                     float *products) {
  nearest_of(rows, count, d, centroids, scales, centroid_count, nearest, products);
}

TARGET_VNNI static inline __m512i loaded(const int8_t *place, uint32_t left) {
  return left >= 64 ? _mm512_loadu_si512(place) : _mm512_maskz_loadu_epi8(0xFFFFFFFFull, place);
}

/* products[r] = products of row r with centroids j...j + 3; the rows' upper halves beyond d meet zeros. */
TARGET_VNNI static inline void four_by_four(const int8_t *const rows[4], const int8_t *centroids, uint32_t d,
                                            const int32_t *sums, const float *scales, __m128 products[4]) {
  const __m512i bias = _mm512_set1_epi8((char)0x80);
  __m512i acc[4][4];
  for (int r = 0; r < 4; r++)
    for (int j = 0; j < 4; j++) acc[r][j] = _mm512_setzero_si512();
  for (uint32_t i = 0; i < d; i += 64) {
    __m512i c[4];
    for (int j = 0; j < 4; j++) c[j] = loaded(centroids + (size_t)j * d + i, d - i);
    for (int r = 0; r < 4; r++) {
      __m512i row = _mm512_xor_si512(loaded(rows[r] + i, d - i), bias);
      for (int j = 0; j < 4; j++) acc[r][j] = _mm512_dpbusd_epi32(acc[r][j], row, c[j]);
    }
  }
  __m128i correction = _mm_slli_epi32(_mm_loadu_si128((const __m128i *)sums), 7);
  for (int r = 0; r < 4; r++) {
    __m128i dots = _mm_sub_epi32(sums_of_four(acc[r][0], acc[r][1], acc[r][2], acc[r][3]), correction);
    products[r] = _mm_mul_ps(_mm_cvtepi32_ps(dots), _mm_loadu_ps(scales));
  }
}

TARGET_VNNI static void products_vnni(const int8_t *query, uint32_t d, const int8_t *centroids, const float *scales,
                                      const int32_t *sums, uint32_t count, float *products) {
  const __m512i bias = _mm512_set1_epi8((char)0x80);
  uint32_t j = 0;
  for (; j + 4 <= count; j += 4) {
    __m512i acc[4];
    for (int k = 0; k < 4; k++) acc[k] = _mm512_setzero_si512();
    for (uint32_t i = 0; i < d; i += 64) {
      __m512i row = _mm512_xor_si512(loaded(query + i, d - i), bias);
      for (int k = 0; k < 4; k++)
        acc[k] = _mm512_dpbusd_epi32(acc[k], row, loaded(centroids + (size_t)(j + (uint32_t)k) * d + i, d - i));
    }
    __m128i correction = _mm_slli_epi32(_mm_loadu_si128((const __m128i *)(sums + j)), 7);
    __m128i dots = _mm_sub_epi32(sums_of_four(acc[0], acc[1], acc[2], acc[3]), correction);
    _mm_storeu_ps(products + j, _mm_mul_ps(_mm_cvtepi32_ps(dots), _mm_loadu_ps(scales + j)));
  }
  products_of(query, d, centroids + (size_t)j * d, scales + j, count - j, products + j);
}

TARGET_VNNI static void nearest_vnni(const int8_t *rows, size_t count, uint32_t d, const int8_t *centroids,
                                     const float *scales, const int32_t *sums, uint32_t centroid_count,
                                     uint32_t *nearest, float *products) {
  uint32_t whole = centroid_count / 4 * 4;
  for (size_t first = 0; first < count; first += 4) {
    const int8_t *four[4];
    size_t present = count - first < 4 ? count - first : 4;
    for (size_t r = 0; r < 4; r++) four[r] = rows + (first + (r < present ? r : 0)) * d;
    __m128 best[4];
    __m128i place[4];
    for (int r = 0; r < 4; r++) {
      best[r] = _mm_set1_ps(-INFINITY);
      place[r] = _mm_setzero_si128();
    }
    for (uint32_t j = 0; j < whole; j += 4) {
      __m128 found[4];
      four_by_four(four, centroids + (size_t)j * d, d, sums + j, scales + j, found);
      __m128i numbers = _mm_add_epi32(_mm_set1_epi32((int)j), _mm_setr_epi32(0, 1, 2, 3));
      for (int r = 0; r < 4; r++) {
        __mmask8 better = _mm_cmp_ps_mask(found[r], best[r], _CMP_GT_OQ);
        best[r] = _mm_mask_mov_ps(best[r], better, found[r]);
        place[r] = _mm_mask_mov_epi32(place[r], better, numbers);
      }
    }
    for (size_t r = 0; r < present; r++) {
      float values[4];
      uint32_t numbers[4];
      _mm_storeu_ps(values, best[r]);
      _mm_storeu_si128((__m128i *)numbers, place[r]);
      float most = -INFINITY;
      uint32_t number = 0;
      for (int lane = 0; lane < 4; lane++) {
        if (values[lane] > most || (values[lane] == most && numbers[lane] < number)) {
          most = values[lane];
          number = numbers[lane];
        }
      }
      for (uint32_t j = whole; j < centroid_count; j++) {
        float product = (float)dot(four[r], centroids + (size_t)j * d, d) * scales[j];
        if (product > most) {
          most = product;
          number = j;
        }
      }
      nearest[first + r] = number;
      if (products != NULL) products[first + r] = most;
    }
  }
}
#endif

#if defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>

/* The products of one row with four centroids. The row is loaded once for the four, and their sums do not wait for each
 * other. Nothing is added in 16 bits, so that no component is too large. */
static inline float32x4_t four_products(const int8_t *row, const int8_t *centroids, uint32_t d, const float *scales) {
  int32x4_t sums[4];
  for (uint32_t k = 0; k < 4; k++) sums[k] = vdupq_n_s32(0);
  for (uint32_t i = 0; i < d; i += 16) {
    int8x16_t components = vld1q_s8(row + i);
    for (uint32_t k = 0; k < 4; k++) {
      int8x16_t centroid = vld1q_s8(centroids + (size_t)k * d + i);
      sums[k] = vpadalq_s16(sums[k], vmull_s8(vget_low_s8(components), vget_low_s8(centroid)));
      sums[k] = vpadalq_s16(sums[k], vmull_high_s8(components, centroid));
    }
  }
  int32x4_t dots = vpaddq_s32(vpaddq_s32(sums[0], sums[1]), vpaddq_s32(sums[2], sums[3]));
  return vmulq_f32(vcvtq_f32_s32(dots), vld1q_f32(scales));
}

static void products_neon(const int8_t *query, uint32_t d, const int8_t *centroids, const float *scales,
                          uint32_t count, float *products) {
  uint32_t j = 0;
  for (; j + 4 <= count; j += 4)
    vst1q_f32(products + j, four_products(query, centroids + (size_t)j * d, d, scales + j));
  products_of(query, d, centroids + (size_t)j * d, scales + j, count - j, products + j);
}

static void nearest_neon(const int8_t *rows, size_t count, uint32_t d, const int8_t *centroids, const float *scales,
                         uint32_t centroid_count, uint32_t *nearest, float *products) {
  for (size_t r = 0; r < count; r++) {
    float best = -INFINITY;
    uint32_t place = 0;
    for (uint32_t j = 0; j < centroid_count; j += 4) {
      float found[4];
      uint32_t present = centroid_count - j < 4 ? centroid_count - j : 4;
      products_neon(rows + r * d, d, centroids + (size_t)j * d, scales + j, present, found);
      for (uint32_t k = 0; k < present; k++) {
        if (found[k] > best) {
          best = found[k];
          place = j + k;
        }
      }
    }
    nearest[r] = place;
    if (products != NULL) products[r] = best;
  }
}
#endif

void pq_nearest(CPULevel level, const int8_t *rows, size_t count, uint32_t d, const int8_t *centroids,
                const float *scales, const int32_t *sums, uint32_t centroid_count, uint32_t *nearest,
                float *products) {
#if defined(__x86_64__)
  level = cpu_level_clamped(level);
  if (level >= CPULevelAVX512VNNI) {
    nearest_vnni(rows, count, d, centroids, scales, sums, centroid_count, nearest, products);
    return;
  }
  if (level >= CPULevelAVX2) {
    nearest_avx2(rows, count, d, centroids, scales, centroid_count, nearest, products);
    return;
  }
#elif defined(__aarch64__) && defined(__ARM_NEON)
  if (cpu_level_clamped(level) == CPULevelNEON) {
    nearest_neon(rows, count, d, centroids, scales, centroid_count, nearest, products);
    return;
  }
#endif
  (void)level;
  (void)sums;
  nearest_of(rows, count, d, centroids, scales, centroid_count, nearest, products);
}

void pq_centroid_products(CPULevel level, const int8_t *query, uint32_t d, const int8_t *centroids,
                          const float *scales, const int32_t *sums, uint32_t centroid_count, float *products) {
#if defined(__x86_64__)
  level = cpu_level_clamped(level);
  if (level >= CPULevelAVX512VNNI) {
    products_vnni(query, d, centroids, scales, sums, centroid_count, products);
    return;
  }
  if (level >= CPULevelAVX2) {
    products_avx2(query, d, centroids, scales, centroid_count, products);
    return;
  }
#elif defined(__aarch64__) && defined(__ARM_NEON)
  if (cpu_level_clamped(level) == CPULevelNEON) {
    products_neon(query, d, centroids, scales, centroid_count, products);
    return;
  }
#endif
  (void)level;
  (void)sums;
  products_of(query, d, centroids, scales, centroid_count, products);
}
