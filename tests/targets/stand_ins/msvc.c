/* What Microsoft's C library gives to the start of a Rust program, as far as the tests' programs use it. */

int _fltused = 1;
unsigned long _tls_index = 0;

/* The table of virtual functions of C++'s type_info, which Rust's unwinding names. */
__asm__(".data\n.globl \"??_7type_info@@6B@\"\n\"??_7type_info@@6B@\": .quad 0, 0\n.text\n");

/* The directory of thread-local storage, and the list of functions that are called when a thread ends. Linkers sort
   sections by what stands behind the dollar sign, so these enclose those of the program. */
typedef void (*callback)(void);
__attribute__((section(".tls"))) char tls_start = 0;
__attribute__((section(".tls$ZZZ"))) char tls_end = 0;
__attribute__((section(".CRT$XLA"))) callback callbacks_start = 0;
__attribute__((section(".CRT$XLZ"))) callback callbacks_end = 0;
__attribute__((section(".rdata$T"))) const struct {
  void *start, *end, *index, *callbacks;
  unsigned zeros, characteristics;
} _tls_used = {&tls_start, &tls_end, &_tls_index, (void *)(&callbacks_start + 1), 0, 0};

/* Touches each page of a large stack frame, whose size is in rax. */
__asm__(".globl __chkstk\n"
        "__chkstk:\n"
        "  push %rcx\n"
        "  push %rax\n"
        "  lea 24(%rsp), %rcx\n"
        "1: cmp $0x1000, %rax\n"
        "  jb 2f\n"
        "  sub $0x1000, %rcx\n"
        "  test %rcx, (%rcx)\n"
        "  sub $0x1000, %rax\n"
        "  jmp 1b\n"
        "2: sub %rax, %rcx\n"
        "  test %rcx, (%rcx)\n"
        "  pop %rax\n"
        "  pop %rcx\n"
        "  ret\n");

/* No exception is caught: ExceptionContinueSearch. */
int __CxxFrameHandler3(void) { return 1; }

double fma(double a, double b, double c) { return a * b + c; }
float fmaf(float a, float b, float c) { return a * b + c; }

/* The entry point of libraries. */
int _DllMainCRTStartup(void *library, unsigned reason, void *reserved) { return 1; }
