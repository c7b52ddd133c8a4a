// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/run_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/error.hpp"
#include "core/hdf5.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ExitCode::missing_input, path + ": cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// What the analysis needs of the resolved input; nothing if the file is not there.
void read_input(const std::string& path, RunData& run) {
  if (!fs::exists(path)) return;
  const auto input = nlohmann::json::parse(file_text(path), nullptr, false);
  if (input.is_discarded() || !input.is_object())
    throw Error(ExitCode::bad_input, path + ": not a JSON object");
  const auto structure = input.find("structure");
  if (structure != input.end() && structure->is_object()) {
    const auto atoms = structure->find("atoms");
    if (atoms != structure->end() && atoms->is_number_integer()) run.atoms = atoms->get<long>();
  }
  if (const auto dynamics = input.find("dynamics"); dynamics != input.end() && dynamics->is_object()) {
    const auto text = [&](const char* key) {
      return dynamics->contains(key) && (*dynamics)[key].is_string() ? (*dynamics)[key].get<std::string>() : std::string();
    };
    run.precision = text("precision");
    run.tables = text("tables");
  }
  const auto protocol = input.find("protocol");
  if (protocol == input.end() || !protocol->is_array()) return;
  for (const auto& step : *protocol) {
    ProtocolStep one{"?"};
    if (step.is_object() && step.contains("type") && step["type"].is_string()) one.type = step["type"].get<std::string>();
    one.label = step.is_object() && step.contains("label") && step["label"].is_string() ? step["label"].get<std::string>() : one.type;
    for (const auto& [key, text] : {std::pair{"deformation", &one.deformation}, {"from", &one.from}})
      if (step.is_object() && step.contains(key) && step[key].is_string()) *text = step[key].get<std::string>();
    for (const auto& [key, value] : {std::pair{"from_K", &one.from_K}, {"temperature_K", &one.temperature_K}, {"duration_ps", &one.duration_ps}, {"from_strain", &one.from_strain}, {"strain", &one.strain}})
      if (step.is_object() && step.contains(key) && step[key].is_number()) *value = step[key].get<double>();
    run.protocol.push_back(std::move(one));
  }
}

std::vector<std::string> replica_folders(const std::string& path) {
  std::vector<std::string> folders;
  for (const auto& item : fs::directory_iterator(path))
    if (item.is_directory() && item.path().filename().string().starts_with("replica_") &&
        fs::exists(item.path() / "thermo.csv"))
      folders.push_back(item.path().string());
  std::sort(folders.begin(), folders.end());
  if (folders.empty()) folders.push_back(path);
  return folders;
}

Eigen::MatrixXd read_matrix(const h5::File& file, const std::string& name, std::size_t rows,
                            std::size_t columns) {
  const auto values = file.read<double>(name, {rows, columns});
  return Eigen::Map<const RowMajor>(values.data(), static_cast<Eigen::Index>(rows),
                                    static_cast<Eigen::Index>(columns));
}

// Denominators may be kept per waiting time or per waiting time and lag.
Eigen::MatrixXd read_denominator(const h5::File& file, const std::string& name, std::size_t rows,
                                 std::size_t columns) {
  if (!file.exists(name)) return Eigen::MatrixXd::Ones(rows, columns);
  h5::Dims dims;
  try {
    dims = file.dataset(name, {rows, columns}).dims();
  } catch (const Error&) {
    const auto values = file.read<double>(name, {rows});
    return Eigen::Map<const Eigen::VectorXd>(values.data(), rows).replicate(1, columns);
  }
  return read_matrix(file, name, rows, columns);
}

std::vector<CorrelationCurves> read_self(const h5::File& file, const std::string& group, std::size_t waits,
                                         std::size_t lags) {
  std::vector<CorrelationCurves> curves;
  if (!file.exists(group + "/f")) return curves;
  const auto dims = file.dataset(group + "/f", {waits, lags, h5::any_size}).dims();
  const auto species = static_cast<std::size_t>(dims[2]);
  const auto f = file.read<double>(group + "/f", {waits, lags, species});
  std::vector<double> errors;
  if (file.exists(group + "/f_errors"))
    errors = file.read<double>(group + "/f_errors", {waits, lags, species});
  std::vector<std::string> names;
  if (file.exists(group + "/species")) names = file.read_texts(group + "/species");
  for (std::size_t s = 0; s < species; ++s) {
    CorrelationCurves one;
    one.label = s < names.size() ? names[s] : fmt::format("species {}", s + 1);
    one.f.resize(waits, lags);
    one.f_errors = Eigen::MatrixXd::Constant(waits, lags, std::nan(""));
    one.denominator = Eigen::MatrixXd::Ones(waits, lags);
    for (std::size_t w = 0; w < waits; ++w)
      for (std::size_t l = 0; l < lags; ++l) {
        one.f(w, l) = f[(w * lags + l) * species + s];
        if (!errors.empty()) one.f_errors(w, l) = errors[(w * lags + l) * species + s];
      }
    curves.push_back(std::move(one));
  }
  return curves;
}

