# SPDX-License-Identifier: BSD-3-Clause
"""What each figure shows, and what may not be concluded from it. HTML; run data are escaped."""
import html
import os
import re

import numpy as np

from figures_quench import block_means
from figures_scattering import poor
from run_data import composition


WIDE = 0.2  # of the mean q: a set that goes over more than this is told by its ends (scattering/xpcs_observer.cpp)


def subscripts(formula):
    return re.sub(r"([A-Za-z])(\d+(?:\.\d+)?)", r"\1<sub>\2</sub>", html.escape(formula))


def rate(value):
    """2e13 -> 2 × 10<sup>13</sup>."""
    mantissa, exponent = f"{value:.2e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa} × 10<sup>{int(exponent)}</sup>"


def what_was_run(run):
    facts = [subscripts(composition(run.input)) if run.thermo else "trajectory " + html.escape(run.provenance.get("trajectory", ""))]
    if run.atoms > 1:
        facts.append(f"{run.atoms} atoms")
    if not run.thermo:
        return ", ".join(facts) + ". Scattering of a stored trajectory."
    potential = run.provenance.get("potential") or ", ".join(run.input.get("potential", {}).get("files", []))
    if potential:
        facts.append("potential " + html.escape(potential.split("/")[-1]))
    if len(run.replicas) > 1:
        facts.append(f"{len(run.replicas)} independent replicas")
    facts += special_arithmetic(run)
    return ", ".join(facts) + ". Molecular dynamics with in-situ coherent scattering."


def special_arithmetic(run):
    """What of the forces is not as the potential's file and double precision give it."""
    dynamics = run.analysis["dynamics"]
    facts = []
    if dynamics["precision"] == "mixed":
        facts.append("pair terms in single precision (precision: mixed)")
    if dynamics["tables"] == "smooth":
        facts.append("radial functions smoothed onto a coarser grid (tables: smooth)")
    return facts


def quench(run, found):
    names = " and ".join(o["name"] for o in found["observables"]).capitalize()
    temperatures = [np.array(rows) for rows in found["temperature_K"]]
    errors_shown = any((block_means(rows, rows)[2] > 0).any() for rows in temperatures)
    text = (f"{names} per atom while the melt is cooled at {rate(found['rate_K_per_s'])} K/s from "
            f"{found['first_K']:.0f} to {found['last_K']:.0f} K (grey: block means"
            + (", with standard errors where a block holds three rows or more). " if errors_shown else "). "))
    text += ("The temperature is that of the sample, which lags behind the thermostat in so fast a quench: the target plus a "
             "running mean of the lag. ")
    found_any = [o for o in found["observables"] if o["found"]]
    if found_any:
        text += ("Dashed: straight lines fitted in the shaded temperature windows, which are fixed "
                 "fractions of T<sub>g</sub>; vertical: their intersection with its bootstrap interval (grey). "
                 "Orange bar: where T<sub>g</sub> moves if the windows are chosen otherwise. The range that holds both is the "
                 "honest uncertainty. Below: the same without the glass line, which shows how sharp the bend is. ")
    for o in found_any:
        if flips(o):
            low, high = o["flips_between_K"]
            text += (f"<b>T<sub>g</sub> from {html.escape(o['name'])} has not converged</b>: as its windows move with it, it "
                     f"flips between values from {low:.0f} to {high:.0f} K, which the range holds. ")
    return text + ("T<sub>g</sub> depends on the rate: a cast glass is cooled at 10<sup>2</sup>–10<sup>6</sup> K/s, so compare "
                   "this number with runs of the same rate only.")


def flips(observable):
    """Whether the iteration found no rest over a part of the range that matters."""
    if observable["converged"]:
        return False
    low, high = observable["flips_between_K"]
    return high - low > 0.25 * (observable["range_K"][1] - observable["range_K"][0])


def structure(run, found):
    where = step_words(run, found["protocol_step"])
    return (f"X-ray weighted structure factor {where}, with standard errors (band), and its partials. The main peak is "
            "where speckle experiments are made. A box of this size resolves no correlations longer than half its "
            "edge, so nothing can be said on medium-range order beyond that.")


def step_words(run, step):
    if step < 0:
        return ""
    return f"in step {step} ({html.escape(run.step_name(step))})"


def relaxation_title(run, found):
    step = found["protocol_step"]
    name = run.step_name(step).replace("_", " ")
    name = name[:1].upper() + name[1:]
    target = run.protocol[step].get("temperature_K") if 0 <= step < len(run.protocol) else None
    at = f" at {target:g} K" if target else ""
    return f"{name}{at}: relaxation and ageing{selected(found)}"


def selected(found):
    """What is looked at, if not shells of the whole sample by X-rays: text behind a heading."""
    return f" ({found['selection'].replace(' A ', ' Å ')})" if found["selection"] else ""


