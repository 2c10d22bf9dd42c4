/* streams.c - scenes of input from streams: half a line is there, the other half comes when the scene ends. */
#include "scenes.h"

static FILE *stream;
static char text[32];

/* A stream in which the call has got some bytes already. */
static FILE *half(void)
{
    if (write(pipes[1], "one\nhalf ", 9) != 9)
        return NULL;
    stream = fdopen(dup(pipes[0]), "r");
    if (fgets(text, sizeof text, stream) == NULL)
        return NULL;
    return stream;
}
static void other_half(void)
{
    if (write(pipes[1], "and half\nmore\n", 14) != 14)
        perror("write");
}
/* The line is whole, and the next one is there. */
static bool is_whole(const char *line)
{
    bool right = strcmp(line, "half and half\n") == 0 && fgets(text, sizeof text, stream) != NULL && strcmp(text, "more\n") == 0 && !ferror(stream);

    fclose(stream);
    return right;
}

static bool play_fgets(void)
{
    char line[32];

    return half() && fgets(line, sizeof line, stream) == line && is_whole(line);
}
static bool play_getline(void)
{
    char *line = NULL;
    size_t size = 0;
    bool right = half() && getline(&line, &size, stream) == 14 && is_whole(line);

    free(line);
    return right;
}
static bool play_fread(void)
{
    char line[32] = "";

    return half() && fread(line, 7, 2, stream) == 2 && is_whole(line);
}
static bool play_getc(void)
{
    char line[32] = "";
    size_t n = 0;

    if (half() == NULL)
        return false;
    do
        line[n] = (char)getc(stream);
    while (line[n++] != '\n' && n < 31);
    return is_whole(line);
}
static bool play_getc_unlocked(void)
{
    char line[32] = "";
    size_t n = 0;

    if (half() == NULL)
        return false;
    do
        line[n] = (char)getc_unlocked(stream);
    while (line[n++] != '\n' && n < 31);
    return is_whole(line);
}
static bool play_unbuffered(void)
{
    char line[32];

    if (half() == NULL)
        return false;
    fclose(stream);
    stream = fdopen(dup(pipes[0]), "r");
    setvbuf(stream, NULL, _IONBF, 0);
    return fgets(line, sizeof line, stream) == line && strcmp(line, "and half\n") == 0 && fclose(stream) == 0;
}

static bool play_fscanf(void)
{
    char first[32] = "", second[32] = "", end[2] = "";

    return half() && fscanf(stream, "%31s %*3[and] %31s%1[\n]", first, second, end) == 3 && strcmp(first, "half") == 0 && strcmp(second, "half") == 0 && is_whole("half and half\n");
}
/* The wait is the first thing that it does, and there are more arguments than registers. */
static bool play_many_characters(void)
{
    char a, b, c, d, e, f, g;

    if (half() == NULL || fscanf(stream, "half") != 0)
        return false;
    return fscanf(stream, " %c%c%c%*1[ ]%c%c%c%c", &a, &b, &c, &d, &e, &f, &g) == 7 && a == 'a' && b == 'n' && c == 'd' && d == 'h' && e == 'a' && f == 'l' && g == 'f'
        && getc(stream) == '\n' && is_whole("half and half\n");
}

const struct scene scenes_of_streams[] = {
    { "fgets", play_fgets, other_half }, { "getline", play_getline, other_half }, { "fread", play_fread, other_half },
    { "getc", play_getc, other_half }, { "getc_unlocked", play_getc_unlocked, other_half }, { "unbuffered", play_unbuffered, other_half },
    { "fscanf", play_fscanf, other_half }, { "many_characters", play_many_characters, other_half },
    { NULL, NULL, NULL },
};
