// SPDX-License-Identifier: BSD-3-Clause
#include "structure/survey_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "structure/survey_means.hpp"

namespace patina {

namespace {

// "8.06 +- 0.21"; without an error where there is one frame.
std::string text_of(const FrameMean& mean, double unit, int digits) {
  if (std::isnan(mean.mean)) return "-";
  if (std::isnan(mean.error)) return fmt::format("{:.{}f}", mean.mean / unit, digits);
  return fmt::format("{:.{}f} +- {:.{}f}", mean.mean / unit, digits, mean.error / unit, digits);
}

std::string head(const StructureSurvey& survey) {
  std::string text = fmt::format("{} frame{}, atoms:", survey.frames().size(), survey.frames().size() == 1 ? "" : "s");
  for (std::size_t t = 0; t < survey.species().size(); ++t) text += fmt::format(" {} {}", survey.atoms()[t], survey.species()[t]);
  text += survey.radii_A().empty() ? "; Voronoi cells" : "; radical cells, radii (A):";
  for (std::size_t t = 0; t < survey.radii_A().size(); ++t) text += fmt::format(" {} {:.2f}", survey.species()[t], survey.radii_A()[t]);
  if (survey.options().face_threshold > 0.0) text += fmt::format("; faces below {:g} of the cell's area left out", survey.options().face_threshold);
  std::int64_t all = 0;
  for (const auto n : survey.atoms()) all += n;
  const auto open = all - survey.frames().back().closed();
  if (open > 0) text += fmt::format("; {} open cells at surfaces do not count", open);
  return text + "\n";
}

std::string cells_table(const StructureSurvey& survey, const SurveyMeans& means) {
  const std::size_t types = survey.species().size();
  std::string text = fmt::format("\n{:<8}{:>18}{:>18}", "cells", "volume (A^3)", "neighbours");
  for (const std::string& symbol : survey.species()) text += fmt::format("{:>18}", "of which " + symbol);
  text += '\n';
  for (std::size_t a = 0; a < types; ++a) {
    text += fmt::format("{:<8}{:>18}{:>18}", survey.species()[a], text_of(means.volume_A3[a], 1.0, 3), text_of(means.faces[a], 1.0, 3));
    for (std::size_t b = 0; b < types; ++b) text += fmt::format("{:>18}", text_of(means.coordination[a * types + b], 1.0, 3));
    text += '\n';
  }
  return text;
}

std::string shells_table(const StructureSurvey& survey) {
  if (!survey.periodic()) return "";
  std::string text = fmt::format("\n{:<8}{:>18}{:>18}{:>18}{:>36}\n", "g(r)", "peak (A)", "height", "minimum (A)", "neighbours up to the minimum");
  for (const PairShell& pair : survey.shells()) {
    text += fmt::format("{:<8}{:>18.3f}{:>18.2f}{:>18.3f}{:>36}\n", pair.a + "-" + pair.b, pair.shell.peak_A, pair.shell.peak_height, pair.shell.minimum_A,
                        fmt::format("{} around {}: {}", pair.b, pair.a, text_of(pair.b_around_a, 1.0, 3)));
    if (pair.a != pair.b) text += fmt::format("{:>98}\n", fmt::format("{} around {}: {}", pair.a, pair.b, text_of(pair.a_around_b, 1.0, 3)));
  }
  if (const auto peak = survey.peak())
    text += fmt::format("S_x(q): first peak at {:.3f} +- {:.3f} 1/A, {:.2f} +- {:.2f} high{}\n", peak->q_inv_A, peak->q_error_inv_A,
                        peak->height, peak->height_error, std::isfinite(peak->fwhm_inv_A) ? fmt::format(", {:.3f} 1/A wide at half its height", peak->fwhm_inv_A) : "");
  return text;
}

std::string populations_table(const StructureSurvey& survey, const SurveyMeans& means, std::size_t most) {
  std::string text = "\nindex <n3,n4,n5,n6>     % of the species' cells\n";
  int type = -1;
  std::size_t shown = 0;
  for (const Population& one : means.populations) {
    if (one.type != type) shown = 0;
    type = one.type;
    if (++shown > most) continue;
    text += fmt::format("{:<4}{:<16}{:>18}\n", survey.species()[static_cast<std::size_t>(type)], name(one.index), text_of(one.fraction, 0.01, 2));
  }
  return text;
}

std::string order_table(const StructureSurvey& survey, const SurveyMeans& means) {
  const auto line = [](const std::string& what, const FrameMean& mean, double unit, int digits) {
    return fmt::format("{:<62}{:>18}\n", what, text_of(mean, unit, digits));
  };
  std::string text = "\n" + line("full icosahedra <0,0,12,0>, % of cells", means.icosahedra, 0.01, 2);
  text += line("  atoms that belong to them, %", means.atoms_in_icosahedra, 0.01, 1);
  text += line("  interpenetrating neighbours of each", means.interpenetrating, 1.0, 3);
  text += line("  in the largest cluster of interpenetrating ones, %", means.largest_cluster, 0.01, 1);
  text += line("  in the largest cluster that shares atoms, %", means.largest_sharing_cluster, 0.01, 1);
  text += line("Frank-Kasper Z16 <0,0,12,4> (Laves phases), % of cells", means.z16, 0.01, 2);
  text += line("bond order qbar_6, mean", means.mean_order, 1.0, 4);
  text += line(fmt::format("  atoms at or above {:g} (crystalline), %", survey.options().crystal_order), means.crystalline, 0.01, 2);
  return text;
}

std::string deformation_table(const StructureSurvey& survey, std::size_t most) {
  if (!survey.cutoff_A()) return "";
  std::string text = fmt::format("\ndeformation, neighbours within {:.3f} A, rearrangements above {:g} A^2\n{:>8}{:>12}{:>12}{:>16}{:>12}{:>16}{:>16}{:>12}\n",
                                 *survey.cutoff_A(), survey.options().event_d2_min_A2, "frame", "step", "since step", "D2_min (A^2)", "shear", "participation",
                                 "rearrangements", "largest");
  const DeformationFigures* latest = nullptr;
  for (const FrameFigures& frame : survey.frames()) {
    if (!frame.deformation) continue;
    latest = &*frame.deformation;
    text += fmt::format("{:>8}{:>12}{:>12}{:>16.5f}{:>12.5f}{:>16.4f}{:>16}{:>12}\n", frame.number, frame.step, latest->since_step, latest->mean_d2_min_A2,
                        latest->mean_shear, latest->participation_ratio, latest->events.size(), latest->events.empty() ? 0 : latest->events.front().atoms.size());
  }
  if (!latest || latest->events.empty()) return text;
  text += "\nlargest rearrangements of the last frame: atoms, centre (A), mean and largest D2_min (A^2)\n";
  for (std::size_t k = 0; k < std::min(most, latest->events.size()); ++k) {
    const Rearrangement& event = latest->events[k];
    text += fmt::format("{:>8}   {:>9.3f} {:>9.3f} {:>9.3f}   {:>9.4f} {:>9.4f}\n", event.atoms.size(), event.centre_A[0], event.centre_A[1], event.centre_A[2],
                        event.mean_d2_min_A2, event.largest_d2_min_A2);
  }
  return text;
}

}  // namespace

std::string survey_table(const StructureSurvey& survey, std::size_t most) {
  const SurveyMeans means = survey_means(survey);
  return head(survey) + cells_table(survey, means) + shells_table(survey) + populations_table(survey, means, most) + order_table(survey, means) +
         deformation_table(survey, most);
}

}  // namespace patina
