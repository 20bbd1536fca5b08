# SPDX-License-Identifier: Apache-2.0
"""C from op rows: ids and attribute structs, the op table, inference and cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dsl import DTYPES, Attr, Op, SchemaError

NEWLINE = "\n"
C_TYPE = {
    "INT": "int64_t",
    "FLOAT": "double",
    "BOOL": "int64_t",
    "DTYPE": "int64_t",
    "ENUM": "int64_t",
    "INTS": "lg_ints_t",
    "FLOATS": "lg_floats_t",
    "SCALAR": "lg_scalar_t",
}


def constant(row: Op) -> str:
    return f"LG_OP_{row.name.upper()}"


def struct(row: Op) -> str:
    return f"lg_{row.name}_attrs_t"


def dtype_mask(names: str) -> str:
    return f"0x{sum(1 << DTYPES.index(name) for name in names.split()):04x}"


# ---- include/legato/ops.gen.h ------------------------------------------------------------------------


def _field_comment(attr: Attr) -> str:
    if attr.kind == "ENUM":
        return ", ".join(f"{i} {choice}" for i, choice in enumerate(attr.choices))
    if attr.kind == "BOOL":
        return "0 or 1"
    if attr.kind == "DTYPE":
        return "lg_dtype_t" if attr.required else "lg_dtype_t, 0 when not given"
    if attr.kind in ("INTS", "FLOATS"):
        return (
            ""
            if attr.required
            else "count -1: not given"
            if attr.default is None
            else f"default {attr.default}"
        )
    if attr.required or attr.default is None:
        return ""
    return f"default {attr.default}"


def header(rows: list[Op]) -> str:
    lines = [
        "/* SPDX-License-Identifier: Apache-2.0",
        " *",
        " * generated from runtime/schema/ops by runtime/schema/generate.py; do not edit",
        " *",
        " * Op ids, frozen for ever, and the attribute struct of each op that has attributes. What the",
        " * fields mean stands in docs/reference/ops.",
        " */",
        "#ifndef LEGATO_OPS_GEN_H_",
        "#define LEGATO_OPS_GEN_H_",
        "",
        "#include <legato/plugin.h>",
        "",
        "#ifdef __cplusplus",
        'extern "C" {',
        "#endif",
        "",
        "enum {",
        *[f"    {constant(row)} = {row.id}," for row in rows],
        f"    LG_OP_COUNT = {rows[-1].id + 1}  // one past the largest id",
        "};",
        "",
    ]
    for row in rows:
        if not row.attrs:
            continue
        lines.append(f"typedef struct lg_{row.name}_attrs {{")
        for name, attr in row.attrs.items():
            comment = _field_comment(attr)
            lines.append(f"    {C_TYPE[attr.kind]} {name};" + (f"  // {comment}" if comment else ""))
        lines += [f"}} {struct(row)};", ""]
    lines += ["#ifdef __cplusplus", "}", "#endif", "#endif  // LEGATO_OPS_GEN_H_"]
    return "\n".join(lines) + "\n"


# ---- runtime/engine/gen/ops.c ------------------------------------------------------------------------


def _scalar_init(value: Any) -> str:
    if isinstance(value, bool):
        return f"{{LG_SCALAR_BOOL, {{.i = {int(value)}}}}}"
    if isinstance(value, float):
        return f"{{LG_SCALAR_FLOAT, {{.f = {value!r}}}}}"
    return f"{{LG_SCALAR_INT, {{.i = {value}}}}}"


def _default_init(attr: Attr) -> str:
    value = attr.default
    if attr.kind in ("INTS", "FLOATS"):
        if attr.required or value is None:
            return "{-1, {0}}"
        values = (value,) if isinstance(value, int | float) else tuple(value)
        return f"{{{len(values)}, {{{', '.join(map(str, values)) or '0'}}}}}"
    if attr.kind == "SCALAR":
        return _scalar_init(attr.c_default if attr.required or value is None else value)
    if attr.kind == "ENUM":
        return str(attr.choices.index(value) if isinstance(value, str) else 0)
    if attr.kind == "DTYPE":
        return f"LG_DTYPE_{value.upper()}" if isinstance(value, str) else "0"
    return (
        repr(value)
        if attr.kind == "FLOAT" and not attr.required
        else str(int(value) if not attr.required else 0)
    )


def _tables(row: Op) -> list[str]:
    """The static data that the info of one op points to."""
    lines = []
    if row.ins:
        names = ", ".join(f'"{operand.name}"' for operand in row.ins)
        lines.append(f"static const char *const {row.name}_ins[] = {{{names}}};")
    if row.attrs:
        for name, attr in row.attrs.items():
            if attr.kind == "ENUM":
                words = ", ".join(f'"{choice}"' for choice in attr.choices)
                lines.append(f"static const char *const {row.name}_{name}_choices[] = {{{words}, NULL}};")
        lines.append(f"static const lg_attr_info_t {row.name}_attrs[] = {{")
        for name, attr in row.attrs.items():
            choices = f"{row.name}_{name}_choices" if attr.kind == "ENUM" else "NULL"
            lines.append(
                f'    {{"{name}", LG_ATTR_{attr.kind}, offsetof({struct(row)}, {name}), {choices}}},'
            )
        lines.append("};")
        lines.append(f"static const {struct(row)} {row.name}_default = {{")
        lines += [f"    .{name} = {_default_init(attr)}," for name, attr in row.attrs.items()]
        lines.append("};")
    return lines


def _info(row: Op) -> list[str]:
    flags = " | ".join(f"LG_OP_FLAG_{flag}" for flag in row.flags) or "0"
    required = sum(not operand.optional for operand in row.ins)
    most = "LG_MAX_INS" if row.variadic else str(len(row.ins))
    outs = "LG_MAX_OUTS" if row.variadic_out else str(len(row.outs))
    letters = "".join("." if operand.letter in DTYPES else operand.letter for operand in row.ins)
    lines = [
        f"    [{constant(row)}] = {{",
        f"        .id = {constant(row)},",
        f"        .flags = {flags},",
        f'        .name = "{row.name}",',
        f'        .family = "{row.family}",',
        f"        .in_min = {required}, .in_max = {most}, .out_count = {outs},",
        f"        .attr_count = {len(row.attrs)},",
    ]
    if row.ins:
        lines.append(f'        .in_names = {row.name}_ins, .in_letters = "{letters}",')
    if row.attrs:
        lines.append(f"        .attrs = {row.name}_attrs,")
        lines.append(f"        .attrs_bytes = sizeof({struct(row)}),")
        lines.append(f"        .attrs_default = &{row.name}_default,")
    return [*lines, "    },"]


def _plain(row: Op) -> tuple[str, str, str]:
    """(types, inputs, dtype) of the case that lg_infer_plain may decide."""
    same = len(row.ins) in (1, 2) and len({operand.letter for operand in row.ins}) == 1
    attrs_fine = not any(attr.required for attr in row.attrs.values())
    if row.shape == "broadcast" and same and attrs_fine and not row.several:
        types = row.letter_types(row.ins[0].letter)
        if row.dtype == "same":
            return dtype_mask(types), str(len(row.ins)), "0"
        if row.dtype == "bool":
            return dtype_mask(types), str(len(row.ins)), "LG_DTYPE_BOOL"
        if row.dtype.startswith("div("):
            floats = " ".join(name for name in types.split() if name in ("f32", "f64", "f16", "bf16"))
            return dtype_mask(floats), str(len(row.ins)), "0"
    return "0", "0", "0"


def _rule(row: Op) -> str:
    types = ", ".join(dtype_mask(row.letter_types(operand.letter)) for operand in row.ins) or "0"
    required = sum(1 << i for i, attr in enumerate(row.attrs.values()) if attr.required)
    plain_types, plain_ins, plain_dtype = _plain(row)
    return (
        f"    [{constant(row)}] = {{&infos[{constant(row)}], {{{types}}}, {required}, "
        f"{plain_types}, {plain_ins}, {plain_dtype}}},"
    )


_CALL = re.compile(r"(\w+)(?:\((.*)\))?$")


def _rule_call(prefix: str, row: Op, text: str, extra: str = "") -> str:
    """``reduce(axis, keepdims)`` -> ``lg_shape_reduce(&c, &a->axis, a->keepdims)``."""
    match = _CALL.match(text)
    if not match:
        raise SchemaError(f"op {row.name}: rule {text!r} is not of the form name(attribute, ...)")
    name, names = match.groups()
    arguments = ["&c", *([extra] if extra else [])]
    for word in (names or "").replace(" ", "").split(","):
        if not word:
            continue
        if word == "NULL":
            arguments.append(word)
            continue
        if word not in row.attrs:
            raise SchemaError(f"op {row.name}: rule {text!r} names {word!r}, which is no attribute")
        by_address = "&" if row.attrs[word].kind in ("INTS", "FLOATS", "SCALAR") else ""
        arguments.append(f"{by_address}a->{word}")
    return f"{prefix}{name}({', '.join(arguments)})"


def _attr_test(name: str, attr: Attr) -> str:
    """The quick test of one attribute, "" where every value may be right."""
    least = int(attr.required)
    if attr.kind == "INTS":
        return f"lg_attr_ints_ok(&a->{name}, {least - 1})"
    if attr.kind == "FLOATS":
        return f"lg_attr_floats_ok(&a->{name}, {least - 1})"
    if attr.kind == "SCALAR":
        return f"lg_attr_scalar_ok(&a->{name})"
    most = {"BOOL": "1", "ENUM": str(len(attr.choices) - 1), "DTYPE": "LG_DTYPE_COUNT - 1"}.get(attr.kind)
    least = least if attr.kind == "DTYPE" else 0
    return f"lg_attr_choice_ok(a->{name}, {least}, {most})" if most else ""


def _dtype_call(row: Op, index: int) -> str:
    """The dtype rule of one output."""
    rule, letter = row.dtype_rules()[index], row.outs[index].letter
    if rule != "same":
        return _rule_call("lg_dtype_", row, rule)
    if letter in DTYPES:
        return f"lg_dtype_fixed(&c, LG_DTYPE_{letter.upper()})"
    first = next((i for i, o in enumerate(row.ins) if o.letter == letter), None)
    if first is None or row.ins[first].optional:
        raise SchemaError(f"op {row.name}: no input says the dtype of {row.outs[index].name}")
    return f"lg_dtype_same(&c, {first})"


def _infer_case(row: Op) -> str:
    # From the last to the first: c.dtype ends as that of output 0, as the shape rule expects it.
    dtype_calls = [f"LG_TRY({_dtype_call(row, 0)});"]
    if row.variadic_out:
        dtype_calls += ["for (uint32_t i = 0; i < out_count; i++) {"]
        dtype_calls += ["    outs[i].dtype = (uint8_t)c.dtype;", "}"]
    for index in range(len(row.outs) if len(row.outs) > 1 else 0):
        part = [f"LG_TRY({_dtype_call(row, index)});", f"outs[{index}].dtype = (uint8_t)c.dtype;"]
        dtype_calls = part if index == 0 else part + dtype_calls
    dtype_call = NEWLINE.join(dtype_calls)
    shape_call = _rule_call("lg_shape_", row, row.shape)
    body = []
    tests = [test for name, attr in row.attrs.items() if (test := _attr_test(name, attr))]
    if tests or "a->" in dtype_call + shape_call:
        body.append(f"const {struct(row)} *a = attrs;")
    if tests:
        body += [
            f"if (!({f' &&{NEWLINE}      '.join(tests)})) {{",
            "    LG_TRY(lg_infer_attrs(rule, a, err));",
            "}",
        ]
    body += [*dtype_calls, f"return {shape_call};"]
    return "\n".join(body)


def _count_case(row: Op) -> str:
    if not row.variadic_out:
        return ""
    call = _rule_call("lg_count_", row, row.count)
    body = [f"const {struct(row)} *a = attrs;"] if "a->" in call else []
    return "\n".join([*body, f"return {call[:-1]}, out_count);"])


def _operand_ref(row: Op, name: str) -> str:
    for group, operands in (("ins", row.ins), ("outs", row.outs)):
        for index, operand in enumerate(operands):
            if operand.name == name:
                return f"view->{group}[{index}]"
    raise SchemaError(f"op {row.name}: cost names {name!r}, which is no operand")


def _dim_ref(row: Op, letter: str) -> str:
    for operand in row.ins + row.outs:
        axis = operand.axis_of(letter)
        if axis is not None:
            return f"lg_cost_dim({_operand_ref(row, operand.name)}, {axis})"
    raise SchemaError(f"op {row.name}: cost names dimension {letter!r}, which no operand has")


_TOKEN = re.compile(
    r"\|(\w+)\||bytes\((\w+)\)|window\((\w+)\)|spatial\((\w+)\)|([A-Z]\w*)|([0-9.]+|[-+*/() ])"
)


def _expression(row: Op, text: str) -> str:
    """A cost expression in C; numbers become doubles, so nothing overflows."""
    result, at = "", 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise SchemaError(f"op {row.name}: cost {text!r} is not understood from {text[at:]!r}")
        elems, size, window, spatial, letter, other = match.groups()
        if elems:
            result += f"lg_cost_elems({_operand_ref(row, elems)})"
        elif size:
            result += f"lg_cost_bytes({_operand_ref(row, size)})"
        elif window:
            result += f"lg_cost_window(&a->{window}, {_operand_ref(row, row.ins[0].name)}->rank - 2u)"
        elif spatial:
            result += f"lg_cost_spatial({_operand_ref(row, spatial)})"
        elif letter:
            result += _dim_ref(row, letter)
        else:
            result += f" {other} " if other in "+-*/" else other
        at = match.end()
    return result


def _cost_case(row: Op) -> str:
    flops, size = row.cost["flops"], row.cost["bytes"]
    body = []
    if flops != "0":
        if "window(" in flops:
            body.append(f"const {struct(row)} *a = view->attrs;")
        body.append(f"flops = {_expression(row, flops)};")
    if size == "view":
        body.append("bytes = lg_cost_view_bytes(view);")
    elif size != "io":
        body.append(f"bytes = {_expression(row, size)};")
    return "\n".join(body)


def _switch(rows: list[Op], case: Callable[[Op], str], leave: str) -> list[str]:
    """The cases of a switch over op ids; ops with the same body share it."""
    groups: dict[str, list[Op]] = {}
    for row in rows:
        groups.setdefault(case(row), []).append(row)
    lines = []
    for body, members in groups.items():
        if not body:
            continue
        lines += [f"        case {constant(row)}:" for row in members]
        own = "a = " in body  # declares a variable: needs a block
        if own:
            lines[-1] += " {"
        lines += [f"            {line}" for line in body.split("\n")]
        if leave:
            lines.append(f"            {leave}")
        if own:
            lines.append("        }")
    return lines


_SOURCE = """\
// SPDX-License-Identifier: Apache-2.0
// generated from runtime/schema/ops by runtime/schema/generate.py; do not edit
// The op table: descriptions, inference and cost of every op.
#include <legato/op.h>
#include <stddef.h>
#include <string.h>

