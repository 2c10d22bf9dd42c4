/* echo.c - an echo server with a thread for each client, to be updated under load.
 *
 *   echo   listens on a free port of 127.0.0.1, prints it, serves until its input ends */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void *serve(void *argument)
{
  int client = (int)(long)argument;
  char bytes[4096];
  ssize_t n;
  while ((n = recv(client, bytes, sizeof bytes, 0)) > 0)
    if (send(client, bytes, (size_t)n, 0) != n)
      break;
  close(client);
  return NULL;
}

static void *accept_all(void *argument)
{
  int server = (int)(long)argument, client;
  pthread_attr_t detached;
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  while ((client = accept(server, NULL, NULL)) >= 0) {
    pthread_t thread;
    if (pthread_create(&thread, &detached, serve, (void *)(long)client))
      close(client);
  }
  return NULL;
}

int main(void)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM, 0);
  pthread_t thread;
  char c;
  if (bind(server, (struct sockaddr *)&address, size) || listen(server, 128) || getsockname(server, (struct sockaddr *)&address, &size))
    return perror("echo"), 1;
  if (pthread_create(&thread, NULL, accept_all, (void *)(long)server))
    return 1;
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  while (read(0, &c, 1) == 1)
    ;
  return 0;
}
