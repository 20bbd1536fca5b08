/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_TESTS_FUZZ_H_
#define LEGATO_TESTS_FUZZ_H_

#include <stddef.h>
#include <stdint.h>

// The target, as libFuzzer calls it.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// How many inputs opened as files: a driver that never gets in tests little.
extern size_t fuzz_opened;

#endif  // LEGATO_TESTS_FUZZ_H_
