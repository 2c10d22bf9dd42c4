/* away_calls.c - wrappers of away.h, but those of away_names.c. */
#include "away.h"

UPS_AWAY_FILES(UPS_AWAY_WRAPPER)
UPS_AWAY_OTHERS(UPS_AWAY_WRAPPER)
