// SPDX-License-Identifier: BSD-3-Clause
#include "run/parent_samples.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "core/error.hpp"
#include "run/run_lock.hpp"

namespace patina {

namespace {

namespace fs = std::filesystem;

std::string run_folder(const SampleStructureConfig& config, const std::string& input_folder) { return (input_folder / fs::path(config.run)).string(); }

std::string replica_name(int replica) { return fmt::format("replica_{:03d}", replica); }

int replicas_in(const std::string& folder) {
  int count = 0;
  while (fs::is_directory(folder + "/" + replica_name(count))) ++count;
  return count;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "step03_anneal" -> 3 and "anneal".
struct StepName {
  std::string number, label;
};
StepName split(const std::string& step) {
  const std::size_t end = step.find('_');
  if (!step.starts_with("step") || end == std::string::npos) return {"", step};
  return {step.substr(4, end - 4), step.substr(end + 1)};
}

bool is_meant(const std::string& wanted, const std::string& step) {
  const StepName name = split(step);
  return wanted == step || wanted == name.label || (is_number(wanted) && is_number(name.number) && std::stoi(wanted) == std::stoi(name.number));
}

// Looks for one sample; complains at the key that is to blame.
class Search {
 public:
  Search(const SampleStructureConfig& config, const std::string& potential_sha256, PlacedErrorList& errors)
      : config_(config), potential_sha256_(potential_sha256), errors_(errors) {}

  void find(const std::string& folder, int replica, std::vector<ParentSample>& found) {
    std::vector<std::string> kept;
    for (const CheckpointRecord& record : kept_samples(folder)) kept.push_back(step_of(record));
    if (kept.empty()) return error("run", fmt::format("{}: no sample is kept there: has the run come to the end of a step with \"keep\", or of its protocol?", folder));
    const auto step = config_.step ? meant(folder, kept) : kept.back();
    if (step.empty()) return;
    const SampleHead head = load_sample_head(folder, step);
    if (!config_.step && !head.ends_run)
      return error("run", fmt::format("{}: the run has not come to its end, so there is no last sample yet; kept so far: {}: name one with \"step\"", folder, fmt::join(kept, ", ")));
    if (head.self.potential_sha256 != potential_sha256_ && !config_.other_potential)
      return error("run", fmt::format("{}: {} was made with another potential (sha256 {}, here {}); \"other_potential\": true takes it nevertheless", folder, step,
                                      head.self.potential_sha256.substr(0, 16), potential_sha256_.substr(0, 16)));
    found.push_back({replica, step, head.self.state});
  }

  void error(const char* key, const std::string& message) { errors_.add(std::string("/structure/") + key, message); }

 private:
  std::string meant(const std::string& folder, const std::vector<std::string>& kept) {
    std::vector<std::string> found;
    for (const std::string& step : kept)
      if (is_meant(*config_.step, step)) found.push_back(step);
    if (found.size() == 1) return found[0];
    if (found.empty()) error("step", fmt::format("{}: keeps no sample of a step \"{}\"; there are: {}", folder, *config_.step, fmt::join(kept, ", ")));
    else error("step", fmt::format("{}: \"{}\" may be any of {}: give the whole name", folder, *config_.step, fmt::join(found, ", ")));
    return {};
  }

  const SampleStructureConfig& config_;
  const std::string& potential_sha256_;
  PlacedErrorList& errors_;
};

void search(const SampleStructureConfig& config, const std::string& input_folder, int replicas, const std::string& potential_sha256, PlacedErrorList& errors,
            std::vector<ParentSample>& found) {
  Search search(config, potential_sha256, errors);
  const std::string run = run_folder(config, input_folder);
  if (!fs::is_directory(run)) return search.error("run", fmt::format("there is no folder {}", run));
  // A replica's folder by itself is written by the run above it.
  const fs::path above = fs::path(run).lexically_normal().parent_path();
  for (const std::string& folder : {run, fs::path(run).filename().string().starts_with("replica_") ? above.string() : run})
    if (const auto writer = writer_of(folder))
      return search.error("run", fmt::format("{}: {}; wait for its end", folder, *writer));
  const int there = replicas_in(run);
  if (config.replica && *config.replica >= there)
    return search.error("replica", there == 0 ? fmt::format("{}: the run has a single sample, no replicas", run)
                                              : fmt::format("{}: has replicas 0 to {}", run, there - 1));
  const bool one_for_all = there == 0 || config.replica;
  if (!one_for_all && replicas > there)
    return search.error("run", fmt::format("{}: has {} replicas, this run {}: each begins with that of its own number; \"replica\": K begins all with one", run, there, replicas));
  if (one_for_all && replicas > 1 && config.velocities == "kept")
    return search.error("velocities", fmt::format("all {} replicas begin with one sample: with its velocities they would be copies of each other; take \"new\"", replicas));
  for (int replica = 0; replica < replicas; ++replica) {
    if (one_for_all && replica > 0) {
      if (found.empty()) return;
      found.push_back(found.front());
      continue;
    }
    const int of_parent = there == 0 ? -1 : config.replica.value_or(replica);
    search.find(parent_folder(config, input_folder, of_parent), of_parent, found);
  }
  if (found.size() != static_cast<std::size_t>(replicas)) return;
  for (const ParentSample& parent : found)
    if (parent.step != found[0].step) return search.error("step", fmt::format("{}: replicas have other steps of this name: {} and {}", run, found[0].step, parent.step));
  if (config.states.empty()) return;
  if (config.states.size() != found.size())
    return search.error("states", fmt::format("{} fingerprints for {} replicas", config.states.size(), found.size()));
  for (std::size_t k = 0; k < found.size(); ++k)
    if (config.states[k] != found[k].state)
      search.error(fmt::format("states/{}", k).c_str(), fmt::format("{} of {} has the fingerprint {}: another sample stands there now", found[k].step, run, found[k].state));
}

}  // namespace

void describe(ConfigTable<SampleStructureConfig>& table) {
  table.about("A sample that another run kept, with its cell, ids, images and velocities; time and step counter begin at 0. Replica k begins with the parent's replica k; where the parent "
              "has one sample, or `replica` names one, all begin with it.");
  table.text("run", &SampleStructureConfig::run, "folder of that run, relative to the input file").required();
  table.optional_text("step", &SampleStructureConfig::step, "the step that it ends: label, number (\"3\") or whole name (\"step03_anneal\") of one with `keep`").unset_means("the last of the protocol");
  table.optional_integer("replica", &SampleStructureConfig::replica, {.at_least = 0, .at_most = 9999}, "which replica of that run all begin with").unset_means("each its own");
  table.choice("velocities", &SampleStructureConfig::velocities, {"kept", "new"}, "as the sample has them; or those that a sample at rest begins its first step with");
  table.boolean("other_potential", &SampleStructureConfig::other_potential, "whether the sample may have been made with another potential than this run's");
  table.texts("states", &SampleStructureConfig::states, {.at_least = 0, .at_most = 10000},
              "fingerprints that the samples of the replicas must have; empty: any. resolved.json, and with it every result, has those that were found");
}

std::string parent_folder(const SampleStructureConfig& config, const std::string& input_folder, int replica) {
  const std::string run = run_folder(config, input_folder);
  return replica < 0 ? run : run + "/" + replica_name(replica);
}

std::vector<ParentSample> find_parents(const Comm& comm, const SampleStructureConfig& config, const std::string& input_folder, int replicas,
                                       const std::string& potential_sha256, PlacedErrorList& errors) {
  std::vector<ParentSample> parents;
  if (comm.is_root()) try {
      search(config, input_folder, replicas, potential_sha256, errors, parents);
    } catch (const Error& error) {
      errors.add("/structure/run", error.what());
    }
  if (!errors.errors().empty()) parents.clear();
  std::vector<int> numbers;
  for (const ParentSample& parent : parents) numbers.push_back(parent.replica);
  comm.broadcast(numbers);
  parents.resize(numbers.size());
  for (std::size_t k = 0; k < parents.size(); ++k) {
    parents[k].replica = numbers[k];
    comm.broadcast(parents[k].step);
    comm.broadcast(parents[k].state);
  }
  return parents;
}

void take_replica(SampleStructureConfig& config, const ParentSample& parent) {
  config.replica.reset();
  if (parent.replica >= 0) config.replica = parent.replica;
}

void resolve(SampleStructureConfig& config, const std::vector<ParentSample>& parents) {
  config.step = parents.at(0).step;
  config.states.clear();
  for (const ParentSample& parent : parents) config.states.push_back(parent.state);
}

std::vector<SampleOrigin> history_of(const SampleStructureConfig& config, const std::string& input_folder, const ParentSample& parent) {
  const SampleHead head = load_sample_head(parent_folder(config, input_folder, parent.replica), parent.step);
  std::vector<SampleOrigin> history = head.history;
  history.push_back(head.self);
  history.back().run = parent.replica < 0 ? config.run : config.run + "/" + replica_name(parent.replica);
  return history;
}

}  // namespace patina
