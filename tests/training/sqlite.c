/* Another life of SQLite than the benchmark's: orders, customers and notes in memory. Prints what the queries give. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sqlite3.h"

static sqlite3 *db;
static unsigned seed = 12345;
static unsigned draw(unsigned n) { return (seed = seed * 1103515245u + 12345u) / 65536u % n; }

static int print_row(void *count, int n, char **values, char **names) {
  (void)names;
  if (++*(int *)count <= 3)
    for (int i = 0; i < n; i++) printf("%s%c", values[i] ? values[i] : "-", i + 1 < n ? '|' : '\n');
  return 0;
}
static void run(const char *sql) {
  char *error = 0;
  int rows = 0;
  if (sqlite3_exec(db, sql, print_row, &rows, &error) != SQLITE_OK) { printf("%s: %s\n", sql, error); exit(1); }
  if (rows) printf("%d rows\n", rows);
}
static void fill(const char *sql, int n, int kind) {
  sqlite3_stmt *s;
  if (sqlite3_prepare_v2(db, sql, -1, &s, 0) != SQLITE_OK) { printf("%s: %s\n", sql, sqlite3_errmsg(db)); exit(1); }
  for (int i = 1; i <= n; i++) {
    char text[80];
    snprintf(text, sizeof text, "%c%u item of kind %u", 'a' + (int)draw(26), draw(10000), draw(50));
    sqlite3_bind_int(s, 1, kind ? (int)draw(1u << 30) : i);
    sqlite3_bind_text(s, 2, text, -1, SQLITE_TRANSIENT);
    sqlite3_bind_double(s, 3, draw(100000) / 8.0);
    sqlite3_bind_int(s, 4, (int)draw(200));
    sqlite3_step(s);
    sqlite3_reset(s);
  }
  sqlite3_finalize(s);
}
int main(int argc, char **argv) {
  int n = argc > 1 ? atoi(argv[1]) : 2000;
  sqlite3_open(":memory:", &db);
  run("CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT, balance REAL, city INT)");
  run("CREATE TABLE purchase(code INT, what TEXT, price REAL, customer INT)");
  run("CREATE TABLE note(a, b UNIQUE, c, d, PRIMARY KEY(a)) WITHOUT ROWID");
  run("BEGIN");
  fill("INSERT INTO customer VALUES(?1, ?2, ?3, ?4)", n / 4, 0);
  fill("INSERT INTO purchase VALUES(?1, ?2, ?3, ?4)", n, 1);
  run("COMMIT");
  fill("INSERT OR REPLACE INTO note VALUES(?1, ?2, ?3, ?4)", n / 2, 1);
  run("CREATE INDEX by_customer ON purchase(customer)");
  run("CREATE INDEX by_what ON purchase(what, price DESC)");
  run("SELECT c.city, count(*), sum(p.price), max(p.what) FROM customer c JOIN purchase p ON p.customer = c.id "
      "GROUP BY c.city HAVING count(*) > 2 ORDER BY 3 DESC");
  run("SELECT what, price FROM purchase WHERE what LIKE '%kind 1%' AND price > 5000 ORDER BY price LIMIT 20");
  run("SELECT count(*) FROM purchase WHERE code BETWEEN 1000 AND 400000000 OR customer IN (3, 5, 7, 11)");
  run("SELECT d, group_concat(substr(b, 1, 4), ',') FROM note WHERE a > 1000 GROUP BY d ORDER BY length(b), d");
  run("UPDATE purchase SET price = price * 1.1, what = upper(what) WHERE customer % 3 = 0");
  run("UPDATE customer SET balance = (SELECT total(price) FROM purchase WHERE customer = customer.id)");
  run("DELETE FROM purchase WHERE rowid % 5 = 0");
  run("DELETE FROM note WHERE d < 20");
  run("SELECT DISTINCT customer FROM purchase ORDER BY customer");
  run("SELECT a.id, b.id FROM customer a, customer b WHERE a.city = b.city AND a.id < b.id AND a.balance < b.balance");
  run("SELECT count(*), avg(price) FROM purchase WHERE EXISTS (SELECT 1 FROM customer WHERE id = purchase.customer)");
  run("CREATE TRIGGER spent AFTER INSERT ON purchase BEGIN UPDATE customer SET balance = balance - new.price WHERE id = "
      "new.customer; END");
  fill("INSERT INTO purchase VALUES(?1, ?2, ?3, ?4)", n / 4, 1);
  run("SELECT round(sum(balance), 2), count(*) FROM customer");
  run("PRAGMA integrity_check");
  sqlite3_close(db);
  return 0;
}