#include "op/infer.h"

// ---- names, attributes, defaults --------------------------------------------------------------------

@tables@
// ---- descriptions -----------------------------------------------------------------------------------

static const lg_op_info_t infos[LG_OP_COUNT] = {
@infos@
};

// Sorted by name.
static const struct {
    const char *name;
    uint32_t op;
} names[] = {
@names@
};

const lg_op_info_t *lg_op_info(uint32_t op) {
    return op < LG_OP_COUNT && infos[op].name != NULL ? &infos[op] : NULL;
}

const lg_op_info_t *lg_op_find(const char *name) {
    size_t begin = 0;
    size_t end = sizeof names / sizeof names[0];
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        int order = strcmp(name, names[middle].name);
        if (order == 0) {
            return &infos[names[middle].op];
        }
        if (order < 0) {
            end = middle;
        } else {
            begin = middle + 1;
        }
    }
    return NULL;
}

// ---- inference --------------------------------------------------------------------------------------

// Operand dtypes as bits 1 << lg_dtype_t, required attributes, and the plain case.
static const lg_op_rule_t rules[LG_OP_COUNT] = {
@rules@
};

// All but the plain case; apart, so that the plain case saves no registers.
static __attribute__((noinline)) lg_status_t infer_by_rules(uint32_t op, const lg_view_t *const *ins,
                                                            uint32_t in_count, const void *attrs,
                                                            lg_view_t *outs, uint32_t out_count,
                                                            lg_error_t *err) {
    LG_CHECK(err, op < LG_OP_COUNT && infos[op].name != NULL, LG_STATUS_NOT_FOUND, NULL,
             "there is no op with id %u", op);
    const lg_op_rule_t *rule = &rules[op];
    // One input is checked here, any other number by the loop.
    if (!(in_count == 1 && infos[op].in_min == 1 && out_count == 1 && infos[op].out_count == 1 &&
          ins != NULL &&
          !(infos[op].flags & LG_OP_FLAG_VARIADIC) && lg_infer_accepts(ins[0], rule->in_types[0]))) {
        LG_TRY(lg_infer_operands(rule, ins, in_count, outs, out_count, err));
    }
    attrs = attrs != NULL ? attrs : infos[op].attrs_default;
    lg_infer_t c = {rule, infos[op].name, ins, in_count, LG_DTYPE_INVALID, outs, outs, out_count, err};
    switch (op) {
@infer@
        default:
            return lg_error_set(err, LG_STATUS_INTERNAL, c.name, "%s: there is no shape rule", c.name);
    }
}

