# SPDX-License-Identifier: BSD-3-Clause
"""Ultrastable glass and anti-ageing (Figures 4, 5): an ordinary glass beside one that exchanges of atoms made stable.

Inputs: one run that makes both of the same melt, heats both at one rate, and anneals both at several temperatures, after each of which their motion is
followed at a common one; films from the vapour (vapour_films.py). Rows F4a, F4b, F5, P10.
"""
import math

import h5py
import numpy as np

import vapour_films
from compression import ends
from statistics_of import difference, mean, paired
from study import read_json, replicas_of, thermo_of

KINDS = ("ordinary", "ultrastable")
K_B_EV = 8.617333262e-5
GLASS_K = (140.0, 280.0)          # both kinds are solid there
LIQUID_K = (590.0, 700.0)         # both are liquid there
REFERENCE_K = 600.0               # of the liquid that LAMMPS knows
CAGE_PS = 1.0                     # the fast step is over


def steps_of(folder):
    """{label: number of the elementary step}"""
    return {s["label"]: k for k, s in enumerate(read_json(folder / "resolved.json")["protocol"]) if s.get("label")}


def scan_of(thermo, step, atoms):
    """(T, H per atom) of a scan of one replica at no pressure, the motion's energy as at the target: the thermometer's noise stays out."""
    rows = [k for k, s in enumerate(thermo["protocol_step"]) if s == step]
    T = np.array([thermo["target_temperature_K"][k] for k in rows])
    return T, np.array([thermo["potential_energy_eV"][k] for k in rows]) / atoms + 1.5 * K_B_EV * T


def line(T, H, low_K, high_K):
    inside = (T >= low_K) & (T <= high_K)
    return np.polyfit(T[inside], H[inside], 1)


def onset_K(T, H, width_K=20.0):
    """Where H, heated, has come half of the way from the glass's line to the liquid's: for good, seen from the liquid."""
    glass, liquid = line(T, H, *GLASS_K), line(T, H, *LIQUID_K)
    middles = np.arange(GLASS_K[1], LIQUID_K[0], 0.25 * width_K)
    above = [float(np.mean(H[abs(T - m) <= 0.5 * width_K]) - 0.5 * (np.polyval(glass, m) + np.polyval(liquid, m))) for m in middles]
    k = max((k for k, v in enumerate(above) if v < 0), default=0)
    if k + 1 >= len(middles):
        return math.nan
    return float(middles[k] + (middles[k + 1] - middles[k]) * above[k] / (above[k] - above[k + 1])) if above[k] < 0 else math.nan


def at_K(T, H, wanted, width_K=20.0):
    """H of a line through the rows about a temperature."""
    return float(np.polyval(line(T, H, wanted - width_K, wanted + width_K), wanted))


def decay_length(r, g, density, from_A=3.5):
    """xi of the peaks of |4 pi rho r (g - 1)| ~ exp(-r / xi), of one replica."""
    G = np.abs(4 * math.pi * density * r * (g - 1))
    peaks = [k for k in range(1, len(r) - 1) if r[k] > from_A and G[k] >= G[k - 1] and G[k] > G[k + 1] and G[k] > 0.2 * np.max(G[max(0, k - 4):k + 5])]
    if len(peaks) < 3:
        return math.nan
    return -1.0 / np.polyfit(r[peaks], np.log(G[peaks]), 1)[0]


def total_g(entry):
    """(r, g of all pairs, density) of an entry of kind pair_distribution."""
    group = entry["pair_distribution"]
    count, atoms = group["count"][()].sum(axis=1), group.attrs["atoms"].sum()
    r, width = group["r_A"][()], group.attrs["bin_A"]
    shell = 4 * math.pi / 3 * ((r + width / 2) ** 3 - (r - width / 2) ** 3)
    return r, 2 * count * group.attrs["volume_A3"] / (group.attrs["frames"] * atoms**2 * shell), atoms / group.attrs["volume_A3"]


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


