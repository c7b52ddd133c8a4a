# SPDX-License-Identifier: BSD-3-Clause
"""Stress against strain of steps that deform the sample, and what holds behind them keep of it."""
import html

import matplotlib.pyplot as plt
import numpy as np

from run_data import value_with_error
from style import CYCLE, GREY, sequence


def _name(curve):
    return curve["label"].replace("_", " ")


def _starts(curves):
    """Strains count from the cell as a step finds it: where each curve begins, if steps of a shear follow each other."""
    starts, strain, before = [], 0.0, None
    for curve in curves:
        goes_on = (before is not None and before["deformation"] == curve["deformation"] and curve["deformation"].startswith("shear")
                   and curve["protocol_step"] - before["last_protocol_step"] <= 2)
        strain = strain if goes_on else 0.0
        starts.append(strain)
        strain += curve["strain"]
        before = curve
    return starts


def deformation_figure(curves, holds):
    panels = (1 if curves else 0) + (1 if holds else 0)
    figure, axes = plt.subplots(1, panels, figsize=(4.6 * panels if panels > 1 else 5.6, 3.6), squeeze=False)
    axes = list(axes[0])
    if curves:
        panel = axes.pop(0)
        many = len(curves) > len(CYCLE)
        colours = sequence(len(curves)) if many else CYCLE
        for curve, start, colour in zip(curves, _starts(curves), colours):
            strain, stress = start + np.array(curve["at_strain"]), np.array(curve["stress_GPa"])
            panel.plot(strain, stress, color=colour, lw=1.2, label=None if many else _name(curve))
        panel.axhline(0, color=GREY, lw=0.6)
        panel.set_xlabel("strain")
        panel.set_ylabel("stress (GPa)")
        if not many:
            panel.legend()
        else:
            panel.set_title(f"{_name(curves[0])} (dark) to {_name(curves[-1])} (light)")
    if holds:
        panel = axes.pop(0)
        for hold, colour in zip(holds, sequence(len(holds))):
            errors = np.array([np.nan if e is None else e for e in hold["modulus_errors_GPa"]], float)
            panel.errorbar(hold["time_ps"], hold["modulus_GPa"], errors, fmt="o-", ms=3, color=colour, label=_name(hold))
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
    if curves:
        words.append("<b>Stress against strain.</b> Means of lines of thermo.csv in bins of the strain; of a shear that goes to and fro the steps follow each other. ")
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
        words.append("<b>Stress relaxation</b>: what is left of the stress in a hold behind a strain, less that before it. Error bars: what lines in a bin scatter, as if they were independent.")
    return "".join(words)
