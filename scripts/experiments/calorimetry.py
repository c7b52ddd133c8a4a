# SPDX-License-Identifier: BSD-3-Clause
"""Two glasses heated at one rate: c_p, onsets, fictive temperatures. Row F4a.

The onset is where c_p rises through that of the liquid: the sample stands farthest below the liquid's line there, H - c_liquid T is lowest, which needs
no derivative of a noisy curve. Through the middle of glass and liquid it is told too: glasses soften before they melt, so that c_p may come near it early.
"""
import math

import numpy as np

from statistics_of import mean, paired

K_B_EV = 8.617333262e-5
GLASS_K = (140.0, 280.0)          # both kinds are solid there
LIQUID_K = (620.0, 700.0)         # both are liquid there
HALF_K = 10.0                     # of the windows over which H is averaged
STEP_K = 5.0


def scan_of(thermo, step, atoms):
    """(T, H per atom) of a scan of one replica at no pressure, the motion's energy as at the target: the thermometer's noise stays out."""
    rows = [k for k, s in enumerate(thermo["protocol_step"]) if s == step]
    T = np.array([thermo["target_temperature_K"][k] for k in rows])
    return T, np.array([thermo["potential_energy_eV"][k] for k in rows]) / atoms + 1.5 * K_B_EV * T


def slope(T, H, low_K, high_K):
    inside = (T >= low_K) & (T <= high_K)
    return np.polyfit(T[inside], H[inside], 1)[0]


def smooth(T, H):
    middles = np.arange(GLASS_K[1], LIQUID_K[1] - HALF_K, STEP_K)
    return middles, np.array([np.mean(H[abs(T - m) <= HALF_K]) for m in middles])


def rises_through(T, H, cp):
    """The temperature, a parabola's about the lowest H - cp T."""
    middles, values = smooth(T, H - cp * T)
    lowest = int(np.argmin(values[middles < LIQUID_K[0]]))
    about = abs(middles - middles[lowest]) <= 40.0
    curvature, tilt, _ = np.polyfit(middles[about], values[about], 2)
    return float(-0.5 * tilt / curvature) if curvature > 0 else math.nan


def last_below(T, H, level):
    """Where H comes to a level for good."""
    middles, values = smooth(T, H)
    k = max((k for k, v in enumerate(values[:-1]) if v < level), default=None)
    return float(middles[k] + STEP_K * (level - values[k]) / (values[k + 1] - values[k])) if k is not None else math.nan


def gain_percent(table):
    return mean(100 * (b / a - 1) for a, b in zip(table["ordinary"], table["ultrastable"]))


def measure(study, kinds, analysis, steps, thermo):
    """{kind: what the figure draws}; `thermo`: of each replica."""
    curves = {kind: [scan_of(t, steps[f"{kind}_b01_heat"], analysis["atoms"]) for t in thermo] for kind in kinds}
    every = [c for kind in kinds for c in curves[kind]]
    glass, liquid = (mean(slope(T, H, *span) for T, H in every)[0] for span in (GLASS_K, LIQUID_K))
    onsets = {kind: [rises_through(T, H, liquid) for T, H in curves[kind]] for kind in kinds}
    scans = {}
    for kind in kinds:
        told = next(s for s in analysis["heating"] if s["protocol_step"] == steps[f"{kind}_b01_heat"])
        capacity, fictive = told["heat_capacity"], told["fictive_temperature"]
        highest = capacity["highest"]
        scans[kind] = {"T_K": capacity["temperature_K"], "cp_eV": capacity["cp_eV_per_K_atom"], "cp_error_eV": capacity["cp_errors_eV_per_K_atom"], "onsets_K": onsets[kind], "highest": highest}
        study.note(f"onset_{kind}_K", *mean(onsets[kind]))
        if highest["is_a_peak"]:
            study.note(f"cp_highest_{kind}_at_K", highest["temperature_K"])
            study.note(f"cp_highest_{kind}_over_liquid", highest["cp_eV_per_K_atom"] / liquid, highest["error"] / liquid)
        if fictive["found"]:
            study.note(f"T_f_{kind}_K", fictive["fictive_temperature_K"], fictive["bootstrap"]["standard_error_K"])
    study.note("onset_gain_percent", *gain_percent(onsets))
    by_middle = gain_percent({kind: [rises_through(T, H, 0.5 * (glass + liquid)) for T, H in curves[kind]] for kind in kinds})
    if math.isfinite(by_middle[1]):
        study.note("onset_by_middle_gain_percent", *by_middle)
    if scans["ordinary"]["highest"]["is_a_peak"]:
        # the heat that the ordinary glass has at its highest c_p
        at_peak = abs(smooth(*every[0])[0] - scans["ordinary"]["highest"]["temperature_K"])
        level = float(np.mean([smooth(T, H)[1][np.argmin(at_peak)] for T, H in curves["ordinary"]]))
        study.note("later_at_same_enthalpy_percent", *gain_percent({kind: [last_below(T, H, level) for T, H in curves[kind]] for kind in kinds}))
    # of one replica: both had the same melt
    molten = {kind: [1000 * float(np.mean(H[T >= LIQUID_K[0]])) for T, H in curves[kind]] for kind in kinds}
    study.note("liquids_differ_meV", *paired(molten["ultrastable"], molten["ordinary"]))
    enthalpy = analysis["relaxation_enthalpy"][0]
    if enthalpy["found"]:
        study.note("relaxation_enthalpy_meV", *(1000 * enthalpy["relaxation_enthalpy_eV_per_atom"][k] for k in ("value", "error")))
    quench = next(q for q in analysis["glass_transition"] if q["protocol_step"] == steps["ordinary"])
    seen = next(o for o in quench["observables"] if o["name"] == "enthalpy")
    if seen["found"]:
        study.note("T_g_of_the_quench_K", seen["Tg_K"], seen["bootstrap"]["standard_error_K"])
    return scans
