// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/amplitudes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/exact_sum.hpp"
#include "scattering/density_modes.hpp"
#include "scattering/drift.hpp"

namespace patina {

MemoryNeed amplitude_need(const AmplitudeSpec& spec, const QSet& set, const SampleNumbers& sample) {
  MemoryNeed need = mode_need(set, sample, spec.sums);
  if (spec.window) need.frame += sizeof(double) * sample.atoms_of_rank();
  return need;
}

Amplitudes::Amplitudes(const Comm& comm, const Species& species, AmplitudeSpec spec, std::uint64_t seed, std::string label,
                       std::function<void(const std::string&)> tell)
    : comm_(comm), species_(species), spec_(std::move(spec)), seed_(seed), label_(std::move(label)), tell_(std::move(tell)) {
  form_factors(species_.symbol, spec_.vectors.q_inv_A, spec_.weights, spec_.energy_keV);  // fails now rather than late
}

void Amplitudes::start(const Frame& frame, const Vec3& mass_centre) {
  if (const double many = vectors_to_choose_from(frame.box, spec_.vectors); tell_ && many > told_choice)
    tell_(fmt::format("{}: choosing among some {:.2g} wave vectors", label_, many));
  groups_ = choose_vectors(frame.box, spec_.vectors, seed_, label_);
  first_box_ = frame.box;
  first_mass_centre_ = mass_centre;
  make_plans(spec_.sums.method);
  if (spec_.window)
    check_window(*spec_.window, frame.box, *std::min_element(set_.q_inv_A.begin(), set_.q_inv_A.end()), slack_of_changed_cell, label_ + "/window");
  atoms_ = count_atoms(frame);
  if (tell_) tell_errors();
}

// What makes errors larger than vectors that are independent would have.
void Amplitudes::tell_errors() const {
  const AmplitudeRecord what = record();
  const double alike = what.vectors_of_a_speckle.at(0), freedom = what.degrees_of_freedom(0), speckles = groups_.at(0).size() / alike;
  if (spec_.window)
    tell_(fmt::format("{}: {:.3g} atoms under the window; {:.3g} of its {} vectors are one speckle: errors allow for it",
                      label_, std::accumulate(atoms_.begin(), atoms_.end(), 0.0), alike, groups_.at(0).size()));
  if (constexpr double noticed = 0.2; speckles > noticed * freedom)
    tell_(fmt::format("{}: its {:.3g} independent speckles are moved by atoms of {:.3g} degrees of freedom: errors of f are {:.2f} times as large, and more "
                      "vectors make them little smaller",
                      label_, speckles, freedom, what.factor_of_movers(0)));
}

void Amplitudes::make_plans(SumMethod method) {
  set_ = merge(groups_, group_);
  modes_.emplace(set_, comm_, species_.atoms(), species_.types(), SumOptions{method, spec_.sums.tolerance});
  if (tell_) tell_(label_ + ": " + modes_->description());
  form_factor_ = form_factors(species_.symbol, set_.q_inv_A, spec_.weights, spec_.energy_keV);
}

std::vector<double> Amplitudes::count_atoms(const Frame& frame) const {
  std::vector<double> atoms(species_.count.begin(), species_.count.end());
  if (!spec_.window) return atoms;
  PhasePoints points = species_points(frame);
  look_through(*spec_.window, frame.box, first_box_, {}, points);
  const auto weight = Kokkos::create_mirror_view_and_copy(HostSpace{}, points.weight);
  for (int a = 0; a < species_.types(); ++a) {
    ExactSums<1> squares;
    for (int i = points.group_start[static_cast<std::size_t>(a)]; i < points.group_start[static_cast<std::size_t>(a) + 1]; ++i)
      squares.add(0, weight(i) * weight(i));
    double total[1];
    comm_.total(squares, total);
    atoms[static_cast<std::size_t>(a)] = total[0];
  }
  return atoms;
}

std::vector<std::complex<double>> Amplitudes::density(const Frame& frame, const Vec3& mass_centre) {
  last_box_ = frame.box;
  return sum(species_points(frame), frame, mass_centre);
}

std::vector<std::complex<double>> Amplitudes::current(const Frame& frame, const Vec3& mass_centre, int d,
                                                      const Vec3& mean_velocity) const {
  return sum(velocity_points(frame, d, mean_velocity), frame, mass_centre);
}

std::vector<std::complex<double>> Amplitudes::sum(PhasePoints points, const Frame& frame, const Vec3& mass_centre) const {
  if (spec_.window) look_through(*spec_.window, frame.box, first_box_, drift(mass_centre), points);
  auto modes = (*modes_)(points);
  // In the laboratory phases are counted from the window's centre, which has moved with the centre of mass already.
  if (!spec_.window || !spec_.window->lab) remove_drift(modes, set_.miller, drift(mass_centre));
  return modes;
}

bool Amplitudes::in_site(const Vec3& s, const Box& box) const {
  if (!spec_.window) return true;
  const Vec3 ds = to_nearest_image(box, box.is_orthogonal(), s - (spec_.window->centre - first_mass_centre_));
  return window_weight(*spec_.window, box, ds) >= 0.5;
}

std::vector<double> Amplitudes::q_end_inv_A() const {
  if (!last_box_) return loaded_q_end_inv_A_;
  std::vector<double> all;
  for (const QSet& group : groups_) {
    const auto q = magnitudes(spec_.window && spec_.window->lab ? first_box_ : *last_box_, group);
    all.insert(all.end(), q.begin(), q.end());
  }
  return all;
}

// Vectors of a group stand in the same order in set_, among those of others.
std::vector<std::complex<double>> Amplitudes::form_factor_by_group() const {
  const auto species = static_cast<std::size_t>(species_.types());
  std::vector<std::size_t> next(groups_.size(), 0);
  for (std::size_t g = 1; g < groups_.size(); ++g) next[g] = next[g - 1] + groups_[g - 1].miller.size();
  std::vector<std::complex<double>> sorted(form_factor_.size());
  for (std::size_t k = 0; k < group_.size(); ++k) {
    const std::size_t to = next[static_cast<std::size_t>(group_[k])]++;
    std::copy_n(form_factor_.begin() + static_cast<std::ptrdiff_t>(k * species), species, sorted.begin() + static_cast<std::ptrdiff_t>(to * species));
  }
  return sorted;
}

AmplitudeRecord Amplitudes::record() const {
  std::vector<double> alike, alike_intensities;
  for (const QSet& group : groups_) {
    alike.push_back(spec_.window ? vectors_of_a_speckle(*spec_.window, first_box_, group) : 1.0);
    alike_intensities.push_back(spec_.window ? vectors_of_a_speckle(*spec_.window, first_box_, group, true) : 1.0);
  }
  return {groups_, q_end_inv_A(), form_factor_by_group(), spec_.vectors, spec_.weights, spec_.energy_keV, name_of(modes_->method()), modes_->description(), spec_.window, first_box_, atoms_,
          std::move(alike), std::move(alike_intensities)};
}

void Amplitudes::save(StateMap& state) const {
  patina::save(groups_, state);
  save_method(modes_->method(), state);
  state["q_end_inv_A"] = q_end_inv_A();
  state["first_mass_centre"].assign(first_mass_centre_.v, first_mass_centre_.v + 3);
  const Mat3 edges = first_box_.edges();
  state["first_edges"].assign(&edges.m[0][0], &edges.m[0][0] + 9);
  state["effective_atoms"] = atoms_;
}

void Amplitudes::load(const StateMap& state) {
  groups_ = load_groups(spec_.vectors, state);
  make_plans(saved_method(state));
  std::copy_n(state_of(state, "first_mass_centre", 3).begin(), 3, first_mass_centre_.v);
  // Not in checkpoints of a time before windows.
  atoms_.assign(species_.count.begin(), species_.count.end());
  if (state.count("effective_atoms") > 0) atoms_ = state_of(state, "effective_atoms", species_.count.size());
  if (state.count("q_end_inv_A") > 0) loaded_q_end_inv_A_ = state.at("q_end_inv_A");
  if (state.count("first_edges") == 0) return;
  Mat3 edges;
  std::copy_n(state_of(state, "first_edges", 9).begin(), 9, &edges.m[0][0]);
  first_box_ = Box(edges, {}, first_box_.periodic());
}

}  // namespace patina
