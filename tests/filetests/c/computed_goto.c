// run:
// Labels as values: a table of them, differences of them, one in a static variable, in a loop.
#include <stdio.h>
static int run(const unsigned char *code) {
  static const void *const labels[] = {&&stop, &&push, &&add, &&dup, &&jump_if};
  static const int offsets[] = {&&stop - &&stop, &&push - &&stop, &&add - &&stop, &&dup - &&stop, &&jump_if - &&stop};
  int stack[16], top = 0, steps = 0;
  const unsigned char *pc = code;
#define NEXT do { steps++; if (steps & 1) goto *labels[*pc++]; else goto *(&&stop + offsets[*pc++]); } while (0)
  NEXT;
push: stack[top++] = (signed char)*pc++; NEXT;
add: top--; stack[top - 1] += stack[top]; NEXT;
dup: stack[top] = stack[top - 1]; top++; NEXT;
jump_if: if (stack[--top]) { pc = code + *pc; } else pc++; NEXT;
stop: return stack[top - 1] * 1000 + steps;
}
int main(void) {
  static const unsigned char code[] = {1, 10, 1, 255, 2, 3, 4, 2, 1, 7, 0};
  printf("%d\n", run(code));
  void *where = &&here;
  for (int i = 0; i < 3; i++) {
    goto *where;
  here: printf("here %d\n", i); where = &&there; continue;
  there: printf("there %d\n", i); where = &&here;
  }
  return 0;
}
