# SPDX-License-Identifier: BSD-3-Clause
"""Stress against strain of steps that deform the sample, and what holds behind them keep of it."""
import html

import matplotlib.pyplot as plt
import numpy as np

from run_data import value_with_error
from style import CYCLE, GREY, sequence

MOST_GROUPS = 3


def _name(curve):
    return curve["label"].replace("_", " ")


def _groups(curves):
    """Curves that belong together, each with the strain where it begins: steps of a shear that follow each other go on where one ended."""
    groups, before = [], None
    for curve in curves:
        goes_on = (before is not None and before["deformation"] == curve["deformation"] and curve["deformation"].startswith("shear")
                   and curve["protocol_step"] - before["last_protocol_step"] <= 2)
        if not goes_on:
            groups.append([])
            strain = 0.0
        groups[-1].append((curve, strain))
        strain += curve["strain"]
        before = curve
    return groups


def _draw_group(panel, group):
    many = len(group) > len(CYCLE)
    for (curve, start), colour in zip(group, sequence(len(group)) if many else CYCLE):
        strain, stress = start + np.array(curve["at_strain"]), np.array(curve["stress_GPa"])
        errors = np.array(curve["stress_errors_GPa"], float)
        panel.plot(strain, stress, color=colour, lw=1.2, label=None if many else _name(curve))
        if np.isfinite(errors).any():
            panel.fill_between(strain, stress - errors, stress + errors, color=colour, alpha=0.25, lw=0)
    panel.axhline(0, color=GREY, lw=0.6)
    panel.set_xlabel("strain")
    panel.set_ylabel("stress (GPa)")
    if many:
        panel.set_title(f"{_name(group[0][0])} (dark) to {_name(group[-1][0])} (light)")
    else:
        panel.legend()


def _fitted_stress(hold):
    """(times, G) of the preferred fit; nothing if there is none."""
    fit = hold.get("fit", {"found": False})
    if not fit["found"]:
        return [], []
    decays = [fit["two"]["fast"], fit["two"]["slow"]] if fit["preferred"] != "one" else [fit["one"]]
    times = np.geomspace(*fit["fit_window_ps"], 100)
    return times, sum(d["amplitude_GPa"]["value"] * np.exp(-(times / d["tau_ps"]["value"]) ** d["kww_exponent"]["value"]) for d in decays)


def deformation_figure(curves, holds):
    groups = _groups(curves)[:MOST_GROUPS]
    panels = len(groups) + (1 if holds else 0)
    figure, axes = plt.subplots(1, panels, figsize=(5.6 if panels == 1 else 4.0 * panels, 3.6), squeeze=False)
    axes = list(axes[0])
    for group in groups:
        _draw_group(axes.pop(0), group)
    if holds:
        panel = axes.pop(0)
        for hold, colour in zip(holds, sequence(len(holds))):
            errors = np.array(hold["modulus_errors_GPa"], float)
            panel.errorbar(hold["time_ps"], hold["modulus_GPa"], errors if np.isfinite(errors).any() else None, fmt="o", ms=3, color=colour, label=_name(hold))
            panel.plot(*_fitted_stress(hold), color=colour, lw=1.2)
        panel.axhline(0, color=GREY, lw=0.6)
        panel.set_xscale("log")
        panel.set_xlabel("time since the strain (ps)")
        panel.set_ylabel("$G(t)$ = stress / strain (GPa)")
        panel.legend()
    return figure


def _number(mean, unit):
    return f"{value_with_error(mean['value'], mean['error'])} {unit}"


def deformation_caption(curves, holds):
    words = []
    if len(_groups(curves)) > MOST_GROUPS:
        words.append(f"The first {MOST_GROUPS} of {len(_groups(curves))} deformations are drawn. ")
    if curves:
        words.append("<b>Stress against strain.</b> Means of lines of thermo.csv in bins of the strain; steps of a shear that follow each other go on where the one before ended. Bands: what replicas scatter. ")
    for curve in curves[:6]:
        text = f"{html.escape(_name(curve))}: slope over the first {100 * curve['modulus_to_strain']:.3g} %: {_number(curve['modulus_GPa'], 'GPa')}"
        if curve["flow_stress_GPa"]:
            text += f", flow stress {_number(curve['flow_stress_GPa'], 'GPa')}"
        if curve["viscosity_mPa_s"]:
            text += f", viscosity at {curve['rate_per_ps']:g}/ps {_number(curve['viscosity_mPa_s'], 'mPa s')}"
        words.append(text + ". ")
    if curves and any(curve["rate_per_ps"] for curve in curves):
        words.append("Rates of simulations are 10<sup>8</sup>/s and more: yield and flow stresses are higher, and viscosities lower, than at those of an experiment. ")
    if holds:
        words.append("<b>Stress relaxation</b>: what is left of the stress in a hold behind a strain, less that before it. Error bars: what replicas scatter; the curve of one sample has none, and its slow waves are those of one sample. Lines: stretched exponentials, one or two as AIC prefers. ")
    for hold in [h for h in holds if "fit" in h][:6]:
        fit = hold["fit"]
        words.append(f"{html.escape(_name(hold))}: " + (f"&tau;<sub>&sigma;</sub> {'= ' + _number(fit['tau_sigma_ps'], 'ps') if fit['tau_sigma_ps'] else 'unknown'}; {html.escape(fit['verdict'])}. " if fit["found"] else f"no &tau;<sub>&sigma;</sub>: {html.escape(fit['reason'])}. "))
    return "".join(words)
