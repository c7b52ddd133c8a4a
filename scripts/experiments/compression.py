# SPDX-License-Identifier: BSD-3-Clause
"""Rejuvenation by pressure and by severe shear: cold, hot, and sheared to and fro, each against a control.

Inputs: a glass is loaded, held, cooled if it was heated, and released, inherent structures at no pressure before and after (row P13); cyclic shear,
amplitudes times pressures, and a crystal sheared within its elastic range (severe_shear.py; rows P12, P18).
"""
import math

import severe_shear
from minima import ends
from statistics_of import mean, paired


def measure(study):
    rows = {}
    for variant in study.variants():
        folder = study.make(variant)
        atoms = study.analysis(folder)["atoms"]
        rows[variant] = ends(folder, atoms)
    control = rows["control"]
    moduli = [2.0 / math.log(minus[1] / plus[1]) for plus, minus in zip(control["at_plus_1GPa"], control["at_minus_1GPa"])]
    study.note("bulk_modulus_GPa", *mean(moduli))
    base = [1000 * (a[0] - b[0]) for a, b in zip(control["after"], control["before"])]
    table = {}
    for variant, r in rows.items():
        change = [1000 * (a[0] - b[0]) for a, b in zip(r["after"], r["before"])]
        volume = [100 * (a[1] / b[1] - 1) for a, b in zip(r["after"], r["before"])]
        table[variant] = {"e_is_change_meV": mean(change), "volume_change_percent": mean(volume), "against_control_meV": paired(change, base),
                          "values": study.variants()[variant]}
        if variant != "control":
            study.note(f"e_is_{variant}_less_control_meV", *table[variant]["against_control_meV"])
            study.note(f"volume_{variant}_percent", *table[variant]["volume_change_percent"])
    study.note("e_is_control_change_meV", *table["control"]["e_is_change_meV"])
    study.series = {"table": table, "bulk_moduli_GPa": moduli}
    severe_shear.measure(study)


def draw(study, pyplot):
    figure, (pressed, sheared) = pyplot.subplots(2, 3, figsize=(11.5, 7))
    draw_pressure(pressed, study.series["table"])
    severe_shear.draw_enthalpy(pressed[2], study)
    severe_shear.draw(study, sheared)
    return figure


def draw_pressure(pressed, table):
    names = list(table)
    for axes, key, label in ((pressed[0], "e_is_change_meV", "change of the inherent structure (meV/atom)"), (pressed[1], "volume_change_percent", "change of its volume (%)")):
        axes.bar(range(len(names)), [table[n][key][0] for n in names], yerr=[table[n][key][1] for n in names], color=["0.6"] + ["C0"] * (len(names) - 1))
        axes.axhline(0, color="k", lw=0.8)
        axes.set_xticks(range(len(names)), [n.replace("_", "\n") for n in names], fontsize=7)
        axes.set_ylabel(label)
