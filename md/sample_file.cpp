// SPDX-License-Identifier: BSD-3-Clause
#include "md/sample_file.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "md/checkpoint_file.hpp"

namespace patina {

namespace {

// Texts of the history, each an array over the samples.
struct TextOfOrigin {
  const char* name;
  std::string SampleOrigin::*text;
};
constexpr TextOfOrigin texts_of_origin[] = {{"/history/run", &SampleOrigin::run},
                                            {"/history/step", &SampleOrigin::step},
                                            {"/history/state", &SampleOrigin::state},
                                            {"/history/potential_sha256", &SampleOrigin::potential_sha256},
                                            {"/history/program", &SampleOrigin::program},
                                            {"/history/resolved_input", &SampleOrigin::resolved_input}};

void write_history(h5::File& file, const std::vector<SampleOrigin>& history) {
  if (history.empty()) return;
  for (const TextOfOrigin& one : texts_of_origin) {
    std::vector<std::string> texts;
    for (const SampleOrigin& origin : history) texts.push_back(origin.*one.text);
    file.write_texts(one.name, texts);
  }
  std::vector<std::int64_t> time_steps;
  std::vector<double> time_ps;
  std::vector<std::uint64_t> seed;
  for (const SampleOrigin& origin : history) {
    time_steps.push_back(origin.time_steps);
    time_ps.push_back(origin.time_ps);
    seed.push_back(origin.seed);
  }
  file.write("/history/time_steps", time_steps);
  file.write("/history/time_ps", time_ps);
  file.write("/history/seed", seed);
}

std::vector<SampleOrigin> read_history(const h5::File& file) {
  if (!file.exists("/history")) return {};
  std::vector<SampleOrigin> history(file.read_texts(texts_of_origin[0].name).size());
  for (const TextOfOrigin& one : texts_of_origin) {
    const auto texts = file.read_texts(one.name);
    if (texts.size() != history.size())
      throw Error(ExitCode::bad_input, fmt::format("{}: {} has {} texts, /history/run has {}", file.path(), one.name, texts.size(), history.size()));
    for (std::size_t k = 0; k < texts.size(); ++k) history[k].*one.text = texts[k];
  }
  const auto time_steps = file.read<std::int64_t>("/history/time_steps", {history.size()});
  const auto time_ps = file.read<double>("/history/time_ps", {history.size()});
  const auto seed = file.read<std::uint64_t>("/history/seed", {history.size()});
  for (std::size_t k = 0; k < history.size(); ++k) {
    history[k].time_steps = time_steps[k];
    history[k].time_ps = time_ps[k];
    history[k].seed = seed[k];
  }
  return history;
}

}  // namespace

void write_sample_file(const std::string& path, const System& system, const ProtocolPosition& position, const SampleHead& head) {
  write_checkpoint_file(path, system, position, {}, head.self.resolved_input, [&](h5::File& file) {
    file.create_group("/sample");
    file.set_attribute("/sample", "step", head.self.step);
    file.set_attribute("/sample", "state", head.self.state);
    file.set_attribute("/sample", "potential_sha256", head.self.potential_sha256);
    file.set_attribute("/sample", "ends_run", std::uint8_t{head.ends_run});
    write_history(file, head.history);
  });
}

SampleHead read_sample_head(const std::string& path) {
  h5::File file = h5::File::open(path);
  if (!file.exists("/sample")) throw Error(ExitCode::bad_input, path + ": is no kept sample: it has no group /sample");
  SampleHead head;
  head.self.step = file.text_attribute("/sample", "step").at(0);
  head.self.state = file.text_attribute("/sample", "state").at(0);
  head.self.potential_sha256 = file.text_attribute("/sample", "potential_sha256").at(0);
  head.self.time_steps = file.attribute<std::int64_t>("/", "step").at(0);
  head.self.time_ps = file.attribute<double>("/", "time_ps").at(0);
  head.self.seed = file.attribute<std::uint64_t>("/", "seed").at(0);
  head.self.program = file.text_attribute("/", "build").at(0);
  head.self.resolved_input = file.read_text("/resolved_input");
  head.ends_run = file.attribute<std::uint8_t>("/sample", "ends_run").at(0) != 0;
  head.history = read_history(file);
  file.close();
  return head;
}

}  // namespace patina
