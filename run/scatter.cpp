// SPDX-License-Identifier: BSD-3-Clause
#include "run/scatter.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>

#include "core/config_beside.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "core/placed_errors.hpp"
#include "core/on_root.hpp"
#include "core/stopwatch.hpp"
#include "core/version.hpp"
#include "md/h5md.hpp"
#include "run/even_times.hpp"
#include "run/memory_estimate.hpp"
#include "run/observers.hpp"
#include "run/run_config.hpp"
#include "run/run_folder.hpp"
#include "run/scatter_config.hpp"
#include "run/span_checks.hpp"
#include "run/stored_frames.hpp"
#include "scattering/results.hpp"

namespace patina {

namespace {

struct Scatter {
  const Comm& comm;
  const ScatterOptions& options;
  ScatterConfig config;
  std::string resolved;
  std::vector<ObserverConfig> observers;
};

StoredFramesSpec frames_spec(const Scatter& s) {
  StoredFramesSpec spec;
  spec.path = s.options.trajectory;
  spec.read.species = s.config.species.value_or(std::vector<std::string>{});
  spec.read.periodic = periodic_of(s.config.boundary);
  spec.first = s.config.frames.first;
  spec.last = s.config.frames.last;
  spec.every = s.config.frames.every;
  spec.time_between_frames_ps = s.config.time_between_frames_ps;
  spec.time_step_fs = s.config.time_step_fs;
  spec.moving = any_moves(s.observers);
  spec.unwrap = unwrapping_of(s.config.unwrap);
  return spec;
}

// What the first frame does not allow.
void check_first(const Scatter& s, const Frame& frame, const ConfigChecker& at) {
  PlacedErrorList errors;
  for (std::size_t k = 0; k < s.observers.size(); ++k) {
    const std::string place = fmt::format("/observers/{}", k);
    if (!at.was_read({place.substr(1)})) continue;
    check_observer(s.observers[k], frame.box, frame.species->symbol, frame.atom_count, place, errors);
    if (const auto* multi_tau = std::get_if<MultiTauConfig>(&s.observers[k]);
        multi_tau && multi_tau->currents && !s.comm.any(frame.velocity.extent(0) > 0))
      errors.add(place + "/currents", s.options.trajectory + " has no velocities, of which currents are made");
  }
  for (const auto& [path, message] : errors.errors()) at.error(path.substr(1), message);
}

// What the times of all frames do not allow.
void check_times(const Scatter& s, const ConfigChecker& at) {
  StoredFrames frames(s.comm, frames_spec(s));
  std::vector<EvenTimes> observers(s.observers.begin(), s.observers.end());
  std::int64_t count = 0;
  double first_ps = 0.0, last_ps = 0.0;
  while (const auto moment = frames.pass_over()) {
    if (count == 0) first_ps = moment->time_ps;
    last_ps = moment->time_ps;
    const std::string place = frames.place();
    for (EvenTimes& observer : observers) observer.take(count, last_ps - first_ps, place);
    ++count;
  }
  const WatchedSpan span{"the trajectory", fmt::format("{} frame{}", count, count == 1 ? "" : "s"), count - 1,
                         count > 1 ? (last_ps - first_ps) / static_cast<double>(count - 1) : 0.0};
  for (std::size_t k = 0; k < s.observers.size(); ++k) {
    const std::string pointer = fmt::format("observers/{}", k);
    if (!at.was_read({pointer})) continue;
    if (!observers[k].fault().empty())
      at.error(pointer, observers[k].fault());
    else
      check_span(s.observers[k], span, pointer, at);
  }
}

// What the trajectory was, for the results.
struct Source {
  std::vector<NamedFile> files;
  std::uint64_t bytes = 0;
};

Source source_of(const Comm& comm, const std::string& trajectory) {
  Source source;
  on_root(comm, [&] {
    for (const std::string& path : h5md_files(trajectory)) {
      source.files.push_back({path, path});
      source.bytes += std::filesystem::file_size(path);
    }
  });
  return source;
}

// One pass over the frames.
class Pass {
 public:
  Pass(const Scatter& s, StoredFrames& frames, const Frame& first, const std::string& digests, Log& log)
      : s_(s),
        frames_(frames),
        log_(log),
        config_(configurations_of_observers(s.observers)),
        observing_s_(config_.size()),
        first_frame_s_(config_.size()) {
    const ObserverContext context{s.options.folder,
                                  "trajectory",
                                  s.resolved,
                                  "",
                                  "",
                                  s.config.seed,
                                  {},
                                  [&log](const std::string& line) { log.line("{}", line); },
                                  digests};
    observers_ = make_observers(s.observers, context, s.comm, *first.species);
  }

