/* The encoder's 8-bit layers around the sums of products, compiled for one instruction set.
 *
 * The including file defines KERNEL(name), TARGET, and TILE_ROWS, the rows that it sums at once; and includes
 * encoder_vectors.h and defines
 *
 *   INLINE void sum_products(size_t rows, const uint8_t *x, size_t stride, size_t depth, const int8_t *panel,
 *                            const int32_t *offsets, int32_t *sums)
 *
 * which puts the sums of `rows` <= TILE_ROWS rows of x and the 32 columns of a panel into sums[rows][32]. `rows` is a
 * constant wherever it is inlined; the rows of x are `stride` bytes apart, and `depth` is a multiple of 32.
 */
#include "include/encoder_int8_kernels.h"

#define PANEL 32
#define BLOCK ENCODER_INT8_BLOCK
#define GROUP ENCODER_INT8_GROUP

/* One block of a layer's inputs. */
typedef struct {
  size_t first, depth;
} block_range;

INLINE block_range block_at(size_t k, size_t block) {
  size_t first = block * BLOCK;
  return (block_range){first, k - first < BLOCK ? k - first : BLOCK};
}

/* MARK: quantising */

/* One row of one group; returns its scale. Products and sums are not contracted, so that every level rounds alike. */
INLINE float quantize_row(const float *x, size_t width, uint8_t *q) {
#pragma clang fp contract(off)
  v16 best = splat(0), poison = splat(0);
  for (size_t j = 0; j < width; j += 16) {
    v16 v = load(x + j);
    best = __builtin_elementwise_max(best, __builtin_elementwise_abs(v));
    /* Zero, unless the value is infinite or no number. */
    poison += v * splat(0);
  }
  float largest = maximum(best);
  /* Whose inverse is not finite is as good as zero. */
  float inverse = largest >= 1e-30f ? 127.0f / largest : 0;
  /* 1.5 * 2^23 and 128: the sum's lowest byte is the rounded value with 128 added. */
  const v16 magic = splat(12582912.0f + 128.0f);
  for (size_t j = 0; j < width; j += 16) {
    v16 shifted = load(x + j) * splat(inverse) + magic;
    i16 bits;
    memcpy(&bits, &shifted, sizeof bits);
    typedef uint8_t u8x16 __attribute__((ext_vector_type(16)));
    u8x16 bytes = __builtin_convertvector(bits, u8x16);
    memcpy(q + j, &bytes, sizeof bytes);
  }
  return largest / 127.0f + sum(poison);
}

/* One row of a block; scales of its groups are `rows` apart. */
INLINE void quantize_block(const float *x, size_t width, uint8_t *q, float *scales, size_t rows) {
  for (size_t first = 0; first < width; first += GROUP, scales += rows)
    *scales = quantize_row(x + first, width - first < GROUP ? width - first : GROUP, q + first);
}

TARGET void KERNEL(encoder_int8_quantize)(const float *x, size_t rows, size_t k, uint8_t *q, float *scales) {
  for (size_t block = 0; block * BLOCK < k; block++) {
    block_range range = block_at(k, block);
    float *block_scales = scales + range.first / GROUP * rows;
    for (size_t i = 0; i < rows; i++, q += range.depth)
      quantize_block(x + i * k + range.first, range.depth, q, block_scales + i, rows);
  }
}

/* MARK: layers */

/* Where a tile's results go. */
typedef struct {
  float *y;
  size_t stride;
  /* NULL: onto what `y` holds. */
  const float *bias;
  int activate;
} tile_output;

/* What a block of a layer's inputs is multiplied with, for the 32 columns of a panel. */
typedef struct {
  const int8_t *panel;
  /* Of the block's first group; those of the next are `columns` further. */
  const int32_t *offsets;
  size_t columns;
  const float *scales;
} tile_weights;

/* What a tile's rows are. */
typedef struct {
  const uint8_t *x;
  size_t depth;
  /* Of the block's first group; those of the next are `rows` further. */
  const float *scales;
  size_t rows;
} tile_input;

/* One tile through to its results, group by group: sums, in the first-level cache, are scaled while they are fresh. */
INLINE void tile(size_t rows, tile_input in, tile_weights weights, tile_output out) {
  for (size_t first = 0, group = 0; first < in.depth; first += GROUP, group++) {
    int32_t sums[TILE_ROWS * PANEL] __attribute__((aligned(64)));
    size_t depth = in.depth - first < GROUP ? in.depth - first : GROUP;
    sum_products(rows, in.x + first, in.depth, depth, weights.panel + first * PANEL,
                 weights.offsets + group * weights.columns, sums);
    /* Unrolled, sums can stay in registers where sum_products has them there. */
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++)
#pragma clang loop unroll(full)
      for (size_t j = 0; j < PANEL; j += 16) {
        i16 whole;
        memcpy(&whole, sums + i * PANEL + j, sizeof whole);
        float *y = out.y + i * out.stride + j;
        v16 base = out.bias && first == 0 ? load(out.bias + j) : load(y);
        v16 scale = load(weights.scales + j) * splat(in.scales[group * in.rows + i]);
        v16 v = __builtin_convertvector(whole, v16) * scale + base;
        store(y, v);
      }
  }
  if (!out.activate) return;
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < PANEL; j += 16) {
      float *y = out.y + i * out.stride + j;
      store(y, gelu(load(y)));
    }
}

