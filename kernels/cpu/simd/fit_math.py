# SPDX-License-Identifier: Apache-2.0
"""The polynomials of math_body.inc: minimax fits by the Remez exchange, with their errors.

Run `python fit_math.py`; it needs mpmath, which nothing else here does. Errors are in units of 2^-24, half an
ULP of a result in [1, 2).
"""

import struct
from collections.abc import Callable

import mpmath as mp

mp.mp.dps = 40
Function = Callable[[mp.mpf], mp.mpf]


def to_f32(x: mp.mpf) -> mp.mpf:
    """Round to f32."""
    return mp.mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def remez(
    f: Function, weight: Function, low: mp.mpf, high: mp.mpf, degree: int
) -> tuple[list[mp.mpf], mp.mpf]:
    """Find the p that minimises max |weight (p - f)|: its coefficients, lowest first, and that maximum."""
    count, points = degree + 2, 4000
    nodes = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * k / (count - 1)) for k in range(count)]
    grid = [low + (high - low) * (1 - mp.cos(mp.pi * mp.mpf(k) / points)) / 2 for k in range(points + 1)]
    values, weights = [f(x) for x in grid], [weight(x) for x in grid]
    for _ in range(12):
        system, right = mp.matrix(count, count), mp.matrix(count, 1)
        for i, x in enumerate(nodes):
            for j in range(degree + 1):
                system[i, j] = x**j
            system[i, degree + 1] = (-1) ** i / weight(x)
            right[i] = f(x)
        coefficients = list(mp.lu_solve(system, right))[: degree + 1]
        errors = [
            w * (mp.polyval(coefficients[::-1], x) - y) for x, y, w in zip(grid, values, weights, strict=True)
        ]
        extrema, start = [], 0
        for k in range(1, points + 2):  # one extremum for each run of errors of equal sign
            if k == points + 1 or (errors[k] > 0) != (errors[start] > 0):
                extrema.append(max(range(start, k), key=lambda i: abs(errors[i])))
                start = k
        while len(extrema) > count:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        if len(extrema) < count:
            break
        nodes = [grid[k] for k in extrema]
    return coefficients, max(abs(e) for e in errors)


def show(
    name: str, f: Function, weight: Function, low: mp.mpf, high: mp.mpf, degree: int, single: bool = True
) -> None:
    """Print one fit."""
    coefficients, error = remez(f, weight, mp.mpf(low), mp.mpf(high), degree)
    print(f"{name}: error {float(error * 2**24):.3g}")
    for k, c in enumerate(coefficients):
        print(f"    c{k} = {float(to_f32(c)):+.9e}" if single else f"    c{k} = {float(c):+.17e}")


def apart_from_zero(f: Function, near: Function) -> Function:
    """f, but near zero, where its closed form cancels, the first terms of its series."""
    return lambda x: near(x) if abs(x) < mp.mpf(10) ** -9 else f(x)


def scaled_tail(w: mp.mpf) -> mp.mpf:
    """e^(t^2/2) times the normal distribution function at -t, w = 4 / (t + 4)."""
    u = (4 / w - 4) / mp.sqrt(2)
    return mp.exp(u * u) * mp.erfc(u) / 2


def main() -> None:
    """Print all fits."""
    quarter = mp.pi / 4 * mp.mpf("1.0001")
    f = apart_from_zero(
        lambda s: (mp.sin(mp.sqrt(s)) / mp.sqrt(s) - 1) / s, lambda s: -mp.mpf(1) / 6 + s / 120
    )
    show("sin_tail(r^2)", f, lambda s: s, 1e-6, quarter**2, 2)
    f = apart_from_zero(lambda s: (mp.cos(mp.sqrt(s)) - 1 + s / 2) / s**2, lambda s: mp.mpf(1) / 24 - s / 720)
    show("cos_tail(r^2)", f, lambda s: s * s, 1e-4, quarter**2, 2)
    f = apart_from_zero(
        lambda z: (mp.asin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, lambda z: mp.mpf(1) / 6 + 3 * z / 40
    )
    show("asin, P(z)", f, lambda z: z, mp.mpf("1e-6"), mp.mpf("0.2501"), 4)
    f = apart_from_zero(
        lambda z: (mp.atan(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, lambda z: -mp.mpf(1) / 3 + z / 5
    )
    show("atan, P(z)", f, lambda z: z, mp.mpf("1e-6"), (mp.sqrt(2) - 1) ** 2 * mp.mpf("1.0001"), 4)
    half_ln2 = mp.log(2) / 2 * mp.mpf("1.0001")
    f = apart_from_zero(lambda r: (mp.exp(r) - 1 - r) / r**2, lambda r: mp.mpf(1) / 2 + r / 6)
    show("exp_tail(r)", f, lambda r: r * r / mp.exp(r), -half_ln2, half_ln2, 4)

    f = apart_from_zero(lambda x: (mp.log1p(x) - x + x * x / 2) / x**3, lambda x: mp.mpf(1) / 3 - x / 4)
    weight = apart_from_zero(lambda x: x**3 / mp.log1p(x), lambda x: x * x)
    show("log, P(f)", f, weight, mp.sqrt(mp.mpf(1) / 2) - 1, mp.sqrt(2) - 1, 7)

    def erf_ratio(s: mp.mpf) -> mp.mpf:
        return mp.erf(mp.sqrt(s)) / mp.sqrt(s) - 1 if s > mp.mpf(10) ** -20 else 2 / mp.sqrt(mp.pi) - 1

    show("erf, P(x^2)", erf_ratio, lambda s: 1 / (erf_ratio(s) + 1), mp.mpf(0), mp.mpf(1), 6)
    show("erf, Q(t)", lambda t: -mp.log(mp.erfc(t)), mp.erfc, mp.mpf(1), mp.mpf(4), 6)
    show("gelu, R(w)", scaled_tail, lambda w: 1 / scaled_tail(w), mp.mpf(4) / 19, mp.mpf(1), 9)

    root = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)
    f = apart_from_zero(lambda z: mp.atanh(mp.sqrt(z)) / mp.sqrt(z) * 2 / mp.log(2), lambda z: 2 / mp.log(2))
    show("power, Q(s^2)", f, lambda z: 1 / f(z), mp.mpf(0), root**2 * mp.mpf("1.0001"), 5, single=False)
    show(
        "power, 2^r",
        lambda r: mp.mpf(2) ** r,
        lambda r: mp.mpf(2) ** -r,
        mp.mpf("-0.50001"),
        mp.mpf("0.50001"),
        7,
        False,
    )


if __name__ == "__main__":
    main()
