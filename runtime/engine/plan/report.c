// SPDX-License-Identifier: Apache-2.0
// The plan as text: a row per op of the lowered program, with what was fused into it, where it runs and why.
//
//   plan: 5 ops in 3 records, about 12.3 us
//   #  op            where   kernel                why      cost  result         in
//   0  fused_linear  cpu:0   fused_linear_f32...   default  3.1 us  f32[8,64]    arena+0  at net.0
//      = linear net.0 + relu net.1
//   memory: arena 4096 bytes (bound 4096), scratch 0 bytes, packed weights 9280 bytes
#include <stdio.h>
#include <string.h>

#include "plan/plan.h"
#include "program/format.h"

enum { REPORT_COLUMNS = 9, REPORT_WHY_NOT = 5, REPORT_CELL = 192, REPORT_WIDTH = 120 };

typedef struct report_row {
    char cells[REPORT_COLUMNS][REPORT_CELL];
} report_row_t;

static const char *const report_heads[REPORT_COLUMNS] = {"#",       "op",   "where",  "kernel", "why",
                                                         "why not", "cost", "result", "in"};

// The row at `index` as cells.
static lg_status_t report_row(const lg_plan_t *plan, uint32_t index, report_row_t *row, lg_error_t *err) {
    lg_plan_row_t found = {LG_STRUCT(lg_plan_row_t), .op = NULL};
    LG_TRY(lg_plan_row(plan, index, &found, err));
    snprintf(row->cells[0], REPORT_CELL, "%u", index);
    snprintf(row->cells[1], REPORT_CELL, "%s", found.op);
    snprintf(row->cells[2], REPORT_CELL, "%s%s%s", found.device, found.lane != NULL ? " on " : "",
             found.lane != NULL ? found.lane : "");
    snprintf(row->cells[3], REPORT_CELL, "%s", found.kernel);
    snprintf(row->cells[4], REPORT_CELL, "%.60s", found.why);
    snprintf(row->cells[REPORT_WHY_NOT], REPORT_CELL, "%s", found.why_not);
    snprintf(row->cells[6], REPORT_CELL, "%.1f us", found.cost_ns / 1000);
    lg_view_format(&found.type, row->cells[7], REPORT_CELL);
    snprintf(row->cells[8], REPORT_CELL, "%s", found.place);
    return LG_OK;
}

static void report_print(lg_text_t *text, const report_row_t *row, const size_t *widths) {
    for (uint32_t c = 0; c < REPORT_COLUMNS; c++) {
        bool right = c == 0 || c == 6;
        if (widths[c] == 0) {
            continue;  // "why not", where there is nothing to say
        }
        int width = c + 1 < REPORT_COLUMNS ? (int)widths[c] : 0;
        lg_text_printf(text, "%s%*s", c > 0 ? "  " : "", right ? width : -width, row->cells[c]);
    }
}

// One op of the user's program: its name, and where it stands in the model.
static size_t report_origin(char *cell, const lg_op_node_t *op) {
    int bytes =
        snprintf(cell, REPORT_CELL, "%s%s%.64s", op->info->name, op->path[0] != 0 ? " " : "", op->path);
    return bytes < REPORT_CELL ? (size_t)bytes : REPORT_CELL - 1;
}

// What an op consists of, in lines of a readable length.
static void report_origins(lg_text_t *text, const lg_plan_t *plan, uint32_t index, size_t indent) {
    uint32_t first = plan->origins.first[index], end = plan->origins.first[index + 1];
    if (end - first < 2) {
        return;
    }
    size_t used = REPORT_WIDTH;
    for (uint32_t i = first; i < end; i++) {
        char cell[REPORT_CELL];
        size_t bytes = report_origin(cell, &plan->program->ops.items[plan->origins.ops[i]]);
        if (used + bytes + 3 > REPORT_WIDTH) {
            lg_text_printf(text, "\n%*s%s", (int)indent + 2, "", i == first ? "= " : "+ ");
            used = indent + 4;
        } else {
            lg_text_printf(text, " + ");
            used += 3;
        }
        lg_text_write(text, cell, bytes);
        used += bytes;
    }
}

