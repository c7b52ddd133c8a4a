# SPDX-License-Identifier: BSD-3-Clause
"""Figures of the glass state: scans that heat, with c_p and the fictive temperature, T_g against the rate, and tau(T) with its laws."""
import matplotlib.pyplot as plt
import numpy as np

from style import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, sequence

LAWS = {"arrhenius": GREY, "vft": RED, "myega": PURPLE}


def _name(scan, several):
    return (f"{scan['folder'].rstrip('/').split('/')[-1]}, " if several else "") + f"step {scan['protocol_step']}"


def heating_figure(scans):
    """c_p(T) of each scan, with its errors and its fictive temperature."""
    drawn = [s for s in scans if s["heat_capacity"]["found"]]
    if not drawn:
        return None
    several = len({s["folder"] for s in drawn}) > 1
    figure, axes = plt.subplots(figsize=(5.6, 3.8))
    for scan, colour in zip(drawn, sequence(len(drawn))):
        c, f = scan["heat_capacity"], scan["fictive_temperature"]
        T, cp, error = (np.array(c[k], dtype=float) for k in ("temperature_K", "cp_eV_per_K_atom", "cp_errors_eV_per_K_atom"))
        label = _name(scan, several)
        if f["found"]:
            label += rf": $T_f$ = {f['fictive_temperature_K']:.0f} K ({f['range_K'][0]:.0f}–{f['range_K'][1]:.0f})"
            axes.axvline(f["fictive_temperature_K"], color=colour, lw=0.9, ls=":")
            for line in ("glass", "liquid"):
                axes.plot(f["windows"][line + "_K"], [1e3 * f[line + "_line"]["slope_per_K"]] * 2, color=colour, lw=2.2, alpha=0.55)
        axes.fill_between(T, 1e3 * (cp - error), 1e3 * (cp + error), color=colour, alpha=0.25, lw=0)
        axes.plot(T, 1e3 * cp, color=colour, label=label)
    axes.set(xlabel="temperature (K)", ylabel=r"$c_p$ (meV/K per atom)")
    axes.legend(fontsize=7.6)
    return figure


def heating_caption(scans):
    windows = ", ".join(sorted({f"{s['heat_capacity']['window_K']:g} K" for s in scans}))
    words = (f"Heat capacity of scans that heat: slope of H over windows of {windows}, so that nothing narrower is resolved; bands: standard errors; neighbouring points share rows. "
             "Thick bars: the windows of the glass and of the liquid, at their constant c<sub>p</sub>; dotted: fictive temperature T<sub>f</sub>, where areas above and below are equal "
             "(Moynihan 1976). T<sub>f</sub> belongs to its rate.")
    refused = [f"step {s['protocol_step']}: {s['fictive_temperature']['reason']}" for s in scans if not s["fictive_temperature"]["found"]]
    return words + (" No T<sub>f</sub>: " + "; ".join(refused) + "." if refused else "")


def rates_figure(rates):
    """T_g of quenches against their rates, with the straight line through them."""
    figure, axes = plt.subplots(figsize=(5.2, 3.8))
    points = rates["points"]
    axes.errorbar([p["rate_K_per_s"] for p in points], [p["Tg_K"] for p in points], [p["error_K"] for p in points], fmt="o", ms=4.5, color="k", lw=0.9)
    if rates["found"]:
        slope = rates["slope_K_per_decade"]
        x = np.geomspace(points[0]["rate_K_per_s"], points[-1]["rate_K_per_s"], 2)
        axes.plot(x, rates["Tg_at_reference_K"]["value"] + slope["value"] * np.log10(x / rates["reference_rate_K_per_s"]), color=RED, lw=1.2,
                  label=f"{slope['value']:.1f} ± {slope['error']:.1f} K a decade")
        axes.legend(fontsize=8)
    axes.set(xscale="log", xlabel="cooling rate (K/s)", ylabel=r"$T_g$ of the enthalpy (K)")
    return figure


def tau_figure(tau):
    """log tau against 1000/T: points, laws of equilibrium and glass, where they cross, T_g."""
    unit = tau["unit"]
    figure, axes = plt.subplots(figsize=(5.6, 4.2))

    def points(which, colour, marker, label):
        rows = tau[which]
        if rows:
            T, y, e = (np.array([r[k] for r in rows], dtype=float) for k in ("temperature_K", "tau_" + unit, "log_tau_error"))
            axes.errorbar(1000 / T, y, [y * -np.expm1(-e), y * np.expm1(e)], fmt=marker, ms=4.5, color=colour, lw=0.9, label=label, zorder=3)

    def curve(law, colour, label, style="-"):
        if law.get("found") and law.get("curve"):
            T, y, e = (np.array(law["curve"][k], dtype=float) for k in ("temperature_K", "log_tau", "log_tau_error"))
            axes.fill_between(1000 / T, np.exp(y - e), np.exp(y + e), color=colour, alpha=0.18, lw=0)
            axes.plot(1000 / T, np.exp(y), style, color=colour, lw=1.2, label=label)

    for law in tau["laws"]:
        best = law["name"] == tau["best"]
        curve(law, LAWS[law["name"]], law["name"] + (" (best)" if best else "") + (f": χ² {law['chi_squared']:.1f}/{law['degrees_of_freedom']}, AICc {law['aicc']:.1f}"
                                                                                 if law.get("found") and law["aicc"] is not None else ""), "-" if best else "--")
    curve(tau["glass_law"], BLUE, "glass: Arrhenius")
    points("equilibrium", "k", "o", "equilibrium")
    points("glass", BLUE, "s", "glass")
    if tau["branches_cross"]["found"]:
        at = tau["branches_cross"]["temperature_K"]
        axes.axvspan(1000 / (at["value"] + at["error"]), 1000 / (at["value"] - at["error"]), color=ORANGE, alpha=0.4, lw=0, label=f"branches cross: {at['value']:.0f} ± {at['error']:.0f} K")
    at = tau["glass_point"]
    if at and at["found"]:
        axes.errorbar(1000 / at["Tg_K"]["value"], tau["glass_tau_" + unit], xerr=1000 * at["Tg_K"]["error"] / at["Tg_K"]["value"] ** 2, fmt="*", ms=9, color=GREEN,
                      label=f"$T_g$ = {at['Tg_K']['value']:.0f} ± {at['Tg_K']['error']:.0f} K, m = {at['fragility']['value']:.0f} ± {at['fragility']['error']:.0f}")
    axes.set(yscale="log", xlabel="1000 K / T", ylabel=rf"$\tau$ ({unit})")
    axes.legend(fontsize=7.2)
    return figure


def tau_caption(tau):
    refused = "; ".join(f"{law['name']} refused: {law['reason']}" for law in tau["laws"] if not law["found"])
    return f"Relaxation times against temperature; branches told apart {tau['branches_told_apart']}. {tau['text']}." + (f" {refused}." if refused else "")
