# SPDX-License-Identifier: BSD-3-Clause
"""The page of a folder of `patina synth`: what was made, what is true of it, and whether a plain estimate from it differs by more than noise."""
import html
import os


import style
import synthetic_figures as figures
from html_page import Page
from synthetic_data import Synthetic


def _table(head, rows):
    cells = "".join(f"<th>{h}</th>" for h in head)
    body = "".join("<tr>" + "".join(f'<td class="n">{c}</td>' for c in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{cells}</tr>{body}</table></div>'


def _words(values):
    """Keys and values of an object of the input, without what is not set."""
    return ", ".join(f"{k} {v:g}" if isinstance(v, (int, float)) and not isinstance(v, bool) else f"{k} {v}" for k, v in values.items()
                     if v is not None and k != "type" and v != [])


def _what_was_made(data):
    c, shells = data.input, data.shells
    rows = [("frames", f"{c['frames']['count']}, {c['frames']['interval_s']:g} s apart, {c['frames']['count'] * c['frames']['interval_s']:g} s in all"),
            ("q (1/Å)", ", ".join(f"{s.q:g}" for s in shells)),
            ("tau(q)", f"(q / {c['q0_inv_A']:g})<sup>−{c['q_exponent']:g}</sup>"),
            ("contrast", f"{shells[0].contrast:.4g} of snapshots" + ("" if data.is_movie else f", {shells[0].contrast_of_frames:.4g} of frames")
             + (f"; modes of weights {html.escape(str(c['mode_weights']))}" if c["mode_weights"] else "")),
            ("pixels", ", ".join(str(s.pixels) for s in shells) + " (of each q)")]
    for number, zone in enumerate(c["zones"]):
        clock = zone["clock"]
        rows.append((f"zone {number}", html.escape(f"{100 * zone['fraction']:g} % of what moves; exponent {zone['kww_exponent']:g}; clock {clock['type']}: "
                                                   f"{_words(clock)}" + ("" if zone["form"] == "clock" else f"; form {zone['form']}"))))
    if c["static_fraction"]:
        rows.append(("static part", f"{100 * c['static_fraction']:g} % of the intensity"))
    for key in ("flow", "strain"):
        if c.get(key):
            rows.append((key, html.escape(_words(c[key]))))
    if shells[0].rates is not None:
        rows.append(("rates", html.escape(f"each speckle has its own: {c['rates']['type']}, {_words(c['rates'])}")))
    if not data.is_movie:
        d = c["detector"]
        faults = {k: v for k, v in d["faults"].items() if v}
        rows += [("detector", html.escape(_words(d["geometry"]))),
                 ("photons", f"{d['photons_per_pixel']:g} in a pixel and frame at q<sub>0</sub>"
                  + (f", falling as q<sup>−{d['intensity_power']:g}</sup>" if d["intensity_power"] else "")),
                 ("speckles", html.escape(f"larger than a pixel: {_words(d['pupil'])}; {shells[0].pixels_per_speckle:.3g} pixels fluctuate as one")
                  if d.get("pupil") else "one in each pixel"),
                 ("exposure", html.escape(_words(d["exposure"])) if d.get("exposure") else "snapshots"),
                 ("faults", html.escape(_words(faults)) if faults else "none")]
    rows += [("generators", html.escape("; ".join(f"q = {s.q:g}: " + ", ".join(s.generators) for s in shells))),
             ("seed", str(data.seed)), ("events", str(len(data.events)) + (" (below, and in the file)" if data.events else ""))]
    return _table(("", ""), rows)


def _null_test(data, page):
    score = data.score
    names = {"g2": "g<sub>2</sub>, all lags", "two_time": "C(t<sub>1</sub>, t<sub>2</sub>), points spread over the map", "snapshots": "intensities of single frames"}
    rows = [(names[t["of"]], f"{t['chi_squared']:.4g}", t["degrees_of_freedom"], f"{t['chi_squared_per_degree_of_freedom']:.3f}", f"{t['probability']:.2g}",
             html.escape(t["verdict"])) for t in score["null_tests"]]
    page.raw(_table(("all q together", "χ²", "degrees of freedom", "χ² / d.o.f.", "p", "so the deviation is"), rows))
    each = []
    for kind, name in (("g2", "g<sub>2</sub>"), ("two_time", "C")):
        for one in score[kind]:
            grades = one["grades"]
            joint, single = grades["with_theoretical_covariance"], grades["with_theoretical_errors"]
            if not joint or not single:
                continue
            each.append((name, style.bin_name(one["q_inv_A"], one["phi_deg"]), grades["points"], f"{grades['bias']:+.4f} ± {grades['bias_error']:.4f}",
                         f"{single['chi_squared_per_point']:.3f} ± {single['chi_squared_per_point_scatter']:.3f}", f"{single['probability']:.2g}",
                         f"{joint['chi_squared_per_degree_of_freedom']:.3f} ({joint['degrees_of_freedom']})", f"{joint['probability']:.2g}"))
    page.raw(_table(("", "q (1/Å)", "points", "bias / contrast", "χ² per point", "p", "χ² / d.o.f.", "p"), each))
    page.raw("<p>σ is the closed form for so many pixels, contrast and photons; <i>per point</i> takes points one by one, with the scatter that their "
             "correlations leave, <i>per degree of freedom</i> with their covariance. p is the probability that noise alone is off by as much or more: small "
             "where something else than noise is seen. g<sub>2</sub>, C and single frames are of the same pixels: three questions, not three measurements. The "
             "same test of another program's answer: <code>patina score ANSWER FOLDER</code>.</p>")


def _snapshot_words(score):
    tested = [s for s in score["snapshots"] if s["degrees_of_freedom"]]
    text = ("Pixels of frames between which |f|² is below 0.001 (" + ", ".join(str(len(s["frames"])) for s in score["snapshots"][:figures.MOST_CURVES])
            + " frames), neighbouring bins joined where few are expected. Lines: the closed form, exponential intensities of all modes of coherence added up"
            + (", and photons counted in them (negative-binomial where modes have equal weights)" if score["snapshots"][0]["of"] == "photons" else "") + ". ")
    if tested:
        return text + "; ".join(f"q = {style.bin_name(s['q_inv_A'], s['phi_deg'])} 1/Å: χ² = {s['chi_squared']:.1f} of {s['degrees_of_freedom']}, p = {s['probability']:.2g}" for s in tested) + "."
    return text + "Not tested: " + html.escape(score["snapshots"][0]["no_test"]) + "."


def write_report(folder, note=""):
    style.use()
    data = Synthetic(folder)
    title = data.input["title"] or "Synthetic speckles"
    page = Page(folder)
    page.raw(f"<h1>{html.escape(title)}</h1>")
    page.raw('<p class="sub">' + ("Speckles without atoms, whose dynamics are known exactly." if data.is_movie else
                                  "Frames of a detector that looks at a sample whose dynamics are known exactly.") + "</p>")
    page.raw(_what_was_made(data))
    if note:
        page.raw(f'<p class="note">Nothing was estimated from the data: {html.escape(note)}</p>')
    first = data.shells[0]
    page.heading("What is true")
    page.figure(figures.clock_figure(data, first), "clocks", f"Relaxation time and material time of each zone at q = {first.q:g} 1/Å"
                + (", with events (ticks)." if data.events else "."))
    if first.rates is not None:
        page.figure(figures.rates_figure(first), "rates", "Rates of speckles against that of the clock. g<sub>2</sub> is the mean over them of the squares of f, "
                    "not the square of the mean f.")
    figure, pixels = figures.two_time_figure(first, data.score)
    page.figure(figure, "two_time", f"C at q = {first.q:g} 1/Å: the truth, and one sample of it, of {pixels} pixels"
                + ("; right: what they differ by, in units of the closed-form error, mean over blocks (points of a block go together)." if data.score else "."))
    if data.score and data.score["g2"]:
        page.figure(figures.g2_figure(data.score), "g2", "g<sub>2</sub> − 1, means over starts and over ranges of lags: points from the data, with the closed-form "
                    "error; lines: the truth, through the same averages. Neighbouring lags go together.")
    if data.score and data.score["snapshots"]:
        page.heading("Intensities" if data.is_movie else "Photons")
        page.figure(figures.snapshot_figure(data.score), "snapshots", _snapshot_words(data.score))
    if not data.is_movie:
        page.heading("Frames")
        page.figure(figures.frames_figure(data), "frames", "A frame; the mean frame, with what the mask leaves out (gaps, shadows, dead and hot pixels); the partition "
                    "whose pixels are correlated together.")
    if data.score:
        page.heading("Is it noise?")
        _null_test(data, page)
        if data.score["notes"]:
            page.raw('<p class="note">' + "<br>".join(html.escape(n) for n in data.score["notes"]) + "</p>")
    page.heading("Conventions")
    page.raw(f"<p>{html.escape(data.convention)}</p>")
    files = ["synth.h5"] if data.is_movie else sorted("frames/" + name for name in os.listdir(os.path.join(folder, "frames")))
    links = ", ".join(f'<a href="{html.escape(name)}">{html.escape(name)}</a>' for name in files + ["resolved.json"] + (["score.json"] if data.score else []))
    page.raw(f"<footer>Made by Patina {html.escape(data.version)} (git {html.escape(data.git)}), seed {data.seed}. Files: {links}.</footer>")
    page.save(title)
