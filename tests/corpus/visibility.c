/* Variables with a visibility of their own: in the specifiers, behind the declarator, on one declaration of several. */
#include "corpus.h"

#define INTERNAL __attribute__((visibility("internal"))) extern

INTERNAL const char *const names[3];
const char *const names[3] = {"one", "two", "three"};
int counted __attribute__((__visibility__("default"))) = 1;
__attribute__((visibility("protected"))) long total, others[2] = {5, 6};

int main(void)
{
    for (int i = 0; i < 3; i++) {
        counted += (int)note(names[i], i);
        total += counted * quiet(others[i % 2]++);
    }
    note("counted", counted);
    note("total", total);
    note("others", others[0] * 10 + others[1]);
    return finish();
}
