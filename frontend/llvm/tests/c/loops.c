// Loops as the vectoriser makes them of every element type: conversions, reductions, selections, interleaving.
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define ARITHMETIC(T, N)                                                                                             \
    void add_##N(T *restrict a, const T *restrict b, int n) { for (int i = 0; i < n; i++) a[i] += b[i] * (T)3; }      \
    T sum_##N(const T *a, int n) { T s = 0; for (int i = 0; i < n; i++) s += a[i]; return s; }                        \
    T most_##N(const T *a, int n) { T s = a[0]; for (int i = 0; i < n; i++) s = a[i] > s ? a[i] : s; return s; }      \
    int count_##N(const T *a, T x, int n) { int s = 0; for (int i = 0; i < n; i++) s += a[i] == x; return s; }        \
    void clamp_##N(T *a, T lo, T hi, int n) {                                                                         \
        for (int i = 0; i < n; i++) a[i] = a[i] < lo ? lo : a[i] > hi ? hi : a[i];                                    \
    }                                                                                                                 \
    void divide_##N(T *a, T x, int n) { for (int i = 0; i < n; i++) a[i] = a[i] / x + a[i] / (T)10; }                  \
    void interleave_##N(T *restrict a, const T *restrict b, int n) {                                                  \
        for (int i = 0; i < n; i++) { a[2 * i] = b[2 * i + 1]; a[2 * i + 1] = b[2 * i]; }                             \
    }                                                                                                                 \
    void reverse_##N(T *restrict a, const T *restrict b, int n) { for (int i = 0; i < n; i++) a[i] = b[n - 1 - i]; }
ARITHMETIC(int8_t, i8)
ARITHMETIC(uint8_t, u8)
ARITHMETIC(int16_t, i16)
ARITHMETIC(uint16_t, u16)
ARITHMETIC(int32_t, i32)
ARITHMETIC(uint32_t, u32)
ARITHMETIC(int64_t, i64)
ARITHMETIC(uint64_t, u64)
ARITHMETIC(float, f32)
ARITHMETIC(double, f64)

#define BITS(T, N)                                                                                                   \
    void shift_##N(T *a, const T *b, int n) { for (int i = 0; i < n; i++) a[i] = (a[i] << 3) ^ (a[i] >> (b[i] & 7)); } \
    void rotate_##N(T *a, int n) { for (int i = 0; i < n; i++) a[i] = (T)((a[i] << 5) | (a[i] >> (sizeof(T) * 8 - 5))); }
BITS(int8_t, i8)
BITS(uint8_t, u8)
BITS(uint16_t, u16)
BITS(int32_t, i32)
BITS(uint32_t, u32)
BITS(int64_t, i64)
BITS(uint64_t, u64)

#define CONVERT(A, B, N) \
    void N(A *restrict a, const B *restrict b, int n) { for (int i = 0; i < n; i++) a[i] = (A)b[i]; }
CONVERT(int8_t, int32_t, i8_i32)
CONVERT(uint8_t, int64_t, u8_i64)
CONVERT(int16_t, int64_t, i16_i64)
CONVERT(int32_t, int8_t, i32_i8)
CONVERT(uint64_t, uint8_t, u64_u8)
CONVERT(int64_t, int32_t, i64_i32)
CONVERT(float, int32_t, f32_i32)
CONVERT(float, uint8_t, f32_u8)
CONVERT(float, uint32_t, f32_u32)
CONVERT(float, int64_t, f32_i64)
CONVERT(double, int32_t, f64_i32)
CONVERT(double, uint64_t, f64_u64)
CONVERT(double, int16_t, f64_i16)
CONVERT(int32_t, float, i32_f32)
CONVERT(uint32_t, float, u32_f32)
CONVERT(int8_t, float, i8_f32)
CONVERT(uint16_t, double, u16_f64)
CONVERT(int32_t, double, i32_f64)
CONVERT(int64_t, double, i64_f64)
CONVERT(float, double, f32_f64)
CONVERT(double, float, f64_f32)

void saturate(uint8_t *a, const int *b, int n) {
    for (int i = 0; i < n; i++) a[i] = b[i] < 0 ? 0 : b[i] > 255 ? 255 : b[i];
}
void blend(float *a, const float *b, const int *m, int n) {
    for (int i = 0; i < n; i++) a[i] = m[i] > 0 && b[i] < 1 ? sqrtf(fabsf(b[i])) : floorf(a[i]);
}
int any(const int *a, int n) {
    int s = 0;
    for (int i = 0; i < n; i++) s |= a[i] > 10;
    return s;
}
size_t bits(const uint64_t *a, size_t n) {
    size_t s = 0;
    for (size_t i = 0; i < n; i++) s += __builtin_popcountll(a[i]) + __builtin_ctzll(a[i]);
    return s;
}
void pointers(int **a, int *b, int n) { for (int i = 0; i < n; i++) a[i] = b + 3 * i; }
struct color { uint8_t r, g, b; };
void gray(uint8_t *restrict a, const struct color *restrict b, int n) {
    for (int i = 0; i < n; i++) a[i] = (b[i].r * 77 + b[i].g * 150 + b[i].b * 29) >> 8;
}
