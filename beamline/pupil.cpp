// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/pupil.hpp"

#include <fftw3.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"

namespace patina {
namespace {

// The beam's intensity at r, c in units of its size, 1 in the middle.
double profile(PupilShape shape, double r, double c) {
  switch (shape) {
    case PupilShape::slit: return std::abs(r) <= 0.5 && std::abs(c) <= 0.5 ? 1.0 : 0.0;
    case PupilShape::circle: return r * r + c * c <= 0.25 ? 1.0 : 0.0;
    case PupilShape::gaussian: return std::exp(-4.0 * std::log(2.0) * (r * r + c * c));
  }
  return 0.0;
}

// Where the profile is 0, or no longer matters.
double reach(PupilShape shape) { return shape == PupilShape::gaussian ? 2.5 : 0.5; }

// Its mean over a cell of the pupil's grid: edges go through cells.
double cell_profile(PupilShape shape, double r, double c, double row_cell, double column_cell) {
  constexpr int parts = 8;
  double sum = 0.0;
  for (int a = 0; a < parts; ++a)
    for (int b = 0; b < parts; ++b)
      sum += profile(shape, r + ((a + 0.5) / parts - 0.5) * row_cell, c + ((b + 0.5) / parts - 0.5) * column_cell);
  return sum / (parts * parts);
}

double sinc(double x) { return x == 0.0 ? 1.0 : std::sin(x) / x; }

}  // namespace

double degree_of_coherence(PupilShape shape, double rows, double columns) {
  const double x = units::pi * rows, y = units::pi * columns, d = std::hypot(x, y);
  switch (shape) {
    case PupilShape::slit: return sinc(x) * sinc(y);
    case PupilShape::circle: return d == 0.0 ? 1.0 : 2.0 * std::cyl_bessel_j(1.0, d) / d;
    case PupilShape::gaussian: return std::exp(-d * d / (4.0 * std::log(2.0)));
  }
  return 0.0;
}

double contrast_of_modes(std::span<const double> weights) {
  double sum = 0.0, squares = 0.0;
  for (const double weight : weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares / (sum * sum);
}

struct SpecklePupil::Transform {
  Transform(int rows, int columns)
      : count(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns)), data(fftwf_alloc_complex(count)) {
    if (data) plan = fftwf_plan_dft_2d(rows, columns, data, data, FFTW_BACKWARD, FFTW_ESTIMATE);
    if (!plan) throw Error(ExitCode::out_of_memory, fmt::format("no memory for the transform of {} x {} pixels", rows, columns));
  }
  Transform(const Transform&) = delete;
  Transform& operator=(const Transform&) = delete;
  ~Transform() {
    if (plan) fftwf_destroy_plan(plan);
    fftwf_free(data);
  }
  void clear() { std::fill_n(&data[0][0], 2 * count, 0.0f); }
  std::size_t count;
  fftwf_complex* data;
  fftwf_plan plan = nullptr;
};

SpecklePupil::~SpecklePupil() = default;

SpecklePupil::SpecklePupil(int rows, int columns, PupilShape shape, double speckle_rows, double speckle_columns) : rows_(rows), columns_(columns) {
  for (const auto& [size, edge] : {std::pair{speckle_rows, rows}, std::pair{speckle_columns, columns}})
    if (!(size >= 0.2 && size <= 0.25 * edge))
      throw Error(ExitCode::bad_input, fmt::format("speckles of {:g} pixels on a detector of {}: must be >= 0.2, <= a fourth", size, edge));
  // One point of the pupil in units of the beam's size.
  const double row_cell = speckle_rows / rows, column_cell = speckle_columns / columns;
  const int last_row = static_cast<int>(reach(shape) / row_cell) + 1, last_column = static_cast<int>(reach(shape) / column_cell) + 1;
  double sum = 0.0;
  for (int r = -last_row; r <= last_row; ++r)
    for (int c = -last_column; c <= last_column; ++c) {
      const double intensity = cell_profile(shape, r * row_cell, c * column_cell, row_cell, column_cell);
      if (intensity < 1e-7) continue;
      const int wrapped_row = (r % rows + rows) % rows, wrapped_column = (c % columns + columns) % columns;
      place_.push_back(static_cast<std::size_t>(wrapped_row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(wrapped_column));
      amplitude_.push_back(static_cast<float>(std::sqrt(intensity)));
      row_.push_back(r);
      column_.push_back(c);
      sum += intensity;
    }
  const auto scale = static_cast<float>(1.0 / std::sqrt(sum));
  for (float& amplitude : amplitude_) amplitude *= scale;
  transform_ = std::make_unique<Transform>(rows, columns);
}

SpeckleExtent SpecklePupil::extent(const std::vector<bool>& marked) const {
  fftwf_complex* const data = transform_->data;
  const std::size_t count = transform_->count;
  require(marked.size() == count, "SpecklePupil: pixels of another size");
  // mu is the transform of the intensity profile.
  transform_->clear();
  for (std::size_t k = 0; k < place_.size(); ++k) data[place_[k]][0] += amplitude_[k] * amplitude_[k];
  fftwf_execute(transform_->plan);
  std::vector<double> square(count);
  for (std::size_t p = 0; p < count; ++p) square[p] = double{data[p][0]} * double{data[p][0]} + double{data[p][1]} * double{data[p][1]};
  // How many pairs of marked pixels lie so far apart: their autocorrelation, around the edges as the pattern.
  transform_->clear();
  for (std::size_t p = 0; p < count; ++p) data[p][0] = marked[p] ? 1.0f : 0.0f;
  fftwf_execute(transform_->plan);
  for (std::size_t p = 0; p < count; ++p) {
    data[p][0] = data[p][0] * data[p][0] + data[p][1] * data[p][1];
    data[p][1] = 0.0f;
  }
  fftwf_execute(transform_->plan);
  const auto pixels = static_cast<double>(data[0][0]);
  SpeckleExtent extent{0.0, 0.0};
  for (std::size_t p = 0; p < count; ++p) {
    extent.pixels_per_speckle += static_cast<double>(data[p][0]) / pixels * square[p] * square[p];
    extent.pixels_per_coherence_area += static_cast<double>(data[p][0]) / pixels * square[p];
  }
  return extent;
}

void SpecklePupil::add_intensity(std::span<const float> re, std::span<const float> im, double weight, const PatternShift& shift,
                                 std::span<float> intensity) {
  require(re.size() == place_.size() && im.size() == place_.size() && intensity.size() == transform_->count,
          "SpecklePupil: fields or intensities of another size");
  fftwf_complex* const field = transform_->data;
  transform_->clear();
  const bool shifted = shift.rows != 0.0 || shift.columns != 0.0;
  for (std::size_t k = 0; k < place_.size(); ++k) {
    float x = amplitude_[k] * re[k], y = amplitude_[k] * im[k];
    if (shifted) {
      // E(p - shift): turns the other way than the transform.
      const double turns = -(row_[k] * shift.rows / rows_ + column_[k] * shift.columns / columns_);
      const elementary::Phase phase = elementary::phase(turns - std::rint(turns));
      const auto cosine = static_cast<float>(phase.cosine), sine = static_cast<float>(phase.sine), old = x;
      x = old * cosine - y * sine;
      y = old * sine + y * cosine;
    }
    field[place_[k]][0] += x;
    field[place_[k]][1] += y;
  }
  fftwf_execute(transform_->plan);
  const auto factor = static_cast<float>(weight);
  for (std::size_t p = 0; p < intensity.size(); ++p) intensity[p] += factor * (field[p][0] * field[p][0] + field[p][1] * field[p][1]);
}

void SpecklePupil::add_white_intensity(std::uint64_t seed, std::uint64_t frame, std::uint32_t mode, double weight, const PatternShift& shift,
                                       std::span<float> intensity) {
  std::vector<float> re(place_.size()), im(place_.size());
  for (std::size_t k = 0; k < place_.size(); ++k) {
    const RandomBlock random = random_block(seed, Stream::pupil, frame, k, mode);
    re[k] = static_cast<float>(std::sqrt(0.5) * random.normal(0));
    im[k] = static_cast<float>(std::sqrt(0.5) * random.normal(1));
  }
  add_intensity(re, im, weight, shift, intensity);
}

}  // namespace patina
