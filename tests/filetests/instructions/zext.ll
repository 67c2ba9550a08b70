; run:
; with: drive.c
; zext: zeroes above.
declare void @singles(ptr, i32, ptr)
@name = private constant [5 x i8] c"zext\00"

; {{for A,B,C,D in 1:7:i64:i64 1:8:i64:i64 1:13:i64:i64 1:16:i64:i64 1:24:i64:i64 1:32:i64:i64 1:33:i64:i64 1:100:i64:i128 7:8:i64:i64 7:16:i64:i64 7:32:i64:i64 7:63:i64:i64 7:65:i64:i128 7:127:i64:i128 8:13:i64:i64 8:16:i64:i64 8:24:i64:i64 8:32:i64:i64 8:33:i64:i64 8:100:i64:i128 13:16:i64:i64 13:32:i64:i64 13:63:i64:i64 13:65:i64:i128 13:127:i64:i128 16:24:i64:i64 16:32:i64:i64 16:33:i64:i64 16:100:i64:i128 24:32:i64:i64 24:63:i64:i64 24:65:i64:i128 24:127:i64:i128 32:33:i64:i64 32:100:i64:i128 33:63:i64:i64 33:65:i64:i128 33:127:i64:i128 63:100:i64:i128 65:100:i128:i128 100:127:i128:i128}}
define internal void @zext_{A}_{B}(ptr %pa, ptr %out) noinline {
  %wa = load {C}, ptr %pa
  %a = trunc {C} %wa to i{A}
  %r = zext i{A} %a to i{B}
  %w = zext i{B} %r to {D}
  store {D} %w, ptr %out
  ret void
}
; {{end}}
; {{for A,B,C,D in 1:64:i64:i64 1:128:i64:i128 8:64:i64:i64 8:128:i64:i128 16:64:i64:i64 16:128:i64:i128 32:64:i64:i64 32:128:i64:i128 63:64:i64:i64 63:128:i64:i128 65:128:i128:i128 127:128:i128:i128}}
define internal void @zext_{A}_{B}(ptr %pa, ptr %out) noinline {
  %wa = load {C}, ptr %pa
  %a = trunc {C} %wa to i{A}
  %r = zext i{A} %a to i{B}
  store i{B} %r, ptr %out
  ret void
}
; {{end}}
; {{for A,B,C,D in 64:65:i64:i128 64:127:i64:i128}}
define internal void @zext_{A}_{B}(ptr %pa, ptr %out) noinline {
  %a = load i{A}, ptr %pa
  %r = zext i{A} %a to i{B}
  %w = zext i{B} %r to {D}
  store {D} %w, ptr %out
  ret void
}
; {{end}}
; {{for A,B,C,D in 64:128:i64:i128}}
define internal void @zext_{A}_{B}(ptr %pa, ptr %out) noinline {
  %a = load i{A}, ptr %pa
  %r = zext i{A} %a to i{B}
  store i{B} %r, ptr %out
  ret void
}
; {{end}}
; Straight from memory.
; {{for A,B in 8:16 8:32 8:64 16:32 16:64 32:64 64:128}}
define internal void @loaded_{A}_{B}(ptr %pa, ptr %out) noinline {
  %a = load i{A}, ptr %pa
  %r = zext i{A} %a to i{B}
  store i{B} %r, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
; {{for A,B in 1:7 1:8 1:13 1:16 1:24 1:32 1:33 1:64 1:100 1:128 7:8 7:16 7:32 7:63 7:65 7:127 8:13 8:16 8:24 8:32 8:33 8:64 8:100 8:128 13:16 13:32 13:63 13:65 13:127 16:24 16:32 16:33 16:64 16:100 16:128 24:32 24:63 24:65 24:127 32:33 32:64 32:100 32:128 33:63 33:65 33:127 63:64 63:100 63:128 64:65 64:127 64:128 65:100 65:128 100:127 127:128}}
  call void @singles(ptr @name, i32 {A}, ptr @zext_{A}_{B})
; {{end}}
; {{for A,B in 8:16 8:32 8:64 16:32 16:64 32:64 64:128}}
  call void @singles(ptr @name, i32 {A}, ptr @loaded_{A}_{B})
; {{end}}
  ret i32 0
}
