# SPDX-License-Identifier: BSD-3-Clause
"""Figures of synthetic speckles: truth and sample C, the clocks, g2, the distribution of intensities, frames of a detector."""
import os

import matplotlib.pyplot as plt
import numpy as np

import frames as detector
from style import GREY, RED, bin_name, legend_above, legend_beside, sequence

MOST_CURVES = 6


def _array(values):
    return np.array([np.nan if x is None else x for x in values], dtype=float)


def _chosen(items):
    """At most so many, evenly spaced."""
    count = min(len(items), MOST_CURVES)
    return [items[int(i)] for i in np.linspace(0, len(items) - 1, count)]


def _bins_title(scores):
    return "q (1/Å)" if scores[0]["phi_deg"] is None else "q (1/Å), φ"


def two_time_figure(shell, score):
    """Sample C where t2 > t1, the truth where t1 > t2; and where the sample is off by more than noise."""
    sample, pixels = shell.sample_correlation()
    n = len(shell.time)
    both = np.triu(sample, 1) + np.tril(shell.g2, -1)
    both[np.arange(n), np.arange(n)] = np.nan
    pulls = next((one["map"] for one in (score or {}).get("two_time", []) if abs(one["q_inv_A"] - shell.q) < 1e-9 * shell.q), None)
    figure, panels = plt.subplots(1, 2 if pulls else 1, figsize=(8.8 if pulls else 4.6, 3.7), squeeze=False)
    axes = panels[0, 0]
    below = shell.g2[np.tril_indices(n, -1)] - 1.0
    step = shell.time[1] - shell.time[0]
    edges = (shell.time[0] - 0.5 * step, shell.time[-1] + 0.5 * step)
    drawn = axes.imshow(both - 1.0, origin="lower", extent=edges + edges, cmap="viridis", vmin=min(0.0, np.percentile(below, 0.5)),
                        vmax=1.1 * max(np.percentile(below, 99.5), 1e-3 * shell.contrast))
    axes.text(0.96, 0.04, "sample", transform=axes.transAxes, ha="right", color="white")
    axes.text(0.04, 0.96, "truth", transform=axes.transAxes, va="top", color="white")
    axes.set(xlabel="$t_2$ (s)", ylabel="$t_1$ (s)")
    figure.colorbar(drawn, ax=axes, label="$C(t_1, t_2) - 1$")
    if pulls:
        axes = panels[0, 1]
        values = np.array([_array(row) for row in pulls["mean_residual_over_sigma"]])
        largest = max(3.0, np.nanmax(np.abs(values)))
        bins = _array(pulls["edges_s"])
        drawn = axes.pcolormesh(bins, bins, values, cmap="RdBu_r", vmin=-largest, vmax=largest, rasterized=True)
        figure.colorbar(drawn, ax=axes, label=r"mean of (sample − truth) / $\sigma$")
        axes.set(xlabel="$t_2$ (s)", ylabel="$t_1$ (s)", aspect="equal")
    return figure, pixels


def clock_figure(data, shell):
    times = data.times
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.0, 2.9))
    for zone, colour in enumerate(sequence(len(shell.clock["tau_s"]))):
        label = f"zone {zone}, exponent {shell.clock['kww_exponent'][zone]:g}"
        left.plot(times, shell.clock["tau_s"][zone], color=colour, label=label)
        right.plot(times, shell.clock["s"][zone], color=colour)
        jumps = [time for _, of, time, _ in data.events if of == zone]
        for axes in (left, right) if jumps else ():
            axes.plot(jumps, np.zeros(len(jumps)), "|", ms=9, color=colour, transform=axes.get_xaxis_transform(), clip_on=False)
    left.set(yscale="log", xlabel="t (s)", ylabel=r"$\tau = 1/s'(t)$ (s)")
    legend_above(left)
    right.set(xlabel="t (s)", ylabel="material time s(t)")
    return figure


