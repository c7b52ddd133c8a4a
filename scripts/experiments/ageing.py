# SPDX-License-Identifier: BSD-3-Clause
"""Ageing and its collapse (Figure 2): tau/tau0 against age/tau*.

Inputs: synthetic movies of known tau0 and tau* (three glasses, and one that comes to rest), and isotherms after a fast quench, of one or of three alloys. Rows F2, P8, P16.
"""
import math

import recovery
from statistics_of import mean
from study import read_json, replicas_of, thermo_of

RECOVERY_FROM_PS = 0.5  # before, the quench's kinetic energy settles
ALLOYS = (None, "nickel", "lennard_jones")  # parts of isotherms; None: the main input
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


def isotherm(study, variant, part):
    """What an isotherm came to."""
    folder = study.make(variant, part)
    analysis = study.analysis(folder)
    one = analysis["relaxation"][-1]
    source = one["common_shape"]["fits"] if one["common_shape"]["found"] else [f for f in one["coherent"]["fits"] if f["status"] != "refused"]
    points = [(f["waiting_time_ps"], f["tau_ps"]["value"], f["tau_ps"]["error"]) for f in source]
    # what the common shape leaves free between waiting times
    relative = {f["waiting_time_ps"]: f["tau_ps"]["interval_68_at_fitted_shape"] for f in one["common_shape"]["fits"]} if one["common_shape"]["found"] else {}
    step = one["protocol_step"]
    drops, times, energies = [], [], []
    for replica in replicas_of(folder):
        t = thermo_of(replica)
        e = [v / analysis["atoms"] for v, s in zip(t["potential_energy_eV"], t["protocol_step"]) if s == step]
        n = len(e) // 8
        t_ps = [v for v, s in zip(t["time_ps"], t["protocol_step"]) if s == step]
        times = [v - t_ps[0] for v in t_ps if v - t_ps[0] >= RECOVERY_FROM_PS]
        energies.append([1000 * v for v in e[-len(times):]])
        drops.append(1000 * (sum(e[-n:]) - sum(e[n:2 * n])) / n)
    record = next(iter(analysis["speckles"]), None)
    bins = recovery.log_bins(times, energies) if len(energies) > 3 else None
    return {"recovery": {"time_ps": list(bins[0]), "energy_meV": list(bins[1]), "error_meV": list(bins[2]), **recovery.steps_of(*bins)} if bins else None, "part": part, "points": points, "relative": relative, "verdict": one["ageing"]["text"], "best": one["ageing"].get("best"), "law_known": one["ageing"].get("law_known"), "energy_change_meV": mean(drops),
            "laws": one["ageing"]["laws"], "temperature_K": one["temperature_K"], "clock": record["clock_fit"] if record else None,
            "exponent": one["common_shape"].get("kww_exponent")}


def collapse(aged):
    """{alloy: largest |ln(tau/tau0) - age/tau*| of its isotherms that were fitted with an exponential law} (P16)."""
    found = {}
    for a in aged.values():
        reduced = a["clock"].get("reduced") if a["clock"] and a["clock"]["found"] else None
        if reduced:
            worst = max(abs(math.log(tau) - age) for age, tau in zip(reduced["age_over_tau_star"], reduced["tau_over_tau0"]))
            found[a["part"] or "copper"] = max(worst, found.get(a["part"] or "copper", 0.0))
    return found


def simulated(study):
    aged = {variant: isotherm(study, variant, part) for part in ALLOYS if part in study.parts() for variant in study.variants(part)}
    of_copper = {k: a for k, a in aged.items() if a["part"] is None}
    for item in ("F2", "M5"):
        study.beside_paper(study.make(next(iter(of_copper))), item)
    study.series["simulated"] = aged
    coldest = of_copper[min(of_copper, key=lambda k: of_copper[k]["temperature_K"])]
    study.note("energy_change_meV", *coldest["energy_change_meV"])
    with_two = [a for a in of_copper.values() if len(a["points"]) > 1]
    if with_two:
        study.note("ln_tau_last_over_first", *last_over_first(with_two[0]["points"]))
        study.note("laws_told_apart", sum(1 for x in aged.values() if x["law_known"]))
    for variant, a in aged.items():
        study.note(f"energy_change_{variant}_meV", *a["energy_change_meV"])
        if a["recovery"]:
            study.note(f"recovery_steps_{variant}", a["recovery"]["steps"])
        if len(a["points"]) > 1:
            study.note(f"ln_tau_last_over_first_{variant}", *last_over_first(a["points"]))
    for alloy, worst in collapse(aged).items():
        study.note(f"collapse_of_{alloy}_largest_ln_residual", worst)


