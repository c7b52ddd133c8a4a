# SPDX-License-Identifier: BSD-3-Clause
"""Draws what `patina plan --output` found: errors of tau and of the exponent and the smallest step against tau, and an expected g2.

Usage: python3 scripts/report/plan.py PLAN.json FIGURE. Needs matplotlib.
"""
import json
import sys

import drawing

LINES = ["-", "--", ":", "-."]


def _unique(values):
    return list(dict.fromkeys(values))


def _curves(axes, rows, value):
    """One line for each exponent and rate: colour tells the rate, dashes the exponent."""
    import numpy as np
    from style import sequence

    rates, exponents = _unique(r["photons_per_pixel_per_frame"] for r in rows), _unique(r["kww_exponent"] for r in rows)
    for rate, colour in zip(rates, sequence(len(rates))):
        for k, exponent in enumerate(exponents):
            chosen = [r for r in rows if r["photons_per_pixel_per_frame"] == rate and r["kww_exponent"] == exponent]
            tau = np.array([r["tau_s"] for r in chosen])
            y = np.array([np.nan if value(r) is None else value(r) for r in chosen])
            order = np.argsort(tau)
            axes.plot(tau[order], y[order], LINES[k % len(LINES)], marker="o" if len(tau) < 3 else None, color=colour)
    axes.set(xscale="log", yscale="log", xlabel=r"$\tau$ (s)", ylim=(None, 3.0))
    axes.axhspan(0.5, 3.0, color="0.92", lw=0)


def _legends(axes, rows):
    from matplotlib.lines import Line2D
    from style import GREY, legend_beside, sequence

    rates, exponents = _unique(r["photons_per_pixel_per_frame"] for r in rows), _unique(r["kww_exponent"] for r in rows)
    first = legend_beside(axes, [Line2D([], [], color=c) for c in sequence(len(rates))], [f"{rate:.3g}" for rate in rates], title="photons per\npixel, frame")
    axes.add_artist(first)
    legend_beside(axes, [Line2D([], [], color=GREY, ls=LINES[k % len(LINES)]) for k in range(len(exponents))],
                  [f"{exponent:g}" for exponent in exponents], title="KWW exponent", top=max(0.3, 0.8 - 0.08 * len(rates)))


def _expected(axes, rows):
    """g2 of the best-known row that is nearest to the middle of the table's times, with its error bars."""
    import numpy as np
    from style import BLUE, GREY

    known = [r for r in rows if r["sigma"]["ln_tau"]["simple"] is not None]
    if not known:
        return
    taus = np.log([r["tau_s"] for r in rows])
    row = min(known, key=lambda r: (abs(np.log(r["tau_s"]) - np.median(taus)), r["sigma"]["ln_tau"]["simple"]))
    curve = row["curve"]
    axes.errorbar(curve["lag_s"], curve["g2_minus_1"], curve["sigma"], fmt="o", ms=3, color=BLUE, lw=0.9)
    axes.axhline(0.0, color=GREY, lw=0.6)
    axes.set(xscale="log", xlabel="lag (s)", ylabel="$g_2 - 1$")
    axes.set_title(f"{row['photons_per_pixel_per_frame']:.3g} photons, $\\tau$ = {row['tau_s']:g} s, exponent {row['kww_exponent']:g}: "
                   f"$\\tau$ to {100 * row['sigma']['ln_tau']['simple']:.2g} %", fontsize=8.5)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: python3 scripts/report/plan.py PLAN.json FIGURE")
    drawing.without_window()
    import matplotlib.pyplot as plt
    import style

    style.use()
    with open(sys.argv[1], encoding="utf-8") as file:
        plan = json.load(file)
    rows = plan["rows"]
    figure, panels = plt.subplots(2, 2, figsize=(9.6, 6.4))
    _curves(panels[0][0], rows, lambda r: r["sigma"]["ln_tau"]["simple"])
    panels[0][0].set_ylabel(r"standard error of $\ln\tau$")
    _legends(panels[0][1], rows)
    _curves(panels[0][1], rows, lambda r: r["sigma"]["ln_kww_exponent"]["simple"] or None)
    panels[0][1].set_ylabel("standard error of ln exponent")
    _curves(panels[1][0], rows, lambda r: r["smallest_step_ln_tau"])
    panels[1][0].set_ylabel(r"smallest step of $\ln\tau$")
    _expected(panels[1][1], rows)
    beamline = plan["input"]["beamline"]
    setting = (f"contrast {beamline['contrast']:g}, {beamline['pixels']:g} pixels, {beamline['frames']} frames, "
               f"one in {beamline['frame_interval_s']:g} s; grey: not measured")
    figure.suptitle(f"{plan['title']}\n{setting}" if plan["title"] else setting, fontsize=10)
    figure.savefig(sys.argv[2])


if __name__ == "__main__":
    main()
