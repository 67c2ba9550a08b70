// What programs link but never call, and WASI's C library lacks.
int system(const char *command) { return -1; }
char *tmpnam(char *name) { return 0; }
void *tmpfile(void) { return 0; }
