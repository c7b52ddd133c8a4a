// SPDX-License-Identifier: BSD-3-Clause
// Truth: the covariance that was asked for, against averages over many pixels; of complex Gaussian numbers with covariance K
//   var Re <E_i E_j*> = (1 + K^2) / 2P,  var Im = (1 - K^2) / 2P,  <|E|^4> = 2 (2 - 1/M for M modes),  |E|^2 exponential
#include "beamline/speckle_fields.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "beamline/clock.hpp"
#include "statistics.hpp"

namespace patina {
namespace {

using Field = std::vector<std::complex<double>>;
using Form = ClockedKernel::Form;
constexpr int pixels = 16384;

std::vector<double> on_frames(int frames, const Clock& clock, double step_s) {
  std::vector<double> s;
  for (int k = 0; k < frames; ++k) s.push_back(clock.s(k * step_s));
  return s;
}

FieldCovariance of_clock(double exponent, const ClockSpec& spec, int frames = 20) {
  return {frames, {{Form::kww, exponent, on_frames(frames, Clock(spec, {1.0 * frames, 1}), 1.0)}}, {}};
}

// [frame][pixel]
std::vector<Field> make(const FieldCovariance& covariance, const GeneratorChoice& choice, PixelBlock block = {0, pixels}) {
  const auto generator = make_field_generator(covariance, choice, "test");
  EXPECT_TRUE(choice.name == "automatic" || generator->name() == choice.name);
  const auto stream = generator->stream(7, 3, block);
  std::vector<Field> fields;
  std::vector<float> re(static_cast<std::size_t>(block.count)), im(re.size());
  for (int k = 0; k < covariance.frames; ++k) {
    stream->next(re.data(), im.data());
    Field& field = fields.emplace_back();
    for (std::size_t p = 0; p < re.size(); ++p) field.emplace_back(re[p], im[p]);
  }
  return fields;
}

void expect_covariance(const FieldCovariance& covariance, const GeneratorChoice& choice) {
  const auto fields = make(covariance, choice);
  double chi_square = 0.0;
  int terms = 0;
  for (int i = 0; i < covariance.frames; ++i)
    for (int j = 0; j <= i; ++j) {
      std::complex<double> mean = 0.0, relation = 0.0;
      for (std::size_t p = 0; p < pixels; ++p) {
        const auto a = fields[static_cast<std::size_t>(i)][p], b = fields[static_cast<std::size_t>(j)][p];
        mean += a * std::conj(b) / double{pixels};
        relation += a * b / double{pixels};
      }
      const double k = covariance.at(i, j), error = std::sqrt((1.0 + k * k) / (2 * pixels));
      EXPECT_NEAR(mean.real(), k, 5.0 * error) << choice.name << " " << i << " " << j;
      EXPECT_NEAR(mean.imag(), 0.0, 5.0 * std::sqrt((1.0 - k * k) / (2 * pixels)) + 1e-5) << choice.name << " " << i << " " << j;
      EXPECT_NEAR(std::abs(relation), 0.0, 5.0 * std::sqrt((1.0 + k * k) / pixels)) << "circular";
      chi_square += std::pow((mean.real() - k) / error, 2);
      ++terms;
    }
  // Neighbouring terms go together: of 210, some 20 are independent at the least.
  EXPECT_LT(chi_square / terms, 1.0 + 5.0 * std::sqrt(2.0 / 20)) << choice.name;
}

TEST(SpeckleFields, Ar1) {
  expect_covariance(of_clock(1.0, StationaryClock{4.0}), {"ar1"});
  expect_covariance(of_clock(1.0, AgeingClock{1.0, 6.0, 12.0}), {"ar1"});
  expect_covariance(of_clock(1.0, EventsClock{50.0, {3.5, 9.0}, {0.5, 0.9}}), {"ar1"});
}

TEST(SpeckleFields, Cholesky) {
  for (const double exponent : {0.3, 1.0, 1.5, 2.0}) expect_covariance(of_clock(exponent, AntiAgeingClock{30.0, 5.0, {}}), {"cholesky"});
  expect_covariance(of_clock(0.7, StickSlipClock{1e12, 1.0, 5.0, 1.0}), {"cholesky"});  // stands still: singular
  FieldCovariance covariance{20, {}, LocalTau{LocalTauForm::paciorek_schervish, 1.5, {}, [](double t) { return 1.0 + 0.5 * t; }}};
  for (int k = 0; k < 20; ++k) covariance.local->time_s.push_back(k);
  expect_covariance(covariance, {"cholesky"});
}

TEST(SpeckleFields, Modes) {
  for (const double exponent : {0.1, 0.5, 1.0, 1.5, 2.0}) expect_covariance(of_clock(exponent, RegimesClock{3.0, 20.0, 8.0, 2.0}), {"modes", 32});
  expect_covariance(of_clock(1.3, EventsClock{50.0, {3.5, 9.0}, {0.5, 0.9}}), {"modes", 32});
}

FieldCovariance of_three_clocks() {
  FieldCovariance covariance = of_clock(0.8, StationaryClock{12.0});
  covariance.kernels.push_back({Form::kww, 2.0, on_frames(20, Clock(StationaryClock{15.0}, {20, 1}), 1.0)});
  covariance.kernels.push_back({Form::sinc, 0.0, on_frames(20, Clock(StationaryClock{3.0}, {20, 1}), 1.0)});
  return covariance;
}

TEST(SpeckleFields, ProductsOfKernels) {
  for (const char* name : {"cholesky", "modes", "circulant"}) expect_covariance(of_three_clocks(), {name, 32});
}

TEST(SpeckleFields, Circulant) {
  for (const double exponent : {0.3, 0.8, 1.0, 1.6, 2.0}) expect_covariance(of_clock(exponent, StationaryClock{4.0}), {"circulant"});
  expect_covariance(of_clock(2.0, StationaryClock{40.0}), {"circulant"});  // decays within 2 movies only: a longer period
}

TEST(SpeckleFields, AutomaticChoice) {
  const auto name = [](const FieldCovariance& covariance) { return std::string(make_field_generator(covariance, {}, "test")->name()); };
  EXPECT_EQ(name(of_clock(1.0, AgeingClock{}, 3000)), "ar1");
  EXPECT_EQ(name({10, {}, {}}), "ar1");
  EXPECT_EQ(name(of_clock(1.5, AgeingClock{}, 100)), "cholesky");
  EXPECT_EQ(name(of_clock(1.5, StationaryClock{}, 3000)), "circulant");
  EXPECT_EQ(name(of_clock(1.5, AgeingClock{}, 3000)), "modes");
}

void expect_gaussian(const GeneratorChoice& choice, double exponent, double fourth_moment) {
  const FieldCovariance covariance = of_clock(exponent, StationaryClock{4.0});
  const auto fields = make(covariance, choice, {16, 32768});
  const double k = covariance.at(5, 9);
  std::vector<double> intensity, of_sum;
  double fourth = 0.0;
  for (std::size_t p = 0; p < 32768; ++p) {
    intensity.push_back(std::norm(fields[5][p]));
    of_sum.push_back(std::norm(fields[5][p] + fields[9][p]) / (2.0 + 2.0 * k));
    fourth += intensity.back() * intensity.back() / 32768.0;
  }
  const auto exponential = [](double x) { return 1.0 - std::exp(-x); };
  EXPECT_NEAR(fourth, fourth_moment, 5.0 * std::sqrt(20.0 / 32768)) << choice.name;
  EXPECT_GT(testing::kolmogorov_smirnov_p(intensity, exponential), 1e-3) << choice.name;
  EXPECT_GT(testing::kolmogorov_smirnov_p(of_sum, exponential), 1e-3) << choice.name;
}

TEST(SpeckleFields, AreGaussian) {
  expect_gaussian({"ar1"}, 1.0, 2.0);
  expect_gaussian({"cholesky"}, 1.4, 2.0);
  expect_gaussian({"circulant"}, 1.4, 2.0);
  expect_gaussian({"modes", 64}, 1.4, 2.0 - 1.0 / 64);
}

TEST(SpeckleFields, FewModesAreNotGaussianByOneOverTheirNumber) {
  const auto fields = make(of_clock(1.0, StationaryClock{4.0}, 2), {"modes", 8}, {0, 131072});
  double fourth = 0.0;
  for (const auto& e : fields[1]) fourth += std::norm(e) * std::norm(e) / 131072.0;
  EXPECT_NEAR(fourth, 2.0 - 1.0 / 8, 5.0 * std::sqrt(20.0 / 131072));
}

TEST(SpeckleFields, DoNotDependOnBlocks) {
  for (const char* name : {"ar1", "cholesky", "modes", "circulant"}) {
    const FieldCovariance covariance = of_clock(1.0, StationaryClock{4.0});
    const auto whole = make(covariance, {name, 20}, {0, 96});
    const auto last = make(covariance, {name, 20}, {64, 32}), middle = make(covariance, {name, 20}, {16, 48});
    for (std::size_t k = 0; k < 20; ++k) {
      EXPECT_EQ(last[k], Field(whole[k].begin() + 64, whole[k].end())) << name;
      EXPECT_EQ(middle[k], Field(whole[k].begin() + 16, whole[k].begin() + 64)) << name;
    }
  }
}

// The variance of a slow field neither grows nor falls over many frames.
TEST(SpeckleFields, SlowAr1KeepsItsVariance) {
  constexpr int frames = 30000;
  const FieldCovariance covariance = of_clock(1.0, StationaryClock{3e5}, frames);
  const auto generator = make_field_generator(covariance, {"ar1"}, "test");
  const auto stream = generator->stream(3, 0, {0, pixels});
  std::vector<float> re(pixels), im(pixels), first_re, first_im;
  double square = 0.0, product = 0.0;
  for (int k = 0; k < frames; ++k) {
    stream->next(re.data(), im.data());
    if (k > 0) continue;
    first_re = re;
    first_im = im;
  }
  for (std::size_t p = 0; p < pixels; ++p) {
    square += (double{re[p]} * re[p] + double{im[p]} * im[p]) / pixels;
    product += (double{re[p]} * first_re[p] + double{im[p]} * first_im[p]) / pixels;
  }
  const double truth = std::exp(-0.1 * (frames - 1) / frames);
  EXPECT_NEAR(square, 1.0, 5.0 / std::sqrt(pixels));
  EXPECT_NEAR(product, truth, 5.0 * std::sqrt((1 + truth * truth) / (2 * pixels)));
}

}  // namespace
}  // namespace patina
