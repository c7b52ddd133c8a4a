// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/results.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/known_file.hpp"
#include "core/version.hpp"

namespace patina {

namespace {

void write_provenance(h5::File& file, const Provenance& provenance) {
  const BuildInfo& build = build_info();
  file.set_attribute("/", "creator", "Patina");
  file.set_attribute("/", "version", build.version);
  file.set_attribute("/", "git_hash", build.git_hash);
  if (provenance.trajectory.empty()) {
    file.set_attribute("/", "potential_sha256", provenance.potential_sha256);
    file.set_attribute("/", "potential_tables", provenance.tables);
  } else {
    file.set_attribute("/", "trajectory_sha256", provenance.trajectory);
  }
  file.set_attribute("/", "resolved_config", provenance.resolved_config);
}

// A copy of the file to add to, or a new one.
h5::File start_copy(const std::string& path, const std::string& temporary, const Provenance& provenance) {
  std::filesystem::remove(temporary);  // left by a run that was killed here
  if (!std::filesystem::exists(path)) {
    h5::File file = h5::File::create(temporary);
    write_provenance(file, provenance);
    return file;
  }
  if (const std::string doubt = doubt_of_known_file(path); !doubt.empty()) throw Error(ExitCode::bad_input, doubt);  // before HDF5 reads it
  std::error_code failed;
  std::filesystem::copy_file(path, temporary, failed);
  if (failed)
    throw Error(ExitCode::io,
                fmt::format("{}: cannot be copied to {}: {}", path, temporary, failed.message()));
  return h5::File::extend(temporary);
}

// The file opens on this entry, unless another is there already and this one is not preferred.
void choose_default(h5::File& file, const EntryHeader& header) {
  if (file.has_attribute("/", "default")) {
    if (!header.preferred) return;
    file.remove_attribute("/", "default");
  }
  h5::set_default_entry(file, "/" + header.name);
}

}  // namespace

void write_form_factors(h5::File& file, const std::string& group, const AmplitudeRecord& record, const std::vector<std::string>& species) {
  std::vector<double> real, imaginary;
  for (const auto& f : record.form_factor) {
    real.push_back(f.real());
    imaginary.push_back(f.imag());
  }
  const h5::Dims table = {real.size() / species.size(), species.size()};
  file.write(group + "/form_factor_real", real, table);
  file.write(group + "/form_factor_imag", imaginary, table);
  file.write_texts(group + "/species", species);
}

void write_requested_times(h5::File& file, const std::string& group, const std::vector<double>& waiting_times_ps, std::optional<double> max_lag_ps) {
  file.write(group + "/waiting_time_requested_ps", waiting_times_ps);
  file.set_attribute(group + "/waiting_time_requested_ps", "units", "ps");
  if (max_lag_ps) file.set_attribute(group, "max_lag_requested_ps", *max_lag_ps);
}

void write_shells(h5::File& file, const std::string& group, const AmplitudeRecord& record, const std::vector<std::string>& species) {
  std::vector<int> miller, shell;
  std::vector<double> q;
  for (std::size_t s = 0; s < record.groups.size(); ++s) {
    const QSet& set = record.groups[s];
    for (const auto& n : set.miller) miller.insert(miller.end(), n.begin(), n.end());
    q.insert(q.end(), set.q_inv_A.begin(), set.q_inv_A.end());
    shell.insert(shell.end(), set.miller.size(), static_cast<int>(s));
  }
  file.create_group(group);
  file.set_attribute(group, "NX_class", "NXcollection");
  file.write(group + "/miller", miller, {shell.size(), 3});
  file.write(group + "/shell", shell);
  file.write(group + "/q_inv_A", q, {shell.size()});
  file.write(group + "/q_end_inv_A", record.q_end_inv_A, {shell.size()});
  for (const char* name : {"/q_inv_A", "/q_end_inv_A"}) file.set_attribute(group + name, "units", "1/angstrom");
  write_form_factors(file, group, record, species);
  describe_amplitudes(file, group, record);
}

void describe_amplitudes(h5::File& file, const std::string& group, const AmplitudeRecord& record) {
  const QDirection& direction = record.vectors.direction;
  if (!direction.all_angles()) {
    file.set_attribute(group, "axis", std::vector<double>(direction.axis.v, direction.axis.v + 3));
    file.set_attribute(group, "from_deg", direction.from_deg);
    file.set_attribute(group, "to_deg", direction.to_deg);
  }
  if (!direction.along.empty()) {
    std::vector<int> along;
    for (const Miller& n : direction.along) along.insert(along.end(), n.begin(), n.end());
    file.set_attribute(group, "along", along);
  }
  file.set_attribute(group, "weights", name_of(record.weighting));
  if (const std::string words = record.words(); !words.empty()) file.set_attribute(group, "selection", words);
  file.set_attribute(group, "method", record.method);
  file.set_attribute(group, "method_detail", record.method_detail);
  const bool lab = record.window && record.window->lab;
  file.set_attribute(group, "convention",
                     std::string("q = 2 pi n E^-T, rho = sum exp(+i q . r), one of each pair +-q; ") +
                         (lab ? "(lab) q stays as it was in the first frame when the cell changes, and r counts from the centre of the window"
                              : "the integers n stay when the cell changes: q_inv_A at the first frame, q_end_inv_A at the last"));
  std::vector<double> freedom;
  for (std::size_t g = 0; g < record.groups.size(); ++g) freedom.push_back(record.degrees_of_freedom(g));
  file.set_attribute(group, "degrees_of_freedom", freedom);  // of each group
  if (!record.window) return;
  const SiteWindow& window = *record.window;
  file.set_attribute(group, "window_centre_fractional", std::vector<double>(window.centre.v, window.centre.v + 3));
  file.set_attribute(group, "window_fwhm_A", window.fwhm_A);
  file.set_attribute(group, "window_across", window.across < 0 ? "ball" : std::string(1, "xyz"[window.across]));
  file.set_attribute(group, "window", "rho = sum w exp(+i q . r), w = exp(-4 ln 2 d^2 / fwhm^2); in place of N_a stands effective_atoms = sum w^2; "
                                      "self parts and displacements are of the atoms with w >= 1/2 at the waiting time");
  file.set_attribute(group, "effective_atoms", record.atoms);
  file.set_attribute(group, "vectors_of_a_speckle", record.vectors_of_a_speckle);  // of each group
  file.set_attribute(group, "vectors_of_an_intensity", record.vectors_of_an_intensity);
}

void append_entry(const std::string& path, const EntryHeader& header, const Provenance& provenance,
                  const std::function<void(h5::File&, const std::string& group)>& write) {
  const std::string temporary = path + ".tmp", group = "/" + header.name;
  h5::File file = start_copy(path, temporary, provenance);
  if (file.exists(group)) file.remove(group);

  h5::write_nxentry(file, header.title, group);
  file.write_text(group + "/kind", header.kind);
  file.set_attribute(group, "time_origin_ps", header.time_origin_ps);
  write(file, group);
  if (!header.thermodynamic_state.empty()) {
    file.create_group(group + "/thermodynamic_state");
    file.set_attribute(group + "/thermodynamic_state", "NX_class", "NXcollection");
    for (const auto& [key, value] : header.thermodynamic_state)
      file.write(group + "/thermodynamic_state/" + key, std::vector<double>{value}, {});
  }
  h5::set_default_of_entry(file, group + "/" + header.plot);
  choose_default(file, header);
  file.close();
  replace_known_file(temporary, path);
}

void describe_source(const std::string& path, const std::map<std::string, std::int64_t>& numbers,
                     const std::map<std::string, std::string>& texts) {
  const std::string temporary = path + ".tmp";
  h5::File file = start_copy(path, temporary, {});
  for (const auto& [name, value] : numbers) file.set_attribute("/", name, value);
  for (const auto& [name, value] : texts) file.set_attribute("/", name, value);
  file.close();
  replace_known_file(temporary, path);
}

}  // namespace patina
