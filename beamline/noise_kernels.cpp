// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/noise_kernels.hpp"

#include "core/lanes_words.hpp"
#include "core/phase_series.hpp"

namespace patina::PATINA_LANES {

namespace {

static_assert(pixel_group == 2 * width);

// exp(i 2 pi s), |s| <= 1/2: the terms of PhaseSeries that count in single precision (|2 pi r| <= pi / 2, the first one left out
// is below 7e-9).
constexpr int terms = 7;

[[gnu::always_inline]] inline Floats series(const double (&coefficient)[PhaseSeries::terms], Floats square) {
  Floats sum = Floats::all(coefficient[terms - 1]);
  for (int k = terms - 2; k >= 0; --k) sum = fma(sum, square, Floats::all(coefficient[k]));
  return sum;
}

struct Phase {
  Floats re, im;
};
[[gnu::always_inline]] inline Phase phase_of(Floats s) {
  const Floats magic = Floats::all(0x1.8p23);
  const Floats half_turns = ((s + s) + magic) - magic;
  const Floats r = fma(half_turns, Floats::all(-0.5), s);
  const Floats sign = fma(half_turns * half_turns, Floats::all(-2.0), Floats::all(1.0));
  const Floats square = r * r;
  return {sign * series(phase_series.cosine, square), (sign * r) * series(phase_series.sine, square)};
}

// -ln u, 0 < u <= 1: u = 2^e m, m within sqrt(1/2) .. sqrt(2), ln m = 2 artanh(f), f = (m - 1) / (m + 1); f^10 / 11 < 2e-9.
[[gnu::always_inline]] inline Floats minus_log(Floats u) {
  const WideInts one = WideInts::all(0x3f800000), half_root = WideInts::all(0x3f3504f3), bits = bits_of(u);
  const WideInts biased = shift_right<23>(bits + (one - half_root));  // e + 127
  const Floats m = as_floats((bits - shift_left<23>(biased)) + one);
  const Floats f = (m - Floats::all(1.0)) / (m + Floats::all(1.0)), square = f * f;
  Floats sum = Floats::all(2.0 / 9.0);
  for (const double c : {2.0 / 7.0, 2.0 / 5.0, 2.0 / 3.0, 2.0}) sum = fma(sum, square, Floats::all(c));
  const Floats e = to_reals(biased - WideInts::all(127));
  return Floats::all(0.0) - fma(e, Floats::all(0.6931471805599453), f * sum);
}

struct Noise {
  Floats re, im;
};
[[gnu::always_inline]] inline Noise noise_of(WideInts first, WideInts second) {
  const Floats u = fma(to_reals(shift_right<1>(first)), Floats::all(0x1p-31), Floats::all(0x1p-32));
  const Floats radius = root(minus_log(u));
  const Phase phase = phase_of(to_reals(second) * Floats::all(0x1p-32));
  return {radius * phase.re, radius * phase.im};
}

struct RoundKeys {
  Words first[10], second[10];
};

// Eight blocks. Word 2 of the counter is all that differs among them.
[[gnu::always_inline]] inline Noise noise_of_group(const NoiseCounter& counter, std::uint32_t group, const RoundKeys& keys) {
  const Words first_factor = Words::all(0xD2511F53u), second_factor = Words::all(0xCD9E8D57u);
  Words w0 = Words::all(counter.word0), w1 = Words::all(counter.word1), w2 = counting(8 * group), w3 = Words::all(counter.word3);
  for (int round = 0; round < 10; ++round) {
    const Words p = product(w0, first_factor), q = product(w2, second_factor);
    w0 = upper_half(q) ^ (w1 ^ keys.first[round]);
    w1 = q;
    w2 = upper_half(p) ^ (w3 ^ keys.second[round]);
    w3 = p;
  }
  return noise_of(together(w0, w2), together(w1, w3));
}

void renew(const NoiseCounter& counter, std::uint32_t first, int groups, float change, float add, float* re, float* im) {
  RoundKeys keys;
  for (std::uint32_t round = 0; round < 10; ++round) {
    keys.first[round] = Words::all(counter.key[0] + round * 0x9E3779B9u);
    keys.second[round] = Words::all(counter.key[1] + round * 0xBB67AE85u);
  }
  const Floats d = Floats::all(change), b = Floats::all(add);
  for (int g = 0; g < groups; ++g, re += pixel_group, im += pixel_group) {
    const Noise noise = noise_of_group(counter, first + static_cast<std::uint32_t>(g), keys);
    const Floats old_re = Floats::load(re), old_im = Floats::load(im);
    store(re, old_re + fma(d, old_re, b * noise.re));
    store(im, old_im + fma(d, old_im, b * noise.im));
  }
}

// A product of doubles is the sum of two, from each of which whole turns are dropped. The number of clocks is known to the
// compiler, or the loop over pixels would not become vectors.
template <int clocks>
void sum_modes(const double* rate, const double* turns, int modes, const double* s, float scale, float* re, float* im) {
  Floats sum_re = Floats::all(0.0), sum_im = Floats::all(0.0);
  for (int m = 0; m < modes; ++m, turns += pixel_group, rate += clocks * pixel_group) {
    alignas(64) float part[pixel_group];
#pragma omp simd
    for (int l = 0; l < pixel_group; ++l) {
      double phase = turns[l];
      for (int c = 0; c < clocks; ++c) {
        const double w = rate[c * pixel_group + l], high = w * s[c], low = __builtin_fma(w, s[c], -high);
        phase += (high - __builtin_rint(high)) + (low - __builtin_rint(low));
      }
      part[l] = static_cast<float>(phase - __builtin_rint(phase));
    }
    const Phase one = phase_of(Floats::load(part));
    sum_re = sum_re + one.re;
    sum_im = sum_im + one.im;
  }
  store(re, Floats::all(scale) * sum_re);
  store(im, Floats::all(scale) * sum_im);
}

// Two strands, so that one product need not wait for the other.
void weigh(const float* row, const float* xi, int count, float* re, float* im) {
  Floats sum_re = Floats::all(0.0), sum_im = sum_re, other_re = sum_re, other_im = sum_re;
  int j = 0;
  for (; j + 2 <= count; j += 2, xi += 4 * pixel_group) {
    const Floats one = Floats::all(row[j]), other = Floats::all(row[j + 1]);
    sum_re = fma(one, Floats::load(xi), sum_re);
    sum_im = fma(one, Floats::load(xi + pixel_group), sum_im);
    other_re = fma(other, Floats::load(xi + 2 * pixel_group), other_re);
    other_im = fma(other, Floats::load(xi + 3 * pixel_group), other_im);
  }
  if (j < count) {
    sum_re = fma(Floats::all(row[j]), Floats::load(xi), sum_re);
    sum_im = fma(Floats::all(row[j]), Floats::load(xi + pixel_group), sum_im);
  }
  store(re, Floats::load(re) + (sum_re + other_re));
  store(im, Floats::load(im) + (sum_im + other_im));
}

}  // namespace

extern const NoiseKernels noise_kernels;
const NoiseKernels noise_kernels = {PATINA_LANES_NAME, renew, {sum_modes<1>, sum_modes<2>, sum_modes<3>}, weigh};

}  // namespace patina::PATINA_LANES
