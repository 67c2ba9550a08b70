/* Small programs that the general instruction set is trained on. None of them is measured anywhere. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each a function of its own, as in a program of its own. */
#define PROGRAM static __attribute__((noinline))

static uint32_t seed = 1;
static uint32_t draw(void) {
  seed ^= seed << 13;
  seed ^= seed >> 17;
  return seed ^= seed << 5;
}

static uint32_t table[256];
static uint32_t crc(const uint8_t *p, size_t n) {
  uint32_t c = ~0u;
  while (n--) c = table[(c ^ *p++) & 255] ^ (c >> 8);
  return ~c;
}
PROGRAM uint32_t checksums(int times) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int k = 0; k < 8; k++) c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
    table[i] = c;
  }
  static uint8_t text[4096];
  for (size_t i = 0; i < sizeof text; i++) text[i] = (uint8_t)draw();
  uint32_t sum = 0, a = 1, b = 0;
  for (int t = 0; t < times; t++) {
    sum += crc(text, sizeof text - (size_t)t);
    for (size_t i = 0; i < sizeof text; i++) {
      a = (a + text[i]) % 65521;
      b = (b + a) % 65521;
    }
  }
  return sum ^ (b << 16 | a);
}

static void sift(int *v, int i, int n) {
  for (;;) {
    int child = 2 * i + 1;
    if (child >= n) return;
    if (child + 1 < n && v[child] < v[child + 1]) child++;
    if (v[i] >= v[child]) return;
    int t = v[i];
    v[i] = v[child];
    v[child] = t;
    i = child;
  }
}
PROGRAM long heapsort_and_search(int n) {
  int *v = malloc((size_t)n * sizeof *v);
  for (int i = 0; i < n; i++) v[i] = (int)(draw() % 1000000);
  for (int i = n / 2 - 1; i >= 0; i--) sift(v, i, n);
  for (int i = n - 1; i > 0; i--) {
    int t = v[0];
    v[0] = v[i];
    v[i] = t;
    sift(v, 0, i);
  }
  long found = 0;
  for (int k = 0; k < n; k++) {
    int lo = 0, hi = n, x = (int)(draw() % 1000000);
    while (lo < hi) {
      int mid = lo + (hi - lo) / 2;
      if (v[mid] < x) lo = mid + 1;
      else hi = mid;
    }
    found += lo;
  }
  free(v);
  return found;
}

static int paths[64][64];
PROGRAM long shortest_paths(void) {
  for (int i = 0; i < 64; i++)
    for (int j = 0; j < 64; j++) paths[i][j] = i == j ? 0 : (int)(draw() % 900) + 1;
  for (int k = 0; k < 64; k++)
    for (int i = 0; i < 64; i++)
      for (int j = 0; j < 64; j++)
        if (paths[i][k] + paths[k][j] < paths[i][j]) paths[i][j] = paths[i][k] + paths[k][j];
  long sum = 0;
  for (int i = 0; i < 64; i++)
    for (int j = 0; j < 64; j++) sum += paths[i][j];
  return sum;
}

static unsigned char world[2][66][66];
PROGRAM int life(int steps) {
  for (int y = 1; y <= 64; y++)
    for (int x = 1; x <= 64; x++) world[0][y][x] = draw() % 3 == 0;
  for (int t = 0; t < steps; t++) {
    unsigned char(*from)[66] = world[t & 1], (*to)[66] = world[~t & 1];
    for (int y = 1; y <= 64; y++)
      for (int x = 1; x <= 64; x++) {
        int n = from[y - 1][x - 1] + from[y - 1][x] + from[y - 1][x + 1] + from[y][x - 1] + from[y][x + 1] +
                from[y + 1][x - 1] + from[y + 1][x] + from[y + 1][x + 1];
        to[y][x] = n == 3 || (n == 2 && from[y][x]);
      }
  }
  int alive = 0;
  for (int y = 1; y <= 64; y++)
    for (int x = 1; x <= 64; x++) alive += world[steps & 1][y][x];
  return alive;
}

