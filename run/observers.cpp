// SPDX-License-Identifier: BSD-3-Clause
#include "run/observers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "md/trajectory.hpp"
#include "run/detector_observer.hpp"
#include "run/schedule.hpp"
#include "scattering/dynamics_observer.hpp"
#include "scattering/form_factor.hpp"
#include "scattering/multi_tau_observer.hpp"
#include "scattering/pair_distribution_observer.hpp"
#include "scattering/q_choice.hpp"
#include "scattering/structure_observer.hpp"
#include "scattering/xpcs_observer.hpp"

namespace patina {

namespace {

DetectorSpec detector_spec(const DetectorObserverConfig& c) {
  DetectorSpec spec;
  spec.interval_steps = c.interval_steps;
  spec.instants = c.instants;
  spec.geometry = geometry_of(c);
  spec.faults = c.faults;
  spec.rings = bins_of(c, c.q_inv_A);
  spec.mask_faults = c.mask_faults;
  spec.storage = c.storage;
  spec.photons_per_pixel = c.photons_per_pixel;
  spec.beam = c.beam.spec();
  spec.polarisation = polarisation_of(c.polarisation);
  spec.dispersion = c.dispersion;
  spec.seconds_per_ps = c.seconds_per_ps;
  spec.truth_frames = c.truth_frames;
  spec.noise_free = c.noise_free;
  return spec;
}

// Words to what they say, which `use` takes: once, or for each window.
template <class Use>
struct WithSpecs {
  const Use& use;
  std::string entry;  // in the result file

  void operator()(const XpcsConfig& c) const {
    for_each_window(c, [&](const std::string& label, AmplitudeSpec amplitudes) {
      XpcsSpec spec;
      spec.label = label;
      spec.amplitudes = std::move(amplitudes);
      spec.interval_steps = c.interval_steps;
      spec.waiting_times_ps = c.waiting_times_ps;
      spec.waiting_window_ps = c.waiting_window_ps;
      spec.max_lag_ps = c.max_lag_ps;
      spec.self_vectors = c.self_vectors;
      use(spec);
    });
  }

  void operator()(const DynamicsObserverConfig& c) const {
    for_each_window(c, [&](const std::string& label, AmplitudeSpec amplitudes) {
      DynamicsSpec spec;
      spec.label = label;
      spec.amplitudes = std::move(amplitudes);
      spec.self_vectors = c.self_vectors;
      spec.interval_steps = c.interval_steps;
      spec.lags_per_decade = c.lags_per_decade;
      spec.max_lag_ps = c.max_lag_ps;
      spec.waiting_times_ps = c.waiting_times_ps;
      spec.displacement = {c.overlap_A, c.sub_boxes, c.van_hove_max_A, c.van_hove_bin_A};
      spec.distinct = {c.van_hove_bin_A, whole_bins(c.van_hove_distinct_max_A, c.van_hove_bin_A)};
      use(spec);
    });
  }

  void operator()(const MultiTauConfig& c) const {
    for_each_window(c, [&](const std::string& label, AmplitudeSpec amplitudes) {
      MultiTauSpec spec;
      spec.label = label;
      spec.amplitudes = std::move(amplitudes);
      spec.interval_steps = c.interval_steps;
      spec.channels = c.channels;
      spec.start_ps = c.start_ps;
      spec.currents = c.currents;
      use(spec);
    });
  }

  void operator()(const StructureFactorConfig& c) const {
    StructureSpec spec;
    spec.label = entry;
    spec.q_max_inv_A = c.q_max_inv_A;
    spec.bin_inv_A = c.bin_inv_A;
    spec.vectors_per_bin = c.vectors_per_bin;
    spec.interval_steps = c.interval_steps;
    spec.sums = {sum_method_of(c.method), c.tolerance};
    use(spec);
  }

  void operator()(const PairDistributionConfig& c) const { use(PairDistributionSpec{entry, c.r_max_A, c.bin_A, c.interval_steps}); }

  void operator()(const DetectorObserverConfig& c) const {
    DetectorSpec spec = detector_spec(c);
    spec.label = entry;
    use(spec);
  }

  void operator()(const TrajectoryConfig& c) const {
    TrajectoryOptions options;
    options.interval_steps = c.interval_steps;
    options.velocities = c.velocities;
    options.double_precision = c.precision == "float64";
    use(options);
  }

