// zlib for Swift. Its initialisers are macros, which Swift does not import.
#ifndef RECOLLECT_CZLIB_SHIM_H
#define RECOLLECT_CZLIB_SHIM_H

#include <zlib.h>

// Prepares `stream` for one gzip member: the largest window, gzip framing only.
static inline int czlib_inflate_gzip_init(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

#endif
