/* A farm: every animal is a block on the heap that holds a pointer to the function with its voice.
 *
 * This is version 2: everybody has found a new voice.  After an update the pointers still hold the addresses of
 * version 1.  They lead here, and they still compare equal to the functions' names: the address of a function is
 * its identity, whatever its code is. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef const char *voice(int loud);

struct animal {
    const char *name;
    voice *speak;
    struct animal *next;
};

static const char *bark(int loud)
{
    return loud ? "HOWL" : "growl";
}

static const char *meow(int loud)
{
    return loud ? "HISS" : "purr";
}

static const char *moo(int loud)
{
    return loud ? "BELLOW" : "hum";
}

static struct animal *add(struct animal *next, const char *name, voice *speak)
{
    struct animal *animal = malloc(sizeof *animal);

    if (animal == NULL)
        exit(1);
    *animal = (struct animal) { name, speak, next };
    return animal;
}

/* Lets everybody speak once; returns how many dogs there are. */
static int round_of_voices(struct animal *farm, int loud)
{
    int dogs = 0;

    for (struct animal *animal = farm; animal != NULL; animal = animal->next) {
        printf("the %s now says %s\n", animal->name, animal->speak(loud));
        if (animal->speak == bark)
            dogs++;
        usleep(100 * 1000);
    }
    return dogs;
}

int main(void)
{
    struct animal *farm = NULL;

    setvbuf(stdout, NULL, _IOLBF, 0);
    farm = add(farm, "cow", moo);
    farm = add(farm, "cat", meow);
    farm = add(farm, "dog", bark);
    for (int day = 1; day <= 6; day++) {
        int dogs = round_of_voices(farm, day % 2);
        printf("day %d: dogs: %d\n", day, dogs);
    }
    return 0;
}
