// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/dynamics_observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/on_root.hpp"
#include "scattering/correlation.hpp"
#include "scattering/distinct_pairs.hpp"
#include "scattering/drift.hpp"
#include "scattering/lag_schedule.hpp"
#include "scattering/pair_cells.hpp"

namespace patina {

namespace {

constexpr std::int64_t longest_lag = 1LL << 50;

RowLayout layout_of(const DynamicsSpec& spec, std::size_t groups, int species) {
  return {static_cast<int>(groups), species, spec.displacement.van_hove_bins(), spec.distinct.bins, spec.self_vectors > 0};
}

// How many waiting times (frames, ascending, each once) are compared with at one time, each over so many frames.
double most_at_once(const std::vector<double>& starts, double lag) {
  std::size_t most = 0, first = 0;
  for (std::size_t k = 0; k < starts.size(); ++k) {
    while (starts[k] - starts[first] > lag) ++first;
    most = std::max(most, k + 1 - first);
  }
  return static_cast<double>(most);
}

// The frames at which waiting times begin.
std::vector<double> starts_of(const DynamicsSpec& spec, const WatchedSample& watched) {
  std::vector<double> starts;
  for (const double time_ps : spec.waiting_times_ps)
    starts.push_back(watched.interval_ps > 0.0 ? static_cast<double>(frame_of_waiting_time(time_ps, watched.interval_ps)) : 0.0);
  std::sort(starts.begin(), starts.end());
  return starts;
}

}  // namespace

RankNeeds memory_need(const DynamicsSpec& spec, const WatchedSample& watched) {
  const SampleNumbers& sample = watched.sample;
  const std::vector<QSet> groups = choose_vectors(sample.box, spec.amplitudes.vectors, sample.seed, spec.label);
  std::vector<int> group;
  const QSet set = merge(groups, group);
  const double frames = static_cast<double>(watched.frames);
  const double lag = spec.max_lag_ps ? std::min(frames - 1.0, *spec.max_lag_ps / watched.interval_ps + 1e-6) : frames - 1.0;
  const std::vector<double> starts = starts_of(spec, watched);
  const RowLayout layout = layout_of(spec, groups.size(), sample.species());
  const double lags = static_cast<double>(logarithmic_lags(static_cast<std::int64_t>(lag), spec.lags_per_decade).size());
  const double compared = static_cast<double>(starts.size()) * lags * sizeof(double), rows = compared * static_cast<double>(layout.width());
  const double active = most_at_once(starts, lag), local = sample.atoms_of_rank();
  const double modes = 16.0 * sample.species() * set.size();
  const MemoryNeed sums = amplitude_need(spec.amplitudes, set, sample);

  MemoryNeed other;
  other.kept = sums.kept + active * (24.0 * local + modes) + rows;
  other.frame = modes + std::max(sums.frame, id_ordered_bytes * local);
  if (spec.distinct.bins > 0)
    other.frame = std::max(other.frame, modes + (id_block_bytes + pair_place_bytes) * local + pair_cells_bytes * sample.atoms() +
                                            8.0 * (sample.threads + 1.0) * layout.pairs() * layout.distinct_bins);
  other.checkpoint = active * modes + rows;
  MemoryNeed root = other;
  root.checkpoint += active * 24.0 * sample.atoms();
  root.finish = rows + compared * std::max(2.0 * layout.shells * layout.species, static_cast<double>(std::max(layout.groups() * layout.van_hove_bins, layout.pairs() * layout.distinct_bins)));
  return {root, other, fmt::format("{} vectors, {} waiting times, {:.0f} at once", set.size(), starts.size(), active), 2.0 * rows};
}

DynamicsObserver::DynamicsObserver(const Comm& comm, const Species& species, DynamicsSpec spec, ResultTarget target)
    : comm_(comm),
      species_(species),
      spec_(std::move(spec)),
      target_(std::move(target)),
      lags_(logarithmic_lags(longest_lag, spec_.lags_per_decade)),
      amplitudes_(comm, species, spec_.amplitudes, target_.seed, spec_.label, target_.tell),
      waiting_times_(spec_.waiting_times_ps, spec_.label, target_.tell) {
  if (amplitudes_.window()) spec_.displacement.sub_boxes = 1;  // one site has no sub-boxes
}

void DynamicsObserver::observe(const Frame& frame) {
  const bool first = frames_ == 0;
  if (first) time_origin_ps_ = frame.time_ps;
  check_time(frame.time_ps - time_origin_ps_);
  if (waiting_times_.begins(time_ps_)) {
    const double requested_ps = waiting_times_.requested_ps()[waiting_times_.begun() - 1];
    starts_.emplace_back();
    starts_.back().curve = {time_ps_, requested_ps, frames_, {}};
  }
  if (first || std::any_of(starts_.begin(), starts_.end(), [&](const Start& s) { return wanted(s); })) {
    const Vec3 mass_centre = fractional_mass_centre(frame);
    if (first) {
      if (spec_.distinct.bins > 0 && frame.box.periodic() != std::array{true, true, true})
        throw Error(ExitCode::bad_input, fmt::format("{}: distinct pairs need a cell that is periodic along all its axes", spec_.label));
      amplitudes_.start(frame, mass_centre);
      make_plans();
    }
    measure(frame, mass_centre);
  }
  ++frames_;
}

// The lag axis stands on equal spacing; a minimisation, for one, has no time.
void DynamicsObserver::check_time(double time_ps) {
  if (frames_ == 1) {
    interval_ps_ = time_ps;
    const std::string rest = spec_.max_lag_ps ? words_of_rest("max_lag_ps", *spec_.max_lag_ps, interval_ps_) : "";
    if (target_.tell && !rest.empty()) target_.tell(spec_.label + ": " + rest);
  }
  const double expected = static_cast<double>(frames_) * interval_ps_;
  if (frames_ > 0 && (!(time_ps > time_ps_) || std::abs(time_ps - expected) > 1e-6 * expected))
    throw Error(ExitCode::bad_input,
                fmt::format("{}: frames must be equally spaced in time, but one at {} ps came where {} ps was expected",
                            spec_.label, time_ps, expected));
  time_ps_ = time_ps;
}

void DynamicsObserver::make_plans() {
  const std::vector<QSet>& groups = amplitudes_.groups();
  layout_ = layout_of(spec_, groups.size(), species_.types());
  members_.assign(groups.size(), {});
  for (int k = 0; k < amplitudes_.set().size(); ++k)
    members_[static_cast<std::size_t>(amplitudes_.group_of()[static_cast<std::size_t>(k)])].push_back(k);
  std::vector<QSet> self_groups;
  for (const QSet& group : groups)
    if (layout_.self) self_groups.push_back(thinned(group, spec_.self_vectors));
  self_plan_ = make_self_plan(self_groups);
}

bool DynamicsObserver::wanted(const Start& start) const {
  return start.active && frames_ - start.curve.start_frame == lags_[start.next_lag] && within_max_lag(start);
}

bool DynamicsObserver::within_max_lag(const Start& start) const {
  return !spec_.max_lag_ps || static_cast<double>(lags_[start.next_lag]) * interval_ps_ <= *spec_.max_lag_ps * (1.0 + 1e-9);
}

void DynamicsObserver::measure(const Frame& frame, const Vec3& mass_centre) {
  const auto rho = amplitudes_.density(frame, mass_centre);
  const FractionalBlock now = fractional_block(frame, mass_centre);
  for (Start& start : starts_) {
    if (!wanted(start)) continue;
    if (start.next_lag == 0) {
      start.edges = frame.box.edges();
      start.s = site_reference(now, amplitudes_, frame.box);
      start.rho = rho;
    }
    const auto row = compare(start, rho, now);
    start.curve.rows.insert(start.curve.rows.end(), row.begin(), row.end());
    ++start.next_lag;
    if (!within_max_lag(start)) {
      start.active = false;
      start.s = {};
      start.rho = {};
    }
  }
}

std::vector<double> DynamicsObserver::compare(const Start& start, const std::vector<std::complex<double>>& rho,
                                              const FractionalBlock& now) const {
  std::vector<double> row(layout_.width());
  compare_modes(start, rho, row);
  if (layout_.self) {
    const auto values = self_scattering(now, start.s, self_plan_, layout_.species, comm_);
    for (int shell = 0; shell < layout_.shells; ++shell) {
      const SelfValue& value = values[static_cast<std::size_t>(shell)];
      const auto at = row.begin() + static_cast<std::ptrdiff_t>(layout_.self_part(shell));
      std::copy(value.mean.begin(), value.mean.end(), at);
      std::copy(value.error.begin(), value.error.end(), at + layout_.species);
    }
  }
  const auto moved = measure_displacements(now, start.s, start.edges, layout_.species, spec_.displacement, comm_);
  auto at = row.begin() + static_cast<std::ptrdiff_t>(layout_.displacements());
  for (const auto* values : {&moved.square_A2, &moved.non_gaussian, &moved.overlap})
    at = std::copy(values->begin(), values->end(), at);
  *at++ = moved.sub_box_chi4;
  at = std::copy(moved.van_hove.begin(), moved.van_hove.end(), at);
  if (layout_.distinct_bins > 0) {
    const auto distinct = distinct_van_hove(now, start.s, start.edges, layout_.species, spec_.distinct, comm_);
    std::copy(distinct.begin(), distinct.end(), at);
  }
  return row;
}

void DynamicsObserver::compare_modes(const Start& start, const std::vector<std::complex<double>>& rho,
                                     std::vector<double>& row) const {
  const int vectors = amplitudes_.set().size();
  for (int shell = 0; shell < layout_.shells; ++shell) {
    ModeSeries two;
    two.species = layout_.species;
    two.time_ps = {0.0, 1.0};
    std::vector<std::complex<double>> factor;
    const std::vector<int>& members = members_[static_cast<std::size_t>(shell)];
    two.vectors = static_cast<int>(members.size());
    for (const auto* modes : {&start.rho, &rho}) {
      two.rho.emplace_back();
      for (int a = 0; a < two.species; ++a)
        for (const int k : members) two.rho.back().push_back((*modes)[static_cast<std::size_t>(a * vectors + k)]);
    }
    for (const int k : members)
      for (int a = 0; a < two.species; ++a)
        factor.push_back(amplitudes_.form_factor()[static_cast<std::size_t>(k * two.species + a)]);

    const Eigen::MatrixXcd field = scattered_field(two, factor);
    const LagCurve cut = fixed_start_cut(field, 0, 1, 1);
    double* out = row.data() + layout_.coherent(shell);
    out[0] = cut.numerator[1];
    out[1] = field.col(0).squaredNorm();
    out[2] = field.col(1).squaredNorm();
    out[3] = cut.error[1];
    const Eigen::MatrixXd partials = partial_cut(two, amplitudes_.atoms(), 0, 1, 1);
    for (int pair = 0; pair < layout_.pairs(); ++pair) out[4 + pair] = partials(1, pair);
  }
}

void DynamicsObserver::finish() {
  if (frames_ == 0) return;
  on_root(comm_, [&] {
    DynamicsData data{layout_, species_.symbol, species_.count, amplitudes_.record(), spec_.displacement, spec_.distinct, interval_ps_, spec_.max_lag_ps, lags_, {}};
    for (const Start& start : starts_) data.curves.push_back(start.curve);
    const EntryHeader header{.name = spec_.label,
                             .kind = "dynamics",
                             .title = data.amplitudes.titled("Dynamics at logarithmic lags"),
                             .plot = "coherent_scattering",
                             .time_origin_ps = time_origin_ps_,
                             .thermodynamic_state = target_.thermodynamic_state,
                             .preferred = false};
    append_entry(target_.path, header, target_.provenance,
                 [&](h5::File& file, const std::string& group) { write_dynamics(file, group, data); });
  });
}

void DynamicsObserver::save(StateMap& state) {
  if (frames_ == 0) return;
  state["frames"] = {static_cast<double>(frames_)};
  state["times_ps"] = {time_origin_ps_, interval_ps_, time_ps_};
  state["next_waiting_time"] = {static_cast<double>(waiting_times_.begun())};
  amplitudes_.save(state);
  state["starts"] = {static_cast<double>(starts_.size())};
  for (std::size_t k = 0; k < starts_.size(); ++k) save_start(starts_[k], fmt::format("start{}_", k), state);
}

void DynamicsObserver::save_start(const Start& start, const std::string& prefix, StateMap& state) const {
  state[prefix + "state"] = {start.active ? 1.0 : 0.0, static_cast<double>(start.next_lag), start.curve.waiting_time_ps,
                             static_cast<double>(start.curve.start_frame)};
  state[prefix + "edges"].assign(&start.edges.m[0][0], &start.edges.m[0][0] + 9);
  state[prefix + "rows"] = start.curve.rows;
  // Blocks in order of rank are in order of id.
  auto& s = state[prefix + "s"];
  for (const Vec3& v : comm_.gather(start.s)) s.insert(s.end(), v.v, v.v + 3);
  const auto* rho = reinterpret_cast<const double*>(start.rho.data());
  state[prefix + "rho"].assign(rho, rho + 2 * start.rho.size());
}

void DynamicsObserver::load(const StateMap& state) {
  if (state.count("frames") == 0) return;  // saved before the first frame
  frames_ = static_cast<std::int64_t>(state.at("frames").at(0));
  const auto& times = state_of(state, "times_ps", 3);
  time_origin_ps_ = times[0];
  interval_ps_ = times[1];
  time_ps_ = times[2];
  waiting_times_.resume(static_cast<std::size_t>(state.at("next_waiting_time").at(0)));
  amplitudes_.load(state);
  make_plans();
  starts_.clear();
  const auto count = static_cast<std::size_t>(state.at("starts").at(0));
  for (std::size_t k = 0; k < count; ++k) {
    starts_.push_back(load_start(fmt::format("start{}_", k), state));
    starts_.back().curve.requested_ps = waiting_times_.requested_ps().at(k);
  }
}

DynamicsObserver::Start DynamicsObserver::load_start(const std::string& prefix, const StateMap& state) const {
  Start start;
  const auto& scalars = state_of(state, prefix + "state", 4);
  start.active = scalars[0] != 0.0;
  start.next_lag = static_cast<std::size_t>(scalars[1]);
  start.curve = {scalars[2], 0.0, static_cast<std::int64_t>(scalars[3]), state.at(prefix + "rows")};
  std::copy_n(state_of(state, prefix + "edges", 9).begin(), 9, &start.edges.m[0][0]);
  const auto& all = state.at(prefix + "s");
  const auto atoms = static_cast<std::int64_t>(all.size() / 3);
  for (auto j = id_block_start(atoms, comm_.rank(), comm_.size()); j < id_block_start(atoms, comm_.rank() + 1, comm_.size());
       ++j)
    start.s.push_back({{all[3 * j], all[3 * j + 1], all[3 * j + 2]}});
  const auto& rho = state.at(prefix + "rho");
  start.rho.resize(rho.size() / 2);
  std::copy(rho.begin(), rho.end(), reinterpret_cast<double*>(start.rho.data()));
  return start;
}

}  // namespace patina
