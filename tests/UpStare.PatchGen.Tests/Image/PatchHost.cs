// A host program that loads a patch blob as the runtime does (reserve near, copy, relocate) with as little code as
// possible, and then calls the patch. So what the linker makes is not only looked at but executed.
namespace UpStare.PatchGen.Tests.Image;

/// <summary>C sources for the linker's tests.</summary>
internal static class PatchHost
{
  /// <summary>The host: `host PATCH BLOB-OFFSET ENTRY-OFFSET` prints what entry() returns.</summary>
  public const string Host = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <elf.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/mman.h>
    #include "upstare_abi.h"
    int host_variable = 40;
    __thread long host_thread = 7;
    int host_function(int x) { return x + 1000; }
    int __upstare_probe(int x) { return x * 2; }
    void __register_frame(void *);
    struct jit_code { struct jit_code *next, *previous; const char *file; unsigned long size; };
    struct { unsigned version, action; struct jit_code *relevant, *first; } __jit_debug_descriptor = { 1 };
    __attribute__((noipa)) void __jit_debug_register_code(void) { __asm__ volatile("" ::: "memory"); }
    static void show_to_debugger(char *elf, unsigned long size, unsigned long text) {
      static struct jit_code code;
      Elf64_Ehdr *header = (void *)elf;
      Elf64_Shdr *section = (void *)(elf + header->e_shoff);
      for (int i = 0; i < header->e_shnum; i++)
        if (section[i].sh_flags & SHF_ALLOC) section[i].sh_addr += text;
      code.file = elf;
      code.size = size;
      __jit_debug_descriptor.relevant = __jit_debug_descriptor.first = &code;
      __jit_debug_descriptor.action = 1;
      __jit_debug_register_code();
    }
    int main(int argc, char **argv) {
      FILE *f = fopen(argv[1], "rb");
      fseek(f, 0, SEEK_END);
      long size = ftell(f);
      char *file = malloc(size);
      rewind(f);
      if (fread(file, 1, size, f) != (size_t)size) return 2;
      char *blob = file + atol(argv[2]);
      struct upstare_patch *p = (void *)blob;
      char *near = (char *)((unsigned long)&host_variable & ~0xfffffful), *text = MAP_FAILED;
      for (long away = 0x2000000; text == MAP_FAILED && away < 0x70000000; away += 0x2000000)
        text = mmap(near + away, 0x2000000, PROT_READ | PROT_WRITE | PROT_EXEC,
          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
      if (text == MAP_FAILED) return 3;
      char *data = text + 0x1000000;
      memset(data, 0xee, 0x10000);
      memcpy(text, blob + p->text.offset, p->text.count);
      memcpy(data, blob + p->data.offset, p->data.count);
      memset(data + p->data.count, 0, p->data_zero);
      char *thread = __builtin_thread_pointer();
      unsigned long entities[] = { (unsigned long)&host_variable, (char *)&host_thread - thread,
        (unsigned long)host_function };
      struct upstare_reloc *r = (void *)(blob + p->relocs.offset);
      struct upstare_import *imports = (void *)(blob + p->imports.offset);
      char *strings = blob + p->strings.offset;
      for (unsigned i = 0; i < p->relocs.count; i++, r++) {
        char *place = (r->segment == UPSTARE_SEG_TEXT ? text : data) + r->place;
        unsigned long s = r->target == UPSTARE_TO_TEXT ? (unsigned long)text + r->index
          : r->target == UPSTARE_TO_DATA ? (unsigned long)data + r->index
          : r->target == UPSTARE_TO_ENTITY ? entities[r->index] : 0;
        if (r->target == UPSTARE_TO_IMPORT) {
          struct upstare_import *m = &imports[r->index];
          s = (unsigned long)dlsym(RTLD_DEFAULT, strings + m->name);
          if (s == 0 && !(m->flags & 1)) { fprintf(stderr, "no %s\n", strings + m->name); return 4; }
          if (m->flags & 2) s -= (unsigned long)thread;
        }
        long v = s + r->addend - (r->kind == UPSTARE_REL_PC32 ? (long)place : 0);
        if (r->kind == UPSTARE_REL_PC32 && v != (int)v) { fprintf(stderr, "out of reach\n"); return 5; }
        memcpy(place, &v, r->kind == UPSTARE_REL_PC32 || r->kind == UPSTARE_REL_TPOFF32 ? 4 : 8);
      }
      if (p->eh_frame != UPSTARE_NONE) __register_frame(text + p->eh_frame);
      show_to_debugger(blob + p->symfile.offset, p->symfile.count, (unsigned long)text);
      if (p->flag_offset != UPSTARE_NONE && data[p->flag_offset] != 0) return 6;
      char *(*entry)(void) = (void *)(text + atol(argv[3]));
      puts(entry());
      return host_variable;
    }
    """;

  /// <summary>First unit of a patch: uses everything that a linker must do something about.</summary>
  public const string First = """
    #include <errno.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unwind.h>
    extern int __upstare_e0 __attribute__((visibility("hidden")));
    extern __thread long __upstare_e1 __attribute__((visibility("hidden")));
    extern int __upstare_e2(int) __attribute__((visibility("hidden")));
    extern int __upstare_probe(int);
    extern int missing(void) __attribute__((weak));
    extern int second(int); extern int shared_data; extern const char *const names[]; extern int common_one[10];
    static int counter = 5, zeroed[100];
    static int (*const table[])(int) = { second, __upstare_probe, __upstare_e2 };
    static int (*writable[])(int) = { second, __upstare_e2 };
    __attribute__((aligned(256))) int aligned_one = 11;
    static const double scale = 0.5;
    static int walk(struct _Unwind_Context *c, void *n) { ++*(int *)n; return _URC_NO_REASON; }
    __attribute__((noinline)) static int pick(int n) {
      switch (n) {
        case 0: return 10; case 1: return 21; case 2: return 35; case 3: return 47; case 4: return second(3);
        case 5: return 58; case 6: return 99;
      }
      return -1;
    }
    __attribute__((noinline, cold)) static int rare(int n) { return n ? atoi("12") : puts("never"); }
    static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
    const char *entry(void) {
      static char out[1000];
      int depth = 0, order[4] = { 4, 2, 3, 1 };
      __upstare_e0 += 2;
      __upstare_e1 += 1;
      errno = 0;
      strtol("99999999999999999999999", 0, 10);
      int range = errno == ERANGE;
      common_one[3] = 6; zeroed[7] += 2; counter++;
      _Unwind_Backtrace(walk, &depth);
      qsort(order, 4, sizeof *order, compare);
      snprintf(out, sizeof out, "%d %ld %d|%d %d|%d %d %d %d|%d %d %s %s|%d %d %d|%d %g|%d %d|%d|%d%d%d%d",
        __upstare_e0, __upstare_e1, __upstare_e2(1), __upstare_probe(21), missing ? missing() : -1,
        table[0](1), table[1](4), table[2](5), writable[1](6), second(2), shared_data, names[0], names[1],
        common_one[3], zeroed[7], counter, aligned_one + (int)((unsigned long)&aligned_one % 256),
        scale * counter, range, rare(1), depth > 1, pick(4), order[0], order[1], order[2]);
      return out;
    }
    int picked(int n) { return pick(n); }
    """;

  /// <summary>Second unit.</summary>
  public const string Second = """
    int shared_data = 77;
    const char *const names[] = { "alpha", "beta" };
    int common_one[10];
    extern int __upstare_e0 __attribute__((visibility("hidden")));
    int second(int x) { return x + __upstare_e0; }
    """;

  /// <summary>What entry() must return.</summary>
  public const string Expected = "42 8 1001|42 -1|43 8 1005 1006|44 77 alpha beta|6 2 6|11 3|1 12|1|45123";
}
