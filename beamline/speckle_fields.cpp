// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/speckle_fields.hpp"

#include <fmt/format.h>

#include "beamline/field_generators.hpp"
#include "core/error.hpp"

namespace patina {

namespace {

constexpr int few_frames = 1024;  // whose decomposition takes a second or less

std::string choose(const FieldCovariance& covariance) {
  if (why_not_ar1(covariance).empty()) return "ar1";
  if (covariance.frames <= few_frames || covariance.local) return "cholesky";
  return why_not_circulant(covariance).empty() ? "circulant" : "modes";
}

std::string why_not(const std::string& name, const FieldCovariance& covariance) {
  if (name == "ar1") return why_not_ar1(covariance);
  if (name == "cholesky") return why_not_cholesky(covariance);
  return name == "modes" ? why_not_modes(covariance) : why_not_circulant(covariance);
}

}  // namespace

std::unique_ptr<FieldGenerator> make_field_generator(FieldCovariance covariance, const GeneratorChoice& choice, const std::string& place) {
  require_covariance(covariance, place);
  const std::string name = choice.name == "automatic" ? choose(covariance) : choice.name;
  const std::string reason = why_not(name, covariance);
  if (!reason.empty())
    throw Error(ExitCode::bad_input, fmt::format("{}: {} = \"{}\"{} cannot make this movie: {}", place, choice.key, choice.name,
                                                 name == choice.name ? "" : " (" + name + ")", reason));
  if (name == "ar1") return make_ar1_generator(covariance);
  if (name == "cholesky") return make_cholesky_generator(covariance, place);
  if (name == "modes") return make_mode_generator(covariance, choice.modes);
  require(name == "circulant", "no generator of speckle fields is called " + name);
  return make_circulant_generator(covariance);
}

}  // namespace patina
