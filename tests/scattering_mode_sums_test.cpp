// SPDX-License-Identifier: BSD-3-Clause
// Truths: the window's transform by quadrature of another kind and its value at 0 in closed form; sums of phases, with
// weights, term by term in long double, against both methods, the mesh at tolerances from 1e-3 to 1e-10 on orthogonal,
// triclinic and thin cells; one point (|S| = |w|); results on other ranks.
#include "scattering/mode_sums.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"
#include "scattering/es_window.hpp"
#include "scattering/mesh_fft.hpp"

namespace patina {
namespace {

using Complex = std::complex<double>;

const Comm& world() {
  static const Comm comm = Comm::world();
  return comm;
}
const Comm& alone() {
  static const Comm comm = Comm::split(world(), world().rank());
  return comm;
}

double uniform(std::uint64_t which, std::uint64_t j) { return random_block(5, Stream::test, which, j).uniform(0); }

struct Point {
  double s[3];
  double weight;
  int group;
};

// Anywhere within some cells, and some on the borders of the cell; weights between -2 and 3, or 1.
std::vector<Point> points(int count, bool weighted) {
  std::vector<Point> list;
  for (std::uint64_t j = 0; j < static_cast<std::uint64_t>(count); ++j)
    list.push_back({{uniform(0, j), 3.0 * uniform(1, j) - 1.0, uniform(2, j) - 0.5},
                    weighted ? 5.0 * uniform(3, j) - 2.0 : 1.0,
                    static_cast<int>(j % 3 == 0)});
  list[0].s[0] = 0.0;
  list[1].s[1] = std::nextafter(1.0, 0.0);
  list[2].s[2] = -1e-20;
  list[3].s[0] = list[3].s[1] = list[3].s[2] = 1.0;
  return list;
}

// Rank r of the communicator has every size-th point; group 0 first, group 2 is empty.
PhasePoints share(const std::vector<Point>& all, const Comm& comm, bool weighted) {
  std::vector<Point> mine;
  PhasePoints result;
  result.group_start = {0};
  for (int g = 0; g < 3; ++g) {
    for (std::size_t j = static_cast<std::size_t>(comm.rank()); j < all.size(); j += static_cast<std::size_t>(comm.size()))
      if (all[j].group == g) mine.push_back(all[j]);
    result.group_start.push_back(static_cast<int>(mine.size()));
  }
  result.fractional = Rows<double, 3>("s", mine.size());
  const auto s = Kokkos::create_mirror_view(result.fractional);
  std::vector<double> weight;
  for (std::size_t j = 0; j < mine.size(); ++j) {
    for (int d = 0; d < 3; ++d) s(j, d) = mine[j].s[d];
    weight.push_back(mine[j].weight);
  }
  Kokkos::deep_copy(result.fractional, s);
  if (weighted) result.weight = to_device(weight);
  return result;
}

std::vector<Complex> term_by_term(const std::vector<Point>& all, const QSet& set) {
  std::vector<Complex> sums;
  for (int g = 0; g < 3; ++g)
    for (const auto& n : set.miller) {
      long double re = 0.0L, im = 0.0L;
      for (const Point& p : all) {
        if (p.group != g) continue;
        long double turns = 0.0L;
        for (int d = 0; d < 3; ++d) turns += static_cast<long double>(n[d]) * p.s[d];
        const long double angle = 2.0L * 3.14159265358979323846264338327950288L * (turns - std::floor(turns));
        re += p.weight * std::cos(angle);
        im += p.weight * std::sin(angle);
      }
      sums.emplace_back(static_cast<double>(re), static_cast<double>(im));
    }
  return sums;
}

// Root mean square over vectors and the largest of |a - b| / sqrt(sum of squared weights), over the groups that have points.
struct Deviation {
  double rms = 0.0, largest = 0.0;
};
Deviation deviation(const std::vector<Complex>& a, const std::vector<Complex>& b, const std::vector<Point>& all, int vectors) {
  Deviation result;
  for (int g = 0; g < 2; ++g) {
    double weights = 0.0, sum = 0.0;
    for (const Point& p : all)
      if (p.group == g) weights += p.weight * p.weight;
    for (int k = g * vectors; k < (g + 1) * vectors; ++k) {
      const double d = std::norm(a[static_cast<std::size_t>(k)] - b[static_cast<std::size_t>(k)]) / weights;
      sum += d / vectors;
      result.largest = std::max(result.largest, std::sqrt(d));
    }
    result.rms = std::max(result.rms, std::sqrt(sum));
  }
  return result;
}

// All vectors up to q_max, thinned.
QSet vectors_up_to(const Box& box, double q_max, int most) {
  return find_shell(box, 0.5 * q_max, q_max, most, 1, 0);
}

const Box orthogonal({{{14.0, 0.0, 0.0}, {0.0, 11.0, 0.0}, {0.0, 0.0, 17.0}}}, {}, {true, true, true});
const Box triclinic({{{13.0, 0.0, 0.0}, {4.0, 12.0, 0.0}, {-3.0, 5.0, 15.0}}}, {}, {true, true, true});
const Box thin({{{30.0, 0.0, 0.0}, {0.0, 28.0, 0.0}, {0.0, 0.0, 1.0}}}, {}, {true, true, true});

TEST(EsWindow, HasItsTransform) {
  for (const auto& [tolerance, oversampling] : {std::pair(1e-3, 2.0), {1e-6, 1.25}, {1e-10, 1.5}}) {
    const EsWindow window = window_for(tolerance, oversampling);
    EXPECT_DOUBLE_EQ(window(0.0), 1.0);
    EXPECT_EQ(window(1.0000001), 0.0);
    for (const double xi : {0.0, 3.0, 0.5 * window.beta}) {
      // Simpson's rule in x; its error stems from the ends, where the slope is infinite.
      const int n = 400000;
      double sum = 0.0;
      for (int k = 0; k <= n; ++k) {
        const double x = -1.0 + 2.0 * k / n;
        sum += (k == 0 || k == n ? 1.0 : k % 2 == 0 ? 2.0 : 4.0) * window(x) * std::cos(xi * x) * 2.0 / n / 3.0;
      }
      EXPECT_NEAR(window.transform(xi), sum, 1e-5 * std::exp(-window.beta) + 1e-12) << tolerance << " " << xi;
    }
  }
}

TEST(EsWindow, IsWhatItsPolynomialsGive) {
  for (const double tolerance : {1e-3, 1e-6, 1e-10}) {
    const EsWindow window = window_for(tolerance, 2.0);
    const auto p = window_polynomials(window);
    for (double x = 0.0; x < 1.0; x += 0.0625) {
      const double place = 20.0 + x, first = std::ceil(place - 0.5 * window.width);
      const double z = 2.0 * (first - place) + window.width - 1.0;
      for (int k = 0; k < p.pad; ++k) {
        double value = 0.0;
        for (int d = p.degree; d >= 0; --d) value = value * z + p.coefficient[static_cast<std::size_t>(d * p.pad + k)];
        const double truth = k < window.width ? window(2.0 * (first + k - place) / window.width) : 0.0;
        EXPECT_NEAR(value, truth, 0.1 * tolerance) << tolerance << " " << x << " " << k;
      }
    }
  }
}

TEST(FastLength, IsTheNextProductOfSmallPrimes) {
  EXPECT_EQ(fast_length(1), 2);
  EXPECT_EQ(fast_length(11), 12);
  EXPECT_EQ(fast_length(151), 160);
  EXPECT_EQ(fast_length(97), 98);
  EXPECT_EQ(fast_length(1009), 1024);
  EXPECT_EQ(fast_length(1025), 1050);  // 2 3 5^2 7
}

class ModeSumsOfCells : public testing::TestWithParam<Box> {};

TEST_P(ModeSumsOfCells, MeshKeepsItsTolerance) {
  const QSet set = vectors_up_to(GetParam(), 5.0, 400);
  for (const bool weighted : {false, true}) {
    const auto all = points(300, weighted);
    const auto truth = term_by_term(all, set);
    for (const double tolerance : {1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10}) {
      const ModeSums sums(set, 300, 3, {ModeMethod::mesh, tolerance}, world());
      ASSERT_EQ(sums.method(), ModeMethod::mesh);
      const auto d = deviation(sums(share(all, world(), weighted)), truth, all, set.size());
      EXPECT_LE(d.rms, tolerance) << sums.description();
      EXPECT_LE(d.largest, 20.0 * tolerance) << sums.description();
      EXPECT_GT(d.rms, 1e-5 * tolerance) << "far better than asked for: " << sums.description();
    }
  }
}

TEST_P(ModeSumsOfCells, ExactSumsAreExact) {
  const QSet set = vectors_up_to(GetParam(), 5.0, 300);
  for (const bool weighted : {false, true}) {
    const auto all = points(300, weighted);
    const ModeSums sums(set, 300, 3, {ModeMethod::exact, 1e-3}, world());
    ASSERT_EQ(sums.method(), ModeMethod::exact);
    const auto found = sums(share(all, world(), weighted));
    EXPECT_LE(deviation(found, term_by_term(all, set), all, set.size()).largest, 2e-13);
    EXPECT_EQ(found, ModeSums(set, 300, 3, {ModeMethod::exact, 1e-3}, alone())(share(all, alone(), weighted)));
    for (int k = 2 * set.size(); k < 3 * set.size(); ++k) EXPECT_EQ(found[static_cast<std::size_t>(k)], Complex(0.0, 0.0));
  }
}

TEST_P(ModeSumsOfCells, MeshAgreesOnAnyRanks) {
  const QSet set = vectors_up_to(GetParam(), 4.0, 300);
  const auto all = points(500, true);
  for (const double tolerance : {1e-4, 1e-8}) {
    const ModeOptions options{ModeMethod::mesh, tolerance};
    const auto together = ModeSums(set, 500, 3, options, world())(share(all, world(), true));
    const auto here = ModeSums(set, 500, 3, options, alone())(share(all, alone(), true));
    EXPECT_LE(deviation(together, here, all, set.size()).rms, 0.01 * tolerance);
    for (int k = 2 * set.size(); k < 3 * set.size(); ++k) EXPECT_EQ(together[static_cast<std::size_t>(k)], Complex(0.0, 0.0));
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, ModeSumsOfCells, testing::Values(orthogonal, triclinic, thin));

TEST(ModeSums, OfOnePoint) {
  const QSet set = vectors_up_to(triclinic, 5.0, 100000);
  const std::vector<Point> one = {{{0.123, 0.456, 0.789}, -1.7, 0}, {{0.5, 0.5, 0.5}, 1.0, 1}};
  const ModeSums sums(set, 2, 3, {ModeMethod::mesh, 1e-6}, world());
  const auto s = sums(share(one, world(), true));
  for (int k = 0; k < set.size(); ++k) EXPECT_NEAR(std::abs(s[static_cast<std::size_t>(k)]), 1.7, 1.7 * 20e-6);
}

TEST(ModeSums, ChooseWhatIsCheaper) {
  const QSet few = vectors_up_to(orthogonal, 5.0, 20), many = vectors_up_to(orthogonal, 5.0, 1000000);
  EXPECT_EQ(ModeSums(few, 1000, 2, {}, world()).method(), ModeMethod::exact);
  EXPECT_EQ(ModeSums(many, 1000000, 2, {}, world()).method(), ModeMethod::mesh);
  EXPECT_EQ(ModeSums(many, 10, 2, {}, world()).method(), ModeMethod::exact);
  EXPECT_EQ(mode_method_of("mesh"), ModeMethod::mesh);
  EXPECT_THROW(mode_method_of("nufft"), Error);
}

TEST(ModeSums, RefuseWhatIsNotFinite) {
  const QSet set = vectors_up_to(orthogonal, 3.0, 50);
  for (const auto method : {ModeMethod::exact, ModeMethod::mesh}) {
    const ModeSums sums(set, 10, 3, {method, 1e-5}, world());
    auto bad_place = points(10, true), bad_weight = bad_place;
    bad_place[5].s[1] = std::nan("");
    bad_weight[5].weight = HUGE_VAL;
    EXPECT_THROW(sums(share(bad_place, world(), true)), Error);
    EXPECT_THROW(sums(share(bad_weight, world(), true)), Error);
  }
}

}  // namespace
}  // namespace patina
