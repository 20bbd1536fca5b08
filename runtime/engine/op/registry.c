// SPDX-License-Identifier: Apache-2.0
// The registry of a context: an array of pointers that fills up from the front. An entry is complete before it is
// published, by a compare-and-swap of the first free place, and never changes or leaves while the context lives;
// only kernels join an op later, each dtype once.
#include "op/registry.h"

#include <stdio.h>
#include <string.h>

#include "base/port.h"
#include "op/infer.h"
#include "tensor/view.h"

#define REGISTRY_NAME_BYTES 64u  // with the NUL: an op's name fits into lg_error_t.op
#define REGISTRY_MAX_ATTRS 32u
#define REGISTRY_MAX_ATTRS_BYTES 4096u

typedef struct registry_op registry_op_t;

typedef struct registry_kernel {
    struct registry_kernel *next;  // of the same op
    lg_context_t *context;
    lg_device_kernel_fn_t fn;
    void *state;
    void (*destroy)(void *state);
    void *library;
    const char *needs;
    double cost_ns;
    size_t bytes;  // of this block
    lg_kernel_t row;
} registry_kernel_t;

struct registry_op {
    lg_op_info_t info;
    lg_op_rule_t rule;
    lg_op_infer_fn_t infer;
    lg_status_t (*shape)(lg_infer_t *c);  // a built-in rule instead of `infer`
    void *state;
    void (*destroy)(void *state);
    size_t bytes;                       // of this block
    atomic_uint dtypes;                 // bits that a kernel has claimed
    _Atomic(registry_kernel_t *) list;  // all kernels, newest first
    // Written once, by the kernel that claimed the bit; pairs with the acquire loads of lookups.
    _Atomic(const lg_kernel_t *) kernels[LG_DTYPE_COUNT];
};

struct lg_registry {
    _Atomic(registry_op_t *) ops[LG_REGISTRY_MAX_OPS];  // published by release, read by acquire
};

// Memory that lives as long as the context comes straight from its allocator: it must not count as a block
// that keeps the context alive.
static void *registry_alloc(lg_context_t *context, size_t bytes) {
    void *memory = context->heap.allocator.alloc(context->heap.allocator.self, bytes, 16);
    if (memory != NULL) {
        memset(memory, 0, bytes);
    }
    return memory;
}

static void registry_free(lg_context_t *context, void *memory, size_t bytes) {
    context->heap.allocator.free(context->heap.allocator.self, memory, bytes);
}

static struct lg_registry *registry_of(const lg_context_t *context) {
    return atomic_load_explicit(&context->registry, memory_order_acquire);
}

static registry_op_t *registry_at(const lg_context_t *context, uint32_t op) {
    struct lg_registry *registry = registry_of(context);
    return registry != NULL && op >= LG_OP_REGISTERED && op - LG_OP_REGISTERED < LG_REGISTRY_MAX_OPS
               ? atomic_load_explicit(&registry->ops[op - LG_OP_REGISTERED], memory_order_acquire)
               : NULL;
}

static registry_op_t *registry_find(const lg_context_t *context, const char *name) {
    registry_op_t *op;
    for (uint32_t i = 0; (op = registry_at(context, LG_OP_REGISTERED + i)) != NULL; i++) {
        if (strcmp(op->info.name, name) == 0) {
            return op;
        }
    }
    return NULL;
}

// ---- looking ----------------------------------------------------------------------------------------

// What there is to say of them; how many inputs and outputs they have their programs tell.
static const char *const control_in_names[1] = {"xs"};
static const lg_op_info_t control_infos[2] = {
    {LG_OP_COND, LG_OP_FLAG_VARIADIC | LG_OP_FLAG_VARIADIC_OUT, "cond", "control", 1, LG_MAX_INS, LG_MAX_OUTS,
     0, control_in_names, ".", NULL, 0, NULL},
    {LG_OP_WHILE, LG_OP_FLAG_VARIADIC | LG_OP_FLAG_VARIADIC_OUT, "while", "control", 1, LG_MAX_INS,
     LG_MAX_OUTS, 0, control_in_names, ".", NULL, 0, NULL},
};

