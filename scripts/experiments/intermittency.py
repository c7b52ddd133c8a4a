# SPDX-License-Identifier: BSD-3-Clause
"""Is the intermittency real? chi_T against its floor and against the number of atoms (Figure 3).

Inputs: synthetic movies (even, with bursts, with a change of regime), and a stationary liquid of several sizes. Rows F3a, F3b, F3c, P7, P18.
"""
import math

from statistics_of import mean
from study import replicas_of


def excess(intermittency, contrast, tau):
    """(variance of C over time less its floor, the scatter that chance has, the floor) at the lag nearest to tau / 2.

    chi_T is that variance over contrast^2; an MD record whose decay begins in the cage has a fitted contrast, so C itself is compared.
    """
    nearest = min(intermittency["chi_T"], key=lambda c: abs(math.log(c["lag"] / (0.5 * tau))))
    square = contrast**2
    return square * (nearest["value"] - nearest["floor_of_drawn_speckles"]), square * nearest["floor_standard_deviation"], square * nearest["floor_of_drawn_speckles"]


def synthetic(study):
    found = {}
    for variant in study.variants("synthetic"):
        record = study.analysis(study.make(variant, "synthetic"))["speckles"][0]
        inter, regimes = record["intermittency"], record["regimes"]
        found[variant] = {"chi_T": inter["chi_T"], "above": inter["above_floor"], "events": inter["events"], "changes": regimes["changes"], "regimes": regimes["regimes"],
                          "clock": record["clock_fit"]["clock"], "map": record.get("map"), "g2": record.get("g2")}
    study.series["synthetic"] = found
    truth = study.variants("synthetic")
    study.note("even_events", len(found["even"]["events"]))
    study.note("even_changes", len(found["even"]["changes"]))
    study.note("even_smallest_probability", min(c["probability"] for c in found["even"]["chi_T"]))
    clock = truth["bursts"]["/zones/0/clock"]
    hits = [min(clock["times_s"], key=lambda t: abs(t - e["time"])) for e in found["bursts"]["events"]]
    study.note("bursts_found", len(set(hits)))
    study.note("bursts_false", len(found["bursts"]["events"]) - len(set(hits)))
    pulls = []
    for e, t in zip(found["bursts"]["events"], hits):
        true = -0.5 * math.log(1 - clock["fractions"][clock["times_s"].index(t)])
        pulls.append((e["advance"]["value"] - true, e["advance"]["error"]))
    for k, (value, error) in enumerate(pulls):
        study.note(f"burst_{k + 1}_advance_less_true", value, error)
    clock = truth["regimes"]["/zones/0/clock"]
    changes = found["regimes"]["changes"]
    study.note("regime_changes", len(changes))
    if changes:
        low, high = changes[0]["interval_68"]
        study.note("regime_change_at_s", changes[0]["time"], max(0.5 * (high - low), 0.5))
        study.note("regime_ln_ratio", changes[0]["ln_tau_ratio"]["value"], changes[0]["ln_tau_ratio"]["error"])
        for k, name in ((0, "before"), (-1, "after")):
            r = found["regimes"]["regimes"][k]
            study.note(f"tau_{name}_s", math.sqrt(r["tau_begin"] * r["tau_end"]), r["ln_tau_error"] * math.sqrt(r["tau_begin"] * r["tau_end"]))


