/* away_names.c - wrappers of away.h for functions that look up names. */
#include "away.h"

UPS_AWAY_NAMES(UPS_AWAY_WRAPPER)
