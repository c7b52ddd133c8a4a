# SPDX-License-Identifier: BSD-3-Clause
"""Figure of a dynamics observer: relaxation, displacements and their heterogeneity over decades of time."""
import glob
import os

import h5py
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from style import CYCLE, GREY, ORANGE, plain_log_ticks, sequence

KIND = b"dynamics"


def entries(run):
    """Names of the entries of kind "dynamics", of the first replica."""
    for path in (os.path.join(p, "xpcs.h5") for p in run.replicas):
        if os.path.exists(path):
            with h5py.File(path, "r") as file:
                return [name for name in file if "kind" in file[name] and file[name]["kind"][()] == KIND]
    return []


class Dynamics:
    """What all replicas measured: of f numerators and denominators are added, of the rest the mean is taken."""

    def __init__(self, run, entry):
        def mean(name):
            found = run.dataset(entry, name)
            lags = min(a.shape[self.lag_axis(name)] for a in found)
            return np.mean([a.take(range(lags), self.lag_axis(name)) for a in found], axis=0)

        self.waiting = run.dataset(entry, "coherent_scattering/waiting_time_ps")[0]
        self.q = run.dataset(entry, "coherent_scattering/q_inv_A")[0]
        self.replicas = len(run.dataset(entry, "coherent_scattering/f"))
        a, b = (mean(f"coherent_scattering/square_at_{at}") for at in ("waiting_time", "lag"))
        self.f = mean("coherent_scattering/numerator") / np.sqrt(a * b)
        self.lag = run.dataset(entry, "coherent_scattering/lag_ps")[0][:self.f.shape[-1]]
        self.self_part = mean("self_scattering/f") if run.dataset(entry, "self_scattering/f") else None
        self.msd = mean("mean_square_displacement/msd")
        self.alpha_2 = mean("non_gaussian/alpha_2")
        self.chi4 = mean("chi4/sub_boxes")
        self.groups = [name.decode() for name in run.dataset(entry, "overlap/species")[0]]

    @staticmethod
    def lag_axis(name):
        return 2 if name.startswith(("coherent", "self")) else 1


def figure(run, entry):
    d = Dynamics(run, entry)
    if len(d.lag) < 3:
        return None
    drawn, (panels) = plt.subplots(2, 2, figsize=(8.8, 6.4))
    which = {0: "-", len(d.waiting) - 1: "--"} if len(d.waiting) > 1 else {0: "-"}
    _decays(panels[0][0], d, d.f, which, "coherent $f(q,t)$")
    if d.self_part is not None:
        _decays(panels[0][1], d, d.self_part[..., 0], which, f"self part $F_s(q,t)$ of {d.groups[0]}")
    else:
        panels[0][1].axis("off")
    _displacements(panels[1][0], d, which)
    _heterogeneity(panels[1][1], d, which)
    for axes in panels.flat:
        if axes.axison:
            axes.set_xscale("log")
            axes.set_xlabel("lag $t$ (ps)")
            plain_log_ticks(axes.xaxis)
    return drawn


def _decays(axes, d, table, which, label):
    colours = sequence(len(d.q))
    for k, q in enumerate(d.q):
        for w, line in which.items():
            axes.plot(d.lag[1:], table[w, k, 1:], line, color=colours[k], label=f"{q:g} 1/Å" if w == 0 else None)
    axes.axhline(0.0, color=GREY, lw=0.6)
    axes.set_ylabel(label)
    axes.set_ylim(top=1.03)
    axes.legend(title="$q$", loc="best")


def _displacements(axes, d, which):
    for g, name in enumerate(d.groups[:-1]):
        for w, line in which.items():
            axes.plot(d.lag[1:], d.msd[w, 1:, g], line, color=CYCLE[g % len(CYCLE)], label=name if w == 0 else None)
    axes.set_yscale("log")
    axes.set_ylabel(r"mean square displacement (Å$^2$)")
    handles, labels = axes.get_legend_handles_labels()
    if len(which) > 1:
        first, last = (f"$t_w$ = {d.waiting[w]:g} ps" for w in which)
        handles += [Line2D([], [], color=GREY), Line2D([], [], color=GREY, ls="--")]
        labels += [first, last]
    axes.legend(handles, labels, loc="best")


def _heterogeneity(axes, d, which):
    for w, line in which.items():
        axes.plot(d.lag[1:], d.alpha_2[w, 1:, -1], line, color=CYCLE[0])
    axes.set_ylabel(r"non-Gaussian parameter $\alpha_2$", color=CYCLE[0])
    axes.axhline(0.0, color=GREY, lw=0.6)
    if not np.isfinite(d.chi4).any():
        return
    other = axes.twinx()
    for w, line in which.items():
        other.plot(d.lag[1:], d.chi4[w, 1:], line, color=ORANGE)
    other.set_ylabel(r"$\chi_4$ of sub-boxes", color=ORANGE)
    other.set_ylim(bottom=0.0)


def caption(run, entry):
    d = Dynamics(run, entry)
    return ("Relaxation over decades of time"
            + (f", mean of {d.replicas} replicas" if d.replicas > 1 else "")
            + f", from waiting times t<sub>w</sub> = {d.waiting[0]:g}"
            + (f" (solid) and {d.waiting[-1]:g} ps (dashed)" if len(d.waiting) > 1 else " ps")
            + ": coherent and self intermediate scattering, mean square displacements, and how unevenly atoms move "
              "(α<sub>2</sub> of all atoms; χ<sub>4</sub> from the scatter of the overlap among sub-boxes).")
