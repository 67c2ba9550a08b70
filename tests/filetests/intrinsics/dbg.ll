; run:
; llvm.dbg.declare, value, assign, label: debug information in the form of calls leaves no trace in code.
define i32 @f(i32 %x) noinline !dbg !5 {
  %p = alloca i32, !DIAssignID !12
  call void @llvm.dbg.declare(metadata ptr %p, metadata !8, metadata !DIExpression()), !dbg !10
  store i32 %x, ptr %p, !dbg !10, !DIAssignID !12
  call void @llvm.dbg.assign(metadata i32 %x, metadata !8, metadata !DIExpression(), metadata !12, metadata ptr %p, metadata !DIExpression()), !dbg !10
  call void @llvm.dbg.value(metadata i32 %x, metadata !9, metadata !DIExpression()), !dbg !10
  call void @llvm.dbg.label(metadata !11), !dbg !10
  %v = load i32, ptr %p, !dbg !10
  ret i32 %v, !dbg !10
}
define i32 @main() {
  %r = call i32 @f(i32 7)
  ret i32 %r
}
!llvm.module.flags = !{!0}
!llvm.dbg.cu = !{!1}
!0 = !{i32 2, !"Debug Info Version", i32 3}
!1 = distinct !DICompileUnit(language: DW_LANG_C99, file: !2, emissionKind: FullDebug)
!2 = !DIFile(filename: "a.c", directory: "/")
!3 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!4 = !DISubroutineType(types: !{!3, !3})
!5 = distinct !DISubprogram(name: "f", file: !2, line: 1, type: !4, unit: !1, spFlags: DISPFlagDefinition)
!8 = !DILocalVariable(name: "a", scope: !5, file: !2, line: 1, type: !3)
!9 = !DILocalVariable(name: "b", scope: !5, file: !2, line: 1, type: !3)
!10 = !DILocation(line: 1, scope: !5)
!11 = !DILabel(scope: !5, name: "l", file: !2, line: 1)
!12 = distinct !DIAssignID()
