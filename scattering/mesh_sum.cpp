// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mesh_sum.hpp"

#include <Kokkos_Core.hpp>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/units.hpp"
#include "scattering/mesh_exchange.hpp"
#include "scattering/mesh_fft.hpp"

namespace patina {

namespace {

using HostRange = Kokkos::RangePolicy<Kokkos::DefaultHostExecutionSpace, Kokkos::IndexType<int>>;

double mode_factor(const EsWindow& window, int n, int points) {
  return 2.0 / (window.width * window.transform(units::pi * window.width * n / points));
}

// What rounding is multiplied by at the outermost modes.
double amplification(const EsWindow& window, const std::array<int, 3>& most, const std::array<int, 3>& points) {
  double largest = 1.0;
  for (int d = 0; d < 3; ++d)
    largest = std::max(largest, mode_factor(window, most[d], points[d]) / mode_factor(window, 0, points[d]));
  return largest;
}

// The error of all three axes over that of es_window.hpp, measured: it grows as the window falls off faster than its
// formula has it.
double error_factor(double oversampling) { return std::clamp(1.8 + 30.0 * (oversampling - 1.3), 1.8, 9.0); }

// Spreads the points of one group onto this rank's planes.
template <class Real>
class Spreader {
 public:
  Spreader(const EsWindow& window, const std::array<int, 3>& points)
      : points_(points), polynomials_(window_polynomials(window)) {
    for (const double c : polynomials_.coefficient) coefficient_.push_back(static_cast<Real>(c));
  }

  void operator()(const std::vector<MeshPoint>& atoms, MeshFft<Real>& fft) {
    sort(atoms);
    const int threads = std::max(1, std::min(Kokkos::DefaultHostExecutionSpace().concurrency(), fft.planes()));
    Kokkos::parallel_for("mesh_spread", HostRange(0, threads), [&](int t) {
      const Planes mine{fft.first_plane() + fft.planes() * t / threads, fft.first_plane() + fft.planes() * (t + 1) / threads};
      polynomials_.pad == 8 ? spread<8>(mine, fft) : spread<16>(mine, fft);
    });
  }

 private:
  struct Planes {
    int begin, end;
  };
  // A point where its window begins; z as WindowPolynomials has it.
  struct Place {
    int first[3];
    Real z[3];
    Real weight;
  };

  // By plane and row of their first mesh points, so that neighbours write to the same stretch of the mesh.
  void sort(const std::vector<MeshPoint>& atoms) {
    places_.resize(atoms.size());
    std::vector<int> key(atoms.size());
    const int rows = points_[1];
    std::vector<int> next(static_cast<std::size_t>(points_[2] * rows) + 1, 0);
    for (std::size_t j = 0; j < atoms.size(); ++j) {
      key[j] = first_of(atoms[j].s[2], 2) * rows + first_of(atoms[j].s[1], 1);
      ++next[static_cast<std::size_t>(key[j]) + 1];
    }
    for (std::size_t k = 1; k < next.size(); ++k) next[k] += next[k - 1];
    plane_begin_.resize(static_cast<std::size_t>(points_[2]) + 1);
    for (int z = 0; z <= points_[2]; ++z) plane_begin_[static_cast<std::size_t>(z)] = next[static_cast<std::size_t>(z * rows)];
    for (std::size_t j = 0; j < atoms.size(); ++j)
      places_[static_cast<std::size_t>(next[static_cast<std::size_t>(key[j])]++)] = place_of(atoms[j]);
  }

