/* The encoder's kernels, written once with clang's vector types and compiled for one instruction set.
 *
 * The including file defines KERNEL(name), the name's suffix for this instruction set; TARGET, its function
 * attribute; and TILE_ROWS and TILE_VECTORS, the block of accumulators that fits its registers: TILE_ROWS rows of
 * TILE_VECTORS * 16 columns; and QUERY_ROWS, the queries that attention takes at once. A vector of 16 floats is one,
 * two or four registers.
 */
#include "encoder_vectors.h"
#include "include/encoder_kernels.h"

#define PANEL ENCODER_PANEL_COLUMNS
/* Columns of x taken in one pass: 12 rows of x stay in the first-level cache beside the panel's stream. */
#define DEPTH_BLOCK 384

/* MARK: linear layers */

/* One tile: `rows` rows of x times TILE_VECTORS * 16 columns of a panel, onto what `y` or `bias` holds. `rows` is a
 * constant wherever this is inlined, so that the accumulators live in registers. */
INLINE void tile(size_t rows, const float *x, size_t x_stride, size_t depth, const float *panel, const float *bias,
                 float *y, size_t y_stride) {
  v16 accumulators[TILE_ROWS][TILE_VECTORS];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (size_t j = 0; j < TILE_VECTORS; j++)
      accumulators[i][j] = bias ? load(bias + 16 * j) : load(y + i * y_stride + 16 * j);
  for (size_t p = 0; p < depth; p++, panel += PANEL) {
    v16 b[TILE_VECTORS];
#pragma clang loop unroll(full)
    for (size_t j = 0; j < TILE_VECTORS; j++) b[j] = load(panel + 16 * j);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      v16 a = splat(x[i * x_stride + p]);
#pragma clang loop unroll(full)
      for (size_t j = 0; j < TILE_VECTORS; j++) accumulators[i][j] += a * b[j];
    }
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (size_t j = 0; j < TILE_VECTORS; j++) store(y + i * y_stride + 16 * j, accumulators[i][j]);
}

#define TILE_CASE(ROWS) \
  case ROWS: tile(ROWS, x, x_stride, depth, panel, bias, y, y_stride); break;

TARGET static void any_tile(size_t rows, const float *x, size_t x_stride, size_t depth, const float *panel,
                            const float *bias, float *y, size_t y_stride) {
  switch (rows) {
    TILE_CASE(1)
    TILE_CASE(2)
#if TILE_ROWS > 2
    TILE_CASE(3)
    TILE_CASE(4)
#endif
#if TILE_ROWS > 4
    TILE_CASE(5)
    TILE_CASE(6)
#endif
#if TILE_ROWS > 6
    TILE_CASE(7)
    TILE_CASE(8)
    TILE_CASE(9)
    TILE_CASE(10)
    TILE_CASE(11)
    TILE_CASE(12)
#endif
    default: break;
  }
}

TARGET void KERNEL(encoder_linear)(const float *x, size_t m, const float *packed, const float *bias, size_t n,
                                   size_t k, float *y) {
  /* Rows are spread evenly over the tiles, so that the last one is not a thin one. */
  size_t tiles = (m + TILE_ROWS - 1) / TILE_ROWS;
  for (size_t from = 0; from < k; from += DEPTH_BLOCK) {
    size_t depth = k - from < DEPTH_BLOCK ? k - from : DEPTH_BLOCK;
    for (size_t column = 0; column < n; column += PANEL) {
      const float *panel = packed + column * k + from * PANEL;
      for (size_t t = 0, row = 0; t < tiles; t++) {
        size_t rows = (m - row + tiles - t - 1) / (tiles - t);
        for (size_t c = 0; c < PANEL; c += 16 * TILE_VECTORS)
          any_tile(rows, x + row * k + from, k, depth, panel + c, from == 0 ? bias + column + c : NULL,
                   y + row * n + column + c, n);
        row += rows;
      }
    }
  }
}

/* MARK: packing */

TARGET void KERNEL(encoder_pack)(const float *weights, size_t n, size_t k, float *packed) {
  for (size_t column = 0; column < n; column += PANEL) {
    const float *rows = weights + column * k;
    float *panel = packed + column * k;
    size_t p = 0;
    for (; p + 16 <= k; p += 16)
      for (size_t half = 0; half < PANEL; half += 16) {
        v16 block[16];
#pragma clang loop unroll(full)
        for (size_t j = 0; j < 16; j++) block[j] = load(rows + (half + j) * k + p);
        transpose(block);
#pragma clang loop unroll(full)
        for (size_t c = 0; c < 16; c++) store(panel + (p + c) * PANEL + half, block[c]);
      }
    for (; p < k; p++)
      for (size_t j = 0; j < PANEL; j++) panel[p * PANEL + j] = rows[j * k + p];
  }
}

/* MARK: element by element */

TARGET void KERNEL(encoder_gelu)(float *x, size_t count) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16) store(x + i, gelu(load(x + i)));
  if (i < count) {
    float rest[16] = {0};
    memcpy(rest, x + i, (count - i) * sizeof(float));
    store(rest, gelu(load(rest)));
    memcpy(x + i, rest, (count - i) * sizeof(float));
  }
}

