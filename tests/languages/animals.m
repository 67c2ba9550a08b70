#import <objc/objc.h>
#import <objc/runtime.h>
#import <objc/Object.h>
#include <objc/message.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

@protocol Speaking
- (const char *)sound;
@optional
- (int)volume;
@end

@interface Root : Object { int _retained; }
+ (id)make;
- (void)dispose;
@end
@implementation Root
+ (id)make { return class_createInstance(self, 0); }
- (void)dispose { object_dispose(self); }
@end

@interface Animal : Root <Speaking> {
@protected
  const char *_name;
  int _age;
}
@property(assign) int age;
@property(assign, readonly) const char *name;
- (id)initWithName:(const char *)name age:(int)age;
- (void)describe;
@end
@implementation Animal
@synthesize age = _age, name = _name;
- (id)initWithName:(const char *)name age:(int)age { _name = name; _age = age; return self; }
- (const char *)sound { return "..."; }
- (void)describe { printf("%s is %d and says %s (%s)\n", self.name, self.age, [self sound], class_getName(object_getClass(self))); }
@end

@interface Dog : Animal
@end
@implementation Dog
- (const char *)sound { return "woof"; }
- (int)volume { return 11; }
- (void)describe { [super describe]; printf("  volume %d\n", [self volume]); }
@end

@interface Animal (Birthday)
- (int)celebrate;
@end
@implementation Animal (Birthday)
- (int)celebrate { self.age = self.age + 1; return self.age; }
@end

@interface Failure : Root { int _code; }
@property int code;
@end
@implementation Failure
@synthesize code = _code;
@end
@interface Worse : Failure
@end
@implementation Worse
@end

typedef struct { double x, y; long tag; } Big;
@interface Maths : Root
- (Big)bigWith:(double)x;
- (float)half:(float)x;
+ (int)sum:(int)n, ...;
@end
#include <stdarg.h>
@implementation Maths
- (Big)bigWith:(double)x { Big b = {x, x * 2, 7}; return b; }
- (float)half:(float)x { return x / 2; }
+ (int)sum:(int)n, ... {
  va_list l; va_start(l, n); int s = 0;
  for (int i = 0; i < n; i++) s += va_arg(l, int);
  va_end(l); return s;
}
@end

static int risky(int n) {
  @try {
    if (n == 1) { Failure *f = [Failure make]; f.code = 41; @throw f; }
    if (n == 2) { Worse *f = [Worse make]; f.code = 42; @throw f; }
    return n;
  } @catch (Worse *w) {
    printf("worse %d\n", w.code); [w dispose]; return -2;
  } @finally { printf("finally %d\n", n); }
}

int main(void) {
  Animal *a = [[Animal make] initWithName:"Generic" age:3];
  Dog *d = [[Dog make] initWithName:"Rex" age:5];
  Animal *all[] = {a, d};
  for (int i = 0; i < 2; i++) { [all[i] celebrate]; [all[i] describe]; }
  printf("%d %d\n", class_respondsToSelector(object_getClass(a), @selector(volume)), class_respondsToSelector(object_getClass(d), @selector(volume)));
  printf("%d\n", class_conformsToProtocol([Animal class], @protocol(Speaking)));
  Maths *m = [Maths make];
  Big b = [m bigWith:1.5];
  printf("%g %g %ld %g %d\n", b.x, b.y, b.tag, [m half:5], [Maths sum:4, 1, 2, 3, 4]);
  SEL s = @selector(celebrate);
  printf("%s %d\n", sel_getName(s), ((int (*)(id, SEL))objc_msg_lookup(d, s))(d, s));
  id none = 0;
  printf("%d\n", [none celebrate]);
  for (int i = 0; i < 3; i++) {
    @try { printf("risky %d\n", risky(i)); }
    @catch (Failure *f) { printf("failure %d\n", f.code); [f dispose]; }
  }
  @synchronized(a) { printf("synchronized\n"); }
  [a dispose]; [d dispose]; [m dispose];
  return 0;
}
