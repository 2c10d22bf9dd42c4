/* base.S - the base activation of a thread: calls its first function, is unrolled to, and restores from.
 *
 * One function, because two functions of one depth would overwrite each other's frame (rule C11).
 *   rbp   frame of this activation, for ever (the CFI says CFA = rbp + 16, so unwinders work at any moment)
 *   rsp   lowered at a commit below the lowest surviving object
 *   rax   what to call: the first function, then the restore clone of the outermost frame
 *   r10   struct ups_thread
 * Offsets into struct ups_thread are asserted in thread.h. */
#define SIDE_STACK 0
#define UNROLLED 8
#define BASE_SP 16
#define BASE_TOP 24

  .section .text.hot, "ax", @progbits
/* ups_base(function, a, b, c): calls function(a, b, c) and returns what it returns. */
  .globl ups_base
  .hidden ups_base
  .type ups_base, @function
ups_base:
  .cfi_startproc
  endbr64
  push %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  mov %rsp, %rbp
  .cfi_def_cfa_register %rbp
  mov ups_this_thread@gottpoff(%rip), %r10
  mov %fs:(%r10), %r10
  test %r10, %r10
  jz 1f
  mov %rsp, BASE_SP(%r10)
  mov %rsp, BASE_TOP(%r10)
1:
  mov %rdi, %rax
  mov %rsi, %rdi
  mov %rdx, %rsi
  mov %rcx, %rdx
2:
  call *%rax
  .globl upstare_base_return
  .hidden upstare_base_return
upstare_base_return:
  mov %rbp, %rsp
  mov ups_this_thread@gottpoff(%rip), %r10
  mov %fs:(%r10), %r10
  test %r10, %r10
  jz 3f
  cmpq $0, UNROLLED(%r10)
  jne 4f
3:
  pop %rbp
  .cfi_remember_state
  .cfi_def_cfa %rsp, 8
  ret
  .cfi_restore_state
4:                                 /* unrolled: all signals are blocked */
  mov SIDE_STACK(%r10), %rsp
  call ups_at_base                 /* rax = clone to call, 0 = put everything back */
  test %rax, %rax
  jz upstare_roll_back
  mov ups_this_thread@gottpoff(%rip), %r10
  mov %fs:(%r10), %r10
  mov BASE_SP(%r10), %rsp
  jmp 2b
  .globl upstare_roll_back
  .hidden upstare_roll_back
upstare_roll_back:                 /* on the side stack; the trap handler rewrites all registers */
  int3
  ud2
  .cfi_endproc
  .size ups_base, . - ups_base

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

/* upstare_deliver(signal, info, context): what the kernel calls instead of a handler of the program's (handlers.h).  The
 * frame that the walker and ups_handler_leave know:
 *   8(%rbp)   return address; the kernel's context, if the kernel has called, begins behind it
 *   -8(%rbp)  signal    -16(%rbp)  info    -24(%rbp)  context    -32(%rbp)  where the thread was away */
  .globl upstare_deliver
  .hidden upstare_deliver
  .type upstare_deliver, @function
upstare_deliver:
  .cfi_startproc
  endbr64
  push %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  mov %rsp, %rbp
  .cfi_def_cfa_register %rbp
  push %rdi
  push %rsi
  push %rdx
  push $0
  mov %rbp, %rcx
  call ups_handler_enter           /* rax = the program's handler */
  mov -8(%rbp), %rdi
  mov -16(%rbp), %rsi
  mov -24(%rbp), %rdx
  call *%rax
  .globl upstare_delivered
  .hidden upstare_delivered
upstare_delivered:
  mov %rbp, %rdi
  call ups_handler_leave
  mov %rbp, %rsp
  pop %rbp
  .cfi_def_cfa %rsp, 8
  ret
  .cfi_endproc
  .size upstare_deliver, . - upstare_deliver

/* upstare_handler_call(clone, interruption): calls the outermost clone of a handler after an update.  The frame:
 *   -8(%rbp)  interruption */
  .globl upstare_handler_call
  .hidden upstare_handler_call
  .type upstare_handler_call, @function
upstare_handler_call:
  .cfi_startproc
  push %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  mov %rsp, %rbp
  .cfi_def_cfa_register %rbp
  push %rsi
  sub $8, %rsp
  call *%rdi
  .globl upstare_handler_called
  .hidden upstare_handler_called
