# SPDX-License-Identifier: BSD-3-Clause
"""Thermodynamic figures: the quench with its Tg lines, and the overview of the whole run."""
import textwrap

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from style import BLUE, GREEN, GREY, ORANGE, RED

GPA_PER_EV_A3 = 160.2176634


def block_means(x, y, blocks=90):
    """Means and standard errors in equal pieces of x, of four rows or so at least: fewer tell no error."""
    blocks = max(20, min(blocks, len(x) // 4))
    edges = np.linspace(x.min(), x.max(), blocks + 1)
    where = np.clip(np.digitize(x, edges) - 1, 0, blocks - 1)
    out = []
    for block in range(blocks):
        inside = y[where == block]
        if len(inside) > 0:
            spread = inside.std(ddof=1) / np.sqrt(len(inside)) if len(inside) > 2 else 0.0
            out.append((x[where == block].mean(), inside.mean(), spread))
    return np.array(out).T


def _observable(rows, name, atoms):
    if name == "volume":
        return rows["volume_A3"] / atoms
    pressure = np.nan_to_num(rows["target_pressure_GPa"]) if "target_pressure_GPa" in rows.dtype.names else 0.0
    return (rows["potential_energy_eV"] + rows["kinetic_energy_eV"]
            + pressure / GPA_PER_EV_A3 * rows["volume_A3"]) / atoms


LABELS = {"enthalpy": r"enthalpy $H$ (eV/atom)", "volume": r"volume $V$ (Å$^3$/atom)"}


def _line(found, name, temperature):
    return found[name]["intercept"] + found[name]["slope_per_K"] * temperature


def _draw_lines(axes, below, found, span):
    """Both lines, drawn beyond their windows to show where they meet; below, the same less the glass line."""
    glass, liquid = found["windows"]["glass_K"], found["windows"]["liquid_K"]
    tg, scatter, error, whole = found["Tg_K"], found["window_scatter"], found["bootstrap"], found["range_K"]
    for line, low, high, colour in (("glass_line", span[0], min(liquid[0] * 1.1, span[1]), BLUE),
                                    ("liquid_line", max(glass[1] * 0.85, span[0]), min(liquid[1] * 1.1, span[1]), RED)):
        reach = np.array([low, high])
        axes.plot(reach, _line(found, line, reach), "--", color=colour, lw=1.3, zorder=5)
        below.plot(reach, _line(found, line, reach) - _line(found, "glass_line", reach), "--", color=colour, lw=1.3,
                   zorder=5)
    for panel in (axes, below):
        panel.axvspan(*glass, color=BLUE, alpha=0.12, lw=0)
        panel.axvspan(*liquid, color=RED, alpha=0.12, lw=0)
        panel.axvspan(error["low_K"], error["high_K"], color="k", alpha=0.18, lw=0)
        panel.axvline(tg, color="k", lw=1)
        # A bar along the foot: a band would hide the windows.
        panel.axvspan(scatter["low_K"], scatter["high_K"], ymax=0.035, color=ORANGE, lw=0)

    def line_in_window(colour):
        return Patch(color=colour, alpha=0.25, lw=0), Line2D([], [], color=colour, ls="--", lw=1.3)

    handles = [axes.containers[0], line_in_window(BLUE), line_in_window(RED), Line2D([], [], color="k", lw=1),
               Patch(color="k", alpha=0.25, lw=0), Patch(color=ORANGE, lw=0)]
    words = [axes.containers[0].get_label(), "glass line, its window", "liquid line, its window",
             rf"$T_g$ = {tg:.0f} K ({whole[0]:.0f}–{whole[1]:.0f} K)",
             f"its bootstrap, 68 %: {error['low_K']:.0f}–{error['high_K']:.0f} K",
             f"with other windows: {scatter['low_K']:.0f}–{scatter['high_K']:.0f} K"]
    axes.legend(handles, words, loc="lower right", fontsize=7.6)


def quench_figure(run, quench):
    """H and V against T with lines, windows, and the scatter of Tg over windows; below, less the glass line."""
    observables = quench["observables"]
    any_found = any(found["found"] for found in observables)
    figure, panels = plt.subplots(2 if any_found else 1, len(observables), squeeze=False, sharex=True,
                                  figsize=(4.2 * len(observables) + 0.4, 5.2 if any_found else 3.6),
                                  gridspec_kw={"height_ratios": [2, 1] if any_found else [1]})
    span = (min(quench["last_K"], quench["first_K"]), max(quench["last_K"], quench["first_K"]))
    for column, found in enumerate(observables):
        axes, below = panels[0][column], panels[-1][column]
        for number, thermo in enumerate(run.thermo):
            rows = run.step_rows(thermo, quench["protocol_step"])
            x, y, error = block_means(np.array(quench["temperature_K"][number]),
                                      _observable(rows, found["name"], run.atoms_of(rows)))
            how = {"fmt": "o", "ms": 2.2, "color": GREY, "elinewidth": 0.7, "capsize": 0}
            axes.errorbar(x, y, error, label="block means" + (f", {len(run.thermo)} replicas" if len(run.thermo) > 1 else "")
                          if number == 0 else None, **how)
            if found["found"]:
                below.errorbar(x, y - _line(found, "glass_line", x), error, **how)
        axes.set_ylabel(LABELS[found["name"]])
        below.set_xlabel("temperature of the sample (K)")
        if found["found"]:
            below.set_ylabel("less glass line\n" + LABELS[found["name"]].split("$ ")[1])
            _draw_lines(axes, below, found, span)
            continue
        axes.set_title("no $T_g$: " + textwrap.fill(found["reason"], 52), fontsize=8)
        if any_found:
            below.set_visible(False)
            axes.tick_params(labelbottom=True)
            axes.set_xlabel("temperature of the sample (K)")
    figure.align_ylabels()
    return figure


def overview_figure(run):
    """T, P and the conserved energy against time, protocol steps marked."""
    figure, (top, middle, bottom) = plt.subplots(3, 1, figsize=(7.6, 5.8), sharex=True)
    thermo = run.thermo[0]
    time = thermo["time_ps"]
    # A sample that is being minimised has no temperature; the table says 0.
    measured = np.where(thermo["temperature_K"] > 0, thermo["temperature_K"], np.nan)
    top.plot(time, measured, color=RED, lw=0.8, label="instantaneous")
    shown = measured[np.isfinite(measured)]
    if "target_temperature_K" in thermo.dtype.names:
        shown = np.append(shown, thermo["target_temperature_K"][np.isfinite(thermo["target_temperature_K"])])
        top.plot(time, thermo["target_temperature_K"], color="k", lw=1, label="target")
    top.legend(loc="upper right")
    top.set_ylabel("temperature (K)")
    if len(shown):
        top.set_ylim(shown.min() - 0.05 * np.ptp(shown) - 1, shown.max() + 0.05 * np.ptp(shown) + 1)
    middle.plot(time, thermo["pressure_GPa"], color=BLUE, lw=0.5, alpha=0.6)
    if len(time) > 40:
        x, y, error = block_means(time, thermo["pressure_GPa"], 50)
        middle.errorbar(x, y, error, color="k", lw=1, elinewidth=0.7, capsize=0, label="block means")
        middle.legend(loc="upper right")
    settled = thermo["pressure_GPa"][len(time) // 50:]
    low, high = np.percentile(settled, [0.2, 99.8])
    middle.set_ylim(low - 0.15 * (high - low) - 1e-3, high + 0.3 * (high - low) + 1e-3)
    middle.set_ylabel("pressure (GPa)")
    _tell_what_is_cut_off(middle, thermo["pressure_GPa"], "GPa")
    for step in np.unique(thermo["protocol_step"]) if "protocol_step" in thermo.dtype.names else [0]:
        rows = run.step_rows(thermo, step)
        drift = (rows["conserved_eV"] - rows["conserved_eV"][0]) / run.atoms_of(rows) * 1e3
        bottom.plot(rows["time_ps"], drift, lw=0.9, color=GREEN)
    bottom.set_ylabel("conserved energy:\nchange (meV/atom)")
    bottom.set_xlabel("time (ps)")
    _mark_steps(run, thermo, (top, middle, bottom))
    figure.align_ylabels()
    return figure


def _tell_what_is_cut_off(axes, values, unit):
    low, high = axes.get_ylim()
    words = [f"{'up' if end > high else 'down'} to {end:.3g} {unit}" for end in (values.min(), values.max())
             if not low <= end <= high]
    if words:
        axes.annotate("beyond the frame: " + ", ".join(words), (0.01, 0.04), xycoords="axes fraction", fontsize=7.5, color=GREY,
                      bbox={"fc": "white", "ec": "none", "pad": 1, "alpha": 0.8})


def _mark_steps(run, thermo, panels):
    total = np.ptp(thermo["time_ps"])
    for step, start, end in run.step_times(thermo):
        for axes in panels:
            axes.axvline(start, color=GREY, lw=0.6, ls=":")
        if end > start:
            narrow = end - start < 0.12 * total  # its name stands upright
            panels[0].annotate(run.step_name(step), (0.5 * (start + end), 1.02), xycoords=("data", "axes fraction"),
                               ha="center", va="bottom", rotation=90 if narrow else 0, fontsize=8.5)
