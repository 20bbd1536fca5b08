/* SPDX-License-Identifier: Apache-2.0
 *
 * The accelerator plugin ABI: v0, unstable until the OpenCL device has used it.
 *
 * Standalone: needs stdint and stddef only and includes no other legato header. It also defines the few
 * types that the rest of the API shares (status, error, dtype, view, op view).
 *
 * A plugin is a shared library that exports ONE symbol, `lg_plugin_query`. Three tiers are planned; this
 * version carries tier 0: kernels that work on host memory. A tier-0 plugin fits on a page, see
 * tests/abi/plugin_matmul.c.
 *
 * Rules of the ABI
 *  - Growable structs begin with {size, abi}; `size` is the end offset of the last member filled. They have
 *    no tail padding, new members go to the end. Test a member with LG_HAS before use.
 *  - Hot structs (lg_view_t, lg_op_view_t, lg_error_t) are frozen and size-asserted below.
 *  - No function may abort, exit, throw, or keep a pointer past the lifetime stated beside it.
 */
#ifndef LEGATO_PLUGIN_H_
#define LEGATO_PLUGIN_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- version ----------------------------------------------------------------------------------------

#define LG_ABI_MAJOR 0u
#define LG_ABI_MINOR 1u
#define LG_ABI ((LG_ABI_MAJOR << 16) | LG_ABI_MINOR)

// The two leading members of a growable struct: `lg_open_desc_t d = { LG_STRUCT(lg_open_desc_t), ... }`.
#define LG_STRUCT(T) (uint32_t)sizeof(T), LG_ABI
// End offset of member `m`; what `size` holds when `m` is the last member filled.
#define LG_END(T, m) ((uint32_t)(offsetof(T, m) + sizeof(((T *)0)->m)))
// Whether the producer of `*p` knew member `m` and set it to non-zero.
#define LG_HAS(p, T, m) ((p)->size >= LG_END(T, m) && (p)->m != 0)

// ---- status and error -------------------------------------------------------------------------------

// 0 is success. Values are frozen.
typedef int32_t lg_status_t;
enum {
    LG_OK = 0,
    LG_STATUS_INVALID_ARGUMENT = 1,  // an argument that can never be right
    LG_STATUS_SHAPE = 2,             // rank or extents do not fit the op
    LG_STATUS_DTYPE = 3,             // element types do not fit the op
    LG_STATUS_INDEX = 4,             // an index or axis out of range (also from kernels, for index data)
    LG_STATUS_DIVISION_BY_ZERO = 5,  // integer division by zero (from kernels)
    LG_STATUS_OUT_OF_MEMORY = 6,
    LG_STATUS_OVERFLOW = 7,     // a size does not fit in int64_t or size_t
    LG_STATUS_UNSUPPORTED = 8,  // legal, but no kernel or device does it; the message says why
    LG_STATUS_NOT_FOUND = 9,
    LG_STATUS_ALREADY_EXISTS = 10,
    LG_STATUS_DEVICE = 11,       // tensors or ops on devices that do not go together
    LG_STATUS_DEVICE_LOST = 12,  // a device stopped answering
    LG_STATUS_BUSY = 13,
    LG_STATUS_CANCELLED = 14,
    LG_STATUS_DEADLINE = 15,
    LG_STATUS_FORMAT = 16,  // a file or text that is malformed; the message says where
    LG_STATUS_IO = 17,      // the operating system refused; the message has its reason
    LG_STATUS_ABI = 18,     // plugin and host do not speak the same version
    LG_STATUS_CLOSED = 19,  // the context or object was closed
    LG_STATUS_INTERNAL = 20,
    LG_STATUS_COUNT = 21
};

// Caller-owned error report. Functions that take `lg_error_t *err` accept NULL and write it on failure only.
typedef struct lg_error {
    int32_t code;       // lg_status_t
    int32_t op_index;   // index of the op in its program, or -1
    char op[64];        // op name or path, "" when no op is involved
    char message[440];  // what was wanted, what was given, how to mend it; always NUL-terminated
} lg_error_t;

// ---- data types -------------------------------------------------------------------------------------

