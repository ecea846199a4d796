/* The encoder's public 8-bit kernels: packing, and the choice of a version for the level asked for. */
#include "include/encoder_int8_kernels.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

static _Atomic int dot_products_allowed = 1;

int encoder_int8_has_dot_products(void) {
#if defined(__aarch64__) && defined(__linux__)
  /* HWCAP_ASIMDDP of <asm/hwcap.h>. */
  return (getauxval(AT_HWCAP) >> 20 & 1) != 0;
#elif defined(__aarch64__) && defined(__ARM_FEATURE_DOTPROD)
  return 1;
#else
  return 0;
#endif
}

void encoder_int8_set_dot_products(int allowed) {
  atomic_store_explicit(&dot_products_allowed, allowed, memory_order_relaxed);
}

/* The versions of one kernel, declared; `CALL` runs the one for `level`. */
#if defined(__x86_64__)
#define VERSIONS(NAME, PARAMETERS)  \
  void NAME##_portable PARAMETERS; \
  void NAME##_avx2 PARAMETERS;     \
  void NAME##_avx512 PARAMETERS;   \
  void NAME##_vnni PARAMETERS;
#define CALL(NAME, ...)                                          \
  switch (cpu_level_clamped(level)) {                            \
    case CPULevelAVX512VBMI:                                     \
    case CPULevelAVX512VNNI: NAME##_vnni(__VA_ARGS__); return;   \
    case CPULevelAVX512: NAME##_avx512(__VA_ARGS__); return;     \
    case CPULevelAVX2: NAME##_avx2(__VA_ARGS__); return;         \
    case CPULevelNEON:                                           \
    case CPULevelPortable: NAME##_portable(__VA_ARGS__); return; \
  }
#elif defined(__aarch64__)
#define VERSIONS(NAME, PARAMETERS)  \
  void NAME##_portable PARAMETERS; \
  void NAME##_neon PARAMETERS;     \
  void NAME##_dot PARAMETERS;
#define CALL(NAME, ...)                                                                                    \
  if (cpu_level_clamped(level) < CPULevelNEON)                                                             \
    NAME##_portable(__VA_ARGS__);                                                                          \
  else if (encoder_int8_has_dot_products() && atomic_load_explicit(&dot_products_allowed, memory_order_relaxed)) \
    NAME##_dot(__VA_ARGS__);                                                                               \
  else                                                                                                     \
    NAME##_neon(__VA_ARGS__);
#else
#define VERSIONS(NAME, PARAMETERS) void NAME##_portable PARAMETERS;
#define CALL(NAME, ...) \
  (void)level;          \
  NAME##_portable(__VA_ARGS__);
#endif

VERSIONS(encoder_int8_quantize, (const float *, size_t, size_t, uint8_t *, float *))
VERSIONS(encoder_int8_linear, (const EncoderInt8Layer *, const uint8_t *, const float *, size_t, float *))
VERSIONS(encoder_int8_linear_gelu,
         (const EncoderInt8Layer *, const uint8_t *, const float *, size_t, uint8_t *, float *, float *))
VERSIONS(encoder_int8_sums, (const EncoderInt8Layer *, const uint8_t *, size_t, size_t, int32_t *))

size_t encoder_int8_groups(size_t k) { return (k + ENCODER_INT8_GROUP - 1) / ENCODER_INT8_GROUP; }

void encoder_int8_pack(const float *weights, size_t n, size_t k, int8_t *packed, float *scales, int32_t *offsets,
                       size_t width) {
  for (size_t group = 0; group < encoder_int8_groups(k); group++) memset(offsets + group * width, 0, n * sizeof(int32_t));
  for (size_t column = 0; column < n; column++) {
    const float *row = weights + column * k;
    int8_t *panel = packed + column / 32 * 32 * k + column % 32 * 4;
    float largest = 0, poison = 0;
    for (size_t p = 0; p < k; p++) {
      largest = fmaxf(largest, fabsf(row[p]));
      poison += row[p] * 0.0f;
    }
    scales[column] = largest / 127.0f + poison;
    float inverse = largest >= 1e-30f && poison == 0 ? 127.0f / largest : 0;
    for (size_t p = 0; p < k; p++) {
      int32_t value = inverse > 0 ? (int32_t)lrintf(row[p] * inverse) : 0;
      panel[p / 4 * 128 + p % 4] = (int8_t)value;
      offsets[p / ENCODER_INT8_GROUP * width + column] += 128 * value;
    }
  }
}

void encoder_int8_quantize(CPULevel level, const float *x, size_t rows, size_t k, uint8_t *q, float *scales) {
  CALL(encoder_int8_quantize, x, rows, k, q, scales)
}

void encoder_int8_linear(CPULevel level, const EncoderInt8Layer *layer, const uint8_t *q, const float *scales,
                         size_t rows, float *y) {
  CALL(encoder_int8_linear, layer, q, scales, rows, y)
}

void encoder_int8_linear_gelu(CPULevel level, const EncoderInt8Layer *layer, const uint8_t *q, const float *scales,
                              size_t rows, uint8_t *result, float *result_scales, float *scratch) {
  CALL(encoder_int8_linear_gelu, layer, q, scales, rows, result, result_scales, scratch)
}

void encoder_int8_sums(CPULevel level, const EncoderInt8Layer *layer, const uint8_t *q, size_t rows, size_t group,
                       int32_t *sums) {
  CALL(encoder_int8_sums, layer, q, rows, group, sums)
}
