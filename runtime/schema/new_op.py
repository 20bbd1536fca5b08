# SPDX-License-Identifier: Apache-2.0
"""Start an op: write its row, kernel and sample with what can be known, and say what is left to do.

    python runtime/schema/new_op.py OP=softsign FAMILY=pointwise

The new op builds and runs as the identity, and its tests fail by name until a person has said what it
computes: in the row (placeholders), in the kernel (the expression) and in the sample (the NumPy oracle).
"""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
from pathlib import Path

import dsl

SCHEMA = Path(__file__).resolve().parent
ROOT = SCHEMA.parent.parent
PLACEHOLDER = "SAY WHAT IT COMPUTES"

ROW = """\
op(
    "{op}",
    id={id},
    since="{since}",
    ins="x:T[...]",
    outs="y:T[...]",
    types={{"T": "f32"}},
    shape="broadcast",
    dtype="same",{fuse}
    cost={{"flops": "|y|", "bytes": "io"}},
    onnx=None,
    source="{placeholder}",
    doc="{placeholder}.",
    example=">>> lg.{op}(lg.tensor([0.0])).tolist()\\n[0.0]",
)
"""

POINTWISE_KERNEL = """\
// SPDX-License-Identifier: Apache-2.0
// y = {op} x
//
// {placeholder}: the formula, what NaN and infinities give, how it rounds, where it comes from.
#include "loops.h"

// The scalar reference: obviously right, and the oracle of every faster version.
LG_LOOP_1(LG_TARGET_SCALAR, {op}_f32__scalar, float, float, x)
const lg_pointwise_impl_t lg_{op}_f32__scalar = {{{op}_f32__scalar, NULL, 1.0}};
"""

HEADER = """\
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_KERNELS_{OP}_H_
#define LEGATO_KERNELS_{OP}_H_

#include "../cpu.h"

typedef struct lg_{op}_impl {{
    lg_kernel_fn_t dense;  // flat arrays
}} lg_{op}_impl_t;

lg_status_t lg_{op}_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
{indent}lg_error_t *err);

#endif  // LEGATO_KERNELS_{OP}_H_
"""

KERNEL = """\
// SPDX-License-Identifier: Apache-2.0
// y = {op}(x)
//
// {placeholder}: the formula with index letters, accumulation type, NaN, rounding, source.
#include "{op}.h"

// The scalar reference: obviously right, the oracle of every faster version. Output elements [begin, end).
static int32_t {op}_f32__scalar(const void *args, void *const *data, int64_t begin, int64_t end) {{
    (void)args;
    const float *x = data[0];
    float *y = data[1];
    for (int64_t i = begin; i < end; i++) {{
        y[i] = x[i];
    }}
    return 0;
}}

lg_status_t lg_{op}_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
{indent}lg_error_t *err) {{
    const lg_view_t *out = op->outs[0];
    // The engine answers with dense copies.
    if (!(op->ins[0]->flags & out->flags & LG_VIEW_CONTIGUOUS)) {{
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs contiguous operands", op->name);
    }}
    call->fn = ((const lg_{op}_impl_t *)kernel->impl)->dense;
    call->extent = out->elem_count;
    call->grain = 1024;
    call->args_bytes = 0;
    call->scratch_bytes = 0;
    call->work_ns = (double)out->elem_count;
    return LG_OK;
}}

const lg_{op}_impl_t lg_{op}_f32__scalar = {{{op}_f32__scalar}};
"""

SAMPLE_CODE = """\
def {op}_cases(draw, dtype):
    for shape in SHAPES:
        yield Case([draw.array(shape, dtype)])


def {op}(x):
    raise NotImplementedError("{op}: {placeholder}, in NumPy")


"""

SAMPLE_ENTRY = """\
    "{op}": Sample({op}_cases, {op}, [Bad("DTypeError", "f32", [np.ones(3, np.int32)])]),
"""


class NewOpError(Exception):
    """A name that cannot be used, or a file that is not as expected."""


def insert_before(text: str, marker: str, fresh: str, where: str, last: bool = False) -> str:
    """Return `text` with `fresh` before a line that starts with `marker`."""
    at = text.rfind(f"\n{marker}") if last else text.find(f"\n{marker}")
    if at < 0:
        raise NewOpError(f"{where} has no line that starts with {marker!r}")
    return text[: at + 1] + fresh + text[at + 1 :]


def with_imports(text: str, module: str, names: list[str]) -> str:
    """Return a Python file in which `names` are imported from `module` too."""
    pattern = re.compile(rf"^from {re.escape(module)} import (\([^)]*\)|[^\n]*)", re.M)
    match = pattern.search(text)
    if not match:
        raise NewOpError(f"no import from {module}")
    have = set(re.findall(r"\w+", match[1]))
    line = f"from {module} import {', '.join(sorted(have | set(names), key=import_order))}"
    return text[: match.start()] + line + text[match.end() :]


