# SPDX-License-Identifier: BSD-3-Clause
"""Draws frames of a detector, of `patina synth` or of a run: a frame, the mean frame, the rings, C(t1, t2) and g2 of the frames beside the truth.

Usage: python3 scripts/report/frames.py FOLDER/frames FIGURE (of a run: FOLDER/frames/LABEL). Needs matplotlib and h5py. C and g2 are computed here, from the raw frames
and the map alone, of as many frames as fit into some memory.
"""
import os
import sys

import drawing

MOST_NUMBERS = 4e7  # of one ring in memory
MOST_NAMES = 12     # in a legend


def frames_of(folder):
    """The shape of the record, and a reader of frames first .. last - 1 as rows of pixels, from whichever file is there."""
    import h5py
    import numpy as np

    dense = os.path.join(folder, "s0001.h5")
    if os.path.exists(dense):
        data = h5py.File(dense, "r")["/entry/data/data"]
        return data.shape, lambda first, last: data[first:last].reshape(last - first, -1)
    events = h5py.File(os.path.join(folder, "s0001_events.h5"), "r")["/entry_0000/measurement/data"]
    shape = tuple(int(n) for n in events.attrs["shape"])
    pointer = events["frame_ptr"][:]

    def read(first, last):
        rows = np.zeros((last - first, shape[1] * shape[2]), np.uint32)
        begin, end = int(pointer[first]), int(pointer[last])
        row = np.repeat(np.arange(last - first), np.diff(pointer[first:last + 1]).astype(int))
        rows[row, events["index"][begin:end]] = events["intensity"][begin:end]
        return rows
    return shape, read


