// SPDX-License-Identifier: Apache-2.0
// From a program with symbols to one without, in two steps. The first adds all ops to a new program whose inputs
// have numbers for extents; as each is added, what follows from extents becomes known (see evaluate.h) and the
// attributes that come from it constants. The second leaves out what only led to such numbers.
#include <stdio.h>
#include <string.h>

#include "op/registry.h"
#include "program/program.h"
#include "tensor/view.h"

bool lg_program_is_open(const lg_program_t *program) {
    if (program->symbols.count > 0 || program->guards.count > 0 || program->static_count > 0) {
        return true;
    }
    for (size_t i = 0; i < program->ops.count; i++) {
        const lg_op_node_t *op = &program->ops.items[i];
        if (op->bound_count > 0 || lg_op_reads_type(op->info)) {
            return true;
        }
    }
    return false;
}

// ---- inputs -----------------------------------------------------------------------------------------

static lg_status_t specialize_mismatch(const lg_program_t *program, uint32_t index, const lg_view_t *given,
                                       const char *why, lg_error_t *err) {
    const lg_value_node_t *node = &program->values.items[program->inputs.items[index]];
    char text[192], wanted[256] = "";
    lg_text_t *spec = lg_text_create(&program->context->heap);
    if (spec == NULL) {
        return lg_program_no_memory(err);
    }
    lg_extent_format(spec, &node->type, node->extents);
    snprintf(wanted, sizeof wanted, "%s", spec->failed ? "another type" : spec->chars);
    lg_text_release(spec);
    return lg_error_set(err, given->dtype != node->type.dtype ? LG_STATUS_DTYPE : LG_STATUS_SHAPE, NULL,
                        "input '%s' is %s, expected %s%s", node->name,
                        lg_view_format(given, text, sizeof text), wanted, why);
}

// Looks at one extent: where one symbol is missing it follows, where none is the extent must fit. Says whether
// something new is known, or the extent cannot be (`*out_bad`).
static bool specialize_extent(const lg_program_t *program, const lg_affine_t *affine, int64_t extent,
                              const char *name, lg_symbol_values_t *symbols, bool *out_bad) {
    int64_t rest = 0, part;
    uint32_t missing = 0, last = 0;
    bool fits = !__builtin_sub_overflow(extent, affine->constant, &rest);
    for (uint32_t i = 0; i < program->symbols.count && fits; i++) {
        if (affine->factors[i] == 0) {
            continue;
        }
        if (symbols->known[i]) {
            fits = lg_mul_i64(affine->factors[i], symbols->numbers[i], &part) &&
                   !__builtin_sub_overflow(rest, part, &rest);
        } else {
            missing++;
            last = i;
        }
    }
    *out_bad = !fits || (missing == 0 && rest != 0);
    if (!fits || missing != 1) {
        return false;
    }
    int64_t factor = affine->factors[last];
    *out_bad = rest % factor != 0 || rest / factor < 0;
    if (*out_bad) {
        return false;
    }
    symbols->known[last] = true;
    symbols->numbers[last] = rest / factor;
    symbols->from[last] = name;
    return true;
}

// Finds the numbers of the symbols, and checks the inputs against them.
lg_status_t lg_program_solve(const lg_program_t *program, const lg_view_t *types, lg_symbol_values_t *symbols,
                             lg_error_t *err) {
    memset(symbols, 0, sizeof *symbols);
    for (uint32_t i = 0; i < program->inputs.count; i++) {
        const lg_value_node_t *node = &program->values.items[program->inputs.items[i]];
        bool good = types[i].dtype == node->type.dtype && types[i].rank == node->type.rank;
        for (uint32_t k = 0; good && k < types[i].rank; k++) {
            bool open = node->affines != NULL || (node->extents != NULL && node->extents[k] != NULL);
            good = types[i].shape[k] >= 0 && (open || types[i].shape[k] == node->type.shape[k]);
        }
        if (!good) {
            return specialize_mismatch(program, i, &types[i], "", err);
        }
    }
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 0; i < program->inputs.count; i++) {
            const lg_value_node_t *node = &program->values.items[program->inputs.items[i]];
            for (uint32_t k = 0; node->affines != NULL && k < types[i].rank; k++) {
                bool bad;
                again |= specialize_extent(program, &node->affines[k], types[i].shape[k], node->name, symbols,
                                           &bad);
                if (bad) {
                    char why[128] = "";
                    for (uint32_t s = 0; s < program->symbols.count; s++) {
                        if (node->affines[k].factors[s] != 0 && symbols->known[s]) {
                            snprintf(why, sizeof why, "; %.32s is %lld by input '%.32s'",
                                     program->symbols.items[s].name, (long long)symbols->numbers[s],
                                     symbols->from[s]);
                        }
                    }
                    return specialize_mismatch(program, i, &types[i], why, err);
                }
            }
        }
    }
    return LG_OK;
}

