/* The encoder's kernels for x86-64 with AVX-512. */
#if defined(__x86_64__)

#define KERNEL(name) name##_avx512
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma")))
#define TILE_ROWS 12
#define TILE_VECTORS 2
#define QUERY_ROWS 8
#include "encoder_template.h"

#endif
