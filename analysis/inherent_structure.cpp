// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/inherent_structure.hpp"

#include <cmath>

#include "analysis/atom_numbers.hpp"

namespace patina {

std::vector<InherentStructure> inherent_structures(const RunData& run, double atoms) {
  std::vector<InherentStructure> found;
  for (std::size_t step = 0; step < run.protocol.size(); ++step) {
    // Strained on and on they are a curve (deformation_analysis.hpp).
    if (run.protocol[step].type != "minimise" || run.protocol[step].strain != run.protocol[step].from_strain) continue;
    InherentStructure one;
    one.protocol_step = static_cast<int>(step);
    std::vector<double> energies;
    double before_K = 0.0;
    for (const auto& table : run.thermo) {
      const auto rows = table.rows_of_step(one.protocol_step);
      const auto before = table.rows_of_step(one.protocol_step - 1);
      if (rows.empty()) continue;
      const double per = atoms_at(table, rows.back(), atoms);
      energies.push_back(table.column("potential_energy_eV")[rows.back()] / per);
      one.volume += table.column("volume_A3")[rows.back()] / per;
      before_K += before.empty() ? std::nan("") : table.column("temperature_K")[before.back()];
    }
    if (energies.empty()) continue;
    const double n = static_cast<double>(energies.size());
    double squares = 0.0;
    one.replicas = static_cast<int>(energies.size());
    one.volume /= n;
    one.before_K = before_K / n;
    for (const double e : energies) one.energy += e / n;
    for (const double e : energies) squares += (e - one.energy) * (e - one.energy);
    if (energies.size() > 1) one.error = std::sqrt(squares / (n * (n - 1.0)));
    found.push_back(one);
  }
  return found;
}

}  // namespace patina