  // s in [0, 1): the first mesh point of the window, 0 <= . < points.
  int first_of(double s, int d) const {
    const auto first = static_cast<int>(std::ceil(s * points_[static_cast<std::size_t>(d)] - 0.5 * polynomials_.width));
    return wrapped(first, d);
  }
  int wrapped(int k, int d) const {
    const int n = points_[static_cast<std::size_t>(d)];
    k %= n;
    return k < 0 ? k + n : k;
  }
  Place place_of(const MeshPoint& atom) const {
    Place place;
    for (int d = 0; d < 3; ++d) {
      const double x = atom.s[d] * points_[static_cast<std::size_t>(d)], first = std::ceil(x - 0.5 * polynomials_.width);
      place.first[d] = wrapped(static_cast<int>(first), d);
      place.z[d] = static_cast<Real>(2.0 * (first - x) + polynomials_.width - 1.0);
    }
    place.weight = static_cast<Real>(atom.weight);
    return place;
  }

  template <int pad>
  void window_values(Real z, Real* values) const {
    const Real* c = coefficient_.data() + static_cast<std::ptrdiff_t>(polynomials_.degree) * pad;
    Real v[pad];
    for (int k = 0; k < pad; ++k) v[k] = c[k];
    for (int d = polynomials_.degree; d > 0; --d) {
      c -= pad;
#pragma omp simd
      for (int k = 0; k < pad; ++k) v[k] = v[k] * z + c[k];
    }
    for (int k = 0; k < pad; ++k) values[k] = v[k];
  }

  template <int pad>
  void spread(const Planes& mine, MeshFft<Real>& fft) const {
    const int width = polynomials_.width, planes = points_[2];
    // Points whose windows begin up to width - 1 planes before; each plane of beginnings once.
    const int reach = std::min(planes, mine.end - mine.begin + width - 1);
    for (int k = 0; k < reach; ++k) {
      const auto begins = static_cast<std::size_t>(wrapped(mine.end - 1 - k, 2));
      for (int j = plane_begin_[begins]; j < plane_begin_[begins + 1]; ++j)
        spread_one<pad>(places_[static_cast<std::size_t>(j)], mine, fft);
    }
  }

  template <int pad>
  void spread_one(const Place& place, const Planes& mine, MeshFft<Real>& fft) const {
    const int width = polynomials_.width;
    Real x[pad], y[pad], z[pad];
    window_values<pad>(place.z[0], x);
    window_values<pad>(place.z[1], y);
    window_values<pad>(place.z[2], z);
    const bool inside = place.first[0] + width <= points_[0] && place.first[0] + pad <= fft.row();
    for (int kz = 0, plane = place.first[2]; kz < width; ++kz, plane = plane + 1 == points_[2] ? 0 : plane + 1) {
      if (plane < mine.begin || plane >= mine.end) continue;
      Real* rows = fft.mesh() + (plane - fft.first_plane()) * fft.plane();
      for (int ky = 0, row = place.first[1]; ky < width; ++ky, row = row + 1 == points_[1] ? 0 : row + 1) {
        const Real scale = place.weight * z[kz] * y[ky];
        Real* target = rows + static_cast<std::ptrdiff_t>(row) * fft.row();
        if (inside) {
          target += place.first[0];
#pragma omp simd
          for (int k = 0; k < pad; ++k) target[k] += scale * x[k];
        } else {
          for (int k = 0; k < width; ++k) target[wrapped(place.first[0] + k, 0)] += scale * x[k];
        }
      }
    }
  }

  std::array<int, 3> points_;
  WindowPolynomials polynomials_;
  std::vector<Real> coefficient_;
  std::vector<Place> places_;
  std::vector<int> plane_begin_;
};

template <class Real>
class MeshSumOf : public MeshSum {
 public:
  MeshSumOf(const QSet& set, const MeshChoice& choice, const Comm& comm)
      : set_(set), choice_(choice), comm_(comm), fft_(choice.points, largest_miller(set), comm), spread_(choice.window, choice.points),
        exchange_(choice.points[2], choice.window.width, fft_.first_plane(), fft_.planes(), comm) {
    std::array<int, 3> most = largest_miller(set);
    for (int d = 0; d < 3; ++d)
      for (int n = 0; n <= most[static_cast<std::size_t>(d)]; ++n)
        factor_[d].push_back(mode_factor(choice.window, n, choice.points[static_cast<std::size_t>(d)]));
  }

