/* report.h - what is said about an update: the reply to a request, and messages on standard error. */
#ifndef UPS_REPORT_H
#define UPS_REPORT_H
#include "state.h"

/* Notes why a thread went on. */
void ups_report_note(struct ups_thread *thread, const struct ups_reason *reason);
/* Notes why data could not be converted. */
void ups_report_refusal(const struct ups_reason *reason);
/* Notes where a thread is that has not come to a point yet: it was interrupted there. */
void ups_report_position(struct ups_thread *thread, const struct ups_machine *machine);
/* Answers a request, or tells standard error about an update that the environment asked for.  Needs 20 KB of stack. */
void ups_report_answer(enum ups_error error, const char *detail);
/* Adds FILE:LINE in FUNCTION of the innermost frame that a thread is stopped in. */
void ups_report_place(struct ups_text *t, const struct ups_thread *thread);
/* Said before anything is touched: where a program died in an update that it asked for itself. */
void ups_report_stop(const struct ups_thread *thread);
/* At exit, with UPSTARE_VERBOSE: why UPSTARE_APPLY_AT has not been able to apply its patch. */
void ups_report_at_exit(void);
#endif
