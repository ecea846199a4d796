/* Umbrella header of CVectorKernels: C kernels with one portable reference each, dispatched at run time. */
#ifndef C_VECTOR_KERNELS_H
#define C_VECTOR_KERNELS_H

#include "cpu_level.h"
#include "encoder_int8_kernels.h"
#include "encoder_kernels.h"
#include "postings_kernels.h"
#include "pq_kernels.h"
#include "row_kernels.h"
#include "sign_kernels.h"

#endif
