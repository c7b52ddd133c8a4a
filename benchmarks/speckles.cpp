// SPDX-License-Identifier: BSD-3-Clause
// Synthetic speckles on one core: the loops of complex Gaussian fields for every instruction set that this machine runs, and whole
// movies by each generator (beamline/speckle_fields.hpp), intensities included, decompositions and spectra left out.
//   patina_speckles_benchmark [--small] [flags of Google Benchmark, e.g. --benchmark_filter=ar1]
// items_per_second: fields (a complex number of one pixel at one frame).
#include <benchmark/benchmark.h>
#include <fmt/format.h>


#include "benchmarks/benchmark_program.hpp"
#include "beamline/clock.hpp"
#include "beamline/speckle_movie.hpp"

namespace patina {
namespace {

constexpr int pixels = 1024;  // whose fields stay in the first cache

void renew(benchmark::State& state, const NoiseKernels& kernels) {
  std::vector<float> re(pixels), im(pixels);
  std::uint32_t frame = 0;
  for (auto _ : state) {
    kernels.renew(noise_counter({1, Stream::speckle_field, 0}, frame), 0, pixels / pixel_group, frame == 0 ? -1.0f : -0.1f,
                  frame == 0 ? 1.0f : 0.435f, re.data(), im.data());
    benchmark::DoNotOptimize(re.data());
    ++frame;
  }
  state.SetItemsProcessed(state.iterations() * pixels);
}

void sum_modes(benchmark::State& state, const NoiseKernels& kernels) {
  constexpr int modes = 256;
  std::vector<double> rate, turns;
  for (int k = 0; k < modes * pixel_group; ++k) {
    rate.push_back(0.01 * k);
    turns.push_back(k * 0x1p-12);
  }
  float re[pixel_group], im[pixel_group];
  double s = 0.0;
  for (auto _ : state) {
    s += 0.1;
    kernels.sum_modes[0](rate.data(), turns.data(), modes, &s, 0.0625f, re, im);
    benchmark::DoNotOptimize(re);
  }
  state.SetItemsProcessed(state.iterations() * pixel_group);
}

void movie(benchmark::State& state, const char* generator, double exponent, int frames) {
  ClockedKernel kernel{ClockedKernel::Form::kww, exponent, {}};
  for (int k = 0; k < frames; ++k) kernel.s.push_back(0.01 * k);
  const MovieModel model{{{1.0, {frames, {kernel}, {}}, {}}}, 1.0};
  const SpeckleMovie made(model, {generator, 256}, 1, 0, "benchmark");
  constexpr int block = 256;
  std::uint32_t first = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(made.intensities({first, block}));
    first += block;
  }
  state.SetItemsProcessed(state.iterations() * block * frames);
}

void register_all(bool small) {
  const auto versions = noise_kernel_versions();
  for (int v = 0; v < versions.count; ++v) {
    const NoiseKernels& kernels = *versions.all[v];
    benchmark::RegisterBenchmark(fmt::format("ar1_update/{}", kernels.name).c_str(), [&](benchmark::State& state) { renew(state, kernels); });
    benchmark::RegisterBenchmark(fmt::format("modes_256/{}", kernels.name).c_str(), [&](benchmark::State& state) { sum_modes(state, kernels); });
  }
  const int frames = small ? 32 : 2048;
  for (const auto& [generator, exponent] : {std::pair{"ar1", 1.0}, {"cholesky", 1.5}, {"modes", 1.5}, {"circulant", 1.5}})
    benchmark::RegisterBenchmark(fmt::format("movie/{}/{}", generator, frames).c_str(),
                                 [=](benchmark::State& state) { movie(state, generator, exponent, frames); })
        ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace patina

int main(int argc, char** argv) {
  return patina::run_benchmarks(argc, argv, patina::register_all);
}
