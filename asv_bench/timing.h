/* SPDX-License-Identifier: Apache-2.0
 *
 * What the C programs of this folder time with.
 */
#ifndef LEGATO_ASV_TIMING_H_
#define LEGATO_ASV_TIMING_H_

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static inline int64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static inline int compare_times(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

// Sorts the values.
static inline double median_of(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, compare_times);
    return values[count / 2];
}

#endif  // LEGATO_ASV_TIMING_H_
