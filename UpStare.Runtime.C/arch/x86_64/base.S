/* base.S - the base activation: calls the program's main, is unrolled to, and restores from.
 *
 * One function, because two functions of one depth would overwrite each other's frame (rule C11).
 *   rbp   frame of this activation, for ever (the CFI says CFA = rbp + 16, so unwinders work at any moment)
 *   rsp   lowered at a commit below the lowest surviving object
 *   rax   what to call: main at first, then the restore clone of the outermost frame
 *   rcx   struct ups_state
 * Offsets into struct ups_state are asserted in state.h. */
#define SIDE_STACK 0
#define UNROLLED 8
#define BASE_SP 16
#define BASE_TOP 24

  .text
  .globl __wrap_main
  .type __wrap_main, @function
__wrap_main:
  .cfi_startproc
  endbr64
  push %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  mov %rsp, %rbp
  .cfi_def_cfa_register %rbp
  mov ups_state(%rip), %rcx
  test %rcx, %rcx
  jz 1f
  mov %rsp, BASE_SP(%rcx)
  mov %rsp, BASE_TOP(%rcx)
1:
  lea __real_main(%rip), %rax
2:
  call *%rax                       /* edi, esi, rdx still hold argc, argv, envp at the first time */
  .globl upstare_base_return
  .hidden upstare_base_return
upstare_base_return:
  mov %rbp, %rsp
  mov ups_state(%rip), %rcx
  test %rcx, %rcx
  jz 3f
  cmpq $0, UNROLLED(%rcx)
  jne 4f
3:
  pop %rbp
  .cfi_remember_state
  .cfi_def_cfa %rsp, 8
  ret
  .cfi_restore_state
4:                                 /* unrolled: all signals are blocked */
  mov SIDE_STACK(%rcx), %rsp
  call ups_at_base                 /* rax = clone to call, 0 = put everything back */
  test %rax, %rax
  jz upstare_roll_back
  mov ups_state(%rip), %rcx
  mov BASE_SP(%rcx), %rsp
  jmp 2b
  .globl upstare_roll_back
  .hidden upstare_roll_back
upstare_roll_back:                 /* on the side stack; the trap handler rewrites all registers */
  int3
  ud2
  .cfi_endproc
  .size __wrap_main, . - __wrap_main

/* ups_on_stack(function, argument, top): calls function(argument) on another stack. */
  .globl ups_on_stack
  .hidden ups_on_stack
  .type ups_on_stack, @function
ups_on_stack:
  .cfi_startproc
  push %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  mov %rsp, %rbp
  .cfi_def_cfa_register %rbp
  mov %rdi, %rax
  mov %rsi, %rdi
  mov %rdx, %rsp
  and $-16, %rsp
  call *%rax
  mov %rbp, %rsp
  pop %rbp
  .cfi_def_cfa %rsp, 8
  ret
  .cfi_endproc
  .size ups_on_stack, . - ups_on_stack

/* upstare_park(): a blocking call that was interrupted asks to be unrolled.  The trap handler answers in eax. */
  .globl upstare_park
  .hidden upstare_park
  .type upstare_park, @function
upstare_park:
  .cfi_startproc
  xor %eax, %eax
  .globl upstare_park_trap
  .hidden upstare_park_trap
upstare_park_trap:
  int3
  ret
  .cfi_endproc
  .size upstare_park, . - upstare_park

/* upstare_system_call(nr, a, b, c, d, e, f): a system call that the update signal's handler can take back: where
 * it finds the program counter in [upstare_system_call, upstare_system_call_done) the call has not begun, or
 * would begin again, and the handler moves the program counter to upstare_system_call_cancel.  Only registers
 * that a call may destroy are changed before, so nothing has to be undone. */
  .globl upstare_system_call
  .hidden upstare_system_call
  .type upstare_system_call, @function
upstare_system_call:
  .cfi_startproc
  mov %rdi, %rax
  mov %rsi, %rdi
  mov %rdx, %rsi
  mov %rcx, %rdx
  mov %r8, %r10
  mov %r9, %r8
  mov 8(%rsp), %r9
  syscall
  .globl upstare_system_call_done
  .hidden upstare_system_call_done
upstare_system_call_done:
  ret
  .globl upstare_system_call_cancel
  .hidden upstare_system_call_cancel
upstare_system_call_cancel:
  mov $-513, %rax                  /* -UPS_INTERRUPTED of blocking.h */
  ret
  .cfi_endproc
  .size upstare_system_call, . - upstare_system_call

/* The note by which `upstare` knows an updatable program. */
  .section .note.upstare, "a", @note
  .balign 4
  .long 8, 4, 1
  .asciz "UpStare"
  .long 2                          /* UPSTARE_ABI */
  .section .note.GNU-stack, "", @progbits
