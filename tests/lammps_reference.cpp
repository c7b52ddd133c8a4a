// SPDX-License-Identifier: BSD-3-Clause
#include "lammps_reference.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace patina::test {

namespace {

// 1 eV/A^3 in bar as LAMMPS's metal units have it (its nktv2p); CODATA 2018 has 1602176.634.
constexpr double lammps_bar_per_eV_A3 = 1.6021765e6;

std::ifstream open(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  return file;
}

// The cell and the atoms of an atom_style atomic data file as write_data makes it.
Structure read_data(const std::string& path, const std::array<bool, 3>& periodic) {
  auto file = open(path);
  Structure structure;
  std::string line;
  double low[3] = {}, high[3] = {}, xy = 0.0, xz = 0.0, yz = 0.0;
  std::size_t atoms = 0, types = 0;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    if (line.find("xlo") != std::string::npos) words >> low[0] >> high[0];
    if (line.find("ylo") != std::string::npos) words >> low[1] >> high[1];
    if (line.find("zlo") != std::string::npos) words >> low[2] >> high[2];
    if (line.find("xy xz yz") != std::string::npos) words >> xy >> xz >> yz;
    if (line.find(" atom types") != std::string::npos)
      words >> types;
    else if (line.find(" atoms") != std::string::npos)
      words >> atoms;
    if (line.rfind("Masses", 0) == 0) {
      for (std::size_t t = 0; t < types; ++t) {
        int type = 0;
        double mass = 0.0;
        file >> type >> mass;
        structure.mass.push_back(mass);
      }
    }
    if (line.rfind("Atoms", 0) == 0) {
      for (std::size_t k = 0; k < atoms; ++k) {
        std::int64_t id = 0;
        int type = 0;
        Vec3 r;
        std::array<int, 3> image{};
        file >> id >> type >> r[0] >> r[1] >> r[2] >> image[0] >> image[1] >> image[2];
        structure.id.push_back(id);
        structure.type.push_back(type - 1);
        structure.position.push_back(r);
        structure.image.push_back(image);
      }
    }
  }
  const Mat3 edges = {{{high[0] - low[0], 0, 0}, {xy, high[1] - low[1], 0}, {xz, yz, high[2] - low[2]}}};
  structure.box = Box(edges, {{low[0], low[1], low[2]}}, periodic);
  sort_by_id(structure);
  return structure;
}

}  // namespace

std::string lammps_case_folder(const std::string& name) { return PATINA_LAMMPS_REFERENCE "/" + name; }

LammpsCase read_lammps_case(const std::string& name) {
  const std::string folder = lammps_case_folder(name);
  LammpsCase result;
  const auto json = nlohmann::json::parse(open(folder + "/expected.json"));
  result.potential = json.at("potential");
  result.species = json.at("types").get<std::vector<std::string>>();
  result.energy_eV = json.at("potential_energy_eV");
  const double volume = json.at("volume_A3");
  const auto w = [&](const char* key) {
    return json.at("virial_pressure_bar").at(key).get<double>() / lammps_bar_per_eV_A3 * volume;
  };
  result.virial_eV =
      Mat3{{{w("xx"), w("xy"), w("xz")}, {w("xy"), w("yy"), w("yz")}, {w("xz"), w("yz"), w("zz")}}};

  auto dump = open(folder + "/expected.dump");
  std::string line;
  std::array<bool, 3> periodic{};
  while (std::getline(dump, line) && line.rfind("ITEM: ATOMS", 0) != 0) {
    if (line.rfind("ITEM: BOX BOUNDS", 0) != 0) continue;
    const std::string flags = line.substr(line.find_last_of("pf") - 7);
    for (std::size_t d = 0; d < 3; ++d) periodic[d] = flags[3 * d] == 'p';
  }
  result.structure = read_data(folder + "/structure.data", periodic);
  result.structure.species = result.species;
  for (std::size_t k = 0; k < result.structure.size(); ++k) {
    std::int64_t id = 0;
    int type = 0;
    Vec3 r, f;
    double energy = 0.0;
    dump >> id >> type >> r[0] >> r[1] >> r[2] >> f[0] >> f[1] >> f[2] >> energy;
    if (!dump || id != result.structure.id[k])
      throw std::runtime_error(folder + "/expected.dump: atoms out of order");
    result.force.push_back(f);
    result.atom_energy.push_back(energy);
  }
  return result;
}

}  // namespace patina::test
