// SPDX-License-Identifier: BSD-3-Clause
#include "structure/survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/elements.hpp"
#include "core/error.hpp"
#include "structure/bond_order.hpp"
#include "structure/closed_cell.hpp"
#include "structure/whole_frame.hpp"

namespace patina {

namespace {

std::vector<double> mean_volumes(const Structure& sample, const VoronoiCells& cells) {
  std::vector<double> sum(sample.species.size(), 0.0), count(sample.species.size(), 0.0);
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (cells.open[i]) continue;
    sum[static_cast<std::size_t>(sample.type[i])] += cells.volume_A3[i];
    ++count[static_cast<std::size_t>(sample.type[i])];
  }
  for (std::size_t t = 0; t < sum.size(); ++t) sum[t] /= count[t];
  return sum;
}

// Neighbours within Angstroms are countless in a cell that is given in other units.
void require_atomic_density(const Structure& sample) {
  constexpr double densest_inv_A3 = 1.0;  // diamond: 0.18
  constexpr double room_A = 20.0;  // beyond surfaces
  const double volume_A3 = close_cell(sample, room_A).box.volume(), density = static_cast<double>(sample.size()) / volume_A3;
  if (density > densest_inv_A3)
    throw Error(ExitCode::bad_input, fmt::format("{} atoms in {:.4g} A^3 are {:.3g} in one A^3, must be at most {:g}: are cell and positions in Angstrom?", sample.size(), volume_A3, density,
                                                 densest_inv_A3));
}

std::vector<std::int64_t> closed_cells(const Structure& sample, const VoronoiCells& cells) {
  std::vector<std::int64_t> count(sample.species.size(), 0);
  for (std::size_t i = 0; i < sample.size(); ++i)
    if (!cells.open[i]) ++count[static_cast<std::size_t>(sample.type[i])];
  return count;
}

void add_order(const AtomFigures& atoms, double crystal_order, FrameFigures& figures) {
  double crystalline = 0.0;
  for (std::size_t i = 0; i < atoms.order.size(); ++i) {
    if (atoms.cells.open[i]) continue;
    figures.mean_order += atoms.order[i];
    if (atoms.order[i] >= crystal_order) ++crystalline;
  }
  const auto closed = static_cast<double>(figures.closed());
  figures.mean_order /= closed;
  figures.crystalline = crystalline / closed;
}

DeformationFigures figures_of(const LocalDeformation& local, const Structure& before, const CutoffNeighbors& neighbors, const Structure& after,
                              double event_d2_min_A2) {
  DeformationFigures figures;
  double known = 0.0;
  for (std::size_t i = 0; i < local.d2_min_A2.size(); ++i) {
    if (std::isnan(local.d2_min_A2[i])) {
      ++figures.unknown;
      continue;
    }
    ++known;
    figures.mean_d2_min_A2 += local.d2_min_A2[i];
    figures.mean_shear += local.shear[i];
  }
  figures.mean_d2_min_A2 /= known;
  figures.mean_shear /= known;
  figures.participation_ratio = participation_ratio(nonaffine_displacements(before, after));
  figures.events = find_rearrangements(before, neighbors, local.d2_min_A2, event_d2_min_A2);
  return figures;
}

}  // namespace

std::vector<double> radii_of(const std::vector<std::string>& species, const SurveyOptions& options) {
  for (const auto& [symbol, radius] : options.radius_A)
    if (std::find(species.begin(), species.end(), symbol) == species.end())
      throw Error(ExitCode::usage, fmt::format("a radius is given for {}, but the sample consists of {}", symbol, fmt::join(species, ", ")));
  if (!options.radical) return {};
  std::vector<double> radii;
  for (const std::string& symbol : species) {
    const auto given = options.radius_A.find(symbol);
    radii.push_back(given == options.radius_A.end() ? element(symbol).radius_A : given->second);
    if (!(radii.back() > 0.0))
      throw Error(ExitCode::usage, fmt::format("{} has no metallic radius: give one with --radii {}=...", symbol, symbol));
  }
  return radii;
}

