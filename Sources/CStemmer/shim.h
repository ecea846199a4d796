// Snowball's stemmers as Debian ships them (libstemmer-dev).
#ifndef RECOLLECT_CSTEMMER_H
#define RECOLLECT_CSTEMMER_H
#include <libstemmer.h>
#endif
