/* heap.c - a list of many customers on the heap: what an allocation costs, and what it costs to convert them all.
 *
 *   heap cost N    makes a list of N and frees it; prints the processor time of both in nanoseconds an object, and what an object adds to the memory, in bytes
 *   heap list N    makes the list, says "ready", and waits for a byte; then each customer must be as it was (exit status 1: one is not)
 *
 * With -DVERSION=2 a customer has grown: longer names, a wider balance, a new field. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if VERSION == 2
struct customer { char name[80]; double balance; long limit; struct customer *next; };
#else
struct customer { char name[64]; float balance; struct customer *next; };
#endif

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* other processes of the machine do not count */
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Resident memory in bytes. */
static long memory(void)
{
  long pages = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  if (!f || fscanf(f, "%*s %ld", &pages) != 1)
    perror("/proc/self/statm");
  if (f)
    fclose(f);
  return pages * sysconf(_SC_PAGESIZE);
}

static struct customer *make(long count)
{
  struct customer *list = NULL;
  for (long i = 0; i < count; i++) {
    struct customer *customer = malloc(sizeof *customer);
    if (!customer)
      exit(2);
    snprintf(customer->name, sizeof customer->name, "customer %ld", i);
    customer->balance = (float)i;
    customer->next = list;
    list = customer;
  }
  return list;
}

/* Allocated and written, and nothing else: what an allocation costs is not to be lost in what is done with it. */
static struct customer *make_empty(long count)
{
  struct customer *list = NULL;
  while (count-- > 0) {
    struct customer *customer = malloc(sizeof *customer);
    if (!customer)
      exit(2);
    customer->next = list;
    list = customer;
  }
  return list;
}

static void cost(long count)
{
  long before = memory();
  double start = now();
  struct customer *list = make_empty(count);
  double made = now() - start;
  long bytes = memory() - before;

  start = now();
  while (list) {
    struct customer *next = list->next;
    free(list);
    list = next;
  }
  printf("%.1f %.1f\n", (made + now() - start) / (double)count, (double)bytes / (double)count);
}

static int check(const struct customer *list, long count)
{
  char name[64];
  for (long i = count - 1; i >= 0; i--, list = list->next) {
    snprintf(name, sizeof name, "customer %ld", i);
    if (!list || strcmp(list->name, name) || list->balance != (float)i) {
      printf("customer %ld is not as it was\n", i);
      return 1;
    }
  }
  return 0;
}

int main(int argc, char **argv)
{
  long count = argc == 3 ? atol(argv[2]) : 0;
  char c;

  if (count <= 0)
    return 2;
  if (!strcmp(argv[1], "cost")) {
    cost(count);
    return 0;
  }
  struct customer *list = make(count);
  puts("ready");
  fflush(stdout);
  while (read(0, &c, 1) < 0)
    continue;
  return check(list, count);
}
