// The one symbol of libPleuraTorch.so, the only code that knows libtorch. See CTorch.h for what it hands out.
#ifndef PLEURA_TORCH_H
#define PLEURA_TORCH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C"
#endif
    __attribute__((visibility("default"))) const void *
    ctorch_entry(uint32_t abi);

#endif
