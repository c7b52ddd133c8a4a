# SPDX-License-Identifier: BSD-3-Clause
"""XPCS ground truth, without atoms: what an analysis finds of clocks and exponents that are known.

Inputs: movies of clocks x exponents (x photons); artefacts (dilation, flow, two zones); a beamline to plan for. Rows F3, P1, P17, E3 and E4 of the review.
"""
import math

from statistics_of import mean
from study import read_json


def csv_of(study, folder, record):
    """What the clock fit says, as a table that `patina score` grades: tau at the knots, and the exponent."""
    path = folder / "answer.csv"
    if not path.exists():
        unit = record["time_unit"]
        lines = [f"waiting_time_{unit},tau_{unit},tau_sigma_{unit},kww_exponent,kww_exponent_sigma"]
        k = record["clock_fit"]["kww_exponent"]
        lines += [f"{knot['time']:.10g},{knot['tau']['value']:.10g},{knot['tau']['error']:.10g},{k['value']:.10g},{k['error']:.10g}" for knot in record["clock_fit"]["knots"]]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def sudden(clock):
    return clock["type"] in ("events", "avalanches", "stick_slip")


def suite(study):
    cases = {}
    chi = freedom = 0.0
    exponent_pulls, tau_within, tau_points, false_changes, smooth = [], 0, 0, 0, 0
    for variant, values in study.variants().items():
        folder = study.make(variant)
        record = study.analysis(folder)["speckles"][0]
        clock, exponent = values["/zones/0/clock"], values["/zones/0/kww_exponent"]
        movie = study.score(folder, folder, "movie_score.json")["two_time"][0]["grades"]["with_theoretical_covariance"]
        chi, freedom = chi + movie["chi_squared"], freedom + movie["degrees_of_freedom"]
        fit = record["clock_fit"]
        case = {"clock": clock["type"], "exponent": exponent, "found": fit["found"], "chi_squared_of_C": [movie["chi_squared"], movie["degrees_of_freedom"]]}
        cases[variant] = case
        if not fit["found"]:
            case["reason"] = fit["reason"]
            continue
        k = fit["kww_exponent"]
        pull = math.log(k["value"] / exponent) / (k["error"] / k["value"])
        case |= {"exponent_found": [k["value"], k["error"]], "exponent_pull": pull, "clock_found": {x: fit["clock"][x] for x in ("time", "tau")},
                 "changes": record["regimes"]["changes"], "events": record["intermittency"].get("events", []), "noise": fit["noise"]["residual_over_expected"]}
        case["cuts"] = [{"cut": c["cut"], "t_w": c["waiting_time"], "tau": c["tau"]["value"], "tau_error": c["tau"]["error"], "exponent": c["kww_exponent"]["value"], "expected": c["expected_of_the_clock"],
                         "clock_tau": min(zip(fit["clock"]["time"], fit["clock"]["tau"]), key=lambda p: abs(p[0] - c["waiting_time"]))[1]} for c in record["cuts"] if c["status"] == "fitted"]
        if not sudden(clock):
            graded = study.score(csv_of(study, folder, record), folder, "clock_score.json")["tau"]
            rows = graded["rows"]
            unit = record["time_unit"]
            inside = [abs(math.log(r[f"answer_{unit}"] / r[f"truth_{unit}"])) <= r[f"sigma_{unit}"] / r[f"answer_{unit}"] for r in rows]
            case["tau_rows"] = rows
            tau_within, tau_points = tau_within + sum(inside), tau_points + len(inside)
            exponent_pulls.append(pull)
            if clock["type"] != "regimes":
                smooth += 1
                false_changes += len(case["changes"]) > 0
    study.series["cases"] = cases
    study.note("chi_squared_of_C_per_degree", chi / freedom, math.sqrt(2 / freedom))
    n = len(exponent_pulls)
    study.note("exponent_pull_squared", sum(p * p for p in exponent_pulls) / n, math.sqrt(2 / n))
    study.note("exponent_pull_mean", sum(exponent_pulls) / n, 1 / math.sqrt(n))
    # knots of one fit go together: as if two of each were independent
    study.note("tau_within_1_sigma", tau_within / tau_points, math.sqrt(0.683 * 0.317 / (2 * n)))
    study.note("smooth_clocks_split", false_changes, math.sqrt(max(false_changes, 1)))
    steps = [c for v, c in cases.items() if v.startswith("step") and c["found"]]
    if steps:
        study.note("steps_found_share", sum(bool(c["changes"]) for c in steps) / len(steps))
        off = [(c["changes"][0]["time"] - 128, 0.5 * (c["changes"][0]["interval_68"][1] - c["changes"][0]["interval_68"][0])) for c in steps if c["changes"]]
        if off:
            worst = max(off, key=lambda o: abs(o[0]))
            study.note("step_place_off_s", *worst)
    fast = [c for v, c in cases.items() if v.startswith("fast_ageing") and c["found"]]
    ratio = {kind: [c["tau"] / c["clock_tau"] for case in fast for c in case["cuts"] if c["cut"] == kind] for kind in ("fixed_start", "age_centred")}
    for kind, values in ratio.items():
        if values:
            study.note(f"{kind}_cut_tau_over_true", *mean(values))


