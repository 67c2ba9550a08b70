// flags: -mmmx -mssse3
// Vectors of 64 bits in the registers of the x87.
#include <tmmintrin.h>

long long words(__m64 a, __m64 b) {
    __m64 s = _mm_add_pi16(_mm_mullo_pi16(a, b), _mm_packs_pi16(a, b));
    s = _mm_xor_si64(_mm_unpackhi_pi8(s, a), _mm_abs_pi16(b));
    long long r = _mm_cvtm64_si64(_mm_slli_pi32(s, 3));
    _mm_empty();
    return r;
}
__m128i both(__m64 a, __m64 b) { return _mm_set_epi64(a, b); }
