/* A thread that waits in read() for input that does not come, while MAIN WORKS. Version 2. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

/* Main has the output to itself while it works. */
static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER;

static void *reader(void *bytes)
{
    char text[64];
    ssize_t n;

    while ((n = read(0, text, sizeof text)) > 0)
        *(long *)bytes += n;
    pthread_mutex_lock(&output);
    printf("END OF THE INPUT\n");
    pthread_mutex_unlock(&output);
    return bytes;
}

int main(void)
{
    pthread_t thread;
    long bytes = 0;

    pthread_mutex_lock(&output);
    pthread_create(&thread, NULL, reader, &bytes);
    for (int i = 1; i <= 8; i++) {
        printf("MAIN WORKS %d\n", i);
        fflush(stdout);
        usleep(200000);
    }
    pthread_mutex_unlock(&output);
    pthread_join(thread, NULL);
    printf("%ld BYTES\n", bytes);
    return 0;
}
