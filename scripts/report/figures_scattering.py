# SPDX-License-Identifier: BSD-3-Clause
"""Scattering figures: S(q), f(q,t) with fits, the two-time map, tau and beta against waiting time, self parts."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from style import BLUE, CYCLE, GREY, ORANGE, RED, plain_log_ticks, sequence

FITTED = ("fitted", "exponent fixed")


def array(values):
    """JSON's null as NaN."""
    return np.array(values, dtype=float)


def poor(fit):
    """chi^2 beyond its 99.9 % quantile [Wilson and Hilferty, PNAS 17 (1931) 684]."""
    n = fit["degrees_of_freedom"]
    return n > 0 and fit["chi_squared"] > n * (1 - 2 / (9 * n) + 3.09 * (2 / (9 * n)) ** 0.5) ** 3


def has_lags(relaxation):
    return any(lag > 0 for lag in relaxation["lag_ps"])


def kww(fit, t):
    return fit["amplitude"]["value"] * np.exp(-(t / fit["tau_ps"]["value"]) ** fit["kww_exponent"]["value"])


def structure_figure(run, structure):
    entry = structure["entry"]
    pairs = run.dataset(entry, "partials_faber_ziman/pairs")
    partials = run.dataset(entry, "partials_faber_ziman/S")
    partial_q = run.dataset(entry, "partials_faber_ziman/q_inv_A")
    figure, panels = plt.subplots(1, 2 if partials else 1, figsize=(8.6 if partials else 5.0, 3.5), squeeze=False)
    q, s, error = (array(structure[key]) for key in ("q_inv_A", "S_x", "S_x_errors"))
    axes = panels[0][0]
    axes.fill_between(q, s - error, s + error, color=BLUE, alpha=0.3, lw=0)
    axes.plot(q, s, color=BLUE)
    peak = structure.get("main_peak")
    if peak:
        axes.axvline(peak["q_inv_A"], color=GREY, lw=0.8, ls="--")
        axes.annotate(rf"$q_1$ = {peak['q_inv_A']:.3f} ± {peak['q_error_inv_A']:.3f} Å$^{{-1}}$" "\n"
                      f"height {peak['height']:.2f} ± {peak['height_error']:.2f} (parabola)",
                      (0.97, 0.95), xycoords="axes fraction", ha="right", va="top")
    axes.axhline(1.0, color=GREY, lw=0.6)
    axes.set(xlabel=r"$q$ (Å$^{-1}$)", ylabel=r"X-ray structure factor $S_x(q)$", xlim=(0, q.max()))
    if partials:
        axes = panels[0][1]
        names = [n.decode() if isinstance(n, bytes) else str(n) for n in pairs[0]] if pairs else []
        # Replicas' cells differ, and with them their q: brought to those of the first by interpolation.
        for k in range(partials[0].shape[1]):
            name = names[k] if k < len(names) else f"pair {k + 1}"
            each = np.array([np.interp(partial_q[0], x, s[:, k]) for x, s in zip(partial_q, partials)])
            mean, error = each.mean(axis=0), each.std(axis=0, ddof=1) / np.sqrt(len(each)) if len(each) > 1 else 0.0
            axes.fill_between(partial_q[0], mean - error, mean + error, color=CYCLE[k], alpha=0.3, lw=0)
            axes.plot(partial_q[0], mean, color=CYCLE[k], ls=["-", "--", "-."][k % 3], label=name)
        axes.axhline(1.0, color=GREY, lw=0.6)
        axes.set(xlabel=r"$q$ (Å$^{-1}$)", ylabel="partials $S_{ab}(q)$ (Faber–Ziman)", xlim=(0, q.max()))
        axes.legend()
    return figure