// What an executor hooks to an op.
static void report_hooks(lg_text_t *text, const lg_hooks_t *hooks, size_t indent) {
    if (hooks == NULL) {
        return;
    }
    const lg_hook_t *all[3] = {&hooks->replace, &hooks->before, &hooks->after};
    const char *const when[3] = {"replaced by", "before it", "after it"};
    for (uint32_t i = 0; i < 3; i++) {
        if (all[i]->fn != NULL) {
            lg_text_printf(text, "\n%*s! %s: %s%s%s", (int)indent + 2, "", when[i], all[i]->what,
                           all[i]->needs != NULL ? ", in " : "", all[i]->needs != NULL ? all[i]->needs : "");
        }
    }
}

// Ops whose kernels need a language runtime at every run: what a C program cannot run.
static void report_needs(lg_text_t *text, const lg_plan_t *plan) {
    const char *last = NULL;
    for (size_t i = 0; i < plan->lowered->ops.count; i++) {
        const lg_op_node_t *op = &plan->lowered->ops.items[i];
        const char *needs = plan->steps[i].needs;
        if (needs != NULL && (last == NULL || strcmp(last, needs) != 0)) {
            lg_text_printf(text, "%sneeds %s at replay: %s#%u", last != NULL ? "\n" : "", needs,
                           op->info->name, op->number);
            last = needs;
        } else if (needs != NULL) {
            lg_text_printf(text, ", %s#%u", op->info->name, op->number);
        }
    }
    lg_text_printf(text, "%s", last != NULL ? "\n" : "");
}

// The ops between whose branches something is to be won, and whether they are taken.
static void report_forks(lg_text_t *text, const lg_plan_t *plan) {
    enum { MOST = 24 };
    size_t said = 0;
    for (size_t i = 0; i < plan->forks.count && said < MOST; i++) {
        const lg_fork_t *fork = &plan->forks.items[i];
        uint32_t first = UINT32_MAX, last = 0;
        for (uint32_t k = 0; k < plan->lowered->ops.count; k++) {
            uint32_t record = plan->steps[k].record;
            if (record >= fork->first && record < fork->last) {
                first = first == UINT32_MAX ? k : first;
                last = k;
            }
        }
        if (fork->strand_count < 2 || first == UINT32_MAX) {
            continue;
        }
        lg_text_printf(text, "branches: #%u to #%u, %u strands, ", first, last, fork->strand_count);
        if (fork->taken) {
            lg_text_printf(text, "at once on a lane: %.1f us, the longest way is %.1f us\n",
                           fork->work_ns / 1000, fork->path_ns / 1000);
        } else if (!plan->branches) {
            lg_text_printf(text, "in order: branches is left out\n");
        } else {
            lg_text_printf(text, "in order: %.1f us, the longest way is %.1f us, so it does not pay\n",
                           fork->work_ns / 1000, fork->path_ns / 1000);
        }
        said++;
    }
    if (said == MOST) {
        lg_text_printf(text, "branches: and so on\n");
    }
}

// What each alternative of the choices is planned as, with its lines set in.
static lg_status_t report_choices(lg_text_t *text, const lg_plan_t *plan, lg_error_t *err) {
    for (uint32_t i = 0; i < plan->regions.count; i++) {
        const lg_region_t *region = &plan->regions.items[i];
        lg_text_printf(text, "rows %u to %u: %s\n", region->first, region->last - 1, region->selector->text);
        for (uint32_t k = 0; k < region->selector->count; k++) {
            lg_text_t *inner;
            LG_TRY(lg_plan_format(region->plans[k], &inner, err));
            lg_text_printf(text, "  %s, ", region->selector->alternatives[k].name);
            for (const char *line = inner->chars, *end; *line != 0; line = end + 1) {
                end = strchr(line, '\n');
                lg_text_printf(text, "%s%.*s\n", line > inner->chars ? "  " : "", (int)(end - line), line);
            }
            lg_text_release(inner);
        }
    }
    return LG_OK;
}