def g2_figure(score):
    curves = _chosen(score["g2"])
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.8, 3.3))
    for one, colour in zip(curves, sequence(len(curves))):
        lag, truth, answer, sigma = (_array(one[k]) for k in ("lag_s", "truth", "answer", "theoretical_sigma"))
        left.plot(lag, truth - 1.0, color=colour, lw=1.0)
        left.errorbar(lag, answer - 1.0, sigma, fmt="o", ms=3, lw=0.8, color=colour, label=bin_name(one["q_inv_A"], one["phi_deg"]))
        right.plot(lag, (answer - truth) / sigma, "o-", ms=3, lw=0.8, color=colour)
    left.axhline(0.0, color=GREY, lw=0.6)
    left.set(xscale="log", xlabel="lag (s)", ylabel="$g_2 - 1$")
    legend_beside(left, title=_bins_title(curves))
    right.axhspan(-1.0, 1.0, color="0.9", lw=0)
    limit = max(3.5, *np.abs(right.get_ylim()))
    right.set(xscale="log", xlabel="lag (s)", ylabel=r"(sample − truth) / $\sigma$", ylim=(-limit, limit))
    return figure


def snapshot_figure(score):
    """Pixels that show so much, and what the closed form expects; below it the difference over its error."""
    shown = _chosen(score["snapshots"])
    figure, (axes, pulls) = plt.subplots(2, 1, figsize=(6.2, 4.6), sharex=True, height_ratios=(3, 1))
    for one, colour in zip(shown, sequence(len(shown))):
        edges, observed, expected = (_array(one[k]) for k in ("edges", "observed_pixels", "expected_pixels"))
        width, total = np.diff(edges), observed.sum()
        middle = np.floor(0.5 * (edges[1:] + edges[:-1])) if one["of"] == "photons" else 0.5 * (edges[1:] + edges[:-1])
        closed = slice(None, -1) if len(middle) > 1 else slice(None)  # the last bin is open
        axes.errorbar(middle[closed], (observed / total / width)[closed], (np.sqrt(expected) / total / width)[closed], fmt="o", ms=3, lw=0.8,
                      color=colour, label=bin_name(one["q_inv_A"], one["phi_deg"]))
        axes.plot(middle[closed], (expected / total / width)[closed], color=colour, lw=1.0)
        pulls.plot(middle[closed], ((observed - expected) / np.sqrt(expected))[closed], "o-", ms=3, lw=0.8, color=colour)
    photons = shown[0]["of"] == "photons"
    axes.set(yscale="log", ylabel="probability" if photons else "probability density")
    legend_beside(axes, title=_bins_title(shown))
    pulls.axhspan(-1.0, 1.0, color="0.9", lw=0)
    limit = max(3.5, *np.abs(pulls.get_ylim()))
    pulls.set(xlabel="photons in a pixel" if photons else r"$I / \langle I \rangle$", ylabel=r"difference / $\sigma$", ylim=(-limit, limit))
    return figure


def frames_figure(data):
    folder = os.path.join(data.folder, "frames")
    shape, read = detector.frames_of(folder)
    mask = data.file["/xpcs/qmap/mask"][:] == 0
    dynamic = data.file["/xpcs/qmap/dynamic_roi_map"][:]
    mean = data.file["/xpcs/temporal_mean/scattering_2d"][:].reshape(shape[1:])
    frame = read(0, 1)[0].reshape(shape[1:])
    good = ~mask
    figure, panels = plt.subplots(1, 3, figsize=(12.4, 3.7))
    detector.show_image(figure, panels[0], frame, "first frame", "photons", vmax=max(2.0, np.percentile(frame[good], 99.8)), cmap="magma")
    detector.show_image(figure, panels[1], mean, f"mean of {shape[0]} frames; white: masked", "photons", mask, cmap="magma", vmin=0.0,
                        vmax=np.percentile(mean[good], 99.8))
    detector.show_image(figure, panels[2], dynamic, "what is correlated together", "partition", dynamic == 0,
                        cmap=plt.get_cmap("tab20", int(dynamic.max())), vmin=0.5, vmax=dynamic.max() + 0.5)
    return figure


def rates_figure(shell):
    factor, fraction = shell.rates["factor"], shell.rates["fraction"]
    figure, axes = plt.subplots(figsize=(4.6, 2.8))
    axes.vlines(factor, 0.0, fraction, color=RED)
    axes.plot(factor, fraction, "o", ms=4, color=RED)
    axes.set(xscale="log", xlabel="rate of a speckle / that of the clock", ylabel="share of speckles", ylim=(0.0, None))
    return figure
