// flags: -mcx16
// Every width, order and operation.
#include <stdatomic.h>
#include <stdint.h>

#define OPERATIONS(T, N)                                                                                              \
    T all_##N(_Atomic T *p, T x) {                                                                                    \
        T e = x;                                                                                                      \
        T s = atomic_load(p) + atomic_load_explicit(p, memory_order_relaxed) + atomic_load_explicit(p, memory_order_acquire); \
        atomic_store(p, x); atomic_store_explicit(p, x, memory_order_relaxed); atomic_store_explicit(p, x, memory_order_release); \
        s += atomic_exchange(p, x) + atomic_fetch_add(p, x) + atomic_fetch_sub(p, x) + atomic_fetch_and(p, x);        \
        s += atomic_fetch_or(p, x) + atomic_fetch_xor(p, x) + __atomic_fetch_nand((T *)p, x, 5);                      \
        s += __atomic_fetch_min((T *)p, x, 5) + __atomic_fetch_max((T *)p, x, 5);                                     \
        s += atomic_compare_exchange_strong(p, &e, x) + atomic_compare_exchange_weak(p, &e, x);                       \
        return s + e;                                                                                                 \
    }
OPERATIONS(int8_t, i8)
OPERATIONS(uint16_t, u16)
OPERATIONS(int32_t, i32)
OPERATIONS(uint32_t, u32)
OPERATIONS(int64_t, i64)
OPERATIONS(uint64_t, u64)

unsigned __int128 wide(_Atomic unsigned __int128 *p, unsigned __int128 x) {
    unsigned __int128 e = x;
    unsigned __int128 s = atomic_load(p) + atomic_exchange(p, x) + atomic_fetch_add(p, x) + atomic_fetch_or(p, x);
    atomic_store(p, x);
    return s + atomic_compare_exchange_strong(p, &e, x) + e;
}
_Bool flags(_Atomic _Bool *p) { atomic_store(p, 1); return atomic_exchange(p, 0) + atomic_load(p); }
void *pointers(void *_Atomic *p, void *x) {
    void *e = x;
    atomic_compare_exchange_strong(p, &e, x);
    atomic_store(p, x);
    return (char *)atomic_exchange(p, e) + (long)atomic_load(p);
}
float floats(_Atomic float *p, float x) { *p += x; *p -= x; atomic_store(p, x); return atomic_load(p) + atomic_exchange(p, x); }
double doubles(_Atomic double *p, double *q, double x) {
    *p += x;
    return __atomic_fetch_add(q, x, 5) + __atomic_fetch_sub(q, x, 0) + __atomic_fetch_max(q, x, 5) + __atomic_fetch_min(q, x, 5);
}
long double longest(_Atomic(long double) *p, long double x) { *p = x; return *p + x; }
struct pair { int a, b; };
struct pair structs(_Atomic(struct pair) *p, struct pair x) { atomic_store(p, x); return atomic_exchange(p, x); }
struct large { long a[5]; };
struct large larges(_Atomic(struct large) *p, struct large x) { atomic_store(p, x); return atomic_load(p); }
void fences(void) {
    atomic_thread_fence(memory_order_seq_cst); atomic_thread_fence(memory_order_acquire);
    atomic_signal_fence(memory_order_seq_cst); __sync_synchronize();
}