  void take(const Frame& frame) {
    reading_s_ += watch_.lap();
    if (taken_ == 0) first_ = {frames_.number(), frame.step, frame.time_ps};
    last_ = {frames_.number(), frame.step, frame.time_ps};
    for (std::size_t k = 0; k < observers_.size(); ++k) {
      if (observers_[k]->due(taken_)) observe(k, frame);
      const double seconds = watch_.lap();
      observing_s_[k] += seconds;
      if (taken_ == 0) first_frame_s_[k] = seconds;
    }
    ++taken_;
    tell_progress(frame);
  }

  void finish() {
    for (const auto& observer : observers_) observer->finish();
  }

  std::map<std::string, std::int64_t> counts() const {
    return {{"trajectory_frames", taken_},
            {"trajectory_first_frame", first_.number},
            {"trajectory_last_frame", last_.number},
            {"trajectory_first_step", first_.step},
            {"trajectory_last_step", last_.step}};
  }
  std::int64_t taken() const { return taken_; }
  // Where the time went on rank 0. At the first frame observers find their vectors and plan their sums.
  std::string seconds() const {
    std::string text = fmt::format("{:.4g} reading", reading_s_);
    for (std::size_t k = 0; k < observing_s_.size(); ++k)
      text += fmt::format(", {:.4g} {} (first frame {:.4g})", observing_s_[k],
                          std::visit([](const auto& c) { return std::string(c.type_name); }, config_of(k)),
                          first_frame_s_[k]);
    return text;
  }
  double duration_ps() const { return last_.time_ps - first_.time_ps; }

 private:
  struct Point {
    std::int64_t number = 0, step = 0;
    double time_ps = 0.0;
  };

  const ObserverConfig& config_of(std::size_t k) const { return s_.observers[config_[k]]; }

  void observe(std::size_t k, const Frame& frame) {
    try {
      observers_[k]->observe(frame);
    } catch (const Error& error) {
      throw Error(error.code(), fmt::format("{}: {}", frames_.place(), error.what()));
    }
  }

  void tell_progress(const Frame& frame) {
    constexpr double interval_s = 30.0;
    const double seconds = std::accumulate(observing_s_.begin(), observing_s_.end(), reading_s_);
    if (seconds < next_told_s_) return;
    next_told_s_ = seconds + interval_s;
    log_.line("frame {}, {:.4g} ps, {:.3g} frames/s", frames_.number(), frame.time_ps,
              static_cast<double>(taken_) / seconds);
  }

