// report: rheo: the program was compiled for a processor with xop, fma4, which this one lacks
// cflags: -mxop -mno-avx512f
// Said before the first instruction that the processor does not know: XOP went with AMD's Zen, and Intel's never had it.
int main(void) { return 0; }
