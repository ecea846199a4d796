/* The encoder's kernels for any processor; on AArch64 the compiler turns its vectors into NEON. */
#define KERNEL(name) name##_portable
#define TARGET 
/* AArch64 has 32 vector registers, the oldest x86-64 has 16. */
#if defined(__aarch64__)
#define TILE_ROWS 4
#else
#define TILE_ROWS 2
#endif
#define TILE_VECTORS 1
#define QUERY_ROWS 2
#include "encoder_template.h"
