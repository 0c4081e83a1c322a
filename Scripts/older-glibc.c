// SPDX-License-Identifier: MIT
// Two functions that only newer glibc has, for Scripts/release. Nothing in sockeye calls them: libstdc++'s random.o
// is linked for a constructor beside std::string's, and Swift keeps every function of its Glibc module. Without
// these the binary would not start where glibc is older than 2.36 (arc4random) or 2.35 (hypotf under that name).
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

// 32 bits of the kernel's random numbers; like glibc's it ends the process where there are none.
uint32_t arc4random(void) {
  uint32_t number;
  while (getrandom(&number, sizeof number, 0) != sizeof number)
    if (errno != EINTR) abort();
  return number;
}

// No square of a float overflows a double.
float hypotf(float x, float y) { return (float)sqrt((double)x * x + (double)y * y); }
