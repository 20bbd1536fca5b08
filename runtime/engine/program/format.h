/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_FORMAT_H_
#define LEGATO_ENGINE_FORMAT_H_

#include "program/program.h"

// Writes a program, and the attributes of an op that differ from their defaults (" {axis=1}" or nothing).
void lg_format_program(lg_text_t *text, const lg_program_t *program);
void lg_format_attrs(lg_text_t *text, const lg_op_info_t *info, const void *attrs);

// Reads one program from where `reader` stands; the rest of the text is left to the caller.
lg_status_t lg_parse_program(lg_reader_t *reader, lg_context_t *context, lg_weight_fn_t weights, void *user,
                             lg_program_t **out_program);

#endif  // LEGATO_ENGINE_FORMAT_H_