double read_number(const h5::File& file, const std::string& name) {
  if (!file.exists(name)) return std::nan("");
  const auto values = file.dataset(name, {}).read<double>();
  return values.empty() ? std::nan("") : values[0];
}

}  // namespace

std::vector<double> vectors_of_a_speckle(const h5::File& file, const std::string& q_set, std::size_t groups) {
  const char* name = "vectors_of_a_speckle";
  std::vector<double> alike(groups, 1.0);
  if (!file.has_attribute(q_set, name)) return alike;
  const auto stored = file.attribute<double>(q_set, name);
  // Older files have that of the first group only.
  for (std::size_t g = 0; g < groups; ++g) alike[g] = stored.at(std::min(g, stored.size() - 1));
  return alike;
}

std::string selection_of(const h5::File& file, const std::string& q_set) {
  return file.has_attribute(q_set, "selection") ? file.text_attribute(q_set, "selection").at(0) : "";
}

namespace {

RelaxationData read_relaxation(const h5::File& file, const std::string& entry) {
  RelaxationData data;
  data.entry = entry;
  data.protocol_step = protocol_step_of(entry);
  const std::string group = "/" + entry + "/intermediate_scattering";
  data.waiting_time_ps = file.read<double>(group + "/waiting_time_ps", {h5::any_size});
  data.lag_ps = file.read<double>(group + "/lag_ps", {h5::any_size});
  const auto waits = data.waiting_time_ps.size(), lags = data.lag_ps.size();
  data.coherent.label = "coherent";
  data.coherent.f = read_matrix(file, group + "/f", waits, lags);
  data.coherent.f_errors = read_matrix(file, group + "/f_errors", waits, lags);
  data.coherent.denominator = read_denominator(file, group + "/denominator", waits, lags);
  data.self = read_self(file, "/" + entry + "/self_scattering", waits, lags);
  const std::string q_set = "/" + entry + "/q_set";
  if (file.exists(q_set + "/q_inv_A"))
    data.modes = static_cast<int>(file.dataset(q_set + "/q_inv_A", {h5::any_size}).dims()[0]);
  data.speckles = data.modes / vectors_of_a_speckle(file, q_set, 1).front();
  if (data.modes == 1) data.miller = file.read<int>(q_set + "/miller", {1, 3});
  data.selection = selection_of(file, q_set);
  data.q0_inv_A = read_number(file, q_set + "/q0_inv_A");
  data.width_inv_A = read_number(file, q_set + "/width_inv_A");
  const std::string field = "/" + entry + "/field_correlation";
  if (file.exists(field + "/f")) {
    data.field.time = file.read<double>(field + "/t1_ps", {h5::any_size});
    data.field.correlation = read_matrix(file, field + "/f", data.field.time.size(), data.field.time.size());
  }
  return data;
}

StructureData read_structure(const h5::File& file, const std::string& entry) {
  StructureData data;
  data.entry = entry;
  data.protocol_step = protocol_step_of(entry);
  const std::string group = "/" + entry + "/structure_factor";
  data.q_inv_A = file.read<double>(group + "/q_inv_A", {h5::any_size});
  data.s_x = file.read<double>(group + "/S_x", {data.q_inv_A.size()});
  data.s_x_errors.assign(data.s_x.size(), 0.0);
  if (file.exists(group + "/S_x_errors"))
    data.s_x_errors = file.read<double>(group + "/S_x_errors", {data.s_x.size()});
  data.bin.resize(data.s_x.size());
  std::iota(data.bin.begin(), data.bin.end(), 0);
  if (file.exists(group + "/bin")) data.bin = file.read<int>(group + "/bin", {data.s_x.size()});
  data.vectors.assign(data.s_x.size(), 1);
  if (file.exists(group + "/vectors")) data.vectors = file.read<int>(group + "/vectors", {data.s_x.size()});
  return data;
}

void read_results(const std::string& path, std::map<std::string, std::vector<RelaxationData>>& relaxation,
                  std::map<std::string, std::vector<StructureData>>& structure) {
  if (!fs::exists(path)) return;
  const auto file = h5::File::open(path);
  for (const auto& entry : file.children("/")) {
    if (file.exists("/" + entry + "/intermediate_scattering/f"))
      relaxation[entry].push_back(read_relaxation(file, entry));
    if (file.exists("/" + entry + "/structure_factor/S_x"))
      structure[entry].push_back(read_structure(file, entry));
  }
}

// What `patina scatter` tells of the trajectory; 0 if it does not.
long atoms_of_trajectory(const std::string& path) {
  const h5::File file = h5::File::open(path);
  return file.has_attribute("/", "trajectory_atoms") ? static_cast<long>(file.attribute<std::int64_t>("/", "trajectory_atoms").at(0)) : 0;
}

constexpr std::size_t least_replicas_for_scatter = 4;

double standard_error(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0.0, squares = 0.0;
  for (const double v : values) mean += v / n;
  for (const double v : values) squares += (v - mean) * (v - mean);
  return std::sqrt(squares / (n * (n - 1.0)));
}

// The vectors of one sample share its atoms: what their self parts scatter says nothing on the sample. Replicas do. `all`: or
// only where there is no error, as for a curve of one vector.
void take_errors_from_scatter(CorrelationCurves& merged, const std::vector<const CorrelationCurves*>& parts, bool all) {
  if (parts.size() < least_replicas_for_scatter) return;
  for (Eigen::Index w = 0; w < merged.f.rows(); ++w)
    for (Eigen::Index l = 0; l < merged.f.cols(); ++l) {
      if (!all && std::isfinite(merged.f_errors(w, l))) continue;
      std::vector<double> values;
      for (const auto* part : parts)
        if (std::isfinite(part->f(w, l))) values.push_back(part->f(w, l));
      if (values.size() >= least_replicas_for_scatter) merged.f_errors(w, l) = standard_error(values);
    }
}

// Adds replica curves: f by denominators, errors in quadrature with the same weights.
CorrelationCurves merge_curves(const std::vector<const CorrelationCurves*>& parts) {
  CorrelationCurves merged = *parts.front();
  for (Eigen::Index w = 0; w < merged.f.rows(); ++w)
    for (Eigen::Index l = 0; l < merged.f.cols(); ++l) {
      double numerator = 0.0, denominator = 0.0, variance = 0.0;
      for (const auto* part : parts) {
        const double weight = part->denominator(w, l);
        if (!std::isfinite(part->f(w, l)) || !(weight > 0.0)) continue;
        numerator += part->f(w, l) * weight;
        denominator += weight;
        variance += std::pow(part->f_errors(w, l) * weight, 2);
      }
      merged.f(w, l) = denominator > 0.0 ? numerator / denominator : std::nan("");
      merged.f_errors(w, l) = denominator > 0.0 ? std::sqrt(variance) / denominator : std::nan("");
      merged.denominator(w, l) = denominator;
    }
  return merged;
}

}  // namespace