PROGRAM int tak(int x, int y, int z) {
  return y >= x ? z : tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}
PROGRAM int ackermann(int m, int n) {
  return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}
PROGRAM int queens(int n, unsigned columns, unsigned left, unsigned right) {
  unsigned all = (1u << n) - 1, free_ = all & ~(columns | left | right);
  int count = columns == all;
  while (free_) {
    unsigned one = free_ & -free_;
    free_ ^= one;
    count += queens(n, columns | one, (left | one) << 1, (right | one) >> 1);
  }
  return count;
}

PROGRAM double lu(int n) {
  double *a = malloc(sizeof(double) * (size_t)(n * n)), product = 1;
  for (int i = 0; i < n * n; i++) a[i] = (double)(draw() % 1000) / 100 + (i % (n + 1) == 0 ? 50 : 0);
  for (int k = 0; k < n; k++) {
    for (int i = k + 1; i < n; i++) {
      double f = a[i * n + k] / a[k * n + k];
      for (int j = k; j < n; j++) a[i * n + j] -= f * a[k * n + j];
    }
    product *= a[k * n + k] / 50;
  }
  free(a);
  return product;
}
PROGRAM double transform(int n, int times) {
  double *re = calloc((size_t)n, sizeof *re), *im = calloc((size_t)n, sizeof *im), sum = 0;
  for (int i = 0; i < n; i++) re[i] = (double)(draw() % 256);
  for (int t = 0; t < times; t++) {
    for (int i = 1, j = 0; i < n; i++) {
      int bit = n >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i < j) {
        double x = re[i];
        re[i] = re[j];
        re[j] = x;
        x = im[i];
        im[i] = im[j];
        im[j] = x;
      }
    }
    for (int len = 2; len <= n; len <<= 1) {
      double wr = cos(6.283185307179586 / len), wi = sin(6.283185307179586 / len);
      for (int i = 0; i < n; i += len) {
        double cr = 1, ci = 0;
        for (int k = 0; k < len / 2; k++) {
          double ur = re[i + k], ui = im[i + k];
          double vr = re[i + k + len / 2] * cr - im[i + k + len / 2] * ci;
          double vi = re[i + k + len / 2] * ci + im[i + k + len / 2] * cr;
          re[i + k] = ur + vr;
          im[i + k] = ui + vi;
          re[i + k + len / 2] = ur - vr;
          im[i + k + len / 2] = ui - vi;
          double nr = cr * wr - ci * wi;
          ci = cr * wi + ci * wr;
          cr = nr;
        }
      }
    }
    for (int i = 0; i < n; i++) re[i] /= n, im[i] /= n;
  }
  for (int i = 0; i < n; i++) sum += re[i] * (i & 7);
  free(re);
  free(im);
  return sum;
}
PROGRAM double julia(int size) {
  long inside = 0;
  double heat = 0;
  for (int y = 0; y < size; y++)
    for (int x = 0; x < size; x++) {
      double a = 3.0 * x / size - 1.5, b = 3.0 * y / size - 1.5;
      int i = 0;
      while (i < 60 && a * a + b * b < 4) {
        double t = a * a - b * b - 0.79;
        b = 2 * a * b + 0.15;
        a = t;
        i++;
      }
      inside += i == 60;
      heat += i * 0.25;
    }
  return heat + (double)inside;
}
struct particle {
  float x, y, z, vx, vy, vz, mass;
  int kind;
};
PROGRAM float particles(int n, int steps) {
  struct particle *p = calloc((size_t)n, sizeof *p);
  for (int i = 0; i < n; i++) {
    p[i].x = (float)(draw() % 1000) / 10;
    p[i].y = (float)(draw() % 1000) / 10;
    p[i].vx = (float)(draw() % 100) / 50 - 1;
    p[i].mass = 1 + (float)(i % 5);
    p[i].kind = (int)(draw() % 3);
  }
  for (int s = 0; s < steps; s++)
    for (int i = 0; i < n; i++) {
      struct particle *q = &p[i];
      if (q->kind == 1) q->vy -= 0.1f * q->mass;
      else if (q->kind == 2) q->vz += q->vx * 0.01f;
      q->x += q->vx;
      q->y += q->vy;
      q->z += q->vz;
      if (q->x < 0 || q->x > 100) q->vx = -q->vx;
      if (q->y < 0) q->y = 0, q->vy = -q->vy * 0.8f;
    }
  float sum = 0;
  for (int i = 0; i < n; i++) sum += p[i].x + p[i].y - p[i].z;
  free(p);
  return sum;
}

