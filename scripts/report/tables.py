# SPDX-License-Identifier: BSD-3-Clause
"""HTML tables: the protocol, Tg with everything that belongs to it, KWW parameters."""
import html

from captions import flips, q_words, rate
from figures_scattering import poor
from run_data import value_with_error


def _table(head, rows):
    cells = "".join(f"<th>{h}</th>" for h in head)
    body = "".join("<tr>" + "".join(f'<td class="n">{c}</td>' for c in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{cells}</tr>{body}</table></div>'


def _temperature(step):
    if "from_K" in step:
        return f"{step['from_K']:g} → {step['to_K']:g}"
    return f"{step['temperature_K']:g}" if step.get("temperature_K") is not None else "–"


def protocol(run):
    if not run.protocol:
        return ""
    rows = []
    for number, step in enumerate(run.protocol):
        speed = step.get("cooling_rate_K_per_s") or step.get("heating_rate_K_per_s")
        duration = step.get("duration_ps") or next((end - start for known, start, end in run.step_times(run.thermo[0])
                                                    if known == number), None)
        watched = ", ".join(o.get("type", "?") for o in step.get("observers", [])) or "–"
        rows.append((number, html.escape(step.get("label") or step.get("type", "?")), _temperature(step), rate(speed) if speed else "–",
                     f"{duration:.4g}" if duration else "–", html.escape(watched.replace("_", " "))))
    return _table(("step", "", "T (K)", "rate (K/s)", "duration (ps)", "watched by"), rows)


def origin(run):
    """The sample that the run began with, and those before it, newest first; nothing of a run that built its own."""
    if run.input.get("structure", {}).get("type") != "sample":
        return ""
    kept = "velocities drawn anew" if run.input["structure"].get("velocities") == "new" else "velocities kept"
    rows = [(html.escape(o["run"]), html.escape(o["step"]), f"{o['time_ps']:.4g}", o["state"], o["potential"][:16]) for o in reversed(run.history())]
    several = f" Fingerprints are those of the first of {len(run.replicas)} replicas." if len(run.replicas) > 1 else ""
    return (f"<p>The run began with a sample of another run ({kept}).{several}</p>"
            + _table(("run", "step", "its time (ps)", "fingerprint", "potential (sha256)"), rows))


def glass_transition(quenches):
    rows = []
    for quench in quenches:
        for o in quench["observables"]:
            if not o["found"]:
                rows.append((quench["protocol_step"], o["name"], "none: " + html.escape(o["reason"]), "–", "–", "–",
                             "–"))
                continue
            w, b, s = o["windows"], o["bootstrap"], o["window_scatter"]
            found = f"{o['Tg_K']:.0f}" + (" <small>not converged</small>" if flips(o) else "")
            rows.append((quench["protocol_step"], o["name"], found,
                         f"{o['range_K'][0]:.0f}–{o['range_K'][1]:.0f}", f"{b['low_K']:.0f}–{b['high_K']:.0f}",
                         f"{s['low_K']:.0f}–{s['high_K']:.0f} (s.d. {s['standard_deviation_K']:.0f}, "
                         f"{s['windows_with_result']} of {s['windows_tried']} windows)",
                         f"{w['glass_K'][0]:.0f}–{w['glass_K'][1]:.0f}",
                         f"{w['liquid_K'][0]:.0f}–{w['liquid_K'][1]:.0f}"))
    return _table(("step", "from", "T<sub>g</sub> (K)", "range (K)", "bootstrap 68 % (K)", "over other windows (K)",
                   "glass line (K)", "liquid line (K)"), rows)


def _parameter(p):
    if p.get("fixed"):
        return f"{p['value']:.3g} (fixed)"
    low, high = p["interval_68"]
    return f"{p['value']:.3g} <small>({low:.3g}–{high:.3g})</small>"


def _plateau(fit):
    found = fit["plateau"]
    return value_with_error(found["value"], found["error"]) if found["found"] else "none"


def _bounded(fit, key, word):
    """A parameter, and whether the fit pushed it to the end of its range."""
    at_bound = any(f"the {word} stands at its bound" in warning for warning in fit.get("warnings", []))
    return _parameter(fit[key]) + (" <small>at its bound</small>" if at_bound else "")


def _amplitude(fit):
    return _bounded(fit, "amplitude", "amplitude")


def _exponent(fit):
    return _bounded(fit, "kww_exponent", "exponent")


def dynamics(found):
    """Each shell and waiting time: the fit, and beside its amplitude the plateau without one."""
    rows = []
    for shell in found["shells"]:
        for fit in shell["coherent"]["fits"]:
            fitted = fit["status"] != "refused"
            rows.append((q_words(shell), f"{fit['waiting_time_ps']:g}",
                         _parameter(fit["tau_ps"]) if fitted else "no fit: " + html.escape(fit.get("reason", "")), _exponent(fit) if fitted else "–",
                         _amplitude(fit) if fitted else "–", _plateau(fit),
                         f"{fit['plateau']['lag_ps']:.3g}" if fit["plateau"]["found"] else "–"))
    return _table(("q (Å<sup>−1</sup>)", "t<sub>w</sub> (ps)", "τ (ps)", "β", "A", "f<sub>q</sub>, plateau", "at lag (ps)"), rows)


def relaxation(found):
    rows = []
    common = {f["waiting_time_ps"]: f for f in found["ageing"]["points"]} if found["common_shape"]["found"] else {}
    for fit in found["coherent"]["fits"]:
        start = f"{fit['waiting_time_ps']:g}"
        one_shape = "–"
        if fit["waiting_time_ps"] in common:
            shared = common[fit["waiting_time_ps"]]
            one_shape = value_with_error(shared["tau_ps"], 0.5 * (shared["interval_68"][1] - shared["interval_68"][0]))
        if fit["status"] == "refused":
            rows.append((start, "no fit: " + html.escape(fit.get("reason", "")), "–", "–", _plateau(fit), "–", "–", one_shape))
            continue
        rows.append((start, _parameter(fit["tau_ps"]), _exponent(fit), _amplitude(fit), _plateau(fit),
                     _parameter(fit["mean_tau_ps"]),
                     f"{fit['chi_squared']:.1f}/{fit['degrees_of_freedom']}" + (" <small>poor</small>" if poor(fit) else ""),
                     one_shape))
    return _table(("t<sub>w</sub> (ps)", "τ (ps)", "β", "A", "f<sub>q</sub>, plateau", "⟨τ⟩ (ps)", "χ²/dof", "τ, one shape (ps)"), rows)


def heating(scans, enthalpies):
    """T_f of each scan with what belongs to it, and relaxation enthalpies against the last scan."""
    rows = []
    for scan in scans:
        f = scan["fictive_temperature"]
        if not f["found"]:
            rows.append((scan["protocol_step"], rate(scan["rate_K_per_s"]), "none: " + html.escape(f["reason"]), "–", "–", "–", "–", "–"))
            continue
        b, w, onset, overshoot = f["bootstrap"], f["windows"], "–", "–"
        if (rise := scan["rise_of_heat_capacity"])["found"]:
            onset = f"{rise['onset_K']['value']:.0f} ± {rise['onset_K']['error']:.0f}"
            if rise["overshoot"]["found"]:
                overshoot = "{value:.2f} ± {error:.2f}".format(**{k: 1e3 * v for k, v in rise["overshoot"]["enthalpy_eV_per_atom"].items()})
        rows.append((scan["protocol_step"], rate(scan["rate_K_per_s"]), f"{f['fictive_temperature_K']:.0f} <small>({f['range_K'][0]:.0f}–{f['range_K'][1]:.0f})</small>",
                     f"{b['low_K']:.0f}–{b['high_K']:.0f} <small>of {html.escape(b['of'].split(':')[0])}</small>", f"{w['glass_K'][0]:.0f}–{w['glass_K'][1]:.0f}",
                     f"{w['liquid_K'][0]:.0f}–{w['liquid_K'][1]:.0f}", onset, overshoot))
    text = _table(("step", "rate (K/s)", "T<sub>f</sub> (K)", "bootstrap 68 % (K)", "glass (K)", "liquid (K)", "onset (K)", "overshoot (meV/atom)"), rows)
    for one in enthalpies:
        name = f"Step {one['scan']['protocol_step']} against step {one['reference']['protocol_step']}: "
        if not one["found"]:
            text += f"<p>{name}no relaxation enthalpy: {html.escape(one['reason'])}.</p>"
            continue
        value, reduced = one["relaxation_enthalpy_eV_per_atom"], one["over_heat_capacity_step_and_Tf"]
        text += (f"<p>{name}relaxation enthalpy {1e3 * value['value']:.3g} ± {1e3 * value['error']:.1g} meV/atom, {reduced['value']:.3g} ± {reduced['error']:.1g} of "
                 "(c<sub>liquid</sub> − c<sub>glass</sub>) T<sub>f</sub>." + "".join(" " + html.escape(w) + "." for w in one.get("warnings", [])) + "</p>")
    return text


def inherent_structures(minima):
    rows = [(m["protocol_step"], f"{m['temperature_before_K']:.0f}" if m["temperature_before_K"] is not None else "–",
             f"{m['energy_eV_per_atom']['value']:.5f}" + (f" ± {m['energy_eV_per_atom']['error']:.1g}" if m["energy_eV_per_atom"]["error"] is not None else ""),
             f"{m['volume_A3_per_atom']:.3f}", m["replicas"]) for m in minima]
    return _table(("step", "from (K)", "energy (eV/atom)", "volume (Å<sup>3</sup>/atom)", "replicas"), rows)