lg_status_t lg_op_infer(uint32_t op, const lg_view_t *const *ins, uint32_t in_count, const void *attrs,
                        lg_view_t *outs, uint32_t out_count, lg_error_t *err) {
    if (attrs == NULL && out_count == 1 && op < LG_OP_COUNT &&
        lg_infer_plain(&rules[op], ins, in_count, outs)) {
        return LG_OK;
    }
    return infer_by_rules(op, ins, in_count, attrs, outs, out_count, err);
}

lg_status_t lg_op_out_count(uint32_t op, const lg_view_t *const *ins, uint32_t in_count, const void *attrs,
                            uint32_t *out_count, lg_error_t *err) {
    *out_count = 0;
    LG_CHECK(err, op < LG_OP_COUNT && infos[op].name != NULL, LG_STATUS_NOT_FOUND, NULL,
             "there is no op with id %u", op);
    *out_count = infos[op].out_count;
    if (!(infos[op].flags & LG_OP_FLAG_VARIADIC_OUT)) {
        return LG_OK;
    }
    attrs = attrs != NULL ? attrs : infos[op].attrs_default;
    LG_TRY(lg_infer_attrs(&rules[op], attrs, err));
    lg_infer_t c = {&rules[op], infos[op].name, ins, in_count, LG_DTYPE_INVALID, NULL, NULL, 0, err};
    switch (op) {
@count@
        default:
            return lg_error_set(err, LG_STATUS_INTERNAL, c.name, "%s: nothing counts its outputs", c.name);
    }
}

