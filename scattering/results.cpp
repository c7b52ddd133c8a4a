// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/results.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/durable_file.hpp"
#include "core/error.hpp"
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

void write_shells(h5::File& file, const std::string& group, const std::vector<QSet>& shells, const QDirection& direction,
                  const std::string& method, const std::string& method_detail) {
  std::vector<int> miller, shell;
  std::vector<double> q;
  for (std::size_t s = 0; s < shells.size(); ++s) {
    for (const auto& n : shells[s].miller) miller.insert(miller.end(), n.begin(), n.end());
    q.insert(q.end(), shells[s].q_inv_A.begin(), shells[s].q_inv_A.end());
    shell.insert(shell.end(), shells[s].miller.size(), static_cast<int>(s));
  }
  file.create_group(group);
  file.set_attribute(group, "NX_class", "NXcollection");
  file.write(group + "/miller", miller, {shell.size(), 3});
  file.write(group + "/shell", shell);
  file.write(group + "/q_inv_A", q, {shell.size()});
  file.set_attribute(group + "/q_inv_A", "units", "1/angstrom");
  if (!direction.all()) {
    file.set_attribute(group, "axis", std::vector<double>(direction.axis.v, direction.axis.v + 3));
    file.set_attribute(group, "from_deg", direction.from_deg);
    file.set_attribute(group, "to_deg", direction.to_deg);
  }
  file.set_attribute(group, "method", method);
  file.set_attribute(group, "method_detail", method_detail);
  file.set_attribute(group, "convention",
                     "q = 2 pi n E^-T, rho = sum exp(+i q . r), one of each pair +-q; the integers n stay when the cell changes: q_inv_A at "
                     "the first frame");
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
  commit_file(temporary, path, IfExists::replace);
}

void describe_source(const std::string& path, const std::map<std::string, std::int64_t>& numbers,
                     const std::map<std::string, std::string>& texts) {
  const std::string temporary = path + ".tmp";
  h5::File file = start_copy(path, temporary, {});
  for (const auto& [name, value] : numbers) file.set_attribute("/", name, value);
  for (const auto& [name, value] : texts) file.set_attribute("/", name, value);
  file.close();
  commit_file(temporary, path, IfExists::replace);
}

}  // namespace patina