def q_words(found):
    """A shell's centre, or a single vector's place in the reciprocal lattice and its length."""
    if "miller" in found:
        return f"({' '.join(map(str, found['miller']))}), {found['q0_inv_A']:.4g}"
    return f"{found['q0_inv_A']:.4g}"


def at_q(run, found):
    q = run.dataset(found["entry"], "q_set/q_inv_A")
    if not found["q0_inv_A"]:
        words = "the chosen q"
    elif q and np.ptp(q[0]) > WIDE * found["q0_inv_A"]:
        words = f"q = {q[0].min():.3g} to {q[0].max():.3g} Å<sup>−1</sup>"
    else:
        words = f"q = {q_words(found)} Å<sup>−1</sup>"
    return words + html.escape(selected(found))


def relaxation(run, found):
    fits = found["coherent"]["fits"]
    refused = [f for f in fits if f["status"] == "refused"]
    measured = f", measured mean temperature {found['temperature_K']:.0f} K" if found["temperature_K"] else ""
    text = (f"Coherent f(q,t) at {at_q(run, found)}{measured} for waiting times t<sub>w</sub> after the step began "
            f"({found['modes']} wavevectors{in_replicas(found)}{shared_speckles(found)}; error bars: standard errors over them). The early decay in the grey "
            f"band, ballistic motion and rattling in the cage, is left out of the Kohlrausch fits A exp[−(t/τ)<sup>β</sup>]. "
            "Residuals in units of σ; neighbouring lags share the same wavevectors, so they wander together, "
            "and the errors of τ and β allow for it. ")
    if refused:
        text += f"No fit is given for {len(refused)} of {len(fits)} waiting times: " + "; ".join(
            f"{fit['waiting_time_ps']:g} ps: {html.escape(fit.get('reason', ''))}" for fit in refused) + ". "
    return text


def weights(run, found):
    """By what atoms scatter: "xray", "neutron", "number" or "unit"."""
    named = run.attribute(found["entry"], "q_set", "weights")
    named = named[0] if named else "xray"
    return named.decode() if isinstance(named, bytes) else str(named)


def in_replicas(found):
    return f" in {found['replicas']} replicas together" if found["replicas"] > 1 else ""


def shared_speckles(found):
    """Under a window neighbouring vectors see the same."""
    few = found["speckles"] < 0.99 * found["modes"]
    return f", which are {found['speckles']:.0f} independent speckles" if few else ""


def two_time(run, found):
    # Independent intensities of all replicas together: under a window there are more of them than of fields.
    speckles = round(sum(run.attribute(found["entry"], "two_time", "speckles")) or found["speckles"])
    few = (f"<b>With {speckles} speckles its noise is {1 / speckles ** 0.5:.2f}</b>: read no structure off the ridge. "
           if speckles < 200 else "")
    return few + (f"{at_q(run, found)}, {speckles} speckles"
            + (f" in {found['replicas']} replicas. " if found["replicas"] > 1 else ". ")
            + "Two-time intensity correlation C(t<sub>1</sub>,t<sub>2</sub>) − 1 of the speckles"
            + (", as a beamline would record it" if weights(run, found) == "xray" else "") + "; the diagonal, a frame with itself, is replaced by its neighbours. White: contour at "
            "1/e of the value beside the diagonal. A ridge that widens along the diagonal is ageing; "
            "ripples off the ridge are the noise of a finite number of speckles, not intermittency.")


def drawn(fits):
    return [fit for fit in fits if fit["status"] != "refused"]


def bars(found):
    """What the bars of the ageing figure hold, and where they hold less."""
    if found["replicas"] < 4:
        return "Bars: 68 % intervals of the fits. "
    alone = [fit for fit in drawn(found["coherent"]["fits"]) + drawn(found["age_centred"]["fits"])
             if "replica_jackknife" not in fit]
    text = ("Bars and band: 68 % intervals, of the fit or of what replicas scatter (jackknife), whichever is wider"
            if found["common_shape"]["found"] else
            "Bars: 68 % intervals, of the fit or of what replicas scatter (jackknife), whichever is wider")
    if alone:
        text += (f"; but of the fit alone at {', '.join(format(fit['waiting_time_ps'], '.3g') for fit in alone)} ps, where "
                 "without one of the replicas there is none")
    return text + ". "


