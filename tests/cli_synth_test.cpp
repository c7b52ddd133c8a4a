// SPDX-License-Identifier: BSD-3-Clause
// `patina synth`. Truths: the two-time correlation that the input prescribes, written down here, by the closed-form error of P speckles
// [physics.md 3.8]; one rank against several, to the last bit; what must be refused, with the reason, and what must not be written over.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/hdf5.hpp"
#include "program.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

using test::run_patina;
using test::run_patina_on;
using test::ScratchFolder;

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

constexpr const char* input = R"({
  "title": "a test", "seed": 3, "frames": {"count": 40, "interval_s": 5}, "q_inv_A": [2.0, 3.0], "q0_inv_A": 2.0, "q_exponent": 2,
  "speckles": 5003, "contrast": 0.5, "static_fraction": 0.3, "flow": {"velocity_A_per_s": 0.01},
  "zones": [
    {"fraction": 0.4, "clock": {"type": "avalanches", "tau_s": 100, "mean_interval_s": 60}},
    {"fraction": 0.6, "kww_exponent": 1.6, "clock": {"type": "ageing", "tau_s": 20, "growth_time_s": 80}}]
})";

struct Movie {
  std::vector<float> intensity;
  std::vector<double> s, event_time_s, event_advance, g2;
};
constexpr std::size_t frames = 40, speckles = 5003;

Movie read(const std::string& folder, const std::string& shell) {
  const h5::File file = h5::File::open(folder + "/synth.h5");
  return {file.read<float>(shell + "/speckle/intensity", {frames, speckles}), file.read<double>(shell + "/clock/s", {2, frames}),
          file.read<double>("/events/time_s", {h5::any_size}), file.read<double>("/events/advance", {h5::any_size}),
          file.read<double>(shell + "/truth/g2", {frames, frames})};
}

TEST(Synth, MakesWhatTheInputSays) {
  const ScratchFolder folder;
  write(folder / "in.json", input);
  const auto ran = run_patina("synth " + folder / "in.json" + " -o " + folder / "out");
  ASSERT_EQ(ran.status, 0) << ran.output;
  for (const double q : {2.0, 3.0}) {
    const Movie movie = read(folder / "out", q == 2.0 ? "/shell00" : "/shell01");
    const double faster = q * q / 4.0;
    const auto jumped = [&](double t) {
      double sum = 0.0;
      for (std::size_t k = 0; k < movie.event_time_s.size(); ++k) sum += movie.event_time_s[k] <= t ? movie.event_advance[k] : 0.0;
      return sum;
    };
    double chi_square = 0.0;
    for (std::size_t i = 0; i < frames; ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const double t1 = 5.0 * static_cast<double>(j), t2 = 5.0 * static_cast<double>(i);
        const double first = std::exp(-(faster * (t2 - t1) / 100.0 + jumped(t2) - jumped(t1)));
        const double ds = faster * 4.0 * (std::exp(-t1 / 80.0) - std::exp(-t2 / 80.0));
        const double k = 0.4 * first + 0.6 * std::exp(-std::pow(ds, 1.6));
        const double rho = 0.09 + 0.49 * k * k + 0.42 * k * std::cos(q * 0.01 * (t2 - t1));
        EXPECT_NEAR(movie.g2[i * frames + j], 1.0 + 0.5 * rho, 1e-9);
        double product = 0.0, mean1 = 0.0, mean2 = 0.0;
        for (std::size_t p = 0; p < speckles; ++p) {
          const double a = movie.intensity[i * speckles + p], b = movie.intensity[j * speckles + p];
          product += a * b;
          mean1 += a;
          mean2 += b;
        }
        const double c = product * speckles / (mean1 * mean2);
        const double variance = (0.25 * (1 + rho * rho) + 0.25 * rho * (2 - 2 * rho + rho * rho)) / speckles;
        EXPECT_LT(std::abs(c - 1.0 - 0.5 * rho), 5.0 * std::sqrt(variance)) << i << " " << j;
        chi_square += std::pow(c - 1.0 - 0.5 * rho, 2) / variance / (frames * (frames - 1) / 2.0);
      }
    EXPECT_LT(chi_square, 2.5);  // one movie: its terms go together, half a dozen are independent
  }
}

