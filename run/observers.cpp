// SPDX-License-Identifier: BSD-3-Clause
#include "run/observers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "md/trajectory.hpp"
#include "run/schedule.hpp"
#include "scattering/dynamics_observer.hpp"
#include "scattering/form_factor.hpp"
#include "scattering/multi_tau_observer.hpp"
#include "scattering/pair_distribution_observer.hpp"
#include "scattering/q_set.hpp"
#include "scattering/structure_observer.hpp"
#include "scattering/xpcs_observer.hpp"

namespace patina {

namespace {

// Words to what they say, which `use` takes.
template <class Use>
struct WithSpec {
  const Use& use;
  std::string entry;  // in the result file

  auto operator()(const XpcsConfig& c) const {
    XpcsSpec spec;
    spec.label = entry;
    spec.q_inv_A = c.q_inv_A;
    spec.width_inv_A = c.width_inv_A;
    spec.max_vectors = c.max_vectors;
    if (c.direction) spec.direction = c.direction->direction();
    spec.interval_steps = c.interval_steps;
    spec.weights = weighting_of(c.weights);
    spec.energy_keV = c.energy_keV;
    spec.waiting_times_ps = c.waiting_times_ps;
    spec.max_lag_ps = c.max_lag_ps;
    spec.self_vectors = c.self_vectors;
    spec.sums = {sum_method_of(c.method), c.tolerance};
    return use(spec);
  }

  auto operator()(const DynamicsObserverConfig& c) const {
    DynamicsSpec spec;
    spec.label = entry;
    spec.q_inv_A = c.q_inv_A;
    spec.width_inv_A = c.width_inv_A;
    spec.max_vectors = c.max_vectors;
    if (c.direction) spec.direction = c.direction->direction();
    spec.self_vectors = c.self_vectors;
    spec.interval_steps = c.interval_steps;
    spec.lags_per_decade = c.lags_per_decade;
    spec.max_lag_ps = c.max_lag_ps;
    spec.waiting_times_ps = c.waiting_times_ps;
    spec.displacement = {c.overlap_A, c.sub_boxes, c.van_hove_max_A, c.van_hove_bin_A};
    spec.weights = weighting_of(c.weights);
    spec.energy_keV = c.energy_keV;
    spec.sums = {sum_method_of(c.method), c.tolerance};
    return use(spec);
  }

  auto operator()(const MultiTauConfig& c) const {
    MultiTauSpec spec;
    spec.label = entry;
    spec.q_inv_A = c.q_inv_A;
    spec.width_inv_A = c.width_inv_A;
    spec.max_vectors = c.max_vectors;
    if (c.direction) spec.direction = c.direction->direction();
    spec.interval_steps = c.interval_steps;
    spec.channels = c.channels;
    spec.start_ps = c.start_ps;
    spec.currents = c.currents;
    spec.weights = weighting_of(c.weights);
    spec.energy_keV = c.energy_keV;
    spec.sums = {sum_method_of(c.method), c.tolerance};
    return use(spec);
  }

  auto operator()(const StructureFactorConfig& c) const {
    StructureSpec spec;
    spec.label = entry;
    spec.q_max_inv_A = c.q_max_inv_A;
    spec.bin_inv_A = c.bin_inv_A;
    spec.vectors_per_bin = c.vectors_per_bin;
    spec.interval_steps = c.interval_steps;
    spec.sums = {sum_method_of(c.method), c.tolerance};
    return use(spec);
  }

  auto operator()(const PairDistributionConfig& c) const {
    return use(PairDistributionSpec{entry, c.r_max_A, c.bin_A, c.interval_steps});
  }

  auto operator()(const TrajectoryConfig& c) const {
    TrajectoryOptions options;
    options.interval_steps = c.interval_steps;
    options.velocities = c.velocities;
    options.double_precision = c.precision == "float64";
    return use(options);
  }
};

struct MakeObserver {
  const ObserverContext& context;
  const Comm& comm;
  const Species& species;

  using Made = std::unique_ptr<Observer>;
  Made operator()(const XpcsSpec& spec) const { return std::make_unique<XpcsObserver>(comm, species, spec, target()); }
  Made operator()(const DynamicsSpec& spec) const { return std::make_unique<DynamicsObserver>(comm, species, spec, target()); }
  Made operator()(const MultiTauSpec& spec) const { return std::make_unique<MultiTauObserver>(comm, species, spec, target()); }
  Made operator()(const StructureSpec& spec) const { return std::make_unique<StructureObserver>(comm, species, spec, target()); }
  Made operator()(const PairDistributionSpec& spec) const {
    return std::make_unique<PairDistributionObserver>(comm, species, spec, target());
  }
  Made operator()(TrajectoryOptions options) const {
    options.folder = context.folder + "/trajectory";
    options.config_json = context.resolved_input;
    return std::make_unique<TrajectoryWriter>(comm, options);
  }