// ---- cost -------------------------------------------------------------------------------------------

void lg_op_cost(const lg_op_view_t *view, double *out_flops, double *out_bytes) {
    double flops = 0;
    double bytes = 0;
    for (uint32_t i = 0; i < view->in_count; i++) {
        bytes += lg_cost_bytes(view->ins[i]);
    }
    for (uint32_t i = 0; i < view->out_count; i++) {
        bytes += lg_cost_bytes(view->outs[i]);
    }
    switch (view->op) {
@cost@
        default:  // moves bytes and computes nothing
            break;
    }
    *out_flops = flops;
    *out_bytes = bytes;
}
"""


def source(rows: list[Op]) -> str:
    names = sorted((name, row) for row in rows for name in (row.name, *row.aliases))
    parts = {
        "tables": [line for row in rows for line in [*_tables(row), ""]],
        "infos": [line for row in rows for line in _info(row)],
        "names": [f'    {{"{name}", {constant(row)}}},' for name, row in names],
        "rules": [_rule(row) for row in rows],
        "infer": _switch(rows, _infer_case, ""),
        "count": _switch(rows, _count_case, ""),
        "cost": _switch(rows, _cost_case, "break;"),
    }
    return re.sub(r"@(\w+)@", lambda match: "\n".join(parts[match[1]]), _SOURCE)