def _curves(axes, residuals, relaxation, curves, t_min):
    """Points with error bars, fits as lines (solid inside the fit window), residuals in units of sigma."""
    lag = array(relaxation["lag_ps"])
    colours = sequence(len(curves["fits"]))
    for fit, f, error, colour in zip(curves["fits"], curves["f"], curves["f_errors"], colours):
        f, error = array(f), array(error)
        good = np.isfinite(f) & (lag > 0)
        if not good.any():
            continue
        axes.errorbar(lag[good], f[good], error[good], fmt="o", ms=2.6, lw=0.8, capsize=0, color=colour,
                      label=f"{fit['waiting_time_ps']:g} ps")
        if fit["status"] not in FITTED:
            continue
        fine = np.geomspace(lag[good].min(), lag[good].max(), 300)
        inside = fine >= fit["fit_window_ps"][0]
        axes.plot(fine[inside], kww(fit, fine[inside]), color=colour, lw=1.2)
        window = good & (lag >= fit["fit_window_ps"][0] * (1 - 1e-9)) & (error > 0)
        residuals.plot(lag[window], (f[window] - kww(fit, lag[window])) / error[window], ".-", ms=3, lw=0.6,
                       color=colour)
    axes.axvspan(axes.get_xlim()[0], t_min, color=GREY, alpha=0.12, lw=0)


def relaxation_figure(run, relaxation):
    if not has_lags(relaxation):
        return None
    t_min = run.analysis["conventions"]["fit_after_ps"]
    any_fit = any(fit["status"] in FITTED for fit in relaxation["coherent"]["fits"])
    if any_fit:
        figure, (axes, residuals) = plt.subplots(2, 1, figsize=(6.4, 5.2), sharex=True,
                                                 gridspec_kw={"height_ratios": [3.4, 1]})
        residuals.axhline(0.0, color="k", lw=0.6)
        residuals.axhspan(-2, 2, color=GREY, alpha=0.12, lw=0)
        residuals.set_ylabel(r"residual / $\sigma$")
        residuals.set_xlabel("lag $t$ (ps)")
    else:
        figure, axes = plt.subplots(figsize=(6.4, 4.0))
        residuals = None
        axes.set_xlabel("lag $t$ (ps)")
    lag = array(relaxation["lag_ps"])
    axes.set_xscale("log")
    axes.set_xlim(0.8 * lag[lag > 0].min(), 1.25 * lag.max())
    _curves(axes, residuals, relaxation, relaxation["coherent"], t_min)
    axes.set_ylabel(r"intermediate scattering function $f(q,t)$")
    handles, labels = axes.get_legend_handles_labels()
    if any_fit:
        handles, labels = handles + [Line2D([], [], color=GREY)], labels + ["KWW fit"]
    axes.legend(handles, labels, title="waiting time $t_w$", loc="best")
    low = np.nanmin(array(relaxation["coherent"]["f"]))
    axes.set_ylim(min(low - 0.05, 0.0), 1.03)
    axes.axhline(0.0, color=GREY, lw=0.6)
    plain_log_ticks(axes.xaxis)
    return figure


def self_figure(run, relaxation):
    if not has_lags(relaxation):
        return None
    t_min = run.analysis["conventions"]["fit_after_ps"]
    lag = array(relaxation["lag_ps"])
    figure, axes = plt.subplots(figsize=(5.6, 3.8))
    axes.set_xscale("log")
    axes.set_xlim(0.8 * lag[lag > 0].min(), 1.25 * lag.max())
    which = {0, len(relaxation["waiting_time_ps"]) - 1}
    markers = {min(which): "o", max(which): "s"} if len(which) > 1 else {0: "o"}
    for number, curves in enumerate(relaxation["self"]):
        for w in sorted(which):
            f, error, fit = array(curves["f"][w]), array(curves["f_errors"][w]), curves["fits"][w]
            good = np.isfinite(f) & (lag > 0)
            filled = CYCLE[number] if w == min(which) else "white"
            label = f"{curves['label']}, $t_w$ = {fit['waiting_time_ps']:g} ps"
            if fit["status"] in FITTED:
                tau, beta = fit["tau_ps"], fit["kww_exponent"]
                low, high = tau["interval_68"]
                # An interval around a curve that misses the points says nothing.
                interval = "" if poor(fit) else f" ({low:.3g}–{high:.3g})"
                label += (rf": $\tau_s$ = {tau['value']:.3g}{interval} ps, $\beta$ = {beta['value']:.2f}, "
                          rf"$\chi^2$ {fit['chi_squared']:.0f}/{fit['degrees_of_freedom']}" + (", poor fit" if poor(fit) else ""))
                fine = np.geomspace(fit["fit_window_ps"][0], lag[good].max(), 200)
                axes.plot(fine, kww(fit, fine), color=CYCLE[number], lw=1, ls="-" if w == min(which) else "--")
            else:
                label += ": no fit"
            axes.errorbar(lag[good], f[good], np.nan_to_num(error[good]), fmt=markers[w], ms=3, lw=0.8, capsize=0,
                          color=CYCLE[number], mfc=filled, label=label)
    axes.axhline(0.0, color=GREY, lw=0.6)
    axes.set(xlabel="lag $t$ (ps)", ylabel=r"self part $F_s(q,t)$")
    axes.set_ylim(top=1.05)
    plain_log_ticks(axes.xaxis)
    axes.axvspan(axes.get_xlim()[0], t_min, color=GREY, alpha=0.12, lw=0)
    axes.legend(loc="best", fontsize=7.8)
    return figure


