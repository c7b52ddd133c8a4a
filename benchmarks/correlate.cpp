// SPDX-License-Identifier: BSD-3-Clause
// Frames in memory into correlations, over events and over all pixels: the multi-tau correlator (pixels of a frame a second) and C(t1, t2)
// (products of a pixel's numbers at two times a second, as if all were made: pixels frames^2 / 2).
//   patina_correlate_benchmark [--small] [flags of Google Benchmark]
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <Kokkos_Core.hpp>
#include <cmath>
#include <string_view>

#include "benchmarks/benchmark_program.hpp"
#include "beamline/photons.hpp"
#include "correlate/two_time_map.hpp"
#include "frames/partition_file.hpp"

namespace patina {
namespace {

struct Sample {
  PixelCells cells;
  std::vector<CellFrame> frames;
};

Sample make_sample(int side, int frames, double photons) {
  Sample sample{make_pixel_cells(whole_frame(side, side).map, true, 20), {}};
  const std::vector<float> mean(static_cast<std::size_t>(side) * static_cast<std::size_t>(side), static_cast<float>(photons));
  PhotonKey key;
  std::vector<PhotonEvent> events;
  for (int k = 0; k < frames; ++k, ++key.frame) {
    events.clear();
    add_poisson_events(key, 0, mean, events);
    CellFrame frame;
    for (const PhotonEvent& event : events) frame.values.push_back({event.pixel, static_cast<double>(event.count)});
    sample.frames.push_back(std::move(frame));
  }
  return sample;
}

void add(const char* what, Density density, double photons, int side, int frames) {
  const std::string name = fmt::format("{}/{}/{:g}", what, density == Density::dense ? "dense" : "sparse", photons);
  const double pixels = static_cast<double>(side) * side, fill = 1.0 - std::exp(-photons);
  if (std::string_view(what) == "multi_tau") {
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
      const Sample sample = make_sample(side, frames, photons);
      const FrameScaling scaling(sample.cells, Scaling::frame, {}, 1.0);
      ScaledFrame scaled;
      for (auto _ : state) {
        FrameMultiTau multi_tau(sample.cells, 16, density, fill);
        for (const CellFrame& frame : sample.frames) {
          scaling.apply(frame, scaled);
          multi_tau.add(scaled);
        }
        multi_tau.finish();
        benchmark::DoNotOptimize(multi_tau.levels());
      }
      state.counters["pixels_per_s"] = benchmark::Counter(pixels * frames, benchmark::Counter::kIsIterationInvariantRate);
    })->Unit(benchmark::kMillisecond);
    return;
  }
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    const Sample sample = make_sample(side, frames, photons);
    const FrameScaling scaling(sample.cells, Scaling::frame, {}, 1.0);
    PixelSeries series(sample.cells, 0, 1);
    ScaledFrame scaled;
    for (const CellFrame& frame : sample.frames) {
      scaling.apply(frame, scaled);
      series.add(frame, scaled);
    }
    for (auto _ : state) benchmark::DoNotOptimize(two_time_map(sample.cells, series, 0, {}, {TwoTimeNormalisation::frame, 1, 1.0, density}));
    state.counters["products_per_s"] = benchmark::Counter(0.5 * pixels * frames * frames, benchmark::Counter::kIsIterationInvariantRate);
  })->Unit(benchmark::kMillisecond);
}

void register_all(int side, int frames) {
  for (const double photons : {0.001, 0.01, 0.1, 0.2, 1.0})
    for (const char* what : {"multi_tau", "two_time"})
      for (const Density density : {Density::sparse, Density::dense}) add(what, density, photons, side, frames);
}

}  // namespace
}  // namespace patina

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos;
  return patina::run_benchmarks(argc, argv, [](bool small) { patina::register_all(small ? 16 : 128, small ? 40 : 1000); });
}
