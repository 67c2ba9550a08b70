// run:
// levels: -O1 -O2 -Os
// Loops of few operations on every kind of value: those of one instruction repeat within it.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define N 600
#define APART __attribute__((noinline)) static
static int32_t ints[N];
static int64_t longs[N];
static uint16_t shorts[N];
static unsigned char bytes[N + 1];
static float floats[N];
static double doubles[N];

APART int32_t sum(const int32_t *p, int n) {
    int32_t s = 0;
    for (int i = 0; i < n; i++) s += p[i];
    return s;
}
APART uint32_t hash(const unsigned char *p) {
    uint32_t h = 5381;
    while (*p) h = h * 33 ^ *p++;
    return h;
}
APART size_t length(const char *p) {
    const char *q = p;
    while (*q) q++;
    return (size_t)(q - p);
}
APART double dot(const double *a, const double *b, int n) {
    double s = 0;
    for (int i = 0; i < n; i++) s += a[i] * b[i];
    return s;
}
APART float horner(const float *p, int n, float x) {
    float s = 1;
    for (int i = 0; i < n; i++) s = s * x + p[i];
    return s;
}
APART double halves(double x) {
    while (x > 1e-300) x = x * 0.5 - 1e-301;
    return x;
}
APART int steps(uint64_t x) {
    int n = 0;
    do {
        x = x & 1 ? x * 3 + 1 : x >> 1;
        n++;
    } while (x != 1);
    return n;
}
APART void fill(int32_t *p, int n, int32_t v) {
    for (int i = 0; i < n; i++) p[i] = v ^ i;
}
APART void strided(unsigned char *p, size_t from, size_t step) {
    for (size_t i = from; i < N; i += step) p[i] = 'x';
}
APART void overlapping(int64_t *p, int n) {
    for (int i = 1; i < n; i++) p[i] += p[i - 1];
}
APART uint16_t mix(const uint16_t *p, int n) {
    uint16_t a = 1, b = 2;
    for (int i = 0; i < n; i++) {
        uint16_t t = (uint16_t)(a + p[i]);
        a = b;
        b = (uint16_t)(t << 3 | t >> 13);
    }
    return (uint16_t)(a ^ b);
}
APART int8_t narrow(int n) {
    int8_t a = 3;
    for (int i = 0; i < n; i++) a = (int8_t)(a * 5 - i);
    return a;
}
APART unsigned remainders(unsigned a, unsigned b) {
    while (b) {
        unsigned t = a % b;
        a = b;
        b = t;
    }
    return a;
}
APART int64_t largest(const int64_t *p, int n) {
    int64_t m = INT64_MIN;
    for (int i = 0; i < n; i++) m = p[i] > m ? p[i] : m;
    return m;
}
APART int find(const int32_t *p, int32_t v) {
    int i = 0;
    while (p[i] != v) i++;
    return i;
}
APART double count_down(double x, int64_t *turns) {
    int64_t n = 0;
    while (x >= 0) {
        x -= 0.75;
        n += (int64_t)x;
    }
    *turns = n;
    return x;
}
APART void reverse(unsigned char *p, unsigned char *q) {
    while (p < q) {
        unsigned char t = *p;
        *p++ = *q;
        *q-- = t;
    }
}
APART unsigned volatile_reads(volatile unsigned *p, int n) {
    unsigned s = 0;
    for (int i = 0; i < n; i++) s += (*p)++;
    return s;
}
APART uint64_t wide(uint64_t a, int n) {
    unsigned __int128 w = a;
    for (int i = 0; i < n; i++) w = w * 6364136223846793005u + 1442695040888963407u;
    return (uint64_t)(w >> 64) ^ (uint64_t)w;
}
APART long nested(int n) {
    long s = 0;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++) s += i ^ k;
    return s;
}
APART float least(const float *p, int n) {
    float m = p[0];
    for (int i = 1; i < n; i++) m = p[i] < m ? p[i] : m;
    return m;
}

int main(void) {
    unsigned seed = 7, cell = 3;
    for (int i = 0; i < N; i++) {
        seed = seed * 1664525u + 1013904223u;
        ints[i] = (int32_t)seed;
        longs[i] = (int64_t)seed * (i - 300);
        shorts[i] = (uint16_t)(seed >> 9);
        bytes[i] = (unsigned char)(seed >> 24 | 1);
        floats[i] = (float)(int32_t)seed / 65536.0f;
        doubles[i] = (double)(int32_t)seed / 1048576.0;
    }
    for (int turn = 0; turn < 20; turn++) {
        int64_t turns;
        printf("%d %u %zu ", sum(ints, N - turn), hash(bytes + turn), length((char *)bytes));
        printf("%a %a %a ", dot(doubles, doubles + turn, N - turn), horner(floats, N, 0.25f), halves(turn + 1.5));
        printf("%d %u %d ", steps(27 + (unsigned)turn), mix(shorts, N - turn), narrow(N + turn));
        printf("%u %lld ", remainders(0xfffffff0u - (unsigned)turn, 987654321), (long long)largest(longs, N));
        printf("%d %u ", find(ints, ints[N - 1 - turn]), volatile_reads(&cell, 100));
        double rest = count_down(400 + turn, &turns);
        printf("%a %lld %llx ", rest, (long long)turns, (unsigned long long)wide(3, 50 + turn));
        printf("%ld %a\n", nested(40 + turn), least(floats, N - turn));
        strided(bytes, (size_t)(turn * 7), (size_t)(turn + 2));
        reverse(bytes, bytes + N - 1);
        overlapping(longs, N - turn);
        fill(ints + turn, 20, (int32_t)hash(bytes));
    }
    return 0;
}
