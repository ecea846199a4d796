/* Checks the kernels of postings_kernels.h: packing and back in memory of exactly the size the header asks for, and every
 * level against the portable one, bit for bit. Called by check_kernels.c. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postings_kernels.h"

unsigned check_postings(void);

static uint64_t state = 1;

static uint32_t random_number(void) {
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return (uint32_t)(state >> 32);
}

static unsigned failures;

static void expect(bool holds, const char *what, uint32_t a, uint32_t b) {
  if (holds) return;
  failures++;
  printf("FAILED %s: %" PRIu32 ", %" PRIu32 "\n", what, a, b);
}

static void check_packing(void) {
  static const uint32_t counts[] = {1, 2, 5, 64, 127, 128};
  for (uint32_t bits = 0; bits <= 32; bits++) {
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
      uint32_t count = counts[c], numbers[POSTINGS_BLOCK], back[POSTINGS_BLOCK], document = 99;
      uint32_t limit = bits == 32 ? UINT32_MAX : (1u << bits) - 1;
      for (uint32_t i = 0; i < count; i++) numbers[i] = random_number() & limit;
      numbers[count - 1] = limit;
      size_t size = postings_packed_bytes(count, bits);
      uint8_t *bytes = malloc(size + POSTINGS_SLACK);
      if (bytes == NULL) abort();
      memset(bytes, 0x5A, size + POSTINGS_SLACK);
      postings_pack(numbers, count, bits, bytes);
      postings_unpack(bytes, count, bits, back);
      expect(memcmp(back, numbers, count * sizeof *back) == 0, "postings_unpack", bits, count);
      postings_unpack_documents(bytes, count, bits, document, back);
      for (uint32_t i = 0; i < count; i++) {
        document += numbers[i] + 1;
        expect(back[i] == document, "postings_unpack_documents", bits, count);
      }
      expect(postings_bits(numbers, count) == bits, "postings_bits", bits, count);
      free(bytes);
    }
  }
}

enum { DOCUMENTS = 4096 };

typedef struct {
  int32_t scores[DOCUMENTS];
  uint32_t places[DOCUMENTS + 16];
  uint32_t found;
  uint64_t mask[DOCUMENTS / 64];
} Outcome;

static void run(CPULevel level, const uint32_t *documents, const uint32_t *frequencies, uint32_t count,
                const uint32_t *spread, const uint32_t *lengths, const int64_t *times, Outcome *outcome) {
  PostingsWeight weight = {3.1e8f, 0.72f, 0.0417f};
  memset(outcome, 0, sizeof *outcome);
  for (uint32_t i = 0; i < count; i += 100)
    postings_accumulate(level, documents + i, frequencies + i, count - i < 100 ? count - i : 100, lengths, weight, 0,
                        outcome->scores);
  postings_accumulate_all(level, spread, DOCUMENTS, lengths, weight, outcome->scores);
  for (uint32_t i = 0; i < DOCUMENTS / 64; i++) outcome->mask[i] = 0x9E3779B97F4A7C15ull * (i + 1);
  outcome->found = postings_select(level, outcome->scores, outcome->mask, DOCUMENTS, 1 << 20, outcome->places);
  postings_keep_equal(level, lengths, DOCUMENTS - 13, 7, true, outcome->mask);
  postings_keep_times(level, times, DOCUMENTS - 13, -100, 200, outcome->mask);
  postings_keep_equal(level, spread, DOCUMENTS - 13, 0, true, outcome->mask);
  memset(outcome->places + outcome->found, 0, (DOCUMENTS + 16 - outcome->found) * sizeof(uint32_t));
}

static void check_scores(void) {
  static uint32_t documents[DOCUMENTS], frequencies[DOCUMENTS], spread[DOCUMENTS], lengths[DOCUMENTS];
  static int64_t times[DOCUMENTS];
  static Outcome portable, other;
  uint32_t count = 0;
  for (uint32_t i = 0; i < DOCUMENTS; i++) {
    lengths[i] = random_number() % 500 + 1;
    times[i] = (int64_t)(random_number() % 1000) - 500;
    if (random_number() % 3 != 0) continue;
    documents[count] = i;
    frequencies[count] = random_number() % 9 + 1;
    spread[i] = frequencies[count++];
  }
  run(CPULevelPortable, documents, frequencies, count, spread, lengths, times, &portable);
  expect(portable.found > 100, "postings_select", portable.found, 0);
  for (uint32_t i = 0; i < DOCUMENTS; i++)
    expect((portable.scores[i] > 0) == (spread[i] > 0), "postings_accumulate", i, spread[i]);
  for (int32_t level = CPULevelPortable + 1; level <= CPULevelAVX512VBMI; level++) {
    if (!cpu_level_is_available((CPULevel)level)) continue;
    run((CPULevel)level, documents, frequencies, count, spread, lengths, times, &other);
    expect(memcmp(&portable, &other, sizeof other) == 0, cpu_level_name((CPULevel)level), (uint32_t)level, 0);
  }
}

unsigned check_postings(void) {
  check_packing();
  check_scores();
  return failures;
}
