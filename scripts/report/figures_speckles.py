# SPDX-License-Identifier: BSD-3-Clause
"""What is found in two-time correlations of speckles: the map, tau(t) of the clock fit with regimes, what cuts feign, the collapse."""
import html

import matplotlib.pyplot as plt
import numpy as np

from figures_dynamics import blank
from style import BLUE, GREY, RED, legend_above, sequence

CUTS = {"fixed_start": ("s", RED, "fixed start"), "age_centred": ("o", BLUE, "age-centred")}
MOST_CURVES = 6


def speckle_figure(records):
    """None if no record has a map."""
    records = [r for r in records if "map" in r]
    if not records:
        return None
    shown = next((r for r in records if r["clock_fit"]["found"]), records[0])
    found = [r for r in records if r["clock_fit"]["found"]]
    figure, panels = plt.subplots(2, 2, figsize=(8.8, 7.0))
    _map(figure, panels[0][0], shown)
    if not found:
        for axes in (panels[0][1], *panels[1]):
            blank(axes, "no clock fit")
        return figure
    _tau(panels[0][1], found, shown)
    _cuts(panels[1][0], shown)
    _collapse(panels[1][1], found)
    return figure


def _unit(record):
    return record["time_unit"]


def _map(figure, axes, record):
    time = np.array(record["map"]["time"])
    excess = np.array([[np.nan if v is None else v for v in row] for row in record["map"]["excess"]], dtype=float)
    top = record["clock_fit"].get("contrast", {}).get("value") or np.nanpercentile(excess, 99)
    image = axes.imshow(excess, origin="lower", extent=(time[0], time[-1], time[0], time[-1]), vmin=0.0, vmax=top, cmap="viridis", interpolation="nearest")
    figure.colorbar(image, ax=axes, label="$C(t_1,t_2) - 1$")
    for change in record["regimes"]["changes"]:
        axes.axvline(change["time"], color="w", lw=0.8, ls="--")
        axes.axhline(change["time"], color="w", lw=0.8, ls="--")
    axes.set(xlabel=f"$t_1$ ({_unit(record)})", ylabel=f"$t_2$ ({_unit(record)})")
    axes.set_title(record["label"], fontsize=8.5)


def _tau(axes, records, shown):
    drawn = records[:MOST_CURVES]
    for record, colour in zip(drawn, sequence(len(drawn))):
        clock = record["clock_fit"]["clock"]
        time, band = np.array(clock["time"]), np.array(clock["tau_interval_68"]).T
        axes.plot(time, clock["tau"], color=colour, label=record["label"])
        axes.fill_between(time, band[0], band[1], color=colour, alpha=0.25, lw=0)
    series = shown["regimes"]["series"]
    if series["time"]:
        tau, sigma = np.exp(series["log_tau"]), np.array(series["sigma"])
        axes.errorbar(series["time"], tau, [tau * (1 - np.exp(-sigma)), tau * (np.exp(sigma) - 1)], fmt=".", ms=3, lw=0.6, capsize=0, color=GREY, zorder=0,
                      label=f"blocks, {shown['label']}")
    for change in shown["regimes"]["changes"]:
        axes.axvline(change["time"], color=RED, lw=1)
        axes.axvspan(*change["interval_95"], color=RED, alpha=0.15, lw=0)
    for regime in shown["regimes"]["regimes"]:
        axes.plot([regime["from"], regime["to"]], [regime["tau_begin"], regime["tau_end"]], color=RED, lw=1)
    axes.set(yscale="log", xlabel=f"$t$ ({_unit(shown)})", ylabel=rf"$\tau(t)$ ({_unit(shown)})")
    legend_above(axes, fontsize=7.5)


def _cuts(axes, record):
    clock = record["clock_fit"]["clock"]
    for name, (marker, colour, label) in CUTS.items():
        cuts = [c for c in record["cuts"] if c["cut"] == name]
        expected = [(c["waiting_time"], c["expected_of_the_clock"]["tau"]) for c in cuts if c["expected_of_the_clock"]["tau"] is not None]
        if expected:
            t, tau = np.array(expected).T
            axes.plot(t, tau / np.interp(t, clock["time"], clock["tau"]), "--", color=colour, lw=1)
        fitted = [c for c in cuts if c["status"] != "refused"]
        if expected and not fitted:
            axes.plot([], [], "--", color=colour, lw=1, label=f"{label}: no fit")
        for k, cut in enumerate(fitted):
            true = np.interp(cut["waiting_time"], clock["time"], clock["tau"])
            value, (low, high) = cut["tau"]["value"] / true, np.array(cut["tau"]["interval_68"]) / true
            axes.errorbar([cut["waiting_time"]], [value], [[max(0.0, value - low)], [max(0.0, high - value)]], fmt=marker, ms=4, color=colour, label=label if k == 0 else None)
    axes.axhline(1.0, color=GREY, lw=0.8)
    axes.set(xlabel=f"$t_w$ ({_unit(record)})", ylabel=r"$\tau$ of a cut / $\tau(t_w)$ of the clock")
    if axes.get_ylim()[1] > 5.0:
        axes.set_yscale("log")
    if axes.get_legend_handles_labels()[0]:
        legend_above(axes, title="dashed: what the clock predicts")
    else:
        axes.set_title("no cut falls far enough for a fit", fontsize=8.5)


def _plateau_from(fit):
    """Where the law that the reduced variables are of ends its growth, in units of tau*."""
    law = next(law for law in fit["laws"] if law["name"] == fit["reduced"]["law"])
    times = [value["value"] for name, value in law["parameters"].items() if name.startswith("plateau_from")]
    return times[0] / fit["reduced"]["tau_star"] if times else np.inf


def _collapse(axes, records):
    # A sample whose τ falls has no age in units of τ*.
    drawn = [r for r in records if r["clock_fit"]["reduced"] and r["clock_fit"]["reduced"]["tau_star"] > 0.0][:MOST_CURVES]
    if not drawn:
        blank(axes, "no exponential law of growth fits,\nalone or with a plateau")
        return
    reach = 0.0
    for record, colour in zip(drawn, sequence(len(drawn))):
        reduced = record["clock_fit"]["reduced"]
        axes.plot(reduced["age_over_tau_star"], reduced["tau_over_tau0"], "o", ms=4, color=colour, label=record["label"])
        last = np.max(reduced["age_over_tau_star"])
        bend = _plateau_from(record["clock_fit"])
        if bend < last:  # ageing ends there
            axes.plot([bend, last], [np.exp(bend)] * 2, color=colour, lw=1)
        reach = max(reach, min(last, bend))
    line = np.linspace(0.0, max(reach, 1e-3), 50)
    axes.plot(line, np.exp(line), color=GREY, lw=1, label="$e^{t/\\tau^*}$")
    axes.set(yscale="log", xlabel=r"$t/\tau^*$", ylabel=r"$\tau/\tau_0$")
    legend_above(axes, fontsize=7.5)


def speckle_caption(records):
    words = []
    for record in records:
        fit = record["clock_fit"]
        name = html.escape(record["label"])
        words.append(f"{name}: {html.escape(fit['text'])}; {html.escape(record['regimes'].get('text') or record['regimes'].get('reason', ''))}" if fit["found"]
                     else f"{name}: no clock fit, because {html.escape(fit['reason'])}")
    return ("Two-time correlation of speckles; τ(t) of the clock fit to all of it, with 68 % bands, and of blocks alone; relaxation times of cuts through it against "
            "those of the clock, with what the clock predicts for such cuts; τ/τ<sub>0</sub> against t/τ*. " + ". ".join(words) + ".")
