# SPDX-License-Identifier: BSD-3-Clause
"""One file, report.html, that needs nothing else: what all reports are put into."""
import base64
import html
import os

import matplotlib.pyplot as plt

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
        self.folder = folder
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

    def save(self, title):
        """FOLDER/report.html, whole or not at all."""
        text = ('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
                '<meta name="viewport" content="width=device-width,initial-scale=1">'
                f"<title>{html.escape(title)}</title><style>{CSS}</style></head>\n<body>\n"
                + "\n".join(self.parts) + "\n</body></html>\n")
        temporary = os.path.join(self.folder, "report.html.tmp")
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, os.path.join(self.folder, "report.html"))