  ResultTarget target() const {
    return {context.folder + "/xpcs.h5", context.seed, {context.potential_sha256, context.resolved_input, context.tables, context.trajectory},
            context.thermodynamic_state, context.tell};
  }
};

// "step04_anneal_xpcs"; a second one of the same kind in the step gets "_2".
std::string entry_name(const std::string& label, const std::vector<ObserverConfig>& configs, std::size_t k) {
  int number = 1;
  for (std::size_t before = 0; before < k; ++before)
    if (configs[before].index() == configs[k].index()) ++number;
  const std::string kind = std::visit([](const auto& c) { return std::string(c.type_name); }, configs[k]);
  return number == 1 ? fmt::format("{}_{}", label, kind) : fmt::format("{}_{}_{}", label, kind, number);
}

// The scatter of empty sub-boxes says nothing.
void check_sub_boxes(int sub_boxes, std::int64_t atoms, const std::string& place) {
  constexpr double least_atoms = 2.0;
  if (sub_boxes == 1 || static_cast<double>(atoms) >= least_atoms * std::pow(sub_boxes, 3)) return;
  throw Error(ExitCode::bad_input,
              fmt::format("{}/sub_boxes: {} along each axis are {:.0f} for {} atoms; at most {} (two atoms in each), or 1 for none", place,
                          sub_boxes, std::pow(sub_boxes, 3), atoms,
                          std::max(1, static_cast<int>(std::cbrt(static_cast<double>(atoms) / least_atoms)))));
}

std::string prefix_of(std::size_t k) { return fmt::format("observer{}/", k); }

}  // namespace

Observers make_observers(const std::vector<ObserverConfig>& configs, const ObserverContext& context,
                         const Comm& comm, const Species& species) {
  Observers observers;
  const MakeObserver make{context, comm, species};
  for (std::size_t k = 0; k < configs.size(); ++k)
    observers.push_back(std::visit(WithSpec<MakeObserver>{make, entry_name(context.label, configs, k)}, configs[k]));
  return observers;
}

std::vector<std::string> kinds_of(const std::vector<ObserverConfig>& configs) {
  std::vector<std::string> kinds;
  for (const ObserverConfig& config : configs) kinds.push_back(std::visit([](const auto& c) { return std::string(c.type_name); }, config));
  return kinds;
}

std::vector<RankNeeds> observer_needs(const std::vector<ObserverConfig>& configs, const SampleNumbers& sample, std::int64_t steps,
                                      double step_ps, const std::string& place_of_list) {
  std::vector<RankNeeds> needs;
  for (std::size_t k = 0; k < configs.size(); ++k) {
    const std::int64_t interval = std::visit([](const auto& c) { return static_cast<std::int64_t>(c.interval_steps); }, configs[k]);
    const WatchedSample watched{sample, steps / interval + 1, static_cast<double>(interval) * step_ps};
    const auto need = [&](const auto& spec) { return memory_need(spec, watched); };
    needs.push_back(std::visit(WithSpec<decltype(need)>{need, fmt::format("{}/{}", place_of_list, k)}, configs[k]));
  }
  return needs;
}

void check_observers(const std::vector<ObserverConfig>& observers, const Box& box, const std::vector<std::string>& species,
                     std::int64_t atoms, const std::string& place_of_list) {
  for (std::size_t k = 0; k < observers.size(); ++k) {
    const std::string place = fmt::format("{}/{}", place_of_list, k);
    const auto check = [&](const auto& c, const std::vector<double>& centres) {
      const QDirection direction = c.direction ? c.direction->direction() : QDirection{};
      for (const double q : centres) make_shell(box, q, c.width_inv_A, 1, 0, 0, place, direction);
      form_factors(species, centres, weighting_of(c.weights), c.energy_keV);
    };
    if (const auto* xpcs = std::get_if<XpcsConfig>(&observers[k])) check(*xpcs, {xpcs->q_inv_A});
    if (const auto* multi_tau = std::get_if<MultiTauConfig>(&observers[k])) check(*multi_tau, multi_tau->q_inv_A);
    if (std::holds_alternative<PairDistributionConfig>(observers[k]))
      for (int d = 0; d < 3; ++d)
        if (!box.periodic(d)) throw Error(ExitCode::bad_input, place + ": g(r) needs a cell that is periodic along all its axes");
    if (const auto* dynamics = std::get_if<DynamicsObserverConfig>(&observers[k])) {
      check(*dynamics, dynamics->q_inv_A);
      check_sub_boxes(dynamics->sub_boxes, atoms, place);
    }
  }
}

void save(const Observers& observers, StateMap& state) {
  for (std::size_t k = 0; k < observers.size(); ++k) {
    StateMap own;
    observers[k]->save(own);
    for (auto& [key, values] : own) state[prefix_of(k) + key] = std::move(values);
  }
}

void load(const Observers& observers, const StateMap& state) {
  for (std::size_t k = 0; k < observers.size(); ++k) {
    StateMap own;
    const std::string prefix = prefix_of(k);
    for (const auto& [key, values] : state)
      if (key.starts_with(prefix)) own[key.substr(prefix.size())] = values;
    observers[k]->load(own);
  }
}

}  // namespace patina
