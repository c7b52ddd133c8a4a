// SPDX-License-Identifier: BSD-3-Clause
// thermo.csv: one line of thermodynamic numbers per interval, readable while the run goes on. Doubles are
// written so that reading gives the same bits. Units are in the column names. No physics here: the caller
// fills the row.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "core/log.hpp"
#include "core/mpi.hpp"

namespace patina {

struct ThermoRow {
  std::int64_t step = 0;
  double time_ps = 0.0;
  double temperature_K = 0.0;
  double potential_energy_eV = 0.0;
  double kinetic_energy_eV = 0.0;
  double conserved_eV = 0.0;
  double pressure_GPa = 0.0;
  double volume_A3 = 0.0;
  std::array<double, 6> pressure_tensor_GPa{};  // xx, yy, zz, xy, xz, yz
  std::array<double, 3> edge_A{};               // lengths of a, b, c
  std::optional<double> target_temperature_K;   // an empty field where there is no target
  std::optional<double> target_pressure_GPa;
  std::optional<double> target_strain;  // since the protocol step began; of one that deforms the cell
  std::optional<double> swap_acceptance;  // of all exchanges tried since the protocol step began
  std::int64_t atoms = 0;
  std::int64_t protocol_step = 0;  // index in the protocol
};

class ThermoFile {
 public:
  // Collective. A new file; Error(cannot_create) if it exists.
  static ThermoFile create(const Comm& comm, const std::string& path);
  // Collective. Goes on with the file of an interrupted run after the checkpointed (step, protocol_step):
  // lines beyond are moved to a file of their own beside it, which the log names. A missing file is begun
  // anew.
  static ThermoFile resume(const Comm& comm, const std::string& path, std::int64_t step,
                           std::int64_t protocol_step, Log& log);

  // Collective; rank 0 writes its row and hands it to the system at once. Error(unstable) if a value is not finite.
  void write(const ThermoRow& row);

 private:
  ThermoFile(const Comm& comm, const std::string& path) : comm_(&comm), path_(path) {}
  void open(const char* mode);
  void write_text(const std::string& text);

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const Comm* comm_;
  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;  // on rank 0
};

}  // namespace patina
