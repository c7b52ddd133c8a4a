// SPDX-License-Identifier: BSD-3-Clause
#include "md/setfl.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>

#include "core/error.hpp"

namespace patina {

namespace {

// 17 digits: read back as the same number.
void append_table(std::string& text, const std::vector<double>& values) {
  constexpr std::size_t columns = 5;
  for (std::size_t k = 0; k < values.size(); ++k)
    fmt::format_to(std::back_inserter(text), "{:.16e}{}", values[k], (k + 1) % columns == 0 || k + 1 == values.size() ? '\n' : ' ');
}

}  // namespace

std::string setfl_text(const EamFunctions& functions, const std::array<std::string, 3>& comments, const std::vector<std::string>& lattice) {
  const std::size_t elements = functions.species.size();
  require(lattice.size() == elements, "setfl_text: a lattice for each element");
  std::string text;
  for (const std::string& comment : comments) text += comment + "\n";
  text += fmt::format("{} {}\n", elements, fmt::join(functions.species, " "));
  text += fmt::format("{} {:.17g} {} {:.17g} {:.17g}\n", functions.rho_points, functions.rho_step, functions.r_points, functions.r_step,
                      functions.cutoff);
  for (std::size_t s = 0; s < elements; ++s) {
    text += fmt::format("{} {:.10g} {}\n", functions.atomic_number[s], functions.mass_amu[s], lattice[s]);
    append_table(text, functions.embedding[s]);
    for (std::size_t t = 1; t < elements; ++t)
      require(functions.density[s][t] == functions.density[s][0], "setfl_text: one density for each element");
    append_table(text, functions.density[s][0]);
  }
  for (std::size_t s = 0; s < elements; ++s)
    for (std::size_t t = 0; t <= s; ++t) append_table(text, functions.r_phi[s][t]);
  return text;
}

}  // namespace patina
