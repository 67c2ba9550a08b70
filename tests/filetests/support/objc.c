// Stands in for an Objective-C runtime: says what it is called with.
#include <stdio.h>
static void *one(const char *name, void *a) { printf("%s %p\n", name, a); return a; }
#define ONE(name) void *name(void *a) { return one(#name, a); }
ONE(objc_autorelease) ONE(objc_autoreleaseReturnValue) ONE(objc_loadWeak) ONE(objc_loadWeakRetained) ONE(objc_retain)
ONE(objc_retain_autorelease) ONE(objc_retainAutorelease) ONE(objc_retainAutoreleaseReturnValue)
ONE(objc_retainAutoreleasedReturnValue) ONE(objc_retainBlock) ONE(objc_retainedObject) ONE(objc_unretainedObject)
ONE(objc_unretainedPointer) ONE(objc_unsafeClaimAutoreleasedReturnValue)
void objc_autoreleasePoolPop(void *a) { one("pop", a); }
void *objc_autoreleasePoolPush(void) { return one("push", 0); }
void objc_release(void *a) { one("release", a); }
void objc_destroyWeak(void *a) { one("destroyWeak", a); }
static void two(const char *name, void *a, void *b) { printf("%s %p %p\n", name, a, b); }
void objc_copyWeak(void *a, void *b) { two("copyWeak", a, b); }
void objc_moveWeak(void *a, void *b) { two("moveWeak", a, b); }
void objc_storeStrong(void *a, void *b) { two("storeStrong", a, b); }
void *objc_initWeak(void *a, void *b) { two("initWeak", a, b); return b; }
void *objc_storeWeak(void *a, void *b) { two("storeWeak", a, b); return b; }
int objc_sync_enter(void *a) { one("enter", a); return 3; }
int objc_sync_exit(void *a) { one("exit", a); return 4; }