const lg_op_info_t *lg_context_op_info(const lg_context_t *context, uint32_t op) {
    if (op < LG_OP_REGISTERED) {
        return lg_op_is_control(op) ? &control_infos[op - LG_OP_COND] : lg_op_info(op);
    }
    const registry_op_t *entry = registry_at(context, op);
    return entry != NULL ? &entry->info : NULL;
}

const lg_op_info_t *lg_context_op_find(const lg_context_t *context, const char *name) {
    const lg_op_info_t *info = lg_op_find(name);
    for (size_t i = 0; i < sizeof control_infos / sizeof control_infos[0] && info == NULL; i++) {
        info = strcmp(control_infos[i].name, name) == 0 ? &control_infos[i] : NULL;
    }
    const registry_op_t *entry = info == NULL ? registry_find(context, name) : NULL;
    return entry != NULL ? &entry->info : info;
}

const lg_kernel_t *lg_registry_kernel(const lg_context_t *context, uint32_t op, uint32_t dtype) {
    registry_op_t *entry = registry_at(context, op);
    return entry != NULL ? atomic_load_explicit(&entry->kernels[dtype], memory_order_acquire) : NULL;
}

// ---- inference --------------------------------------------------------------------------------------

// Runs the shape rule and completes what it gave; a rule is a stranger's code and may give anything.
static lg_status_t registry_shape(const registry_op_t *entry, const lg_view_t *const *ins, uint32_t in_count,
                                  const void *attrs, lg_view_t *outs, uint32_t out_count, lg_error_t *err) {
    const char *name = entry->info.name;
    if (entry->shape != NULL) {
        lg_infer_t c = {
            .rule = &entry->rule, .name = name, .ins = ins, .in_count = in_count, .out = outs, .err = err};
        LG_TRY(lg_dtype_same(&c, 0));
        return entry->shape(&c);
    }
    memset(outs, 0, out_count * sizeof *outs);
    lg_op_view_t view = {entry->info.id, (uint16_t)in_count, (uint16_t)out_count, ins, NULL, attrs, name, ""};
    lg_error_t inner = {.message = ""};
    lg_status_t status = entry->infer(entry->state, &view, outs, &inner);
    if (status > 0) {
        return lg_error_set(err, status, name,
                            inner.message[0] != 0 ? "%s: %s" : "%s: %sits shape rule refuses the inputs",
                            name, inner.message);
    }
    if (status < 0) {  // a language face's own error
        return lg_error_set(err, status, name, "%s: %s", name, inner.message);
    }
    for (uint32_t i = 0; i < out_count; i++) {
        lg_view_t given = outs[i];
        LG_CHECK(err, given.rank <= LG_MAX_RANK, LG_STATUS_SHAPE, name,
                 "%s: its shape rule gives output %u rank %u, at most %d is possible", name, i, given.rank,
                 LG_MAX_RANK);
        status = lg_view_init(&outs[i], (lg_dtype_t)given.dtype, given.rank, given.shape, &inner);
        LG_CHECK(err, status == LG_OK, status, name, "%s: its shape rule gives an impossible output %u: %s",
                 name, i, inner.message);
    }
    return LG_OK;
}

lg_status_t lg_context_op_infer(const lg_context_t *context, uint32_t op, const lg_view_t *const *ins,
                                uint32_t in_count, const void *attrs, lg_view_t *outs, uint32_t out_count,
                                lg_error_t *err) {
    if (op < LG_OP_REGISTERED) {
        return lg_op_infer(op, ins, in_count, attrs, outs, out_count, err);
    }
    const registry_op_t *entry = registry_at(context, op);
    LG_CHECK(err, entry != NULL, LG_STATUS_NOT_FOUND, NULL, "there is no op with id %u", op);
    LG_TRY(lg_infer_operands(&entry->rule, ins, in_count, outs, out_count, err));
    attrs = attrs != NULL ? attrs : entry->info.attrs_default;
    LG_TRY(lg_infer_attrs(&entry->rule, attrs, err));
    return registry_shape(entry, ins, in_count, attrs, outs, out_count, err);
}

// ---- registering an op ------------------------------------------------------------------------------

