/* The n-th largest of some values (Hoare 1961: "Algorithm 65: FIND"). */
#include <math.h>

#include "row_kernels.h"

float row_largest(float *values, size_t count, size_t want) {
  if (want == 0 || count <= want) return -INFINITY;
  size_t low = 0, high = count - 1, place = want - 1;
  while (low < high) {
    /* The middle one of three: sorted values are not the worst case, and the last value is never the only pivot. */
    float a = values[low], b = values[low + (high - low) / 2], c = values[high];
    float pivot = a > b ? (b > c ? b : a > c ? c : a) : (a > c ? a : b > c ? c : b);
    size_t i = low, j = high;
    for (;; i++, j--) {
      while (values[i] > pivot) i++;
      while (pivot > values[j]) j--;
      if (i >= j) break;
      float other = values[i];
      values[i] = values[j];
      values[j] = other;
    }
    /* Values up to j are at least the pivot, those beyond at most. */
    if (place <= j) high = j;
    else low = j + 1;
  }
  return values[place];
}
