// flags: -msse4.2 -mssse3
// Intrinsic headers: generic vector code, machine intrinsics with ops and without.
#include <emmintrin.h>
#include <nmmintrin.h>
#include <smmintrin.h>
#include <tmmintrin.h>
#include <xmmintrin.h>

__m128i bytes(__m128i a, __m128i b) {
    __m128i s = _mm_adds_epi8(_mm_sad_epu8(a, b), _mm_packs_epi16(a, b));
    s = _mm_xor_si128(s, _mm_avg_epu8(_mm_subs_epu8(a, b), _mm_max_epu8(a, b)));
    s = _mm_add_epi8(s, _mm_shuffle_epi8(a, b));
    return _mm_or_si128(s, _mm_alignr_epi8(a, b, 5));
}
__m128i words(__m128i a, __m128i b) {
    __m128i s = _mm_mulhi_epi16(_mm_slli_epi16(a, 3), _mm_srai_epi16(b, 2));
    s = _mm_add_epi16(s, _mm_mullo_epi16(a, _mm_srli_epi16(b, 20)));
    return _mm_madd_epi16(s, _mm_packus_epi32(a, b));
}
__m128i doublewords(__m128i a, __m128i b, int n) {
    __m128i s = _mm_sll_epi32(a, _mm_cvtsi32_si128(n));
    s = _mm_add_epi32(s, _mm_mullo_epi32(a, b));
    s = _mm_min_epi32(s, _mm_shuffle_epi32(b, _MM_SHUFFLE(0, 1, 2, 3)));
    return _mm_blendv_epi8(s, a, _mm_cmpgt_epi32(a, b));
}
__m128i quadwords(__m128i a, __m128i b) {
    __m128i s = _mm_add_epi64(_mm_mul_epu32(a, b), _mm_srli_epi64(a, 7));
    s = _mm_sub_epi64(s, _mm_unpackhi_epi64(a, b));
    return _mm_cmpgt_epi64(s, _mm_slli_si128(b, 3));
}
int masks(__m128i a, __m128 b, __m128d c) {
    return _mm_movemask_epi8(a) + _mm_movemask_ps(b) * 3 + _mm_movemask_pd(c) * 5 + _mm_testz_si128(a, a);
}
__m128 floats(__m128 a, __m128 b) {
    __m128 s = _mm_min_ps(_mm_sqrt_ps(a), _mm_rcp_ps(b));
    s = _mm_add_ss(s, _mm_max_ss(a, b));
    s = _mm_and_ps(s, _mm_cmplt_ps(a, b));
    s = _mm_shuffle_ps(s, b, _MM_SHUFFLE(3, 0, 2, 1));
    s = _mm_dp_ps(s, a, 0xf1);
    return _mm_round_ps(_mm_div_ps(s, b), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
__m128d doubles(__m128d a, __m128d b) {
    __m128d s = _mm_add_pd(_mm_cvtps_pd(_mm_cvtpd_ps(a)), _mm_cvtepi32_pd(_mm_cvttpd_epi32(b)));
    s = _mm_max_pd(s, _mm_unpacklo_pd(a, b));
    s = _mm_cmp_pd(s, b, 2);
    return _mm_floor_pd(s);
}
int scalars(__m128 a, __m128d b, unsigned n) {
    int s = _mm_cvtss_si32(a) + _mm_cvttss_si32(a) + _mm_cvtsd_si32(b) + _mm_cvttsd_si32(b);
    s += _mm_comilt_ss(a, a) + _mm_ucomieq_sd(b, b);
    s += _mm_popcnt_u32(n) + (int)_mm_crc32_u32(n, 77);
    s += _mm_extract_epi16(_mm_castps_si128(a), 3) + _mm_extract_epi8(_mm_castps_si128(a), 9);
    return s;
}
void memory(float *p, const double *q, int *r) {
    __m128 v = _mm_loadu_ps(p);
    v = _mm_loadl_pi(v, (const __m64 *)q);
    _mm_storeu_ps(p, _mm_mul_ps(v, _mm_set_ps(1, 2, 3, 4)));
    _mm_storel_epi64((__m128i *)r, _mm_loadl_epi64((const __m128i *)q));
    _mm_stream_si128((__m128i *)r, _mm_setr_epi32(r[0], r[1], r[2], r[3]));
    _mm_maskmoveu_si128(_mm_setzero_si128(), _mm_set1_epi8(-1), (char *)r);
    _mm_prefetch((const char *)p, _MM_HINT_T0);
    _mm_sfence();
    _mm_mfence();
    _mm_pause();
    _mm_setcsr(_mm_getcsr());
}
