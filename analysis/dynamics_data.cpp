// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/dynamics_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/hdf5.hpp"

namespace patina {
namespace {

// A dataset of two to four indices.
struct Table {
  std::vector<double> values;
  std::vector<std::size_t> dims;
  template <class... Index>
  double operator()(Index... index) const {
    std::size_t place = 0, k = 0;
    ((place = place * dims[k++] + index), ...);
    return values[place];
  }
};

Table read_table(const h5::File& file, const std::string& name, std::vector<std::size_t> dims) {
  if (!file.exists(name)) {
    std::size_t size = 1;
    for (const std::size_t d : dims) size *= d;
    return {std::vector<double>(size, std::nan("")), std::move(dims)};
  }
  return {file.read<double>(name, h5::Dims(dims.begin(), dims.end())), std::move(dims)};
}

template <class Value>
Eigen::MatrixXd matrix_of(std::size_t waits, std::size_t lags, const Value& value) {
  Eigen::MatrixXd matrix(waits, lags);
  for (std::size_t w = 0; w < waits; ++w)
    for (std::size_t l = 0; l < lags; ++l) matrix(w, l) = value(w, l);
  return matrix;
}

// Of the only vector of a shell.
std::vector<int> miller_of(const std::vector<int>& all, const std::vector<int>& shell_of, int shell) {
  const auto first = all.begin() + 3 * (std::find(shell_of.begin(), shell_of.end(), shell) - shell_of.begin());
  return {first, first + 3};
}

void read_shells(const h5::File& file, LagDynamics& data) {
  const std::string coherent = "/" + data.entry + "/coherent_scattering", self = "/" + data.entry + "/self_scattering",
                    q_set = "/" + data.entry + "/q_set";
  const auto q = file.read<double>(coherent + "/q_inv_A", {h5::any_size});
  const auto shell_of = file.read<int>(q_set + "/shell", {h5::any_size});
  const auto miller = file.exists(q_set + "/miller") ? file.read<int>(q_set + "/miller", {shell_of.size(), 3}) : std::vector<int>(3 * shell_of.size());
  const auto alike = vectors_of_a_speckle(file, q_set, q.size());
  data.selection = selection_of(file, q_set);
  const std::size_t waits = data.waiting_time_ps.size(), shells = q.size(), lags = data.lag_ps.size();
  const auto table = [&](const char* name) { return read_table(file, coherent + "/" + name, {waits, shells, lags}); };
  const Table f = table("f"), f_errors = table("f_errors"), first = table("square_at_waiting_time"), second = table("square_at_lag");
  const auto species = file.exists(self + "/species") ? file.read_texts(self + "/species") : std::vector<std::string>();
  const Table self_f = read_table(file, self + "/f", {waits, shells, lags, species.size()});
  const Table self_errors = read_table(file, self + "/f_errors", {waits, shells, lags, species.size()});
  for (std::size_t k = 0; k < shells; ++k) {
    RelaxationData shell;
    shell.entry = data.entry;
    shell.protocol_step = data.protocol_step;
    shell.q0_inv_A = q[k];
    shell.modes = static_cast<int>(std::count(shell_of.begin(), shell_of.end(), static_cast<int>(k)));
    shell.speckles = shell.modes / alike[k];
    shell.selection = data.selection;
    if (shell.modes == 1) shell.miller = miller_of(miller, shell_of, static_cast<int>(k));
    shell.waiting_time_ps = data.waiting_time_ps;
    shell.lag_ps = data.lag_ps;
    shell.coherent = {"coherent", matrix_of(waits, lags, [&](auto w, auto l) { return f(w, k, l); }),
                      matrix_of(waits, lags, [&](auto w, auto l) { return f_errors(w, k, l); }),
                      matrix_of(waits, lags, [&](auto w, auto l) { return std::sqrt(first(w, k, l) * second(w, k, l)); })};
    for (std::size_t s = 0; s < species.size(); ++s)
      shell.self.push_back({species[s], matrix_of(waits, lags, [&](auto w, auto l) { return self_f(w, k, l, s); }),
                            matrix_of(waits, lags, [&](auto w, auto l) { return self_errors(w, k, l, s); }),
                            Eigen::MatrixXd::Ones(waits, lags)});
    data.shells.push_back(std::move(shell));
  }
}

void read_displacements(const h5::File& file, LagDynamics& data) {
  const std::string at = "/" + data.entry;
  const std::size_t waits = data.waiting_time_ps.size(), lags = data.lag_ps.size();
  const Table chi4 = read_table(file, at + "/chi4/sub_boxes", {waits, lags});
  data.chi4 = matrix_of(waits, lags, chi4);
  if (data.kind == "multi_tau") return;
  const auto groups = file.read_texts(at + "/mean_square_displacement/species");
  const auto table = [&](const char* name) { return read_table(file, at + name, {waits, lags, groups.size()}); };
  const Table msd = table("/mean_square_displacement/msd"), alpha_2 = table("/non_gaussian/alpha_2"), overlap = table("/overlap/Q");
  for (std::size_t g = 0; g < groups.size(); ++g)
    data.groups.push_back({groups[g], matrix_of(waits, lags, [&](auto w, auto l) { return msd(w, l, g); }),
                           matrix_of(waits, lags, [&](auto w, auto l) { return alpha_2(w, l, g); }),
                           matrix_of(waits, lags, [&](auto w, auto l) { return overlap(w, l, g); })});
}

// Of what each replica measured, entry by entry.
Eigen::MatrixXd mean_of(const std::vector<const Eigen::MatrixXd*>& parts) {
  Eigen::MatrixXd mean = Eigen::MatrixXd::Zero(parts.front()->rows(), parts.front()->cols());
  for (const auto* part : parts) mean += *part / static_cast<double>(parts.size());
  return mean;
}

}  // namespace

std::vector<LagDynamics> read_lag_dynamics(const std::string& path) {
  const auto file = h5::File::open(path);
  std::vector<LagDynamics> found;
  for (const auto& entry : file.children("/")) {
    if (!file.exists("/" + entry + "/coherent_scattering/f")) continue;
    LagDynamics data;
    data.entry = entry;
    data.kind = file.exists("/" + entry + "/channels") ? "multi_tau" : "dynamics";
    data.protocol_step = protocol_step_of(entry);
    data.waiting_time_ps = file.read<double>("/" + entry + "/coherent_scattering/waiting_time_ps", {h5::any_size});
    data.lag_ps = file.read<double>("/" + entry + "/coherent_scattering/lag_ps", {h5::any_size});
    read_shells(file, data);
    read_displacements(file, data);
    found.push_back(std::move(data));
  }
  return found;
}

LagDynamics merge_replicas(const std::vector<LagDynamics>& replicas, int left_out) {
  std::vector<const LagDynamics*> parts;
  for (int r = 0; r < static_cast<int>(replicas.size()); ++r)
    if (r != left_out) parts.push_back(&replicas[r]);
  require(!parts.empty(), "merge_replicas: nothing to merge");
  LagDynamics merged = *parts.front();
  for (const auto* part : parts)
    if (part->waiting_time_ps.size() != merged.waiting_time_ps.size() || part->lag_ps != merged.lag_ps ||
        part->shells.size() != merged.shells.size() || part->groups.size() != merged.groups.size())
      throw Error(ExitCode::bad_input, fmt::format("xpcs.h5, {}: replicas differ in waiting times, lags or shells", merged.entry));
  for (std::size_t k = 0; k < merged.shells.size(); ++k) {
    std::vector<RelaxationData> shells;
    for (const auto* part : parts) shells.push_back(part->shells[k]);
    merged.shells[k] = merge_replicas(shells);
  }
  const auto merge = [&](const auto& choose) {
    std::vector<const Eigen::MatrixXd*> matrices;
    for (const auto* part : parts) matrices.push_back(&choose(*part));
    return mean_of(matrices);
  };
  for (std::size_t g = 0; g < merged.groups.size(); ++g) {
    merged.groups[g].msd_A2 = merge([&](const LagDynamics& d) -> const Eigen::MatrixXd& { return d.groups[g].msd_A2; });
    merged.groups[g].alpha_2 = merge([&](const LagDynamics& d) -> const Eigen::MatrixXd& { return d.groups[g].alpha_2; });
    merged.groups[g].overlap = merge([&](const LagDynamics& d) -> const Eigen::MatrixXd& { return d.groups[g].overlap; });
  }
  merged.chi4 = merge([](const LagDynamics& d) -> const Eigen::MatrixXd& { return d.chi4; });
  return merged;
}

}  // namespace patina
