// flags: -mavx2 -mfma -mbmi2 -mf16c -mpclmul -maes
// Wide vectors, gathers, masked memory, half floats: chunks of ours, or shims compiled for the caller's CPU.
#include <immintrin.h>

__m256i ints(__m256i a, __m256i b, const int *p) {
    __m256i s = _mm256_add_epi32(a, _mm256_i32gather_epi32(p, b, 4));
    s = _mm256_sllv_epi32(s, b);
    s = _mm256_permutevar8x32_epi32(s, a);
    s = _mm256_permute4x64_epi64(s, 0x1b);
    return _mm256_blendv_epi8(s, a, _mm256_cmpgt_epi8(a, b));
}
__m256 floats(__m256 a, __m256 b, float *p) {
    __m256 s = _mm256_fmadd_ps(a, b, a);
    _mm256_maskstore_ps(p, _mm256_castps_si256(a), s);
    s = _mm256_add_ps(s, _mm256_maskload_ps(p, _mm256_castps_si256(b)));
    s = _mm256_hadd_ps(s, _mm256_permute2f128_ps(a, b, 0x31));
    return _mm256_cmp_ps(s, a, _CMP_NEQ_UQ);
}
__m256d doubles(__m256d a, __m128d b) {
    return _mm256_mul_pd(_mm256_insertf128_pd(a, b, 1), _mm256_broadcastsd_pd(b));
}
__m128i halves(__m256 a) { return _mm256_cvtps_ph(a, 0); }
__m128i crypto(__m128i a, __m128i b) { return _mm_aesenc_si128(_mm_clmulepi64_si128(a, b, 0x10), b); }
unsigned long long bits(unsigned long long a, unsigned long long b) { return _pext_u64(a, b) + _bzhi_u64(a, 3); }
long long extract(__m256i a) { return _mm256_extract_epi64(a, 3) + _mm256_movemask_epi8(a); }
void loop(int *restrict a, const int *restrict b, const unsigned char *c, int n) {
    for (int i = 0; i < n; i++)
        if (c[i] > 3) a[i] = b[c[i]] * 7 + a[i];
}