lg_status_t lg_program_check_inputs(const lg_program_t *program, const lg_view_t *types, lg_error_t *err) {
    lg_symbol_values_t symbols;
    return lg_program_solve(program, types, &symbols, err);
}

lg_status_t lg_program_state_types(const lg_program_t *program, lg_view_t *types, lg_error_t *err) {
    // Numbers for the symbols from the other inputs, then the extents of the states from those.
    lg_symbol_values_t symbols;
    memset(&symbols, 0, sizeof symbols);
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 0; i < program->inputs.count; i++) {
            const lg_value_node_t *node = &program->values.items[program->inputs.items[i]];
            bool state = lg_program_state_of(program, true, i) != LG_STATE_NONE;
            for (uint32_t k = 0; !state && node->affines != NULL && k < node->type.rank; k++) {
                bool bad;
                again |= specialize_extent(program, &node->affines[k], types[i].shape[k], node->name,
                                           &symbols, &bad);
            }
        }
    }
    for (uint32_t s = 0; s < program->states.count; s++) {
        uint32_t input = program->states.items[s].input;
        const lg_value_node_t *node = &program->values.items[program->inputs.items[input]];
        int64_t shape[LG_MAX_RANK];
        for (uint32_t k = 0; k < node->type.rank; k++) {
            shape[k] = node->affines != NULL ? node->affines[k].constant : node->type.shape[k];
            for (uint32_t i = 0; node->affines != NULL && i < program->symbols.count; i++) {
                int64_t part;
                LG_CHECK(err, node->affines[k].factors[i] == 0 || symbols.known[i],
                         LG_STATUS_INVALID_ARGUMENT, NULL,
                         "state '%s' has the extent %s, which no input tells", node->name,
                         program->symbols.items[i].name);
                LG_CHECK(err,
                         lg_mul_i64(node->affines[k].factors[i], symbols.numbers[i], &part) &&
                             !__builtin_add_overflow(shape[k], part, &shape[k]),
                         LG_STATUS_OVERFLOW, NULL, "an extent does not fit in 64 bits");
            }
        }
        LG_TRY(lg_view_init(&types[input], (lg_dtype_t)node->type.dtype, node->type.rank, shape, err));
    }
    return LG_OK;
}

// ---- what is left -----------------------------------------------------------------------------------

// Whether a value that is known goes into the result as a weight instead of the op that makes it.
static bool prune_is_number(const lg_program_t *program, lg_value_t value) {
    const lg_value_node_t *node = &program->values.items[value];
    return node->kind == LG_VALUE_RESULT && node->type.data != NULL;
}

static lg_status_t prune_number(const lg_program_t *program, lg_program_t *out, lg_value_t value,
                                lg_value_t *out_value, lg_error_t *err) {
    const lg_value_node_t *node = &program->values.items[value];
    const lg_op_node_t *op = &program->ops.items[node->index];
    char name[96];
    snprintf(name, sizeof name, "%s#%u", op->info->name, op->number);
    const char *own = lg_program_free_name(out, op->path, name);
    if (own == NULL) {
        return lg_program_no_memory(err);
    }
    lg_tensor_t tensor;
    LG_TRY(lg_tensor_init(program->context, (lg_dtype_t)node->type.dtype, node->type.rank, node->type.shape,
                          &tensor, err));
    size_t bytes = (size_t)node->type.elem_count * lg_dtype_size((lg_dtype_t)node->type.dtype);
    if (bytes > 0) {
        memcpy(tensor.view.data, node->type.data, bytes);
    }
    lg_status_t status = lg_program_add_weight(out, own, &tensor, out_value, err);
    lg_tensor_deinit(&tensor);
    return status;
}