// Two kinds of speckles, tau = 10 and 200 s: C is the mean of the two, not the square of a mean f.
TEST(Synth, SpecklesMayHaveRatesOfTheirOwn) {
  const ScratchFolder folder;
  write(folder / "in.json", R"({
    "seed": 4, "frames": {"count": 24, "interval_s": 5}, "q_inv_A": [2.0], "q0_inv_A": 2.0, "speckles": 20001, "contrast": 0.5,
    "rates": {"type": "listed", "factors": [5, 0.25], "fractions": [0.4, 0.6]}, "zones": [{"clock": {"type": "stationary", "tau_s": 50}}]})");
  ASSERT_EQ(run_patina_on(2, "synth " + folder / "in.json" + " -o " + folder / "out").status, 0);
  const h5::File file = h5::File::open(folder / "out/synth.h5");
  constexpr std::size_t count = 24, pixels = 20001, fast = 8000;
  const auto intensity = file.read<float>("/shell00/speckle/intensity", {count, pixels});
  const auto g2 = file.read<double>("/shell00/truth/g2", {count, count}), f = file.read<double>("/shell00/truth/f_real", {count, count});
  EXPECT_EQ(file.read<std::int64_t>("/shell00/rates/first", {3}), (std::vector<std::int64_t>{0, fast, pixels}));
  const double share = fast / static_cast<double>(pixels);
  const auto correlation = [&](std::size_t i, std::size_t j, std::size_t first, std::size_t last) {
    double product = 0.0, a = 0.0, b = 0.0;
    for (std::size_t p = first; p < last; ++p) {
      product += static_cast<double>(intensity[i * pixels + p] * intensity[j * pixels + p]);
      a += static_cast<double>(intensity[i * pixels + p]);
      b += static_cast<double>(intensity[j * pixels + p]);
    }
    return product * static_cast<double>(last - first) / (a * b);
  };
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < i; j += 3) {
      const double lag = 5.0 * static_cast<double>(i - j), of_fast = std::exp(-lag / 10.0), of_slow = std::exp(-lag / 200.0);
      const double mean = share * of_fast + (1.0 - share) * of_slow, square = share * of_fast * of_fast + (1.0 - share) * of_slow * of_slow;
      EXPECT_NEAR(f[i * count + j], mean, 1e-12);
      EXPECT_NEAR(g2[i * count + j], 1.0 + 0.5 * square, 1e-12);
      const double sigma = 1.5 / std::sqrt(8000.0);  // of any C of so many, at most
      EXPECT_NEAR(correlation(i, j, 0, pixels), 1.0 + 0.5 * square, 4.5 * sigma * 0.63);
      EXPECT_NEAR(correlation(i, j, 0, fast), 1.0 + 0.5 * of_fast * of_fast, 4.5 * sigma);
      EXPECT_NEAR(correlation(i, j, fast, pixels), 1.0 + 0.5 * of_slow * of_slow, 4.5 * sigma);
    }
  const auto refused = run_patina("synth " + folder / "in.json" + " -o " + folder / "no --set /rates/fractions='[0.4,0.5]'");
  EXPECT_EQ(refused.status, 65);
  EXPECT_NE(refused.output.find("must add up to 1, not 0.9"), std::string::npos) << refused.output;
}

TEST(Synth, SameNumbersOnAnyRanksThreadsAndInstructionSets) {
  const ScratchFolder folder;
  write(folder / "in.json", input);
  for (const int ranks : {1, 2, 3}) {
    const auto ran = run_patina_on(ranks, "synth " + folder / "in.json" + " -o " + folder / ("out" + std::to_string(ranks)));
    ASSERT_EQ(ran.status, 0) << ran.output;
    for (const char* shell : {"/shell00", "/shell01"})
      EXPECT_EQ(read(folder / ("out" + std::to_string(ranks)), shell).intensity, read(folder / "out1", shell).intensity) << ranks;
  }
  const auto ran = test::run_shell(std::string(test::clean_environment) + "OMP_NUM_THREADS=3 PATINA_LANES=generic " PATINA_PROGRAM " synth " +
                                   folder / "in.json" + " -o " + folder / "generic");
  ASSERT_EQ(ran.status, 0) << ran.output;
  EXPECT_EQ(read(folder / "generic", "/shell01").intensity, read(folder / "out1", "/shell01").intensity);
}

