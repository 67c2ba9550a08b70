// run:
// args: one two three
// stdin: 12 34.5 word
// stdin: second line
// What a program gets and gives: arguments, standard input, environment, both outputs, files, its exit code.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv, char **env) {
  for (int i = 1; i < argc; i++) printf("%d %s\n", i, argv[i]);
  printf("%d %d\n", argc, argv[argc] == 0);
  int n;
  double d;
  char w[20], line[80];
  int got = scanf("%d %lf %19s", &n, &d, w);
  printf("%d %d %g %s\n", got, n, d, w);
  fgets(line, sizeof line, stdin), fgets(line, sizeof line, stdin);
  printf("%s%d\n", line, fgetc(stdin) == EOF);
  printf("%d %d\n", getenv("PATH") != 0, env[0] != 0);
  fprintf(stderr, "to standard error\n");
  FILE *f = tmpfile();
  fprintf(f, "%s %d %5.2f\n", "in a file", 5, 3.14159);
  rewind(f);
  printf("%s", fgets(line, sizeof line, f));
  fclose(f);
  errno = 0;
  printf("%d %d\n", fopen("/does/not/exist", "r") == 0, errno == ENOENT);
  write(1, "", 0);
  return 258 + 42;
}
