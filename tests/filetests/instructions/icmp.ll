; run:
; with: drive.c
; icmp: every predicate at every sort of width; as a value, as a branch and as the condition of a select.
declare void @pairs(ptr, i32, ptr)

; {{for P,D in eq:eq. ne:ne. ugt:ugt uge:uge ult:ult ule:ule sgt:sgt sge:sge slt:slt sle:sle}}
@name_{P} = private constant [4 x i8] c"{D}\00"
; {{end}}

; {{for P in eq ne ugt uge ult ule sgt sge slt sle}}
; {{for N,C in 1:i64 2:i64 7:i64 8:i64 13:i64 16:i64 17:i64 24:i64 32:i64 33:i64 63:i64 65:i128 127:i128}}
define internal void @icmp_{P}_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %wa = load {C}, ptr %pa
  %wb = load {C}, ptr %pb
  %a = trunc {C} %wa to i{N}
  %b = trunc {C} %wb to i{N}
  %r = icmp {P} i{N} %a, %b
  %w = zext i1 %r to i64
  store i64 %w, ptr %out
  ret void
}
; {{end}}
; {{for N in 64 128}}
define internal void @icmp_{P}_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %r = icmp {P} i{N} %a, %b
  %w = sext i1 %r to i64
  store i64 %w, ptr %out
  ret void
}
; {{end}}
; {{for N in 8 16 32 64 128}}
define internal void @branch_{P}_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %r = icmp {P} i{N} %a, %b
  br i1 %r, label %yes, label %no
yes:
  store i8 89, ptr %out
  ret void
no:
  store i8 78, ptr %out
  ret void
}
define internal void @select_{P}_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %r = icmp {P} i{N} %a, %b
  %s = select i1 %r, i{N} %a, i{N} %b
  store i{N} %s, ptr %out
  ret void
}
; {{for I,V in 0:0 1:1 m:-1 x:100}}
define internal void @branch_{P}_{N}_right_{I}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %r = icmp {P} i{N} %a, {V}
  br i1 %r, label %yes, label %no
yes:
  store i8 89, ptr %out
  ret void
no:
  ret void
}
; {{end}}
; {{end}}
define internal void @pointer_{P}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load ptr, ptr %pa
  %b = load ptr, ptr %pb
  %r = icmp {P} ptr %a, %b
  %w = zext i1 %r to i64
  store i64 %w, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
; {{for P in eq ne ugt uge ult ule sgt sge slt sle}}
; {{for N in 1 2 7 8 13 16 17 24 32 33 63 64 65 127 128}}
  call void @pairs(ptr @name_{P}, i32 {N}, ptr @icmp_{P}_{N})
; {{end}}
; {{for N in 8 16 32 64 128}}
  call void @pairs(ptr @name_{P}, i32 {N}, ptr @branch_{P}_{N})
  call void @pairs(ptr @name_{P}, i32 {N}, ptr @select_{P}_{N})
; {{for I in 0 1 m x}}
  call void @pairs(ptr @name_{P}, i32 {N}, ptr @branch_{P}_{N}_right_{I})
; {{end}}
; {{end}}
  call void @pairs(ptr @name_{P}, i32 64, ptr @pointer_{P})
; {{end}}
  ret i32 0
}
