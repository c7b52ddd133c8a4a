# SPDX-License-Identifier: BSD-3-Clause
"""Draws the results of `patina correlate`: the mean frame, C(t1, t2) of a bin, g2 with its errors, and both kinds of errors.

Usage: python3 scripts/report/correlate.py RESULTS.hdf FIGURE. Needs matplotlib and h5py. All numbers are those stored.
"""
import sys

import drawing

MOST_BINS = 8  # of which curves are drawn


def _mean_frame(figure, axes, results):
    import numpy as np

    mean = results["/xpcs/temporal_mean/scattering_2d"][0]
    in_bin = results["/xpcs/qmap/dynamic_roi_map"][:] > 0
    shown = np.ma.masked_array(mean, ~in_bin)
    drawn = axes.imshow(shown, interpolation="nearest", cmap="magma", vmin=0.0, vmax=np.percentile(mean[in_bin], 99.8))
    axes.set(title="mean frame, pixels of bins", xlabel="column", ylabel="row")
    figure.colorbar(drawn, ax=axes, shrink=0.85)


def _map(figure, axes, results, k, q):
    import numpy as np

    if "twotime" not in results["/entry"]:
        axes.set_axis_off()
        return
    group = results["/entry/twotime"]
    c, time = group["two_time_corr_func"][k], group["t1_s"][:]
    baseline = int(group["two_time_corr_func"].attrs["baseline_reference"])
    np.fill_diagonal(c, np.nan)
    low, high = np.nanpercentile(c, [1.0, 99.5])
    edge = time[-1] + time[1]
    drawn = axes.imshow(c, origin="lower", extent=(0, edge, 0, edge), cmap="viridis", vmin=low, vmax=high)
    axes.set(title=f"bin {k + 1}, q = {q[k]:g} 1/Å", xlabel="$t_2$ (s)", ylabel="$t_1$ (s)")
    figure.colorbar(drawn, ax=axes, label="$C(t_1, t_2)$" if baseline else "Pearson", shrink=0.85)


def draw(path, figure_path):
    import h5py
    import matplotlib.pyplot as plt
    import numpy as np
    import style

    style.use()
    results = h5py.File(path, "r")
    group = results["/xpcs/multitau"]
    interval = float(results["/entry/instrument/detector_1/frame_time"][()])
    lag, g2, error = group["delay_list"][:] * interval, group["normalized_g2"][:], group["normalized_g2_err"][:]
    q, phi = results["/entry/instrument/masks/dynamic_q_list"][:], results["/entry/instrument/masks/dynamic_phi_list"][:]
    has_sectors = len(np.unique(phi)) > 1
    bins = np.unique(np.linspace(0, len(q) - 1, min(MOST_BINS, len(q))).astype(int))

    figure, panels = plt.subplots(2, 2, figsize=(10.5, 8.4))
    _mean_frame(figure, panels[0, 0], results)
    _map(figure, panels[0, 1], results, bins[0], q)
    for k, colour in zip(bins, style.sequence(len(bins))):
        panels[1, 0].errorbar(lag, g2[:, k] - 1.0, error[:, k], fmt="o-", ms=3, lw=0.8, color=colour, label=style.bin_name(q[k], phi[k] if has_sectors else None))
        for name, line in (("covariance_closed_form", "-"), ("covariance_blocks", ":")):
            panels[1, 1].plot(lag, np.sqrt(np.diagonal(group[name][k])), line, color=colour)
    panels[1, 0].axhline(0.0, color=style.GREY, lw=0.6)
    panels[1, 0].set(xscale="log", xlabel="lag (s)", ylabel="$g_2 - 1$", title=group.attrs["normalisation"].split(":")[0] + " normalisation")
    style.legend_beside(panels[1, 0], title="q (1/Å), φ" if has_sectors else "q (1/Å)")
    panels[1, 1].set(xscale="log", yscale="log", xlabel="lag (s)", ylabel=r"$\sigma$ of $g_2$", title="errors: closed form (lines), blocks of pixels (dots)")
    figure.savefig(figure_path)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: python3 scripts/report/correlate.py RESULTS.hdf FIGURE")
    drawing.without_window("h5py")
    draw(*sys.argv[1:])


if __name__ == "__main__":
    main()