def _correlations(shape, read, pixels):
    """C(t1, t2) of the first frames: as many as fit."""
    import numpy as np

    count = int(min(shape[0], max(2, MOST_NUMBERS / len(pixels)), 2000))
    counts = np.empty((count, len(pixels)), np.float32)
    step = max(1, int(MOST_NUMBERS / (shape[1] * shape[2])))
    for first in range(0, count, step):
        counts[first:first + step] = read(first, min(first + step, count))[:, pixels]
    mean = counts.mean(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return counts @ counts.T / len(pixels) / np.outer(mean, mean)


def _multi_tau(measured, delay):
    """What a multi-tau correlator finds: C of means over 2^l frames on the level of the delay, the mean over blocks."""
    import numpy as np

    averaged = 1
    while delay > 8 * averaged:
        averaged *= 2
    blocks, lag = len(measured) // averaged, delay // averaged
    if blocks <= lag:
        return np.nan
    used = blocks * averaged
    return np.nanmean(np.diagonal(measured[:used, :used].reshape(blocks, averaged, blocks, averaged).mean((1, 3)), lag))


def show_image(figure, axes, picture, title, label, mask=None, **style):
    import numpy as np

    shown = np.ma.masked_array(picture, mask)
    drawn = axes.imshow(shown, interpolation="nearest", **style)
    axes.set(title=title, xlabel="column", ylabel="row")
    figure.colorbar(drawn, ax=axes, label=label, shrink=0.85)


def _two_time(figure, axes, measured, truth, stride, interval, unit):
    """The frames where t2 > t1, the truth where t1 > t2."""
    import numpy as np

    n = min(len(measured[::stride]), len(truth))
    both = np.triu(measured[::stride, ::stride][:n, :n], 1) + np.tril(truth[:n, :n], -1)
    both[np.arange(n), np.arange(n)] = np.nan
    low, high = np.nanpercentile(np.tril(truth[:n, :n], -1)[np.tril_indices(n, -1)], [0.5, 99.5]) - 1.0
    edge = n * stride * interval
    drawn = axes.imshow(both - 1.0, origin="lower", extent=(0, edge, 0, edge), cmap="viridis", vmin=min(low, 0.0), vmax=max(high, 1e-3) * 1.1)
    axes.text(0.96, 0.04, "frames", transform=axes.transAxes, ha="right", color="white")
    axes.text(0.04, 0.96, "truth", transform=axes.transAxes, va="top", color="white")
    axes.set(xlabel=f"$t_2$ ({unit})", ylabel=f"$t_1$ ({unit})")
    figure.colorbar(drawn, ax=axes, label="$C(t_1, t_2) - 1$", shrink=0.85)


def _interval(results):
    """From frame to frame, with its unit: the simulated time, where atoms moved."""
    interval = float(results["/entry/instrument/detector_1/frame_time"][()])
    seconds_per_ps = results["/truth"].attrs.get("seconds_per_ps")
    return (interval, "s") if seconds_per_ps is None else (interval / float(seconds_per_ps), "ps")


def drawn(folder):
    """The figure of one set of frames."""
    import h5py
    import matplotlib.pyplot as plt
    import numpy as np
    import style

    results = h5py.File(os.path.join(folder, "s0001_results.hdf"), "r")
    shape, read = frames_of(folder)
    mask = results["/xpcs/qmap/mask"][:] == 0
    dynamic = results["/xpcs/qmap/dynamic_roi_map"][:]
    q, phi = results["/entry/instrument/masks/dynamic_q_list"][:], results["/entry/instrument/masks/dynamic_phi_list"][:]
    has_sectors = len(np.unique(phi)) > 1
    names = [style.bin_name(*place) for place in (zip(q, phi) if has_sectors else zip(q))]
    interval, unit = _interval(results)
    delays, g2 = results["/xpcs/multitau/delay_list"][:], results["/xpcs/multitau/normalized_g2"][:]
    errors, stride = results["/xpcs/multitau/normalized_g2_err"][:], int(results["/xpcs/twotime/config/stride_frame"][()])

    figure, panels = plt.subplots(2, 3, figsize=(12.5, 7.4))
    frame = read(0, 1)[0].reshape(shape[1:])
    mean = results["/xpcs/temporal_mean/scattering_2d"][:].reshape(shape[1:])
    good = mean[~mask]
    show_image(figure, panels[0, 0], frame, "first frame", "photons", vmax=max(2.0, np.percentile(frame[~mask], 99.8)), cmap="magma")
    show_image(figure, panels[0, 1], mean, f"mean of {shape[0]} frames", "photons", mask, cmap="magma", vmin=0.0, vmax=np.percentile(good, 99.8))
    parts = results["/xpcs/qmap/static_roi_map"][:]
    show_image(figure, panels[0, 2], parts, "static parts; white: in none", "part", dynamic == 0, cmap=plt.get_cmap("tab20", int(parts.max())),
           vmin=0.5, vmax=parts.max() + 0.5)

    colours = style.sequence(len(q))
    named = np.unique(np.linspace(0, len(q) - 1, min(MOST_NAMES, len(q))).astype(int))
    for k, colour in enumerate(colours):
        measured = _correlations(shape, read, np.flatnonzero(dynamic.ravel() == k + 1))
        if k == 0:
            _two_time(figure, panels[1, 0], measured, results["/entry/twotime/two_time_corr_func"][0], stride, interval, unit)
            panels[1, 0].set_title(f"q = {names[0]} (1/Å{', φ' if has_sectors else ''})")
        seen = delays < len(measured)
        found = np.array([_multi_tau(measured, int(delay)) for delay in delays[seen]])
        panels[1, 1].errorbar(delays[seen] * interval, found - 1.0, errors[seen, k], fmt="o", ms=3, lw=0.8, color=colour)
        panels[1, 1].plot(delays * interval, g2[:, k] - 1.0, color=colour, label=names[k] if k in named else None)
        if len(measured) == shape[0]:
            panels[1, 2].plot(delays[seen] * interval, (found - g2[seen, k]) / errors[seen, k], "o-", ms=3, lw=0.8, color=colour)
    panels[1, 1].axhline(0.0, color=style.GREY, lw=0.6)
    panels[1, 1].set(xscale="log", xlabel=f"lag ({unit})", ylabel="$g_2 - 1$", title="points: the frames; lines: the truth")
    style.legend_beside(panels[1, 1], title="q (1/Å), φ" if has_sectors else "q (1/Å)")
    panels[1, 2].axhspan(-1.0, 1.0, color="0.9", lw=0)
    panels[1, 2].set(xscale="log", xlabel=f"lag ({unit})", ylabel=r"($g_2$ − truth) / $\sigma$", title="neighbouring lags go together")
    limit = max(3.5, *np.abs(panels[1, 2].get_ylim()))
    panels[1, 2].set_ylim(-limit, limit)
    return figure


def caption(folder):
    """Of frames of a run."""
    import h5py

    with h5py.File(os.path.join(folder, "s0001_results.hdf"), "r") as results:
        beam, first = results["/truth/beam"], results["/truth/shell00"]
        interval, unit = _interval(results)
        frames = len(results["/truth/record/frame"])
        speckles = float(first["pixels"][()]) / float(first["pixels_per_speckle"][()])
        text = (f"What a detector sees of {float(beam['atoms_under_beam'][()]):.0f} atoms under a beam of {float(beam['intensity_fwhm_A'][()]):.3g} Å "
                f"(full width at half maximum): {frames} frames, each {interval:.4g} {unit}, {float(first['photons_per_pixel'][()]):.3g} photons per pixel and "
                f"{speckles:.0f} speckles in the first ring. ")
    return text + ("Below: C(t<sub>1</sub>,t<sub>2</sub>) of the first ring and g<sub>2</sub> of all, of the counted photons, against the truth, which is what the "
                   "same frames have before photons are counted; bars and band are the errors of counting alone. How far so few speckles and atoms lie "
                   "from the sample's own f(q,t) is not in them.")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: python3 scripts/report/frames.py FOLDER/frames FIGURE")
    drawing.without_window("h5py")
    import style

    style.use()
    drawn(sys.argv[1]).savefig(sys.argv[2])


if __name__ == "__main__":
    main()
