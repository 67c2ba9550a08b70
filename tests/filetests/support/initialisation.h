#pragma once
#include <cstdio>
struct Noisy { const char *name; Noisy(const char *n) : name(n) { std::printf("made %s\n", n); } ~Noisy() { std::printf("gone %s\n", name); } };
inline int shared_inline = 11;
inline int twice(int x) { static int calls = 0; return x * 2 + calls++; }
template <int N> struct Template { static int count; static int value() { return N * ++count; } };
template <int N> int Template<N>::count = 0;
void more();
int count_of_template();
