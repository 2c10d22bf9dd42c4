/* A local variable that has the name of its type: what is written inside its scope must not mean the variable where it means the type. */
#include <stdio.h>
#include <string.h>

typedef struct {
    int visits;
    const char *name;
} user;
typedef unsigned long count;

static user users[2] = { { 0, "anna" }, { 0, "bert" } };

static user *find(const char *name)
{
    for (int i = 0; i < 2; i++)
        if (strcmp(users[i].name, name) == 0)
            return &users[i];
    return NULL;
}

static count visit(user *user, count count)
{
    user->visits += (int) count;
    printf("%s: %d\n", user->name, user->visits);
    return count + 1;
}

static count length(const char *text)
{
    printf("length of %s\n", text);
    return strlen(text);
}

int main(void)
{
    const char *names[] = { "anna", "carl", "bert", "anna" };
    count total = 0;

    for (int i = 0; i < 4; i++) {
        user *user = NULL;
        count count = 1;

        if (i % 2)
            user = find(names[i] + 0 * length(names[i]));
        else
            user = find(names[i]);
        if (user == NULL) {
            puts("nobody");
            continue;
        }
        count = visit(user, count + length(user->name));
        total += visit(find(user->name), count) + count;
    }
    printf("%lu\n", total);
    return 0;
}
