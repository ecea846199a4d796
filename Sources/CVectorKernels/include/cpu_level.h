/* Which instruction sets the kernels may use, found once at run time.
 *
 * Every kernel exists as portable C; faster versions are chosen by level. A level includes those below it on the
 * same architecture, so `level >= CPULevelAVX2` is the test to write on x86-64.
 */
#ifndef CPU_LEVEL_H
#define CPU_LEVEL_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 32 bits, and closed for Swift: clang can say so, GCC before 13 cannot. */
#if defined(__clang__)
#define CPU_LEVEL_ENUM enum __attribute__((enum_extensibility(closed))) CPULevel : int32_t
#else
#define CPU_LEVEL_ENUM enum CPULevel
#endif

typedef CPU_LEVEL_ENUM {
  CPULevelPortable = 0,
  /* AArch64 with NEON; never reported on x86-64. */
  CPULevelNEON = 1,
  /* x86-64 with AVX2 and FMA. */
  CPULevelAVX2 = 2,
  /* x86-64 with AVX-512 F, BW, VL and DQ. */
  CPULevelAVX512 = 3,
  /* The same with AVX-512 VNNI (8-bit dot products). */
  CPULevelAVX512VNNI = 4,
  /* The same with AVX-512 VBMI (byte permutations across a register). */
  CPULevelAVX512VBMI = 5,
} CPULevel;

/* The best level this machine can run. Detected once; safe from any thread. */
CPULevel cpu_level_detected(void);

/* The level kernels use when not told otherwise: the detected one, or the limit where that is lower.
 * One relaxed atomic load; safe from any thread. */
CPULevel cpu_level(void);

/* Lowers the level for the whole process from now on, or gives it back (pass CPULevelAVX512VBMI). A limit above
 * what the machine can run changes nothing. Safe from any thread: every level gives valid results, so a kernel
 * that is running keeps the level it started with. Meant for tests and for measuring. */
void cpu_level_set_limit(CPULevel limit);

/* Whether this machine can run kernels of `level`. */
bool cpu_level_is_available(CPULevel level);

/* `level`, or the best one below it that this machine can run. */
CPULevel cpu_level_clamped(CPULevel level);

/* A constant, human-readable name: "portable", "NEON", "AVX2", "AVX-512", "AVX-512 VNNI",
 * "AVX-512 VBMI". */
const char *cpu_level_name(CPULevel level);

#ifdef __cplusplus
}
#endif

#endif
