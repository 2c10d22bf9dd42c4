/* stopwatch.c - stopwatch RESULT COMMAND...: runs the command and writes "user+system wall" in microseconds and
 * the largest memory of it and its children, in KB.
 *
 * The processor time of the one child is what the overhead tables compare: on a shared machine the wall time of a
 * short run says more about the neighbours.  Exit status is the command's (126/127 when it cannot be run). */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long microseconds(struct timeval t) { return t.tv_sec * 1000000LL + t.tv_usec; }

int main(int argc, char **argv)
{
  if (argc < 3) {
    fprintf(stderr, "usage: stopwatch RESULT COMMAND...\n");
    return 2;
  }
  struct timespec from, to;
  struct rusage used;
  int status;
  clock_gettime(CLOCK_MONOTONIC, &from);
  pid_t child = fork();
  if (child < 0) {
    perror("fork");
    return 126;
  }
  if (child == 0) {
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    _exit(127);
  }
  if (wait4(child, &status, 0, &used) < 0) {
    perror("wait4");
    return 126;
  }
  clock_gettime(CLOCK_MONOTONIC, &to);
  FILE *result = fopen(argv[1], "w");
  if (!result || fprintf(result, "%lld %lld %ld\n", microseconds(used.ru_utime) + microseconds(used.ru_stime),
                         (to.tv_sec - from.tv_sec) * 1000000LL + (to.tv_nsec - from.tv_nsec) / 1000,
                         used.ru_maxrss) < 0 ||
      fclose(result)) {
    perror(argv[1]);
    return 126;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