// Free words, or "vendor.op": what the text form of programs reads as one word.
static bool registry_name_is_valid(const char *name) {
    for (const char *c = name; *c != 0; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_';
        bool inner = (*c >= '0' && *c <= '9') || (*c == '.' && c[1] != 0 && c[1] != '.');
        if (!letter && !(inner && c > name)) {
            return false;
        }
    }
    return name[0] != 0 && strlen(name) < REGISTRY_NAME_BYTES;
}

static size_t registry_attr_bytes(uint32_t kind) {
    return kind == LG_ATTR_INTS     ? sizeof(lg_ints_t)
           : kind == LG_ATTR_FLOATS ? sizeof(lg_floats_t)
           : kind == LG_ATTR_SCALAR ? sizeof(lg_scalar_t)
                                    : 8;
}

static lg_status_t registry_check_attrs(const lg_op_desc_t *desc, lg_error_t *err) {
    const char *name = desc->name;
    LG_CHECK(err, desc->attr_count <= REGISTRY_MAX_ATTRS && desc->attrs_bytes <= REGISTRY_MAX_ATTRS_BYTES,
             LG_STATUS_INVALID_ARGUMENT, name, "%s: %u attributes of %u bytes, at most %u of %u are possible",
             name, desc->attr_count, desc->attrs_bytes, REGISTRY_MAX_ATTRS, REGISTRY_MAX_ATTRS_BYTES);
    LG_CHECK(err, desc->attr_count == 0 || (desc->attrs != NULL && desc->attrs_default != NULL),
             LG_STATUS_INVALID_ARGUMENT, name, "%s: attributes need descriptions and a struct of defaults",
             name);
    size_t end = 0;  // of the last attribute
    for (uint32_t i = 0; i < desc->attr_count; i++) {
        const lg_attr_info_t *attr = &desc->attrs[i];
        LG_CHECK(err,
                 attr->name != NULL && registry_name_is_valid(attr->name) && strchr(attr->name, '.') == NULL,
                 LG_STATUS_INVALID_ARGUMENT, name, "%s: '%s' is no name of an attribute", name,
                 attr->name != NULL ? attr->name : "");
        for (uint32_t k = 0; k < i; k++) {
            LG_CHECK(err, strcmp(desc->attrs[k].name, attr->name) != 0, LG_STATUS_INVALID_ARGUMENT, name,
                     "%s: two attributes are named '%s'", name, attr->name);
        }
        LG_CHECK(err, attr->kind >= LG_ATTR_INT && attr->kind <= LG_ATTR_FLOATS, LG_STATUS_INVALID_ARGUMENT,
                 name, "%s: attribute %s has kind %u, which does not exist", name, attr->name, attr->kind);
        size_t bytes = registry_attr_bytes(attr->kind);
        LG_CHECK(
            err, attr->offset % 8 == 0 && attr->offset >= end && attr->offset + bytes <= desc->attrs_bytes,
            LG_STATUS_INVALID_ARGUMENT, name,
            "%s: attribute %s lies at %u with %zu bytes; expected a multiple of 8 behind the one before, within "
            "%u bytes",
            name, attr->name, attr->offset, bytes, desc->attrs_bytes);
        end = attr->offset + bytes;
        LG_CHECK(err, attr->kind != LG_ATTR_ENUM || (attr->choices != NULL && attr->choices[0] != NULL),
                 LG_STATUS_INVALID_ARGUMENT, name, "%s: attribute %s has no choices", name, attr->name);
    }
    return LG_OK;
}

static const struct {
    const char *name;
    lg_status_t (*shape)(lg_infer_t *c);
} registry_rules[] = {
    {"broadcast", lg_shape_broadcast}, {"same", lg_shape_identity}, {"matmul", lg_shape_matmul}};

