# SPDX-License-Identifier: BSD-3-Clause
"""What readers found of g2, over the truth: of the stationary movie by multi-tau, of the ageing one in windows of starts."""
import numpy as np

from correlators import multi_tau_lags

MARKS = {"boost_corr": "o", "xpcs_eigen": "x", "scikit_beam": "+", "xpcs_correlator": "^", "dynamix": "v"}


def draw(rows, interval_s, path):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import style
    style.use()
    curves = [row for row in rows if row.kind == "g2"]
    stationary = [row for row in curves if row.movie == "stationary" and row.quantity == "g2, multi-tau"]
    windows = [row for row in curves if row.movie == "ageing" and row.values.ndim == 3]
    figure, axes = plt.subplots(2, 2, figsize=(7.2, 4.6), sharex="col", height_ratios=[2.2, 1.0])

    def curve(column, row, part, colour, label):
        top, below = axes[:, column]
        shown = np.isin(row.lags, [lag for lag, _ in multi_tau_lags(1 + int(row.lags.max()))])  # else they crowd
        t, found, true, error = (x[shown] for x in (row.lags * interval_s, row.values[part], row.expected[part], row.errors[part]))
        top.plot(t, true - 1.0, color=colour, lw=1.0)
        top.errorbar(t, found - 1.0, error, fmt=MARKS[row.reader], ms=4, mfc="none", mew=0.8, color=colour, lw=0.6, label=label)
        below.plot(t, (found - true) / error, MARKS[row.reader], ms=4, mfc="none", mew=0.8, color=colour)

    for row in stationary:
        for ring, colour in enumerate((style.BLUE, style.RED)):
            curve(0, row, np.s_[:, ring], colour, row.reader if ring == 0 else None)
    for row in windows:
        for window in range(row.values.shape[1]):
            colour = style.sequence(row.values.shape[1])[window]
            curve(1, row, np.s_[:, window, 0], colour, f"window {window + 1}")
    for column, title in ((0, "stationary, two rings: multi-tau"), (1, "ageing, inner ring: xpcs_eigen in windows")):
        axes[0, column].set(title=title, xscale="log")
        axes[1, column].set(xlabel="lag (s)", ylim=(-4, 4))
        axes[1, column].axhline(0.0, color=style.GREY, lw=0.8)
        if axes[0, column].get_legend_handles_labels()[1]:
            axes[0, column].legend()
    axes[0, 0].set_ylabel("$g_2 - 1$")
    axes[1, 0].set_ylabel(r"off by ($\sigma$)")
    figure.savefig(path)
