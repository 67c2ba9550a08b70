; run:
; with: drive.c
; fadd: sum, in every floating-point type that C has here.
declare void @float_pairs(ptr, i32, i32, ptr)
declare void @float_all(ptr, i32, i32, ptr)
@name = private constant [5 x i8] c"fadd\00"

; {{for K,T,O in f:float:102 d:double:100 x:x86_fp80:120}}
define internal void @fadd_{K}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %b = load {T}, ptr %pb
  %r = fadd {T} %a, %b
  store {T} %r, ptr %out
  ret void
}
define internal void @fadd_{K}_same(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = fadd {T} %a, %a
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{for K,T in f:float d:double}}
; {{for I,V in zero:0.0 one:1.0 two:2.0 half:0.5 minus:-1.5}}
define internal void @fadd_{K}_right_{I}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = fadd {T} %a, {V}
  store {T} %r, ptr %out
  ret void
}
define internal void @fadd_{K}_left_{I}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = fadd {T} {V}, %a
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{end}}

define i32 @main() {
; {{for K,T,O in f:float:102 d:double:100 x:x86_fp80:120}}
  call void @float_pairs(ptr @name, i32 {O}, i32 {O}, ptr @fadd_{K})
  call void @float_all(ptr @name, i32 {O}, i32 {O}, ptr @fadd_{K}_same)
; {{end}}
; {{for K,O in f:102 d:100}}
; {{for I in zero one two half minus}}
  call void @float_all(ptr @name, i32 {O}, i32 {O}, ptr @fadd_{K}_right_{I})
  call void @float_all(ptr @name, i32 {O}, i32 {O}, ptr @fadd_{K}_left_{I})
; {{end}}
; {{end}}
  ret i32 0
}
