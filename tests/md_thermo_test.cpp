// SPDX-License-Identifier: BSD-3-Clause
// Truth: the rows that were put in, read back as text; the column names of the run contract.
#include "md/thermo.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "core/error.hpp"
#include "shared_scratch.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;
using test::SharedScratch;

ThermoRow row_at(std::int64_t step, std::int64_t protocol_step = 0) {
  const double x = static_cast<double>(step);
  ThermoRow row;
  row.step = step;
  row.time_ps = x / 3;
  row.temperature_K = 300.1;
  row.potential_energy_eV = -1e5 / 7;
  row.kinetic_energy_eV = 1 / 3.0;
  row.conserved_eV = 5e-324;
  row.pressure_GPa = -0.0;
  row.volume_A3 = 1e300;
  row.pressure_tensor_GPa = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
  row.edge_A = {10.1, 20.2, 30.3};
  if (step % 2 == 0) row.target_temperature_K = 1 / 7.0;
  row.atoms = 4000000000;
  row.protocol_step = protocol_step;
  return row;
}

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == ',')
      fields.emplace_back();
    else
      fields.back() += c;
  }
  return fields;
}
std::vector<std::string> steps_of(const std::string& path) {
  std::vector<std::string> steps;
  for (const auto& line : lines_of(path)) steps.push_back(fields_of(line)[0]);
  return steps;
}

TEST(Thermo, EveryDoubleReadsBackExactlyAndAtOnce) {
  const Comm world = Comm::world();
  const SharedScratch folder(world);
  ThermoFile file = ThermoFile::create(world, folder / "thermo.csv");
  file.write(row_at(0));
  file.write(row_at(1));
  const auto lines = lines_of(folder / "thermo.csv");  // while it is open
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(
      lines[0],
      "step,time_ps,temperature_K,potential_energy_eV,kinetic_energy_eV,conserved_eV,pressure_GPa,volume_A3,"
      "pressure_xx_GPa,pressure_yy_GPa,pressure_zz_GPa,pressure_xy_GPa,pressure_xz_GPa,pressure_yz_GPa,"
      "edge_a_A,edge_b_A,edge_c_A,target_temperature_K,target_pressure_GPa,target_strain,swap_acceptance,atoms,protocol_step");
  const auto fields = fields_of(lines[2]);
  ASSERT_EQ(fields.size(), 23u);
  EXPECT_EQ(fields[0], "1");
  const std::vector<double> truth{1 / 3.0, 300.1, -1e5 / 7, 1 / 3.0, 5e-324, -0.0, 1e300, 0.1,
                                  0.2,     0.3,   0.4,      0.5,     0.6,    10.1, 20.2,  30.3};
  for (std::size_t k = 0; k < truth.size(); ++k)
    EXPECT_EQ(std::strtod(fields[k + 1].c_str(), nullptr), truth[k]) << k;
  EXPECT_EQ(fields[17], "");
  EXPECT_EQ(std::strtod(fields_of(lines[1])[17].c_str(), nullptr), 1 / 7.0);
  EXPECT_EQ(fields[18], "");
  EXPECT_EQ(fields[19], "");
  EXPECT_EQ(fields[20], "");
  EXPECT_EQ(fields[21], "4000000000");
  EXPECT_EQ(fields[22], "0");
}

TEST(Thermo, IsNotOverwritten) {
  const Comm world = Comm::world();
  const SharedScratch folder(world);
  ThermoFile::create(world, folder / "thermo.csv").write(row_at(0));
  EXPECT_THROW(ThermoFile::create(world, folder / "thermo.csv"), Error);
  EXPECT_EQ(lines_of(folder / "thermo.csv").size(), 2u);
}

TEST(Thermo, AResumedRunHasEveryLineOnce) {
  const Comm world = Comm::world();
  const SharedScratch folder(world);
  const std::string path = folder / "thermo.csv";
  Log log(false);
  {
    ThermoFile file = ThermoFile::create(world, path);
    for (const std::int64_t step : {0, 10, 20}) file.write(row_at(step, 0));
    for (const std::int64_t step : {20, 30, 40}) file.write(row_at(step, 1));
  }
  if (world.is_root()) std::ofstream(path, std::ios::app) << "50,0.1,30";  // killed within a line
  world.barrier();
  {
    ThermoFile file = ThermoFile::resume(world, path, 30, 1, log);
    file.write(row_at(40, 1));
  }
  if (world.is_root()) {
    EXPECT_EQ(steps_of(path), (std::vector<std::string>{"step", "0", "10", "20", "20", "30", "40"}));
    EXPECT_EQ(steps_of(folder / "thermo.beyond_step_30.csv"), (std::vector<std::string>{"step", "40", "50"}));
  }
  // At the very boundary between two protocol steps; the older cut is not overwritten.
  ThermoFile::resume(world, path, 20, 0, log);
  ThermoFile::resume(world, path, 20, 0, log).write(row_at(20, 1));
  ThermoFile::resume(world, path, 20, 0, log);
  if (!world.is_root()) return;
  EXPECT_EQ(steps_of(path), (std::vector<std::string>{"step", "0", "10", "20"}));
  EXPECT_EQ(steps_of(folder / "thermo.beyond_step_20.csv"),
            (std::vector<std::string>{"step", "20", "30", "40"}));
  EXPECT_EQ(steps_of(folder / "thermo.beyond_step_20.1.csv"), (std::vector<std::string>{"step", "20"}));
}

TEST(Thermo, AMissingOrForeignFileIsBegunAnew) {
  const Comm world = Comm::world();
  const SharedScratch folder(world);
  Log log(false);
  ThermoFile::resume(world, folder / "thermo.csv", 5, 0, log).write(row_at(10));
  if (world.is_root()) {
    EXPECT_EQ(steps_of(folder / "thermo.csv"), (std::vector<std::string>{"step", "10"}));
    EXPECT_EQ(log.warnings(), 1);
    std::ofstream(folder / "old.csv") << "a,b\n1,2\n";
  }
  world.barrier();
  ThermoFile::resume(world, folder / "old.csv", 5, 0, log);
  if (world.is_root()) {
    EXPECT_EQ(lines_of(folder / "old.other.csv"), (std::vector<std::string>{"a,b", "1,2"}));
    EXPECT_EQ(lines_of(folder / "old.csv").size(), 1u);
  }
}

}  // namespace
}  // namespace patina
