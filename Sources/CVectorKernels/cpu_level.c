/* Run-time detection of the instruction sets that the kernels use, and the limit that tests may set. */
#include "cpu_level.h"

#include <stdatomic.h>

/* -1: not yet detected. Two threads may both detect; they store the same value. */
static _Atomic int32_t detected_level = -1;
static _Atomic int32_t level_limit = CPULevelAVX512VBMI;

static CPULevel detect(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return CPULevelPortable;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512dq"))
    return CPULevelAVX2;
  if (!__builtin_cpu_supports("avx512vnni")) return CPULevelAVX512;
  return __builtin_cpu_supports("avx512vbmi") ? CPULevelAVX512VBMI : CPULevelAVX512VNNI;
#elif defined(__aarch64__) && defined(__ARM_NEON)
  return CPULevelNEON;
#else
  return CPULevelPortable;
#endif
}

CPULevel cpu_level_detected(void) {
  int32_t level = atomic_load_explicit(&detected_level, memory_order_relaxed);
  if (level < 0) {
    level = detect();
    atomic_store_explicit(&detected_level, level, memory_order_relaxed);
  }
  return (CPULevel)level;
}

CPULevel cpu_level_clamped(CPULevel level) {
  CPULevel best = cpu_level_detected();
  if (level >= best) return best;
#if defined(__x86_64__)
  if (level == CPULevelNEON) return CPULevelPortable;
#endif
  return (int32_t)level < CPULevelPortable ? CPULevelPortable : level;
}

CPULevel cpu_level(void) {
  return cpu_level_clamped((CPULevel)atomic_load_explicit(&level_limit, memory_order_relaxed));
}

void cpu_level_set_limit(CPULevel limit) { atomic_store_explicit(&level_limit, limit, memory_order_relaxed); }

bool cpu_level_is_available(CPULevel level) { return cpu_level_clamped(level) == level; }

const char *cpu_level_name(CPULevel level) {
  switch (level) {
    case CPULevelPortable: return "portable";
    case CPULevelNEON: return "NEON";
    case CPULevelAVX2: return "AVX2";
    case CPULevelAVX512: return "AVX-512";
    case CPULevelAVX512VNNI: return "AVX-512 VNNI";
    case CPULevelAVX512VBMI: return "AVX-512 VBMI";
  }
  return "unknown";
}
