/* The encoder's kernels for x86-64 with AVX2 and FMA. */
#if defined(__x86_64__)

#define KERNEL(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define TILE_ROWS 6
#define TILE_VECTORS 1
#define QUERY_ROWS 4
#include "encoder_template.h"

#endif
