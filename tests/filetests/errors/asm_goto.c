// error: assembly that jumps
// Assembly that jumps to labels cannot go out of line.
int main(int argc, char **argv) {
  __asm__ goto("testl %0, %0\n\tjne %l1" : : "r"(argc) : : big);
  return 1;
big:
  return 2;
}