int protocol_step_of(const std::string& entry) {
  if (!entry.starts_with("step")) return -1;
  return static_cast<int>(std::strtol(entry.c_str() + 4, nullptr, 10));
}

RunData read_run_data(const std::string& path) {
  if (fs::is_regular_file(path)) throw Error(ExitCode::missing_input, path + ": is a file, where the folder of a run is wanted; `patina analyse` takes files of frames and correlations");
  if (!fs::is_directory(path)) throw Error(ExitCode::missing_input, path + ": no such folder");
  RunData run;
  run.path = path;
  run.replicas = replica_folders(path);
  const bool of_run = fs::exists(run.replicas.front() + "/thermo.csv");
  if (!of_run && !fs::exists(path + "/xpcs.h5"))
    throw Error(ExitCode::missing_input,
                path + ": neither a run folder (no thermo.csv, no replica_*/thermo.csv) nor one of `patina scatter` (no xpcs.h5)");
  read_input(path + "/resolved.json", run);
  if (run.protocol.empty()) read_input(run.replicas.front() + "/resolved.json", run);
  if (run.protocol.empty()) read_input(path + "/../resolved.json", run);  // one replica of a run by itself
  std::map<std::string, std::vector<RelaxationData>> relaxation;
  std::map<std::string, std::vector<StructureData>> structure;
  std::vector<std::string> begun;
  for (const auto& replica : run.replicas) {
    if (of_run) {
      ThermoTable thermo = read_thermo(replica + "/thermo.csv");
      if (thermo.rows == 0) {
        run.not_begun.push_back(replica);
        continue;
      }
      run.thermo.push_back(std::move(thermo));
    }
    begun.push_back(replica);
    read_results(replica + "/xpcs.h5", relaxation, structure);
  }
  if (begun.empty()) throw Error(ExitCode::bad_input, run.replicas.front() + "/thermo.csv: has no line of numbers: the run has not begun, or the file was emptied");
  run.replicas = std::move(begun);
  if (!of_run) run.atoms = atoms_of_trajectory(path + "/xpcs.h5");
  for (auto& [entry, data] : relaxation) run.relaxation.push_back(std::move(data));
  for (auto& [entry, data] : structure) run.structure.push_back(std::move(data));
  return run;
}

