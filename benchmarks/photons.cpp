// SPDX-License-Identifier: BSD-3-Clause
// Photons per pixel of frames of a million pixels on one core: Poisson counts of exponentially distributed intensities (fully
// coherent speckles), as event lists and as dense frames, and negative-binomial counts of 5 modes.
//   patina_photons_benchmark [--small] [flags of Google Benchmark]
#include <benchmark/benchmark.h>
#include <fmt/format.h>


#include "benchmarks/benchmark_program.hpp"
#include "beamline/photons.hpp"

namespace patina {
namespace {

std::vector<float> speckles(std::size_t pixels, double mean) {
  std::vector<float> intensity(pixels);
  for (std::size_t p = 0; p < pixels; ++p)
    intensity[p] = static_cast<float>(-mean * elementary::log(random_block(1, Stream::test, 0, p).uniform(0)));
  return intensity;
}

template <class Count>
void add(const char* what, std::size_t pixels, double mean, Count count) {
  benchmark::RegisterBenchmark(fmt::format("{}/{:g}", what, mean).c_str(), [=](benchmark::State& state) mutable {
    const std::vector<float> intensity = speckles(pixels, mean);
    PhotonKey key;
    for (auto _ : state) {
      count(key, intensity);
      ++key.frame;
    }
    state.counters["pixels_per_s"] = benchmark::Counter(static_cast<double>(pixels), benchmark::Counter::kIsIterationInvariantRate);
  })->Unit(benchmark::kMillisecond);
}

void register_all(std::size_t pixels) {
  for (const double mean : {1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0}) {
    add("poisson/events", pixels, mean, [events = std::vector<PhotonEvent>()](const PhotonKey& key, const std::vector<float>& intensity) mutable {
      events.clear();
      add_poisson_events(key, 0, intensity, events);
    });
    add("poisson/frame", pixels, mean, [counts = std::vector<std::uint16_t>(pixels)](const PhotonKey& key, const std::vector<float>& intensity) mutable {
      count_poisson(key, 0, intensity, counts);
    });
    add("negative_binomial/events", pixels, mean,
        [law = NegativeBinomial(mean, 5.0), events = std::vector<PhotonEvent>()](const PhotonKey& key, const std::vector<float>& intensity) mutable {
          events.clear();
          add_negative_binomial_events(key, law, 0, static_cast<std::uint32_t>(intensity.size()), events);
        });
  }
}

}  // namespace
}  // namespace patina

int main(int argc, char** argv) {
  return patina::run_benchmarks(argc, argv, [](bool small) { patina::register_all(small ? 1000 : 1 << 20); });
}
