/* SPDX-License-Identifier: Apache-2.0
 *
 * Note [The text of an app]
 * The text under "legato.app" in a file's metadata:
 *
 *   legato 1
 *   lane "tiny" workers=2 class="efficiency" cores=[2,3] spin_ns=20000    a role; or `default`, or `pool`
 *   unit "acme.mm:0/matmul" capacity=2 scope="system" max_wait_ns=5000000
 *   signal "battery" 1.0                    with what it is as long as nobody has set it
 *   model "main" weights "main/" {
 *     lane "tiny"                           whose workers its calls use
 *     rule op="matmul" to="acme.mm:0" hold="acme.mm:0/matmul"
 *     rule path="head*" lane="tiny" before="acme.watch"    code by the name that it is registered under
 *     rule op="conv" to=choose("battery" < 0.2, "cpu:0", "acme.mm:0")      see lg_choice_t
 *     off "fuse"                            a pass that plans leave out
 *     plan "f32[1,784]" "i64[1]"            a signature, a type per input
 *     plan "f32[8,784]" "i64[8]" { off "fuse" }   one with rules and passes of its own, instead of the model's
 *     tensor "w" = "other/w"                a weight that lies under another name than the prefix and its own
 *     pack "w" "1f..." "77..." = "__pack.0" a weight in the layout of a kernel: see Note [Packs in files]
 *     program { ... }                       see program/format.c
 *   }
 *   choice "voice" = choose("battery" < 0.2, "voice.0", "voice.1")         a model between models in front of it
 *
 * Files outlive versions. What a reader does not know it leaves aside: an entry begins with a word and ends with its
 * line, or with the line on which the braces that it opens are closed; in a rule, lane or unit, fields are
 * `word=value`. Lanes and units stand before the models. A writer
 * whose new entries must not be left aside says so in front of them: `requires "units"`. A change of what
 * the known entries mean is a new number behind `legato`.
 *
 * Note [Packs in files]
 * A file may hold weights a second time, in layouts that kernels of some machine want, so that opening packs nothing.
 * An entry names a weight of the program, the layout (lg_kernel_call_t.pack_layout), a sample of the weight
 * (lg_pack_sample) and the U8 tensor. The weight itself is what counts: a pack that is missing, of another size,
 * not aligned, in a layout that no kernel here asks for, or whose sample says that the weight was changed, is left
 * aside, and the plan packs anew. As bytes it is no more trusted than a weight.
 */
#ifndef LEGATO_ENGINE_APP_H_
#define LEGATO_ENGINE_APP_H_

#include <legato/app.h>

#include "file/safetensors.h"
#include "base/text.h"
#include "run/call.h"

#define LG_APP_FORMAT 1
#define LG_APP_MAX_PACKS 4096  // of one model
#define LG_APP_MAX_LANES 64
#define LG_APP_MAX_WORKERS 1024  // of all lanes of a file
#define LG_APP_MAX_UNITS 256
#define LG_APP_MAX_HOLDS 16  // of one rule
#define LG_APP_MAX_SIGNALS 256
#define LG_APP_TEXT "legato.app"  // the key in the metadata

typedef struct lg_app_entry {
    char *name;
    lg_model_t *model;
} lg_app_entry_t;

struct lg_app {
    atomic_int refs;  // the opener and every model handed out
    lg_context_t *context;
    bool owns_context;
    bool strict;
    lg_zone_t zone;
    LG_LIST(lg_app_entry_t) entries;
    LG_LIST(lg_pack_t *) packs;      // of the file
    LG_LIST(lg_bind_t) lanes;        // by roles; retained, once they are bound
    uint64_t owned;                  // bit i: lane i was made for the app
    LG_LIST(lg_unit_t *) units;      // retained
    LG_LIST(lg_signal_t *) signals;  // retained
    const lg_open_desc_t *desc;      // while it is opened
};

// Adds a model that the file describes. `name` lives in the zone of the app; *takes ownership* of the model.
lg_status_t lg_app_add(lg_app_t *app, char *name, lg_model_t *model, lg_error_t *err);

// Adds to `rules` what the executor of a model decided in its plans, as rules, which a file holds. Their strings
// live in `zone`, devices as long as the context. Errors: UNSUPPORTED (code at ops; decisions that no rule can tell).
typedef LG_LIST(lg_rule_t) lg_rules_t;
lg_status_t lg_app_policy(lg_model_t *model, const char *name, lg_zone_t *zone, lg_rules_t *rules,
                          lg_error_t *err);

// role.c's in files: reads `lane "name" ...` and `unit "name" ...` behind their first words.
lg_status_t lg_app_read_lane(lg_app_t *app, lg_reader_t *reader);
lg_status_t lg_app_read_unit(lg_app_t *app, lg_reader_t *reader);
// Gives each role its lane. `what` is the file's name in messages.
lg_status_t lg_app_bind(lg_app_t *app, const char *what, lg_error_t *err);
// Gives back lanes and units.
void lg_app_unbind(lg_app_t *app);
// Writes the lanes and units that models need, by their names.
lg_status_t lg_app_write_roles(lg_text_t *text, lg_zone_t *zone, lg_model_t *const *models,
                               size_t model_count, lg_error_t *err);

// choices in files: reads `signal "name" ...` and `choice "name" = choose(...)` behind their first words.
lg_status_t lg_app_read_signal(lg_app_t *app, lg_reader_t *reader);
lg_status_t lg_app_read_choice(lg_app_t *app, lg_reader_t *reader);
// Adds the signals that a choice reads to a list by name; strings lie in the zone. `text` NULL: nothing.
typedef struct lg_app_signal {
    const char *name;
    double initial;
} lg_app_signal_t;
typedef LG_LIST(lg_app_signal_t) lg_app_signals_t;
lg_status_t lg_app_note_choice(lg_context_t *context, const char *text, lg_zone_t *zone,
                               lg_app_signals_t *signals, lg_error_t *err);
void lg_app_write_signals(lg_text_t *text, const lg_app_signals_t *signals);

// Reads the models of a container. `what` is its name in messages.
lg_status_t lg_app_read(lg_app_t *app, lg_container_t *container, const char *what, lg_error_t *err);

#endif  // LEGATO_ENGINE_APP_H_