std::int64_t FrameFigures::closed() const { return std::accumulate(closed_cells.begin(), closed_cells.end(), std::int64_t{0}); }

StructureSurvey::StructureSurvey(const Comm& alone, SurveyOptions options) : alone_(alone), options_(std::move(options)), shells_(alone), peaks_(alone) {}

void StructureSurvey::begin_with(const StructureFrame& reference) {
  require_atomic_density(reference.structure);
  begin(reference.structure);
  take_reference(reference);
}

void StructureSurvey::begin(const Structure& sample) {
  species_ = sample.species;
  ids_ = sample.id;
  types_ = sample.type;
  atoms_ = species_of(sample).count;
  radius_A_ = radii_of(species_, options_);
  for (int d = 0; d < 3; ++d) periodic_ = (axes_[static_cast<std::size_t>(d)] = sample.box.periodic(d)) && periodic_;
}

void StructureSurvey::require_same_atoms(const Structure& sample) const {
  if (species_.empty()) return;
  if (sample.id != ids_)
    throw Error(ExitCode::bad_input, fmt::format("has other atoms (or ids) than the frame before: {} and {} of them", sample.size(), ids_.size()));
  for (int d = 0; d < 3; ++d)
    if (const bool before = axes_[static_cast<std::size_t>(d)]; sample.box.periodic(d) != before)
      throw Error(ExitCode::bad_input, fmt::format("axis {} is {}, was {} in the frame before (--boundary says it of files that do not)", "abc"[d], before ? "free" : "periodic",
                                                   before ? "periodic" : "free"));
  for (std::size_t i = 0; i < types_.size(); ++i) {
    const std::string& now = sample.species[static_cast<std::size_t>(sample.type[i])];
    const std::string& before = species_[static_cast<std::size_t>(types_[i])];
    if (now != before) throw Error(ExitCode::bad_input, fmt::format("atom {} is {}, was {} in the frame before", sample.id[i], now, before));
  }
}

void StructureSurvey::take_reference(StructureFrame frame) {
  if (!cutoff_A_) cutoff_A_ = options_.cutoff_A ? *options_.cutoff_A : first_minimum_A(alone_, frame.structure);
  neighbors_ = neighbors_within(frame.structure, *cutoff_A_);
  reference_ = std::move(frame);
}

void StructureSurvey::compare(const StructureFrame& frame, FrameFigures& figures) {
  if (!reference_) return take_reference(frame);
  latest_.deformation = local_deformation(reference_->structure, neighbors_, frame.structure);
  figures.deformation = figures_of(*latest_.deformation, reference_->structure, neighbors_, frame.structure, options_.event_d2_min_A2);
  figures.deformation->since_step = reference_->step;
  if (options_.since == SurveyOptions::Since::previous) take_reference(frame);
}

void StructureSurvey::add(StructureFrame frame, std::int64_t number) {
  require_atomic_density(frame.structure);
  if (species_.empty()) begin(frame.structure);
  require_same_atoms(frame.structure);
  Structure& sample = frame.structure;
  set_species_order(sample, species_);
  latest_ = {};
  latest_.cells = voronoi_cells(sample, radius_A_);
  FrameFigures figures;
  figures.number = number;
  figures.step = frame.step;
  figures.time_ps = frame.time_ps;
  figures.closed_cells = closed_cells(sample, latest_.cells);
  figures.volume_A3 = mean_volumes(sample, latest_.cells);
  latest_.cells = without_small_faces(latest_.cells, options_.face_threshold);
  latest_.index = voronoi_indices(latest_.cells);
  latest_.order = averaged_bond_order(sample, latest_.cells);
  figures.coordination = face_coordination(sample, latest_.cells);
  figures.indices = count_indices(sample, latest_.cells, latest_.index);
  figures.network = icosahedral_network(sample, latest_.cells, latest_.index);
  add_order(latest_, options_.crystal_order, figures);
  if (periodic_) {
    shells_.add(sample);
    figures.peak = peaks_.add(sample);
  }
  if (options_.since != SurveyOptions::Since::nothing) compare(frame, figures);
  frames_.push_back(std::move(figures));
}

}  // namespace patina
