/* The scan for six normals, as one writes it in C. benchmarks/seeds.py compiles it and compares.

   Word t of a stream needs rows 0, 1 and t + 397 of the seeding only. The first word decides the
   angle of the first two normals, and rules out nearly all seeds; the others are computed in full. */

#include <math.h>
#include <stdint.h>

#ifndef LANES
#define LANES 256
#endif
#define MULTIPLIER 1812433253u
#define TURN 6.283185307179586

static uint32_t tempered(uint32_t y)
{
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680u;
    y ^= y << 15 & 0xefc60000u;
    return y ^ y >> 18;
}

static uint32_t word(const uint32_t *s, int t)
{
    uint32_t y = (s[t] & 0x80000000u) | (s[t + 1] & 0x7fffffffu);
    return tempered(s[t + 397] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0));
}

static double uniform(const uint32_t *s, int t)
{
    uint64_t both = (uint64_t)word(s, t) << 32 | word(s, t + 1);
    return (both & ((1ull << 53) - 1)) * 0x1p-53;
}

/* Whether all normals of a seed lie between their bounds. */
static int normals(uint32_t seed, const double *low, const double *high, int count)
{
    uint32_t s[624];
    s[0] = seed;
    for (int i = 1; i < 397 + 2 * count + 1; i++)
        s[i] = MULTIPLIER * (s[i - 1] ^ s[i - 1] >> 30) + i;
    for (int k = 0; k < count; k += 2) {
        double angle = TURN * uniform(s, 2 * k);
        double radius = sqrt(-2 * log1p(-uniform(s, 2 * k + 2)));
        double x = radius * cos(angle), y = radius * sin(angle);
        if (!(low[k] <= x && x <= high[k] && low[k + 1] <= y && y <= high[k + 1]))
            return 0;
    }
    return 1;
}

static int first_word(uint32_t seed, uint32_t row397, uint32_t offset, uint32_t width)
{
    uint32_t next = MULTIPLIER * (seed ^ seed >> 30) + 1;
    uint32_t y = (seed & 0x80000000u) | (next & 0x7fffffffu);
    uint32_t w = tempered(row397 ^ y >> 1 ^ (-(y & 1) & 0x9908b0dfu));
    return (w - offset) << 11 <= width;
}

/* A loop over some hundred seeds inside the loop over the steps, which the compiler turns into
   vectors. */
int64_t plain(int64_t first, int64_t last, uint32_t offset, uint32_t width, const double *low,
              const double *high, int count, int64_t *found)
{
    int64_t hits = 0;
    uint32_t s[LANES], left[LANES];
    for (int64_t base = first; base < last; base += LANES) {
        for (int j = 0; j < LANES; j++)
            s[j] = (uint32_t)base + j;
        for (uint32_t i = 1; i <= 397; i++)
            for (int j = 0; j < LANES; j++)
                s[j] = MULTIPLIER * (s[j] ^ s[j] >> 30) + i;
        for (int j = 0; j < LANES; j++)
            left[j] = first_word((uint32_t)base + j, s[j], offset, width);
        for (int j = 0; j < LANES; j++)
            if (left[j] && normals((uint32_t)base + j, low, high, count))
                found[hits++] = base + j;
    }
    return hits;
}

/* The same with vectors of 16 words written out: what is left to gain. */
typedef uint32_t vector __attribute__((vector_size(64)));
#define VECTORS 12

int64_t by_hand(int64_t first, int64_t last, uint32_t offset, uint32_t width, const double *low,
                const double *high, int count, int64_t *found)
{
    int64_t hits = 0;
    vector lane;
    for (int j = 0; j < 16; j++)
        lane[j] = j;
    for (int64_t base = first; base < last; base += 16 * VECTORS) {
        vector s[VECTORS];
        for (int v = 0; v < VECTORS; v++)
            s[v] = lane + (uint32_t)(base + 16 * v);
        for (uint32_t i = 1; i <= 397; i++)
#pragma GCC unroll 12
            for (int v = 0; v < VECTORS; v++)
                s[v] = MULTIPLIER * (s[v] ^ s[v] >> 30) + i;
        for (int v = 0; v < VECTORS; v++)
            for (int j = 0; j < 16; j++) {
                int64_t seed = base + 16 * v + j;
                if (seed < last && first_word((uint32_t)seed, s[v][j], offset, width)
                    && normals((uint32_t)seed, low, high, count))
                    found[hits++] = seed;
            }
    }
    return hits;
}
