/* CRC-32C (Castagnoli, reflected polynomial 0x82F63B78; RFC 3720), and the masked form of records.
 *
 * Uses the processor's instruction where there is one (SSE4.2, ARMv8 CRC), else eight tables, eight
 * bytes a step. `crc32c_choose` must run once before `crc32c`. */
#ifndef NEURONBOARD_CRC32C_H
#define NEURONBOARD_CRC32C_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static uint32_t crc32c_tables[8][256];

static void crc32c_fill_tables(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0x82F63B78u : 0);
        crc32c_tables[0][i] = crc;
    }
    for (uint32_t i = 0; i < 256; i++)
        for (int k = 1; k < 8; k++) {
            uint32_t before = crc32c_tables[k - 1][i];
            crc32c_tables[k][i] = (before >> 8) ^ crc32c_tables[0][before & 0xFF];
        }
}

static uint32_t crc32c_by_table(const uint8_t *data, size_t size) {
    uint32_t crc = 0xFFFFFFFFu;
    while (size >= 8) {
        uint32_t low = crc ^ ((uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 |
                              (uint32_t)data[3] << 24);
        crc = crc32c_tables[7][low & 0xFF] ^ crc32c_tables[6][low >> 8 & 0xFF] ^
              crc32c_tables[5][low >> 16 & 0xFF] ^ crc32c_tables[4][low >> 24] ^
              crc32c_tables[3][data[4]] ^ crc32c_tables[2][data[5]] ^ crc32c_tables[1][data[6]] ^
              crc32c_tables[0][data[7]];
        data += 8;
        size -= 8;
    }
    while (size--) crc = (crc >> 8) ^ crc32c_tables[0][(crc ^ *data++) & 0xFF];
    return ~crc;
}

#if defined(__x86_64__) || defined(_M_X64)
#include <nmmintrin.h>
#if defined(_MSC_VER)
#include <intrin.h>
#define CRC32C_TARGET
static int crc32c_has_instruction(void) {
    int words[4];
    __cpuid(words, 1);
    return words[2] >> 20 & 1;
}
#else
#if defined(__clang__) && __clang_major__ >= 14
#define CRC32C_TARGET __attribute__((target("sse4.2,crc32")))
#else
#define CRC32C_TARGET __attribute__((target("sse4.2")))
#endif
#include <cpuid.h>
static int crc32c_has_instruction(void) {
    unsigned eax, ebx, ecx, edx;
    return __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx >> 20 & 1);
}
#endif
#define CRC32C_8(crc, word) ((uint32_t)_mm_crc32_u64(crc, word))
#define CRC32C_4(crc, word) _mm_crc32_u32(crc, word)
#define CRC32C_1(crc, byte) _mm_crc32_u8(crc, byte)
#elif defined(__aarch64__) && (defined(__GNUC__) || defined(__clang__))
#if defined(__linux__)
#include <sys/auxv.h>
static int crc32c_has_instruction(void) { return (getauxval(AT_HWCAP) >> 7 & 1) != 0; }
#elif defined(__APPLE__)
static int crc32c_has_instruction(void) { return 1; }
#else
static int crc32c_has_instruction(void) { return 0; }
#endif
/* The instructions by name, so that no header decides at compile time whether there are any. */
#define CRC32C_TARGET
static inline uint32_t crc32c_arm_8(uint32_t crc, uint64_t word) {
    __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(crc) : "r"(word));
    return crc;
}
static inline uint32_t crc32c_arm_4(uint32_t crc, uint32_t word) {
    __asm__(".arch_extension crc\n\tcrc32cw %w0, %w0, %w1" : "+r"(crc) : "r"(word));
    return crc;
}
static inline uint32_t crc32c_arm_1(uint32_t crc, uint32_t byte) {
    __asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(crc) : "r"(byte));
    return crc;
}
#define CRC32C_8(crc, word) crc32c_arm_8(crc, word)
#define CRC32C_4(crc, word) crc32c_arm_4(crc, word)
#define CRC32C_1(crc, byte) crc32c_arm_1(crc, byte)
#else
static int crc32c_has_instruction(void) { return 0; }
#endif

#ifdef CRC32C_8
CRC32C_TARGET static uint32_t crc32c_by_instruction(const uint8_t *data, size_t size) {
    uint32_t crc = 0xFFFFFFFFu;
    while (size >= 8) {
        uint64_t word;
        memcpy(&word, data, 8);
        crc = CRC32C_8(crc, word);
        data += 8;
        size -= 8;
    }
    if (size & 4) {
        uint32_t word;
        memcpy(&word, data, 4);
        crc = CRC32C_4(crc, word);
        data += 4;
        size &= 3;
    }
    while (size--) crc = CRC32C_1(crc, *data++);
    return ~crc;
}
#else
#define crc32c_by_instruction crc32c_by_table
#endif

static uint32_t (*crc32c)(const uint8_t *data, size_t size) = crc32c_by_table;

/* Takes the instruction where there is one and it is wanted; returns whether it did. */
static int crc32c_choose(int want_instruction) {
    int has = want_instruction && crc32c_has_instruction();
    crc32c_fill_tables();
    crc32c = has ? crc32c_by_instruction : crc32c_by_table;
    return has;
}

static uint32_t crc32c_masked(const uint8_t *data, size_t size) {
    uint32_t crc = crc32c(data, size);
    return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

#endif
