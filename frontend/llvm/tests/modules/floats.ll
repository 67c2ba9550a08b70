; Formats without arithmetic of their own, and library calls.
target triple = "x86_64-pc-linux-gnu"
define half @halves(half %a, bfloat %b, double %d, { half, i32 } %agg) {
  %x = fadd half %a, 0xH3C00
  %y = fptrunc double %d to bfloat
  %z = fpext bfloat %y to double
  %w = fptrunc double %z to half
  %c = fcmp ult half %w, %x
  %e = extractvalue { half, i32 } %agg, 0
  %i = fptosi half %e to i64
  %f = uitofp i64 %i to half
  %r = select i1 %c, half %f, half %w
  %n = fneg half %r
  ret half %n
}

define fp128 @quads(fp128 %a, fp128 %b) {
  %s = fadd fp128 %a, %b
  %c = fcmp ueq fp128 %s, %b
  %d = fptrunc fp128 %s to double
  %e = fpext double %d to fp128
  %i = fptosi fp128 %e to i32
  %f = sitofp i32 %i to fp128
  %n = fneg fp128 %f
  %r = select i1 %c, fp128 %n, fp128 0xL00000000000000003FFF000000000000
  ret fp128 %r
}

define x86_fp80 @ld(x86_fp80 %a, i128 %i, ptr %p) {
  %m = frem x86_fp80 %a, 0xK3FFF8000000000000000
  %c = uitofp i128 %i to x86_fp80
  %s = fadd x86_fp80 %m, %c
  %k = fptoui x86_fp80 %s to i128
  store i128 %k, ptr %p
  %t = fptrunc x86_fp80 %s to float
  %e = fpext float %t to x86_fp80
  %i8 = fptosi x86_fp80 %e to i8
  %u = uitofp i8 %i8 to x86_fp80
  %i80 = bitcast x86_fp80 %u to i80
  store i80 %i80, ptr %p
  ret x86_fp80 %u
}
