// SPDX-License-Identifier: Apache-2.0
// Runs that are traced: where their events begin, and what these say. See Note [Traces].
#include <stdio.h>
#include <string.h>

#include "base/port.h"
#include "base/text.h"
#include "op/registry.h"
#include "run/call.h"

// ---- writing ----------------------------------------------------------------------------------------

static void traced_drop(const void *plan) {
    lg_plan_release((lg_plan_t *)(uintptr_t)plan);
}

lg_status_t lg_call_trace(lg_call_t *call, lg_trace_t *trace, lg_error_t *err) {
    LG_TRY(lg_call_land(call, err));
    if (trace == call->trace) {
        return LG_OK;
    }
    LG_CHECK(err, trace == NULL || trace->context == call->context, LG_STATUS_INVALID_ARGUMENT, NULL,
             "the trace belongs to another context than the call");
    if (trace != NULL) {
        lg_trace_retain(trace);
        atomic_store_explicit(&trace->drop, traced_drop, memory_order_relaxed);
    }
    lg_trace_release(call->trace);
    call->trace = trace;
    call->unready = trace != NULL ? call->unready | LG_CALL_TRACED : call->unready & ~LG_CALL_TRACED;
    return LG_OK;
}

// What the calling thread is in `lane`.
static void traced_place(lg_tracer_t *tracer, lg_lane_t *lane, bool takes_part) {
    tracer->thread = lg_port_thread_number();
    tracer->worker = -1;
    memset(tracer->lane, 0, sizeof tracer->lane);
    if (lane != NULL) {
        const lg_worker_t *self = takes_part ? NULL : lg_lane_self(lane);
        tracer->worker =
            takes_part || self == NULL ? 0 : (int32_t)self->index;  // a caller takes the place of 0
        memcpy(tracer->lane, lane->name, sizeof tracer->lane);
    }
}

void lg_call_tracer(const lg_call_t *call, lg_lane_t *lane, lg_tracer_t *out_tracer) {
    out_tracer->trace = call->traced != NULL ? call->trace : NULL;
    if (call->traced != NULL) {
        out_tracer->run = (uint32_t)(call->traced - call->trace->events);
        traced_place(out_tracer, lane != NULL ? lane : call->lane, lane == NULL);
    }
}

// Which alternative of a model that is a choice the run takes.
static void traced_choice(const lg_call_t *call) {
    static const char *const numbers[] = {"0", "1", "2",  "3",  "4",  "5",  "6",  "7",
                                          "8", "9", "10", "11", "12", "13", "14", "15"};
    lg_tracer_t tracer;
    lg_call_tracer(call, NULL, &tracer);
    const int64_t now_ns = lg_port_now_ns();
    lg_trace_write(&tracer, LG_TRACE_CHOICE, LG_TRACE_NO_INDEX, now_ns, now_ns, numbers[call->seat & 15]);
}

void lg_call_trace_begin(lg_call_t *call, lg_lane_t *lane) {
    lg_event_t *event = call->trace != NULL ? lg_trace_take(call->trace) : NULL;
    call->traced = event;
    if (event != NULL) {
        lg_tracer_t tracer;
        traced_place(&tracer, lane != NULL ? lane : call->lane, lane == NULL);
        lg_plan_retain((lg_plan_t *)(uintptr_t)call->plan);
        event->what = call->plan;
        event->run = (uint32_t)(event - call->trace->events);
        event->worker = lane == NULL ? tracer.worker : -1;
        event->thread = tracer.thread;
        memcpy(event->lane, tracer.lane, sizeof event->lane);
        event->begin_ns = lg_port_now_ns();
        if (call->seat_count > 1) {
            traced_choice(call);
        }
    }
}

void lg_call_trace_end(lg_call_t *call, lg_status_t status) {
    lg_event_t *event = call->traced;
    if (event != NULL) {
        call->traced = NULL;
        event->record = (uint32_t)status;
        event->end_ns = lg_port_now_ns();
        atomic_store_explicit(&event->kind, LG_TRACE_RUN, memory_order_release);  // pairs with lg_trace_event
    }
}

