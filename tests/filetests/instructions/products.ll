; run:
; with: drive.c
; High and low halves of 64-bit products, as C code takes them from 128-bit ones; 100-bit integers on their way to 200 bits and back.
declare void @pairs(ptr, i32, ptr)
@name = private constant [4 x i8] c"mul\00"

; {{for E in sext zext}}
; {{for S in ashr lshr}}
define internal void @high_{E}_{S}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i64, ptr %pa
  %b = load i64, ptr %pb
  %x = {E} i64 %a to i128
  %y = {E} i64 %b to i128
  %p = mul i128 %x, %y
  %h = {S} i128 %p, 64
  %r = trunc i128 %h to i64
  %l = trunc i128 %p to i64
  store i64 %r, ptr %out
  %next = getelementptr i8, ptr %out, i64 8
  store i64 %l, ptr %next
  ret void
}
; {{end}}
define internal void @mixed_{E}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i64, ptr %pa
  %b = load i64, ptr %pb
  %x = sext i64 %a to i128
  %y = {E} i64 %b to i128
  %p = mul i128 %x, %y
  %h = lshr i128 %p, 63
  %r = trunc i128 %h to i64
  store i64 %r, ptr %out
  ret void
}
; {{end}}
; {{for E in sext zext}}
define internal void @far_{E}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i128, ptr %pa
  %b = load i128, ptr %pb
  %x = trunc i128 %a to i100
  %y = trunc i128 %b to i100
  %v = {E} i100 %x to i200
  %w = {E} i100 %y to i200
  %p = sub i200 %v, %w
  %q = mul i200 %p, %v
  %h = lshr i200 %q, 90
  %r = trunc i200 %h to i100
  %s = zext i100 %r to i128
  store i128 %s, ptr %out
  ret void
}
; {{end}}
define i32 @main() {
; {{for E in sext zext}}
  call void @pairs(ptr @name, i32 64, ptr @high_{E}_ashr)
  call void @pairs(ptr @name, i32 64, ptr @high_{E}_lshr)
  call void @pairs(ptr @name, i32 64, ptr @mixed_{E})
  call void @pairs(ptr @name, i32 128, ptr @far_{E})
; {{end}}
  ret i32 0
}
