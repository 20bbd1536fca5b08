/* SPDX-License-Identifier: Apache-2.0
 *
 * Matrix product inside the CPU kernels: matmul, linear and conv are thin layers over it.
 *
 *     C[m, n] = sum over k of A[m, k] * B[k, n]  (+ row_bias[m])  (+ col_bias[n])
 *
 * A and B have any strides; rows of C are dense (column stride 1). Use: fill m, n, k and the strides, call
 * lg_gemm_plan once (prepare), then lg_gemm_t.run over any ranges of [0, tiles).
 *
 * Order of summation. Every element is a chain of fused multiply-adds in ascending k, cut into blocks of
 * `block_k` whose sums are added up in order, whichever tile, tail or packing it falls into; biases are added
 * last. Only the dot path (B given by its columns, few rows) sums in vector lanes. So a result depends on
 * shape and layout and never on how the range is cut.
 *
 * Packed layouts, shared by the panels in scratch and by weights packed ahead of time:
 *
 *     A: row panels of `panel_rows` (the last one has what is left: r), each [k][r]
 *     B: column panels of `panel_cols` (the last one padded with zeros), each [k][panel_cols]
 */
#ifndef LEGATO_KERNELS_MATMUL_GEMM_H_
#define LEGATO_KERNELS_MATMUL_GEMM_H_

#include "../cpu.h"
#include "../fused/epilogue.h"

typedef struct lg_gemm lg_gemm_t;

// Addresses of one product. `row_bias` (m elements) and `col_bias` (n elements) may be NULL.
typedef struct lg_gemm_data {
    const void *a, *b;
    void *c;
    const void *row_bias, *col_bias;
    void *scratch;       // scratch_bytes, 64-byte aligned; may be NULL when that is 0
    const void *source;  // what pack_b reads, when there is one
    const void *addend;  // of the epilogue, laid out as C; may be NULL
} lg_gemm_data_t;

typedef void (*lg_gemm_run_fn_t)(const lg_gemm_t *gemm, const lg_gemm_data_t *data, int64_t begin,
                                 int64_t end);

// Writes rows [k0, k0 + kc) of columns [j0, j0 + cols) of B as panels, each [kc][panel_cols], one after the
// other; the last one is padded with zeros. How conv turns patches into panels without an im2col matrix.
typedef void (*lg_gemm_pack_b_fn_t)(const lg_gemm_t *gemm, const lg_gemm_data_t *data, int64_t k0, int64_t kc,
                                    int64_t j0, int64_t cols, void *panels);

enum {
    LG_GEMM_B_PACKED = 1,  // data->b is the whole of B as panels with kc = k
    LG_GEMM_SWAPPED = 2,   // set by lg_gemm_plan: n was 1 and the product is computed as its transpose
    LG_GEMM_A_PACKED =
        4,  // data->a is the whole of A as panels, see lg_gemm_pack_a; not for a B that lies in memory
    LG_GEMM_EPILOGUE = 8,  // C is finished by `epilogue`
};

// One instruction set and element type. Static memory.
typedef struct lg_gemm_isa {
    const char *name;
    int32_t elem_bytes;
    int32_t panel_rows, panel_cols;  // of a register tile
    int32_t max_block_k, block_rows, block_cols;
    int32_t dot_long_k;    // from here on the dot path is worth it for more than a few rows
    int32_t direct_max_b;  // elements of B up to which the direct path reads it again for each row tile
    double flops_per_ns;   // what the packed path reaches, for the price in plans
    lg_gemm_run_fn_t run_packed;
    lg_gemm_run_fn_t run_direct;  // B by rows as it lies; K in one block, or few rows
    lg_gemm_run_fn_t run_dot;     // B by columns, few rows
    lg_gemm_run_fn_t run_panels;  // B packed ahead of time, few rows: several panels at once, A as it lies
    // Copies `count` lines of `kc` elements into one panel [kc][width]; lines count .. width-1 become zeros.
    // Writes up to one vector past the panel.
    void (*pack)(void *panel, int64_t width, const void *source, int64_t line_stride, int64_t k_stride,
                 int64_t count, int64_t kc);
} lg_gemm_isa_t;

struct lg_gemm {
    const lg_gemm_isa_t *isa;
    int64_t m, n, k;
    int64_t a_rs, a_cs;  // row and column strides in elements
    int64_t b_rs, b_cs;
    int64_t c_rs;
    lg_gemm_pack_b_fn_t pack_b;  // NULL: B lies in memory
    int64_t flags;               // LG_GEMM_*
    lg_epilogue_t epilogue;      // with LG_GEMM_EPILOGUE; f32 only
    // Set by lg_gemm_plan.
    lg_gemm_run_fn_t run;
    int64_t row_tiles, tiles;  // tile t covers rows of t % row_tiles and columns of t / row_tiles
    int64_t tile_rows, tile_cols;
    int64_t block_k;        // k is cut into blocks of this length, the last one shorter
    int64_t a_panel_bytes;  // part of scratch for panels of A; 0: the packed path reads A as it lies
    int64_t scratch_bytes;
    double work_ns;
};

// Chooses the path from shape and layout and sets what the comment says. Takes some 5 ns.
void lg_gemm_plan(const lg_gemm_isa_t *isa, lg_gemm_t *gemm);

// Bytes of B[k, n] as panels, with the room `pack` needs.
int64_t lg_gemm_packed_b_bytes(const lg_gemm_isa_t *isa, int64_t k, int64_t n);

// Packs all of B for LG_GEMM_B_PACKED: writes lg_gemm_packed_b_bytes, zeros behind the panels. lg_gemm_layout_b names the layout of
// constants (lg_kernel_call_t.pack_layout).
uint64_t lg_gemm_layout_b(const lg_gemm_t *gemm);
void lg_gemm_pack_b(const lg_gemm_isa_t *isa, int64_t k, int64_t n, const void *b, int64_t b_rs, int64_t b_cs,
                    void *panels);

// The same for A[m, k] and LG_GEMM_A_PACKED: for each block of k (gemm->block_k) all row panels, each [kc][rows].
// `gemm` is planned.
uint64_t lg_gemm_layout_a(const lg_gemm_t *gemm, int64_t groups, int64_t group_elems);
int64_t lg_gemm_packed_a_bytes(const lg_gemm_t *gemm);
void lg_gemm_pack_a(const lg_gemm_t *gemm, const void *a, void *panels);

#if LG_CPU_X86
extern const lg_gemm_isa_t lg_gemm_f32__avx2, lg_gemm_f32__avx512, lg_gemm_f64__avx2;
#endif
#if LG_CPU_ARM64
extern const lg_gemm_isa_t lg_gemm_f32__neon, lg_gemm_f64__neon;
#endif

#endif  // LEGATO_KERNELS_MATMUL_GEMM_H_
