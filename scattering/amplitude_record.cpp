// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/amplitude_record.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace patina {

namespace {

std::string words_of_weights(Weighting weighting, std::optional<double> energy_keV) {
  switch (weighting) {
    case Weighting::xray:
      return energy_keV ? fmt::format("X-rays of {:g} keV", *energy_keV) : "";
    case Weighting::neutron:
      return "neutrons";
    case Weighting::number:
      return "weights: atomic numbers";
    case Weighting::unit:
      return "weights: 1";
  }
  return "";
}

std::string text_of(const Miller& n) { return fmt::format("({} {} {})", n[0], n[1], n[2]); }

std::string words_of_vectors(const QChoice& choice) {
  const std::string each = choice.each_vector ? ", each by itself" : "";
  if (!choice.list.empty()) return fmt::format("{} listed vector{}{}", choice.list.size(), choice.list.size() == 1 ? "" : "s", each);
  const QDirection& direction = choice.direction;
  std::string words;
  if (direction.along.size() == 1) words = "q along " + text_of(direction.along[0]);
  if (direction.along.size() == 2) words = "q in the plane of " + text_of(direction.along[0]) + " and " + text_of(direction.along[1]);
  if (!direction.all_angles())
    words += fmt::format("{} {:g} to {:g} degrees from ({:g} {:g} {:g})", words.empty() ? "q" : ",", direction.from_deg, direction.to_deg, direction.axis[0],
                         direction.axis[1], direction.axis[2]);
  if (!each.empty()) words = (words.empty() ? "vectors" : words) + each;
  return words;
}

std::string words_of_window(const SiteWindow& window) {
  const Vec3& x = window.centre;
  if (window.across >= 0) return fmt::format("layer of {:g} A (FWHM) across {} at {:g}", window.fwhm_A, "xyz"[window.across], x[window.across]);
  return fmt::format("ball of {:g} A (FWHM) at ({:g}, {:g}, {:g}){}", window.fwhm_A, x[0], x[1], x[2], window.lab ? ", q of the laboratory" : "");
}

// Of blocks, so many vectors of a speckle in one of them.
double factor_of(double blocks, double alike, double in_block) {
  const double seen = blocks * in_block - alike;
  return seen > 0.0 ? std::sqrt(alike * (blocks - 1.0) / seen) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

double AmplitudeRecord::degrees_of_freedom(std::size_t group) const {
  std::size_t first = 0;
  for (std::size_t g = 0; g < group; ++g) first += groups[g].miller.size();
  const std::size_t vector_count = groups[group].miller.size(), species = atoms.size();
  std::vector<double> square(species, 0.0);  // mean |f_a|^2
  Mat3 spread = {};                          // mean of q q / |q|^2
  for (std::size_t k = 0; k < vector_count; ++k) {
    for (std::size_t a = 0; a < species; ++a) square[a] += std::norm(form_factor[(first + k) * species + a]) / static_cast<double>(vector_count);
    const Vec3 q = first_box.wave_vector(groups[group].miller[k]);
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) spread[i][j] += q[i] * q[j] / (dot(q, q) * static_cast<double>(vector_count));
  }
  const double of_fourth_power = window ? std::exp2(window->across < 0 ? -1.5 : -0.5) : 1.0;
  double sum = 0.0, squares = 0.0, alike = 0.0;
  for (std::size_t a = 0; a < species; ++a) {
    sum += square[a] * atoms[a];
    squares += square[a] * square[a] * of_fourth_power * atoms[a];
  }
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) alike += spread[i][j] * spread[i][j];
  return sum * sum / squares / alike;
}

double AmplitudeRecord::factor_of_movers(std::size_t group) const {
  const double more = degrees_of_freedom(group) - 1.0;
  return more > 0.0 ? std::sqrt(1.0 + groups[group].size() / vectors_of_a_speckle[group] / more) : std::numeric_limits<double>::quiet_NaN();
}

double AmplitudeRecord::error_factor(std::size_t group) const {
  return factor_of_movers(group) * factor_of(groups[group].size(), vectors_of_a_speckle[group], 1.0);
}

double AmplitudeRecord::block_error_factor(std::size_t group, const std::vector<std::ptrdiff_t>& block_start, bool intensities) const {
  const double movers = intensities ? 1.0 : factor_of_movers(group);
  if (!window) return movers;
  return movers * factor_of(static_cast<double>(block_start.size()) - 1.0, (intensities ? vectors_of_an_intensity : vectors_of_a_speckle)[group],
                   vectors_of_a_speckle_in_blocks(*window, first_box, groups[group], block_start, intensities));
}

std::string AmplitudeRecord::words() const {
  std::vector<std::string> parts;
  for (std::string part : {words_of_weights(weighting, energy_keV), words_of_vectors(vectors), window ? words_of_window(*window) : ""})
    if (!part.empty()) parts.push_back(std::move(part));
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace patina
