; error: main
; A program without main.
define i32 @other() {
  ret i32 0
}