lg_status_t lg_trace_eager(lg_trace_t *trace, lg_lane_t *lane, uint32_t dtype, lg_eager_t *eager,
                           lg_tensor_t *outs, uint32_t out_count, lg_error_t *err) {
    const bool is_kernel = eager->call.extent > 0;
    const float cost_ns = (float)eager->call.work_ns;
    const lg_op_info_t *info = eager->info;
    lg_tracer_t tracer = {.trace = trace};
    traced_place(&tracer, lane, true);
    tracer.worker = lane != NULL ? 0 : -1;
    memcpy(&tracer.run, &cost_ns, sizeof tracer.run);
    const int64_t begin_ns = lg_port_now_ns();
    lg_status_t status = lane != NULL ? lg_spread_eager(lane, eager, outs, out_count, err)
                                      : lg_eager_run(eager, outs, out_count, err);
    if (is_kernel) {
        lg_trace_write(&tracer, LG_TRACE_OP, dtype, begin_ns, lg_port_now_ns(), info);
    }
    return status;
}

// ---- reading ----------------------------------------------------------------------------------------

static void traced_record(const lg_plan_t *plan, uint32_t record, lg_trace_row_t *row) {
    const lg_record_plan_t *planned = &plan->records.items[record];
    row->kernel = row->op = "copy";
    row->device = "cpu:0";
    row->expected_ns = planned->work_ns;
    if (planned->op == UINT32_MAX) {
        return;
    }
    const lg_op_node_t *op = &plan->lowered->ops.items[planned->op];
    const lg_step_t *step = &plan->steps[planned->op];
    row->plan_row = planned->op;
    row->op = op->info->name;
    row->path = op->path;
    uint32_t alternative;
    const lg_plan_t *inner = lg_region_of(plan, record, &alternative, &record);
    if (inner != NULL) {  // there it may be a part of a larger op
        step = &inner->steps[inner->records.items[record].op];
        row->op = inner->lowered->ops.items[inner->records.items[record].op].info->name;
    }
    if (record == step->record) {
        row->kernel = step->kernel;
        row->device = step->device != NULL ? step->device->name : row->device;
        row->expected_ns = step->cost_ns;
    } else {
        row->kernel = record < step->record ? "before" : "after";
    }
}

static void traced_op(const lg_context_t *context, const lg_event_t *event, lg_trace_row_t *row) {
    const lg_op_info_t *info = event->what;
    float cost_ns;
    memcpy(&cost_ns, &event->run, sizeof cost_ns);
    row->expected_ns = cost_ns;
    row->op = info->name;
    row->device = "cpu:0";
    const lg_kernel_t *kernel =
        info->id < LG_OP_COUNT ? context->kernels[info->id * LG_DTYPE_COUNT + event->record] : NULL;
    row->kernel = kernel != NULL ? kernel->name : "registered";
}

lg_status_t lg_trace_row(const lg_trace_t *trace, uint64_t index, lg_trace_row_t *out_row, lg_error_t *err) {
    LG_CHECK(err, out_row->size >= sizeof *out_row, LG_STATUS_ABI, NULL, "a row of %u bytes, expected %zu",
             out_row->size, sizeof *out_row);
    LG_CHECK(err, index < lg_trace_count(trace), LG_STATUS_NOT_FOUND, NULL, "event %llu of a trace of %llu",
             (unsigned long long)index, (unsigned long long)lg_trace_count(trace));
    const lg_event_t *event = lg_trace_event(trace, index), *run = NULL;
    const uint32_t kind = event != NULL ? atomic_load_explicit(&event->kind, memory_order_relaxed) : 0;
    if (kind != LG_TRACE_OP && event != NULL && event->run != LG_TRACE_NO_INDEX) {
        run = lg_trace_event(trace, event->run);
    }
    LG_CHECK(err, event != NULL && (run != NULL || kind == LG_TRACE_OP || event->run == LG_TRACE_NO_INDEX),
             LG_STATUS_BUSY, NULL, "event %llu is of a run that has not ended", (unsigned long long)index);
    *out_row = (lg_trace_row_t){
        .size = out_row->size,
        .abi = out_row->abi,
        .kind = kind,
        .run = kind == LG_TRACE_OP ? LG_TRACE_NO_INDEX : event->run,
        .record = kind == LG_TRACE_RECORD || kind == LG_TRACE_SHARE ? event->record : LG_TRACE_NO_INDEX,
        .plan_row = LG_TRACE_NO_INDEX,
        .worker = event->worker,
        .status = kind == LG_TRACE_RUN ? (int32_t)event->record : LG_OK,
        .thread = event->thread,
        .begin_ns = event->begin_ns,
        .end_ns = event->end_ns,
        .op = "",
        .path = "",
        .kernel = "",
        .device = "",
        .what = kind >= LG_TRACE_WAIT && event->what != NULL ? event->what : "",
    };
    memcpy(out_row->lane, event->lane, sizeof out_row->lane);
    if (kind == LG_TRACE_OP) {
        traced_op(trace->context, event, out_row);
    } else if (kind == LG_TRACE_RUN) {
        out_row->plan = event->what;
        out_row->expected_ns = lg_plan_expected_ns(event->what);
    } else if (out_row->record != LG_TRACE_NO_INDEX) {
        traced_record(run->what, event->record, out_row);
    }
    return LG_OK;
}

