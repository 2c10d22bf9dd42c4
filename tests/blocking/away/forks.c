/* forks.c - a server whose processes are updated one by one, its children too.  VERSION says which version it is.
 *
 * Reads commands: 'f' forks a child, '_', 's', '3' and 'c' make one otherwise (make_child), 'v' asks all what version they are, 'w' lets the children work,
 * 'e' ends the children and then the parent.  Children work all the time; 1 in 16 of their answers comes by a function pointer that is older than they are. */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef VERSION
#define VERSION 1
#endif
#define MAX 16

struct child {
  pid_t pid;
  int ask, answer;
};

static volatile unsigned long worked, wrong;

__attribute__((noinline)) static int version(void) { return VERSION; }
static int (*volatile by_pointer)(void) = version;

__attribute__((noinline)) static unsigned long work(unsigned long n)
{
  unsigned long sum = 0;
  for (unsigned long i = 1; i <= n; i++)
    sum += i * (i & 1 ? 1 : 2);
  return sum;
}

__attribute__((noinline)) static void check(void)
{
  if (work(40) != 1240)
    wrong++;
  if (++worked % 16 == 0 && by_pointer() != version())
    wrong++;
}

static void serve(int ask, int answer)
{
  char c;
  char text[64];
  for (;;) {
    for (int i = 0; i < 200; i++)
      check();
    if (read(ask, &c, 1) != 1)
      exit(wrong ? 1 : 0);
    int n = c == 'w' ? 0 : snprintf(text, sizeof text, "child %d: version %d\n", getpid(), version());
    if (c != 'w' && write(answer, text, (size_t)n) != n)
      exit(2);
  }
}

struct ends {
  int ask, answer, parents;
};
static int serve_there(void *argument)
{
  const struct ends *ends = argument;
  close(ends->parents);
  serve(ends->ask, ends->answer);
  return 0;
}

/* By libc's fork, by that without handlers, by the kernel's clone and clone3, or on a stack of its own. */
static pid_t make_child(char way, struct ends *ends)
{
  static char stack[1 << 18] __attribute__((aligned(16)));
  struct clone_args args = {.exit_signal = SIGCHLD};
  switch (way) {
  case '_': return _Fork();
  case 's': return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  case '3': return (pid_t)syscall(SYS_clone3, &args, sizeof args);
  case 'c': return clone(serve_there, stack + sizeof stack, SIGCHLD, ends);
  default: return fork();
  }
}

static void fork_child(struct child *children, int count, char way)
{
  struct child *child = &children[count];
  int ask[2], answer[2];
  if (pipe(ask) || pipe(answer))
    exit(3);
  struct ends ends = {ask[0], answer[1], ask[1]};
  child->pid = make_child(way, &ends);
  if (child->pid == 0) {
    close(ask[1]);
    for (int i = 0; i < count; i++)
      close(children[i].ask); /* or they would not see its end */
    serve(ask[0], answer[1]);
  }
  close(ask[0]);
  close(answer[1]);
  child->ask = ask[1];
  child->answer = answer[0];
  printf("child %d\n", child->pid);
}

static void ask_all(struct child *children, int count)
{
  char text[64];
  printf("parent %d: version %d\n", getpid(), version());
  for (int i = 0; i < count; i++) {
    ssize_t n = write(children[i].ask, "v", 1) == 1 ? read(children[i].answer, text, sizeof text) : -1;
    if (n <= 0)
      printf("child %d: gone\n", children[i].pid);
    else
      printf("%.*s", (int)n, text);
  }
}

int main(void)
{
  struct child children[MAX];
  int count = 0, status;
  char c;
  signal(SIGPIPE, SIG_IGN);
  printf("ready\n");
  fflush(stdout);
  while (read(0, &c, 1) == 1 && c != 'e') {
    if (strchr("f_s3c", c) && count < MAX)
      fork_child(children, count++, c);
    for (int i = 0; c == 'w' && i < count; i++)
      if (write(children[i].ask, "w", 1) != 1)
        wrong++;
    if (c == 'v')
      ask_all(children, count);
    check();
    fflush(stdout);
  }
  for (int i = 0; i < count; i++) {
    close(children[i].ask);
    waitpid(children[i].pid, &status, 0);
    printf("ended with %d\n", status);
  }
  printf("%lu wrong\n", wrong);
  return wrong != 0;
}
