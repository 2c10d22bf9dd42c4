/* A line server: it answers every line with that line, numbered per client.
 *
 *     server PORT        listens on 127.0.0.1:PORT (0: any free port) and says which
 *
 * It spends its life in select(), without a time-out: with idle clients only, nothing ever wakes it.  An update
 * does not wait for traffic all the same, and no client loses its connection or its count.
 * Version 1 echoes.  A client that sends `stop` ends the server. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 16, LINE = 128 };

struct client {
    int fd;              /* 0: free */
    int lines;           /* answered so far */
    int length;          /* bytes of an unfinished line */
    char line[LINE];
};

static struct client clients[CLIENTS];

static int listen_on(int port)
{
    int on = 1;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) || listen(fd, CLIENTS)) {
        perror("cannot listen");
        exit(1);
    }
    getsockname(fd, (struct sockaddr *)&address, &size);
    printf("listening on port %d\n", ntohs(address.sin_port));
    return fd;
}

static void welcome(int listener)
{
    int fd = accept(listener, NULL, NULL);

    for (int i = 0; i < CLIENTS && fd >= 0; i++)
        if (clients[i].fd == 0) {
            clients[i] = (struct client) { .fd = fd };
            return;
        }
    if (fd >= 0)
        close(fd);
}

/* Answers one whole line; returns 0 when it asks the server to stop. */
static int answer(struct client *client)
{
    char reply[LINE + 32];
    int length = snprintf(reply, sizeof reply, "%d: %s\n", ++client->lines, client->line);

    if (write(client->fd, reply, length) != length)
        printf("a client went away\n");
    return strcmp(client->line, "stop") != 0;
}

/* Takes what a client sent; returns 0 when the server is to stop. */
static int serve(struct client *client)
{
    char c;

    if (read(client->fd, &c, 1) != 1) {
        close(client->fd);
        client->fd = 0;
        return 1;
    }
    if (c != '\n') {
        if (client->length < LINE - 1)
            client->line[client->length++] = c;
        return 1;
    }
    client->line[client->length] = 0;
    client->length = 0;
    return answer(client);
}

static void run(int listener)
{
    for (;;) {
        int highest = listener;
        fd_set ready;

        FD_ZERO(&ready);
        FD_SET(listener, &ready);
        for (int i = 0; i < CLIENTS; i++)
            if (clients[i].fd > 0) {
                FD_SET(clients[i].fd, &ready);
                if (clients[i].fd > highest)
                    highest = clients[i].fd;
            }

        if (select(highest + 1, &ready, NULL, NULL, NULL) < 0)
            continue;
        if (FD_ISSET(listener, &ready))
            welcome(listener);
        for (int i = 0; i < CLIENTS; i++)
            if (clients[i].fd > 0 && FD_ISSET(clients[i].fd, &ready) && !serve(&clients[i]))
                return;
    }
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    run(listen_on(argc > 1 ? atoi(argv[1]) : 0));
    printf("stopped\n");
    return 0;
}
