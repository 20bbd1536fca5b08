# SPDX-License-Identifier: Apache-2.0
"""``make amalgamation``: the whole library as two files, build/amalgamation/legato.c and legato.h.

    cc -O2 -ftree-vectorize -fno-math-errno -ffp-contract=off -c legato.c
    cc program.c legato.o -lm -lpthread -ldl

The flags are those of the build: without -ffp-contract=off results may differ in last bits from other builds.

Names of static functions begin with that of their file, so that few files have the same; those that do get
the name of the file behind. Macros may be the same: those of a file end with it. Headers with a guard appear
once, before the first file that wants them; those without are bodies, and appear wherever they are included.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# An include, or a definition of what an include of a macro stands for.
INCLUDE = re.compile(
    r'^[ \t]*#[ \t]*(?:include[ \t]*(?:(?P<kind>[<"])(?P<name>[^>"]+)[>"]|(?P<macro>[A-Z]\w+))'
    r'|define[ \t]+(?P<defined>\w+)[ \t]+"(?P<value>[^"]+)")[^\n]*\n',
    re.M,
)
# Headers that mean something else in each translation unit: their names, and those of the bodies that use
# them, get the file's name behind.
PER_UNIT = {"kernels/cpu/matmul/vec.h"}
LOCAL = re.compile(
    r"^(?:LG_TARGET\w* )?(?:static|LG_VEC|LG_INLINE)\b[^=;{(]*?\b([a-z]\w*)\s*[(\[=;]"
    r"|^typedef [^;{(]*?\b(\w+);|^typedef [^;{]*?\(\*(\w+)\)|^\} (\w+);|^typedef struct (\w+)",
    re.M,
)
CONSTANTS = re.compile(r"^enum \{([^}]*)\}", re.M)
# Names that macros of several files make with the same ending.
MADE = re.compile(
    r"\b((?:LG_FN|FN|R)\()(tail|tail_store|keep|fold|load|store|rows)(?=\))|\b()(rows)(?=_##dtype)"
)
CALLED = re.compile(r"^[A-Z_]+\(([a-z]\w*)[,)]", re.M)  # NAME_FN(name, ...), which makes a function
PASTED = re.compile(r"\b([a-z]\w*_)##\w")  # names that macros finish: name_##count
GUARD = re.compile(r"^#ifndef (\w+_H_)\n#define \1\n", re.M)
DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.M)
FOLDERS = [ROOT / "runtime/engine", ROOT / "kernels/cpu"]
# Kernels have `bool` in their names, put together by macros: it must be no macro itself.
BOOL = """#include <stdbool.h>
#if __STDC_VERSION__ < 202311L
#undef bool
typedef _Bool bool;
#endif
"""


class Amalgamation:
    """Text of the two files."""

    def __init__(self) -> None:
        self.seen: set[Path] = set()  # headers that are in already
        self.taken: set[str] = set()  # names that files had for themselves so far
        self.values: dict[str, str] = {}  # of macros that stand for files
        self.public: list[str] = []
        self.headers: list[str] = []

    def find(self, name: str, source: Path) -> Path:
        """Return the file that an include of `source` means."""
        for folder in (source.parent, *FOLDERS):
            if (folder / name).exists():
                return (folder / name).resolve()
        raise SystemExit(f"{source}: no {name}")

    def expand(self, path: Path, macros: list[str]) -> str:
        """Replace the includes of a file; `macros` receives what it and the bodies in it define."""
        text = path.read_text()
        macros += DEFINE.findall(text)

        def replace(match: re.Match) -> str:
            if match["defined"]:
                self.values[match["defined"]] = match["value"]
                return match[0]
            name = match["name"] or self.values[match["macro"]]
            if match["kind"] == "<" and not name.startswith("legato/"):
                return match[0]
            if match["kind"] == "<":
                self.header(ROOT / "include" / name, self.public)
                return ""
            found = self.find(name, path)
            if not GUARD.search(found.read_text()) or found.relative_to(ROOT).as_posix() in PER_UNIT:
                return self.expand(found, macros)
            if self.is_conditional(text[: match.start()]):  # stays where it is, its macros for ever
                return self.expand(found, [])
            self.header(found, self.headers)
            return ""

        return INCLUDE.sub(replace, text)

    @staticmethod
    def is_conditional(before: str) -> bool:
        """Whether an #if other than a guard is open at the end of `before`."""
        opened = len(re.findall(r"^[ \t]*#[ \t]*if", before, re.M))
        closed = len(re.findall(r"^[ \t]*#[ \t]*endif", before, re.M))
        return opened - closed > (GUARD.search(before) is not None)

    def header(self, path: Path, into: list[str]) -> None:
        """Add a header to `into`, what it includes before it."""
        if path not in self.seen:
            self.seen.add(path)
            text = self.expand(path, [])  # what it includes comes before it
            into.append(f"\n// ==== {path.relative_to(ROOT)} ====\n\n{text}")

    def source(self, path: Path) -> str:
        """Return a source that stands beside the others."""
        macros: list[str] = []
        text = MADE.sub(rf"\1\2\3\4_{path.stem}", self.expand(path, macros))
        own = self.locals(text) - set(macros)
        whole = any(GUARD.search((ROOT / unit).read_text())[1] in macros for unit in PER_UNIT)
        wanted = own | set(CALLED.findall(text)) if whole else own & self.taken
        text = self.rename(text, f"__{path.stem}", wanted, pasted=whole)
        self.taken |= own
        ends = "".join(f"#undef {name}\n" for name in dict.fromkeys(macros))
        return f"\n// ==== {path.relative_to(ROOT)} ====\n\n{text}\n{ends}"

    @staticmethod
    def locals(text: str) -> set[str]:
        """Names that a file has for itself."""
        names = {name for match in LOCAL.findall(text) for name in match if name}
        for body in CONSTANTS.findall(text):
            names |= set(re.findall(r"(?:^|,)\s*([A-Za-z_]\w*)", re.sub(r"//.*", "", body)))
        return names

    @staticmethod
    def rename(text: str, suffix: str, names: set[str], *, pasted: bool) -> str:
        """Put `suffix` behind names, and into those that macros make; members of structs keep theirs."""
        if names:
            words = "|".join(sorted(names, key=len, reverse=True))
            text = re.sub(rf"(?<![.\w])(?<!->)({words})\b", rf"\1{suffix}", text)
        found = set(PASTED.findall(text)) if pasted else set()
        begins = "|".join(n for n in sorted(found) if not any(n != p and n.startswith(p) for p in found))
        if begins:
            finished = rf"(?<![.\w])(?<!->)({begins})(?=\w*(?:##|\d\b))"
            text = re.sub(finished, rf"\1{suffix[2:]}_", text)
        return text


def main() -> int:
    """Write both files to the folder of the command line."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build/amalgamation"
    made = Amalgamation()
    for header in sorted((ROOT / "include/legato").glob("*.h")):
        made.header(header, made.public)
    bodies = [made.source(path) for folder in FOLDERS for path in sorted(folder.rglob("*.c"))]
    version = re.search(r'LG_VERSION_STRING "(.*)"', (ROOT / "include/legato/base.h").read_text())[1]
    about = (
        f"/* SPDX-License-Identifier: Apache-2.0\n *\n * legato {version} in one file, made by "
        "runtime/package/amalgamate.py; change the sources, not this.\n */\n"
    )
    target.mkdir(parents=True, exist_ok=True)
    (target / "legato.h").write_text(about + "".join(made.public))
    (target / "legato.c").write_text(
        f'{about}#ifndef _GNU_SOURCE\n#define _GNU_SOURCE 1\n#endif\n#include "legato.h"\n{BOOL}'
        + "".join(made.headers)
        + "".join(bodies)
    )
    print(f"{target}: legato.h, legato.c")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
