// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/shell_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/units.hpp"

namespace patina {

namespace {

// Where a x^2 + 2 b x + c <= square: from centre - half to centre + half; half < 0: nowhere.
struct Range {
  double centre, half;
};
Range below(double a, double b, double c, double square) {
  const double discriminant = b * b - a * (c - square);
  return {-b / a, discriminant < 0.0 ? -1.0 : std::sqrt(discriminant) / a};
}

}  // namespace

ShellRows::ShellRows(const Box& box, double low_inv_A, double high_inv_A, const QDirection& direction)
    : box_(box), low_(low_inv_A), high_(high_inv_A), direction_(direction), step_(box.wave_vector({1, 0, 0})) {
  // q . a_d = 2 pi n_d, so |n_d| <= |q| |a_d| / (2 pi).
  for (int d = 0; d < 3; ++d)
    if (box.periodic(d)) most_[static_cast<std::size_t>(d)] = static_cast<int>(high_ * norm(box.edges().row(d)) / (2.0 * units::pi) + 1e-9);
  for (int k = 0; k < 2; ++k) {
    const Vec3 q = box.wave_vector({0, k == 0 ? 1 : 0, k == 1 ? 1 : 0});
    across_[k] = q - (dot(q, step_) / dot(step_, step_)) * step_;
  }
  const auto& along = direction.along;
  if (along.size() == 1) {
    const int divisor = std::gcd(std::gcd(along[0][0], along[0][1]), along[0][2]);
    for (std::size_t d = 0; d < 3; ++d) line_[d] = along[0][d] / divisor;
  }
  if (along.size() == 2) {
    const auto u = [&](std::size_t d) { return static_cast<std::int64_t>(along[0][d]); };
    const auto v = [&](std::size_t d) { return static_cast<std::int64_t>(along[1][d]); };
    normal_ = {u(1) * v(2) - u(2) * v(1), u(2) * v(0) - u(0) * v(2), u(0) * v(1) - u(1) * v(0)};
  }
}

double ShellRows::magnitude(int nx, int ny, int nz) const { return norm(box_.wave_vector({nx, ny, nz})); }

// Which n_x of a row the line or the plane of the lattice allows.
ShellRows::Stretch ShellRows::of_lattice_direction(int ny, int nz) const {
  constexpr Stretch none{1, 0};
  const Stretch all{-most_[0], most_[0]};
  const auto one = [&](std::int64_t nx) { return std::abs(nx) <= most_[0] ? Stretch{static_cast<int>(nx), static_cast<int>(nx)} : none; };
  if (direction_.along.size() == 1) {
    if (line_[1] == 0 && line_[2] == 0) return ny == 0 && nz == 0 ? all : none;
    const std::size_t d = line_[2] != 0 ? 2 : 1;
    const std::int64_t here = d == 2 ? nz : ny, times = here / line_[d];
    if (times * line_[d] != here || times * line_[1] != ny || times * line_[2] != nz) return none;
    return one(times * line_[0]);
  }
  if (direction_.along.size() == 2) {
    const std::int64_t rest = normal_[1] * ny + normal_[2] * nz;
    if (normal_[0] == 0) return rest == 0 ? all : none;
    return rest % normal_[0] == 0 ? one(-rest / normal_[0]) : none;
  }
  return all;
}

void ShellRows::find_stretches(int ny, int nz, std::vector<Stretch>& found) const {
  found.clear();
  const Stretch allowed = of_lattice_direction(ny, nz);
  if (allowed.last < allowed.first) return;
  const Vec3 foot = box_.wave_vector({0, ny, nz});
  const double a = dot(step_, step_), b = dot(step_, foot), c = dot(foot, foot);
  const Range outer = below(a, b, c, high_ * high_);
  if (outer.half < 0.0) return;
  const int least = nz == 0 && ny == 0 ? 1 : allowed.first;
  int first = std::max({least, allowed.first, static_cast<int>(std::ceil(outer.centre - outer.half - 1e-9))});
  int last = std::min(allowed.last, static_cast<int>(std::floor(outer.centre + outer.half + 1e-9)));
  // |q|^2 differs from one n_x to the next by far more than rounding, but where the row touches a sphere: the ends are looked at.
  while (first <= last && !(magnitude(first, ny, nz) < high_)) ++first;
  while (first <= last && !(magnitude(last, ny, nz) < high_)) --last;
  const Range inner = below(a, b, c, low_ * low_);
  const double reach = std::max(inner.half, 0.0) + 1.0;
  int gap_first = std::max(first, static_cast<int>(std::ceil(inner.centre - reach)));
  int gap_last = std::min(last, static_cast<int>(std::floor(inner.centre + reach)));
  while (gap_first <= gap_last && low_ < magnitude(gap_first, ny, nz)) ++gap_first;
  while (gap_first <= gap_last && low_ < magnitude(gap_last, ny, nz)) --gap_last;
  if (gap_first > gap_last) {
    if (first <= last) found.push_back({first, last});
  } else {
    if (first < gap_first) found.push_back({first, gap_first - 1});
    if (gap_last < last) found.push_back({gap_last + 1, last});
  }
  if (!direction_.all_angles()) keep_angles(ny, nz, found);
}

// The cosine decides, and the angle itself where it is near one of the two.
void ShellRows::keep_angles(int ny, int nz, std::vector<Stretch>& stretches) const {
  constexpr double near = 1e-6, degree = units::pi / 180.0;
  const auto square_cosine = [](double degrees) { return std::pow(std::cos(degrees * degree), 2); };
  const double largest = direction_.from_deg <= 0.0 ? 2.0 : square_cosine(direction_.from_deg);
  const double smallest = direction_.to_deg >= 90.0 ? -1.0 : square_cosine(direction_.to_deg);
  const QDirection angles{direction_.axis, direction_.from_deg, direction_.to_deg, {}};
  const Vec3 axis = (1.0 / norm(direction_.axis)) * direction_.axis, foot = box_.wave_vector({0, ny, nz});
  std::vector<Stretch> kept;
  for (const Stretch& stretch : stretches)
    for (int nx = stretch.first; nx <= stretch.last; ++nx) {
      const Vec3 q = foot + static_cast<double>(nx) * step_;
      const double along = dot(q, axis), square = along * along / dot(q, q);
      const bool doubtful = std::abs(square - largest) < near || std::abs(square - smallest) < near;
      const bool wanted = doubtful ? angles.contains({nx, ny, nz}, box_.wave_vector({nx, ny, nz})) : square < largest && square > smallest;
      if (!wanted) continue;
      if (!kept.empty() && kept.back().last == nx - 1)
        kept.back().last = nx;
      else
        kept.push_back({nx, nx});
    }
  stretches = std::move(kept);
}

template <class Visit>
void ShellRows::for_each_row(int nz, const Visit& visit) const {
  const double height = nz;
  // Rows whose distance from the origin is less than `high`, and one more on either side.
  const Range rows = below(dot(across_[0], across_[0]), height * dot(across_[0], across_[1]), height * height * dot(across_[1], across_[1]), high_ * high_);
  const double half = std::max(rows.half, 0.0) + 1.0;
  const int first = std::max(nz == 0 ? 0 : -most_[1], static_cast<int>(std::floor(rows.centre - half)));
  const int last = std::min(most_[1], static_cast<int>(std::ceil(rows.centre + half)));
  std::vector<Stretch> stretches;
  for (int ny = first; ny <= last; ++ny) {
    find_stretches(ny, nz, stretches);
    if (!stretches.empty() && !visit(ny, stretches)) return;
  }
}

std::int64_t ShellRows::count(int nz) const {
  std::int64_t count = 0;
  for_each_row(nz, [&](int, const std::vector<Stretch>& stretches) {
    for (const Stretch& s : stretches) count += s.last - s.first + 1;
    return true;
  });
  return count;
}

void ShellRows::pick(int nz, const std::int64_t* numbers, std::size_t size, Miller* out) const {
  std::int64_t before = 0;
  std::size_t k = 0;
  for_each_row(nz, [&](int ny, const std::vector<Stretch>& stretches) {
    for (const Stretch& s : stretches) {
      const std::int64_t end = before + s.last - s.first + 1;
      for (; k < size && numbers[k] < end; ++k) out[k] = {s.first + static_cast<int>(numbers[k] - before), ny, nz};
      before = end;
    }
    return k < size;
  });
}

void ShellRows::for_each(int nz, const std::function<void(const Miller&)>& visit) const {
  for_each_row(nz, [&](int ny, const std::vector<Stretch>& stretches) {
    for (const Stretch& s : stretches)
      for (int nx = s.first; nx <= s.last; ++nx) visit({nx, ny, nz});
    return true;
  });
}

// |q| falls and rises along a row: the shortest is an end of a stretch, or nearest to the foot of the perpendicular.
double ShellRows::shortest(int nz) const {
  double least = std::numeric_limits<double>::infinity();
  for_each_row(nz, [&](int ny, const std::vector<Stretch>& stretches) {
    const int foot = static_cast<int>(std::lround(-dot(step_, box_.wave_vector({0, ny, nz})) / dot(step_, step_)));
    for (const Stretch& s : stretches)
      for (const int nx : {s.first, std::clamp(foot, s.first, s.last), s.last}) least = std::min(least, magnitude(nx, ny, nz));
    return true;
  });
  return least;
}

}  // namespace patina
