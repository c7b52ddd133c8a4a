# SPDX-License-Identifier: BSD-3-Clause
"""Cooling-rate ladder: T_g, inherent structures, icosahedra and Laves cells, S(q).

Input: one quench, whose rate and potential "x-vary" changes. Row P5 and the stability axis of F4, F5.
"""
import math

from statistics_of import mean, paired
from study import replicas_of, thermo_of


def last_energies(folder, atoms):
    """Of the inherent structure that ends the run, eV per atom, of each replica."""
    return [thermo_of(r)["potential_energy_eV"][-1] / atoms for r in replicas_of(folder)]


def fraction(found, centre, index):
    return next((p["fraction"]["mean"] for p in found["populations"] if p["centre"] == centre and p["index"] == index), 0.0)


def slope_per_decade(rates, values):
    """Least squares of values with errors against log10 of the rate."""
    w = [1 / e**2 for _, e in values]
    x = [math.log10(r) for r in rates]
    mx = sum(a * b for a, b in zip(w, x)) / sum(w)
    my = sum(a * v for a, (v, _) in zip(w, values)) / sum(w)
    sxx = sum(a * (b - mx) ** 2 for a, b in zip(w, x))
    return sum(a * (b - mx) * (v - my) for a, b, (v, _) in zip(w, x, values)) / sxx, 1 / math.sqrt(sxx)


def measure(study):
    points = {}
    energies = {}
    for variant in study.variants():
        potential, rate = variant.split("-", 1)
        folder = study.make(variant)
        analysis, structures = study.analysis(folder), study.structure(folder)
        atoms = analysis["atoms"]
        energies[variant] = last_energies(folder, atoms)
        melt = next(h for h in analysis["holds"] if h["label"] == "melt")["second_half"]
        enthalpy = next(o for o in analysis["glass_transition"][0]["observables"] if o["name"] == "enthalpy")
        peak = analysis["structure"][0].get("main_peak")
        points.setdefault(potential, []).append({
            "rate_K_per_s": float(rate),
            "Tg_K": [enthalpy["Tg_K"], enthalpy["bootstrap"]["standard_error_K"], enthalpy["window_scatter"]["standard_deviation_K"]] if enthalpy["found"] else None,
            "e_is_eV": mean(energies[variant]),
            "icosahedra": mean(fraction(s, "Cu", [0, 0, 12, 0]) for s in structures),
            "z16": mean(fraction(s, "Zr", [0, 0, 12, 4]) for s in structures),
            "crystalline": mean(s["crystallisation"]["fraction_above"]["mean"] for s in structures),
            "melt_volume_A3": [melt["volume_A3_per_atom"]["value"], melt["volume_A3_per_atom"]["error"]],
            "melt_enthalpy_eV": [melt["enthalpy_eV_per_atom"]["value"], melt["enthalpy_eV_per_atom"]["error"]],
            "q1_inv_A": [peak["q_inv_A"], peak["q_error_inv_A"]] if peak else None,
            "S_x": [analysis["structure"][0]["q_inv_A"], analysis["structure"][0]["S_x"]],
        })
    study.series = points
    study.beside_paper(study.make(next(iter(study.variants()))), "M12")
    for potential, ladder in points.items():
        ladder.sort(key=lambda p: -p["rate_K_per_s"])
        suffix = f"_{potential}"
        fast, slow = (next(v for v in energies if v.startswith(potential) and float(v.split("-", 1)[1]) == ladder[k]["rate_K_per_s"]) for k in (0, -1))
        study.note("e_is_gain_meV" + suffix, *(1000 * x for x in paired(energies[fast], energies[slow])))
        for name, key in (("melt_volume_A3", "melt_volume_A3"), ("melt_enthalpy_eV", "melt_enthalpy_eV")):
            values = [p[key] for p in ladder]  # the same melts, but for the first step of the quench
            study.note(name + suffix, values[0][0], values[0][1])
        study.note("crystalline_fraction" + suffix, *ladder[-1]["crystalline"])
        study.note("icosahedra_gain_percent" + suffix, 100 * (ladder[-1]["icosahedra"][0] - ladder[0]["icosahedra"][0]),
                   100 * math.hypot(ladder[-1]["icosahedra"][1], ladder[0]["icosahedra"][1]))
        study.note("z16_gain_percent" + suffix, 100 * (ladder[-1]["z16"][0] - ladder[0]["z16"][0]), 100 * math.hypot(ladder[-1]["z16"][1], ladder[0]["z16"][1]))
        if ladder[-1]["q1_inv_A"]:
            study.note("q1_inv_A" + suffix, *ladder[-1]["q1_inv_A"])
        with_tg = [p for p in ladder if p["Tg_K"]]
        if len(with_tg) > 1:
            slope, error = slope_per_decade([p["rate_K_per_s"] for p in with_tg], [(p["Tg_K"][0], p["Tg_K"][1]) for p in with_tg])
            study.note("Tg_K_per_decade" + suffix, slope, error)
        slope, error = slope_per_decade([p["rate_K_per_s"] for p in ladder], [p["e_is_eV"] for p in ladder])
        study.note("e_is_meV_per_decade" + suffix, 1000 * slope, 1000 * error)


