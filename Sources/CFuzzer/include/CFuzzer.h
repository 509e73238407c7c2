// libFuzzer's driver, if the program was linked with it (`make fuzz`).
#ifndef CFUZZER_H
#define CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// Runs libFuzzer on a function; never returns to a caller that goes on. −1 where the program has no libFuzzer in it.
int cf_run(int *count, char ***arguments, int (*one)(const uint8_t *data, size_t size));

#endif
