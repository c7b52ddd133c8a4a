# SPDX-License-Identifier: BSD-3-Clause
"""The crossover (Figure 1): f(q1,t), tau(T) and the exponent across the glass transition.

Input: a quench, then holds at ascending temperatures. Rows F1a, F1b, F1c, P6.
"""
import math

from statistics_of import weighted

LAMMPS_K = (1200, 1500)  # where reference values exist


def fit_of(relaxation):
    """The last fitted waiting time, or None."""
    fitted = [f for f in relaxation["coherent"]["fits"] if f["status"] != "refused"]
    return fitted[-1] if fitted else None


def first_fall_to(level, lags, f):
    for k in range(1, len(f)):
        if f[k] is not None and f[k] < level <= f[k - 1]:
            part = (math.log(f[k - 1]) - math.log(level)) / (math.log(f[k - 1]) - math.log(f[k])) if f[k] > 0 else 0.5
            return lags[k - 1] + part * (lags[k] - lags[k - 1])
    return None


def at(x, xs, ys):
    for k in range(1, len(xs)):
        if xs[k - 1] <= x <= xs[k] and ys[k] is not None and ys[k - 1] is not None:
            return ys[k - 1] + (ys[k] - ys[k - 1]) * (x - xs[k - 1]) / (xs[k] - xs[k - 1])
    return None


def error_of_fall(point):
    """Of the time at which f is 1/e: the error of f there over its slope."""
    t, lags, f = point["tau_e_ps"], point["lag_ps"], point["f"]
    k = next(i for i, lag in enumerate(lags) if lag >= t)
    low, high = max(k - 2, 0), min(k + 2, len(lags) - 1)
    slope = abs(f[high] - f[low]) / (lags[high] - lags[low])
    return point["f_errors"][k] / slope


def superposition(points):
    """rms of f(t/tau) about the mean over temperatures, for 0.3 <= t/tau <= 3."""
    grid = [10 ** (-0.5 + k / 20) for k in range(21)]
    squares = []
    for x in grid:
        column = [v for v in (at(x * p["tau_e_ps"], p["lag_ps"], p["f"]) for p in points) if v is not None]
        if len(column) > 1:
            middle = sum(column) / len(column)
            squares += [(v - middle) ** 2 for v in column]
    return math.sqrt(sum(squares) / len(squares)) if squares else math.nan


