// SPDX-License-Identifier: Apache-2.0
// The walk over records that looks at everything. docs/explanation/calls.md has the states of a run.
#include "run/walk.h"

#include "base/port.h"
#include "lane/token.h"
#include "run/call.h"

lg_status_t lg_walk_stop(const lg_walk_t *walk, lg_status_t code, const char *what, lg_error_t *err) {
    const lg_call_t *call = walk->call;
    uint32_t at = atomic_load_explicit(&walk->record, memory_order_relaxed);
    // Between two records the time was over during the first of them.
    bool between = walk->begin == 0 && !walk->resumed && code == LG_STATUS_DEADLINE && at > 0;
    const char *where = between ? "during" : walk->begin > 0 ? "in" : "before";
    at -= between;
    if (at >= call->record_count) {
        return lg_error_set(err, code, NULL, "%s after the last op", what);
    }
    lg_error_t named = {.op = ""};
    (void)lg_call_fail(call, at, code, &named);
    lg_status_t status = lg_error_set(err, code, named.op, "%s %s %s, record %u of %u", what, where,
                                      named.op[0] != 0 ? named.op : "its op", at, call->record_count);
    if (err != NULL) {
        err->op_index = named.op_index;
    }
    return status;
}

lg_status_t lg_walk_look(const lg_walk_t *walk, lg_error_t *err) {
    const lg_flight_t *flight = &walk->call->flight;
    if (__builtin_expect(atomic_load_explicit(&flight->cancel, memory_order_relaxed) != 0, 0)) {
        return lg_walk_stop(walk, LG_STATUS_CANCELLED, "cancelled", err);
    }
    if (flight->deadline_ns != 0 && lg_port_now_ns() > flight->deadline_ns) {
        return lg_walk_stop(walk, LG_STATUS_DEADLINE, "the deadline passed", err);
    }
    return LG_OK;
}

// How many elements of a record are computed between two looks. Those that may be spread over a lane are not cut.
static int64_t walk_tile(const lg_walk_t *walk, const lg_record_plan_t *record) {
    enum { TILE_NS = 200000 };
    if (record->work_ns < 1.5 * TILE_NS || record->extent <= record->grain || walk->spread != NULL) {
        return record->extent;
    }
    int64_t tile = (int64_t)((double)record->extent * (TILE_NS / record->work_ns));
    return tile <= record->grain ? record->grain : tile - tile % record->grain;
}

// Past the records of alternatives that are not taken.
static lg_status_t walk_route(lg_call_t *call, const lg_tracer_t *tracer, uint32_t *at, lg_error_t *err) {
    const lg_flight_t *flight = &call->flight;
    const char *taken;
    LG_TRY(lg_region_route(call->plan, call->picks, flight->priority, flight->deadline_ns, at, &taken, err));
    if (taken != NULL && tracer->trace != NULL) {
        const int64_t now_ns = lg_port_now_ns();
        lg_trace_write(tracer, LG_TRACE_CHOICE, LG_TRACE_NO_INDEX, now_ns, now_ns, taken);
    }
    return LG_OK;
}

static lg_walk_end_t walk_records(lg_walk_t *walk, const lg_tracer_t *tracer, lg_token_t *token,
                                  lg_status_t *out_status, lg_error_t *err) {
    lg_call_t *call = walk->call;
    const bool on_lane = walk->lane != NULL || call->lane != NULL;
    const int32_t priority = call->flight.priority;
    const bool holds = call->plan->hold.records != NULL;
    if (holds && lg_tenures_resume(walk, tracer, out_status, err) != LG_TENURE_GO) {
        return LG_WALK_ENDED;
    }
    uint32_t at = atomic_load_explicit(&walk->record, memory_order_relaxed);
    for (; at < walk->last; at++) {
        if (__builtin_expect(call->plan->regions.count > 0, 0) && walk->begin == 0) {
            *out_status = walk_route(call, tracer, &at, err);
            if (*out_status != LG_OK) {
                return LG_WALK_ENDED;
            }
            if (at >= walk->last) {
                break;
            }
        }
        atomic_store_explicit(&walk->record, at, memory_order_relaxed);
        const lg_record_t *record = &call->records[at];
        const int64_t tile = walk_tile(walk, &call->plan->records.items[at]);
        do {
            if (__builtin_expect(on_lane && lg_token_is_used(call->context), 0)) {
                lg_token_pass(call->context, priority, token);
            }
            *out_status = lg_walk_look(walk, err);
            if (*out_status != LG_OK) {
                return LG_WALK_ENDED;
            }
            if (holds) {
                lg_tenure_end_t end = lg_tenures_step(walk, tracer, out_status, err);
                if (end != LG_TENURE_GO) {
                    return end == LG_TENURE_LEFT    ? LG_WALK_LEFT
                           : end == LG_TENURE_WAITS ? LG_WALK_WAITS
                                                    : LG_WALK_ENDED;
                }
            } else if (walk->lane != NULL && lg_lane_wants(walk->lane, priority)) {
                walk->resumed = true;
                if (tracer->trace != NULL) {
                    const int64_t now_ns = lg_port_now_ns();
                    lg_trace_write(tracer, LG_TRACE_MOVE, LG_TRACE_NO_INDEX, now_ns, now_ns, NULL);
                }
                return LG_WALK_LEFT;
            }
            int64_t begin = walk->begin;
            int64_t end = record->extent - begin <= tile ? record->extent : begin + tile;
            const int64_t begin_ns = tracer->trace != NULL ? lg_port_now_ns() : 0;
            int32_t code = end - begin == record->extent ? lg_call_record(call, walk->spread, at, tracer)
                                                         : record->fn(record->args, record->data, begin, end);
            walk->resumed = false;
            if (tracer->trace != NULL) {
                lg_trace_write(tracer, LG_TRACE_RECORD, at, begin_ns, lg_port_now_ns(), NULL);
            }
            if (__builtin_expect(code != 0, 0)) {
                *out_status = lg_call_fail(call, at, code, err);
                return LG_WALK_ENDED;
            }
            walk->begin = end < record->extent ? end : 0;
        } while (walk->begin != 0);
    }
    atomic_store_explicit(&walk->record, at, memory_order_relaxed);
    *out_status = LG_OK;
    return LG_WALK_ENDED;
}

lg_walk_end_t lg_walk_go(lg_walk_t *walk, lg_status_t *out_status, lg_error_t *err) {
    lg_tracer_t tracer;
    lg_token_t token = {.core = -1};
    lg_call_tracer(walk->call, walk->lane, &tracer);
    lg_walk_end_t end = walk_records(walk, &tracer, &token, out_status, err);
    lg_token_drop(walk->call->context, &token);
    if (end == LG_WALK_ENDED && walk->call->plan->hold.records != NULL) {
        lg_tenures_end(walk, &tracer);
    }
    return end;
}
