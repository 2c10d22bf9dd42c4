/* wrap_threads.h - the calls that create threads. */
#ifndef UPS_WRAP_THREADS_H
#define UPS_WRAP_THREADS_H
#include <pthread.h>
#include <threads.h>

int __upstare_pthread_create(pthread_t *handle, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);
int __upstare_thrd_create(thrd_t *handle, thrd_start_t start, void *argument);
#endif
