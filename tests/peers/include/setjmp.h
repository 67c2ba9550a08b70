// WASI's C library of Debian 12 has no setjmp; programs that include this never come to a longjmp.
typedef int jmp_buf[1];
#define setjmp(buffer) 0
_Noreturn void longjmp(jmp_buf, int);
