; run:
; with: drive.c
; switch at several widths: dense, sparse, negative, at the edges of the type, several cases to one block, no case.
declare void @pairs(ptr, i32, ptr)
declare void @singles(ptr, i32, ptr)
@name = private constant [7 x i8] c"switch\00"

; {{for N,MIN,MAX in 8:-128:127 16:-32768:32767 32:-2147483648:2147483647 64:-9223372036854775808:9223372036854775807}}
define internal void @sparse_{N}(ptr %pa, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  switch i{N} %a, label %none [
    i{N} 0, label %zero
    i{N} 1, label %one
    i{N} -1, label %one
    i{N} {MIN}, label %least
    i{N} {MAX}, label %most
    i{N} 100, label %hundred
  ]
zero:
  store i64 10, ptr %out
  ret void
one:
  store i64 11, ptr %out
  ret void
least:
  store i64 12, ptr %out
  ret void
most:
  store i64 13, ptr %out
  ret void
hundred:
  br label %none
none:
  %r = phi i64 [ 15, %hundred ], [ 16, %0 ]
  store i64 %r, ptr %out
  ret void
}

define internal void @dense_{N}(ptr %pa, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  switch i{N} %a, label %out_of_range [
    i{N} -3, label %join
    i{N} -2, label %a2
    i{N} -1, label %a1
    i{N} 0, label %join
    i{N} 1, label %a1
    i{N} 2, label %a2
    i{N} 3, label %join
    i{N} 7, label %a1
    i{N} 10, label %a2
  ]
a1:
  br label %join
a2:
  br label %join
join:
  %r = phi i64 [ 20, %0 ], [ 20, %0 ], [ 20, %0 ], [ 21, %a1 ], [ 22, %a2 ]
  store i64 %r, ptr %out
  ret void
out_of_range:
  store i64 23, ptr %out
  ret void
}
; {{end}}

define internal void @odd_13(ptr %pa, ptr %out) noinline {
  %w = load i64, ptr %pa
  %a = trunc i64 %w to i13
  switch i13 %a, label %no [ i13 0, label %yes
                             i13 -1, label %yes
                             i13 -4096, label %yes ]
yes:
  store i64 1, ptr %out
  ret void
no:
  ret void
}
define internal void @wide_128(ptr %pa, ptr %out) noinline {
  %a = load i128, ptr %pa
  switch i128 %a, label %no [ i128 0, label %yes
                              i128 -1, label %yes
                              i128 18446744073709551616, label %yes ]
yes:
  store i64 1, ptr %out
  ret void
no:
  ret void
}
define internal void @empty_32(ptr %pa, ptr %out) noinline {
  %a = load i32, ptr %pa
  switch i32 %a, label %only []
only:
  store i64 5, ptr %out
  ret void
}
define internal void @bool_1(ptr %pa, ptr %out) noinline {
  %w = load i64, ptr %pa
  %a = trunc i64 %w to i1
  switch i1 %a, label %no [ i1 true, label %yes ]
yes:
  store i64 1, ptr %out
  ret void
no:
  store i64 2, ptr %out
  ret void
}

define i32 @main() {
; {{for N in 8 16 32 64}}
  call void @singles(ptr @name, i32 {N}, ptr @sparse_{N})
  call void @singles(ptr @name, i32 {N}, ptr @dense_{N})
; {{end}}
  call void @singles(ptr @name, i32 13, ptr @odd_13)
  call void @singles(ptr @name, i32 128, ptr @wide_128)
  call void @singles(ptr @name, i32 32, ptr @empty_32)
  call void @singles(ptr @name, i32 1, ptr @bool_1)
  ret i32 0
}
