// SPDX-License-Identifier: Apache-2.0
// Peak of fused multiply-adds on one core, for ratios.py: independent chains, enough to hide the latency.
//   cc -O2 -march=native -shared -fPIC fma_peak.c -o fma_peak.so
#if defined(__AVX512F__)
enum { BYTES = 64 };
#elif defined(__AVX__)
enum { BYTES = 32 };
#else
enum { BYTES = 16 };
#endif
enum { CHAINS = 12 };  // latency 4 to 5 times two units on x86 cores since 2013
typedef float vector_t __attribute__((vector_size(BYTES)));

// Returns the number of operations done; `sink` keeps the compiler from leaving them out.
double lg_fma_peak(long rounds, float *sink) {
    vector_t sums[CHAINS], factor, term;
    for (int i = 0; i < BYTES / 4; i++) {
        factor[i] = sink[0];
        term[i] = sink[1];
    }
    for (int k = 0; k < CHAINS; k++) {
        sums[k] = term;
    }
    for (long r = 0; r < rounds; r++) {
#pragma GCC unroll 12
        for (int k = 0; k < CHAINS; k++) {
            sums[k] = sums[k] * factor + term;
        }
    }
    for (int k = 0; k < CHAINS; k++) {
        sink[k % 2] += sums[k][0];
    }
    return 2.0 * CHAINS * (BYTES / 4) * (double)rounds;
}
