# SPDX-License-Identifier: BSD-3-Clause
"""The page of a run: its figures, numbers and captions, section by section."""
import html
import os

import captions
import figures_deformation
import figures_dynamics
import figures_glass
import figures_quench
import figures_scattering
import figures_speckles
import figures_stationary
import frames
import style
import tables
from html_page import Page
from run_data import Run, composition


def _quench_section(page, run):
    quenches = run.analysis["glass_transition"]
    if not quenches:
        return
    page.heading("The quench")
    for quench in quenches:
        if quench["observables"]:
            page.figure(figures_quench.quench_figure(run, quench), f"quench_step{quench['protocol_step']:02d}",
                        captions.quench(run, quench))
    page.raw(tables.glass_transition(quenches))


def _heating_section(page, run):
    scans, minima = run.analysis.get("heating", []), run.analysis.get("inherent_structures", [])
    if scans:
        page.heading("Heating")
        figure = figures_glass.heating_figure(scans)
        if figure is not None:
            page.figure(figure, "heating", figures_glass.heating_caption(scans))
        page.raw(tables.heating(scans, run.analysis["relaxation_enthalpy"]))
    if minima:
        page.heading("Inherent structures")
        page.raw(tables.inherent_structures(minima))


def _deformation_section(page, run):
    curves, holds = run.analysis.get("stress_strain", []), run.analysis.get("stress_relaxation", [])
    if curves or holds:
        page.heading("Deformation")
        page.figure(figures_deformation.deformation_figure(curves, holds), "deformation", figures_deformation.deformation_caption(curves, holds))


def _tau_section(page, run):
    tau = run.analysis.get("tau_of_temperature")
    if tau:
        page.heading("Relaxation time against temperature")
        page.figure(figures_glass.tau_figure(tau), "tau_of_temperature", figures_glass.tau_caption(tau))


def _structure_section(page, run):
    pairs = run.entries("pair_distribution/g")
    if not run.analysis["structure"] and not pairs:
        return
    page.heading("Structure")
    for structure in run.analysis["structure"]:
        page.figure(figures_scattering.structure_figure(run, structure), f"structure_factor_{structure['entry']}",
                    captions.structure(run, structure))
    for entry in pairs:
        page.figure(figures_stationary.pair_figure(run, entry), f"pairs_{entry}", figures_stationary.pair_caption(run, entry))


def _relaxation_section(page, run):
    for relaxation in run.analysis["relaxation"]:
        entry = relaxation["entry"]
        page.heading(captions.relaxation_title(run, relaxation))
        page.figure(figures_scattering.relaxation_figure(run, relaxation), f"intermediate_scattering_{entry}",
                    captions.relaxation(run, relaxation))
        page.figure(figures_scattering.two_time_figure(run, relaxation), f"two_time_{entry}",
                    captions.two_time(run, relaxation))
        page.figure(figures_scattering.ageing_figure(run, relaxation), f"ageing_{entry}",
                    captions.ageing(run, relaxation))
        page.raw(tables.relaxation(relaxation))
        if relaxation["self"]:
            page.figure(figures_scattering.self_figure(run, relaxation), f"self_scattering_{entry}",
                        captions.self_part(run, relaxation))


def _dynamics_section(page, run):
    for dynamics in run.analysis["lag_dynamics"]:
        if dynamics["kind"] == "multi_tau":
            page.heading(f"Stationary dynamics {captions.step_words(run, dynamics['protocol_step'])}{captions.selected(dynamics)}")
            page.figure(figures_stationary.multi_tau_figure(run, dynamics), f"multi_tau_{dynamics['entry']}",
                        figures_stationary.multi_tau_caption(run, dynamics))
            page.raw(tables.dynamics(dynamics))
            continue
        page.heading(f"Dynamics over decades {captions.step_words(run, dynamics['protocol_step'])}{captions.selected(dynamics)}")
        page.figure(figures_dynamics.relaxation_figure(run, dynamics), f"dynamics_{dynamics['entry']}",
                    figures_dynamics.relaxation_caption(run, dynamics))
        page.figure(figures_dynamics.displacement_figure(run, dynamics), f"displacements_{dynamics['entry']}",
                    figures_dynamics.displacement_caption(run, dynamics))
        page.figure(figures_dynamics.distinct_figure(run, dynamics), f"distinct_{dynamics['entry']}", figures_dynamics.DISTINCT_CAPTION)
        page.raw(tables.dynamics(dynamics))


def _speckle_section(page, run):
    speckles = run.analysis.get("speckles", [])
    if not speckles:
        return
    page.heading("Ageing and regimes in the speckles")
    page.figure(figures_speckles.speckle_figure(speckles), "speckles", figures_speckles.speckle_caption(speckles))


def _frames_section(page, run):
    for folder in run.frame_sets():
        label = os.path.basename(folder)
        page.heading(f"Frames of a detector ({label})")
        page.figure(frames.drawn(folder), f"frames_{label}", frames.caption(folder))


def write_report(folder):
    style.use()
    run = Run(folder)
    title = run.input.get("title") or (f"{composition(run.input)}: a run of Patina" if run.thermo else
                                       f"{run.provenance.get('trajectory', 'a stored trajectory')}: scattering by Patina")
    page = Page(folder)
    page.raw(f"<h1>{html.escape(title)}</h1>")
    page.raw(f'<p class="sub">{captions.what_was_run(run)}</p>')
    page.raw(tables.protocol(run))
    page.raw(tables.origin(run))
    unfinished = run.unfinished()
    if unfinished:
        print(f"note: the run is not finished: {unfinished}", flush=True)
        page.raw(f'<p class="note"><b>The run is not finished</b>: {html.escape(unfinished)}. What follows holds for what '
                 "there is.</p>")
    if run.analysis["notes"]:
        page.raw('<p class="note">' + "<br>".join(html.escape(n) for n in run.analysis["notes"]) + "</p>")
    _quench_section(page, run)
    _heating_section(page, run)
    _deformation_section(page, run)
    _structure_section(page, run)
    _relaxation_section(page, run)
    _dynamics_section(page, run)
    _tau_section(page, run)
    _speckle_section(page, run)
    _frames_section(page, run)
    if run.thermo:
        page.heading("The whole run")
        page.figure(figures_quench.overview_figure(run), "overview", captions.overview(run))
    page.raw(captions.limits())
    page.raw(f"<footer>{captions.provenance(run)}</footer>")
    page.save(title)
