#define _GNU_SOURCE
#include "CTorch.h"

#include <dlfcn.h>
#include <stdio.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

static const ctorch_engine *refuse(const char *why, char *error, size_t capacity) {
    snprintf(error, capacity, "%s", why ? why : "unknown error of the dynamic loader");
    return NULL;
}

const ctorch_engine *ctorch_load(const char *path, char *error, size_t capacity) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) return refuse(dlerror(), error, capacity);
    void *symbol = dlsym(library, "ctorch_entry");
    if (!symbol) return refuse(dlerror(), error, capacity);
    ctorch_entry_function entry = NULL;
    *(void **)&entry = symbol;
    const ctorch_engine *engine = entry(CTORCH_ABI);
    return engine ? engine : refuse("it was built for another version of this program", error, capacity);
}

const char *ctorch_own_path(void) {
    static char anchor;
    Dl_info info;
    return dladdr(&anchor, &info) ? info.dli_fname : NULL;
}

int32_t ctorch_has_avx512(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl");
#else
    return 0;
#endif
}

int32_t ctorch_has_bfloat16(void) {
#if defined(__x86_64__)
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (!ctorch_has_avx512() || !__get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx)) return 0;
    return (eax >> 5) & 1;
#else
    return 0;
#endif
}
