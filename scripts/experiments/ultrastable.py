# SPDX-License-Identifier: BSD-3-Clause
"""Ultrastable glass and anti-ageing (Figures 4, 5): an ordinary glass beside one that exchanges of atoms made stable.

Inputs: one run that makes both of the same melt, heats both at one rate, and anneals both at several temperatures, after each of which their motion is
followed at a common one; films from the vapour (vapour_films.py). Rows F4a, F4b, F5, P10.
"""
import math

import h5py
import numpy as np

import calorimetry
import vapour_films
from crossover import first_fall_to
from minima import ends
from statistics_of import mean, paired
from study import read_json, replicas_of, thermo_of

KINDS = ("ordinary", "ultrastable")
CAGE_PS = 1.0  # the fast step is over


def steps_of(folder):
    """{label: number of the elementary step}"""
    return {s["label"]: k for k, s in enumerate(read_json(folder / "resolved.json")["protocol"]) if s.get("label")}


def decay_length(r, g, density, from_A=3.5):
    """xi of |4 pi rho r (g - 1)| ~ exp(-r / xi), by its root mean squares beyond the first shell, in the nearer and the farther half."""
    G = 4 * math.pi * density * r * (g - 1)
    middle = 0.5 * (from_A + r[-1])
    near, far = (math.sqrt(np.mean(G[inside] ** 2)) for inside in ((r > from_A) & (r <= middle), r > middle))
    return 0.5 * (r[-1] - from_A) / math.log(near / far)


def total_g(entry):
    """(r, g of all pairs, density) of an entry of kind pair_distribution."""
    group = entry["pair_distribution"]
    count, atoms = group["count"][()].sum(axis=1), group.attrs["atoms"].sum()
    r, width = group["r_A"][()], group.attrs["bin_A"]
    shell = 4 * math.pi / 3 * ((r + width / 2) ** 3 - (r - width / 2) ** 3)
    return r, 2 * count * group.attrs["volume_A3"] / (group.attrs["frames"] * atoms**2 * shell), atoms / group.attrs["volume_A3"]


def fall_ps(lag, f, cage, to=0.9):
    """When f has lost a tenth of what it has once the fast step is over; None: later than the record."""
    when = first_fall_to(to * f[cage], lag[cage:], f[cage:])
    return None if when is None else float(when)


def motion_of(replica, step, label):
    """Of one replica: lags, f(q1, t), share of atoms that stay, <r^2>, all averaged over waiting times."""
    with h5py.File(replica / "xpcs.h5") as file:
        entry = file[f"step{step:02d}_{label}_dynamics"]
        coherent = entry["coherent_scattering"]
        f = coherent["numerator"][:, 0].mean(axis=0) / np.sqrt(coherent["square_at_waiting_time"][:, 0].mean(axis=0) * coherent["square_at_lag"][:, 0].mean(axis=0))
        return (coherent["lag_ps"][()], f, entry["overlap/Q"][:, :, -1].mean(axis=0), entry["mean_square_displacement/msd"][:, :, -1].mean(axis=0))


def averaged(table):
    """Mean and standard error of each point over replicas (rows)."""
    table = np.array(table)
    return table.mean(axis=0), table.std(axis=0, ddof=1) / math.sqrt(len(table))


def structure(study, analysis, steps, replicas):
    """S(q) and the decay of g(r) of both, well below T_g."""
    found = {}
    for kind in KINDS:
        step = steps[f"{kind}_b01_structure"]
        s = next(x for x in analysis["structure"] if x["protocol_step"] == step)
        curves, lengths = [], []
        for replica in replicas:
            with h5py.File(replica / "xpcs.h5") as file:
                r, g, density = total_g(file[f"step{step:02d}_{kind}_b01_structure_pair_distribution"])
            curves.append(g)
            lengths.append(decay_length(r, g, density))
        found[kind] = {"q_inv_A": s["q_inv_A"], "S_x": s["S_x"], "peak": s.get("main_peak"), "r_A": list(r), "g": list(averaged(curves)[0]), "lengths_A": lengths}
        if s.get("main_peak"):
            study.note(f"S_x_peak_{kind}", s["main_peak"]["height"], s["main_peak"]["height_error"])
        crystalline = []
        for replica in replicas:
            sample, path = replica / "samples" / f"step{steps[kind]:02d}_{kind}.h5", replica / f"structure_{kind}.json"
            if not path.exists():
                study.patina("structure", sample, "--output", path)
            crystalline.append(read_json(path)["crystallisation"]["fraction_above"]["mean"])
        study.note(f"crystalline_fraction_{kind}", *mean(crystalline))
    study.note("decay_length_gain_A", *paired(found["ultrastable"]["lengths_A"], found["ordinary"]["lengths_A"]))
    return found


