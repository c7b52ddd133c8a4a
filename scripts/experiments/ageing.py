# SPDX-License-Identifier: BSD-3-Clause
"""Ageing and its collapse (Figure 2): tau/tau0 against age/tau*.

Inputs: synthetic movies of known tau0 and tau* (three glasses, and one that comes to rest), and isotherms after a fast quench. Rows F2, P8, P16.
"""
import math

from statistics_of import mean
from study import read_json, replicas_of, thermo_of

LAWS = {"exponential": ("tau0", "tau_star"), "plateau": ("tau0", "tau_star", "plateau_from")}


def parameters(law):
    return [(p["value"], p["error"]) for p in law["parameters"].values()]


def synthetic(study):
    collapse, worst = {}, 0.0
    pulls = {"tau0": [], "tau_star": []}
    config = read_json(study.path_of("synthetic"))
    for variant, values in study.variants("synthetic").items():
        truth = values["/zones/0/clock"]
        found = study.analysis(study.make(variant, "synthetic"))["speckles"][0]["clock_fit"]
        wanted = "plateau" if "plateau_from_s" in truth else "exponential"
        law = next(x for x in found["laws"] if x["name"] == wanted)
        best = min(found["laws"], key=lambda x: x["bic"])["name"]
        told = dict(zip(LAWS[wanted], parameters(law)))
        for name, true in (("tau0", truth["tau_s"]), ("tau_star", truth["growth_time_s"])):
            pulls[name].append((told[name][0] / true - 1, told[name][1] / true))
        collapse[variant] = {"age": found["clock"]["time"], "tau": found["clock"]["tau"], "tau0": told["tau0"], "tau_star": told["tau_star"], "best": best, "law": wanted,
                             "exponent": [found["kww_exponent"]["value"], found["kww_exponent"]["error"]]}
        if wanted == "plateau":
            study.note("plateau_begins_s", *told["plateau_from"])
            study.note("plateau_preferred", min(x["bic"] for x in found["laws"] if x["name"] not in ("plateau",)) - law["bic"])
        else:
            start = found["clock"]["time"][0]
            worst = max([worst] + [abs(math.log(tau / told["tau0"][0]) - (t - start) / told["tau_star"][0]) for t, tau in zip(found["clock"]["time"], found["clock"]["tau"])])
    for name, values in pulls.items():
        value, error = max(values, key=lambda v: abs(v[0]))
        study.note(f"{name}_recovered_percent", 100 * value, 100 * error)
    study.note("collapse_largest_ln_residual", worst)
    study.note("exponent_recovered", *mean([c["exponent"][0] for c in collapse.values()]))
    study.series["synthetic"] = collapse
    study.series["true_exponent"] = config["zones"][0]["kww_exponent"]


def simulated(study):
    aged = {}
    for variant in study.variants():
        folder = study.make(variant)
        analysis = study.analysis(folder)
        one = analysis["relaxation"][-1]
        source = one["common_shape"]["fits"] if one["common_shape"]["found"] else [f for f in one["coherent"]["fits"] if f["status"] != "refused"]
        points = [(f["waiting_time_ps"], f["tau_ps"]["value"], f["tau_ps"]["error"]) for f in source]
        # what the common shape leaves free between waiting times
        relative = {f["waiting_time_ps"]: f["tau_ps"]["interval_68_at_fitted_shape"] for f in one["common_shape"]["fits"]} if one["common_shape"]["found"] else {}
        step = one["protocol_step"]
        drops = []
        for replica in replicas_of(folder):
            t = thermo_of(replica)
            e = [v / analysis["atoms"] for v, s in zip(t["potential_energy_eV"], t["protocol_step"]) if s == step]
            n = len(e) // 8
            drops.append(1000 * (sum(e[-n:]) - sum(e[n:2 * n])) / n)
        record = next(iter(analysis["speckles"]), None)
        aged[variant] = {"points": points, "relative": relative, "verdict": one["ageing"]["text"], "best": one["ageing"].get("best"), "law_known": one["ageing"].get("law_known"), "energy_change_meV": mean(drops),
                         "laws": one["ageing"]["laws"], "temperature_K": one["temperature_K"], "clock": record["clock_fit"] if record else None,
                         "exponent": one["common_shape"].get("kww_exponent")}
    for item in ("F2", "M5"):
        study.beside_paper(study.make(next(iter(aged))), item)
    study.series["simulated"] = aged
    coldest = aged[min(aged, key=lambda k: aged[k]["temperature_K"])]
    study.note("energy_change_meV", *coldest["energy_change_meV"])
    with_two = [a for a in aged.values() if len(a["points"]) > 1]
    if with_two:
        a = with_two[0]["points"]
        study.note("ln_tau_last_over_first", math.log(a[-1][1] / a[0][1]), math.hypot(a[-1][2] / a[-1][1], a[0][2] / a[0][1]))
        study.note("laws_told_apart", sum(1 for x in aged.values() if x["law_known"]))


def measure(study):
    synthetic(study)
    simulated(study)


def draw(study, pyplot):
    figure, panels = pyplot.subplots(1, 3, figsize=(11.5, 3.7))
    for (name, c), marker in zip(study.series["synthetic"].items(), "osd^"):
        start = c["age"][0]
        x = [(t - start) / c["tau_star"][0] for t in c["age"][::5]]
        panels[0].plot(x, [v / c["tau0"][0] for v in c["tau"][::5]], marker, ms=4, label=name.replace("_", " "))
    top = max((c["age"][-1] - c["age"][0]) / c["tau_star"][0] for c in study.series["synthetic"].values() if c["law"] == "exponential")
    panels[0].plot([0, top], [1, math.exp(top)], color="k", lw=0.8, label="exp(x)")
    panels[0].set(yscale="log", xlabel="age / tau*", ylabel="tau / tau0", title="movies of known clocks")
    panels[0].legend()
    for (name, a), colour in zip(study.series["simulated"].items(), ("C0", "C1", "C2", "C3")):
        if a["points"]:
            t, tau, error = zip(*a["points"])
            panels[1].errorbar([v + 0.5 for v in t], tau, error, fmt="o", color=colour, label=name)
        clock = a["clock"]
        if clock and clock["found"]:
            panels[1].plot([v + 0.5 for v in clock["clock"]["time"]], clock["clock"]["tau"], color=colour, lw=1)
            if clock.get("reduced"):
                panels[2].plot(clock["reduced"]["age_over_tau_star"], clock["reduced"]["tau_over_tau0"], "o-", color=colour, label=name)
    panels[1].set(xscale="log", yscale="log", xlabel="age + 0.5 (ps)", ylabel="tau (ps)", title="Cu64.5Zr35.5 after a fast quench")
    panels[1].legend()
    panels[2].set(yscale="log", xlabel="age / tau*", ylabel="tau / tau0", title="the same, reduced")
    if panels[2].lines:
        panels[2].legend()
    else:
        panels[2].text(0.5, 0.5, "no exponential law fits,\nnothing is reduced", ha="center", transform=panels[2].transAxes)
    return figure