static void report_foot(lg_text_t *text, const lg_plan_t *plan) {
    size_t copies = 0;
    for (size_t i = 0; i < plan->records.count; i++) {
        copies += plan->records.items[i].op == UINT32_MAX;
    }
    if (copies > 0) {
        lg_text_printf(
            text, "and %zu copies, for outputs that are views and kernels that need dense inputs\n", copies);
    }
    lg_text_printf(text, "memory: arena %zu bytes (bound %zu), scratch %zu bytes, packed weights %zu bytes",
                   plan->arena_bytes, plan->arena_bound_bytes, plan->scratch_bytes, plan->packed_bytes);
    if (plan->ready_bytes > 0) {
        lg_text_printf(text, ", %zu of them ready in the file", plan->ready_bytes);
    }
    if (plan->packs_other) {
        lg_text_printf(text, ", packed now: what the file has is for another machine or version");
    }
    lg_text_printf(text, "\n");
    if (plan->strands.count > 0) {
        lg_text_printf(text, "strands: %zu, in an arena of %zu bytes\n", plan->strands.count,
                       plan->wide_bytes);
    }
    report_forks(text, plan);
    report_needs(text, plan);
    const char *before = "left out: ";
    for (uint32_t i = 0; lg_pass_name(i) != NULL; i++) {
        if (plan->off >> i & 1) {
            lg_text_printf(text, "%s%s", before, lg_pass_name(i));
            before = ", ";
        }
    }
    lg_text_printf(text, "%s", before[0] == ',' ? "\n" : "");
}

lg_status_t lg_plan_format(const lg_plan_t *plan, lg_text_t **out_text, lg_error_t *err) {
    lg_text_t *text = lg_text_create(&plan->context->heap);
    if (text == NULL) {
        return lg_text_finish(NULL, out_text, err);
    }
    lg_text_printf(text, "plan: %zu ops in %zu records, about %.1f us\n", plan->program->ops.count,
                   plan->records.count, lg_plan_expected_ns(plan) / 1000);
    report_row_t row;
    size_t widths[REPORT_COLUMNS];
    for (uint32_t c = 0; c < REPORT_COLUMNS; c++) {
        widths[c] = c != REPORT_WHY_NOT ? strlen(report_heads[c]) : 0;
    }
    lg_status_t status = LG_OK;
    for (uint32_t i = 0; i < plan->lowered->ops.count && status == LG_OK; i++) {
        status = report_row(plan, i, &row, err);
        for (uint32_t c = 0; c < REPORT_COLUMNS && status == LG_OK; c++) {
            size_t bytes = strlen(row.cells[c]);
            widths[c] = bytes > widths[c] ? bytes : widths[c];
        }
    }
    if (status != LG_OK) {
        lg_text_release(text);
        return status;
    }
    for (uint32_t c = 0; c < REPORT_COLUMNS; c++) {
        snprintf(row.cells[c], REPORT_CELL, "%s", report_heads[c]);
    }
    size_t *why_not = &widths[REPORT_WHY_NOT];
    *why_not = *why_not > 0 && *why_not < strlen("why not") ? strlen("why not") : *why_not;
    report_print(text, &row, widths);
    for (uint32_t i = 0; i < plan->lowered->ops.count; i++) {
        lg_text_printf(text, "\n");
        if (report_row(plan, i, &row, err) == LG_OK) {  // as before
            report_print(text, &row, widths);
        }
        const lg_op_node_t *op = &plan->lowered->ops.items[i];
        if (op->path[0] != 0) {
            lg_text_printf(text, "  at %s", op->path);
        }
        const char *block =
            plan->blocks != NULL ? plan->blocks[plan->origins.ops[plan->origins.first[i]]] : NULL;
        lg_text_printf(text, "%s%s", block != NULL ? "  in block " : "", block != NULL ? block : "");
        report_origins(text, plan, i, widths[0]);
        report_hooks(text, plan->steps[i].hooks, widths[0]);
        if (plan->steps[i].units != 0) {
            char names[192];
            lg_plan_hold_format(plan, i, names, sizeof names);
            lg_text_printf(text, "\n%*s! holds: %s", (int)widths[0] + 2, "", names);
        }
    }
    lg_text_printf(text, "\n");
    status = report_choices(text, plan, err);
    if (status != LG_OK) {
        lg_text_release(text);
        return status;
    }
    report_foot(text, plan);
    return lg_text_finish(text, out_text, err);
}