static lg_status_t registry_check(const lg_op_desc_t *desc, lg_status_t (**out_shape)(lg_infer_t *c),
                                  lg_error_t *err) {
    *out_shape = NULL;
    LG_CHECK(err, desc->size >= LG_END(lg_op_desc_t, destroy), LG_STATUS_INVALID_ARGUMENT, NULL,
             "the description of an op has %u bytes, expected %u; fill it with LG_STRUCT(lg_op_desc_t)",
             desc->size, LG_END(lg_op_desc_t, destroy));
    const char *name = desc->name != NULL ? desc->name : "";
    LG_CHECK(err, registry_name_is_valid(name), LG_STATUS_INVALID_ARGUMENT, NULL,
             "'%.64s' is no name of an op: letters, digits, '_' and '.' as in \"vendor.op\", at most %u",
             name, REGISTRY_NAME_BYTES - 1);
    LG_CHECK(err, desc->out_count >= 1 && desc->out_count <= LG_MAX_OUTS, LG_STATUS_INVALID_ARGUMENT, name,
             "%s: %u outputs, expected 1 to %d", name, desc->out_count, LG_MAX_OUTS);
    LG_CHECK(err, desc->in_min <= desc->in_max && desc->in_max <= LG_RULE_INS, LG_STATUS_INVALID_ARGUMENT,
             name, "%s: %u to %u inputs, expected at most %d, or LG_OP_FLAG_VARIADIC", name, desc->in_min,
             desc->in_max, LG_RULE_INS);
    LG_CHECK(err, !(desc->flags & LG_OP_FLAG_VARIADIC) || desc->in_max == 1, LG_STATUS_INVALID_ARGUMENT, name,
             "%s: a variadic op describes one input, %u are described", name, desc->in_max);
    const uint64_t flags = LG_OP_FLAG_VARIADIC | LG_OP_FLAG_PROMOTE_FLOAT;
    LG_CHECK(err, (desc->flags & ~flags) == 0, LG_STATUS_INVALID_ARGUMENT, name,
             "%s: flags %llu; VARIADIC and PROMOTE_FLOAT are for registered ops", name,
             (unsigned long long)desc->flags);
    for (uint32_t i = 0; i < desc->in_max; i++) {
        LG_CHECK(err, desc->in_names != NULL && desc->in_names[i] != NULL && desc->in_names[i][0] != 0,
                 LG_STATUS_INVALID_ARGUMENT, name, "%s: input %u has no name", name, i);
        LG_CHECK(err, desc->in_types == NULL || (desc->in_types[i] & ((1u << LG_DTYPE_COUNT) - 2)) != 0,
                 LG_STATUS_INVALID_ARGUMENT, name, "%s: input %s takes no dtype", name, desc->in_names[i]);
    }
    LG_CHECK(err, desc->in_letters == NULL || strlen(desc->in_letters) == desc->in_max,
             LG_STATUS_INVALID_ARGUMENT, name, "%s: in_letters has %zu characters, expected %u", name,
             desc->in_letters != NULL ? strlen(desc->in_letters) : 0, desc->in_max);
    for (size_t i = 0; desc->rule != NULL && i < sizeof registry_rules / sizeof registry_rules[0]; i++) {
        if (strcmp(registry_rules[i].name, desc->rule) == 0) {
            *out_shape = registry_rules[i].shape;
        }
    }
    LG_CHECK(err, desc->rule == NULL || *out_shape != NULL, LG_STATUS_NOT_FOUND, name,
             "%s: there is no shape rule '%s'; there are: broadcast same matmul, or a function", name,
             desc->rule);
    LG_CHECK(err, (desc->infer != NULL) != (*out_shape != NULL), LG_STATUS_INVALID_ARGUMENT, name,
             "%s: it needs a shape rule: either a function or a name", name);
    LG_CHECK(
        err, *out_shape == NULL || (desc->out_count == 1 && desc->in_min >= (desc->rule[0] == 'm' ? 2 : 1)),
        LG_STATUS_INVALID_ARGUMENT, name, "%s: rule '%s' gives one output of %s; describe it with a function",
        name, desc->rule, desc->rule[0] == 'm' ? "two inputs" : "at least one input");
    return registry_check_attrs(desc, err);
}

// Takes `bytes` from a block; with no block it only counts.
static void *registry_take(char *block, size_t *used, size_t bytes) {
    void *memory = block != NULL ? block + *used : NULL;
    *used += lg_align_up(bytes, 8);
    return memory;
}