def import_order(name: str) -> tuple[int, str]:
    """Constants, classes, functions: the order that the linter wants."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def new_op(op: str, family: str) -> list[Path]:
    """Write the skeletons and return the files that a person has to fill."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", op) or keyword.iskeyword(op):
        raise NewOpError(f"OP={op!r}: expected lower_snake_case")
    row_file = SCHEMA / "ops" / f"{family}.py"
    sample_file = ROOT / "tests/ops/samples" / f"{family}.py"
    families = ", ".join(sorted(path.stem for path in row_file.parent.glob("*.py")))
    if not row_file.exists() or not sample_file.exists():
        raise NewOpError(
            f"FAMILY={family!r}: expected one of {families}; for a new one create {row_file.name} first"
        )
    rows = dsl.load(row_file.parent)
    if op in {name for row in rows for name in (row.name, *row.aliases)}:
        raise NewOpError(f"OP={op!r}: there is such an op already")
    kernel_file = ROOT / "kernels/cpu" / family / f"{op}.c"
    if kernel_file.exists():
        raise NewOpError(f"{kernel_file} is there already")
    is_pointwise = family == "pointwise"
    version = re.search(r'LG_VERSION_STRING "(\d+\.\d+)', (ROOT / "include/legato/base.h").read_text())
    values = {
        "op": op,
        "OP": op.upper(),
        "id": rows[-1].id + 1,
        "since": version[1] if version else "0.1",
        "fuse": '\n    fuse=pointwise(),\n    flags="INPLACE",' if is_pointwise else "",
        "indent": " " * len(f"lg_status_t lg_{op}_prepare("),
        "placeholder": PLACEHOLDER,
    }

    # All texts first: nothing is written when one of them does not work out.
    listed, families_h = ROOT / "kernels/cpu/kernels.inc", ROOT / "kernels/cpu/families.h"
    row = with_imports(row_file.read_text(), "dsl", ["op", "pointwise"] if is_pointwise else ["op"])
    sample = with_imports(sample_file.read_text(), "ops.sampling", ["SHAPES", "Bad", "Case", "Sample"])
    sample = insert_before(sample, "SAMPLES = {", SAMPLE_CODE.format(**values), sample_file.name)
    sample = insert_before(sample, "}", SAMPLE_ENTRY.format(**values), sample_file.name, last=True)
    line = (
        f"LG_KERNEL({'pointwise' if is_pointwise else op}, {op.upper()}, F32, SCALAR, {op}_f32__scalar, 0)\n"
    )
    texts = {
        row_file: row.rstrip("\n") + "\n" + ROW.format(**values),
        kernel_file: (POINTWISE_KERNEL if is_pointwise else KERNEL).format(**values),
        sample_file: sample,
        listed: add_kernel_line(listed.read_text(), family, line),
    }
    if not is_pointwise:
        texts[kernel_file.with_suffix(".h")] = HEADER.format(**values)
        include = f'#include "{family}/{op}.h"\n'
        texts[families_h] = insert_before(
            families_h.read_text(), "#endif", include + "\n", families_h.name, last=True
        )
        texts[families_h] = texts[families_h].replace(f"\n\n{include}", f"\n{include}")
    for path, text in texts.items():
        path.write_text(text)
    return [row_file, kernel_file, sample_file]


def add_kernel_line(text: str, family: str, line: str) -> str:
    """Return kernels.inc with `line` at the end of the section of `family`."""
    sections = list(re.finditer(r"^// ---- (\w+) -+\n", text, re.M))
    for index, section in enumerate(sections):
        if section[1] == family:
            end = sections[index + 1].start() if index + 1 < len(sections) else len(text)
            return text[:end].rstrip("\n") + "\n" + line + ("\n" if end < len(text) else "") + text[end:]
    raise NewOpError(f"kernels.inc has no section {family}")


def main(arguments: list[str]) -> int:
    given = dict(word.partition("=")[::2] for word in arguments)
    if set(given) != {"OP", "FAMILY"} or not all(given.values()):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        files = new_op(given["OP"], given["FAMILY"])
    except (NewOpError, dsl.SchemaError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    code = subprocess.run([sys.executable, SCHEMA / "generate.py"]).returncode
    if code:
        return code
    print(f'\n{given["OP"]} is the identity so far. Search for "{PLACEHOLDER}" in')
    for path in files:
        print(f"  {path.relative_to(ROOT)}")
    print(f'then: make gen build, and make test ARGS="tests/ops -k {given["OP"]}"')
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
