/* The encoder's public kernels: each calls its version for the level asked for. */
#include "include/encoder_kernels.h"

/* The versions of one kernel, declared; `CALL` runs the one for `level`. */
#if defined(__x86_64__)
#define VERSIONS(RETURN, NAME, PARAMETERS) \
  RETURN NAME##_portable PARAMETERS;       \
  RETURN NAME##_avx2 PARAMETERS;           \
  RETURN NAME##_avx512 PARAMETERS;
#define CALL(NAME, ...)                                        \
  switch (cpu_level_clamped(level)) {                          \
    case CPULevelAVX512VBMI:                                   \
    case CPULevelAVX512VNNI:                                   \
    case CPULevelAVX512: return NAME##_avx512(__VA_ARGS__);    \
    case CPULevelAVX2: return NAME##_avx2(__VA_ARGS__);        \
    case CPULevelNEON:                                         \
    case CPULevelPortable: return NAME##_portable(__VA_ARGS__); \
  }                                                            \
  return NAME##_portable(__VA_ARGS__)
#else
#define VERSIONS(RETURN, NAME, PARAMETERS) RETURN NAME##_portable PARAMETERS;
#define CALL(NAME, ...) \
  (void)level;          \
  return NAME##_portable(__VA_ARGS__)
#endif

VERSIONS(void, encoder_pack, (const float *, size_t, size_t, float *))
VERSIONS(void, encoder_linear,
         (const float *, size_t, const float *, const float *, size_t, size_t, float *))
VERSIONS(void, encoder_gelu, (float *, size_t))
VERSIONS(void, encoder_add_layer_norm,
         (float *, const float *, const float *, const float *, size_t, size_t, float))
VERSIONS(void, encoder_attention, (const float *, size_t, size_t, size_t, float *, float *))
VERSIONS(void, encoder_embed,
         (const int32_t *, size_t, const float *, const float *, const float *, size_t, float *))
VERSIONS(float, encoder_pool, (const float *, size_t, size_t, float *))

void encoder_pack(CPULevel level, const float *weights, size_t n, size_t k, float *packed) {
  CALL(encoder_pack, weights, n, k, packed);
}

void encoder_linear(CPULevel level, const float *x, size_t m, const float *packed, const float *bias, size_t n,
                    size_t k, float *y) {
  CALL(encoder_linear, x, m, packed, bias, n, k, y);
}

void encoder_gelu(CPULevel level, float *x, size_t count) { CALL(encoder_gelu, x, count); }

void encoder_add_layer_norm(CPULevel level, float *x, const float *residual, const float *gain, const float *offset,
                            size_t rows, size_t d, float epsilon) {
  CALL(encoder_add_layer_norm, x, residual, gain, offset, rows, d, epsilon);
}

size_t encoder_attention_scratch(size_t tokens, size_t d) {
  /* The transposed keys, and the weights of up to eight queries. */
  return (tokens + 15) / 16 * 16 * (d + 8);
}

void encoder_attention(CPULevel level, const float *qkv, size_t tokens, size_t heads, size_t d, float *out,
                       float *scratch) {
  CALL(encoder_attention, qkv, tokens, heads, d, out, scratch);
}

void encoder_embed(CPULevel level, const int32_t *ids, size_t tokens, const float *word, const float *position,
                   const float *type, size_t d, float *out) {
  CALL(encoder_embed, ids, tokens, word, position, type, d, out);
}

float encoder_pool(CPULevel level, const float *x, size_t tokens, size_t d, float *out) {
  CALL(encoder_pool, x, tokens, d, out);
}
