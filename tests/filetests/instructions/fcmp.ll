; run:
; with: drive.c
; fcmp: every predicate, ordered and not; as a value, a branch and the condition of a select.
declare void @float_pairs(ptr, i32, i32, ptr)

; {{for P,D in false:fal oeq:oeq ogt:ogt oge:oge olt:olt ole:ole one:one ord:ord ueq:ueq ugt:ugt uge:uge ult:ult ule:ule une:une uno:uno true:tru}}
@name_{P} = private constant [4 x i8] c"{D}\00"
; {{for K,T,O in f:float:102 d:double:100 x:x86_fp80:120}}
define internal void @fcmp_{P}_{K}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %b = load {T}, ptr %pb
  %r = fcmp {P} {T} %a, %b
  %w = zext i1 %r to i64
  store i64 %w, ptr %out
  ret void
}
define internal void @branch_{P}_{K}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %b = load {T}, ptr %pb
  %r = fcmp {P} {T} %a, %b
  br i1 %r, label %yes, label %no
yes:
  store i8 89, ptr %out
  ret void
no:
  store i8 78, ptr %out
  ret void
}
define internal void @select_{P}_{K}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %b = load {T}, ptr %pb
  %r = fcmp {P} {T} %a, %b
  %s = select i1 %r, {T} %a, {T} %b
  store {T} %s, ptr %out
  ret void
}
; {{end}}
; {{end}}

define i32 @main() {
; {{for P in false oeq ogt oge olt ole one ord ueq ugt uge ult ule une uno true}}
; {{for K,T,O in f:float:102 d:double:100 x:x86_fp80:120}}
  call void @float_pairs(ptr @name_{P}, i32 {O}, i32 105, ptr @fcmp_{P}_{K})
  call void @float_pairs(ptr @name_{P}, i32 {O}, i32 105, ptr @branch_{P}_{K})
  call void @float_pairs(ptr @name_{P}, i32 {O}, i32 {O}, ptr @select_{P}_{K})
; {{end}}
; {{end}}
  ret i32 0
}
