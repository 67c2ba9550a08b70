; run:
; with: drive.c
; trunc: the low bits.
declare void @singles(ptr, i32, ptr)
@name = private constant [6 x i8] c"trunc\00"

; {{for A,B,C,D in 7:1:i64:i64 8:1:i64:i64 8:7:i64:i64 13:1:i64:i64 13:8:i64:i64 16:1:i64:i64 16:7:i64:i64 16:8:i64:i64 16:13:i64:i64 24:1:i64:i64 24:8:i64:i64 24:16:i64:i64 32:1:i64:i64 32:7:i64:i64 32:8:i64:i64 32:13:i64:i64 32:16:i64:i64 32:24:i64:i64 33:1:i64:i64 33:8:i64:i64 33:16:i64:i64 33:32:i64:i64 63:7:i64:i64 63:13:i64:i64 63:24:i64:i64 63:33:i64:i64 65:7:i128:i64 65:13:i128:i64 65:24:i128:i64 65:33:i128:i64 100:1:i128:i64 100:8:i128:i64 100:16:i128:i64 100:32:i128:i64 100:63:i128:i64 100:65:i128:i128 127:7:i128:i64 127:13:i128:i64 127:24:i128:i64 127:33:i128:i64 127:100:i128:i128}}
define internal void @trunc_{A}_{B}(ptr %pa, ptr %out) noinline {
  %wa = load {C}, ptr %pa
  %a = trunc {C} %wa to i{A}
  %r = trunc i{A} %a to i{B}
  %w = zext i{B} %r to {D}
  store {D} %w, ptr %out
  ret void
}
; {{end}}
; {{for A,B,C,D in 64:1:i64:i64 64:8:i64:i64 64:16:i64:i64 64:32:i64:i64 64:63:i64:i64 128:1:i128:i64 128:8:i128:i64 128:16:i128:i64 128:32:i128:i64 128:63:i128:i64 128:65:i128:i128 128:127:i128:i128}}
define internal void @trunc_{A}_{B}(ptr %pa, ptr %out) noinline {
  %a = load i{A}, ptr %pa
  %r = trunc i{A} %a to i{B}
  %w = zext i{B} %r to {D}
  store {D} %w, ptr %out
  ret void
}
; {{end}}
; {{for A,B,C,D in 65:64:i128:i64 127:64:i128:i64}}
define internal void @trunc_{A}_{B}(ptr %pa, ptr %out) noinline {
  %wa = load {C}, ptr %pa
  %a = trunc {C} %wa to i{A}
  %r = trunc i{A} %a to i{B}
  store i{B} %r, ptr %out
  ret void
}
; {{end}}
; {{for A,B,C,D in 128:64:i128:i64}}
define internal void @trunc_{A}_{B}(ptr %pa, ptr %out) noinline {
  %a = load i{A}, ptr %pa
  %r = trunc i{A} %a to i{B}
  store i{B} %r, ptr %out
  ret void
}
; {{end}}
; Straight into memory.
; {{for A,B in 16:8 32:8 64:8 32:16 64:16 64:32 128:64}}
define internal void @stored_{A}_{B}(ptr %pa, ptr %out) noinline {
  %a = load i{A}, ptr %pa
  %r = trunc i{A} %a to i{B}
  store i{B} %r, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
; {{for A,B in 7:1 8:1 8:7 13:1 13:8 16:1 16:7 16:8 16:13 24:1 24:8 24:16 32:1 32:7 32:8 32:13 32:16 32:24 33:1 33:8 33:16 33:32 63:7 63:13 63:24 63:33 64:1 64:8 64:16 64:32 64:63 65:7 65:13 65:24 65:33 65:64 100:1 100:8 100:16 100:32 100:63 100:65 127:7 127:13 127:24 127:33 127:64 127:100 128:1 128:8 128:16 128:32 128:63 128:64 128:65 128:127}}
  call void @singles(ptr @name, i32 {A}, ptr @trunc_{A}_{B})
; {{end}}
; {{for A,B in 16:8 32:8 64:8 32:16 64:16 64:32 128:64}}
  call void @singles(ptr @name, i32 {A}, ptr @stored_{A}_{B})
; {{end}}
  ret i32 0
}
