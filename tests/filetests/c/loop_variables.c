// run:
// Loop variables stepped where their old values live on, rotated, swapped; addresses that differ by constants; what is
// known of a value behind a test.
#include <stdint.h>
#include <stdio.h>

static int table[64];
static unsigned char bytes[256];

__attribute__((noinline)) static int find(const int *p, int limit) {
    int i = 0;
    while (p[i] < limit) i++;
    return i;
}

__attribute__((noinline)) static long fibonacci(int n) {
    long a = 0, b = 1;
    while (n-- > 0) {
        long next = a + b;
        a = b;
        b = next;
    }
    return a * 1000 + b;
}

// Two variables of which one is the other's old value plus a constant, and the reverse.
__attribute__((noinline)) static long stagger(long a, long b, int n) {
    while (n--) {
        long old = a;
        a = b + 4;
        b = old + 3;
        if (a == 77) return b;
    }
    return a * 3 + b;
}

__attribute__((noinline)) static unsigned window(const int *w, long i) {
    unsigned sum = 0;
    for (; i < 48; i += 4) sum = sum * 31 + w[i] + w[i + 1] * 3 + w[i - 2] + w[(i | 3) - 15 + 15];
    return sum;
}

__attribute__((noinline)) static unsigned grid(const unsigned char (*p)[12], long row, long column) {
    return p[row][column] + p[row + 1][column] * 3u + p[row + 1][column + 5] * 7u + p[row - 1][column - 1] * 11u;
}

__attribute__((noinline)) static const char *known(const char *s, int code) {
    if (!s) return s;
    if (code == 7) return s + code;
    return *s ? s + 1 : 0;
}

__attribute__((noinline)) static int trace(int trap, int *count) {
    int n = 0;
    for (int i = 0; i < 10; i++) {
        if (trap != 0) {
            trap = ++*count & 3;
        }
        n = n * 2 + trap;
    }
    return n;
}

__attribute__((noinline)) static int8_t narrow(int8_t a, int8_t b) {
    for (;;) {
        int8_t old = a;
        a = (int8_t)(b + 100);
        b = (int8_t)(old - 3);
        if (a == 5 || b == 9) return (int8_t)(a ^ b);
    }
}

__attribute__((noinline)) static int compare(const unsigned char *a, const unsigned char *b, int n) {
    while (n--)
        if (*a++ != *b++) return (int)(a - bytes) * 1000 + n;
    return -1;
}

int main(void) {
    for (int i = 0; i < 64; i++) table[i] = i * i - 5;
    for (int i = 0; i < 256; i++) bytes[i] = (unsigned char)(i * 37 + (i >> 5));
    printf("%d %d %d\n", find(table, 900), find(table, -6), find(table + 3, 100));
    printf("%ld %ld\n", fibonacci(0), fibonacci(40));
    printf("%ld %ld %ld\n", stagger(1, 2, 5), stagger(1, 2, 100), stagger(0, -10, 30));
    printf("%u %u\n", window(table, 4), window(table, 40));
    printf("%u %u\n", grid((const unsigned char (*)[12])bytes, 2, 3), grid((const unsigned char (*)[12])bytes, 9, 1));
    printf("%d %s %s\n", known(0, 3) == 0, known("0123456789", 7), known("xy", 1));
    int count = 0;
    printf("%d %d %d\n", trace(0, &count), trace(1, &count), count);
    printf("%d %d\n", narrow(1, 2), narrow(-100, 33));
    printf("%d %d\n", compare(bytes, bytes + 1, 9), compare(bytes + 4, bytes + 4, 9));
    return 0;
}