// ---- JSON -------------------------------------------------------------------------------------------

static void traced_write(lg_text_t *text, const lg_trace_row_t *row, int64_t zero_ns) {
    static const char *const kinds[] = {"",          "run",  "record", "share", "op",
                                        "take-over", "wait", "hold",   "choice"};
    char name[192];
    const char *path = row->path[0] != 0 ? row->path : row->what;
    snprintf(name, sizeof name, "%s%s%s", row->op[0] != 0 ? row->op : kinds[row->kind],
             path[0] != 0 ? " " : "", path);
    lg_text_printf(text, ",\n{\"name\":");
    lg_text_quote(text, name);
    lg_text_printf(text,
                   ",\"cat\":\"%s\",\"ph\":\"X\",\"pid\":1,\"tid\":%lld,\"ts\":%.3f,\"dur\":%.3f,\"args\":{",
                   kinds[row->kind], (long long)row->thread, (double)(row->begin_ns - zero_ns) / 1000,
                   (double)(row->end_ns - row->begin_ns) / 1000);
    if (row->run != LG_TRACE_NO_INDEX) {
        lg_text_printf(text, "\"run\":%u,", row->run);
    }
    if (row->record != LG_TRACE_NO_INDEX) {
        lg_text_printf(text, "\"record\":%u,", row->record);
    }
    if (row->expected_ns > 0) {
        lg_text_printf(text, "\"expected_us\":%.3f,", row->expected_ns / 1000);
    }
    if (row->kernel[0] != 0) {
        lg_text_printf(text, "\"kernel\":");
        lg_text_quote(text, row->kernel);
        lg_text_printf(text, ",\"device\":");
        lg_text_quote(text, row->device);
        lg_text_printf(text, ",");
    }
    if (row->kind == LG_TRACE_RUN) {
        lg_text_printf(text, "\"status\":\"%s\",", lg_status_name((lg_status_t)row->status));
    }
    lg_text_printf(text, "\"worker\":%d,\"lane\":", row->worker);
    lg_text_quote(text, row->lane);
    lg_text_printf(text, "}}");
}

lg_status_t lg_trace_format(const lg_trace_t *trace, lg_text_t **out_text, lg_error_t *err) {
    enum { MOST_THREADS = 64 };
    int64_t seen[MOST_THREADS], zero_ns = INT64_MAX;
    size_t seen_count = 0;
    lg_trace_row_t row = {LG_STRUCT(lg_trace_row_t), .kind = LG_TRACE_NONE};
    for (uint64_t i = 0; i < lg_trace_count(trace); i++) {
        const lg_event_t *event = lg_trace_event(trace, i);
        zero_ns = event != NULL && event->begin_ns < zero_ns ? event->begin_ns : zero_ns;
    }
    lg_text_t *text = lg_text_create(&trace->context->heap);
    if (text == NULL) {
        return lg_text_finish(NULL, out_text, err);
    }
    lg_text_printf(
        text,
        "{\"otherData\":{\"lost\":%llu},\"traceEvents\":[\n{\"name\":\"process_name\",\"ph\":\"M\","
        "\"pid\":1,\"args\":{\"name\":\"legato\"}}",
        (unsigned long long)lg_trace_lost(trace));
    for (uint64_t i = 0; i < lg_trace_count(trace); i++) {
        if (lg_trace_row(trace, i, &row, NULL) != LG_OK) {
            continue;
        }
        size_t k = 0;
        while (k < seen_count && seen[k] != row.thread) {
            k++;
        }
        if (k == seen_count && k < MOST_THREADS && row.lane[0] != 0) {  // its first event that is on a lane
            seen[seen_count++] = row.thread;
            char name[32];
            snprintf(name, sizeof name, "%s:%d", row.lane, row.worker);
            lg_text_printf(
                text, ",\n{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":%lld,\"args\":{\"name\":",
                (long long)row.thread);
            lg_text_quote(text, name);
            lg_text_printf(text, "}}");
        }
        traced_write(text, &row, zero_ns);
    }
    lg_text_printf(text, "\n]}\n");
    return lg_text_finish(text, out_text, err);
}
