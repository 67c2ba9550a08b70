; run:
; indirectbr over a table of block addresses: a small stack machine, its labels also taken from a global.
declare i32 @printf(ptr, ...)
@line = private constant [6 x i8] c"%lld\0A\00"
@program = internal constant [9 x i8] c"\01\05\01\07\02\01\03\03\00"
@labels = internal constant [4 x ptr] [ptr blockaddress(@run, %stop), ptr blockaddress(@run, %push), ptr blockaddress(@run, %add), ptr blockaddress(@run, %mul)]

define i64 @run(ptr %code) noinline {
entry:
  br label %next
next:
  %pc = phi ptr [ %code, %entry ], [ %pc2, %push ], [ %pc1, %add ], [ %pc1, %mul ]
  %a = phi i64 [ 0, %entry ], [ %v, %push ], [ %sum, %add ], [ %product, %mul ]
  %b = phi i64 [ 0, %entry ], [ %a, %push ], [ 0, %add ], [ 0, %mul ]
  %op = load i8, ptr %pc
  %index = zext i8 %op to i64
  %slot = getelementptr [4 x ptr], ptr @labels, i64 0, i64 %index
  %label = load ptr, ptr %slot
  %pc1 = getelementptr i8, ptr %pc, i64 1
  indirectbr ptr %label, [label %stop, label %push, label %add, label %mul]
push:
  %byte = load i8, ptr %pc1
  %v = zext i8 %byte to i64
  %pc2 = getelementptr i8, ptr %pc1, i64 1
  br label %next
add:
  %sum = add i64 %a, %b
  br label %next
mul:
  %product = mul i64 %a, %b
  br label %next
stop:
  ret i64 %a
}

define i32 @choose(i1 %c) noinline {
  %t = select i1 %c, ptr blockaddress(@choose, %yes), ptr blockaddress(@choose, %no)
  indirectbr ptr %t, [label %yes, label %no]
yes:
  ret i32 1
no:
  ret i32 2
}

define i32 @main() {
  %r = call i64 @run(ptr @program)
  call i32 (ptr, ...) @printf(ptr @line, i64 %r)
  %y = call i32 @choose(i1 true)
  %n = call i32 @choose(i1 false)
  %s = mul i32 %y, 10
  %t = add i32 %s, %n
  ret i32 %t
}
