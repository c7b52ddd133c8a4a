# SPDX-License-Identifier: BSD-3-Clause
"""Draws what `patina score --output` found: g2 and its residuals, the residual map of C, tau and exponent against their truth, events.

Usage: python3 scripts/report/score.py SCORE.json FIGURE. Needs matplotlib.
"""
import json
import sys

import drawing

MOST_CURVES = 6


def _array(values):
    import numpy as np
    return np.array([np.nan if x is None else x for x in values], dtype=float)


def _g2(axes, residuals, curves, unit):
    """Answer and truth above, residuals over their errors below."""
    import numpy as np
    from style import GREY, bin_name, legend_beside, sequence

    for one, colour in zip(curves, sequence(len(curves))):
        lag, truth, answer = (_array(one[k]) for k in ("lag_" + unit, "truth", "answer"))
        own, theory = _array(one["own_sigma"]), _array(one["theoretical_sigma"])
        baseline = 1.0 if one["quantity"] == "g2" else 0.0
        axes.plot(lag, truth - baseline, color=colour, lw=1.0)
        axes.errorbar(lag, answer - baseline, np.where(np.isfinite(own), own, 0.0), fmt="o", ms=3, color=colour, lw=0.8,
                      label=bin_name(one["q_inv_A"], one["phi_deg"]))
        sigma = np.where(np.isfinite(theory), theory, own)
        residuals.plot(lag, (answer - truth) / sigma, "o-", ms=3, color=colour, lw=0.8)
    quantity = {"g2": "$g_2-1$", "g2_minus_1": "$g_2-1$", "f_squared": "$|f|^2$", "f": "f"}[curves[0]["quantity"]]
    axes.set(xscale="log", xlabel=f"lag ({unit})", ylabel=quantity)
    axes.set_title("lines: truth, as this answer bins it", fontsize=8.5)
    legend_beside(axes, title="q (1/Å)" if curves[0]["phi_deg"] is None else "q (1/Å), φ")
    residuals.axhspan(-1.0, 1.0, color="0.9", lw=0)
    residuals.axhline(0.0, color=GREY, lw=0.6)
    residuals.set(xscale="log", xlabel=f"lag ({unit})", ylabel="(answer - truth) / sigma")


def _map(figure, axes, one, key, label, unit):
    import numpy as np
    from style import bin_name

    values = np.array([_array(row) for row in one["map"][key]])
    edges = _array(one["map"]["edges_" + unit])
    largest = np.nanmax(np.abs(values)) or 1.0
    image = axes.pcolormesh(edges, edges, values.T, cmap="RdBu_r", vmin=-largest, vmax=largest, rasterized=True)
    figure.colorbar(image, ax=axes, label=label)
    axes.set(xlabel=f"$t_1$ ({unit})", ylabel=f"$t_2$ ({unit})", aspect="equal")
    axes.set_title(f"C, q = {bin_name(one['q_inv_A'], one['phi_deg'])} (1/Å{'' if one['phi_deg'] is None else ', φ'})", fontsize=9)


def _parameter(axes, score, name, suffix, unit):
    import numpy as np
    from style import legend_beside, sequence

    shells = list(dict.fromkeys(r["q_inv_A"] for r in score["rows"]))
    for q, colour in zip(shells, sequence(len(shells))):
        rows = sorted((r for r in score["rows"] if r["q_inv_A"] == q), key=lambda r: r["waiting_time_" + unit])
        time, truth, answer, sigma = (_array([r[k] for r in rows]) for k in ("waiting_time_" + unit, "truth" + suffix, "answer" + suffix, "sigma" + suffix))
        axes.plot(time, truth, color=colour, lw=1.0, marker="_" if len(rows) == 1 else None)
        axes.errorbar(time, answer, np.where(np.isfinite(sigma), sigma, 0.0), fmt="o", ms=3, color=colour, lw=0.8, label=f"{q:.3g}")
    axes.set(xlabel=f"waiting time ({unit})", ylabel=name)
    legend_beside(axes, title="q (1/Å)")


def _events(axes, score, unit):
    from style import BLUE, GREY, RED

    groups = [("found", [e["answer_" + unit] for e in score["found"]], BLUE), ("missed", [e["time_" + unit] for e in score["missed"]], GREY),
              ("false", score["false_alarms_" + unit], RED)]
    for row, (name, times, colour) in enumerate(groups):
        axes.eventplot(times, lineoffsets=-row, linelengths=0.7, colors=colour)
    axes.set(xlabel=f"time ({unit})", yticks=[0, -1, -2], yticklabels=[f"{name} ({len(times)})" for name, times, _ in groups], ylim=(-2.6, 0.6))


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: python3 scripts/report/score.py SCORE.json FIGURE")
    drawing.without_window()
    import matplotlib.pyplot as plt
    import style

    style.use()
    with open(sys.argv[1], encoding="utf-8") as file:
        score = json.load(file)
    unit = "ps" if "interval_ps" in score["truth"] else "s"
    draw = []
    if score["g2"]:
        draw += [("g2", None), ("residuals", None)]
    draw += [("map", one) for one in score["two_time"][:MOST_CURVES]]
    draw += [(key, score[key]) for key in ("tau", "kww_exponent", "events") if score[key]]
    columns = min(2, len(draw))
    rows = (len(draw) + columns - 1) // columns
    figure, panels = plt.subplots(rows, columns, figsize=(4.4 * columns, 3.3 * rows), squeeze=False)
    panels = panels.ravel()
    for axes, (what, part) in zip(panels, draw):
        if what == "g2":
            _g2(axes, panels[1], score["g2"][:MOST_CURVES], unit)
        elif what == "map":
            _map(figure, axes, part, "mean_residual_over_sigma", "(answer - truth) / sigma", unit)
        elif what == "tau":
            _parameter(axes, part, rf"$\tau$ ({unit})", "_" + unit, unit)
            axes.set_yscale("log")
        elif what == "kww_exponent":
            _parameter(axes, part, "KWW exponent", "", unit)
        elif what == "events":
            _events(axes, part, unit)
    for axes in panels[len(draw):]:
        axes.axis("off")
    figure.suptitle(f"{score['answer']['recognised_as']}, against {score['truth']['kind']}", fontsize=9)
    figure.savefig(sys.argv[2])


if __name__ == "__main__":
    main()
