# SPDX-License-Identifier: BSD-3-Clause
"""Elastic load: an as-quenched and an annealed glass, free and held at a shear of 2 %; stress relaxation across the glass transition.

Inputs: the treatment (length of the anneal at 850 K) and the strain are varied; then stress against strain without temperature. Step strains at several
temperatures (stress_relaxation.py). Rows P14, P9, P2.
"""
import math

import stress_relaxation
from statistics_of import difference, mean, middle_of
from study import replicas_of, thermo_of

GPA_A3_PER_EV = 160.2176634


def quasistatic(replica):
    """(modulus GPa, work less the change of energy meV, work meV) of the athermal strain that ends the run."""
    t = thermo_of(replica)
    last_step = t["protocol_step"][-1]
    # the last line of each minimise step
    ends = {}
    for e, s, v, p, k in zip(t["potential_energy_eV"], t["target_strain"], t["volume_A3"], t["pressure_xy_GPa"], t["protocol_step"]):
        if not math.isnan(s):
            ends[k] = (e, s, v, -p)
    steps = [ends[k] for k in sorted(ends) if last_step - k < len(ends)]
    energy, strain, volume, stress = zip(*steps)
    n = len(steps)
    mx, my = sum(strain) / n, sum(stress) / n
    modulus = sum((x - mx) * (y - my) for x, y in zip(strain, stress)) / sum((x - mx) ** 2 for x in strain)
    work = sum(0.5 * (stress[k] + stress[k - 1]) * (strain[k] - strain[k - 1]) * volume[k] for k in range(1, n)) / GPA_A3_PER_EV
    return modulus, 1000 * (work - (energy[-1] - energy[0])), 1000 * work


def held_stress(replica, step):
    t = thermo_of(replica)
    values = [-p for p, k in zip(t["pressure_xy_GPa"], t["protocol_step"]) if k == step]
    return sum(values) / len(values)


def measure(study):
    table = {}
    for variant in study.variants():
        folder = study.make(variant)
        analysis = study.analysis(folder)
        one = analysis["relaxation"][-1]
        record = next(iter(analysis["speckles"]), None)
        f = [v for v in one["coherent"]["f"][0] if v is not None]
        errors = [v for v in one["coherent"]["f_errors"][0] if v is not None]
        moduli = [quasistatic(r) for r in replicas_of(folder)]
        strains = [held_stress(r, one["protocol_step"]) for r in replicas_of(folder)]
        table[variant] = {"lag_ps": one["lag_ps"][:len(f)], "f": f, "f_errors": errors, "end": (f[-1], errors[-1]), "modulus_GPa": middle_of(m[0] for m in moduli),
                          "mismatch": [m[1] / m[2] for m in moduli], "stress_GPa": mean(strains),
                          "clock": bool(record and record["clock_fit"]["found"]), "inherent": analysis["inherent_structures"][1]["energy_eV_per_atom"]["value"] if len(analysis["inherent_structures"]) > 1 else None}
    study.series = {"load": table, "relaxation": stress_relaxation.measure(study)}
    study.beside_paper(study.make("annealed-loaded"), "M11")
    for kind in ("quenched", "annealed"):
        study.note(f"f_end_{kind}_loaded_less_free", *difference(table[f"{kind}-loaded"]["end"], table[f"{kind}-free"]["end"]))
        study.note(f"modulus_{kind}_GPa", *table[f"{kind}-free"]["modulus_GPa"])
        study.note(f"stress_{kind}_over_2_percent_GPa", *(v / 0.02 for v in difference(table[f"{kind}-loaded"]["stress_GPa"], table[f"{kind}-free"]["stress_GPa"])))
    # an event within the strain (a drop of energy that no work pays for) is no elastic strain: the median of all samples
    study.note("work_less_energy_over_work", middle_of(v for row in table.values() for v in row["mismatch"])[0])
    study.note("annealed_less_quenched_f_end_free", *difference(table["annealed-free"]["end"], table["quenched-free"]["end"]))


def draw(study, pyplot):
    load, relaxation = study.series["load"], study.series["relaxation"]
    figure, panels = pyplot.subplots(2, 2, figsize=(8.2, 7.0)) if relaxation else pyplot.subplots(1, 2, figsize=(8.2, 3.6), squeeze=False)
    if relaxation:
        stress_relaxation.draw(panels[1], relaxation)
    panels = panels[0]
    for (name, row), (colour, style) in zip(load.items(), (("C0", "-"), ("C0", "--"), ("C1", "-"), ("C1", "--"))):
        panels[0].plot(row["lag_ps"][1:], row["f"][1:], style, color=colour, label=name.replace("-", ", "))
        panels[0].fill_between(row["lag_ps"][1:], [a - b for a, b in zip(row["f"][1:], row["f_errors"][1:])], [a + b for a, b in zip(row["f"][1:], row["f_errors"][1:])], color=colour, alpha=0.15)
    panels[0].set(xscale="log", xlabel="t (ps)", ylabel="f(q = 2.75 1/Å, t) at 300 K")
    panels[0].legend()
    names = list(load)
    panels[1].bar(range(len(names)), [load[n]["modulus_GPa"][0] for n in names], yerr=[load[n]["modulus_GPa"][1] for n in names], color=["C0", "C0", "C1", "C1"])
    panels[1].axhline(24.7, color="k", lw=0.8, ls=":", label="LAMMPS, 1e13 K/s")
    panels[1].set_xticks(range(len(names)), [n.replace("-", "\n") for n in names], fontsize=8)
    panels[1].set_ylabel("athermal shear modulus (GPa)")
    panels[1].legend()
    return figure
