#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A parameter that is a transparent union takes each of its members as it is; libc declares those of sockets so. */
typedef union { const int *number; const char *text; } anything __attribute__ ((transparent_union));

__attribute__ ((noinline)) static int count (int n)
{
  static int calls;
  return n + ++calls;
}

__attribute__ ((noinline)) static int show (int before, anything it, int after)
{
  return printf ("%d %d %d\n", before, *it.number & 0xff, after);
}

__attribute__ ((noinline)) static int twice (int n) { return 2 * count (n); }

static int datagrams (int n)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) }, from;
  socklen_t size = sizeof address;
  int in = socket (AF_INET, SOCK_DGRAM, 0), out = socket (AF_INET, SOCK_DGRAM, 0), sum = 0;
  char buffer[64];
  if (in < 0 || out < 0 || bind (in, (struct sockaddr *) &address, size) || getsockname (in, &address, &size))
    return -1;
  for (int i = 0; i < n; i++)
    {
      while (twice (sendto (out, "some text", count (0) % 9 + 1, 0, (struct sockaddr *) &address, sizeof address)) < 2)
        ;
      size = sizeof from;
      sum += recvfrom (in, buffer, (size_t) twice (20) % 32 + 32, 0, &from, &size) + (from.sin_family == AF_INET) * count (1);
    }
  close (in);
  close (out);
  return sum;
}

int main (void)
{
  int one = 1, sum = 0;
  for (int i = 0; i < 4; i++)
    {
      sum += show (count (i), &one, count (i));
      sum += show (count (1), i & 1 ? (const int *) "abc" : &one, twice (i));
      sum += show (count (2), (const char *) "xyz" + i % 3, twice (i));
      sum += show (count (3), &(int) { count (4) }, twice (i));
    }
  printf ("%d %d\n", sum, datagrams (5));
  return 0;
}
