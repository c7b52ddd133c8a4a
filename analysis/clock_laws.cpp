// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/clock_laws.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace patina {
namespace {

constexpr double least_probability = 0.01, equal_bic = 2.0;

std::string describe(const ClockLaws& laws) {
  const AgeingLaw& best = laws.laws.front();
  std::string text;
  if (laws.law_known) {
    text = best.name == "constant" ? "tau is constant" : best.name + " law";
    for (const auto& p : best.parameters) text += ", " + describe(p, 4);
    return text;
  }
  if (best.probability < least_probability) return fmt::format("no law fits (the best, {}: chi^2 {:.3g} for {} degrees of freedom)", best.name, best.chi_squared, best.degrees_of_freedom);
  text = "laws that fit alike:";
  for (const auto& law : laws.laws)
    if (law.bic <= best.bic + equal_bic) text += fmt::format(" {} (BIC {:+.1f})", law.name, law.bic - best.bic);
  return text;
}

}  // namespace

ClockLaws fit_laws(const AgeingData& data) {
  ClockLaws laws;
  for (const auto& form : ageing_forms())
    if (form.parameters < static_cast<int>(data.time.size())) laws.laws.push_back(fit_ageing(form, data));
  std::sort(laws.laws.begin(), laws.laws.end(), [](const AgeingLaw& a, const AgeingLaw& b) { return a.bic < b.bic; });
  laws.law_known = laws.laws.front().probability >= least_probability && (laws.laws.size() < 2 || laws.laws[1].bic > laws.laws[0].bic + equal_bic);
  laws.text = describe(laws);
  return laws;
}

ClockLaws fit_clock_laws(const ClockFit& fit, const std::string& unit) {
  if (!fit.found) return {};
  const auto& time = fit.parameters.time;
  AgeingData data{time.knots(), -time.log_rates(), fit.covariance.block(i_first_knot, i_first_knot, time.log_rates().size(), time.log_rates().size()), unit};
  for (auto& t : data.time) t -= time.knots().front();
  return fit_laws(data);
}

}  // namespace patina
