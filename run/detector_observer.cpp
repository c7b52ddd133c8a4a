// SPDX-License-Identifier: BSD-3-Clause
#include "run/detector_observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/error.hpp"
#include "core/on_root.hpp"
#include "core/placed_errors.hpp"
#include "frames/frame_set.hpp"
#include "frames/ring_map.hpp"
#include "run/detector_config.hpp"
#include "run/detector_files.hpp"
#include "run/memory_estimate.hpp"
#include "scattering/drift.hpp"
#include "scattering/site_window.hpp"

namespace patina {

namespace {

DetectorSpec with_seed(DetectorSpec spec, std::uint64_t seed) {
  spec.faults.seed = seed;
  return spec;
}

// Where the mean density scatters as strongly as this against its fluctuations, its Bragg-like spot drowns them.
constexpr double most_forward = 1e-3;

void check_forward(const DetectorSpec& spec, const Beam& beam, double density_inv_A3, const std::string& place) {
  const std::vector<std::uint8_t> mask = mask_of(spec);
  double worst = 0.0;
  std::size_t where = 0;
  for (std::size_t p = 0; p < mask.size(); ++p) {
    if (!mask[p]) continue;
    const auto columns = static_cast<std::size_t>(spec.geometry.columns);
    const double forward = beam.forward(pixel_q(spec.geometry, static_cast<double>(p / columns), static_cast<double>(p % columns)), density_inv_A3);
    if (forward <= worst) continue;
    worst = forward;
    where = p;
  }
  if (worst <= most_forward) return;
  const auto columns = static_cast<std::size_t>(spec.geometry.columns);
  throw Error(ExitCode::bad_input,
              fmt::format("{}/geometry: at pixel ({}, {}), |q| = {:.4g} 1/A, the mean density under so small a beam scatters {:.2g} of what independent atoms do "
                          "(at most {:g} is let through): put a beam stop there (shadows), or take a wider or deeper beam",
                          place, where / columns, where % columns,
                          norm(pixel_q(spec.geometry, static_cast<double>(where / columns), static_cast<double>(where % columns))), worst, most_forward));
}

// Keeps what the beamline's checks say, "path: what is wrong".
template <class Check>
void attempt(PlacedErrorList& errors, const Check& check) {
  try {
    check();
  } catch (const Error& error) {
    if (error.code() != ExitCode::bad_input) throw;
    const std::string text = error.what();
    const std::size_t colon = text.find(": ");
    errors.add(text.substr(0, colon), text.substr(colon + 2));
  }
}

}  // namespace

std::vector<std::uint8_t> mask_of(const DetectorSpec& spec) { return looked_at(pixel_states(spec.geometry, spec.faults), spec.mask_faults); }

void check_detector(const DetectorSpec& spec, const Box& box, const std::vector<std::string>& species, std::int64_t atoms, const std::string& place) {
  PlacedErrorList errors;
  attempt(errors, [&] { check(spec.storage, {1, spec.geometry.rows, spec.geometry.columns}, place + "/write"); });
  attempt(errors, [&] {
    // Brighter places are some 30 times brighter than the mean, where S(q) f(q)^2 peaks.
    constexpr double brightest = 100.0;
    const double most = std::min(most_photons, static_cast<double>(most_counts(spec.storage)));
    if (spec.photons_per_pixel * brightest > most)
      throw Error(ExitCode::bad_input, fmt::format("{}/photons_per_pixel: {:g} makes counts of some {:.3g} in the brightest speckles, more than the {:g} that the files "
                                                   "hold: at most {:g}",
                                                   place, spec.photons_per_pixel, brightest * spec.photons_per_pixel, most, most / brightest));
  });
  attempt(errors, [&] {
    check(spec.geometry, place + "/geometry");
    attempt(errors, [&] { make_ring_map(spec.geometry, mask_of(spec), spec.rings, place + "/ring_width_inv_A"); });
    attempt(errors, [&] {
      const Beam beam(spec.beam, place + "/beam");
      attempt(errors, [&] { beam.check_cell(box, 1.0, place + "/beam"); });
      attempt(errors, [&] { check_forward(spec, beam, static_cast<double>(atoms) / box.volume(), place); });
    });
    attempt(errors, [&] {
      try {
        DetectorGeometry one_pixel = spec.geometry;
        one_pixel.rows = one_pixel.columns = 1;
        PixelOptics(one_pixel, {pixel_good}, species, spec.dispersion, Polarisation::none);
      } catch (const Error& error) {
        throw Error(error.code(), place + ": " + error.what());
      }
    });
  });
  errors.throw_if_any();
}

RankNeeds memory_need(const DetectorSpec& spec, const WatchedSample& watched) {
  const SampleNumbers& sample = watched.sample;
  const Beam beam(spec.beam, spec.label);
  const double pixels = static_cast<double>(spec.geometry.pixels()), modes = static_cast<double>(beam.modes().size()), species = sample.species();
  const auto states = pixel_states(spec.geometry, spec.faults);
  const double counting = static_cast<double>(std::count_if(states.begin(), states.end(), [](std::uint32_t state) { return sees(state); }));
  const double at_once = std::min(pixels, static_cast<double>(PixelOptics::pixels_at_once));
  MemoryNeed other;
  other.kept = counting * (sizeof(Vec3) + 12.0 + 16.0 * species);
  other.frame = sample.atoms_of_rank() * (80.0 + 16.0 * modes) + species * modes * at_once * (32.0 * (sample.ranks > 1 ? 3.75 : 2.0) + 16.0) + 24.0 * counting;
  MemoryNeed root = other;
  root.kept += 8.0 * counting;
  root.checkpoint = 16.0 * counting;
  root.finish = 60.0 * pixels + bytes_of_correlations(spec, watched.frames / spec.instants);
  const FrameShape shape{std::max<std::int64_t>(1, watched.frames / spec.instants), spec.geometry.rows, spec.geometry.columns};
  return {root, other,
          fmt::format("{} frames of {} x {} pixels, {} mode{}, {:.2g} phases each instant; {} on the disk before compression, {} of it in the end",
                      shape.frames, shape.rows, shape.columns, beam.modes().size(), beam.modes().size() == 1 ? "" : "s", counting * sample.atoms(),
                      bytes_text(static_cast<double>(shape.frames) * (4.0 * counting) + bytes_of_frames(spec.storage, shape, counting)),
                      bytes_text(bytes_of_frames(spec.storage, shape, counting))),
          static_cast<double>(shape.frames) * (4.0 * counting) + bytes_of_frames(spec.storage, shape, counting)};
}

DetectorObserver::DetectorObserver(const Comm& comm, const Species& species, DetectorSpec spec, ResultTarget target)
    : comm_(comm),
      species_(species),
      spec_(with_seed(std::move(spec), target.seed)),
      target_(std::move(target)),
      folder_((std::filesystem::path(target_.path).parent_path() / "frames" / spec_.label).string()),
      optics_(spec_.geometry, pixel_states(spec_.geometry, spec_.faults), species_.symbol, spec_.dispersion, spec_.polarisation),
      beam_(spec_.beam, spec_.label + "/beam"),
      waiting_(folder_ + "/intensities.tmp", optics_.pixels().size()) {
  make_ring_map(spec_.geometry, mask_of(spec_), spec_.rings, spec_.label + "/ring_width_inv_A");  // fails now rather than after the last frame
}

void DetectorObserver::start(const Frame& frame, const Vec3& mass_centre) {
  beam_.check_cell(frame.box, slack_of_changed_cell, spec_.label + "/beam");
  first_mass_centre_ = mass_centre;
  record_.origin_ps = record_.first_ps = frame.time_ps;
  record_.density_inv_A3 = static_cast<double>(frame.atom_count) / frame.box.volume();
  record_.atoms_under_beam = record_.density_inv_A3 * beam_.volume_A3();
  record_.photons_per_intensity =
      spec_.photons_per_pixel / (record_.density_inv_A3 * optics_.independent(spec_.rings.front().q_inv_A, species_.count));
  if (target_.tell)
    target_.tell(fmt::format("{}: {:.3g} atoms under the beam, {} mode{} of coherence, contrast {:.3g}; {} of {} pixels count", spec_.label,
                             record_.atoms_under_beam, beam_.modes().size(), beam_.modes().size() == 1 ? "" : "s", beam_.contrast(),
                             optics_.pixels().size(), spec_.geometry.pixels()));
  on_root(comm_, [&] {
    // Only of a run that ended after its frames and before a checkpoint that knew of them; they come again.
    remove_detector_files(folder_);
    waiting_.begin();
    exposure_.assign(optics_.pixels().size(), 0.0);
  });
  begun_ = true;
}

void DetectorObserver::check_time(double time_ps) {
  const std::int64_t seen = record_.frames * spec_.instants + instants_;
  if (seen == 1) record_.interval_ps = time_ps - record_.first_ps;
  const double expected = record_.first_ps + static_cast<double>(seen) * record_.interval_ps;
  if (seen > 0 && (!(record_.interval_ps > 0.0) || std::abs(time_ps - expected) > 1e-6 * (expected - record_.first_ps)))
    throw Error(ExitCode::bad_input, fmt::format("{}: frames must be equally spaced in time, but one at {} ps came where {} ps was expected", spec_.label,
                                                 time_ps, expected));
}

void DetectorObserver::observe(const Frame& frame) {
  if (whole_) return;
  const Vec3 mass_centre = fractional_mass_centre(frame);
  if (!begun_) start(frame, mass_centre);
  check_time(frame.time_ps);
  const PixelPoints points = beam_.points(frame, mass_centre - first_mass_centre_);
  const std::vector<double> intensity = optics_.intensities(points, beam_, pattern_shift(spec_.faults, record_.frames), comm_);
  const bool last = ++instants_ == spec_.instants;
  on_root(comm_, [&] {
    for (std::size_t p = 0; p < intensity.size(); ++p) exposure_[p] += intensity[p];
    if (!last) return;
    std::vector<float> photons;
    for (double& sum : exposure_) {
      photons.push_back(static_cast<float>(sum * (record_.photons_per_intensity / spec_.instants)));
      sum = 0.0;
    }
    waiting_.append(photons);
  });
  if (!last) return;
  instants_ = 0;
  ++record_.frames;
}

void DetectorObserver::finish() {
  if (whole_ || !begun_) return;
  if (record_.frames < 2)
    throw Error(ExitCode::bad_input, fmt::format("{}: {} frame{} of {} instants: a correlation needs two", spec_.label, record_.frames,
                                                 record_.frames == 1 ? "" : "s", spec_.instants));
  on_root(comm_, [&] {
    waiting_.sync();
    write_detector_files({folder_, spec_, target_, species_, optics_.pixels(), beam_, record_}, waiting_);
    waiting_.remove();
  });
}

void DetectorObserver::save(StateMap& state) {
  if (!begun_) return;
  on_root(comm_, [&] {
    if (!whole_) waiting_.sync();
  });
  state["first_mass_centre"].assign(first_mass_centre_.v, first_mass_centre_.v + 3);
  const DetectorRecord& r = record_;
  state["record"] = {r.density_inv_A3, r.atoms_under_beam, r.photons_per_intensity, r.origin_ps, r.first_ps, r.interval_ps, static_cast<double>(r.frames)};
  state["instants"] = {static_cast<double>(instants_)};
  state["exposure"] = exposure_;
}

void DetectorObserver::load(const StateMap& state) {
  if (state.count("record") == 0) return;  // saved before the first frame
  begun_ = true;
  std::copy_n(state_of(state, "first_mass_centre", 3).begin(), 3, first_mass_centre_.v);
  const auto& r = state_of(state, "record", 7);
  record_ = {r[0], r[1], r[2], r[3], r[4], r[5], static_cast<std::int64_t>(r[6])};
  instants_ = static_cast<std::int64_t>(state_of(state, "instants", 1)[0]);
  exposure_ = state_of(state, "exposure", optics_.pixels().size());
  std::vector<int> found;
  on_root(comm_, [&] {
    if (holds_frame_set(folder_))
      found = {1};  // the process ended between its files and the checkpoint after them
    else
      remove_detector_files(folder_);
    if (found.empty())
      waiting_.reopen(record_.frames);
    else
      waiting_.remove();
  });
  comm_.broadcast(found);
  whole_ = !found.empty();
}

}  // namespace patina
