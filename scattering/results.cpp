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
  file.set_attribute("/", "potential_sha256", provenance.potential_sha256);
  file.set_attribute("/", "potential_tables", provenance.tables);
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

}  // namespace patina
