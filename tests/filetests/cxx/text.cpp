// run:
// Regular expressions, locales with facets of the program's own, streams and their states, exceptions and manipulators.
#include <clocale>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <locale>
#include <regex>
#include <sstream>
#include <string>
#include <vector>
struct Grouped : std::numpunct<char> { char do_thousands_sep() const override { return '\''; } std::string do_grouping() const override { return "\3"; } char do_decimal_point() const override { return ','; } std::string do_truename() const override { return "yes"; } };
struct Upper : std::ctype<char> { char do_toupper(char c) const override { return c == 'x' ? '*' : std::ctype<char>::do_toupper(c); } const char *do_toupper(char *a, const char *b) const override { for (; a < b; a++) *a = do_toupper(*a); return b; } };
struct Doubling : std::streambuf { std::streambuf *to; explicit Doubling(std::streambuf *to) : to(to) {} int overflow(int c) override { return to->sputc((char)c), to->sputc((char)c); } };
struct Point { int x, y; };
static std::istream &operator>>(std::istream &in, Point &p) { char c; if (in >> c && c == '(' && in >> p.x >> c && c == ',' && in >> p.y >> c && c == ')') return in; in.setstate(std::ios::failbit); return in; }
static std::ostream &operator<<(std::ostream &out, const Point &p) { return out << '(' << p.x << ',' << p.y << ')'; }
int main() {
  std::string text = "2024-02-29 and 1999-12-31, not 20-1-1; mail a.b@example.org, c@d.net";
  std::regex date(R"((\d{4})-(\d\d)-(\d\d))"), mail(R"(([\w.]+)@(\w+\.(?:org|net)))", std::regex::icase);
  for (std::sregex_iterator it(text.begin(), text.end(), date), end; it != end; ++it) std::cout << (*it)[3] << '.' << (*it)[2] << '.' << (*it)[1] << " at " << it->position() << '\n';
  std::cout << std::regex_replace(text, mail, "<$2:$1>") << '\n';
  std::regex back(R"((a|b)*c\1)");
  std::cout << std::regex_match("ababcb", back) << std::regex_match("ababca", back) << std::regex_search("zzz", std::regex("z{2,}?$")) << '\n';
  try { std::regex broken("(["); } catch (const std::regex_error &e) { std::cout << "error " << (e.code() == std::regex_constants::error_brack) << '\n'; }
  std::ostringstream out;
  out.imbue(std::locale(std::locale::classic(), new Grouped));
  out << 1234567 << ' ' << 9876543.25 << ' ' << std::boolalpha << true << ' ' << std::setw(12) << std::left << std::setfill('.') << 1000 << std::hex << std::showbase << ' ' << 255;
  std::cout << out.str() << '\n';
  std::istringstream in("12'345 678'9");
  in.imbue(out.getloc());
  int a = 0, b = 0;
  in >> a >> b;
  std::cout << a << ' ' << b << ' ' << in.fail() << '\n';
  std::locale loud(std::locale::classic(), new Upper);
  std::string word = "fox box";
  std::use_facet<std::ctype<char>>(loud).toupper(&word[0], &word[0] + word.size());
  std::cout << word << ' ' << std::isalpha('q', loud) << ' ' << std::has_facet<std::numpunct<char>>(loud) << '\n';
  std::istringstream points("(1,2)(3,4) (5;6)");
  std::copy(std::istream_iterator<Point>(points), {}, std::ostream_iterator<Point>(std::cout, " "));
  std::cout << points.rdstate() << '\n';
  points.clear();
  points.exceptions(std::ios::failbit | std::ios::badbit);
  try { int i; points >> i; std::cout << i; points.ignore(9, '@'); points >> i; } catch (const std::ios_base::failure &) { std::cout << " failed " << points.eof() << '\n'; }
  Doubling twice(std::cout.rdbuf());
  std::ostream(&twice) << "abc" << 12 << '\n';
  std::cout << std::put_money(12345) << ' ' << std::scientific << std::setprecision(3) << 12345.678 << ' ' << std::quoted("a \"b\"") << '\n';
  std::wostringstream wide;
  wide << L"wide " << 42 << L' ' << std::setw(6) << 2.5;
  for (wchar_t c : wide.str()) std::cout << (char)c;
  std::cout << '\n' << std::setlocale(LC_ALL, "C") << std::endl;
}