def last_over_first(points):
    first, last = points[0], points[-1]
    return math.log(last[1] / first[1]), math.hypot(last[2] / last[1], first[2] / first[1])


def measure(study):
    synthetic(study)
    simulated(study)


def draw(study, pyplot):
    figure, panels = pyplot.subplots(2, 2, figsize=(9.0, 7.4))
    panels = panels.flat
    for (name, c), marker in zip(study.series["synthetic"].items(), "osd^"):
        start = c["age"][0]
        x = [(t - start) / c["tau_star"][0] for t in c["age"][::5]]
        panels[0].plot(x, [v / c["tau0"][0] for v in c["tau"][::5]], marker, ms=4, label=name.replace("_", " "))
    top = max((c["age"][-1] - c["age"][0]) / c["tau_star"][0] for c in study.series["synthetic"].values() if c["law"] == "exponential")
    panels[0].plot([0, top], [1, math.exp(top)], color="k", lw=0.8, label="exp(x)")
    panels[0].set(yscale="log", xlabel="age / tau*", ylabel="tau / tau0", title="movies of known clocks")
    panels[0].legend()
    shapes = dict(zip(ALLOYS, "osd"))
    for k, (name, a) in enumerate(study.series["simulated"].items()):
        colour, shape = f"C{k % 6}", shapes[a["part"]]
        if a["points"]:
            t, tau, error = zip(*a["points"])
            panels[1].errorbar([v + 0.5 for v in t], tau, error, fmt=shape, mfc=colour if k < 6 else "w", color=colour, label=name.replace("_", ", "))
        clock = a["clock"]
        if clock and clock["found"]:
            panels[1].plot([v + 0.5 for v in clock["clock"]["time"]], clock["clock"]["tau"], color=colour, lw=1)
            if clock.get("reduced"):
                panels[2].plot(clock["reduced"]["age_over_tau_star"], clock["reduced"]["tau_over_tau0"], shape + "-", color=colour, label=name.replace("_", ", "))
    panels[1].set(xscale="log", yscale="log", xlabel="age + 0.5 (ps)", ylabel="tau (ps)", title="after a fast quench; lines: clock fits")
    panels[1].legend(fontsize=7)
    panels[2].set(yscale="log", xlabel="age / tau*", ylabel="tau / tau0", title="the same, reduced")
    if panels[2].lines:
        top = max(x for line in panels[2].lines for x in line.get_xdata())
        panels[2].plot([0, top], [1, math.exp(top)], color="k", lw=0.8, label="exp(x)")
        panels[2].legend(fontsize=7)
    else:
        panels[2].text(0.5, 0.5, "no exponential law fits,\nnothing is reduced", ha="center", transform=panels[2].transAxes)
    for k, (name, a) in enumerate(study.series["simulated"].items()):
        if not a["recovery"]:
            continue
        r = a["recovery"]
        above = [v - r["energy_meV"][-1] for v in r["energy_meV"]]
        panels[3].errorbar(r["time_ps"], above, r["error_meV"], fmt=shapes[a["part"]], ms=3, color=f"C{k % 6}", mfc=f"C{k % 6}" if k < 6 else "w", label=f"{name.replace('_', ', ')}: {r['steps']} step{'s' if r['steps'] != 1 else ''}")
        if r["steps"]:
            first = [sum(A * math.exp(-((t / tau) ** beta)) for A, _, tau, beta in r["parts"]) for t in r["time_ps"]]
            shift = sum(v - f for v, f in zip(above, first)) / len(first)
            panels[3].plot(r["time_ps"], [f + shift for f in first], color=f"C{k % 6}", lw=0.8)
    panels[3].set(xscale="log", xlabel="age (ps)", ylabel="energy above that of the end (meV/atom)", title="recovery; lines: so many steps")
    panels[3].legend(fontsize=7)
    return figure
