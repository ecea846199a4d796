/* What the encoder's kernels share: vectors of 16 floats in clang's vector types, and functions of them.
 *
 * The including file defines TARGET, its function attribute. A vector is one, two or four registers.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang fp contract(fast)
/* The warning is about passing vectors between functions built for different processors. Here every function that
 * takes or returns one is inlined. */
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE TARGET static inline __attribute__((always_inline))

typedef float v16 __attribute__((ext_vector_type(16)));
typedef int32_t i16 __attribute__((ext_vector_type(16)));
typedef float v16_unaligned __attribute__((ext_vector_type(16), aligned(4)));

INLINE v16 load(const float *p) { return *(const v16_unaligned *)p; }
INLINE void store(float *p, v16 v) { *(v16_unaligned *)p = v; }
INLINE v16 splat(float x) { return (v16)(x); }

INLINE float sum(v16 v) {
  typedef float v8 __attribute__((ext_vector_type(8)));
  typedef float v4 __attribute__((ext_vector_type(4)));
  v8 a = v.lo + v.hi;
  v4 b = a.lo + a.hi;
  return (b.x + b.z) + (b.y + b.w);
}

INLINE float maximum(v16 v) {
  typedef float v8 __attribute__((ext_vector_type(8)));
  typedef float v4 __attribute__((ext_vector_type(4)));
  v8 a = __builtin_elementwise_max(v.lo, v.hi);
  v4 b = __builtin_elementwise_max(a.lo, a.hi);
  float first = b.x > b.z ? b.x : b.z, second = b.y > b.w ? b.y : b.w;
  return first > second ? first : second;
}

/* e^x with a relative error of about 2e-7. Cody-Waite reduction and a polynomial of degree 6, as in Cephes' expf. */
INLINE v16 exponential(v16 x) {
  x = __builtin_elementwise_max(x, splat(-87.0f));
  x = __builtin_elementwise_min(x, splat(88.0f));
  /* Adding and taking away 1.5 * 2^23 rounds to the nearest integer without SSE4.1. */
  const v16 magic = splat(12582912.0f);
  v16 shifted = x * splat(1.44269504088896f) + magic;
  v16 n = shifted - magic;
  v16 r = x - n * splat(0.693359375f);
  r = r + n * splat(2.12194440e-4f);
  v16 p = splat(1.9875691500e-4f);
  p = p * r + splat(1.3981999507e-3f);
  p = p * r + splat(8.3334519073e-3f);
  p = p * r + splat(4.1665795894e-2f);
  p = p * r + splat(1.6666665459e-1f);
  p = p * r + splat(5.0000001201e-1f);
  p = p * r * r + r + splat(1.0f);
  i16 exponent = __builtin_convertvector(n, i16);
  i16 power = (exponent + 127) << 23;
  v16 scale;
  memcpy(&scale, &power, sizeof scale);
  return p * scale;
}

/* Transposes 16 rows of 16 floats: after four rounds of interleaving row i with row i + 8, columns are rows. */
INLINE void transpose(v16 rows[16]) {
#pragma clang loop unroll(full)
  for (int round = 0; round < 4; round++) {
    v16 next[16];
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
      next[2 * i] =
          __builtin_shufflevector(rows[i], rows[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      next[2 * i + 1] =
          __builtin_shufflevector(rows[i], rows[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) rows[i] = next[i];
  }
}

/* GELU with the error function: absolute error below 1e-6 (of values above 1, relative). The normal distribution is
 * 0.5 + x * P(x^2), with P a minimax polynomial over [0, 5.5^2], shifted to [-1, 1]; beyond, the polynomial's value at
 * the end lies a little outside [0, 1], so that clamping makes it exactly 0 or 1. */
INLINE v16 gelu(v16 x) {
  v16 z = __builtin_elementwise_max(__builtin_elementwise_min(x, splat(5.5f)), splat(-5.5f));
  v16 t = z * z * splat(0.0661157025f) - splat(1.0f);
  v16 p = splat(-0.000911747047f) * t + splat(0.00259219995f);
  p = p * t + splat(-0.00251816399f);
  p = p * t + splat(0.00247553992f);
  p = p * t + splat(-0.00629283907f);
  p = p * t + splat(0.0114250192f);
  p = p * t + splat(-0.0153731536f);
  p = p * t + splat(0.0200297292f);
  p = p * t + splat(-0.0259418916f);
  p = p * t + splat(0.0321135595f);
  p = p * t + splat(-0.0388046987f);
  p = p * t + splat(0.0477356054f);
  p = p * t + splat(-0.0641719773f);
  p = p * t + splat(0.128551945f);
  v16 below = z * p + splat(0.5f);
  below = __builtin_elementwise_max(__builtin_elementwise_min(below, splat(1.0f)), splat(0));
  return x * below;
}
