/* An enumerator is inserted, so what the stored numbers mean changes; they are translated by name. */
#include "../step.h"

enum state { IDLE, RUNNING, DONE };
typedef enum { LOW = 10, HIGH = 20 } level;

enum state state = IDLE;
static struct { level level; enum state history[3]; unsigned char plain; } job = { LOW, { IDLE, RUNNING, DONE }, 3 };

static const char *name(enum state state)
{
    step();
    return state == IDLE ? "idle" : state == RUNNING ? "running" : state == DONE ? "done" : "?";
}

int main(void)
{
    for (int i = 0; i < 6; i++) {
        enum state next = state == IDLE ? RUNNING : state == RUNNING ? DONE : IDLE;

        step();
        printf("%s, next %s, %s\n", name(state), name(next), job.level == LOW ? "low" : job.level == HIGH ? "high" : "?");
        printf("%s %s %s %d\n", name(job.history[0]), name(job.history[1]), name(job.history[2]), job.plain);
        job.history[i % 3] = state = next;
        job.level = job.level == LOW ? HIGH : LOW;
    }
    return 0;
}