static uint32_t turn(uint32_t x, int k) { return x << k | x >> (32 - k); }
PROGRAM uint32_t digest(int blocks) {
  uint32_t h[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}, words[16], k[64];
  static const int by[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  for (int i = 0; i < 64; i++) k[i] = (uint32_t)(fabs(sin(i + 1.0)) * 4294967296.0);
  for (int n = 0; n < blocks; n++) {
    for (int i = 0; i < 16; i++) words[i] = draw();
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3];
    for (int i = 0; i < 64; i++) {
      uint32_t f;
      int g;
      if (i < 16) f = (b & c) | (~b & d), g = i;
      else if (i < 32) f = (d & b) | (~d & c), g = (5 * i + 1) & 15;
      else if (i < 48) f = b ^ c ^ d, g = (3 * i + 5) & 15;
      else f = c ^ (b | ~d), g = (7 * i) & 15;
      uint32_t t = d;
      d = c;
      c = b;
      b += turn(a + f + k[i] + words[g], by[i >> 4][i & 3]);
      a = t;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
  }
  return h[0] ^ h[1] ^ h[2] ^ h[3];
}
PROGRAM uint64_t stream(int n) {
  uint64_t s[4] = {1, 2, 3, 4}, sum = 0;
  uint32_t x[16];
  for (int i = 0; i < 16; i++) x[i] = draw();
  for (int i = 0; i < n; i++) {
    uint64_t r = (s[1] * 5 << 7 | s[1] * 5 >> 57) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = s[3] << 45 | s[3] >> 19;
    sum += r;
    for (int k = 0; k < 4; k++) {
      uint32_t *a = &x[k], *b = &x[k + 4], *c = &x[k + 8], *d = &x[k + 12];
      *a += *b, *d = turn(*d ^ *a, 16), *c += *d, *b = turn(*b ^ *c, 12);
      *a += *b, *d = turn(*d ^ *a, 8), *c += *d, *b = turn(*b ^ *c, 7);
    }
  }
  return sum ^ x[3] ^ x[9];
}

struct node {
  struct node *left, *right;
  uint32_t key;
  int value;
};
static struct node *insert(struct node *t, uint32_t key) {
  struct node **at = &t;
  while (*at && (*at)->key != key) at = key < (*at)->key ? &(*at)->left : &(*at)->right;
  if (!*at) {
    *at = calloc(1, sizeof **at);
    (*at)->key = key;
  }
  (*at)->value++;
  return t;
}
static long walk(const struct node *t, int depth) {
  return t ? walk(t->left, depth + 1) + t->value * depth + walk(t->right, depth + 1) : 0;
}
static void clear(struct node *t) {
  if (!t) return;
  clear(t->left);
  clear(t->right);
  free(t);
}
PROGRAM long trees(int n) {
  struct node *t = 0;
  for (int i = 0; i < n; i++) t = insert(t, draw() % 5000);
  long sum = walk(t, 0);
  clear(t);
  return sum;
}
struct entry {
  struct entry *next;
  char name[20];
  int count;
};
PROGRAM long words(int n) {
  static struct entry *buckets[512];
  long longest = 0;
  for (int i = 0; i < n; i++) {
    char name[20];
    int length = 0;
    for (uint32_t k = draw() % 700; length < 6; k /= 5) name[length++] = (char)('a' + k % 26);
    name[length] = 0;
    uint32_t h = 5381;
    for (const char *p = name; *p; p++) h = h * 33 + (unsigned char)*p;
    struct entry **at = &buckets[h & 511];
    while (*at && strcmp((*at)->name, name)) at = &(*at)->next;
    if (!*at) {
      *at = calloc(1, sizeof **at);
      strcpy((*at)->name, name);
    }
    if (++(*at)->count > longest) longest = (*at)->count;
  }
  return longest;
}

static int common(const char *a, const char *b) {
  static int row[2][512];
  int n = (int)strlen(a), m = (int)strlen(b);
  memset(row, 0, sizeof row);
  for (int i = 1; i <= n; i++)
    for (int j = 1; j <= m; j++) {
      int up = row[(i - 1) & 1][j], left = row[i & 1][j - 1];
      row[i & 1][j] = a[i - 1] == b[j - 1] ? row[(i - 1) & 1][j - 1] + 1 : up > left ? up : left;
    }
  return row[n & 1][m];
}
PROGRAM int sequences(int n) {
  char a[400], b[400];
  int sum = 0;
  for (int t = 0; t < n; t++) {
    for (int i = 0; i < 300; i++) a[i] = "acgt"[draw() & 3], b[i] = "acgt"[draw() & 3];
    a[300] = b[300] = 0;
    sum += common(a, b);
  }
  return sum;
}

/* A calculator's machine: text to code, code on a stack. */
enum { PUSH, ADD, SUB, MUL, LOAD, STORE, LESS, BRANCH, JUMP, STOP };
static long machine(const int *code, long limit) {
  long stack[32], vars[8] = {0};
  int sp = 0, pc = 0;
  vars[1] = limit;
  for (;;) {
    switch (code[pc++]) {
    case PUSH: stack[sp++] = code[pc++]; break;
    case ADD: sp--; stack[sp - 1] += stack[sp]; break;
    case SUB: sp--; stack[sp - 1] -= stack[sp]; break;
    case MUL: sp--; stack[sp - 1] = stack[sp - 1] * stack[sp] % 1000003; break;
    case LOAD: stack[sp++] = vars[code[pc++]]; break;
    case STORE: vars[code[pc++]] = stack[--sp]; break;
    case LESS: sp--; stack[sp - 1] = stack[sp - 1] < stack[sp]; break;
    case BRANCH: pc = stack[--sp] ? pc + 1 : code[pc]; break;
    case JUMP: pc = code[pc]; break;
    default: return vars[2];
    }
  }
}
PROGRAM long calculator(long limit) {
  static const int code[] = {PUSH, 1, STORE, 2, LOAD, 0, LOAD, 1,  LESS, BRANCH, 27, LOAD, 2, LOAD, 0,
                             MUL,  PUSH, 7, ADD, STORE, 2, LOAD, 0, PUSH, 1, ADD, STORE, STOP};
  int program[40];
  memcpy(program, code, sizeof code);
  program[26] = STORE;
  program[27] = 0;
  program[28] = JUMP;
  program[29] = 4;
  program[30] = STOP;
  program[10] = 30;
  return machine(program, limit);
}
PROGRAM long tokens(const char *text, int times) {
  long numbers = 0, names = 0, marks = 0;
  for (int t = 0; t < times; t++)
    for (const char *p = text; *p;) {
      if (*p == ' ' || *p == '\n') p++;
      else if (*p >= '0' && *p <= '9') {
        long v = 0;
        while (*p >= '0' && *p <= '9') v = v * 10 + (*p++ - '0');
        numbers += v;
      } else if ((*p | 32) >= 'a' && (*p | 32) <= 'z') {
        const char *start = p;
        while (((*p | 32) >= 'a' && (*p | 32) <= 'z') || *p == '_') p++;
        names += p - start;
      } else {
        switch (*p++) {
        case '+': case '-': marks++; break;
        case '*': case '/': marks += 2; break;
        case '(': case ')': marks += 3; break;
        case ';': marks += 5; break;
        default: marks += 7;
        }
      }
    }
  return numbers + names * 3 + marks;
}

struct shape {
  double (*area)(const struct shape *);
  void (*grow)(struct shape *, double);
  double a, b;
};
static double box(const struct shape *s) { return s->a * s->b; }
static double disc(const struct shape *s) { return 3.14159 * s->a * s->a; }
static double corner(const struct shape *s) { return s->a * s->b / 2; }
static void both(struct shape *s, double k) { s->a *= k, s->b *= k; }
static void one(struct shape *s, double k) { s->a += k; }
PROGRAM double shapes(int times) {
  static struct shape all[48];
  double sum = 0;
  for (int i = 0; i < 48; i++) {
    all[i].area = i % 3 == 0 ? box : i % 3 == 1 ? disc : corner;
    all[i].grow = i & 4 ? both : one;
    all[i].a = 1 + i;
    all[i].b = 2;
  }
  for (int t = 0; t < times; t++)
    for (int i = 0; i < 48; i++) {
      sum += all[i].area(&all[i]);
      all[i].grow(&all[i], all[i].a > 1e6 ? 1e-6 : 1.01);
    }
  return sum;
}
static int by_value(const void *a, const void *b) {
  int x = *(const int *)a, y = *(const int *)b;
  return (x > y) - (x < y);
}
PROGRAM long quicken(int n) {
  int *v = malloc(sizeof(int) * (size_t)n);
  for (int i = 0; i < n; i++) v[i] = (int)(draw() >> 8);
  qsort(v, (size_t)n, sizeof *v, by_value);
  long sum = 0;
  for (int i = 0; i < n; i += 7) sum += v[i] ^ i;
  free(v);
  return sum;
}
PROGRAM long numbers(int n) {
  long sum = 0;
  for (int i = 1; i < n; i++) {
    unsigned a = draw() | 1, b = (unsigned)i;
    while (b) {
      unsigned t = a % b;
      a = b;
      b = t;
    }
    long c = i;
    int steps = 0;
    while (c != 1 && steps < 60) c = c & 1 ? 3 * c + 1 : c / 2, steps++;
    sum += a + steps;
  }
  return sum;
}
PROGRAM void blur(int times) {
  static uint8_t picture[66][66][3], other[66][66][3];
  for (int y = 0; y < 66; y++)
    for (int x = 0; x < 66; x++)
      for (int c = 0; c < 3; c++) picture[y][x][c] = (uint8_t)draw();
  for (int t = 0; t < times; t++) {
    for (int y = 1; y < 65; y++)
      for (int x = 1; x < 65; x++)
        for (int c = 0; c < 3; c++)
          other[y][x][c] = (uint8_t)((picture[y][x][c] * 4 + picture[y - 1][x][c] + picture[y + 1][x][c] +
                                      picture[y][x - 1][c] + picture[y][x + 1][c]) >> 3);
    memcpy(picture, other, sizeof picture);
  }
  printf("blur %d\n", picture[30][31][1]);
}

int main(void) {
  printf("checksums %u\n", checksums(12));
  printf("heapsort %ld\n", heapsort_and_search(6000));
  printf("paths %ld\n", shortest_paths());
  printf("life %d\n", life(30));
  printf("tak %d ackermann %d queens %d\n", tak(14, 8, 3), ackermann(2, 200), queens(8, 0, 0, 0));
  printf("lu %.6g transform %.6g julia %.6g\n", lu(60), transform(1024, 4), julia(90));
  printf("particles %.4g\n", (double)particles(300, 150));
  printf("digest %u stream %llu\n", digest(600), (unsigned long long)stream(6000));
  printf("trees %ld words %ld\n", trees(9000), words(9000));
  printf("sequences %d\n", sequences(4));
  printf("calculator %ld tokens %ld\n", calculator(12000),
         tokens("let total = (price + 42) * count - offset / 7; if_so (x1) { y = 1000; }\n", 1200));
  printf("shapes %.6g quicken %ld numbers %ld\n", shapes(500), quicken(9000), numbers(9000));
  blur(12);
  return 0;
}