def coarser(values, bins=4):
    """Means of so many neighbours: bins of small samples hold few wave vectors."""
    values = np.array(values)[:len(values) // bins * bins]
    return values.reshape(-1, bins).mean(axis=1)


def annealed(protocol, steps, replicas):
    """{kind: [a row for each T_a]} of the motion at the common temperature."""
    rows = {kind: [] for kind in KINDS}
    for label, step in steps.items():
        kind, _, treatment = label.partition("_b01_")
        if not treatment.startswith("after_"):
            continue
        motions = [motion_of(r, step, label) for r in replicas]
        lag = motions[0][0]
        cage = int(np.argmin(abs(lag - CAGE_PS)))
        lost = [-math.log(f[-1] / f[cage]) for _, f, _, _ in motions]
        rows[kind].append({
            "T_a_K": float(treatment[len("after_"):-1]), "T_m_K": protocol[step]["temperature_K"], "lag_ps": list(lag), "f": list(averaged([m[1] for m in motions])[0]),
            "f_error": list(averaged([m[1] for m in motions])[1]), "cage_f": mean(m[1][cage] for m in motions), "lost": lost, "fall_ps": [fall_ps(lag, m[1], cage) for m in motions],
            "gone": [1 - m[2][-1] for m in motions], "u2_A2": mean(m[3][cage] for m in motions), "msd_A2": mean(m[3][-1] for m in motions),
        })
    for kind in KINDS:
        rows[kind].sort(key=lambda row: row["T_a_K"])
    return rows


def energy_meV(thermo, step, atoms):
    """Mean potential energy per atom of one replica over the second half of a step."""
    rows = [v for v, s in zip(thermo["potential_energy_eV"], thermo["protocol_step"]) if s == step]
    return 1000 * mean(rows[len(rows) // 2:])[0] / atoms


def liquid_energies(study, steps, thermo, atoms, hottest_K):
    """Of liquids in equilibrium, whose energies another program knows: the hottest anneal (both kinds of a replica are one sample), exchanges at a temperature where these are fast."""
    hot = [mean(energy_meV(t, steps[f"{kind}_b01_at_{hottest_K:.0f}K"], atoms) for kind in KINDS)[0] for t in thermo]
    study.note(f"energy_of_the_liquid_{hottest_K:.0f}K_meV", *mean(hot))
    for label, step in steps.items():
        if label.startswith("swap_"):
            study.note(f"energy_with_{label.replace('swap', 'exchanges')}_meV", *mean(energy_meV(t, step, atoms) for t in thermo))


def measure(study):
    folder = study.make("run")
    analysis, steps, replicas = study.analysis(folder), steps_of(folder), replicas_of(folder)
    thermo = [thermo_of(r) for r in replicas]
    states = ends(folder, analysis["atoms"])
    ordinary, stable = (states[f"{kind}_b01_inherent"] for kind in KINDS)
    study.note("e_is_ultrastable_less_ordinary_meV", *(1000 * v for v in paired([b[0] for b in stable], [a[0] for a in ordinary])))
    study.note("volume_ultrastable_percent", *mean(100 * (b[1] / a[1] - 1) for a, b in zip(ordinary, stable)))
    scans = calorimetry.measure(study, KINDS, analysis, steps, thermo)
    order = structure(study, analysis, steps, replicas)
    rows = annealed(read_json(folder / "resolved.json")["protocol"], steps, replicas)
    cold, hot = ({kind: rows[kind][k] for kind in KINDS} for k in (0, -1))
    liquid_energies(study, steps, thermo, analysis["atoms"], hot["ordinary"]["T_a_K"])
    study.note("lost_cold_ultrastable_less_ordinary", *paired(cold["ultrastable"]["lost"], cold["ordinary"]["lost"]))
    study.note("lost_ultrastable_hot_less_cold", *paired(hot["ultrastable"]["lost"], cold["ultrastable"]["lost"]))
    study.note("lost_hot_ultrastable_less_ordinary", *paired(hot["ultrastable"]["lost"], hot["ordinary"]["lost"]))
    slowest = min(rows["ordinary"], key=lambda row: mean(row["lost"])[0])
    study.note("ordinary_slowest_after_K", slowest["T_a_K"])
    study.note("lost_ordinary_slowest_less_cold", *paired(slowest["lost"], cold["ordinary"]["lost"]))
    for kind in KINDS:
        study.note(f"u2_cold_{kind}_A2", *cold[kind]["u2_A2"])
        for name, row in (("cold", cold[kind]), ("hot", hot[kind])):
            if None not in row["fall_ps"]:
                study.note(f"fall_{name}_{kind}_ps", *mean(row["fall_ps"]))
    study.beside_paper(folder, "M7")
    study.series = {"e_is_eV": {kind: [v[0] for v in values] for kind, values in zip(KINDS, (ordinary, stable))}, "scans": scans, "structure": order, "annealed": rows,
                    "films": vapour_films.measure(study)}


def draw(study, pyplot):
    from style import BLUE, RED
    colours, films = dict(zip(KINDS, (RED, BLUE))), study.series["films"]
    figure, panels = pyplot.subplots(2, 3, figsize=(11.5, 6.4))
    panels = panels.flat
    for k, (kind, values) in enumerate(study.series["e_is_eV"].items()):
        panels[0].plot([k] * len(values), [1000 * v for v in values], "o", color=colours[kind], alpha=0.5)
        panels[0].errorbar([k + 0.15], *[[1000 * v] for v in mean(values)], fmt="s", color="k")
    panels[0].set_xticks((0, 1), KINDS)
    panels[0].set(xlim=(-0.5, 1.6), ylabel="inherent structures (meV/atom)")
    for kind, scan in study.series["scans"].items():
        panels[1].errorbar(scan["T_K"], [1000 * v for v in scan["cp_eV"]], [1000 * v for v in scan["cp_error_eV"]], fmt="o-", ms=3, color=colours[kind], label=kind)
        panels[1].axvline(mean(scan["onsets_K"])[0], color=colours[kind], lw=0.8, ls=":")
    panels[1].set(xlabel="T (K)", ylabel="$c_p$ (meV/K per atom)", title="heated at one rate; dotted: onsets")
    panels[1].legend()
    inner = panels[2].inset_axes([0.5, 0.5, 0.47, 0.4])
    for kind, s in study.series["structure"].items():
        panels[2].plot(coarser(s["q_inv_A"]), coarser(s["S_x"]), color=colours[kind], label=kind)
        inner.plot(s["r_A"], s["g"], color=colours[kind], lw=0.9)
    panels[2].set(xlabel="q (1/Å)", ylabel="$S_x(q)$ at 100 K", xlim=(1, 8))
    inner.set(xlim=(2, None))
    inner.set_title("g(r), r in Å", fontsize=7)
    inner.tick_params(labelsize=6)
    for kind, rows in study.series["annealed"].items():
        for row, style in ((rows[0], "-"), (rows[-1], "--")):
            panels[3].plot(row["lag_ps"][1:], row["f"][1:], style, color=colours[kind], label=f"{kind}, {row['T_a_K']:.0f} K")
        lost = [mean(row["lost"]) for row in rows]
        panels[4].errorbar([row["T_a_K"] for row in rows], [v for v, _ in lost], [e for _, e in lost], fmt="o-", color=colours[kind], label=kind)
    common_K = study.series["annealed"]["ordinary"][0]["T_m_K"]
    panels[3].set(xscale="log", xlabel="t (ps)", ylabel=f"f(q = 2.9 1/Å, t) at {common_K:.0f} K", title="annealed at")
    panels[3].legend(fontsize=7)
    panels[4].set(xlabel="annealed at (K)", ylabel="ln f(cage) - ln f(end)", title=f"up is faster, all at {common_K:.0f} K")
    panels[4].legend()
    if films:
        vapour_films.draw(panels[5], films)
    else:
        panels[5].axis("off")
        panels[5].text(0.5, 0.5, "no films from the vapour\nat this size", ha="center", transform=panels[5].transAxes)
    return figure