TARGET void KERNEL(encoder_add_layer_norm)(float *x, const float *residual, const float *gain, const float *offset,
                                           size_t rows, size_t d, float epsilon) {
  for (size_t i = 0; i < rows; i++) {
    float *row = x + i * d;
    v16 total = splat(0);
    if (residual) {
      const float *other = residual + i * d;
      for (size_t j = 0; j < d; j += 16) {
        v16 v = load(row + j) + load(other + j);
        store(row + j, v);
        total += v;
      }
    } else {
      for (size_t j = 0; j < d; j += 16) total += load(row + j);
    }
    float mean = sum(total) / (float)d;
    v16 squares = splat(0);
    for (size_t j = 0; j < d; j += 16) {
      v16 v = load(row + j) - splat(mean);
      squares += v * v;
    }
    float inverse = 1.0f / sqrtf(sum(squares) / (float)d + epsilon);
    for (size_t j = 0; j < d; j += 16)
      store(row + j, (load(row + j) - splat(mean)) * splat(inverse) * load(gain + j) + load(offset + j));
  }
}

TARGET void KERNEL(encoder_embed)(const int32_t *ids, size_t tokens, const float *word, const float *position,
                                  const float *type, size_t d, float *out) {
  for (size_t i = 0; i < tokens; i++) {
    const float *w = word + (size_t)ids[i] * d, *p = position + i * d;
    for (size_t j = 0; j < d; j += 16) store(out + i * d + j, load(w + j) + load(p + j) + load(type + j));
  }
}

TARGET float KERNEL(encoder_pool)(const float *x, size_t tokens, size_t d, float *out) {
  v16 squares = splat(0);
  for (size_t j = 0; j < d; j += 16) {
    v16 total = splat(0);
    for (size_t i = 0; i < tokens; i++) total += load(x + i * d + j);
    total *= splat(1.0f / (float)tokens);
    squares += total * total;
    store(out + j, total);
  }
  float length = sqrtf(sum(squares));
  for (size_t j = 0; j < d; j += 16) store(out + j, load(out + j) * splat(1.0f / length));
  return length;
}

/* MARK: attention */

/* Scores of QUERY_ROWS queries against all keys, their softmax, and the mean of the values under it. The last rows
 * of a text repeat its last query, so that the block is always full. */
INLINE void attend(const float *query[QUERY_ROWS], const float *keys, const float *values, size_t stride,
                   size_t tokens, size_t padded, size_t d, float *weights, float *out[QUERY_ROWS]) {
  for (size_t j = 0; j < padded; j += 16) {
    v16 score[QUERY_ROWS];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < QUERY_ROWS; i++) score[i] = splat(0);
    for (size_t c = 0; c < d; c++) {
      v16 key = load(keys + c * padded + j);
#pragma clang loop unroll(full)
      for (size_t i = 0; i < QUERY_ROWS; i++) score[i] += splat(query[i][c]) * key;
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < QUERY_ROWS; i++) store(weights + i * padded + j, score[i]);
  }
  float inverse[QUERY_ROWS];
  float scale = 1.0f / sqrtf((float)d);
  for (size_t i = 0; i < QUERY_ROWS; i++) {
    float *w = weights + i * padded;
    /* Padding must not win the maximum nor enter the sum. */
    for (size_t j = tokens; j < padded; j++) w[j] = -INFINITY;
    v16 best = load(w);
    for (size_t j = 16; j < padded; j += 16) best = __builtin_elementwise_max(best, load(w + j));
    v16 top = splat(maximum(best)), total = splat(0);
    for (size_t j = 0; j < padded; j += 16) {
      v16 e = exponential((load(w + j) - top) * splat(scale));
      store(w + j, e);
      total += e;
    }
    for (size_t j = tokens; j < padded; j++) w[j] = 0;
    float all = sum(total);
    inverse[i] = 1.0f / all;
  }
  for (size_t c = 0; c < d; c += 16) {
    v16 mean[QUERY_ROWS];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < QUERY_ROWS; i++) mean[i] = splat(0);
    for (size_t j = 0; j < tokens; j++) {
      v16 value = load(values + j * stride + c);
#pragma clang loop unroll(full)
      for (size_t i = 0; i < QUERY_ROWS; i++) mean[i] += splat(weights[i * padded + j]) * value;
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < QUERY_ROWS; i++) store(out[i] + c, mean[i] * splat(inverse[i]));
  }
}

TARGET void KERNEL(encoder_attention)(const float *qkv, size_t tokens, size_t heads, size_t d, float *out,
                                      float *scratch) {
  size_t width = heads * d, stride = 3 * width, padded = (tokens + 15) / 16 * 16;
  float *keys = scratch, *weights = scratch + d * padded;
  for (size_t h = 0; h < heads; h++) {
    const float *q = qkv + h * d, *k = q + width, *v = k + width;
    for (size_t j = 0; j < padded; j += 16)
      for (size_t c = 0; c < d; c += 16) {
        v16 block[16];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 16; i++) block[i] = j + i < tokens ? load(k + (j + i) * stride + c) : splat(0);
        transpose(block);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 16; i++) store(keys + (c + i) * padded + j, block[i]);
      }
    for (size_t row = 0; row < tokens; row += QUERY_ROWS) {
      const float *query[QUERY_ROWS];
      float *result[QUERY_ROWS];
      for (size_t i = 0; i < QUERY_ROWS; i++) {
        size_t at = row + i < tokens ? row + i : tokens - 1;
        query[i] = q + at * stride;
        result[i] = out + at * width + h * d;
      }
      attend(query, keys, v, stride, tokens, padded, d, weights, result);
    }
  }
}
