// SPDX-License-Identifier: BSD-3-Clause
#include "run/synth.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <memory>

#include "core/error.hpp"
#include "core/log.hpp"
#include "core/on_root.hpp"
#include "core/stopwatch.hpp"
#include "core/types.hpp"
#include "core/version.hpp"
#include "run/memory_estimate.hpp"
#include "run/run_folder.hpp"
#include "run/synth_config.hpp"
#include "run/synth_file.hpp"
#include "run/synth_frames.hpp"

namespace patina {

namespace {

constexpr double bytes_at_once = 2.5e8;  // of intensities on their way to rank 0
constexpr int pixels_of_a_thread = 4 * pixel_group, largest_block = 256 * pixel_group;

// Classes of speckles follow each other, each made by its movie, or none where it has no speckle.
struct Shell {
  MixedModel model;
  std::vector<std::unique_ptr<SpeckleMovie>> movies;
  std::vector<std::int64_t> begins;

  const SpeckleMovie& movie() const { return **std::find_if(movies.begin(), movies.end(), [](const auto& one) { return one != nullptr; }); }
};

std::vector<Shell> make_shells(const SynthConfig& config, const SyntheticSample& sample, const std::string& input) {
  const std::vector<double> times_s = times_of(config);
  std::vector<Shell> shells;
  std::uint32_t number = 0;  // keeps noise apart
  for (const double q : config.q_inv_A) {
    Shell& shell = shells.emplace_back(Shell{model_of(config, sample, q, times_s, fractions_of_movie(config)), {}, class_begins(rate_classes(config.rates), config.speckles)});
    for (const SpeckleClass& one : shell.model) {
      shell.movies.push_back(one.fraction > 0.0 ? std::make_unique<SpeckleMovie>(one.model, generator_of(config), config.seed, number, fmt::format("{}: q = {:g} 1/A", input, q)) : nullptr);
      ++number;
    }
  }
  return shells;
}

// How pixels are shared out: in turn, `ranks` ranks make a block each.
struct Blocks {
  int pixels = 0;  // of a block, whole groups
  int ranks = 1;
};
Blocks blocks_of(const SynthConfig& config, const Comm& comm) {
  const double group_bytes = 4.0 * pixel_group * config.frames.count;
  const int groups = (config.speckles + pixel_group - 1) / pixel_group;
  Blocks blocks;
  blocks.ranks = static_cast<int>(std::clamp(bytes_at_once / group_bytes, 1.0, static_cast<double>(comm.size())));
  const double fitting = std::max(1.0, bytes_at_once / (blocks.ranks * group_bytes));
  const int even = (groups + blocks.ranks - 1) / blocks.ranks;
  blocks.pixels = pixel_group * static_cast<int>(std::min({fitting, static_cast<double>(even), static_cast<double>(largest_block / pixel_group)}));
  return blocks;
}

// Copies pixels first .. last - 1 of the shell into `to`, which has `width` pixels a frame.
void copy_pixels(const Shell& shell, int frames, std::int64_t first, std::int64_t last, float* to, std::ptrdiff_t width) {
  for (std::size_t c = 0; c < shell.movies.size(); ++c) {
    const std::int64_t low = std::max(first, shell.begins[c]), high = std::min(last, shell.begins[c + 1]);
    if (low >= high) continue;
    const std::int64_t start = low / pixel_group * pixel_group, made = (high - start + pixel_group - 1) / pixel_group * pixel_group;
    const std::vector<float> intensity = shell.movies[c]->intensities({static_cast<std::uint32_t>(start), static_cast<int>(made)});
    for (int k = 0; k < frames; ++k) std::copy_n(intensity.begin() + k * made + (low - start), high - low, to + k * width + (low - first));
  }
}

// [frame][pixel] of pixels first .. first + count - 1, by all threads of this rank.
std::vector<float> make_block(const Shell& shell, int frames, int first, int count) {
  std::vector<float> block(static_cast<std::size_t>(frames) * static_cast<std::size_t>(count));
  const int pieces = (count + pixels_of_a_thread - 1) / pixels_of_a_thread;
  Kokkos::parallel_for("synth_block", HostRange(0, pieces), [&](int piece) {
    const int start = piece * pixels_of_a_thread, wanted = std::min(pixels_of_a_thread, count - start);
    copy_pixels(shell, frames, first + start, first + start + wanted, block.data() + start, count);
  });
  return block;
}

void make_shell(const Comm& comm, const SynthConfig& config, const Shell& shell, SynthFile* file) {
  const Blocks blocks = blocks_of(config, comm);
  const auto begin_of = [&](std::int64_t block) { return std::min<std::int64_t>(block * blocks.pixels, config.speckles); };
  const auto count_of = [&](std::int64_t block) { return static_cast<int>(begin_of(block + 1) - begin_of(block)); };
  for (std::int64_t first = 0; begin_of(first) < config.speckles; first += blocks.ranks) {
    std::vector<float> mine;
    const std::int64_t own = first + comm.rank();
    if (comm.rank() < blocks.ranks && count_of(own) > 0)
      mine = make_block(shell, config.frames.count, static_cast<int>(begin_of(own)), count_of(own));
    const std::vector<float> all = comm.size() > 1 ? comm.gather(mine) : std::move(mine);
    on_root(comm, [&] {
      auto from = all.begin();
      for (std::int64_t block = first; block < first + blocks.ranks && count_of(block) > 0; ++block) {
        const auto size = static_cast<std::ptrdiff_t>(config.frames.count) * count_of(block);
        file->write(static_cast<std::uint64_t>(begin_of(block)), static_cast<std::uint64_t>(count_of(block)), {from, from + size});
        from += size;
      }
    });
  }
}

void tell_beginning(const Comm& comm, const SynthConfig& config, const SyntheticSample& sample, Log& log) {
  const BuildInfo& build = build_info();
  log.line("patina {} (git {}), {} rank(s) of {} thread(s)", build.version, build.git_hash, comm.size(), HostExec().concurrency());
  if (!config.title.empty()) log.line("{}", config.title);
  for (std::size_t z = 0; z < sample.zones.size(); ++z)
    log.line("zone {}: tau at q0 {:.4g} s in the first frame, {:.4g} s in the last, {} events", z, sample.zones[z].clock.tau_s(0.0),
             sample.zones[z].clock.tau_s(config.duration_s() - config.frames.interval_s), sample.zones[z].clock.events().size());
}

void make_movies(const Comm& comm, const SynthConfig& config, const std::string& folder, const std::string& resolved,
                 const SyntheticSample& sample, const std::vector<Shell>& shells, Log& log) {
  log.line("{} frames in {:g} s, {} speckles in each of {} shell(s), contrast {:g}", config.frames.count, config.duration_s(), config.speckles,
           shells.size(), config.snapshot_contrast());
  std::unique_ptr<SynthFile> file;
  on_root(comm, [&] { file = std::make_unique<SynthFile>(folder, config, resolved, sample); });
  for (std::size_t k = 0; k < shells.size(); ++k) {
    Stopwatch watch;
    const std::vector<std::string> generators = shells[k].movie().generators();
    on_root(comm, [&] { file->begin_shell(static_cast<int>(k), shells[k].model, generators); });
    make_shell(comm, config, shells[k], file.get());
    const double seconds = watch.lap();
    log.line("q = {:g} 1/A: {} in {:.3g} s, {:.3g} intensities/s", config.q_inv_A[k], fmt::join(generators, ", "), seconds,
             1.0 * config.frames.count * config.speckles / seconds);
  }
  on_root(comm, [&] { file->finish(); });
  log.line("done");
}

// What stands in memory and in the file.
void tell_needs(const Comm& comm, const SynthConfig& config, const std::vector<Shell>& shells, Log& log) {
  const Blocks blocks = blocks_of(config, comm);
  const double threads = HostExec().concurrency(), intensities = 4.0 * config.frames.count * blocks.pixels;
  double generators = 0.0, kept = 0.0;
  for (const Shell& shell : shells) {
    for (const auto& movie : shell.movies) generators += movie ? movie->bytes() : 0.0;
    kept = std::max(kept, threads * pixels_of_a_thread * shell.movie().bytes_of_pixel() / static_cast<double>(shell.movie().mode_weights().size()));
  }
  log.line("memory of rank 0: {} (generators {}, intensities on their way to the file {}, fields on their way {})",
           bytes_text(generators + intensities * (1.0 + blocks.ranks) + kept), bytes_text(generators), bytes_text(intensities * (1.0 + blocks.ranks)), bytes_text(kept));
  log.line("synth.h5: {} of intensities, {} of the truth", bytes_text(4.0 * config.frames.count * config.speckles * static_cast<double>(shells.size())),
           bytes_text(24.0 * std::pow(std::min(config.frames.count, config.truth_frames), 2) * static_cast<double>(shells.size())));
}

}  // namespace

void synth(const Comm& world, const SynthOptions& options) {
  const std::string text = read_file_on_root(world, options.input);
  const auto config = read_config<SynthConfig>(text, options.input, options.overrides);
  const std::string resolved = resolved_json(config);
  const SyntheticSample sample = sample_of(config);
  if (options.draws_frames && !config.detector)
    throw Error(ExitCode::bad_input, options.input + ": has no \"detector\", and --figure draws frames of one");
  if (!options.dry_run) check_synth_folder(world, options.folder);  // generators may take minutes
  std::unique_ptr<SynthFrames> frames;
  std::vector<Shell> shells;
  if (config.detector)
    frames = std::make_unique<SynthFrames>(config, sample, options.input);
  else
    shells = make_shells(config, sample, options.input);
  Log log(world.is_root());
  if (options.dry_run) {
    tell_beginning(world, config, sample, log);
    return frames ? frames->tell_needs(world, log) : tell_needs(world, config, shells, log);
  }
  const RunFolder folder = prepare_synth_folder(world, options.folder, resolved);
  if (world.is_root()) log.attach(options.folder + "/log.txt");
  for (const std::string& note : folder.notes) log.line("{}", note);
  try {
    tell_beginning(world, config, sample, log);
    if (frames)
      frames->make(world, options.folder, resolved, log);
    else
      make_movies(world, config, options.folder, resolved, sample, shells, log);
  } catch (const Error& error) {
    if (world.is_root()) std::ofstream(options.folder + "/log.txt", std::ios::app) << "error: " << error.what() << '\n';
    throw;
  }
}

}  // namespace patina