def two_time_figure(run, relaxation):
    """C(t1,t2) - 1 averaged over replicas; the diagonal (same frame twice) takes its neighbours' mean."""
    entry = relaxation["entry"]
    maps = run.dataset(entry, "two_time/correlation")
    times = run.dataset(entry, "two_time/t1_ps")
    if not maps or not times:
        return None
    t = times[0]
    if len(t) < 3:
        return None
    c = np.mean([m for m in maps if m.shape == maps[0].shape], axis=0) - 1.0
    n = len(t)
    diagonal = np.arange(n)
    c[diagonal, diagonal] = np.nan
    shown = c.copy()
    beside = np.array([np.nanmean([c[i, j] for j in (i - 1, i + 1) if 0 <= j < n]) for i in range(n)])
    shown[diagonal, diagonal] = beside
    step = (t[-1] - t[0]) / max(n - 1, 1)
    extent = [t[0] - step / 2, t[-1] + step / 2] * 2
    figure, axes = plt.subplots(figsize=(5.4, 4.5))
    top = min(1.0, np.nanpercentile(beside, 90))
    image = axes.imshow(shown, origin="lower", extent=extent, cmap="viridis", vmin=min(0.0, np.nanpercentile(c, 2)),
                        vmax=top, interpolation="nearest")
    _contour(axes, t, _smoothed(shown, max(1, n // 60)), np.exp(-1) * top)
    bar = figure.colorbar(image, ax=axes, extend="both")
    bar.set_label(r"$C(t_1,t_2) - 1$")
    axes.set(xlabel=r"$t_1$ since the step began (ps)", ylabel=r"$t_2$ since the step began (ps)")
    axes.tick_params(color="w")
    return figure


def _contour(axes, t, smooth, level):
    """The contour of the ridge; islands of noise are left out."""
    if not np.nanmin(smooth) < level < np.nanmax(smooth):
        return
    drawn = axes.contour(t, t, smooth, levels=[level], alpha=0)
    for piece in drawn.allsegs[0]:
        if np.ptp(piece, axis=0).max() > 0.15 * (t[-1] - t[0]):
            axes.plot(piece[:, 0], piece[:, 1], color="w", lw=1)


def _smoothed(matrix, half):
    """Running mean along both axes, for the contour only."""
    kernel = np.ones(2 * half + 1) / (2 * half + 1)
    out = np.pad(matrix, half, mode="edge")
    out = np.apply_along_axis(lambda v: np.convolve(v, kernel, "valid"), 0, out)
    return np.apply_along_axis(lambda v: np.convolve(v, kernel, "valid"), 1, out)


def _bars(axes, fits, key, **how):
    good = [f for f in fits if f["status"] in FITTED]
    if not good:
        return
    x = array([f["waiting_time_ps"] for f in good])
    y = array([f[key]["value"] for f in good])
    limits = array([f[key]["interval_68"] for f in good])
    axes.errorbar(x, y, np.clip([y - limits[:, 0], limits[:, 1] - y], 0, None), **how)


def law_tau(law, t):
    p = {name: value["value"] for name, value in law["parameters"].items()}
    if law["name"] == "exponential":
        return p["tau0_ps"] * np.exp(t / p["tau_star_ps"])
    if law["name"] == "plateau":
        return p["tau0_ps"] * np.exp(np.minimum(t, p["plateau_from_ps"]) / p["tau_star_ps"])
    if law["name"] == "power":
        return p["tau0_ps"] * (1.0 + t / p["t0_ps"]) ** p["mu"]
    if law["name"] == "logarithmic":
        return p["tau0_ps"] * (1.0 + p["A"] * np.log1p(t / p["t0_ps"]))
    if law["name"] == "stretched":
        return p["tau0_ps"] * np.exp((t / p["tau_star_ps"]) ** p["nu"])
    if law["name"] == "piecewise":
        return np.where(t < p["change_at_ps"], p["tau0_ps"], p["tau1_ps"])
    return np.full_like(t, p["tau0_ps"])


def _bounds(axes, left_out):
    """Arrows up from the lower bounds of tau at waiting times without a fit."""
    bounds = [one for one in left_out if "tau_above_ps" in one]
    if bounds:
        tau = array([b["tau_above_ps"] for b in bounds])
        axes.errorbar(array([b["waiting_time_ps"] for b in bounds]), tau, 0.15 * tau, lolims=True, fmt="_", ms=7, color="k",
                      lw=1, label=r"no fit: $\tau$ is above")


def ageing_figure(run, relaxation):
    """tau and the KWW exponent against waiting time, with the law that won."""
    coherent = relaxation["coherent"]["fits"]
    if not any(f["status"] in FITTED for f in coherent):
        return None
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(5.8, 5.2), sharex=True,
                                          gridspec_kw={"height_ratios": [1.6, 1]})
    common = relaxation["common_shape"]["fits"]
    centred = relaxation["age_centred"]["fits"]
    _bars(upper, coherent, "tau_ps", fmt="o", ms=4, color=GREY, alpha=0.75, label="free shape")
    judged = relaxation["ageing"]["points"]
    if judged and relaxation["common_shape"]["found"]:
        x, y = array([f["waiting_time_ps"] for f in judged]), array([f["tau_ps"] for f in judged])
        limits = array([f["interval_68"] for f in judged])
        upper.errorbar(x, y, np.clip([y - limits[:, 0], limits[:, 1] - y], 0, None), fmt="s", ms=4.5, color=BLUE,
                       elinewidth=1.5, label="one shape for all $t_w$")
    _bars(upper, centred, "tau_ps", fmt="^", ms=5, color=ORANGE, mfc="white", label="age-centred cuts, free shape")
    verdict = relaxation["ageing"]
    if verdict["law_known"] or verdict["tau_constant"]:
        law = next(law for law in verdict["laws"] if law["name"] == verdict["best"])
        t = np.linspace(0, max(f["waiting_time_ps"] for f in judged), 300)
        upper.plot(t, law_tau(law, t), color=RED, lw=1.2,
                   label=law["name"] + (" law" if verdict["tau_changes"] else ": no change seen"))
    _bounds(upper, verdict["left_out"])
    upper.set_yscale("log")
    plain_log_ticks(upper.yaxis)
    if np.ptp(np.log10(upper.get_ylim())) < 1.3:
        upper.yaxis.set_minor_formatter(upper.yaxis.get_major_formatter())
        upper.tick_params(axis="y", which="minor", labelsize=7.5)
    upper.set_ylabel(r"relaxation time $\tau$ (ps)")
    upper.legend(fontsize=8)
    _bars(lower, coherent, "kww_exponent", fmt="o", ms=4, color=GREY)
    _bars(lower, centred, "kww_exponent", fmt="^", ms=5, color=ORANGE, mfc="white")
    if relaxation["common_shape"]["found"]:
        beta = relaxation["common_shape"]["kww_exponent"]
        lower.axhline(beta["value"], color=BLUE, lw=1)
        lower.axhspan(beta["value"] - beta["error"], beta["value"] + beta["error"], color=BLUE, alpha=0.15, lw=0)
    lower.axhline(1.0, color=GREY, lw=0.6, ls=":")
    lower.set(xlabel="waiting time $t_w$ (ps)", ylabel=r"KWW exponent $\beta$")
    figure.align_ylabels()
    return figure
