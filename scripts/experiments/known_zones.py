# SPDX-License-Identifier: BSD-3-Clause
"""A trajectory whose relaxation times are known, for windows that look at parts of a sample.

Brownian atoms that do not see each other: S(q) = 1, and f(q,t) = exp(-D q^2 t) of any part of them, whatever its window. Those that begin within a zone
across the cell have a diffusion constant of their own. Keys of "x-zones" in the input: how many, which cell, where the zone is, tau = 1/(D q^2) of both.
"""
import math
import random


def start(zones, draw):
    """Places, and which atoms are of the zone."""
    low, high = zones["band_A"]
    place = [[draw.random() * edge for edge in zones["edges_A"]] for _ in range(zones["atoms"])]
    return place, [low <= r[1] < high for r in place]


def share_of_atoms(zones):
    fast = start(zones, random.Random(zones["seed"]))[1]
    return sum(fast) / len(fast)


def write(path, zones, q):
    """An extended XYZ of atoms that are never put back into the cell."""
    draw = random.Random(zones["seed"])
    place, fast = start(zones, draw)
    edges = zones["edges_A"]
    step = [math.sqrt(2 * zones["interval_ps"] / zones["tau_band_ps" if f else "tau_bulk_ps"]) / q for f in fast]
    head = f'{len(place)}\nLattice="{edges[0]} 0 0 0 {edges[1]} 0 0 0 {edges[2]}" Properties=species:S:1:pos:R:3 pbc="T T T" Time='
    with open(path, "w", encoding="utf-8") as file:
        for frame in range(zones["frames"]):
            file.write(f"{head}{frame * zones['interval_ps']:.10g}\n")
            file.writelines(f"Cu {x:.5f} {y:.5f} {z:.5f}\n" for x, y, z in place)
            for r, s in zip(place, step):
                for k in range(3):
                    r[k] += draw.gauss(0.0, s)


def share_in_band(centre_A, fwhm_A, zones):
    """Of a layer's intensity, which goes with w^2, w = exp(-4 ln 2 d^2 / fwhm^2). Layers reach over neither face of the cell."""
    rate = math.sqrt(8 * math.log(2)) / fwhm_A
    low, high = ((edge - centre_A) * rate for edge in zones["band_A"])
    return 0.5 * (math.erf(high) - math.erf(low))


def closed_form(lag_ps, share, zones):
    return share * math.exp(-lag_ps / zones["tau_band_ps"]) + (1 - share) * math.exp(-lag_ps / zones["tau_bulk_ps"])
