# SPDX-License-Identifier: Apache-2.0
"""Where the bytes of liblegato.so are, by folder of the sources; needs a release build of this checkout.

python asv_bench/size.py [--readme]; --readme puts the table into docs/reference/performance.md.
"""

import sys
import tomllib
from collections import Counter
from pathlib import Path

from pages import fill

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/release"
LIMIT = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["legato"]["library-bytes-max"]


def sections(path: Path) -> dict[str, int]:
    """Bytes of the sections that are loaded, by name, of a 64-bit little-endian ELF file."""
    data = path.read_bytes()

    def number(offset: int, size: int) -> int:
        return int.from_bytes(data[offset : offset + size], "little")

    assert data[:6] == b"\x7fELF\x02\x01", path
    table, entry_bytes, count, names_index = number(40, 8), number(58, 2), number(60, 2), number(62, 2)
    headers = [table + i * entry_bytes for i in range(count)]
    names = number(headers[names_index] + 24, 8)
    found: Counter[str] = Counter()
    for header in headers:
        start = names + number(header, 4)
        if number(header + 8, 8) & 2:  # SHF_ALLOC
            found[data[start : data.index(0, start)].decode()] += number(header + 32, 8)
    return found


def kind(section: str) -> str:
    return "code" if section.startswith(".text") else "tables" if ".data" in section else "constants"


def census() -> dict[str, Counter[str]]:
    """Bytes of code, constants and tables with addresses, by folder."""
    found: dict[str, Counter[str]] = {}
    for path in sorted((BUILD / "obj").rglob("*.o")):
        name = path.relative_to(BUILD / "obj")
        if not (ROOT / name.with_suffix(".c")).exists():
            continue  # left behind by an older source
        for section, size in sections(path).items():
            if not section.startswith((".note", ".comment")):
                found.setdefault(str(name.parent), Counter())[kind(section)] += size
    return found


def table() -> list[str]:
    library = BUILD / "liblegato.so"
    found, kinds = census(), ("code", "constants", "tables")
    lines = [
        f"`python asv_bench/size.py`: `liblegato.so` has {library.stat().st_size / 1e6:.2f} MB of at most "
        f"{LIMIT / 1e6:.2f} MB.",
        "",
        "| folder | code KB | constants KB | tables KB | sum KB |",
        "| --- | --- | --- | --- | --- |",
    ]
    rows = sorted(found.items(), key=lambda item: -item[1].total())
    total: Counter[str] = Counter()
    for folder, counts in rows:
        total += counts
        cells = " | ".join(f"{counts[k] / 1e3:.1f}" for k in kinds)
        lines.append(f"| `{folder}` | {cells} | {counts.total() / 1e3:.1f} |")
    cells = " | ".join(f"{total[k] / 1e3:.1f}" for k in kinds)
    return [*lines, f"| all | {cells} | {total.total() / 1e3:.1f} |"]


def main() -> int:
    lines = table()
    print("\n".join(lines))
    if "--readme" in sys.argv[1:]:
        fill("size", "\n".join([*lines, ""]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
