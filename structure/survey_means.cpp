// SPDX-License-Identifier: BSD-3-Clause
#include "structure/survey_means.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace patina {

namespace {

template <class Of>
FrameMean mean_of(const std::vector<FrameFigures>& frames, const Of& of) {
  std::vector<double> values;
  for (const FrameFigures& frame : frames) values.push_back(of(frame));
  return frame_mean(values);
}

double ratio(std::int64_t part, std::int64_t whole) { return static_cast<double>(part) / static_cast<double>(whole); }

std::int64_t count_of(const FrameFigures& frame, int type, const VoronoiIndex& index) {
  const auto found = frame.indices.find({type, index});
  return found == frame.indices.end() ? 0 : found->second;
}

std::vector<Population> populations(const std::vector<FrameFigures>& frames) {
  std::set<std::pair<int, VoronoiIndex>> kinds;
  for (const FrameFigures& frame : frames)
    for (const auto& [kind, count] : frame.indices) kinds.insert(kind);
  std::vector<Population> found;
  for (const auto& [type, index] : kinds)
    found.push_back({type, index, mean_of(frames, [type = type, index = index](const FrameFigures& frame) {
                       return ratio(count_of(frame, type, index), frame.closed_cells[static_cast<std::size_t>(type)]);
                     })});
  std::stable_sort(found.begin(), found.end(), [](const Population& a, const Population& b) {
    return a.type != b.type ? a.type < b.type : a.fraction.mean > b.fraction.mean;
  });
  return found;
}

double share_of_largest(const std::vector<std::int64_t>& sizes, const FrameFigures& frame) {
  return sizes.empty() ? 0.0 : ratio(sizes.front(), frame.network.icosahedra);
}

}  // namespace

double fraction_of(const FrameFigures& frame, const VoronoiIndex& index) {
  std::int64_t count = 0;
  for (std::size_t t = 0; t < frame.closed_cells.size(); ++t) count += count_of(frame, static_cast<int>(t), index);
  return ratio(count, frame.closed());
}

SurveyMeans survey_means(const StructureSurvey& survey) {
  const auto& frames = survey.frames();
  const std::size_t types = survey.species().size();
  std::int64_t atoms = 0;
  for (const auto n : survey.atoms()) atoms += n;
  SurveyMeans means;
  for (std::size_t a = 0; a < types; ++a) {
    means.volume_A3.push_back(mean_of(frames, [a](const FrameFigures& frame) { return frame.volume_A3[a]; }));
    means.faces.push_back(mean_of(frames, [a, types](const FrameFigures& frame) {
      double sum = 0.0;
      for (std::size_t b = 0; b < types; ++b) sum += frame.coordination[a * types + b];
      return sum;
    }));
    for (std::size_t b = 0; b < types; ++b)
      means.coordination.push_back(mean_of(frames, [k = a * types + b](const FrameFigures& frame) { return frame.coordination[k]; }));
  }
  means.populations = populations(frames);
  means.icosahedra = mean_of(frames, [](const FrameFigures& frame) { return fraction_of(frame, full_icosahedron); });
  means.z16 = mean_of(frames, [](const FrameFigures& frame) { return fraction_of(frame, frank_kasper_z16); });
  means.atoms_in_icosahedra = mean_of(frames, [atoms](const FrameFigures& frame) { return ratio(frame.network.atoms_in_them, atoms); });
  means.interpenetrating = mean_of(frames, [](const FrameFigures& frame) {
    return frame.network.icosahedra == 0 ? std::nan("") : 2.0 * ratio(frame.network.interpenetrating, frame.network.icosahedra);
  });
  means.largest_cluster = mean_of(frames, [](const FrameFigures& frame) { return share_of_largest(frame.network.cluster_sizes, frame); });
  means.largest_sharing_cluster =
      mean_of(frames, [](const FrameFigures& frame) { return share_of_largest(frame.network.sharing_cluster_sizes, frame); });
  means.mean_order = mean_of(frames, [](const FrameFigures& frame) { return frame.mean_order; });
  means.crystalline = mean_of(frames, [](const FrameFigures& frame) { return frame.crystalline; });
  return means;
}

}  // namespace patina
