// SPDX-License-Identifier: BSD-3-Clause
#include "md/eam_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "core/digest.hpp"
#include "core/elements.hpp"
#include "core/error.hpp"
#include "md/eam_text.hpp"
#include "md/eam_units.hpp"
#include "md/funcfl.hpp"

namespace patina {

namespace {

constexpr std::size_t max_file_bytes = std::size_t(1) << 30;
constexpr int max_elements = 32;

enum class Setfl { alloy, fs };

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Line 4: "N name_1 ... name_N".
std::vector<std::string> read_element_names(EamText& text) {
  const auto words = text.next_words("line 4, the number and names of the elements");
  if (words.empty()) text.fail("is blank; allowed: the number of elements and their names, as '2 Cu Zr'");
  const int count = text.integer(words[0], "the number of elements");
  if (count < 1 || count > max_elements)
    text.fail(fmt::format("the number of elements is {}; allowed: 1 to {}", count, max_elements));
  if (words.size() != static_cast<std::size_t>(count) + 1)
    text.fail(fmt::format("declares {} elements and names {}", count, words.size() - 1));
  std::vector<std::string> names(words.begin() + 1, words.end());
  for (auto name = names.begin(); name != names.end(); ++name)
    if (std::find(names.begin(), name, *name) != name)
      text.fail(fmt::format("names {} twice", in_quotes(*name)));
  return names;
}

// Values after the header: N element lines of 4 words, N embedding tables, densities, pair tables.
double expected_values(Setfl format, double elements, const EamGrid& grid) {
  const double densities = format == Setfl::fs ? elements * elements : elements;
  return elements * grid.rho_points + (densities + elements * (elements + 1) / 2) * grid.r_points;
}

// By the number of values; the name only decides what the number leaves open, and must not contradict it.
Setfl setfl_format(const EamText& text, int elements, const EamGrid& grid) {
  const std::string name = lower(text.path());
  const bool named_fs = name.ends_with(".fs");
  const bool named_alloy = name.ends_with(".alloy");
  const double alloy = expected_values(Setfl::alloy, elements, grid);
  const double fs = expected_values(Setfl::fs, elements, grid);
  const Setfl by_name = named_fs ? Setfl::fs : Setfl::alloy;

  // A value and the blank after it are two bytes at least.
  const double declared = by_name == Setfl::fs ? fs : alloy;
  if (std::min(alloy, fs) > 0.5 * static_cast<double>(text.bytes()))
    text.fail(
        fmt::format("Nrho = {}, Nr = {} with {} elements declare {:.0f} values; the whole file has {} "
                    "bytes",
                    grid.rho_points, grid.r_points, elements, declared, text.bytes()));
  if (elements == 1) return by_name;

  // An element line has four words, of which the last two may be missing.
  const auto words = static_cast<double>(text.words_left());
  const auto fits = [&](double values) {
    return words >= values + 2.0 * elements && words <= values + 4.0 * elements;
  };
  if (named_fs && fits(alloy))
    text.fail(
        "the name says eam/fs, the number of values is that of eam/alloy (one density per element); "
        "rename the file to .eam.alloy");
  if (named_alloy && fits(fs))
    text.fail(
        "the name says eam/alloy, the number of values is that of eam/fs (a density per pair of "
        "elements); rename the file to .eam.fs");
  return fits(fs) ? Setfl::fs : by_name;
}

// Everything a setfl file holds, in its own order of elements.
EamFunctions read_setfl(EamText& text) {
  for (int line = 1; line <= 3; ++line) text.next_line("line 4, the number and names of the elements");
  EamFunctions all;
  all.species = read_element_names(text);
  const int elements = static_cast<int>(all.species.size());
  const EamGrid grid = read_eam_grid(text);
  all.rho_points = grid.rho_points;
  all.rho_step = grid.rho_step;
  all.rho_max = (grid.rho_points - 1) * grid.rho_step;
  all.r_points = grid.r_points;
  all.r_step = grid.r_step;
  all.cutoff = grid.cutoff;
  const Setfl format = setfl_format(text, elements, grid);

  all.density.resize(elements);
  for (int i = 0; i < elements; ++i) {
    const std::string& name = all.species[i];
    const EamElement element = read_eam_element(text, name);
    all.atomic_number.push_back(element.atomic_number);
    all.mass_amu.push_back(element.mass_amu);
    all.embedding.push_back(text.table(grid.rho_points, fmt::format("F of {}", name)));
    if (format == Setfl::alloy) {
      all.density[i].assign(elements, text.table(grid.r_points, fmt::format("rho of {}", name)));
    } else {
      for (int j = 0; j < elements; ++j)
        all.density[i].push_back(
            text.table(grid.r_points, fmt::format("rho of {} at {}", name, all.species[j])));
    }
  }
  all.r_phi.assign(elements, std::vector<std::vector<double>>(elements));
  for (int i = 0; i < elements; ++i)
    for (int j = 0; j <= i; ++j) {
      all.r_phi[i][j] =
          text.table(grid.r_points, fmt::format("r phi of {}-{}", all.species[i], all.species[j]));
      all.r_phi[j][i] = all.r_phi[i][j];
    }
  text.expect_end();
  return all;
}

// The place of `symbol` in `names`, or an error that lists them.
int place_of(const std::string& symbol, const std::vector<std::string>& names, const std::string& file) {
  const auto found = std::find(names.begin(), names.end(), symbol);
  if (found != names.end()) return static_cast<int>(found - names.begin());
  std::string message =
      fmt::format("{}: has no element {}; it has: {}", file, in_quotes(symbol), fmt::join(names, ", "));
  for (const auto& name : names)
    if (lower(name) == lower(symbol)) message += fmt::format(" (did you mean {}?)", in_quotes(name));
  throw NoSuchElement(symbol, message);
}

EamFunctions select_species(const EamFunctions& all, const std::vector<std::string>& species,
                            const std::string& file) {
  std::vector<int> place;
  for (const auto& symbol : species) place.push_back(place_of(symbol, all.species, file));
  EamFunctions chosen = all;
  chosen.species = species;
  const auto types = species.size();
  chosen.atomic_number.resize(types);
  chosen.mass_amu.resize(types);
  chosen.embedding.resize(types);
  chosen.density.assign(types, std::vector<std::vector<double>>(types));
  chosen.r_phi = chosen.density;
  for (std::size_t s = 0; s < types; ++s) {
    chosen.atomic_number[s] = all.atomic_number[place[s]];
    chosen.mass_amu[s] = all.mass_amu[place[s]];
    chosen.embedding[s] = all.embedding[place[s]];
    for (std::size_t t = 0; t < types; ++t) {
      chosen.density[s][t] = all.density[place[s]][place[t]];
      chosen.r_phi[s][t] = all.r_phi[place[s]][place[t]];
    }
  }
  return chosen;
}

}  // namespace

EamFunctions parse_eam(const std::vector<std::string>& paths, const std::vector<std::string>& texts,
                       const std::vector<std::string>& species) {
  require(!paths.empty() && paths.size() == texts.size(), "parse_eam: a text per path");
  if (species.empty()) throw Error(ExitCode::bad_input, paths[0] + ": no species were asked for");
  std::vector<Funcfl> single;
  EamFunctions all;
  for (std::size_t k = 0; k < paths.size(); ++k) {
    EamText text(paths[k], texts[k]);
    if (is_funcfl(text)) {
      single.push_back(read_funcfl(text));
    } else if (paths.size() > 1) {
      throw Error(ExitCode::bad_input,
                  fmt::format("{}: is no funcfl file (line 2 'Z mass ...', line 3 'Nrho drho Nr dr cutoff'); "
                              "allowed: one setfl file, or funcfl files, one per element",
                              paths[k]));
    } else {
      all = read_setfl(text);
    }
  }
  if (!single.empty()) all = combine_funcfl(single, species);
  EamFunctions functions = select_species(all, species, fmt::format("{}", fmt::join(paths, ", ")));
  functions.file = fmt::format("{}", fmt::join(paths, ","));
  std::vector<std::string> digests;
  for (const auto& text : texts) digests.push_back(sha256_hex(text));
  functions.sha256 = fmt::format("{}", fmt::join(digests, ","));
  choose_eam_units(functions);  // refuses what cannot be summed before anything is made of it
  return functions;
}

std::vector<std::string> eam_elements(const std::string& path, const std::string& content) {
  EamText text(path, content);
  if (is_funcfl(text)) return {std::string(element_symbol(read_funcfl(text).element.atomic_number))};
  for (int line = 1; line <= 3; ++line) text.next_line("line 4, the number and names of the elements");
  return read_element_names(text);
}

EamFunctions read_eam_files(const Comm& comm, const std::vector<std::string>& paths,
                            const std::vector<std::string>& species) {
  std::vector<std::string> texts;
  for (const auto& path : paths) texts.push_back(read_file_on_root(comm, path, max_file_bytes));
  return parse_eam(paths, texts, species);
}

EamFunctions read_eam_file(const std::string& path, const std::vector<std::string>& species) {
  return read_eam_files(Comm::world(), {path}, species);
}

}  // namespace patina