def heated(study, folder, analysis, steps, thermo):
    """c_p, onsets and fictive temperatures of both scans."""
    atoms, scans = analysis["atoms"], {}
    for kind in KINDS:
        step = steps[f"{kind}_b01_heat"]
        told = next(s for s in analysis["heating"] if s["protocol_step"] == step)
        curves = [scan_of(t, step, atoms) for t in thermo]
        capacity = told["heat_capacity"]
        liquid = [line(T, H, *LIQUID_K)[0] for T, H in curves]
        scans[kind] = {
            "T_K": capacity["temperature_K"], "cp_eV": capacity["cp_eV_per_K_atom"], "cp_error_eV": capacity["cp_errors_eV_per_K_atom"], "highest": capacity["highest"],
            "cp_liquid_eV": mean(liquid), "onsets_K": [onset_K(T, H) for T, H in curves], "fictive": told["fictive_temperature"],
            "H_reference_eV": [at_K(T, H, REFERENCE_K) for T, H in curves],
        }
    ordinary, stable = (scans[kind] for kind in KINDS)
    shift = [100 * (b / a - 1) for a, b in zip(ordinary["onsets_K"], stable["onsets_K"])]
    study.note("onset_gain_percent", *mean(shift))
    for kind, scan in scans.items():
        study.note(f"onset_{kind}_K", *mean(scan["onsets_K"]))
        study.note(f"cp_overshoot_{kind}", scan["highest"]["cp_eV_per_K_atom"] / scan["cp_liquid_eV"][0], scan["highest"]["error"] / scan["cp_liquid_eV"][0])
        if scan["fictive"]["found"]:
            study.note(f"T_f_{kind}_K", scan["fictive"]["fictive_temperature_K"], scan["fictive"]["bootstrap"]["standard_error_K"])
    both = [0.5 * (a + b) for a, b in zip(ordinary["H_reference_eV"], stable["H_reference_eV"])]  # the same replica's: one sample
    study.note("potential_energy_of_the_liquid_eV", *mean(h - 1.5 * K_B_EV * REFERENCE_K for h in both))
    enthalpy = analysis["relaxation_enthalpy"][0]
    if enthalpy["found"]:
        study.note("liquids_differ_meV", *(1000 * enthalpy["liquid_difference_eV_per_atom"][k] for k in ("value", "error")))
        study.note("relaxation_enthalpy_meV", *(1000 * enthalpy["relaxation_enthalpy_eV_per_atom"][k] for k in ("value", "error")))
    quench = next(q for q in analysis["glass_transition"] if q["protocol_step"] == steps["ordinary"])
    seen = next(o for o in quench["observables"] if o["name"] == "enthalpy")
    if seen["found"]:
        study.note("T_g_of_the_quench_K", seen["Tg_K"], seen["bootstrap"]["standard_error_K"])
    return scans


def structure(study, analysis, steps, folder):
    """S(q) and the decay of g(r) of both, well below T_g."""
    found = {}
    for kind in KINDS:
        step = steps[f"{kind}_b01_structure"]
        s = next(x for x in analysis["structure"] if x["protocol_step"] == step)
        curves, lengths = [], []
        for replica in replicas_of(folder):
            with h5py.File(replica / "xpcs.h5") as file:
                r, g, density = total_g(file[f"step{step:02d}_{kind}_b01_structure_pair_distribution"])
            curves.append(g)
            lengths.append(decay_length(r, g, density))
        found[kind] = {"q_inv_A": s["q_inv_A"], "S_x": s["S_x"], "peak": s.get("main_peak"), "r_A": list(r), "g": list(averaged(curves)[0]), "lengths_A": lengths}
        if s.get("main_peak"):
            study.note(f"S_x_peak_{kind}", s["main_peak"]["height"], s["main_peak"]["height_error"])
    lengths = [found[kind]["lengths_A"] for kind in KINDS]
    if all(math.isfinite(v) for kind in lengths for v in kind):
        study.note("decay_length_gain_A", *paired(lengths[1], lengths[0]))
    return found


def annealed(study, folder, steps):
    """{kind: [a row for each T_a]} of the motion at the common temperature."""
    protocol = read_json(folder / "resolved.json")["protocol"]
    rows = {kind: [] for kind in KINDS}
    for label, step in steps.items():
        kind, _, treatment = label.partition("_b01_")
        if not treatment.startswith("after_"):
            continue
        replicas = [motion_of(r, step, label) for r in replicas_of(folder)]
        lag = replicas[0][0]
        cage = int(np.argmin(abs(lag - CAGE_PS)))
        lost = [-math.log(f[-1] / f[cage]) for _, f, _, _ in replicas]
        rows[kind].append({
            "T_a_K": float(treatment[len("after_"):-1]), "T_m_K": protocol[step]["temperature_K"], "lag_ps": list(lag), "f": list(averaged([m[1] for m in replicas])[0]),
            "f_error": list(averaged([m[1] for m in replicas])[1]), "cage_f": mean(m[1][cage] for m in replicas), "lost": lost,
            "gone": [1 - m[2][-1] for m in replicas], "u2_A2": mean(m[3][cage] for m in replicas), "msd_A2": mean(m[3][-1] for m in replicas),
        })
    for kind in KINDS:
        rows[kind].sort(key=lambda row: row["T_a_K"])
    return rows