def measure(study):
    folder = study.make("run")
    analysis = study.analysis(folder)
    points = []
    for one in analysis["relaxation"]:
        lags, f = one["lag_ps"], one["coherent"]["f"][0]
        errors = one["coherent"]["f_errors"][0]
        fit = fit_of(one)
        point = {"T_K": one["temperature_K"], "lag_ps": lags, "f": f, "f_errors": errors, "tau_e_ps": first_fall_to(math.exp(-1), lags, f)}
        if fit:
            point |= {"tau_ps": [fit["tau_ps"]["value"], fit["tau_ps"]["error"]], "exponent": [fit["kww_exponent"]["value"], fit["kww_exponent"]["error"]],
                      "exponent_fixed": fit["kww_exponent"]["fixed"], "amplitude": [fit["amplitude"]["value"], fit["amplitude"]["error"]]}
            plateau = fit["plateau"]
            if plateau["found"]:
                point["plateau"] = [plateau["value"], plateau["error"]]
        points.append(point)
    points.sort(key=lambda p: p["T_K"])
    tau = analysis["tau_of_temperature"]
    study.series = {"points": points, "laws": tau, "quench": [{"name": o["name"], "Tg_K": o.get("Tg_K")} for g in analysis["glass_transition"] for o in g["observables"]]}
    study.beside_paper(folder, "M1")
    study.note("f_at_no_lag", *max(((p["f"][0], 0.0) for p in points), key=lambda v: abs(v[0] - 1)))
    for p in points:
        reference = next((T for T in LAMMPS_K if abs(T - p["T_K"]) < 15), None)  # the sample's own mean temperature
        if reference and p["tau_e_ps"]:
            study.note(f"tau_e_{reference}K_ps", p["tau_e_ps"], error_of_fall(p))
        if reference and "exponent" in p:
            study.note(f"exponent_{reference}K", *p["exponent"])
    liquid = [p for p in points if "tau_ps" in p and not p["exponent_fixed"] and p["T_K"] >= 990]
    if len(liquid) > 2:
        cool = [p for p in liquid if p["T_K"] < 1480]
        middle, error, chi2 = weighted([p["exponent"] for p in cool])
        study.note("exponent_of_the_liquid", middle, error * max(1.0, math.sqrt(chi2 / max(1, len(cool) - 1))))
        study.note("superposition_rms", superposition([p for p in liquid if p["tau_e_ps"]]))
        study.note("tau_falls_on_heating", math.log(liquid[0]["tau_ps"][0] / liquid[-1]["tau_ps"][0]),
                   math.hypot(liquid[0]["tau_ps"][1] / liquid[0]["tau_ps"][0], liquid[-1]["tau_ps"][1] / liquid[-1]["tau_ps"][0]))
    coldest = points[0]
    last = max(k for k, v in enumerate(coldest["f"]) if v is not None)
    window = [v for v in coldest["f"][last // 2:last + 1] if v is not None]
    study.note("f_of_the_coldest_glass", sum(window) / len(window), coldest["f_errors"][last] or 0.0)
    glass = [p for p in points if p["T_K"] < 0.85 * 900 and "exponent" in p and not p["exponent_fixed"]]
    if glass:
        study.note("exponent_of_the_glass", *glass[-1]["exponent"])
    law = next((x for x in tau["laws"] if x["found"] and x["name"] == "arrhenius"), None) if tau else None
    if law:
        study.note("E_of_the_liquid_eV", law["parameters"]["E_eV"]["value"], law["parameters"]["E_eV"]["error"])
    pairs = [r for h in analysis["holds"] for r in h["relaxation"] if h["target_temperature_K"] >= 1190]
    ratios = [(math.log(b["tau_ps"]["value"] / a["tau_ps"]["value"]), math.hypot(a["tau_ps"]["error"] / a["tau_ps"]["value"], b["tau_ps"]["error"] / b["tau_ps"]["value"]))
              for a, b in ((r["first_half"], r["second_half"]) for r in pairs) if a["status"] != "refused" and b["status"] != "refused"]
    if ratios:
        study.note("ln_tau_second_over_first_half", *weighted(ratios)[:2])


def draw(study, pyplot):
    from style import sequence
    points = study.series["points"]
    figure, panels = pyplot.subplots(1, 3, figsize=(11.5, 3.7))
    for p, colour in zip(points, sequence(len(points))):
        shown = [(t, v) for t, v in zip(p["lag_ps"], p["f"]) if v is not None and t > 0]
        panels[0].plot(*zip(*shown), color=colour, label=f"{p['T_K']:.0f} K")
    panels[0].set(xscale="log", xlabel="t (ps)", ylabel="f(q = 2.75 1/Å, t)", ylim=(-0.05, 1.02))
    panels[0].legend(ncol=2, fontsize=6.5)
    fitted = [p for p in points if "tau_ps" in p]
    panels[1].errorbar([p["T_K"] for p in fitted], [p["tau_ps"][0] for p in fitted], [p["tau_ps"][1] for p in fitted], fmt="o", label="tau (KWW)")
    laws = study.series["laws"]
    for law in (laws or {}).get("laws", []):
        if law["found"]:
            panels[1].plot(law["curve"]["temperature_K"], [math.exp(v) for v in law["curve"]["log_tau"]], label=law["name"])
    panels[1].plot(LAMMPS_K, (1.20, math.nan), "x", color="k", label="LAMMPS")
    panels[1].set(yscale="log", xlabel="T (K)", ylabel="tau (ps)")
    panels[1].legend()
    free = [p for p in fitted if not p["exponent_fixed"]]
    panels[2].errorbar([p["T_K"] for p in free], [p["exponent"][0] for p in free], [p["exponent"][1] for p in free], fmt="o")
    panels[2].plot(LAMMPS_K, (0.75, 0.84), "x", color="k", label="LAMMPS")
    panels[2].axhline(1.0, color="0.6", lw=0.8)
    panels[2].set(xlabel="T (K)", ylabel="KWW exponent", ylim=(0.2, 1.6))
    panels[2].legend()
    return figure