  const Scatter& s_;
  StoredFrames& frames_;
  Log& log_;
  Observers observers_;
  std::vector<std::size_t> config_;  // of each observer, in s_.observers
  std::int64_t taken_ = 0;
  Point first_, last_;
  Stopwatch watch_;
  double reading_s_ = 0.0, next_told_s_ = 30.0;
  std::vector<double> observing_s_, first_frame_s_;
};

void describe(const Scatter& s, const StoredFrames& frames, const Frame& first, Log& log) {
  const BuildInfo& build = build_info();
  log.line("patina {} (git {}), {} rank(s) of {} thread(s)", build.version, build.git_hash, s.comm.size(),
           ExecSpace().concurrency());
  if (!s.config.title.empty()) log.line("{}", s.config.title);
  std::vector<std::string> composition;
  for (int a = 0; a < first.species->types(); ++a)
    composition.push_back(fmt::format("{} {}", first.species->count[static_cast<std::size_t>(a)],
                                      first.species->symbol[static_cast<std::size_t>(a)]));
  log.line("trajectory {}: {} atoms ({}), first frame {} (step {}, {:.6g} ps)", s.options.trajectory,
           first.atom_count, fmt::join(composition, ", "), frames.number(), first.step, first.time_ps);
  log.line("atoms are followed by: {}", frames.unwrapping());
}

void run_pass(const Scatter& s, StoredFrames& frames, const Frame& first, const Source& source,
              const std::string& digests, Log& log) {
  describe(s, frames, first, log);
  Pass pass(s, frames, first, digests, log);
  for (std::optional<Frame> frame = first; frame; frame = frames.next()) {
    for (const std::string& warning : frames.take_warnings()) log.warning("{}", warning);
    pass.take(*frame);
  }
  for (const std::string& warning : frames.take_warnings()) log.warning("{}", warning);
  pass.finish();
  on_root(s.comm, [&] {
    auto counts = pass.counts();
    counts["trajectory_atoms"] = first.atom_count;
    counts["trajectory_bytes"] = static_cast<std::int64_t>(source.bytes);
    // A detector alone leaves frames, and no such file.
    if (std::filesystem::exists(s.options.folder + "/xpcs.h5")) describe_source(s.options.folder + "/xpcs.h5", counts, {{"unwrapping", frames.unwrapping()}});
    const Unwrapper& unwrapper = frames.unwrapper();
    if (any_moves(s.observers))
      log.line("longest step of an atom between frames: {:.3f} of the cell{}", unwrapper.longest_step(),
               unwrapper.crossings() > 0 ? fmt::format("; {} faces crossed", unwrapper.crossings()) : "");
    if (frames.repeated() > 0)
      log.line("{} frames that repeat the step before them were left out", frames.repeated());
  });
  log.line("seconds: {}", pass.seconds());
  log.line("done: {} frames, {:.6g} ps", pass.taken(), pass.duration_ps());
}

// Goes through all frames without looking at them: only so is their number known, and that all of them can be read.
void tell_dry_run(const Scatter& s, StoredFrames& frames, const Frame& first) {
  SampleNumbers sample{first.box, first.species->count, s.config.seed, s.comm.size(), ExecSpace().concurrency()};
  const double first_ps = first.time_ps;
  std::int64_t steps = 0;
  double last_ps = first_ps;
  while (const auto frame = frames.next()) {
    ++steps;
    last_ps = frame->time_ps;
  }
  const double step_ps = steps > 0 ? (last_ps - first_ps) / static_cast<double>(steps) : 0.0;
  StepMemory pass{fmt::format("{} frames of {} atoms", steps + 1, first.atom_count),
                  observer_needs(s.observers, sample, steps, step_ps, s.options.input + ": /observers")};
  for (ObserverNeeds& observer : pass.observers) observer.needs.root.checkpoint = observer.needs.other.checkpoint = 0.0;
  Log log(s.comm.is_root());
  tell_memory(s.comm, {sample.ranks, 1, 1, 0.0, "one frame", stored_frames_need(sample), {pass}}, log);
}

}  // namespace

void scatter(const Comm& world, const ScatterOptions& options) {
  Scatter s{world, options, {}, {}, {}};
  std::optional<StoredFrames> frames;
  std::optional<Frame> first;
  const auto look_at_trajectory = [&](const ScatterConfig& config, const ConfigChecker& at) {
    if (!at.was_read({"species", "boundary", "frames", "unwrap", "time_between_frames_ps", "time_step_fs"})) return;
    s.config = config;
    s.observers = observers_of(config);
    frames.emplace(world, frames_spec(s));
    first = frames->next();
    if (!first) return at.error("frames/first", fmt::format("{} has no frame {}", options.trajectory, config.frames.first));
    check_first(s, *first, at);
    if (any_moves(s.observers)) check_times(s, at);
  };
  read_config_beside<ScatterConfig>(read_file_on_root(world, options.input), options.input, options.overrides, look_at_trajectory);
  s.resolved = resolved_json(s.config);
  if (options.dry_run) return tell_dry_run(s, *frames, *first);
  const Source source = source_of(world, options.trajectory);
  const RunFolder folder =
      prepare_scatter_folder(world, options.folder, s.resolved, source.files, options.overwrite);
  Log log(world.is_root());
  if (world.is_root()) log.attach(options.folder + "/log.txt");
  for (const std::string& note : folder.notes) log.line("{}", note);
  try {
    run_pass(s, *frames, *first, source, folder.digests, log);
  } catch (const Error& error) {
    if (world.is_root())
      std::ofstream(options.folder + "/log.txt", std::ios::app) << "error: " << error.what() << '\n';
    throw;
  }
}

}  // namespace patina
