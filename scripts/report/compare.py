# SPDX-License-Identifier: BSD-3-Clause
"""Draws what `patina compare` found: measured relaxation times, scaled, over simulated ones, and what they differ by.

Usage: python3 scripts/report/compare.py COMPARE.json FIGURE. Needs matplotlib and numpy.
"""
import json
import sys

import drawing

NAMES = {"one_time": "one factor: the unit of time", "two": "two factors", "tau_alone": "T by $T/T_g$, $\\tau$ by one factor"}


def _panel(axes, below, found, name, ageing):
    import numpy as np
    from matplotlib import ticker
    from style import BLUE, GREY, RED, plain_log_ticks

    key = "waiting_time_s" if ageing else "temperature_K"
    factors = found["scale_factors"][name]
    simulated, measured = found["simulated"], found["measured"]
    axes.set_title(NAMES[name], fontsize=9)
    if not factors["found"]:
        axes.text(0.5, 0.5, "refused:\n" + factors["reason"].replace(": ", ":\n"), ha="center", va="center", fontsize=7, wrap=True, transform=axes.transAxes)
        below.axis("off")
        return
    a, b = factors["a"]["value"], factors["b"]["value"]
    # Waiting times over tau at the first simulated age; temperatures as they are.
    unit = simulated["tau0_s"] if ageing else 1.0
    curve_x, curve_y = (np.array(factors["curve"][k], dtype=float) for k in ("x", "log_tau"))
    scale = unit if ageing else np.exp(np.interp(np.max(simulated[key]), curve_x, curve_y))

    def points(axes_, series, x, y, colour, marker, label):
        error = np.array(series["log_tau_error"])
        axes_.errorbar(x, y, [y * -np.expm1(-error), y * np.expm1(error)], fmt=marker, ms=4.5, lw=0.9, color=colour, label=label)

    x_s, y_s = np.array(simulated[key]) / unit, np.array(simulated["tau_s"]) / scale
    x_m, y_m = np.array(measured[key]) / b / unit, np.array(measured["tau_s"]) / a / scale
    axes.plot(curve_x / unit, np.exp(curve_y) / scale, color=GREY, lw=1, label=f"{factors['law']}: χ² = {factors['chi_squared']:.1f} of {factors['degrees_of_freedom']}, p = {factors['probability']:.2g}")
    points(axes, simulated, x_s, y_s, BLUE, "o", "simulated")
    points(axes, measured, x_m, y_m, RED, "s", "measured, scaled")
    shape = factors["same_shape"]
    axes.plot([], [], " ", label=f"same shape: p = {shape['probability']:.2g}" if shape["tested"] else "shape not tested")
    axes.set(yscale="log", ylabel=r"$\tau/\tau_0$" if ageing else r"$\tau$ over that of the hottest")
    if np.ptp(curve_y) < 5:  # few decades
        axes.yaxis.set_minor_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "235" else ""))
        plain_log_ticks(axes.yaxis)
    axes.legend(fontsize=7)
    for x, y, series, colour, marker in ((x_s, y_s, simulated, BLUE, "o"), (x_m, y_m, measured, RED, "s")):
        law = np.interp(x * unit, curve_x, curve_y) - np.log(scale)
        below.plot(x, (np.log(y) - law) / np.array(series["log_tau_error"]), marker, ms=4, color=colour)
    below.axhspan(-1, 1, color="0.9", lw=0)
    below.axhline(0, color=GREY, lw=0.6)
    below.set(xlabel=r"$t_w/\tau_0$, in the simulation's time" if ageing else "temperature, in the simulation's (K)", ylabel="(ln τ − law) / σ")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: python3 scripts/report/compare.py COMPARE.json FIGURE")
    drawing.without_window("numpy")
    import matplotlib.pyplot as plt
    import style

    style.use()
    with open(sys.argv[1], encoding="utf-8") as file:
        found = json.load(file)
    names = list(found["scale_factors"])
    figure, panels = plt.subplots(2, len(names), figsize=(4.4 * len(names), 5.0), squeeze=False, sharex="col", gridspec_kw={"height_ratios": [2.4, 1]})
    for k, name in enumerate(names):
        _panel(panels[0][k], panels[1][k], found, name, found["against"] == "waiting time")
    refused = ", ".join(c["quantity"] for c in found["comparisons"] if c["verdict"] == "not legitimate")
    figure.supxlabel(f"no comparison: {refused}", fontsize=6.5, wrap=True)
    figure.savefig(sys.argv[2])


if __name__ == "__main__":
    main()