static lg_status_t prune_use(const lg_program_t *program, lg_program_t *out, lg_value_t value,
                             lg_value_t *values, lg_error_t *err) {
    if (values[value] == LG_VALUE_NONE) {  // only numbers are not there yet
        return prune_number(program, out, value, &values[value], err);
    }
    return LG_OK;
}

// Copies what the outputs of `program` need to `out`, in which the inputs are already.
static lg_status_t prune_copy(const lg_program_t *program, lg_program_t *out, bool *needed,
                              lg_value_t *values, lg_error_t *err) {
    for (size_t i = program->outputs.count; i-- > 0;) {
        needed[program->outputs.items[i].value] = true;
    }
    for (size_t i = program->ops.count; i-- > 0;) {
        const lg_op_node_t *op = &program->ops.items[i];
        bool live = false;
        for (uint32_t k = 0; k < op->out_count; k++) {
            live |= needed[op->outs[k]] && !prune_is_number(program, op->outs[k]);
        }
        for (uint32_t k = 0; live && k < op->in_count; k++) {
            if (op->ins[k] != LG_VALUE_NONE) {
                needed[op->ins[k]] = true;
            }
        }
    }
    for (size_t i = 0; i < program->values.count; i++) {
        const lg_value_node_t *node = &program->values.items[i];
        if (node->kind == LG_VALUE_WEIGHT && needed[i]) {
            const lg_tensor_t tensor = {node->type, program->buffers.items[node->index]};
            LG_TRY(lg_program_add_weight(out, node->name, &tensor, &values[i], err));
        }
    }
    for (size_t i = 0; i < program->ops.count; i++) {
        const lg_op_node_t *op = &program->ops.items[i];
        lg_value_t ins[LG_MAX_INS], outs[LG_MAX_OUTS];
        bool live = false;
        for (uint32_t k = 0; k < op->out_count; k++) {
            live |= needed[op->outs[k]] && !prune_is_number(program, op->outs[k]);
        }
        if (!live) {
            continue;
        }
        for (uint32_t k = 0; k < op->in_count; k++) {
            ins[k] = LG_VALUE_NONE;
            if (op->ins[k] != LG_VALUE_NONE) {
                LG_TRY(prune_use(program, out, op->ins[k], values, err));
                ins[k] = values[op->ins[k]];
            }
        }
        out->op_numbers[lg_op_row(op->info->id)] = op->number;
        LG_TRY(lg_program_add_op(out, op->info->id, ins, op->in_count, op->attrs, op->path, outs,
                                 op->out_count, err));
        for (uint32_t k = 0; k < op->out_count; k++) {
            values[op->outs[k]] = outs[k];
        }
    }
    for (size_t i = 0; i < program->outputs.count; i++) {
        const lg_output_node_t *output = &program->outputs.items[i];
        LG_TRY(prune_use(program, out, output->value, values, err));
        LG_TRY(lg_program_add_output(out, output->name, values[output->value], err));
    }
    return lg_program_freeze(out, err);
}

// ---- the two steps ----------------------------------------------------------------------------------

static lg_status_t specialize_inputs(const lg_program_t *source, const lg_view_t *types,
                                     lg_program_t *program, lg_value_t *values, lg_error_t *err) {
    for (size_t i = 0; i < source->inputs.count; i++) {
        const lg_value_node_t *node = &source->values.items[source->inputs.items[i]];
        LG_TRY(lg_program_add_input(program, node->name, &types[i], &values[i], err));
        if (node->is_static) {
            LG_CHECK(err, types[i].data != NULL || types[i].elem_count == 0, LG_STATUS_INVALID_ARGUMENT, NULL,
                     "the elements of input '%s' are part of the signature, and not given", node->name);
            program->values.items[values[i]].type.data = types[i].data;
        }
    }
    return LG_OK;
}