#define TILE_CASE(ROWS) \
  case ROWS: tile(ROWS, in, weights, out); break;
#define SUMS_CASE(ROWS) \
  case ROWS: sum_products(ROWS, x, stride, depth, panel, offsets, sums); break;
#if TILE_ROWS == 1
#define CASES(CASE) CASE(1)
#elif TILE_ROWS == 3
#define CASES(CASE) CASE(1) CASE(2) CASE(3)
#elif TILE_ROWS == 6
#define CASES(CASE) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
#else
#define CASES(CASE) \
  CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
#endif

TARGET static void any_tile(size_t rows, tile_input in, tile_weights weights, tile_output out) {
  switch (rows) {
    CASES(TILE_CASE)
    default: break;
  }
}

/* The columns `first` to `first + count` of a layer, over all its inputs. */
INLINE void columns(const EncoderInt8Layer *layer, const uint8_t *q, const float *q_scales, size_t rows, size_t first,
                    size_t count, float *y, size_t y_stride, int activate) {
  size_t k = layer->k, tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;
  for (size_t block = 0; block * BLOCK < k; block++) {
    block_range range = block_at(k, block);
    int is_last = range.first + range.depth == k;
    const uint8_t *x = q + rows * range.first;
    size_t group = range.first / GROUP;
    for (size_t c = first; c < first + count; c += PANEL) {
      tile_weights weights = {layer->weights + c * k + range.first * PANEL, layer->offsets + group * layer->n + c,
                              layer->n, layer->scales + c};
      /* Rows are spread evenly over the tiles, so that the last one is not a thin one. */
      for (size_t t = 0, row = 0; t < tiles; t++) {
        size_t height = (rows - row + tiles - t - 1) / (tiles - t);
        tile_input in = {x + row * range.depth, range.depth, q_scales + group * rows + row, rows};
        tile_output out = {y + row * y_stride + (c - first), y_stride, block == 0 ? layer->bias + c : NULL,
                           activate && is_last};
        any_tile(height, in, weights, out);
        row += height;
      }
    }
  }
}

TARGET void KERNEL(encoder_int8_linear)(const EncoderInt8Layer *layer, const uint8_t *q, const float *scales,
                                        size_t rows, float *y) {
  columns(layer, q, scales, rows, 0, layer->n, y, layer->n, 0);
}

TARGET void KERNEL(encoder_int8_linear_gelu)(const EncoderInt8Layer *layer, const uint8_t *q, const float *scales,
                                             size_t rows, uint8_t *result, float *result_scales, float *scratch) {
  for (size_t block = 0; block * BLOCK < layer->n; block++) {
    block_range range = block_at(layer->n, block);
    columns(layer, q, scales, rows, range.first, range.depth, scratch, range.depth, 1);
    float *scales_of_block = result_scales + range.first / GROUP * rows;
    for (size_t i = 0; i < rows; i++, result += range.depth)
      quantize_block(scratch + i * range.depth, range.depth, result, scales_of_block + i, rows);
  }
}

TARGET static void any_sums(size_t rows, const uint8_t *x, size_t stride, size_t depth, const int8_t *panel,
                            const int32_t *offsets, int32_t *sums) {
  switch (rows) {
    CASES(SUMS_CASE)
    default: break;
  }
}

TARGET void KERNEL(encoder_int8_sums)(const EncoderInt8Layer *layer, const uint8_t *q, size_t rows, size_t group,
                                      int32_t *sums) {
  block_range range = block_at(layer->k, group * GROUP / BLOCK);
  size_t first = group * GROUP, depth = layer->k - first < GROUP ? layer->k - first : GROUP;
  const uint8_t *x = q + rows * range.first + (first - range.first);
  for (size_t c = 0; c < layer->n; c += PANEL)
    for (size_t row = 0; row < rows; row += TILE_ROWS) {
      int32_t found[TILE_ROWS * PANEL];
      size_t height = rows - row < TILE_ROWS ? rows - row : TILE_ROWS;
      any_sums(height, x + row * range.depth, range.depth, depth, layer->weights + c * layer->k + first * PANEL,
               layer->offsets + group * layer->n + c, found);
      for (size_t i = 0; i < height; i++)
        memcpy(sums + (row + i) * layer->n + c, found + i * PANEL, PANEL * sizeof(int32_t));
    }
}