static const char *registry_string(char *block, size_t *used, const char *string) {
    size_t bytes = strlen(string) + 1;
    char *copy = registry_take(block, used, bytes);
    return copy != NULL ? memcpy(copy, string, bytes) : NULL;
}

// Lays a copy of `desc` out behind a registry_op_t at `block`; returns the bytes needed. Counts with `block` NULL.
static size_t registry_copy(const lg_op_desc_t *desc, lg_status_t (*shape)(lg_infer_t *c), char *block) {
    size_t used = 0;
    registry_op_t *op = registry_take(block, &used, sizeof *op);
    const char **in_names = registry_take(block, &used, desc->in_max * sizeof *in_names);
    char *in_letters = registry_take(block, &used, desc->in_max + 1u);
    lg_attr_info_t *attrs = registry_take(block, &used, desc->attr_count * sizeof *attrs);
    void *defaults = registry_take(block, &used, desc->attrs_bytes);
    const char *name = registry_string(block, &used, desc->name);
    for (uint32_t i = 0; i < desc->in_max; i++) {
        const char *copy = registry_string(block, &used, desc->in_names[i]);
        if (block != NULL) {
            in_names[i] = copy;
            op->rule.in_types[i] = desc->in_types != NULL ? desc->in_types[i] : (1u << LG_DTYPE_COUNT) - 2;
            in_letters[i] = desc->in_letters != NULL ? desc->in_letters[i] : 'T';
        }
    }
    for (uint32_t i = 0; i < desc->attr_count; i++) {
        const char *copy = registry_string(block, &used, desc->attrs[i].name);
        const char **choices = NULL;
        if (desc->attrs[i].kind == LG_ATTR_ENUM) {
            size_t count = 0;
            while (desc->attrs[i].choices[count] != NULL) {
                count++;
            }
            choices = registry_take(block, &used, (count + 1) * sizeof *choices);
            for (size_t k = 0; k < count; k++) {
                const char *choice = registry_string(block, &used, desc->attrs[i].choices[k]);
                if (block != NULL) {
                    choices[k] = choice;
                }
            }
        }
        if (block != NULL) {
            attrs[i] = (lg_attr_info_t){copy, desc->attrs[i].kind, desc->attrs[i].offset, choices};
        }
    }
    if (block != NULL) {
        if (desc->attrs_bytes > 0) {
            memcpy(defaults, desc->attrs_default, desc->attrs_bytes);
        }
        bool variadic = desc->flags & LG_OP_FLAG_VARIADIC;
        in_letters[desc->in_max] = '\0';
        op->info = (lg_op_info_t){0,
                                  (uint32_t)desc->flags,
                                  name,
                                  "registered",
                                  (uint16_t)desc->in_min,
                                  (uint16_t)(variadic ? LG_MAX_INS : desc->in_max),
                                  (uint16_t)desc->out_count,
                                  (uint16_t)desc->attr_count,
                                  in_names,
                                  in_letters,
                                  attrs,
                                  desc->attrs_bytes,
                                  desc->attrs_bytes > 0 ? defaults : NULL};
        op->rule.info = &op->info;
        op->rule.attrs_required = desc->attrs_required;
        op->infer = desc->infer;
        op->shape = shape;
        op->state = desc->state;
        op->destroy = desc->destroy;
    }
    return used;
}