// All ops with the numbers at hand.
static lg_status_t specialize_all(const lg_program_t *source, const lg_view_t *types, lg_program_t *all,
                                  lg_error_t *err) {
    lg_value_t *ins = lg_zone_alloc(&all->zone, source->inputs.count * sizeof *ins);
    lg_value_t *values = lg_zone_alloc(&all->zone, source->values.count * sizeof *values);
    if (ins == NULL || values == NULL) {
        return lg_program_no_memory(err);
    }
    LG_TRY(specialize_inputs(source, types, all, ins, err));
    LG_TRY(lg_program_add_body(all, source, ins, "", true, values, err));
    for (size_t i = 0; i < source->outputs.count; i++) {
        LG_TRY(lg_program_add_output(all, source->outputs.items[i].name,
                                     values[source->outputs.items[i].value], err));
    }
    return LG_OK;
}

static lg_status_t specialize_prune(const lg_program_t *all, const lg_view_t *types, lg_program_t *out,
                                    lg_error_t *err) {
    lg_heap_t *heap = &all->context->heap;
    lg_zone_t zone;
    lg_zone_init(&zone, heap);
    bool *needed = lg_zone_alloc(&zone, all->values.count * sizeof *needed);
    lg_value_t *values = lg_zone_alloc(&zone, all->values.count * sizeof *values);
    lg_value_t *ins = lg_zone_alloc(&zone, all->inputs.count * sizeof *ins);
    lg_status_t status = needed != NULL && values != NULL && ins != NULL ? LG_OK : lg_program_no_memory(err);
    if (status == LG_OK) {
        memset(values, 0xff, all->values.count * sizeof *values);  // LG_VALUE_NONE
        status = specialize_inputs(all, types, out, ins, err);
        for (size_t i = 0; i < all->inputs.count && status == LG_OK; i++) {
            values[all->inputs.items[i]] = ins[i];
        }
    }
    status = status == LG_OK ? prune_copy(all, out, needed, values, err) : status;
    lg_zone_deinit(&zone);
    return status;
}

// A state keeps its type from run to run: calls have memory for that only.
static lg_status_t specialize_check_states(const lg_program_t *program, const lg_program_t *fixed,
                                           lg_error_t *err) {
    for (size_t i = 0; i < program->states.count; i++) {
        const lg_state_node_t *state = &program->states.items[i];
        const lg_view_t *read = lg_program_input_type(fixed, state->input);
        const lg_view_t *write = lg_program_output_type(fixed, state->output);
        char text[2][192];
        LG_CHECK(err, lg_view_same_shape(read, write), LG_STATUS_SHAPE, NULL,
                 "state '%s' is %s, what is written to it is %s for these inputs",
                 lg_program_input_name(fixed, state->input), lg_view_format(read, text[0], sizeof text[0]),
                 lg_view_format(write, text[1], sizeof text[1]));
    }
    return LG_OK;
}

lg_status_t lg_program_specialize(lg_program_t *program, const lg_view_t *types, uint32_t count,
                                  lg_program_t **out_program, lg_error_t *err) {
    *out_program = NULL;
    LG_TRY(lg_context_check(program->context, err));
    LG_CHECK(err, program->frozen && count == program->inputs.count, LG_STATUS_INVALID_ARGUMENT, NULL,
             program->frozen ? "%u types given, the program has %zu inputs"
                             : "freeze the program first (%u types, %zu inputs)",
             count, program->inputs.count);
    lg_symbol_values_t symbols;
    LG_TRY(lg_program_solve(program, types, &symbols, err));
    if (!lg_program_is_open(program)) {
        lg_program_retain(program);
        *out_program = program;
        return LG_OK;
    }
    lg_program_t *all, *out = NULL;
    LG_TRY(lg_program_create(program->context, &all, err));
    lg_status_t status = specialize_all(program, types, all, err);
    if (status == LG_OK && all->splits) {  // what is not needed goes when it is split
        status = lg_program_freeze(all, err);
        out = all;
        lg_program_retain(out);
    } else {
        status = status == LG_OK ? lg_program_create(program->context, &out, err) : status;
        status = status == LG_OK ? specialize_prune(all, types, out, err) : status;
    }
    status = status == LG_OK ? specialize_check_states(program, out, err) : status;
    lg_program_release(all);
    if (status != LG_OK) {
        lg_program_release(out);
        return status;
    }
    *out_program = out;
    return LG_OK;
}
