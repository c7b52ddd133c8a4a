// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/drift.hpp"

#include <algorithm>
#include <cmath>

#include "core/elementary.hpp"
#include "core/exact_sum.hpp"

namespace patina {

Vec3 fractional_mass_centre(const Frame& frame) {
  const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.position);
  const auto image = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.image);
  const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.type);
  ExactSums<4> sums;
  for (int i = 0; i < frame.local; ++i) {
    const double mass = frame.species->mass_amu[type(i)];
    const Vec3 s = frame.box.to_fractional({{position(i, 0), position(i, 1), position(i, 2)}});
    for (int d = 0; d < 3; ++d) sums.add(d, mass * (s[d] + image(i, d)));
    sums.add(3, mass);
  }
  double total[4];
  frame.comm->total(sums, total);
  return (1.0 / total[3]) * Vec3{{total[0], total[1], total[2]}};
}

Vec3 mass_centre_velocity(const Frame& frame) {
  const auto velocity = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.velocity);
  const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.type);
  ExactSums<4> sums;
  for (int i = 0; i < frame.local; ++i) {
    const double mass = frame.species->mass_amu[type(i)];
    for (int d = 0; d < 3; ++d) sums.add(d, mass * velocity(i, d));
    sums.add(3, mass);
  }
  double total[4];
  frame.comm->total(sums, total);
  return (1.0 / total[3]) * Vec3{{total[0], total[1], total[2]}};
}

namespace {

using elementary::Phase;

Phase product(const Phase& a, const Phase& b) {
  return {a.cosine * b.cosine - a.sine * b.sine, a.cosine * b.sine + a.sine * b.cosine};
}

// exp(-i 2 pi n u) of every n of an axis.
class AxisPhases {
 public:
  AxisPhases(const std::vector<std::array<int, 3>>& miller, std::size_t axis, double u) {
    int last = 0;
    for (const auto& n : miller) {
      first_ = std::min(first_, n[axis]);
      last = std::max(last, n[axis]);
    }
    for (int n = first_; n <= last; ++n) {
      const double turns = -n * u;
      phases_.push_back(elementary::phase(turns - std::rint(turns)));
    }
  }
  const Phase& operator[](int n) const { return phases_[static_cast<std::size_t>(n - first_)]; }

 private:
  int first_ = 0;
  std::vector<Phase> phases_;
};

}  // namespace

void remove_drift(std::vector<std::complex<double>>& modes, const std::vector<std::array<int, 3>>& miller,
                  const Vec3& displacement) {
  const AxisPhases x(miller, 0, displacement[0]), y(miller, 1, displacement[1]), z(miller, 2, displacement[2]);
  const std::size_t vectors = miller.size();
  for (std::size_t k = 0; k < vectors; ++k) {
    const auto& n = miller[k];
    const Phase turn = product(x[n[0]], product(y[n[1]], z[n[2]]));
    for (std::size_t i = k; i < modes.size(); i += vectors) {
      const Phase turned = product({modes[i].real(), modes[i].imag()}, turn);
      modes[i] = {turned.cosine, turned.sine};
    }
  }
}

}  // namespace patina