static lg_status_t registry_create(lg_context_t *context, struct lg_registry **out_registry,
                                   lg_error_t *err) {
    struct lg_registry *registry = registry_of(context);
    if (registry == NULL) {
        registry = registry_alloc(context, sizeof *registry);
        LG_CHECK(err, registry != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory to register an op");
        struct lg_registry *other = NULL;
        if (!atomic_compare_exchange_strong(&context->registry, &other, registry)) {
            registry_free(context, registry, sizeof *registry);
            registry = other;
        }
    }
    *out_registry = registry;
    return LG_OK;
}

lg_status_t lg_op_register(lg_context_t *context, const lg_op_desc_t *desc, uint32_t *out_op,
                           lg_error_t *err) {
    *out_op = 0;
    LG_TRY(lg_context_check(context, err));
    lg_status_t (*shape)(lg_infer_t *c);
    struct lg_registry *registry = NULL;
    LG_TRY(registry_check(desc, &shape, err));
    LG_CHECK(
        err,
        lg_op_find(desc->name) == NULL && strcmp(desc->name, "cond") != 0 && strcmp(desc->name, "while") != 0,
        LG_STATUS_ALREADY_EXISTS, desc->name,
        "there is a built-in op '%s'; choose another name, such as \"mine.%s\"", desc->name, desc->name);
    LG_TRY(registry_create(context, &registry, err));
    size_t bytes = registry_copy(desc, shape, NULL);
    registry_op_t *op = registry_alloc(context, bytes);
    LG_CHECK(err, op != NULL, LG_STATUS_OUT_OF_MEMORY, desc->name, "no memory to register op '%s'",
             desc->name);
    registry_copy(desc, shape, (char *)op);
    op->bytes = bytes;
    lg_status_t status = LG_STATUS_OVERFLOW;
    for (uint32_t i = 0; i < LG_REGISTRY_MAX_OPS && status == LG_STATUS_OVERFLOW; i++) {
        registry_op_t *other = atomic_load_explicit(&registry->ops[i], memory_order_acquire);
        op->info.id = LG_OP_REGISTERED + i;
        if (other == NULL && atomic_compare_exchange_strong(&registry->ops[i], &other, op)) {
            *out_op = op->info.id;
            return LG_OK;
        }
        if (strcmp(other->info.name, desc->name) == 0) {
            status =
                lg_error_set(err, LG_STATUS_ALREADY_EXISTS, desc->name,
                             "op '%s' is registered already; an op is declared once per context", desc->name);
        }
    }
    if (status == LG_STATUS_OVERFLOW) {
        lg_error_set(err, status, desc->name, "op '%s' is one too many: %u can be registered", desc->name,
                     LG_REGISTRY_MAX_OPS);
    }
    registry_free(context, op, bytes);
    return status;
}

// ---- kernels ----------------------------------------------------------------------------------------

// What prepare makes: this, then a view per operand without address.
typedef struct registry_args {
    const registry_kernel_t *kernel;
    const void *attrs;
    const char *name, *path;
    uint32_t op;
    uint16_t in_count, out_count;
} registry_args_t;

// The operands of one run, in its scratch: views with addresses and the pointers to them.
static int32_t registry_run(const void *args, void *const *data, int64_t begin, int64_t end) {
    (void)begin, (void)end;
    const registry_args_t *a = args;
    const lg_view_t *types = (const lg_view_t *)(const void *)(a + 1);
    uint32_t count = (uint32_t)a->in_count + a->out_count;
    lg_view_t *views = data[count];
    const lg_view_t **operands = (const lg_view_t **)(void *)(views + count);
    memcpy(views, types, count * sizeof *views);
    for (uint32_t i = 0; i < count; i++) {
        views[i].data = data[i];
        operands[i] = types[i].dtype != LG_DTYPE_INVALID ? &views[i] : NULL;
    }
    lg_op_view_t view = {a->op,    a->in_count, a->out_count, operands, operands + a->in_count,
                         a->attrs, a->name,     a->path};
    const registry_kernel_t *kernel = a->kernel;
    return kernel->fn(kernel->state, &view, kernel->context->lane, kernel->context->host);
}

static lg_status_t registry_prepare(const lg_kernel_t *row, const lg_op_view_t *op, lg_kernel_call_t *call,
                                    lg_error_t *err) {
    const registry_kernel_t *kernel = row->impl;
    uint32_t count = (uint32_t)op->in_count + op->out_count;
    call->args_bytes = sizeof(registry_args_t) + count * sizeof(lg_view_t);
    LG_CHECK(err, call->args_bytes <= call->args_capacity, LG_STATUS_OVERFLOW, op->name,
             "%s: %zu bytes of arguments", op->name, call->args_bytes);
    registry_args_t *args = call->args;
    *args = (registry_args_t){kernel, op->attrs, op->name, op->path, op->op, op->in_count, op->out_count};
    lg_view_t *views = (lg_view_t *)(void *)(args + 1);
    int64_t elems = 0;
    for (uint32_t i = 0; i < count; i++) {
        const lg_view_t *view = i < op->in_count ? op->ins[i] : op->outs[i - op->in_count];
        memset(&views[i], 0, sizeof views[i]);
        if (view != NULL) {
            // Kernels are promised row-major operands; the caller comes again with dense copies.
            LG_CHECK(err, view->flags & LG_VIEW_CONTIGUOUS, LG_STATUS_UNSUPPORTED, op->name,
                     "%s: an operand is strided", op->name);
            views[i] = *view;
            views[i].data = NULL;
        }
        elems += i >= op->in_count ? view->elem_count : 0;
    }
    double flops, bytes;
    lg_op_cost(op, &flops, &bytes);
    call->fn = registry_run;
    call->extent = elems > 0;
    call->grain = 1;
    call->scratch_bytes = count * (sizeof(lg_view_t) + sizeof(lg_view_t *));
    // Where nobody says: a call, and memory at 4 bytes per nanosecond.
    call->work_ns = kernel->cost_ns > 0 ? kernel->cost_ns : 20 + bytes / 4;
    return LG_OK;
}

const char *lg_kernel_needs(const lg_kernel_t *kernel) {
    return kernel->prepare == registry_prepare ? ((const registry_kernel_t *)kernel->impl)->needs : NULL;
}

// Makes a kernel of `op` and publishes it. Takes ownership of `library` on success.
static lg_status_t registry_add_kernel(lg_context_t *context, const char *op, const lg_kernel_desc_t *desc,
                                       lg_device_kernel_fn_t fn, void *library, lg_error_t *err) {
    registry_op_t *entry = registry_find(context, op);
    LG_CHECK(err, entry != NULL || lg_op_find(op) == NULL, LG_STATUS_UNSUPPORTED, op,
             "%s is built in and has its kernels; declare an op of your own", op);
    LG_CHECK(err, entry != NULL, LG_STATUS_NOT_FOUND, op,
             "there is no op '%.64s' to register a kernel for; register the op first", op);
    // A kernel is chosen by the dtype of input 0; where there are no inputs, by the output's.
    uint32_t possible = entry->info.in_max > 0 ? entry->rule.in_types[0] : (1u << LG_DTYPE_COUNT) - 2;
    uint32_t dtypes = desc->dtypes != 0 ? desc->dtypes : possible;
    LG_CHECK(err, (dtypes & ~possible) == 0, LG_STATUS_DTYPE, op,
             "%s: a kernel for dtypes that the op does not take", op);
    const char *given = desc->name != NULL ? desc->name : "";
    size_t name_bytes = (given[0] != 0 ? strlen(given) : strlen(op) + sizeof "__registered") + 1;
    size_t needs_bytes = desc->needs != NULL ? strlen(desc->needs) + 1 : 0;
    size_t bytes = sizeof(registry_kernel_t) + name_bytes + needs_bytes;
    registry_kernel_t *kernel = registry_alloc(context, bytes);
    LG_CHECK(err, kernel != NULL, LG_STATUS_OUT_OF_MEMORY, op, "%s: no memory for a kernel", op);
    char *name = (char *)(kernel + 1);
    snprintf(name, name_bytes, given[0] != 0 ? "%s" : "%s__registered", given[0] != 0 ? given : op);
    char *needs = name + name_bytes;
    if (needs_bytes > 0) {
        memcpy(needs, desc->needs, needs_bytes);
    }
    *kernel = (registry_kernel_t){.context = context,
                                  .fn = fn,
                                  .state = desc->state,
                                  .destroy = desc->destroy,
                                  .library = library,
                                  .needs = needs_bytes > 0 ? needs : NULL,
                                  .cost_ns = (double)desc->cost_ns,
                                  .bytes = bytes};
    uint32_t claimed = atomic_load_explicit(&entry->dtypes, memory_order_relaxed);
    do {
        if (claimed & dtypes) {
            uint32_t first = (uint32_t)__builtin_ctz(claimed & dtypes);
            registry_free(context, kernel, bytes);
            return lg_error_set(err, LG_STATUS_ALREADY_EXISTS, op, "%s: there is a kernel for %s already", op,
                                lg_dtype_name((lg_dtype_t)first));
        }
    } while (!atomic_compare_exchange_weak(&entry->dtypes, &claimed, claimed | dtypes));
    kernel->next = atomic_load_explicit(&entry->list, memory_order_relaxed);
    while (!atomic_compare_exchange_weak(&entry->list, &kernel->next, kernel)) {}
    kernel->row =
        (lg_kernel_t){name, entry->info.id, (uint16_t)dtypes, LG_ISA_SCALAR, 0, registry_prepare, kernel};
    for (uint32_t i = 1; i < LG_DTYPE_COUNT; i++) {
        if (dtypes >> i & 1) {
            atomic_store_explicit(&entry->kernels[i], &kernel->row, memory_order_release);
        }
    }
    return LG_OK;
}

static lg_status_t registry_check_kernel(lg_context_t *context, const lg_kernel_desc_t *desc,
                                         lg_error_t *err) {
    LG_TRY(lg_context_check(context, err));
    LG_CHECK(
        err, desc->size >= LG_END(lg_kernel_desc_t, destroy), LG_STATUS_INVALID_ARGUMENT, NULL,
        "the description of a kernel has %u bytes, expected %u; fill it with LG_STRUCT(lg_kernel_desc_t)",
        desc->size, LG_END(lg_kernel_desc_t, destroy));
    return LG_OK;
}

lg_status_t lg_kernel_register(lg_context_t *context, const char *op, const lg_kernel_desc_t *desc,
                               lg_error_t *err) {
    LG_TRY(registry_check_kernel(context, desc, err));
    LG_CHECK(err, desc->fn != NULL, LG_STATUS_INVALID_ARGUMENT, op, "%s: the kernel has no function", op);
    return registry_add_kernel(context, op, desc, desc->fn, NULL, err);
}

lg_status_t lg_kernel_load(lg_context_t *context, const char *op, const char *path, const char *symbol,
                           const lg_kernel_desc_t *desc, lg_error_t *err) {
    const lg_kernel_desc_t standard = {LG_STRUCT(lg_kernel_desc_t), .dtypes = 0};
    desc = desc != NULL ? desc : &standard;
    LG_TRY(registry_check_kernel(context, desc, err));
    LG_CHECK(err, desc->fn == NULL, LG_STATUS_INVALID_ARGUMENT, op,
             "%s: a kernel from a library brings its function; leave fn NULL", op);
    void *library, *address;
    LG_TRY(lg_port_library_open(path, &library, err));
    lg_status_t status = lg_port_library_symbol(library, symbol, &address, err);
    if (status == LG_OK) {
        lg_device_kernel_fn_t fn;
        memcpy(&fn, &address, sizeof fn);
        status = registry_add_kernel(context, op, desc, fn, library, err);
    }
    if (status != LG_OK) {
        lg_port_library_close(library);
    }
    return status;
}

// ---- the end ----------------------------------------------------------------------------------------

void lg_registry_destroy(lg_context_t *context) {
    struct lg_registry *registry = registry_of(context);
    for (uint32_t i = 0; registry != NULL && i < LG_REGISTRY_MAX_OPS; i++) {
        registry_op_t *op = atomic_load_explicit(&registry->ops[i], memory_order_acquire);
        if (op == NULL) {
            break;
        }
        for (registry_kernel_t *kernel = op->list; kernel != NULL;) {
            registry_kernel_t *next = kernel->next;
            if (kernel->destroy != NULL) {
                kernel->destroy(kernel->state);
            }
            if (kernel->library != NULL) {
                lg_port_library_close(kernel->library);
            }
            registry_free(context, kernel, kernel->bytes);
            kernel = next;
        }
        if (op->destroy != NULL) {
            op->destroy(op->state);
        }
        registry_free(context, op, op->bytes);
    }
    if (registry != NULL) {
        registry_free(context, registry, sizeof *registry);
        atomic_store_explicit(&context->registry, NULL, memory_order_relaxed);
    }
}