RelaxationData merge_replicas(const std::vector<RelaxationData>& replicas, int left_out) {
  std::vector<const RelaxationData*> parts;
  for (int r = 0; r < static_cast<int>(replicas.size()); ++r)
    if (r != left_out) parts.push_back(&replicas[r]);
  require(!parts.empty(), "merge_replicas: nothing to merge");
  RelaxationData merged = *parts.front();
  for (const auto* part : parts)
    if (part->coherent.f.rows() != merged.coherent.f.rows() || part->lag_ps != merged.lag_ps ||
        part->self.size() != merged.self.size() || part->field.time.size() != merged.field.time.size())
      throw Error(ExitCode::bad_input,
                  fmt::format("xpcs.h5, {}: replicas differ in waiting times or lags", merged.entry));
  std::vector<const CorrelationCurves*> curves;
  for (const auto* part : parts) curves.push_back(&part->coherent);
  merged.coherent = merge_curves(curves);
  take_errors_from_scatter(merged.coherent, curves, false);
  for (std::size_t s = 0; s < merged.self.size(); ++s) {
    curves.clear();
    for (const auto* part : parts) curves.push_back(&part->self[s]);
    merged.self[s] = merge_curves(curves);
    take_errors_from_scatter(merged.self[s], curves, true);
  }
  if (!merged.field.time.empty()) {
    merged.field.correlation.setZero();
    for (const auto* part : parts) merged.field.correlation += part->field.correlation / double(parts.size());
  }
  merged.modes = 0;
  merged.speckles = 0.0;
  for (const auto* part : parts) {
    merged.modes += part->modes;
    merged.speckles += part->speckles;
  }
  return merged;
}

// Bin by bin, weighted by vectors. With four replicas or more the error is what they scatter, else that of the vectors.
StructureData merge_replicas(const std::vector<StructureData>& replicas) {
  struct Sum {
    double vectors = 0.0, q = 0.0, s = 0.0, variance = 0.0;
    std::vector<double> values;
  };
  std::map<int, Sum> bins;
  for (const auto& part : replicas)
    for (std::size_t i = 0; i < part.s_x.size(); ++i) {
      Sum& sum = bins[part.bin[i]];
      const double weight = part.vectors[i], error = part.s_x_errors[i];
      sum.vectors += weight;
      sum.q += weight * part.q_inv_A[i];
      sum.s += weight * part.s_x[i];
      sum.variance += weight * weight * error * error;
      sum.values.push_back(part.s_x[i]);
    }
  StructureData merged{replicas.front().entry, replicas.front().protocol_step, {}, {}, {}, {}, {}};
  for (const auto& [number, sum] : bins) {
    merged.bin.push_back(number);
    merged.vectors.push_back(static_cast<int>(sum.vectors));
    merged.q_inv_A.push_back(sum.q / sum.vectors);
    merged.s_x.push_back(sum.s / sum.vectors);
    merged.s_x_errors.push_back(sum.values.size() >= least_replicas_for_scatter ? standard_error(sum.values)
                                                                               : std::sqrt(sum.variance) / sum.vectors);
  }
  return merged;
}

}  // namespace patina
