#include "CFuzzer.h"

int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*one)(const uint8_t *data, size_t size))
    __attribute__((weak));

int cf_run(int *count, char ***arguments, int (*one)(const uint8_t *data, size_t size)) {
    return LLVMFuzzerRunDriver ? LLVMFuzzerRunDriver(count, arguments, one) : -1;
}