def draw(study, pyplot):
    figure, panels = pyplot.subplots(2, 2, figsize=(8.2, 6.2))
    for (potential, ladder), colour in zip(study.series.items(), ("C0", "C1")):
        rates = [p["rate_K_per_s"] for p in ladder]
        with_tg = [p for p in ladder if p["Tg_K"]]
        panels[0][0].errorbar([p["rate_K_per_s"] for p in with_tg], [p["Tg_K"][0] for p in with_tg], [p["Tg_K"][1] for p in with_tg], fmt="o-", color=colour, label=potential)
        panels[0][0].errorbar([p["rate_K_per_s"] * 1.04 for p in with_tg], [p["Tg_K"][0] for p in with_tg], [p["Tg_K"][2] for p in with_tg], fmt="none", color=colour, alpha=0.3)
        panels[0][1].errorbar(rates, [p["e_is_eV"][0] for p in ladder], [p["e_is_eV"][1] for p in ladder], fmt="o-", color=colour, label=potential)
        panels[1][0].errorbar(rates, [100 * p["icosahedra"][0] for p in ladder], [100 * p["icosahedra"][1] for p in ladder], fmt="o-", color=colour, label=f"{potential}: Cu ⟨0,0,12,0⟩")
        panels[1][0].errorbar(rates, [100 * p["z16"][0] for p in ladder], [100 * p["z16"][1] for p in ladder], fmt="s--", color=colour, mfc="w", label=f"{potential}: Zr ⟨0,0,12,4⟩")
        panels[1][1].plot(*ladder[-1]["S_x"], color=colour, label=f"{potential}, {rates[-1]:.3g} K/s")
    all_rates = [p["rate_K_per_s"] for ladder in study.series.values() for p in ladder]
    if not any(p["Tg_K"] for ladder in study.series.values() for p in ladder):
        panels[0][0].text(0.5, 0.5, "no two lines in H(T):\ntoo fast", ha="center", transform=panels[0][0].transAxes)
    for axes, label in ((panels[0][0], "T_g of H(T) (K); pale: windows"), (panels[0][1], "inherent structures (eV/atom)"), (panels[1][0], "cells (% of their species)")):
        axes.set(xscale="log", xlabel="cooling rate (K/s)", ylabel=label, xlim=(0.7 * min(all_rates), 1.4 * max(all_rates)))
        axes.legend()
    panels[1][1].set(xlabel="q (1/Å)", ylabel="$S_x(q)$ at 300 K", xlim=(1, 8))
    panels[1][1].legend()
    return figure
