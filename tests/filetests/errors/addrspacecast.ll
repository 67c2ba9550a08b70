; error: address space
; There is one address space; addrspacecast has nothing to cast between.
define i32 @main() {
  %p = alloca i32
  %q = addrspacecast ptr %p to ptr addrspace(1)
  %v = load i32, ptr addrspace(1) %q
  ret i32 %v
}
