# SPDX-License-Identifier: BSD-3-Clause
"""Cryogenic cycling: a glass cycled, the same glass held, and a crystal that must come back; local moduli.

Inputs: cycles of a glass (and "held": cycles of 1 K, of the same length), the same cycles of fcc copper; a glass strained a little (local_moduli.py). Rows P11, P4.
"""
import local_moduli
from minima import ends
from statistics_of import mean, paired


def after_cycles(analysis):
    return [(c["cycle"], 1000 * c["change_since_cycle_0"]["enthalpy_eV_per_atom"]["value"], 1000 * (c["change_since_cycle_0"]["enthalpy_eV_per_atom"]["error"] or 0))
            for c in analysis["cycles"][0]["after_cycle"]]


def measure(study):
    crystal = study.make("cycled", "crystal")
    analysis = study.analysis(crystal)
    table = {"crystal": after_cycles(analysis)}
    last = table["crystal"][-1]
    study.note("crystal_enthalpy_change_meV", last[1], last[2])
    e = ends(crystal, analysis["atoms"])
    study.note("crystal_inherent_change_meV", 1000 * (e["after"][0][0] - e["before"][0][0]))
    change = {}
    for variant in study.variants():
        folder = study.make(variant)
        analysis = study.analysis(folder)
        table[variant] = after_cycles(analysis)
        e = ends(folder, analysis["atoms"])
        change[variant] = [1000 * (a[0] - b[0]) for a, b in zip(e["after"], e["before"])]
        study.note(f"e_is_{variant}_meV", *mean(change[variant]))
    study.note("e_is_cycled_less_held_meV", *paired(change["cycled"], change["held"]))
    study.series = {"after_cycle": table, "e_is_change_meV": change, "moduli": local_moduli.measure(study)}


def draw(study, pyplot):
    moduli = study.series["moduli"]
    figure, panels = pyplot.subplots(2, 2, figsize=(8.2, 6.8)) if moduli else pyplot.subplots(1, 2, figsize=(8.2, 3.5), squeeze=False)
    if moduli:
        local_moduli.draw(panels[1], moduli)
    panels = panels[0]
    for (name, rows), marker in zip(study.series["after_cycle"].items(), "sdo"):
        n, change, error = zip(*rows)
        panels[0].errorbar(n, change, error, fmt=marker + "-", label=name)
    panels[0].set(xlabel="cycle", ylabel="change of the enthalpy at 300 K (meV/atom)")
    panels[0].legend()
    for k, (name, values) in enumerate(study.series["e_is_change_meV"].items()):
        panels[1].plot([k] * len(values), values, "o", color=f"C{k + 1}", alpha=0.6)
        panels[1].errorbar([k + 0.15], *[[v] for v in mean(values)], fmt="s", color="k")
    panels[1].set_xticks(range(len(study.series["e_is_change_meV"])), list(study.series["e_is_change_meV"]))
    panels[1].axhline(0, color="0.6", lw=0.8)
    panels[1].set(ylabel="change of the inherent structure (meV/atom)", xlim=(-0.6, len(study.series["e_is_change_meV"]) - 0.4))
    return figure
