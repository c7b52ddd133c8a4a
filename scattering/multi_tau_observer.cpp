// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/multi_tau_observer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "core/on_root.hpp"
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
  const std::vector<QSet> groups = choose_vectors(sample.box, spec.amplitudes.vectors, sample.seed, spec.label);
  std::vector<int> group;
  const QSet set = merge(groups, group);
  const double passed_over = spec.start_ps > 0.0 ? std::ceil(spec.start_ps / watched.interval_ps - 1e-6) : 0.0;
  const auto frames = std::max<std::int64_t>(1, watched.frames - static_cast<std::int64_t>(passed_over));
  const int species = sample.species(), vectors = set.size();
  const auto correlator = [&](int fields, const MultiTau::Products& products) {
    return MultiTau::bytes(vectors, fields, products.size(), spec.channels, frames);
  };
  const double correlators = correlator(species + 1, density_products(species)) + correlator(2, intensity_products) +
                             (spec.currents ? correlator(3, current_products) : 0.0);
  const MemoryNeed sums = amplitude_need(spec.amplitudes, set, sample);

  MemoryNeed other;
  other.kept = sums.kept + correlators + (100.0 + 16.0 * species) * vectors;
  const double fields = std::max(species + 1, 3) + 2.0, components = spec.currents ? 3.0 * species : species;
  other.frame = std::max(sums.frame, 16.0 * vectors * fields * MultiTau::level_count(frames)) + 16.0 * vectors * components;
  other.checkpoint = correlators;
  MemoryNeed root = other;
  root.finish = (spec.currents ? 3.0 : 2.0) * sizeof(double) * vectors * MultiTau::channel_count(spec.channels, frames);
  return {root, other, fmt::format("{} vectors, {} frames, {} levels", vectors, frames, MultiTau::level_count(frames)), root.finish};
}

MultiTauObserver::MultiTauObserver(const Comm& comm, const Species& species, MultiTauSpec spec, ResultTarget target)
    : comm_(comm),
      species_(species),
      spec_(std::move(spec)),
      target_(std::move(target)),
      amplitudes_(comm, species, spec_.amplitudes, target_.seed, spec_.label, target_.tell) {}

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
    if (target_.tell && first_ps_ > spec_.start_ps + 1e-9 * (1.0 + first_ps_))
      target_.tell(fmt::format("{}: start_ps {} ps: begins with the next frame, at {:g} ps", spec_.label, spec_.start_ps, first_ps_));
  }
  check_time(time_ps);
  const Vec3 mass_centre = fractional_mass_centre(frame);
  add_density(frame, mass_centre);
  if (currents_) add_currents(frame, mass_centre);
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
  amplitudes_.start(frame, fractional_mass_centre(frame));
  make_plans();
}

void MultiTauObserver::make_plans() {
  directions_.clear();
  for (const Miller& n : amplitudes_.set().miller) directions_.push_back(directions_of(amplitudes_.first_box().wave_vector(n)));
  const int vectors = amplitudes_.set().size();
  density_.emplace(vectors, species_.types() + 1, density_products(species_.types()), spec_.channels);
  intensity_.emplace(vectors, 2, intensity_products, spec_.channels);
  if (spec_.currents) currents_.emplace(vectors, 3, current_products, spec_.channels);
}

void MultiTauObserver::add_density(const Frame& frame, const Vec3& mass_centre) {
  const auto rho = amplitudes_.density(frame, mass_centre);
  const auto vectors = static_cast<std::size_t>(amplitudes_.set().size()), species = static_cast<std::size_t>(species_.types());
  std::vector<std::complex<double>> fields, intensities;
  for (std::size_t k = 0; k < vectors; ++k) {
    std::complex<double> x = 0.0;
    for (std::size_t a = 0; a < species; ++a) {
      fields.push_back(rho[a * vectors + k]);
      x += amplitudes_.form_factor()[k * species + a] * rho[a * vectors + k];
    }
    fields.push_back(x);
    intensities.insert(intensities.end(), {std::norm(x), 1.0});
  }
  density_->add(fields);
  intensity_->add(intensities);
}

void MultiTauObserver::add_currents(const Frame& frame, const Vec3& mass_centre) {
  const Vec3 mean = mass_centre_velocity(frame);
  std::vector<std::complex<double>> component[3];
  for (int d = 0; d < 3; ++d) component[d] = amplitudes_.current(frame, mass_centre, d, mean);
  const int vectors = amplitudes_.set().size(), species = species_.types();
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
    const MultiTauData data{species_.symbol, amplitudes_.record(), amplitudes_.group_of(), interval_ps_, first_ps_, spec_.start_ps, time_ps_, *density_, *intensity_, currents_ ? &*currents_ : nullptr};
    const EntryHeader header{.name = spec_.label,
                             .kind = "multi_tau",
                             .title = data.amplitudes.titled("Stationary dynamics by multi-tau correlation"),
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
  amplitudes_.save(state);
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
  amplitudes_.load(state);
  make_plans();
  density_->load("density_", state);
  intensity_->load("intensity_", state);
  if (currents_) currents_->load("currents_", state);
}

}  // namespace patina
