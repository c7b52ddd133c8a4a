// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/xpcs_observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/on_root.hpp"
#include "scattering/drift.hpp"
#include "scattering/two_time_paths.hpp"

namespace patina {

namespace {

// Of a set over a wide range its ends.
std::string words_of_q(const QSet& set) {
  constexpr double wide = 0.2;  // of the mean
  const auto [low, high] = std::minmax_element(set.q_inv_A.begin(), set.q_inv_A.end());
  if (*high - *low > wide * set.q0_inv_A) return fmt::format("q = {:.3g} to {:.3g} 1/A", *low, *high);
  return fmt::format("q = {:.4g} 1/A", set.q0_inv_A);
}

}  // namespace

RankNeeds memory_need(const XpcsSpec& spec, const WatchedSample& watched) {
  const SampleNumbers& sample = watched.sample;
  const QSet set = choose_vectors(sample.box, spec.amplitudes.vectors, sample.seed, spec.label).at(0);
  const double vectors = set.size(), frames = static_cast<double>(watched.frames), species = sample.species();
  const double starts = static_cast<double>(spec.waiting_times_ps.size());
  const double lags = 1.0 + std::min(frames - 1.0, spec.max_lag_ps ? std::floor(*spec.max_lag_ps / watched.interval_ps + 1e-6) : frames);
  const double local = sample.atoms_of_rank(), modes_of_frame = 16.0 * species * vectors;
  const MemoryNeed sums = amplitude_need(spec.amplitudes, set, sample);
  const double references = spec.self_vectors > 0 ? 24.0 * starts : 0.0, curves = 16.0 * species * starts * lags;

  MemoryNeed other;
  other.kept = sums.kept + references * local + curves;
  other.frame = modes_of_frame + std::max(sums.frame, spec.self_vectors > 0 ? id_ordered_bytes * local : 0.0);
  other.checkpoint = curves;
  MemoryNeed root = other;
  root.kept += modes_of_frame * frames;
  root.checkpoint += modes_of_frame * frames + references * sample.atoms();
  const double fields = 16.0 * vectors * frames, matrix = 8.0 * frames * frames;
  const double tables = (32.0 + 8.0 * species * (species + 1.0) + 32.0 * species) * starts * lags;
  root.finish = std::max({fields + std::max(two_time_bytes(2.0 * vectors, frames) + matrix, 3.0 * matrix), fields + matrix + 32.0 * starts * lags, tables});
  const double matrices = 4.0 * 8.0 * frames * frames, intensities = 4.0 * vectors * frames;
  return {root, other, fmt::format("{} vectors, {} frames", set.size(), watched.frames), matrices + intensities + tables};
}

XpcsObserver::XpcsObserver(const Comm& comm, const Species& species, XpcsSpec spec, ResultTarget target)
    : comm_(comm),
      species_(species),
      spec_(std::move(spec)),
      target_(std::move(target)),
      amplitudes_(comm, species, spec_.amplitudes, target_.seed, spec_.label, target_.tell),
      waiting_times_(spec_.waiting_times_ps, spec_.label, target_.tell) {}

bool XpcsObserver::due(std::int64_t step_in_protocol_step) const {
  return step_in_protocol_step % spec_.interval_steps == 0;
}

void XpcsObserver::observe(const Frame& frame) {
  const Vec3 mass_centre = fractional_mass_centre(frame);
  if (series_.frames() == 0) {
    amplitudes_.start(frame, mass_centre);
    time_origin_ps_ = frame.time_ps;
    make_plans();
  }
  const double time = frame.time_ps - time_origin_ps_;
  // What the lag axis stands on; a minimisation, for one, has no time.
  const int frames = series_.frames();
  const double expected = frames < 2 ? time : 2.0 * series_.time_ps[frames - 1] - series_.time_ps[frames - 2];
  if ((frames > 0 && !(time > series_.time_ps.back())) ||
      std::abs(time - expected) > 1e-6 * std::abs(expected))
    throw Error(
        ExitCode::bad_input,
        fmt::format("{}: XPCS frames must be equally spaced in time, but one at {} ps came where {} ps was "
                    "expected",
                    spec_.label, time, expected));

  auto rho = amplitudes_.density(frame, mass_centre);
  if (comm_.is_root()) series_.rho.push_back(std::move(rho));
  series_.time_ps.push_back(time);
  if (series_.frames() == 2) tell_rests();
  follow_self(frame, mass_centre);
}

void XpcsObserver::tell_rests() const {
  if (!target_.tell) return;
  for (const std::string& words : {spec_.max_lag_ps ? words_of_rest("max_lag_ps", *spec_.max_lag_ps, interval_ps()) : "",
                                   words_of_rest("waiting_window_ps", spec_.waiting_window_ps, interval_ps())})
    if (!words.empty()) target_.tell(spec_.label + ": " + words);
}

void XpcsObserver::make_plans() {
  series_.species = species_.types();
  series_.vectors = amplitudes_.set().size();
  self_plan_ = make_self_plan({thinned(amplitudes_.set(), spec_.self_vectors)});
}

void XpcsObserver::follow_self(const Frame& frame, const Vec3& mass_centre) {
  const double time = series_.time_ps.back();
  const double slack = 1e-9 * (1.0 + std::abs(time));
  const bool starts = waiting_times_.begins(time);
  const auto wanted = [&](const Reference& reference) {
    return !spec_.max_lag_ps || time - reference.curve.waiting_time_ps <= *spec_.max_lag_ps + slack;
  };
  if (starts) references_.push_back({{}, {time, waiting_times_.requested_ps()[waiting_times_.begun() - 1], series_.frames() - 1, {}, {}}});
  if (self_plan_.phases.vectors == 0 || std::none_of(references_.begin(), references_.end(), wanted)) return;

  const FractionalBlock now = fractional_block(frame, mass_centre);
  if (starts) references_.back().s = site_reference(now, amplitudes_, frame.box);
  for (Reference& reference : references_) {
    if (!wanted(reference)) continue;
    const SelfValue value = self_scattering(now, reference.s, self_plan_, species_.types(), comm_).at(0);
    reference.curve.mean.insert(reference.curve.mean.end(), value.mean.begin(), value.mean.end());
    reference.curve.error.insert(reference.curve.error.end(), value.error.begin(), value.error.end());
  }
}

double XpcsObserver::interval_ps() const {
  return series_.frames() < 2 ? 0.0 : series_.time_ps[1] - series_.time_ps[0];
}

int XpcsObserver::max_lag() const {
  const int most = series_.frames() - 1;
  if (!spec_.max_lag_ps || most == 0) return most;
  return std::min(most, static_cast<int>(*spec_.max_lag_ps / interval_ps() * (1.0 + 1e-9) + 1e-6));
}

XpcsData XpcsObserver::data() const {
  XpcsData data;
  data.set = amplitudes_.groups().at(0);
  data.species = species_.symbol;
  data.form_factor = amplitudes_.form_factor();
  data.amplitudes = amplitudes_.record();
  data.series = &series_;
  for (const Reference& reference : references_) data.self.push_back(reference.curve);
  data.self_vectors = self_plan_.phases.vectors;
  data.max_lag = max_lag();
  data.max_lag_requested_ps = spec_.max_lag_ps;
  data.window_requested_ps = spec_.waiting_window_ps;
  if (series_.frames() > 1) data.window = 1 + static_cast<int>(std::min(spec_.waiting_window_ps / interval_ps() * (1.0 + 1e-9), 1e9));
  return data;
}

void XpcsObserver::finish() {
  if (series_.frames() == 0) return;
  on_root(comm_, [&] {
    const XpcsData result = data();
    const EntryHeader header{.name = spec_.label,
                             .kind = "xpcs",
                             .title = result.amplitudes.titled("XPCS at " + words_of_q(result.set)),
                             .plot = "two_time",
                             .time_origin_ps = time_origin_ps_,
                             .thermodynamic_state = target_.thermodynamic_state,
                             .preferred = true};
    append_entry(target_.path, header, target_.provenance,
                 [&](h5::File& file, const std::string& group) { write_xpcs(file, group, result); });
  });
}

void XpcsObserver::save(StateMap& state) {
  if (series_.frames() == 0) return;
  amplitudes_.save(state);
  state["time_origin_ps"] = {time_origin_ps_};
  state["time_ps"] = series_.time_ps;
  state["next_waiting_time"] = {static_cast<double>(waiting_times_.begun())};
  auto& rho = state["rho"];
  for (const auto& of_frame : series_.rho) {
    const auto* numbers = reinterpret_cast<const double*>(of_frame.data());
    rho.insert(rho.end(), numbers, numbers + 2 * of_frame.size());
  }
  save_references(state);
}

void XpcsObserver::save_references(StateMap& state) {
  state["references"] = {static_cast<double>(references_.size())};
  for (std::size_t r = 0; r < references_.size(); ++r) {
    const auto& [s, curve] = references_[r];
    const std::string prefix = fmt::format("reference{}_", r);
    // Blocks in order of rank are in order of id.
    const std::vector<Vec3> all = comm_.gather(s);
    auto& values = state[prefix + "s"];
    for (const Vec3& v : all) values.insert(values.end(), v.v, v.v + 3);
    state[prefix + "start"] = {curve.waiting_time_ps, static_cast<double>(curve.start_frame)};
    state[prefix + "mean"] = curve.mean;
    state[prefix + "error"] = curve.error;
  }
}

void XpcsObserver::load(const StateMap& state) {
  if (state.count("time_ps") == 0) return;  // saved before the first frame
  amplitudes_.load(state);
  make_plans();
  time_origin_ps_ = state.at("time_origin_ps").at(0);
  series_.time_ps = state.at("time_ps");
  waiting_times_.resume(static_cast<std::size_t>(state.at("next_waiting_time").at(0)));
  const auto& rho = state.at("rho");
  if (comm_.is_root()) {
    const auto size = static_cast<std::size_t>(series_.species) * static_cast<std::size_t>(series_.vectors);
    for (auto at = rho.begin(); at != rho.end(); at += static_cast<std::ptrdiff_t>(2 * size)) {
      series_.rho.emplace_back(size);
      std::copy_n(at, 2 * size, reinterpret_cast<double*>(series_.rho.back().data()));
    }
  }
  load_references(state);
}

void XpcsObserver::load_references(const StateMap& state) {
  references_.clear();
  const auto count = static_cast<std::size_t>(state.at("references").at(0));
  for (std::size_t r = 0; r < count; ++r) {
    const std::string prefix = fmt::format("reference{}_", r);
    const auto& all = state.at(prefix + "s");
    const auto atoms = static_cast<std::int64_t>(all.size() / 3);
    Reference reference;
    for (auto j = id_block_start(atoms, comm_.rank(), comm_.size());
         j < id_block_start(atoms, comm_.rank() + 1, comm_.size()); ++j)
      reference.s.push_back({{all[3 * j], all[3 * j + 1], all[3 * j + 2]}});
    const auto& start = state.at(prefix + "start");
    reference.curve = {start.at(0), waiting_times_.requested_ps().at(r), static_cast<int>(start.at(1)), state.at(prefix + "mean"),
                       state.at(prefix + "error")};
    references_.push_back(std::move(reference));
  }
}

}  // namespace patina