  std::vector<std::complex<double>> operator()(const PhasePoints& points) override {
    const std::vector<std::vector<MeshPoint>> groups = mesh_points(points, comm_);
    const auto vectors = static_cast<std::size_t>(set_.size());
    std::vector<std::complex<double>> sums(groups.size() * vectors);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      fft_.clear();
      spread_(exchange_(groups[g]), fft_);
      fft_.transform();
      pick(sums.data() + g * vectors);
    }
    if (comm_.size() > 1) comm_.sum(reinterpret_cast<double*>(sums.data()), static_cast<int>(2 * sums.size()));
    return sums;
  }

 private:
  // The modes that lie in this rank's planes; 0 for the others.
  void pick(std::complex<double>* sums) const {
    const int first = fft_.first_plane(), end = first + fft_.planes();
    Kokkos::parallel_for("mesh_pick", HostRange(0, set_.size()), [&](int k) {
      std::array<int, 3> n = set_.miller[static_cast<std::size_t>(k)];
      const double factor = factor_[0][index(n[0])] * factor_[1][index(n[1])] * factor_[2][index(n[2])];
      // The mesh is real and has modes of n_x >= 0 only, and FFTW's sign is the other one.
      const bool turned = n[0] < 0;
      if (turned) n = {-n[0], -n[1], -n[2]};
      const int ky = n[1] < 0 ? n[1] + choice_.points[1] : n[1], kz = n[2] < 0 ? n[2] + choice_.points[2] : n[2];
      if (kz < first || kz >= end) return;
      const std::complex<double> mode = factor * std::complex<double>(fft_.mode(n[0], ky, kz));
      sums[k] = turned ? mode : std::conj(mode);
    });
  }
  static std::size_t index(int n) { return static_cast<std::size_t>(std::abs(n)); }

  QSet set_;
  MeshChoice choice_;
  const Comm& comm_;
  MeshFft<Real> fft_;
  Spreader<Real> spread_;
  MeshExchange exchange_;
  std::vector<double> factor_[3];
};

}  // namespace

MeshChoice choose_mesh(const std::array<int, 3>& most, double tolerance, double points) {
  // Nanoseconds per mesh point and factor of two of the transform, and per eight values spread; one core of Zen 4, 2026.
  constexpr double transform_ns[2] = {0.19, 0.35}, spread_ns[2] = {2.0, 4.0};
  constexpr double rounding[2] = {6e-8, 2e-16};  // single, double
  MeshChoice best;
  best.nanoseconds = std::numeric_limits<double>::infinity();
  for (const double oversampling : {1.2, 1.22, 1.25, 1.3, 1.4, 1.5, 1.75, 2.0, 2.5}) {
    MeshChoice choice;
    double mesh = 1.0, least = 1e300;
    for (std::size_t d = 0; d < 3; ++d) {
      choice.points[d] = fast_length(static_cast<int>(std::ceil(oversampling * (2 * most[d] + 1))));
      mesh *= choice.points[d];
      least = std::min(least, choice.points[d] / (2.0 * most[d] + 1.0));
    }
    choice.window = window_for(tolerance / error_factor(least), least);
    if (choice.window.width > most_window_points) continue;
    choice.single_precision = rounding[0] * amplification(choice.window, most, choice.points) < 0.3 * tolerance;
    const int kind = choice.single_precision ? 0 : 1, width = choice.window.width;
    const double eights = points * width * width * ((width + 7) / 8);
    choice.nanoseconds = transform_ns[kind] * mesh * std::log2(mesh) + spread_ns[kind] * eights;
    if (choice.nanoseconds < best.nanoseconds) best = choice;
  }
  return best;
}

std::unique_ptr<MeshSum> make_mesh_sum(const QSet& set, const MeshChoice& choice, const Comm& comm) {
  if (choice.single_precision) return std::make_unique<MeshSumOf<float>>(set, choice, comm);
  return std::make_unique<MeshSumOf<double>>(set, choice, comm);
}

}  // namespace patina
