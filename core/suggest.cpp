// SPDX-License-Identifier: BSD-3-Clause
#include "core/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace patina {
namespace {

constexpr std::size_t longest_word = 64;  // longer words are no typing errors

struct Unit {
  const char* suffix;
  const char* dimension;
  double factor;  // in the first unit of the dimension
};

// Longer suffixes stand before those they end with.
constexpr Unit known_units[] = {
    {"_K_per_ps", "K/ps", 1.0},   {"_K_per_fs", "K/ps", 1e3},     {"_K_per_ns", "K/ps", 1e-3},
    {"_K_per_s", "K/ps", 1e-12},  {"_GPa_per_ps", "GPa/ps", 1.0}, {"_GPa_per_ns", "GPa/ps", 1e-3},
    {"_per_ps", "1/ps", 1.0},     {"_per_ns", "1/ps", 1e-3},      {"_per_s", "1/ps", 1e-12},
    {"_g_per_cm3", "g/cm3", 1.0}, {"_kg_per_m3", "g/cm3", 1e-3},  {"_atoms_per_A3", "1/A3", 1.0},
    {"_per_A3", "1/A3", 1.0},     {"_per_nm3", "1/A3", 1e-3},     {"_eV_per_A", "eV/A", 1.0},
    {"_inv_A", "1/A", 1.0},       {"_inv_nm", "1/A", 0.1},        {"_A_inv", "1/A", 1.0},
    {"_per_A", "1/A", 1.0},       {"_per_nm", "1/A", 0.1},        {"_fs", "time", 1e-3},
    {"_ps", "time", 1.0},         {"_ns", "time", 1e3},           {"_us", "time", 1e6},
    {"_ms", "time", 1e9},         {"_GPa", "pressure", 1.0},      {"_MPa", "pressure", 1e-3},
    {"_kbar", "pressure", 0.1},   {"_bar", "pressure", 1e-4},     {"_atm", "pressure", 1.01325e-4},
    {"_Pa", "pressure", 1e-9},    {"_meV", "energy", 1e-3},       {"_keV", "energy", 1e3},
    {"_eV", "energy", 1.0},       {"_nm", "length", 10.0},        {"_um", "length", 1e4},
    {"_mm", "length", 1e7},       {"_cm", "length", 1e8},         {"_angstrom", "length", 1.0},
    {"_amu", "mass", 1.0},        {"_deg", "angle", 1.0},         {"_rad", "angle", 57.29577951308232},
    {"_percent", "ratio", 0.01},  {"_fraction", "ratio", 1.0},    {"_kelvin", "temperature", 1.0},
    {"_K", "temperature", 1.0},   {"_A", "length", 1.0},          {"_m", "length", 1e10},
    {"_s", "time", 1e12},
};

// What people type for a quantity -> the word the keys use.
constexpr struct {
  const char *word, *stem;
} synonyms[] = {
    {"dt", "time_step"},
    {"timestep", "time_step"},
    {"t", "temperature"},
    {"temp", "temperature"},
    {"p", "pressure"},
    {"press", "pressure"},
    {"time", "duration"},
    {"tau", "relaxation"},
    {"damping", "relaxation"},
    {"rate", "cooling_rate"},
    {"quench_rate", "cooling_rate"},
    {"natoms", "atoms"},
    {"n_atoms", "atoms"},
    {"rho", "density"},
};

std::string folded(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool ends_with(const std::string& text, const std::string& tail) {
  return text.size() > tail.size() && text.compare(text.size() - tail.size(), tail.size(), tail) == 0;
}

struct Quantity {
  std::string stem;            // case-folded, synonyms replaced
  const Unit* unit = nullptr;  // none if the word carries no known unit
};

Quantity take_apart(const std::string& word) {
  Quantity result{word, nullptr};
  // Exact case first: "_ms" and "_Ms" differ, and "_mPa" is not megapascal.
  for (const Unit& unit : known_units)
    if (!result.unit && ends_with(word, unit.suffix)) result.unit = &unit;
  for (const Unit& unit : known_units)
    if (!result.unit && ends_with(folded(word), folded(unit.suffix))) result.unit = &unit;
  if (result.unit) result.stem.resize(word.size() - std::string(result.unit->suffix).size());
  result.stem = folded(result.stem);
  for (const auto& synonym : synonyms)
    if (result.stem == synonym.word) return {synonym.stem, result.unit};
  return result;
}

}  // namespace

std::size_t damerau_levenshtein(const std::string& a, const std::string& b) {
  // d(i, j): distance of the first i letters of a from the first j of b; three rows are enough.
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, substitution});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  if (word.size() > longest_word) return {};
  // A beginning says more than likeness: "nose" is nearer to "none" than to "nose_hoover".
  constexpr std::size_t shortest_beginning = 3;
  if (word.size() >= shortest_beginning) {
    const auto begins = [&](const std::string& candidate) { return folded(candidate).rfind(folded(word), 0) == 0; };
    const auto found = std::find_if(candidates.begin(), candidates.end(), begins);
    if (found != candidates.end() && std::none_of(found + 1, candidates.end(), begins)) return *found;
  }
  std::string best;
  std::size_t best_distance = 3;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = damerau_levenshtein(folded(word), folded(candidate));
    const std::size_t length = std::max(word.size(), candidate.size());
    if (distance * 3 <= length && distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggest_key(const std::string& word, const std::vector<std::string>& candidates,
                        std::optional<double> given, const std::function<bool(const std::string& key, double number)>& takes) {
  if (word.size() > longest_word) return {};
  const Quantity wanted = take_apart(word);
  for (const std::string& candidate : candidates) {
    const Quantity offered = take_apart(candidate);
    if (wanted.stem != offered.stem || folded(word) == folded(candidate)) continue;
    if (!wanted.unit || !offered.unit || std::string(wanted.unit->suffix) == offered.unit->suffix)
      return fmt::format("did you mean \"{}\"?", candidate);
    if (std::string(wanted.unit->dimension) != offered.unit->dimension) continue;
    const std::string unit = offered.unit->suffix + 1;
    const double converted = given.value_or(0.0) * wanted.unit->factor / offered.unit->factor;
    // A number that makes no sense there was in the right unit already, under a wrong name.
    if (!given || (takes && !takes(candidate, converted))) return fmt::format("did you mean \"{}\"? It is given in {}", candidate, unit);
    return fmt::format("this is given in {}: {:.12g} {} would be \"{}\": {:.12g}", unit, *given,
                       wanted.unit->suffix + 1, candidate, converted);
  }
  const std::string near = nearest(word, candidates);
  return near.empty() ? "" : fmt::format("did you mean \"{}\"?", near);
}

}  // namespace patina