TEST(Synth, RefusesWhatCannotBeWithTheReason) {
  const ScratchFolder folder;
  write(folder / "in.json", input);
  const auto refusal = [&](const std::string& overrides) {
    const auto ran = run_patina("synth " + folder / "in.json" + " -o " + folder / "out " + overrides);
    EXPECT_EQ(ran.status, 65) << ran.output;
    EXPECT_FALSE(std::filesystem::exists(folder / "out"));
    return ran.output;
  };
  const auto has = [](const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; };
  const std::string exponent = refusal("--set /zones/1/kww_exponent=2.2");
  EXPECT_TRUE(has(exponent, "/zones/1/kww_exponent") && has(exponent, "exp(-s^2.2) is the correlation of no field: its least eigenvalue")) << exponent;
  const std::string local = refusal("--set /zones/1/form='\"at_middle\"' --set /zones/1/clock/growth_time_s=10");
  EXPECT_TRUE(has(local, "with tau at the mid-time is the correlation of no field") && has(local, "q = 2 1/A")) << local;
  EXPECT_TRUE(has(refusal("--set /generator='\"ar1\"'"), "only exp(-s) forgets all but the last frame"));
  EXPECT_TRUE(has(refusal("--set /generator='\"circulant\"'"), "does not go evenly"));
  EXPECT_TRUE(has(refusal("--set /zones/0/fraction=0.5"), "must add up to 1, not 1.1"));
  EXPECT_TRUE(has(refusal("--set /zones/0/clock/mean_interval_s=1e-6"), "avalanches"));
  EXPECT_TRUE(has(refusal("--set /zones/1/clock='{\"type\":\"anti_ageing\",\"decay_time_s\":0.1}'"), "a clock runs to s = inf in the last frame"));
  EXPECT_TRUE(has(refusal("--set /flow/velocity_A_per_s=1e9 --set /frames/interval_s=1e9 --set /zones/0/clock/mean_interval_s=1e9"), "turns of the phase"));
}

TEST(Synth, NeverWritesOverResults) {
  const ScratchFolder folder;
  write(folder / "in.json", input);
  const std::string command = "synth " + folder / "in.json" + " -o " + folder / "out";
  ASSERT_EQ(run_patina(command).status, 0);
  const std::string before = test::read_text_file(folder / "out/synth.h5");
  const auto again = run_patina(command + " --set /seed=9");
  EXPECT_EQ(again.status, 73);
  EXPECT_NE(again.output.find("already holds results; take another --output"), std::string::npos) << again.output;
  EXPECT_EQ(test::read_text_file(folder / "out/synth.h5"), before);
  std::filesystem::create_directories(folder / "mine");
  write(folder / "mine/notes.txt", "mine");
  EXPECT_EQ(run_patina("synth " + folder / "in.json" + " -o " + folder / "mine").status, 73);
}

TEST(Synth, TheInputPageIsUpToDateAndExamplesRun) {
  const auto result = run_patina("synth --describe-input");
  ASSERT_EQ(result.status, 0);
  const std::string page = test::read_text_file(PATINA_SOURCE_DIR "/docs/synth.md"), fence = "```json\n";
  EXPECT_EQ(result.output, page) << "make it again: build/patina synth --describe-input > docs/synth.md";
  const ScratchFolder folder;
  const std::size_t begin = page.find(fence) + fence.size(), end = page.find("```", begin);
  ASSERT_LT(end, page.size());
  write(folder / "in.json", page.substr(begin, end - begin));
  const auto ran = run_patina("synth " + folder / "in.json" + " -o " + folder / "page --set /speckles=40");
  EXPECT_EQ(ran.status, 0) << ran.output;
  const auto example = run_patina("synth " PATINA_SOURCE_DIR "/inputs/synth.json -o " + folder / "example --set /speckles=40");
  EXPECT_EQ(example.status, 0) << example.output;
}

}  // namespace
}  // namespace patina
