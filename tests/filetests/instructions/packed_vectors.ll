; run:
; native: -O2
; Elements of odd widths lie in memory without gaps, as an integer of as many bits does. Natively all is known beforehand,
; since LLVM 19's code reads wrong bits where such elements fill whole bytes.
declare i32 @printf(ptr, ...)
@f = private constant [19 x i8] c"%d x %d: %d %d %d\0A\00"
; {{for N,W,B in 24:5:120 3:5:15 5:24:120 4:40:160 7:33:231 8:7:56 9:3:27 2:63:126 6:4:24 16:9:144}}
define internal void @t_{N}_{W}(i256 %x) alwaysinline {
  %c = trunc i256 %x to i{B}
  %v = bitcast i{B} %c to <{N} x i{W}>
  %p = alloca i256
  store <{N} x i{W}> %v, ptr %p
  %w = load i{B}, ptr %p
  %stored = icmp eq i{B} %w, %c
  store i{B} %c, ptr %p
  %l = load <{N} x i{W}>, ptr %p
  %back = bitcast <{N} x i{W}> %l to i{B}
  %loaded = icmp eq i{B} %back, %c
  %last = sub i32 {N}, 1
  %e = extractelement <{N} x i{W}> %l, i32 %last
  %top = sub i{B} {B}, {W}
  %high = lshr i{B} %c, %top
  %want = trunc i{B} %high to i{W}
  %taken = icmp eq i{W} %e, %want
  %a = zext i1 %stored to i32
  %b = zext i1 %loaded to i32
  %d = zext i1 %taken to i32
  call i32 (ptr, ...) @printf(ptr @f, i32 {N}, i32 {W}, i32 %a, i32 %b, i32 %d)
  ret void
}
; {{end}}
define i32 @main() {
; {{for N,W,B in 24:5:120 3:5:15 5:24:120 4:40:160 7:33:231 8:7:56 9:3:27 2:63:126 6:4:24 16:9:144}}
  call void @t_{N}_{W}(i256 98765432109876543210987654321098765432109876543210987654321098765432109876543)
  call void @t_{N}_{W}(i256 -12345678901234567890123456789012345678901234567890)
; {{end}}
  ret i32 0
}
