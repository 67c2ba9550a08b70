/* C in the middle: no exceptions of its own, but those of others pass. */
int with_callback(int (*f)(int), int n) {
  char list[n + 1];
  for (int i = 0; i <= n; i++) list[i] = (char)i;
  return f(n) + list[n];
}
