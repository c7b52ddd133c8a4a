// SPDX-License-Identifier: BSD-3-Clause
#include "run/synth_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/durable_file.hpp"
#include "core/nexus.hpp"
#include "core/version.hpp"
#include "run/synth_truth.hpp"

namespace patina {

namespace {

constexpr std::uint64_t chunk_edge = 256;  // frames and pixels: 256 KiB

h5::File create(const std::string& temporary) {
  std::filesystem::remove(temporary);  // left by a process that was killed here
  return h5::File::create(temporary);
}

std::string entry_of(int shell) { return fmt::format("/shell{:02d}", shell); }

}  // namespace

SynthFile::SynthFile(const std::string& folder, const SynthConfig& config, const std::string& resolved, const SyntheticSample& sample)
    : path_(folder + "/synth.h5"), config_(config), sample_(sample), times_s_(times_of(config)), file_(create(path_ + ".tmp")) {
  const BuildInfo& build = build_info();
  file_.set_attribute("/", "NX_class", "NXroot");
  file_.set_attribute("/", "creator", "Patina");
  file_.set_attribute("/", "version", build.version);
  file_.set_attribute("/", "git_hash", build.git_hash);
  file_.set_attribute("/", "resolved_config", resolved);
  file_.set_attribute("/", "seed", config.seed);
  file_.set_attribute("/", "convention",
                      "f(t1,t2) = <E(t2) E*(t1)> / <I> of the FIELD, g2(t1,t2) = <I(t1) I(t2)> / <I>^2 = 1 + contrast |f|^2; f = exp(-(s(t2) - "
                      "s(t1))^kww_exponent), tau = 1 / s'(t); <I> = 1; pixels are independent, without photon noise");
  write_events(file_, "/events", sample);
}

void SynthFile::begin_shell(int shell, const MixedModel& model, const std::vector<std::string>& generators) {
  const std::string entry = entry_of(shell), group = entry + "/speckle";
  const double q = config_.q_inv_A[static_cast<std::size_t>(shell)];
  h5::write_nxentry(file_, fmt::format("{}{}q = {:g} 1/A", config_.title, config_.title.empty() ? "" : ", ", q), entry);
  file_.write_text(entry + "/kind", "synthetic_speckles");
  file_.write(entry + "/q_inv_A", std::vector<double>{q}, {});
  file_.set_attribute(entry + "/q_inv_A", "units", "1/angstrom");
  file_.write(entry + "/contrast", std::vector<double>{model.front().model.contrast}, {});
  file_.create_group(group);
  file_.set_attribute(group, "NX_class", "NXdata");
  file_.set_attribute(group, "signal", "intensity");
  file_.set_attribute(group, "axes", std::vector<std::string>{"t_s", "."});
  file_.set_attribute(group, "generators", generators);
  file_.write(group + "/t_s", times_s_);
  file_.set_attribute(group + "/t_s", "units", "s");
  const auto frames = static_cast<std::uint64_t>(config_.frames.count), pixels = static_cast<std::uint64_t>(config_.speckles);
  intensity_.reset();
  intensity_ = file_.create_dataset(group + "/intensity", h5::Type::float32, {frames, pixels},
                                    {.chunk = {std::min(frames, chunk_edge), std::min(pixels, chunk_edge)}});
  write_clocks(file_, entry + "/clock", sample_, q, times_s_);
  if (model.size() > 1) {
    write_rates(file_, entry + "/rates", config_, model);
    file_.write(entry + "/rates/first", class_begins(rate_classes(config_.rates), config_.speckles));
  }
  const int shown = std::min(config_.frames.count, config_.truth_frames);
  std::vector<int> frame;
  for (int k = 0; k < shown; ++k) frame.push_back(static_cast<int>(static_cast<std::int64_t>(k) * config_.frames.count / shown));
  write_two_time_truth(file_, entry + "/truth", model, frame, times_s_);
  h5::set_default_of_entry(file_, entry + "/truth");
  if (shell == 0) h5::set_default_entry(file_, entry);
}

void SynthFile::write(std::uint64_t first, std::uint64_t count, const std::vector<float>& intensity) {
  intensity_->write_block({0, first}, {static_cast<std::uint64_t>(config_.frames.count), count}, intensity);
}

void SynthFile::finish() {
  intensity_.reset();
  file_.close();
  commit_file(path_ + ".tmp", path_, IfExists::refuse);
}

}  // namespace patina
