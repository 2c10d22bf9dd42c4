/* torture.h - the roll-back torture: UPSTARE_ROLLBACK_EVERY=K:PATCH. */
#ifndef UPS_TORTURE_H
#define UPS_TORTURE_H

/* Makes its memory; false: none. */
bool ups_torture_start(void);
/* Copies all that the program can write, at the stop. */
void ups_torture_copy(void);
/* Compares, at the base. */
void ups_torture_compare(void);
/* A chosen point where it could not stop. */
void ups_torture_skipped(void);
#endif