def largest_departure(path, zones):
    """Of the f(t1, t2) that the movie was made of from phi f1 + (1 - phi) f2."""
    import h5py
    with h5py.File(path) as file:
        truth = file["shell00/truth"]
        f, t1, t2 = truth["f_real"][:], truth["t1_s"][:], truth["t2_s"][:]
    return max(abs(f[i][j] - sum(z["fraction"] * math.exp(-abs(t2[j] - t1[i]) / z["clock"]["tau_s"]) for z in zones)) for i in range(0, len(t1), 5) for j in range(len(t2)))


def artefacts(study):
    shown = {}
    config = read_json(study.path_of("artefacts"))
    for variant, values in study.variants("artefacts").items():
        folder = study.make(variant, "artefacts")
        record = study.analysis(folder)["speckles"][0]
        graded = study.score(folder, folder, "movie_score.json")
        curve = graded["g2"][0]
        unit = next(key for key in curve if key.startswith("lag_"))
        shown[variant] = {"lag": curve[unit], "g2": curve["answer"], "truth": curve["truth"], "sigma": curve["theoretical_sigma"], "contrast": curve["contrast"],
                          "fit": {k: record["clock_fit"].get(k) for k in ("found", "kww_exponent", "reason")}}
        c = graded["two_time"][0]["grades"]["with_theoretical_covariance"]
        study.note(f"{variant}_chi_squared_per_degree", c["chi_squared_per_degree_of_freedom"], math.sqrt(2 / c["degrees_of_freedom"]))
        fit = record["clock_fit"]
        if variant == "dilation" and fit["found"]:
            q, rate, beam = config["q_inv_A"][0] * 1e10, values["/strain"]["rate_per_s"], values["/strain"]["beam_fwhm_um"] * 1e-6
            true = 4 * math.sqrt(math.log(2)) / (q * rate * beam)
            taus = fit["clock"]["tau"]
            shown[variant]["tau_of_theory_s"] = true
            middle = len(fit["knots"]) // 2
            study.note("dilation_ln_tau_less_theory", math.log(taus[len(taus) // 2] / true), fit["knots"][middle]["tau"]["error"] / fit["knots"][middle]["tau"]["value"])
            study.note("dilation_exponent", fit["kww_exponent"]["value"], fit["kww_exponent"]["error"])
        if variant == "two_zones":
            zones = values["/zones"]
            study.note("two_zones_truth_off_mixture", largest_departure(folder / "synth.h5", zones))
    study.series["artefacts"] = shown


def plan(study):
    path = study.out / "plan.json"
    if not path.exists():
        study.out.mkdir(parents=True, exist_ok=True)
        study.patina("plan", study.path_of("beamline"), "--output", path)
    study.series["plan"] = read_json(path)


def measure(study):
    suite(study)
    artefacts(study)
    plan(study)


def draw(study, pyplot):
    cases = {k: c for k, c in study.series["cases"].items() if c["found"]}
    figure, panels = pyplot.subplots(2, 3, figsize=(12.0, 7.0))
    pulls = [c["exponent_pull"] for c in cases.values()]
    panels[0][0].errorbar([c["exponent"] for c in cases.values()], [c["exponent_found"][0] / c["exponent"] for c in cases.values()],
                          [c["exponent_found"][1] / c["exponent"] for c in cases.values()], fmt="o", ms=3, lw=0.8)
    panels[0][0].axhline(1, color="k", lw=0.8)
    panels[0][0].set(xlabel="true exponent", ylabel="found / true", title=f"{len(pulls)} movies, each clock a point")
    by_clock = {}
    for c in cases.values():
        for row in c.get("tau_rows", []):
            answer, truth = next(v for k, v in row.items() if k.startswith("answer")), next(v for k, v in row.items() if k.startswith("truth"))
            by_clock.setdefault(c["clock"], []).append((truth, answer))
    for (name, rows), colour in zip(by_clock.items(), ("C0", "C1", "C2", "C3", "C4", "C5")):
        panels[0][1].plot(*zip(*rows), "o", ms=3, color=colour, label=name.replace("_", " "))
    low = min(t for rows in by_clock.values() for t, _ in rows)
    high = max(t for rows in by_clock.values() for t, _ in rows)
    panels[0][1].plot([low, high], [low, high], color="k", lw=0.8)
    panels[0][1].set(xscale="log", yscale="log", xlabel="true tau (s)", ylabel="found (s)", title="tau at the knots of clocks")
    panels[0][1].legend()
    for kind, marker, colour in (("fixed_start", "s", "C1"), ("age_centred", "o", "C0")):
        rows = [(c["clock_tau"], c["tau"]) for v, case in cases.items() if v.startswith("fast_ageing") for c in case["cuts"] if c["cut"] == kind]
        if rows:
            panels[0][2].plot([t for t, _ in rows], [a / t for t, a in rows], marker, ms=4, color=colour, label=kind.replace("_", " "))
    panels[0][2].axhline(1, color="k", lw=0.8)
    panels[0][2].set(xscale="log", yscale="log", xlabel="tau of the clock (s)", ylabel="tau of the cut / tau", title="cuts through fast ageing")
    panels[0][2].legend()
    for axes, name in ((panels[1][0], "dilation"), (panels[1][1], "two_zones")):
        one = study.series["artefacts"][name]
        scale = one["contrast"]
        axes.errorbar(one["lag"], [(v - 1) / scale for v in one["g2"]], [v / scale for v in one["sigma"]], fmt="o", ms=3, label="movie")
        axes.plot(one["lag"], [(v - 1) / scale for v in one["truth"]], color="k", lw=0.9, label="truth")
        if "tau_of_theory_s" in one:
            axes.plot(one["lag"], [math.exp(-2 * (t / one["tau_of_theory_s"]) ** 2) for t in one["lag"]], "--", color="C1", label="4√ln2/(q ε̇ D), exponent 2")
        flow = study.series["artefacts"]["flow"]
        if name == "two_zones":
            axes.plot(flow["lag"], [(v - 1) / scale for v in flow["g2"]], "s", ms=3, color="C2", label="static part and flow")
            axes.plot(flow["lag"], [(v - 1) / scale for v in flow["truth"]], color="C2", lw=0.9)
        axes.set(xscale="log", xlabel="lag (s)", ylabel="(g2 − 1) / contrast", title=name.replace("_", " "))
        axes.legend()
    draw_plan(panels[1][2], study.series["plan"])
    return figure


def draw_plan(axes, plan):
    rows = plan["rows"]
    exponents = sorted({r["kww_exponent"] for r in rows})
    chosen = [r for r in rows if r["kww_exponent"] == exponents[-1]]
    for rate in sorted({r["photons_per_pixel_per_s"] for r in chosen}):
        of_rate = [r for r in chosen if r["photons_per_pixel_per_s"] == rate]
        axes.plot([r["tau_s"] for r in of_rate], [r["sigma"]["ln_tau"]["simple"] for r in of_rate], "o-", ms=3, label=f"{rate:g} photons/pixel/s")
    axes.axhline(0.1, color="k", lw=0.8, ls=":")
    axes.set(xscale="log", yscale="log", ylim=(None, 3), xlabel="tau (s)", ylabel=f"standard error of ln tau (exponent {exponents[-1]:g})", title="what this beamline can detect")
    axes.legend(fontsize=6.5)
