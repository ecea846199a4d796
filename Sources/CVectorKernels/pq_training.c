/* The inner loops of training: sums for k-means, and rows to lists. */
#include <math.h>
#include <string.h>

#include "pq_kernels.h"

#pragma STDC FP_CONTRACT OFF

void pq_accumulate(const int8_t *rows, const float *scales, size_t count, uint32_t d, const uint32_t *assigned,
                   float *sums, uint32_t *counts) {
  for (size_t r = 0; r < count; r++) {
    const int8_t *row = rows + r * d;
    float *sum = sums + (size_t)assigned[r] * d, scale = scales[r];
    for (uint32_t i = 0; i < d; i++) sum[i] += (float)row[i] * scale;
    counts[assigned[r]]++;
  }
}

void pq_codebook_accumulate(const PQCodebook *codebook, const float *vectors, size_t count, const uint8_t *sketches,
                            double *sums, uint32_t *counts) {
  uint32_t width = codebook->width, subquantizers = codebook->subquantizers;
  for (size_t r = 0; r < count; r++) {
    const float *vector = vectors + r * subquantizers * width;
    const uint8_t *sketch = sketches + r * (subquantizers / 2);
    for (uint32_t m = 0; m < subquantizers; m++) {
      uint32_t code = m % 2 == 0 ? sketch[m / 2] & 15u : sketch[m / 2] >> 4;
      double *sum = sums + (size_t)m * width * PQ_CENTROIDS + code;
      for (uint32_t i = 0; i < width; i++) sum[i * PQ_CENTROIDS] += (double)vector[m * width + i];
      counts[m * PQ_CENTROIDS + code]++;
    }
  }
}

/* Groups that products are kept of at a time; more are not made. */
#define MOST_GROUPS 1024
#define MOST_PROBES 16

void pq_assign(CPULevel level, const int8_t *rows, size_t count, uint32_t d, const PQLists *lists, uint32_t probes,
               uint32_t *assigned) {
  float products[MOST_GROUPS];
  uint32_t groups = lists->groups < MOST_GROUPS ? lists->groups : MOST_GROUPS;
  if (probes > groups) probes = groups;
  if (probes > MOST_PROBES) probes = MOST_PROBES;
  level = cpu_level_clamped(level);
  for (size_t r = 0; r < count; r++) {
    const int8_t *row = rows + r * d;
    pq_centroid_products(level, row, d, lists->group_centroids, lists->group_scales, lists->group_sums, groups,
                         products);
    for (uint32_t g = 0; g < groups; g++)
      if (lists->group_lists[g] == lists->group_lists[g + 1]) products[g] = -INFINITY;
    float best = -INFINITY;
    uint32_t place = 0;
    for (uint32_t probe = 0; probe < probes; probe++) {
      uint32_t group = 0;
      for (uint32_t g = 1; g < groups; g++)
        if (products[g] > products[group]) group = g;
      products[group] = -INFINITY;
      uint32_t first = lists->group_lists[group], end = lists->group_lists[group + 1];
      float found[256];
      for (; first < end;) {
        uint32_t length = end - first < 256 ? end - first : 256;
        pq_centroid_products(level, row, d, lists->centroids + (size_t)first * d, lists->scales + first,
                             lists->sums + first, length, found);
        for (uint32_t j = 0; j < length; j++) {
          if (found[j] > best || (found[j] == best && first + j < place)) {
            best = found[j];
            place = first + j;
          }
        }
        first += length;
      }
    }
    assigned[r] = place;
  }
}
