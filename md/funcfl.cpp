// SPDX-License-Identifier: BSD-3-Clause
#include "md/funcfl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/elements.hpp"
#include "core/error.hpp"

namespace patina {

namespace {

bool begins_like_a_number(std::string_view word) {
  return std::isdigit(static_cast<unsigned char>(word.front())) || word.front() == '.' ||
         ((word.front() == '+' || word.front() == '-') && word.size() > 1);
}

// Four-point Lagrange interpolation of samples at k step, at x; LAMMPS's index rule: two points at the ends
// are reached by the cell next to them, and nothing is extrapolated by more than one cell.
double lagrange(const std::vector<double>& samples, double step, double x) {
  const int points = static_cast<int>(samples.size());
  double p = x / step;
  const int k = std::max(std::min(static_cast<int>(p), points - 3), 1);
  p = std::min(p - k, 2.0);
  const double sixth = 1.0 / 6.0;
  return -sixth * p * (p - 1.0) * (p - 2.0) * samples[k - 1] + 0.5 * (p * p - 1.0) * (p - 2.0) * samples[k] -
         0.5 * p * (p + 1.0) * (p - 2.0) * samples[k + 1] + sixth * p * (p * p - 1.0) * samples[k + 2];
}

std::vector<double> regrid(const std::vector<double>& samples, double step, int points, double new_step) {
  std::vector<double> result(static_cast<std::size_t>(points));
  for (int k = 0; k < points; ++k) result[k] = lagrange(samples, step, k * new_step);
  return result;
}

void check_elements(const std::vector<Funcfl>& files, const std::vector<std::string>& species) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const int z = files[i].element.atomic_number;
    const std::string symbol(element_symbol(z));
    for (std::size_t j = 0; j < i; ++j)
      if (files[j].element.atomic_number == z)
        throw Error(ExitCode::bad_input, fmt::format("{}: is for atomic number {}, as {} is; allowed: one "
                                                     "file per element",
                                                     files[i].path, z, files[j].path));
    if (std::find(species.begin(), species.end(), symbol) == species.end())
      throw Error(ExitCode::bad_input,
                  fmt::format("{}:2: is for atomic number {} ({}); the species asked for are: {}",
                              files[i].path, z, symbol, fmt::join(species, ", ")));
  }
}

}  // namespace

bool is_funcfl(const EamText& text) {
  EamText ahead = text;
  for (int line = 1; line <= 2; ++line) ahead.next_line("line 3");
  const auto words = ahead.next_words("line 3");
  return words.size() >= 2 && begins_like_a_number(words[0]) && begins_like_a_number(words[1]);
}

Funcfl read_funcfl(EamText& text) {
  Funcfl file;
  file.path = text.path();
  text.next_line("line 2");
  file.element = read_eam_element(text, "the element");
  if (element_symbol(file.element.atomic_number).empty())
    text.fail(
        fmt::format("the atomic number is {}; allowed: 1 to 118 (it names the element of a funcfl file)",
                    file.element.atomic_number));
  file.grid = read_eam_grid(text);
  const double declared = file.grid.rho_points + 2.0 * file.grid.r_points;
  if (declared > 0.5 * static_cast<double>(text.bytes()))
    text.fail(fmt::format("Nrho = {}, Nr = {} declare {:.0f} values; the whole file has {} bytes",
                          file.grid.rho_points, file.grid.r_points, declared, text.bytes()));
  file.embedding = text.table(file.grid.rho_points, "F");
  file.charge = text.table(file.grid.r_points, "Z(r)");
  file.density = text.table(file.grid.r_points, "rho");
  text.expect_end();
  return file;
}

EamFunctions combine_funcfl(const std::vector<Funcfl>& files, const std::vector<std::string>& species) {
  check_elements(files, species);
  EamFunctions all;
  double r_max = 0.0;
  for (const auto& file : files) {
    all.r_step = std::max(all.r_step, file.grid.r_step);
    all.rho_step = std::max(all.rho_step, file.grid.rho_step);
    r_max = std::max(r_max, (file.grid.r_points - 1) * file.grid.r_step);
    all.rho_max = std::max(all.rho_max, (file.grid.rho_points - 1) * file.grid.rho_step);
    all.cutoff = std::max(all.cutoff, file.grid.cutoff);
  }
  // Not plus one: LAMMPS's common grid leaves out the last sample of the longest file.
  all.r_points = static_cast<int>(r_max / all.r_step + 0.5);
  all.rho_points = static_cast<int>(all.rho_max / all.rho_step + 0.5);
  if (all.r_points < 5 || all.rho_points < 5)
    throw Error(ExitCode::bad_input,
                fmt::format("{}: Nr = {}, Nrho = {} on the common grid; allowed: 5 or more", files[0].path,
                            all.r_points, all.rho_points));

  std::vector<std::vector<double>> charge;
  for (const auto& file : files) {
    all.species.emplace_back(element_symbol(file.element.atomic_number));
    all.atomic_number.push_back(file.element.atomic_number);
    all.mass_amu.push_back(file.element.mass_amu);
    all.embedding.push_back(regrid(file.embedding, file.grid.rho_step, all.rho_points, all.rho_step));
    all.density.emplace_back(files.size(), regrid(file.density, file.grid.r_step, all.r_points, all.r_step));
    charge.push_back(regrid(file.charge, file.grid.r_step, all.r_points, all.r_step));
  }
  constexpr double hartree_bohr = 27.2 * 0.529;  // eV Angstrom, DYNAMO's rounded constants
  all.r_phi.assign(files.size(), std::vector<std::vector<double>>(files.size()));
  for (std::size_t i = 0; i < files.size(); ++i)
    for (std::size_t j = 0; j < files.size(); ++j)
      for (int k = 0; k < all.r_points; ++k)
        all.r_phi[i][j].push_back(hartree_bohr * (charge[i][k] * charge[j][k]));
  return all;
}

}  // namespace patina