def simulated(study):
    sizes = []
    for variant in study.variants():
        folder = study.make(variant)
        whole = study.analysis(folder)
        values, tau = [], None
        for replica in replicas_of(folder):
            record = next(iter(study.analysis(replica)["speckles"]), None)
            if record is None or not record["intermittency"].get("judged"):
                continue
            clock = record["clock_fit"]
            tau = clock["clock"]["tau"][len(clock["clock"]["tau"]) // 2]
            values.append(excess(record["intermittency"], clock["contrast"]["value"], tau))
        sizes.append({"atoms": whole["atoms"], "tau_ps": tau, "excess": mean(v[0] for v in values) if len(values) > 1 else ((values[0][0], values[0][1]) if values else None),
                      "each": [v[0] for v in values], "floor": mean([v[2] for v in values])[0] if values else None,
                      "chance": math.sqrt(sum(v[1] ** 2 for v in values)) / len(values) if values else None, "replicas": len(values)})
    study.series["simulated"] = sizes
    judged = [s for s in sizes if s["excess"]]
    study.note("sizes_judged", len(judged))
    if judged:
        largest = judged[-1]
        study.note("chi_T_excess_over_floor_largest_N", largest["excess"][0] / largest["floor"], largest["chance"] / largest["floor"])
        smallest = judged[0]
        study.note("chi_T_excess_over_floor_smallest_N", smallest["excess"][0] / smallest["floor"], smallest["chance"] / smallest["floor"])
    if len(judged) > 1:
        # the floor is that of the clock fitted to the same speckles: known no better than they scatter
        range_of_n = math.log(largest["atoms"] / smallest["atoms"])
        study.note("floor_power_of_N", math.log(largest["floor"] / smallest["floor"]) / range_of_n,
                   math.hypot(largest["chance"] / largest["floor"], smallest["chance"] / smallest["floor"]) / range_of_n)


def measure(study):
    synthetic(study)
    simulated(study)


def draw(study, pyplot):
    figure, panels = pyplot.subplots(2, 2, figsize=(9.0, 7.2))
    shown = study.series["synthetic"]["regimes"]
    if shown["map"]:
        values = [[float("nan") if v is None else v / 0.3 for v in row] for row in shown["map"]["excess"]]
        t = shown["map"]["time"]
        image = panels[0][0].imshow(values, origin="lower", extent=(t[0], t[-1], t[0], t[-1]), vmin=0, vmax=1, cmap="magma")
        figure.colorbar(image, ax=panels[0][0], label="(C − 1) / contrast")
    panels[0][0].set(xlabel="t1 (s)", ylabel="t2 (s)", title="movie with a change of regime")
    for (name, one), colour in zip(study.series["synthetic"].items(), ("C0", "C1", "C2")):
        panels[0][1].plot(one["clock"]["time"], one["clock"]["tau"], color=colour, label=name)
        for event in one["events"]:
            panels[0][1].axvline(event["time"], color=colour, lw=0.8, ls=":")
        for change in one["changes"]:
            panels[0][1].axvspan(*change["interval_68"], color=colour, alpha=0.3)
        lags = [c["lag"] for c in one["chi_T"]]
        panels[1][0].plot(lags, [c["value"] for c in one["chi_T"]], "o-", ms=3, color=colour, label=name)
        panels[1][0].fill_between(lags, [c["floor_of_drawn_speckles"] - 2 * c["floor_standard_deviation"] for c in one["chi_T"]],
                                  [c["floor_of_drawn_speckles"] + 2 * c["floor_standard_deviation"] for c in one["chi_T"]], color=colour, alpha=0.2)
    panels[0][1].set(yscale="log", xlabel="t (s)", ylabel="tau (s)", title="clocks found; dotted: sudden events")
    panels[0][1].legend()
    panels[1][0].set(xscale="log", yscale="log", xlabel="lag (s)", ylabel="chi_T; bands: floor ± 2 sigma")
    panels[1][0].legend()
    sizes = [s for s in study.series["simulated"] if s["excess"]]
    if sizes:
        n = [s["atoms"] for s in sizes]
        panels[1][1].plot(n, [s["floor"] for s in sizes], "s--", color="0.5", label="floor of the speckles")
        panels[1][1].errorbar(n, [s["excess"][0] + s["floor"] for s in sizes], [s["chance"] for s in sizes], fmt="o", label="liquid, lag tau/2")
        panels[1][1].plot(n, [sizes[0]["floor"] * n[0] / v for v in n], color="0.7", lw=0.8, label="1/N")
        panels[1][1].set(xscale="log", yscale="log")
        panels[1][1].legend()
    panels[1][1].set(xlabel="atoms", ylabel="variance of C over time")
    return figure
