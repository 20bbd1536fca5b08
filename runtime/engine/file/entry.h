/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries of the text of an app: a word and what belongs to it. See Note [The text of an app].
 */
#ifndef LEGATO_ENGINE_ENTRY_H_
#define LEGATO_ENGINE_ENTRY_H_

#include "base/text.h"

// Moves to the end of the line, or to what stands on it.
bool lg_entry_at_end(lg_reader_t *reader);
// Passes the rest of an entry: to the end of its line, brackets and their lines included.
lg_status_t lg_entry_skip(lg_reader_t *reader);
// Passes a field that this version does not know: word=value.
lg_status_t lg_entry_skip_field(lg_reader_t *reader, const char *wanted);
// Takes an entry that any version has, or leaves one aside that this one does not know.
lg_status_t lg_entry_other(lg_reader_t *reader, lg_zone_t *zone, const char *wanted);

#endif  // LEGATO_ENGINE_ENTRY_H_