// Element types; values are frozen (they appear in files).
typedef enum lg_dtype {
    LG_DTYPE_INVALID = 0,
    LG_DTYPE_F32 = 1,
    LG_DTYPE_F64 = 2,
    LG_DTYPE_F16 = 3,   // IEEE binary16
    LG_DTYPE_BF16 = 4,  // upper half of binary32
    LG_DTYPE_I8 = 5,
    LG_DTYPE_U8 = 6,
    LG_DTYPE_I16 = 7,
    LG_DTYPE_U16 = 8,
    LG_DTYPE_I32 = 9,
    LG_DTYPE_U32 = 10,
    LG_DTYPE_I64 = 11,
    LG_DTYPE_U64 = 12,
    LG_DTYPE_BOOL = 13,  // one byte, 0 or 1
    LG_DTYPE_COUNT = 14
} lg_dtype_t;

// ---- views ------------------------------------------------------------------------------------------

#define LG_MAX_RANK 8

enum {
    LG_VIEW_CONTIGUOUS = 1,  // row-major without gaps; always truthful, kernels branch on it
    LG_VIEW_READONLY = 2,    // memory must not be written (constants, mapped files, read-only arrays)
};

// A typed, strided window on memory that somebody else owns. Frozen.
// Extents and strides beyond `rank` are unspecified. Strides are in ELEMENTS, may be 0 (broadcast) or
// negative. `data` addresses element (0, ..., 0) and is aligned to the element size.
typedef struct lg_view {
    void *data;                    // NULL when nothing is bound (shape inference) or elem_count is 0
    int64_t elem_count;            // product of the extents; 1 for rank 0
    int64_t shape[LG_MAX_RANK];    // extents >= 0
    int64_t strides[LG_MAX_RANK];  // in elements
    uint8_t dtype;                 // lg_dtype_t
    uint8_t rank;                  // 0 .. LG_MAX_RANK
    uint8_t flags;                 // LG_VIEW_*
    uint8_t reserved[5];           // 0
} lg_view_t;

// ---- attributes -------------------------------------------------------------------------------------

#define LG_MAX_INTS 16

// A list attribute. `count` is -1 when the attribute was not given (Python None).
typedef struct lg_ints {
    int64_t count;
    int64_t values[LG_MAX_INTS];
} lg_ints_t;

// The same for numbers that need not be whole.
typedef struct lg_floats {
    int64_t count;
    double values[LG_MAX_INTS];
} lg_floats_t;

// A number attribute that keeps integers exact.
enum { LG_SCALAR_INT = 0, LG_SCALAR_FLOAT = 1, LG_SCALAR_BOOL = 2 };
typedef struct lg_scalar {
    int64_t kind;  // LG_SCALAR_*
    union {
        int64_t i;  // INT and BOOL (0 or 1)
        double f;   // FLOAT
    } value;
} lg_scalar_t;

// One op with its operands. Frozen. Everything it points to is *valid until* the callee returns.
typedef struct lg_op_view {
    uint32_t op;                   // op id, see ops.gen.h
    uint16_t in_count, out_count;  // operand counts
    const lg_view_t *const *ins;   // in_count entries; NULL for an optional input that is absent
    const lg_view_t *const *outs;  // out_count entries
    const void *attrs;             // lg_<op>_attrs_t of ops.gen.h; NULL when the op has none
    const char *name;              // op name, e.g. "matmul"
    const char *path;              // where it stands in the model, e.g. "encoder.0.attn"; "" when unknown
} lg_op_view_t;

// ---- what the host lends a plugin -------------------------------------------------------------------

typedef struct lg_lane lg_lane_t;

// Body of a parallel loop over [begin, end); `worker` < the lane's worker count. Non-zero stops the loop.
typedef int32_t (*lg_range_fn_t)(void *user, int64_t begin, int64_t end, uint32_t worker);

// Services, *valid until* the plugin is closed. Plugins own no compute threads unless they declare them.
typedef struct lg_host {
    uint32_t size, abi;
    void *self;
    // Allocates `bytes` (> 0) aligned to `alignment` (power of two) from the application's allocator.
    // NULL when out of memory. Give back with `free`.
    void *(*alloc)(void *self, size_t bytes, size_t alignment);
    void (*free)(void *self, void *memory);
    // Runs `fn` over [0, count) in ranges of at least `grain` on `lane`; the caller takes part. Returns the
    // first non-zero result of `fn`, else 0.
    int32_t (*parallel_for)(void *self, lg_lane_t *lane, int64_t count, int64_t grain, lg_range_fn_t fn,
                            void *user);
    // Non-zero when the running call was cancelled or its deadline passed; cheap enough per tile.
    int32_t (*should_stop)(void *self, lg_lane_t *lane);
} lg_host_t;

