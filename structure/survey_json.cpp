// SPDX-License-Identifier: BSD-3-Clause
#include "structure/survey_json.hpp"

#include <nlohmann/json.hpp>
#include <numeric>

#include "core/version.hpp"
#include "structure/survey_means.hpp"

namespace patina {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const FrameMean& mean) { return {{"mean", mean.mean}, {"error", mean.error}}; }

Json conventions(const StructureSurvey& survey) {
  Json radii = nullptr;
  for (std::size_t t = 0; t < survey.radii_A().size(); ++t) radii[survey.species()[t]] = survey.radii_A()[t];
  return {{"tessellation", survey.radii_A().empty() ? "Voronoi" : "radical (power, Laguerre)"},
          {"radii_A", radii},
          {"face_threshold_of_cell_area", survey.options().face_threshold},
          {"index", "numbers of faces with 3, 4, 5, 6 edges; a fifth number, of faces with more, where there are any"},
          {"errors", "standard errors of means over frames, the largest over blocks of 1, 2, 4, ... frames with at least 8 blocks"}};
}

Json cells_of(const StructureSurvey& survey, const SurveyMeans& means) {
  Json cells = Json::object();
  const std::size_t types = survey.species().size();
  for (std::size_t a = 0; a < types; ++a) {
    Json around = Json::object();
    for (std::size_t b = 0; b < types; ++b) around[survey.species()[b]] = json_of(means.coordination[a * types + b]);
    cells[survey.species()[a]] = {{"atoms", survey.atoms()[a]}, {"volume_A3", json_of(means.volume_A3[a])},
                                  {"coordination", json_of(means.faces[a])}, {"coordination_by", around}};
  }
  return cells;
}

Json populations_of(const StructureSurvey& survey, const SurveyMeans& means) {
  Json list = Json::array();
  for (const Population& one : means.populations) {
    std::vector<int> index(one.index.faces.begin(), one.index.faces.end());
    if (index.back() == 0) index.pop_back();
    list.push_back({{"centre", survey.species()[static_cast<std::size_t>(one.type)]}, {"index", index}, {"fraction", json_of(one.fraction)}});
  }
  return list;
}

Json shells_of(const StructureSurvey& survey) {
  if (!survey.periodic()) return nullptr;
  Json list = Json::array();
  for (const PairShell& pair : survey.shells())
    list.push_back({{"pair", {pair.a, pair.b}}, {"peak_A", pair.shell.peak_A}, {"peak_height", pair.shell.peak_height},
                    {"minimum_A", pair.shell.minimum_A}, {pair.b + "_around_" + pair.a, json_of(pair.b_around_a)},
                    {pair.a + "_around_" + pair.b, json_of(pair.a_around_b)}});
  return list;
}

Json json_of(const std::optional<FirstPeak>& peak) {
  if (!peak) return nullptr;
  return {{"q_inv_A", peak->q_inv_A}, {"q_error_inv_A", peak->q_error_inv_A}, {"height", peak->height}, {"height_error", peak->height_error}, {"fwhm_inv_A", peak->fwhm_inv_A}};
}

Json icosahedra_of(const SurveyMeans& means) {
  return {{"fraction", json_of(means.icosahedra)},
          {"atoms_in_them", json_of(means.atoms_in_icosahedra)},
          {"interpenetrating_neighbours", json_of(means.interpenetrating)},
          {"largest_cluster", json_of(means.largest_cluster)},
          {"largest_cluster_that_shares_atoms", json_of(means.largest_sharing_cluster)}};
}

Json crystal_of(const StructureSurvey& survey, const SurveyMeans& means) {
  return {{"order_parameter", "qbar_6 (Lechner & Dellago 2008), neighbours by Voronoi faces weighted with their areas (Mickel et al. 2013)"},
          {"mean", json_of(means.mean_order)},
          {"threshold", survey.options().crystal_order},
          {"fraction_above", json_of(means.crystalline)},
          {"z16_fraction", json_of(means.z16)}};
}

Json network_of(const IcosahedralNetwork& network) {
  return {{"number", network.icosahedra},
          {"atoms_in_them", network.atoms_in_them},
          {"pairs_interpenetrating", network.interpenetrating},
          {"pairs_sharing_1_2_3_4_or_more_atoms",
           {network.sharing[1], network.sharing[2], network.sharing[3],
            std::accumulate(network.sharing.begin() + 4, network.sharing.end(), std::int64_t{0})}},
          {"cluster_sizes", network.cluster_sizes},
          {"sharing_cluster_sizes", network.sharing_cluster_sizes}};
}

Json deformation_of(const DeformationFigures& figures) {
  Json events = Json::array();
  for (const Rearrangement& event : figures.events)
    events.push_back({{"atoms", event.atoms.size()}, {"centre_A", {event.centre_A[0], event.centre_A[1], event.centre_A[2]}},
                      {"mean_d2_min_A2", event.mean_d2_min_A2}, {"largest_d2_min_A2", event.largest_d2_min_A2}});
  return {{"since_step", figures.since_step}, {"mean_d2_min_A2", figures.mean_d2_min_A2}, {"mean_shear_strain", figures.mean_shear},
          {"atoms_without_strain", figures.unknown}, {"participation_ratio", figures.participation_ratio}, {"rearrangements", events}};
}

Json series_of(const StructureSurvey& survey) {
  Json list = Json::array();
  for (const FrameFigures& frame : survey.frames()) {
    Json one = {{"frame", frame.number}, {"step", frame.step}};
    one["time_ps"] = frame.time_ps ? Json(*frame.time_ps) : Json(nullptr);
    one["closed_cells"] = frame.closed();
    one["icosahedra"] = network_of(frame.network);
    one["z16_fraction"] = fraction_of(frame, frank_kasper_z16);
    one["mean_order"] = frame.mean_order;
    one["crystalline_fraction"] = frame.crystalline;
    one["first_peak_of_S_x"] = json_of(frame.peak);
    if (frame.deformation) one["deformation"] = deformation_of(*frame.deformation);
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace

std::string survey_json(const StructureSurvey& survey, const SurveySource& source) {
  const SurveyMeans means = survey_means(survey);
  Json out = {{"kind", "patina structure"},
              {"patina_version", build_info().version},
              {"patina_git", build_info().git_hash},
              {"file", source.file},
              {"frames", survey.frames().size()},
              {"conventions", conventions(survey)},
              {"cells", cells_of(survey, means)},
              {"populations", populations_of(survey, means)},
              {"icosahedra", icosahedra_of(means)},
              {"crystallisation", crystal_of(survey, means)},
              {"first_shells", shells_of(survey)},
              {"first_peak_of_S_x", json_of(survey.peak())}};
  if (survey.cutoff_A())
    out["deformation"] = {{"reference", source.reference.empty() ? (survey.options().since == SurveyOptions::Since::first ? "first" : "previous") : source.reference},
                          {"cutoff_A", *survey.cutoff_A()},
                          {"d2_min", "mean over neighbours of |d' - d F|^2"},
                          {"strain", "Green-Lagrange; shear: von Mises"},
                          {"event_d2_min_A2", survey.options().event_d2_min_A2}};
  out["series"] = series_of(survey);
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace patina
