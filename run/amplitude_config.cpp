// SPDX-License-Identifier: BSD-3-Clause
#include "run/amplitude_config.hpp"

#include <algorithm>

namespace patina {

namespace {

const std::vector<std::string> shapes = {"ball", "layer_x", "layer_y", "layer_z"};

}  // namespace

SiteWindow WindowConfig::window() const {
  const auto found = std::find(shapes.begin(), shapes.end(), shape) - shapes.begin();
  return {{{centre[0], centre[1], centre[2]}}, fwhm_A, static_cast<int>(found) - 1, lab};
}

AmplitudeSpec AmplitudeConfig::spec(const std::vector<double>& q_inv_A, std::optional<std::size_t> window) const {
  AmplitudeSpec spec;
  spec.vectors.q_inv_A = q_inv_A;
  spec.vectors.width_inv_A = width_inv_A;
  spec.vectors.max_vectors = max_vectors;
  if (direction) spec.vectors.direction = {{{direction->axis[0], direction->axis[1], direction->axis[2]}}, direction->from_deg, direction->to_deg, {}};
  if (along) spec.vectors.direction.along = *along;
  if (miller) spec.vectors.list = *miller;
  spec.vectors.each_vector = each_vector;
  spec.weights = weighting_of(weights);
  spec.energy_keV = energy_keV;
  spec.sums = {sum_method_of(method), tolerance};
  if (window) spec.window = windows.at(*window).window();
  return spec;
}

void check_along(const std::vector<Miller>& along, const ConfigChecker& at) {
  bool directions = true;
  for (std::size_t k = 0; k < along.size(); ++k) {
    if (along[k] != Miller{0, 0, 0}) continue;
    at.error(fmt::format("along/{}", k), "is no direction: a vector other than 0 is wanted");
    directions = false;
  }
  if (directions && along.size() == 2 && on_one_line(along)) at.error("along/1", "lies on the line of the first: two vectors of a plane are wanted");
}

void describe(ConfigTable<DirectionConfig>& table) {
  using C = DirectionConfig;
  table.numbers("axis", &C::axis, {.at_least = -1e6, .at_most = 1e6}, "a direction in space, of any length").required();
  table.number("from_deg", &C::from_deg, {.at_least = 0.0, .at_most = 90.0},
               "least angle between q and the axis; q and -q count as one");
  table.number("to_deg", &C::to_deg, {.at_least = 0.0, .at_most = 90.0}, "largest angle; 90 is the plane across the axis");
  table.check_what_was_read([](const C& c, const ConfigChecker& at) {
    if (at.was_read({"axis"}) && c.axis[0] == 0.0 && c.axis[1] == 0.0 && c.axis[2] == 0.0)
      at.error("axis", "has no length: it points nowhere");
    if (at.was_read({"from_deg", "to_deg"}) && c.from_deg > c.to_deg)
      at.error("from_deg", fmt::format("{} lies above to_deg = {}", c.from_deg, c.to_deg));
  });
}

void describe(ConfigTable<WindowConfig>& table) {
  using C = WindowConfig;
  table.about("Atoms count with w = exp(-4 ln 2 d^2 / fwhm_A^2), d their distance from the centre.");
  table.numbers("centre", &C::centre, {.at_least = 0.0, .at_most = 1.0},
                "in fractions of the cell's edges, in the first frame; it goes with the cell and the centre of mass");
  table.number("fwhm_A", &C::fwhm_A, {.above = 0.0, .at_most = 1e6},
               "full width at half maximum of w; at least 30 / q, at most a third of the cell").required();
  table.choice("shape", &C::shape, shapes, "a ball; or a layer across the edge x, y or z of the cell: d is counted along its normal");
  table.boolean("lab", &C::lab,
                "q stays as it was in the first frame, like the pixel of a detector, while the cell strains; otherwise it goes with the cell, and an "
                "affine strain is not seen; of a ball only");
  table.check_what_was_read([](const C& c, const ConfigChecker& at) {
    if (at.was_read({"lab", "shape"}) && c.lab && c.shape != "ball")
      at.error("lab", "needs the shape \"ball\": a layer goes on through the cell's faces, where these q do not fit once it has strained");
  });
}

}  // namespace patina