def ageing(run, found):
    text = (f"Relaxation time and stretching exponent against waiting time: <b>{html.escape(verdict(found))}</b>. "
            "Grey: each curve fitted by itself. ")
    if found["common_shape"]["found"]:
        text += ("Blue: all curves fitted together with one amplitude and exponent (line and "
                 f"band below), so that only τ varies{shape_quality(found)}. ")
    text += bars(found)
    if drawn(found["age_centred"]["fits"]):
        text += ("Triangles: cuts of f(t<sub>1</sub>,t<sub>2</sub>) centred on the age instead of starting from it. "
                 "Where both kinds differ beyond their errors, the sample ages within its relaxation time, and the "
                 "exponent of the cuts that start at t<sub>w</sub> is biased low. ")
    if any("tau_above_ps" in one for one in found["ageing"]["left_out"]):
        text += ("Arrows: lower bounds of τ where its decay is not seen to its end. Leaving these out favours short τ; no "
                 "constancy and no law is claimed against them. ")
    if not found["ageing"]["sample_to_sample_scatter_included"]:
        text += ("<b>One sample" if found["replicas"] == 1 else f"<b>{found['replicas']} samples")
        text += (" cannot prove a trend</b>: the bars hold the noise of a finite number of wavevectors, not the "
                 "fluctuations of a small box's own dynamics, which only more replicas show. ")
    return text + ("These are picoseconds near the simulated glass transition; experiments see 10<sup>2</sup>–10<sup>4"
                   "</sup> s far below it, so compare reduced times t<sub>w</sub>/τ, not values.")


def shape_quality(found):
    shape = found["common_shape"]
    if not shape["found"]:
        return ""
    words = f" (χ² = {shape['chi_squared']:.0f} for {shape['degrees_of_freedom']} degrees of freedom"
    if poor(shape):
        words += "; more than chance allows, so the shape itself changes too"
    return words + ")"


def verdict(found):
    text = found["ageing"]["text"]
    for name, sign in {"tau0_ps": "τ₀ (ps)", "tau1_ps": "τ₁ (ps)", "change_at_ps": "change at (ps)", "tau_star_ps": "τ* (ps)", "plateau_from_ps": "plateau from (ps)",
                       "t0_ps": "t₀ (ps)", "+-": "±", "mu =": "μ =", "nu =": "ν =", "tau is": "τ is"}.items():
        text = text.replace(name, sign)
    return text


def self_part(run, found):
    shown = [curves["fits"][w] for curves in found["self"] for w in (0, -1)]
    poor_ones = ("<b>Poor fits</b>: the decay is no Kohlrausch function within the errors, so their τ has no interval. "
                 if any(poor(fit) for fit in drawn(shown)) else "")
    return (f"Self parts F<sub>s</sub>(q,t) by species at {at_q(run, found)}, first (filled) and last (open) waiting time, "
            "with Kohlrausch fits. " + poor_ones + ("Errors: what replicas scatter. " if found["replicas"] >= 4 else "Errors are lower "
            "bounds: the vectors share their atoms, and only four replicas or more show the scatter of samples. ")
            + {"xray": "X-ray speckles see the coherent sum, not these.",
               "neutron": "Coherent scattering of neutrons sees the sum of all pairs of atoms, not these; incoherent scattering does."}.get(
                   weights(run, found), "Coherent scattering sees the sum of all pairs of atoms, not these."))


def overview(run):
    text = ("Temperature with its target, pressure, and the conserved quantity of the equations of motion counted from "
            "the first row of each step: its fluctuation is that of the finite time step and follows the temperature; a jump is an "
            "accident, a steady slope at constant temperature an error of the integration. ")
    if len(run.replicas) > 1:
        text += "First replica. "
    return text


def limits():
    return ('<p class="note">What a run like this cannot say: it covers 10<sup>−12</sup>–10<sup>−6</sup> s with '
            "10<sup>3</sup>–10<sup>6</sup> atoms, a speckle experiment 1–10<sup>5</sup> s with 10<sup>13</sup> atoms. "
            "Sequence and shape of the relaxation may be compared in reduced units; absolute times, "
            "T<sub>g</sub> and the number of avalanches may not. Everything holds for this interatomic potential.</p>")


def provenance(run):
    facts = run.provenance
    analysed = run.analysis["analysed_with"]
    parts = []
    if "version" in facts:
        parts.append(f"Run by Patina {facts['version']} (git {facts.get('git', '?')}), {facts.get('ranks', '?')} rank(s) "
                     f"of {facts.get('threads', '?')} thread(s)")
    if facts.get("seed") is not None:
        parts.append(f"seed {facts['seed']}")
    parts.append(f"analysed by Patina {analysed['version']} (git {analysed['git_hash']})")
    text = html.escape("; ".join(parts)) + "."
    if "sha256" in facts:
        text += f" Potential SHA-256 {html.escape(facts['sha256'])}"
        smooth = run.analysis["dynamics"]["tables"] == "smooth"
        text += ", of the file; the forces came from smooth tables made of it." if smooth else "."
    where = [run.folder] if run.replicas == [run.folder] else run.replicas
    links = []
    for folder in where:
        for name in ("thermo.csv", "xpcs.h5"):
            if os.path.exists(os.path.join(folder, name)):
                path = html.escape(os.path.relpath(os.path.join(folder, name), run.folder))
                links.append(f'<a href="{path}">{path}</a>')
    return text + (' All numbers with their errors: <a href="analysis.json">analysis.json</a>; the complete input: '
                   '<a href="resolved.json">resolved.json</a>; raw data: ' + ", ".join(links) + ".")
