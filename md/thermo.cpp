// SPDX-License-Identifier: BSD-3-Clause
#include "md/thermo.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"

namespace patina {

namespace {

const std::string header =
    "step,time_ps,temperature_K,potential_energy_eV,kinetic_energy_eV,conserved_eV,pressure_GPa,volume_A3,"
    "pressure_xx_GPa,pressure_yy_GPa,pressure_zz_GPa,pressure_xy_GPa,pressure_xz_GPa,pressure_yz_GPa,"
    "edge_a_A,edge_b_A,edge_c_A,target_temperature_K,target_pressure_GPa,target_strain,swap_acceptance,atoms,protocol_step\n";

std::string line_of(const ThermoRow& row) {
  std::string line = fmt::format("{}", row.step);
  auto add = [&](double value) {
    if (!std::isfinite(value))
      throw Error(ExitCode::unstable,
                  fmt::format("step {}: a line of thermo.csv would hold {} (after \"{}\"): the time step is too long, or "
                              "atoms overlap",
                              row.step, value, line));
    line += fmt::format(",{:.17g}", value);
  };
  for (const double value : {row.time_ps, row.temperature_K, row.potential_energy_eV, row.kinetic_energy_eV,
                             row.conserved_eV, row.pressure_GPa, row.volume_A3})
    add(value);
  for (const double value : row.pressure_tensor_GPa) add(value);
  for (const double value : row.edge_A) add(value);
  for (const auto& value : {row.target_temperature_K, row.target_pressure_GPa, row.target_strain, row.swap_acceptance}) {
    if (value)
      add(*value);
    else
      line += ",";
  }
  return line + fmt::format(",{},{}\n", row.atoms, row.protocol_step);
}

std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// Whether a line, with its newline, is a whole one that belongs to the run up to the checkpoint.
bool stays(const std::string& line, std::int64_t step, std::int64_t protocol_step) {
  if (line.empty() || line.back() != '\n') return false;
  const auto line_step = integer(std::string_view(line).substr(0, line.find(',')));
  const std::size_t last = line.rfind(',');
  if (!line_step || last == std::string::npos) return false;
  const auto line_protocol_step = integer(std::string_view(line).substr(last + 1, line.size() - last - 2));
  if (!line_protocol_step) return false;
  return *line_step < step || (*line_step == step && *line_protocol_step <= protocol_step);
}

std::vector<std::string> lines_of(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  const std::string text = std::move(content).str();
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
    lines.push_back(text.substr(start, end - start));
    start = end;
  }
  return lines;
}

// A name beside `path` that is free: thermo.csv -> thermo.beyond_step_400.csv, thermo.beyond_step_400.1.csv,
// ...
std::string free_name(const std::string& path, const std::string& what) {
  const std::filesystem::path file(path);
  const std::string stem = (file.parent_path() / file.stem()).string();
  std::string name = fmt::format("{}.{}{}", stem, what, file.extension().string());
  for (int k = 1; std::filesystem::exists(name); ++k)
    name = fmt::format("{}.{}.{}{}", stem, what, k, file.extension().string());
  return name;
}

void cut_after(const std::string& path, std::int64_t step, std::int64_t protocol_step, Log& log) {
  const auto lines = lines_of(path);
  if (lines.empty() || lines[0] != header) {
    const std::string name = free_name(path, "other");
    std::filesystem::rename(path, name);
    write_file_durably(path, header, IfExists::refuse);
    log.warning("{} does not begin with the columns of this version: moved to {}, a new one is begun", path,
                name);
    return;
  }
  std::string kept = header, beyond;
  bool cutting = false;
  for (std::size_t k = 1; k < lines.size(); ++k) {
    cutting = cutting || !stays(lines[k], step, protocol_step);
    (cutting ? beyond : kept) += lines[k];
  }
  if (beyond.empty()) return;
  const std::string name = free_name(path, fmt::format("beyond_step_{}", step));
  write_file_durably(name, header + beyond, IfExists::refuse);
  write_file_durably(path, kept, IfExists::replace);
  log.line("{}: lines after step {} are written again; the old ones are in {}", path, step, name);
}

}  // namespace

ThermoFile ThermoFile::create(const Comm& comm, const std::string& path) {
  ThermoFile file(comm, path);
  on_root(comm, [&] {
    file.open("wx");
    file.write_text(header);
  });
  return file;
}

ThermoFile ThermoFile::resume(const Comm& comm, const std::string& path, std::int64_t step,
                              std::int64_t protocol_step, Log& log) {
  ThermoFile file(comm, path);
  on_root(comm, [&] {
    if (std::filesystem::exists(path)) {
      cut_after(path, step, protocol_step, log);
    } else {
      // With step < 0 the run had no checkpoint yet: nothing is lost.
      if (step >= 0) log.warning("{} is missing: a new one is begun at step {}", path, step);
      write_file_durably(path, header, IfExists::refuse);
    }
    file.open("a");
  });
  return file;
}

void ThermoFile::open(const char* mode) {
  file_.reset(std::fopen(path_.c_str(), mode));
  if (!file_)
    throw Error(ExitCode::cannot_create,
                fmt::format("{}: cannot be opened: {}", path_, std::strerror(errno)));
}

void ThermoFile::write_text(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() || std::fflush(file_.get()) != 0)
    throw Error(ExitCode::io, fmt::format("{}: writing failed: {}", path_, std::strerror(errno)));
}

void ThermoFile::write(const ThermoRow& row) {
  on_root(*comm_, [&] { write_text(line_of(row)); });
}

}  // namespace patina
