/* The block kernel on AArch64. */
#if defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>

#include "pq_scan.h"

uint64_t pq_block_neon(const uint8_t *block, uint32_t lines, const uint8_t *table, uint32_t threshold,
                       uint16_t *sums) {
  const uint8x16_t nibble = vdupq_n_u8(15);
  uint16x8_t even[4], odd[4];
  for (int i = 0; i < 4; i++) even[i] = odd[i] = vdupq_n_u16(0);
  for (uint32_t p = 0; p < lines; p += 2) {
    const uint8_t *line = block + (size_t)p * PQ_BLOCK_ROWS, *entries = table + (size_t)p * 32;
    uint8x16_t t0 = vld1q_u8(entries), t1 = vld1q_u8(entries + 16);
    uint8x16_t t2 = vld1q_u8(entries + 32), t3 = vld1q_u8(entries + 48);
    for (int i = 0; i < 4; i++) {
      uint8x16_t a = vld1q_u8(line + 16 * i), b = vld1q_u8(line + PQ_BLOCK_ROWS + 16 * i);
      uint8x16_t two = vaddq_u8(vqtbl1q_u8(t0, vandq_u8(a, nibble)), vqtbl1q_u8(t1, vshrq_n_u8(a, 4)));
      uint8x16_t more = vaddq_u8(vqtbl1q_u8(t2, vandq_u8(b, nibble)), vqtbl1q_u8(t3, vshrq_n_u8(b, 4)));
      uint16x8_t four = vreinterpretq_u16_u8(vaddq_u8(two, more));
      even[i] = vaddq_u16(even[i], vandq_u16(four, vdupq_n_u16(0xFF)));
      odd[i] = vsraq_n_u16(odd[i], four, 8);
    }
  }
  const uint16x8_t floor = vdupq_n_u16((uint16_t)threshold);
  uint16x8_t any = vdupq_n_u16(0);
  for (int i = 0; i < 4; i++) any = vorrq_u16(any, vorrq_u16(vcgeq_u16(even[i], floor), vcgeq_u16(odd[i], floor)));
  if (vmaxvq_u16(any) == 0) return 0;
  uint64_t found = 0;
  for (int i = 0; i < 4; i++) {
    vst1q_u16(sums + 8 * i, even[i]);
    vst1q_u16(sums + 32 + 8 * i, odd[i]);
  }
  for (uint32_t v = 0; v < PQ_BLOCK_ROWS; v++) found |= (uint64_t)(sums[v] >= threshold) << v;
  return found;
}
#else
typedef int pq_scan_neon_is_empty;
#endif