// ---- what a device answers --------------------------------------------------------------------------

typedef struct lg_device_info {
    uint32_t size, abi;
    const char *name;        // "[vendor.]kind", e.g. "acme.mm"; the host appends ":ordinal"
    const char *vendor;      // for people
    uint64_t threads_owned;  // compute threads the plugin runs itself, 0 for most
} lg_device_info_t;

// A yes is a price, a no is a reason; both reach the user's placement report.
typedef struct lg_support {
    uint32_t size, abi;
    int64_t supported;   // 0 or 1
    int64_t cost_ns;     // expected duration when supported
    const char *reason;  // why not, *valid until* the plugin is closed; required when not supported
} lg_support_t;

// A tier-0 kernel: reads `op->ins`, writes `op->outs` (host memory, data bound). Called from any thread,
// several at once. Returns an lg_status_t code.
typedef int32_t (*lg_device_kernel_fn_t)(void *state, const lg_op_view_t *op, lg_lane_t *lane,
                                         const lg_host_t *host);

// The device table. Filled by `open`; `self` goes to each function.
typedef struct lg_device_table {
    uint32_t size, abi;
    void *self;
    // Describes the device. Strings *valid until* the plugin is closed.
    lg_status_t (*info)(void *self, lg_device_info_t *out_info);
    // Says whether and for what price the device takes `op` (shapes and dtypes set, data not bound).
    lg_status_t (*supports)(void *self, const lg_op_view_t *op, lg_support_t *out_support);
    // tier 0: the kernel for an op that `supports` accepted, with its state (may be NULL; *valid until* close).
    lg_status_t (*kernel)(void *self, const lg_op_view_t *op, lg_device_kernel_fn_t *out_fn, void **out_state,
                          lg_error_t *err);
} lg_device_table_t;

// The plugin table, static memory of the plugin.
typedef struct lg_plugin_table {
    uint32_t size, abi;
    const char *id;        // reverse-DNS or "vendor.product", unique
    const char *version;   // of the plugin, for people
    const char *build_id;  // changes with every build; keys cached blobs
    // How many devices there are. The host opens each once.
    uint32_t (*count)(const lg_host_t *host);
    // Fills `*out_device` for device `index`. `host` is *valid until* close of that device.
    lg_status_t (*open)(const lg_host_t *host, uint32_t index, lg_device_table_t *out_device,
                        lg_error_t *err);
    void (*close)(lg_device_table_t *device);
} lg_plugin_table_t;

// The only exported symbol. Returns NULL when the plugin cannot serve `host_abi` (another major version).
typedef const lg_plugin_table_t *(*lg_plugin_query_fn_t)(uint32_t host_abi);

#if defined(_WIN32)
#define LG_PLUGIN_EXPORT __declspec(dllexport)
#else
#define LG_PLUGIN_EXPORT __attribute__((visibility("default")))
#endif

#if UINTPTR_MAX > 0xffffffffu
#ifdef __cplusplus
#define LG_STATIC_ASSERT_(condition, text) static_assert(condition, text)
#else
#define LG_STATIC_ASSERT_(condition, text) _Static_assert(condition, text)
#endif
LG_STATIC_ASSERT_(sizeof(lg_error_t) == 512, "frozen");
LG_STATIC_ASSERT_(sizeof(lg_view_t) == 152, "frozen");
LG_STATIC_ASSERT_(sizeof(lg_op_view_t) == 48, "frozen");
LG_STATIC_ASSERT_(sizeof(lg_ints_t) == 136, "frozen");
LG_STATIC_ASSERT_(sizeof(lg_floats_t) == 136, "frozen");
LG_STATIC_ASSERT_(sizeof(lg_scalar_t) == 16, "frozen");
#endif

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_PLUGIN_H_