upstare_handler_called:
  mov %rbp, %rsp
  pop %rbp
  .cfi_def_cfa %rsp, 8
  ret
  .cfi_endproc
  .size upstare_handler_call, . - upstare_handler_call

/* Jumped to by the stubs of functions in which a thread can be away (away.h): r11 is the function, r10 how many words of
 * arguments it has on the stack at most.  What has a value before a call is kept: registers that pass arguments, al, which
 * counts those in vector registers.  The frame is like that of a parked call: the walk goes on with what lies at 8(%rbp).
 *   RESULT(%rbp)  struct ups_away_result of away.h; before the call vector registers are there */
#define RESULT -208
  .globl __upstare_away_call
  .hidden __upstare_away_call
  .type __upstare_away_call, @function
__upstare_away_call:
  .cfi_startproc
  push %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  mov %rsp, %rbp
  .cfi_def_cfa_register %rbp
  push %rdi
  push %rsi
  push %rdx
  push %rcx
  push %r8
  push %r9
  push %rax
  push %r10
  push %r11
  lea RESULT(%rbp), %rsp
  movaps %xmm0, RESULT(%rbp)
  movaps %xmm1, RESULT+16(%rbp)
  movaps %xmm2, RESULT+32(%rbp)
  movaps %xmm3, RESULT+48(%rbp)
  movaps %xmm4, RESULT+64(%rbp)
  movaps %xmm5, RESULT+80(%rbp)
  movaps %xmm6, RESULT+96(%rbp)
  movaps %xmm7, RESULT+112(%rbp)
  mov %rbp, %rdi
  call ups_away_begin
  mov -8(%rbp), %rdi
  mov -16(%rbp), %rsi
  mov -24(%rbp), %rdx
  mov -32(%rbp), %rcx
  mov -40(%rbp), %r8
  mov -48(%rbp), %r9
  mov -56(%rbp), %rax
  mov -64(%rbp), %r10
  mov -72(%rbp), %r11
  movaps RESULT(%rbp), %xmm0
  movaps RESULT+16(%rbp), %xmm1
  movaps RESULT+32(%rbp), %xmm2
  movaps RESULT+48(%rbp), %xmm3
  movaps RESULT+64(%rbp), %xmm4
  movaps RESULT+80(%rbp), %xmm5
  movaps RESULT+96(%rbp), %xmm6
  movaps RESULT+112(%rbp), %xmm7
  test $1, %r10b                   /* an odd word before the others: the stack is aligned to 16 bytes */
  jz 1f
  push %r11
1:
  test %r10, %r10
  jz 2f
  pushq 8(%rbp,%r10,8)             /* the last word first */
  dec %r10
  jmp 1b
2:
  call *%r11
  lea RESULT(%rbp), %rsp
  movaps %xmm0, RESULT(%rbp)
  movaps %xmm1, RESULT+16(%rbp)
  mov %rax, RESULT+32(%rbp)
  mov %rdx, RESULT+40(%rbp)
  mov %rbp, %rdi
  mov %rsp, %rsi
  call ups_away_end
  jmp upstare_away_returns
  .cfi_endproc
  .size __upstare_away_call, . - __upstare_away_call

/* upstare_away_resume(): stands where the call stood, on the new stack. */
  .globl upstare_away_resume
  .hidden upstare_away_resume
  .type upstare_away_resume, @function
upstare_away_resume:
  .cfi_startproc
  push %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  mov %rsp, %rbp
  .cfi_def_cfa_register %rbp
  lea RESULT(%rbp), %rsp
  mov %rsp, %rdi
  call ups_away_resume
upstare_away_returns:
  movaps RESULT(%rbp), %xmm0
  movaps RESULT+16(%rbp), %xmm1
  mov RESULT+32(%rbp), %rax
  mov RESULT+40(%rbp), %rdx
  mov %rbp, %rsp
  pop %rbp
  .cfi_def_cfa %rsp, 8
  ret
  .cfi_endproc
  .size upstare_away_resume, . - upstare_away_resume

/* The note by which `upstare` knows an updatable program. */
  .section .note.upstare, "a", @note
  .balign 4
  .long 8, 4, 1
  .asciz "UpStare"
  .long 2                          /* UPSTARE_ABI */
  .section .note.GNU-stack, "", @progbits