  template <class Config, class Make>
  void for_each_window(const Config& c, const Make& make) const {
    if (c.windows.empty()) make(entry, c.spec(c.centres(), {}));
    for (std::size_t w = 0; w < c.windows.size(); ++w) make(fmt::format("{}_window{}", entry, w + 1), c.spec(c.centres(), w));
  }
};

struct MakeObserver {
  const ObserverContext& context;
  const Comm& comm;
  const Species& species;
  Observers& observers;

  void operator()(const XpcsSpec& spec) const { make<XpcsObserver>(spec); }
  void operator()(const DynamicsSpec& spec) const { make<DynamicsObserver>(spec); }
  void operator()(const MultiTauSpec& spec) const { make<MultiTauObserver>(spec); }
  void operator()(const StructureSpec& spec) const { make<StructureObserver>(spec); }
  void operator()(const PairDistributionSpec& spec) const { make<PairDistributionObserver>(spec); }
  void operator()(const DetectorSpec& spec) const { make<DetectorObserver>(spec); }
  void operator()(TrajectoryOptions options) const {
    options.folder = context.folder + "/trajectory";
    options.config_json = context.resolved_input;
    observers.push_back(std::make_unique<TrajectoryWriter>(comm, options));
  }

  template <class Made, class Spec>
  void make(const Spec& spec) const {
    observers.push_back(std::make_unique<Made>(comm, species, spec, target()));
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
void check_sub_boxes(int sub_boxes, std::int64_t atoms, const std::string& place, PlacedErrorList& errors) {
  constexpr double least_atoms = 2.0;
  if (sub_boxes == 1 || static_cast<double>(atoms) >= least_atoms * std::pow(sub_boxes, 3)) return;
  errors.add(place + "/sub_boxes", fmt::format("{} along each axis are {:.0f} for {} atoms; at most {} (two atoms in each), or 1 for none", sub_boxes,
                                               std::pow(sub_boxes, 3), atoms,
                                               std::max(1, static_cast<int>(std::cbrt(static_cast<double>(atoms) / least_atoms)))));
}

void check_periodic(const Box& box, const std::string& place, const char* what, PlacedErrorList& errors) {
  if (box.periodic() != std::array{true, true, true}) errors.add(place, fmt::format("{} needs a cell that is periodic along all its axes", what));
}

// Which vectors of a shell will be taken is not known yet: a window must fit them all.
double smallest_q(const QChoice& choice, const Box& box) {
  double least = std::numeric_limits<double>::infinity();
  for (const Miller& n : choice.list) least = std::min(least, norm(box.wave_vector(n)));
  if (choice.list.empty())
    for (const double q : choice.q_inv_A) least = std::min(least, shortest_of_shell(box, q, choice.width_inv_A, choice.direction));
  return least;
}

// Shells are checked when the input is read; where listed vectors lie is known now.
void check_list(const std::vector<Miller>& list, const Box& box, const std::string& place, PlacedErrorList& errors) {
  for (std::size_t k = 0; k < list.size(); ++k)
    if (const double q = norm(box.wave_vector(list[k])); q > largest_q_inv_A)
      errors.add(fmt::format("{}/miller/{}", place, k), fmt::format("({}, {}, {}) has |q| = {:.4g} 1/A in this cell; at most {:g} 1/A", list[k][0],
                                                                    list[k][1], list[k][2], q, largest_q_inv_A));
}

// Every species at this q.
void check_weights(Weighting weights, std::optional<double> energy_keV, double q_inv_A, const std::vector<std::string>& species,
                   const std::string& place, PlacedErrorList& errors) {
  for (const std::string& symbol : species) {
    try {
      form_factor(symbol, q_inv_A, weights, energy_keV);
    } catch (const Error& error) {
      errors.add(place, error.what());
    }
  }
}

template <class Config>
void check_amplitudes(const Config& c, const Box& box, const std::vector<std::string>& species, const std::string& place, PlacedErrorList& errors) {
  const QChoice choice = c.spec(c.centres(), {}).vectors;
  const double q_inv_A = choice.list.empty() ? choice.q_inv_A.at(0) : norm(box.wave_vector(choice.list[0]));
  check_weights(weighting_of(c.weights), c.energy_keV, q_inv_A, species, place, errors);
  check_list(choice.list, box, place, errors);
  errors.attempt([&] {
    // Whether there are any; how many matters where each has a curve.
    QChoice none = choice;
    if (!choice.each_vector) none.max_vectors = 0;
    choose_vectors(box, none, 0, place);
    const double least = c.windows.empty() ? 0.0 : smallest_q(choice, box);
    for (std::size_t w = 0; w < c.windows.size(); ++w)
      errors.attempt([&] { check_window(c.windows[w].window(), box, least, 1.0, fmt::format("{}/windows/{}", place, w)); });
  });
}

std::string prefix_of(std::size_t k) { return fmt::format("observer{}/", k); }

}  // namespace

Observers make_observers(const std::vector<ObserverConfig>& configs, const ObserverContext& context,
                         const Comm& comm, const Species& species) {
  Observers observers;
  const MakeObserver make{context, comm, species, observers};
  for (std::size_t k = 0; k < configs.size(); ++k)
    std::visit(WithSpecs<MakeObserver>{make, entry_name(context.label, configs, k)}, configs[k]);
  return observers;
}

std::vector<std::size_t> configurations_of_observers(const std::vector<ObserverConfig>& configs) {
  std::vector<std::size_t> origin;
  for (std::size_t k = 0; k < configs.size(); ++k) {
    const auto one = [&](const auto&) { origin.push_back(k); };
    std::visit(WithSpecs<decltype(one)>{one, ""}, configs[k]);
  }
  return origin;
}

std::vector<ObserverNeeds> observer_needs(const std::vector<ObserverConfig>& configs, const SampleNumbers& sample, std::int64_t steps,
                                          double step_ps, const std::string& place_of_list) {
  std::vector<ObserverNeeds> needs;
  for (std::size_t k = 0; k < configs.size(); ++k) {
    const std::int64_t interval = std::visit([](const auto& c) { return static_cast<std::int64_t>(c.interval_steps); }, configs[k]);
    const WatchedSample watched{sample, steps / interval + 1, static_cast<double>(interval) * step_ps};
    const std::string kind = std::visit([](const auto& c) { return std::string(c.type_name); }, configs[k]);
    const std::size_t first = needs.size();
    const auto need = [&](const auto& spec) { needs.push_back({kind, memory_need(spec, watched)}); };
    std::visit(WithSpecs<decltype(need)>{need, fmt::format("{}/{}", place_of_list, k)}, configs[k]);
    if (needs.size() > first + 1)
      for (std::size_t w = first; w < needs.size(); ++w) needs[w].kind += fmt::format(", window {}", w - first + 1);
  }
  return needs;
}

void check_observer(const ObserverConfig& observer, const Box& box, const std::vector<std::string>& species, std::int64_t atoms,
                    const std::string& place, PlacedErrorList& errors) {
  if (const auto* xpcs = std::get_if<XpcsConfig>(&observer)) check_amplitudes(*xpcs, box, species, place, errors);
  if (const auto* multi_tau = std::get_if<MultiTauConfig>(&observer)) check_amplitudes(*multi_tau, box, species, place, errors);
  if (const auto* dynamics = std::get_if<DynamicsObserverConfig>(&observer)) {
    check_amplitudes(*dynamics, box, species, place, errors);
    check_sub_boxes(dynamics->sub_boxes, atoms, place, errors);
    if (dynamics->van_hove_distinct_max_A > 0.0)
      check_periodic(box, place + "/van_hove_distinct_max_A", "the distinct van Hove function", errors);
  }
  if (const auto* structure = std::get_if<StructureFactorConfig>(&observer)) {
    check_weights(Weighting::xray, {}, structure->q_max_inv_A, species, place, errors);
    errors.attempt([&] { check_largest_q(box, structure->q_max_inv_A, place + "/q_max_inv_A"); });
  }
  if (const auto* detector = std::get_if<DetectorObserverConfig>(&observer))
    errors.attempt([&] { check_detector(detector_spec(*detector), box, species, atoms, place); });
  if (std::holds_alternative<PairDistributionConfig>(observer)) check_periodic(box, place, "g(r)", errors);
}

void check_observers(const std::vector<ObserverConfig>& observers, const Box& box, const std::vector<std::string>& species,
                     std::int64_t atoms, const std::string& place_of_list, PlacedErrorList& errors) {
  for (std::size_t k = 0; k < observers.size(); ++k)
    check_observer(observers[k], box, species, atoms, fmt::format("{}/{}", place_of_list, k), errors);
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
