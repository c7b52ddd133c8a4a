# SPDX-License-Identifier: BSD-3-Clause
"""Puts figures, numbers and captions together into one file, report.html, that needs nothing else."""
import base64
import html
import os

import matplotlib.pyplot as plt

import captions
import figures_dynamics
import figures_quench
import figures_scattering
import figures_stationary
import frames
import style
import tables
from run_data import Run, composition

CSS = """
body{font:16px/1.5 Georgia,'DejaVu Serif',serif;color:#1a1a1a;max-width:60rem;margin:2rem auto;padding:0 1.2rem}
h1{font-size:1.7rem;line-height:1.25;margin-bottom:.2rem} h2{font-size:1.2rem;margin-top:2.2rem;
border-bottom:1px solid #ccc} .sub{color:#555;margin-top:0} table{border-collapse:collapse;font-size:.88rem;margin:.8rem 0}
th,td{text-align:left;padding:.25rem .8rem .25rem 0;border-bottom:1px solid #ddd;vertical-align:top}
th{border-bottom:1.5px solid #888} td.n{font-variant-numeric:tabular-nums} figure{margin:1.2rem 0;page-break-inside:avoid}
figure img{max-width:100%;height:auto} figcaption{font-size:.9rem;color:#333;max-width:50rem}
.note{background:#f5f1e6;border-left:4px solid #E69F00;padding:.5rem .9rem;font-size:.92rem}
footer{margin-top:3rem;border-top:1px solid #ccc;color:#555;font-size:.8rem;overflow-wrap:anywhere}
sup,sub{line-height:0} .wide{overflow-x:auto} @media print{body{margin:0;max-width:none}}
"""


FULL_WIDTH_IN = 8.8


class Page:
    def __init__(self, folder):
        self.figures = os.path.join(folder, "figures")
        os.makedirs(self.figures, exist_ok=True)
        self.parts = []
        self.number = 0

    def heading(self, text):
        self.parts.append(f"<h2>{html.escape(text)}</h2>")

    def raw(self, text):
        self.parts.append(text)

    def figure(self, figure, name, caption):
        """Saves the PNG and embeds the same bytes. The caption is HTML."""
        if figure is None:
            words = html.escape(name.replace("_", " "))
            self.raw(f'<p class="note">No figure of {words}: too little was measured for it.</p>')
            return
        self.number += 1
        path = os.path.join(self.figures, name + ".png")
        figure.savefig(path)
        # Shown at the width it was drawn for, so that letters are equally large in all figures.
        width = min(100.0, 100.0 * figure.get_size_inches()[0] / FULL_WIDTH_IN)
        plt.close(figure)
        with open(path, "rb") as file:
            data = base64.b64encode(file.read()).decode()
        words = html.escape(name.replace("_", " "))
        self.parts.append(f'<figure><img alt="{words}" style="width:{width:.0f}%" src="data:image/png;base64,{data}">'
                          f"<figcaption><b>Figure {self.number}.</b> {caption}</figcaption></figure>")


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
        page.raw(tables.dynamics(dynamics))


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
    unfinished = run.unfinished()
    if unfinished:
        print(f"note: the run is not finished: {unfinished}", flush=True)
        page.raw(f'<p class="note"><b>The run is not finished</b>: {html.escape(unfinished)}. What follows holds for what '
                 "there is.</p>")
    if run.analysis["notes"]:
        page.raw('<p class="note">' + "<br>".join(html.escape(n) for n in run.analysis["notes"]) + "</p>")
    _quench_section(page, run)
    _structure_section(page, run)
    _relaxation_section(page, run)
    _dynamics_section(page, run)
    _frames_section(page, run)
    if run.thermo:
        page.heading("The whole run")
        page.figure(figures_quench.overview_figure(run), "overview", captions.overview(run))
    page.raw(captions.limits())
    page.raw(f"<footer>{captions.provenance(run)}</footer>")
    text = ('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{html.escape(title)}</title><style>{CSS}</style></head>\n<body>\n"
            + "\n".join(page.parts) + "\n</body></html>\n")
    temporary = os.path.join(folder, "report.html.tmp")
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, os.path.join(folder, "report.html"))
