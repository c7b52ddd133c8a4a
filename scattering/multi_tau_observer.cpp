// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/multi_tau_observer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "core/on_root.hpp"
#include "scattering/density_modes.hpp"
#include "scattering/drift.hpp"

namespace patina {

namespace {

// A unit vector along q, and two across it that change smoothly with it but at a pole.
std::array<Vec3, 3> directions_of(const Vec3& q) {
  const auto unit = [](const Vec3& v) { return (1.0 / std::sqrt(dot(v, v))) * v; };
  const Vec3 along = unit(q);
  const Vec3 far = std::abs(along[2]) < 0.9 ? Vec3{{0.0, 0.0, 1.0}} : Vec3{{1.0, 0.0, 0.0}};
  const Vec3 across = unit(cross(along, far));
  return {along, across, cross(along, across)};
}

}  // namespace

RankNeeds memory_need(const MultiTauSpec& spec, const WatchedSample& watched) {
  const SampleNumbers& sample = watched.sample;
  std::vector<QSet> shells;
  for (std::size_t s = 0; s < spec.q_inv_A.size(); ++s)
    shells.push_back(make_shell(sample.box, spec.q_inv_A[s], spec.width_inv_A, spec.max_vectors, sample.seed, s, spec.label, spec.direction));
  std::vector<int> shell;
  const QSet set = merge(shells, shell);
  const double passed_over = spec.start_ps > 0.0 ? std::ceil(spec.start_ps / watched.interval_ps - 1e-6) : 0.0;
  const auto frames = std::max<std::int64_t>(1, watched.frames - static_cast<std::int64_t>(passed_over));
  const int species = sample.species(), vectors = set.size();
  const auto correlator = [&](int fields, const MultiTau::Products& products) {
    return MultiTau::bytes(vectors, fields, products.size(), spec.channels, frames);
  };
  const double correlators = correlator(species + 1, density_products(species)) + correlator(2, intensity_products) +
                             (spec.currents ? correlator(3, current_products) : 0.0);
  const MemoryNeed sums = mode_need(set, sample, spec.sums);

  MemoryNeed other;
  other.kept = sums.kept + correlators + (100.0 + 16.0 * species) * vectors;
  const double fields = std::max(species + 1, 3) + 2.0, components = spec.currents ? 3.0 * species : species;
  other.frame = std::max(sums.frame, 16.0 * vectors * fields * MultiTau::level_count(frames)) + 16.0 * vectors * components;
  other.checkpoint = correlators;
  MemoryNeed root = other;
  root.finish = (spec.currents ? 3.0 : 2.0) * sizeof(double) * vectors * MultiTau::channel_count(spec.channels, frames);
  return {root, other, fmt::format("{} vectors, {} frames, {} levels", vectors, frames, MultiTau::level_count(frames))};
}

MultiTauObserver::MultiTauObserver(const Comm& comm, const Species& species, MultiTauSpec spec, ResultTarget target)
    : comm_(comm), species_(species), spec_(std::move(spec)), target_(std::move(target)) {
  form_factors(species_.symbol, spec_.q_inv_A, spec_.weights, spec_.energy_keV);  // fails now rather than late
}

void MultiTauObserver::observe(const Frame& frame) {
  if (!begun_) {
    origin_ps_ = frame.time_ps;
    begun_ = true;
  }
  const double time_ps = frame.time_ps - origin_ps_;
  if (time_ps < spec_.start_ps * (1.0 - 1e-9)) return;
  if (!density_) {
    start(frame);
    first_ps_ = time_ps;
  }
  check_time(time_ps);
  const Vec3 drift = fractional_mass_centre(frame) - first_mass_centre_;
  add_density(frame, drift);
  if (currents_) add_currents(frame, drift);
}

// The lag axis stands on equal spacing.
void MultiTauObserver::check_time(double time_ps) {
  const std::int64_t frames = density_->samples();
  if (frames == 1) interval_ps_ = time_ps - first_ps_;
  const double expected = first_ps_ + static_cast<double>(frames) * interval_ps_;
  if (frames > 0 && (!(time_ps > time_ps_) || std::abs(time_ps - expected) > 1e-6 * (expected - first_ps_)))
    throw Error(ExitCode::bad_input, fmt::format("{}: frames must be equally spaced in time, but one at {} ps came where {} ps was expected",
                                                 spec_.label, time_ps, expected));
  time_ps_ = time_ps;
}

void MultiTauObserver::start(const Frame& frame) {
  if (spec_.currents && frame.velocity.extent(0) == 0 && frame.atom_count > 0 && frame.local > 0)
    throw Error(ExitCode::bad_input, fmt::format("{}: currents need velocities, which these frames do not have", spec_.label));
  for (std::size_t s = 0; s < spec_.q_inv_A.size(); ++s)
    shells_.push_back(make_shell(frame.box, spec_.q_inv_A[s], spec_.width_inv_A, spec_.max_vectors, target_.seed, s, spec_.label,
                                 spec_.direction));
  first_mass_centre_ = fractional_mass_centre(frame);
  first_edges_ = frame.box.edges();
  make_plans(spec_.sums.method);
}

void MultiTauObserver::make_plans(SumMethod method) {
  set_ = merge(shells_, shell_);
  modes_.emplace(set_, comm_, species_.atoms(), species_.types(), SumOptions{method, spec_.sums.tolerance});
  if (target_.tell) target_.tell(spec_.label + ": " + modes_->description());
  form_factor_ = form_factors(species_.symbol, set_.q_inv_A, spec_.weights, spec_.energy_keV);
  const Box box(first_edges_, {}, {true, true, true});
  directions_.clear();
  for (const auto& n : set_.miller) directions_.push_back(directions_of(box.wave_vector(n)));
  density_.emplace(set_.size(), species_.types() + 1, density_products(species_.types()), spec_.channels);
  intensity_.emplace(set_.size(), 2, intensity_products, spec_.channels);
  if (spec_.currents) currents_.emplace(set_.size(), 3, current_products, spec_.channels);
}

void MultiTauObserver::add_density(const Frame& frame, const Vec3& drift) {
  DensityModes modes = density_modes(frame, *modes_);
  remove_drift(modes.rho, set_.miller, drift);
  const int species = species_.types();
  std::vector<std::complex<double>> fields, intensities;
  for (int k = 0; k < set_.size(); ++k) {
    std::complex<double> x = 0.0;
    for (int a = 0; a < species; ++a) {
      fields.push_back(modes(a, k));
      x += form_factor_[static_cast<std::size_t>(k * species + a)] * modes(a, k);
    }
    fields.push_back(x);
    intensities.insert(intensities.end(), {std::norm(x), 1.0});
  }
  density_->add(fields);
  intensity_->add(intensities);
}

void MultiTauObserver::add_currents(const Frame& frame, const Vec3& drift) {
  const Vec3 mean = mass_centre_velocity(frame);
  std::vector<std::complex<double>> component[3];
  for (int d = 0; d < 3; ++d) {
    component[d] = (*modes_)(velocity_points(frame, d, mean));
    remove_drift(component[d], set_.miller, drift);
  }
  const int vectors = set_.size(), species = species_.types();
  std::vector<std::complex<double>> fields;
  for (int k = 0; k < vectors; ++k)
    for (const Vec3& direction : directions_[static_cast<std::size_t>(k)]) {
      std::complex<double> j = 0.0;
      for (int d = 0; d < 3; ++d)
        for (int a = 0; a < species; ++a) j += direction[d] * component[d][static_cast<std::size_t>(a * vectors + k)];
      fields.push_back(j);
    }
  currents_->add(fields);
}

void MultiTauObserver::finish() {
  if (!density_) return;
  on_root(comm_, [&] {
    const MultiTauData data{species_.symbol, species_.count, shells_, set_, shell_, spec_.direction, spec_.weights,
                            name_of(modes_->method()), modes_->description(), interval_ps_, first_ps_, time_ps_,
                            *density_, *intensity_, currents_ ? &*currents_ : nullptr};
    const EntryHeader header{.name = spec_.label,
                             .kind = "multi_tau",
                             .title = "Stationary dynamics by multi-tau correlation",
                             .plot = "coherent_scattering",
                             .time_origin_ps = origin_ps_,
                             .thermodynamic_state = target_.thermodynamic_state,
                             .preferred = false};
    append_entry(target_.path, header, target_.provenance,
                 [&](h5::File& file, const std::string& group) { write_multi_tau(file, group, data); });
  });
}

void MultiTauObserver::save(StateMap& state) {
  if (!begun_) return;
  state["origin_ps"] = {origin_ps_};
  if (!density_) return;
  state["times_ps"] = {first_ps_, interval_ps_, time_ps_};
  state["first_mass_centre"].assign(first_mass_centre_.v, first_mass_centre_.v + 3);
  state["first_edges"].assign(&first_edges_.m[0][0], &first_edges_.m[0][0] + 9);
  for (std::size_t s = 0; s < shells_.size(); ++s) patina::save(shells_[s], fmt::format("shell{}_", s), state);
  save_method(modes_->method(), state);
  density_->save("density_", state);
  intensity_->save("intensity_", state);
  if (currents_) currents_->save("currents_", state);
}

void MultiTauObserver::load(const StateMap& state) {
  if (state.count("origin_ps") == 0) return;  // saved before the first frame
  begun_ = true;
  origin_ps_ = state_of(state, "origin_ps", 1)[0];
  if (state.count("times_ps") == 0) return;  // before start_ps
  const auto& times = state_of(state, "times_ps", 3);
  first_ps_ = times[0];
  interval_ps_ = times[1];
  time_ps_ = times[2];
  std::copy_n(state_of(state, "first_mass_centre", 3).begin(), 3, first_mass_centre_.v);
  std::copy_n(state_of(state, "first_edges", 9).begin(), 9, &first_edges_.m[0][0]);
  shells_.clear();
  for (std::size_t s = 0; s < spec_.q_inv_A.size(); ++s)
    shells_.push_back(load_q_set(spec_.q_inv_A[s], spec_.width_inv_A, fmt::format("shell{}_", s), state));
  make_plans(saved_method(state));
  density_->load("density_", state);
  intensity_->load("intensity_", state);
  if (currents_) currents_->load("currents_", state);
}

}  // namespace patina
