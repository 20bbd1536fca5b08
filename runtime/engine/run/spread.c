// SPDX-License-Identifier: Apache-2.0
#include "run/spread.h"

#include <string.h>

#include "base/port.h"

// Operands of a call with scratch are copied to the stack, to give each worker scratch of its own; a call
// with more stays whole. Pieces are no shorter than that, and so many per worker that the slowest of them is
// soon done.
enum { SPREAD_OPERANDS = 64, SPREAD_PIECE_NS = 1000, SPREAD_PIECES = 4 };

uint32_t lg_spread_workers(lg_lane_t *lane, int64_t extent, int64_t grain, double work_ns) {
    uint32_t workers = lg_lane_worker_count(lane);
    if (workers == 1 || extent <= grain || work_ns < LG_SPREAD_LEAST_NS) {
        return 1;
    }
    double pieces = work_ns / SPREAD_PIECE_NS;
    workers = pieces < workers ? (uint32_t)pieces : workers;
    int64_t most = extent / grain + (extent % grain != 0);
    workers = most < workers ? (uint32_t)most : workers;
    // What is gained has to be twice what handing over costs.
    double gain_ns = work_ns * (workers - 1) / workers;
    return gain_ns > 2 * lg_lane_hand_over_ns(lane, 1) ? workers : 1;
}

static int32_t spread_part(void *user, int64_t begin, int64_t end, uint32_t worker) {
    const lg_spread_t *spread = user;
    if (worker == 0 || spread->scratch_bytes == 0) {
        return spread->fn(spread->args, spread->data, begin, end);
    }
    void *data[SPREAD_OPERANDS];
    memcpy(data, spread->data, spread->operand_count * sizeof *data);
    data[spread->scratch_index] =
        (char *)spread->scratch + lg_spread_scratch_bytes(worker, spread->scratch_bytes);
    return spread->fn(spread->args, data, begin, end);
}

static int32_t spread_range(void *user, int64_t begin, int64_t end, uint32_t worker) {
    const lg_spread_t *spread = user;
    if (spread->tracer == NULL) {
        return spread_part(user, begin, end, worker);
    }
    lg_tracer_t tracer = *spread->tracer;
    tracer.worker = (int32_t)worker;
    tracer.thread = worker > 0 ? lg_port_thread_number() : tracer.thread;
    const int64_t begin_ns = lg_port_now_ns();
    int32_t code = spread_part(user, begin, end, worker);
    lg_trace_write(&tracer, LG_TRACE_SHARE, spread->record, begin_ns, lg_port_now_ns(), NULL);
    return code;
}

int32_t lg_spread_run(lg_lane_t *lane, uint32_t workers, const lg_spread_t *given) {
    lg_spread_t spread = *given;
    lg_heap_t *heap = &lane->context->heap;
    size_t scratch_bytes = lg_spread_scratch_bytes(workers, spread.scratch_bytes);
    bool owned = scratch_bytes > 0 && spread.scratch == NULL;
    if (owned && spread.operand_count <= SPREAD_OPERANDS) {
        spread.scratch = lg_heap_alloc(heap, scratch_bytes);
    }
    if (workers <= 1 ||
        (scratch_bytes > 0 && (spread.scratch == NULL || spread.operand_count > SPREAD_OPERANDS))) {
        return spread.fn(spread.args, spread.data, 0, spread.extent);
    }
    int64_t piece = spread.extent / ((int64_t)workers * SPREAD_PIECES);
    int64_t least = (int64_t)((double)spread.extent * SPREAD_PIECE_NS / spread.work_ns);
    piece = piece > least ? piece : least;
    piece += spread.grain - 1;
    piece -= piece % spread.grain;
    int32_t code = lg_lane_loop(lane, workers, spread.extent, piece < spread.grain ? spread.grain : piece,
                                spread_range, &spread);
    if (owned) {
        lg_heap_free(heap, spread.scratch, scratch_bytes);
    }
    return code;
}

static int32_t spread_eager(void *self, lg_eager_t *eager) {
    lg_lane_t *lane = self;
    const lg_kernel_call_t *call = &eager->call;
    int64_t grain = call->grain < 1 ? 1 : call->grain;
    const lg_spread_t spread = {
        .fn = call->fn,
        .args = call->args,
        .data = eager->data,
        .operand_count = eager->operand_count,
        .scratch_index = eager->operand_count - 1,
        .extent = call->extent,
        .grain = grain,
        .work_ns = call->work_ns,
        .scratch_bytes = eager->plain ? 0 : call->scratch_bytes,
    };
    return lg_spread_run(lane, lg_spread_workers(lane, call->extent, grain, call->work_ns), &spread);
}

lg_status_t lg_spread_eager(lg_lane_t *lane, lg_eager_t *eager, lg_tensor_t *outs, uint32_t out_count,
                            lg_error_t *err) {
    return lg_eager_run_by(eager, spread_eager, lane, outs, out_count, err);
}
