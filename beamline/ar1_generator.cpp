// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cmath>

#include "beamline/field_generators.hpp"
#include "core/elementary.hpp"

namespace patina {

namespace {

// E += change E + add xi. The change a - 1, not a, is kept in single precision: of slow fields a rounds to 1.
struct Renewal {
  float change, add;
};

class Ar1Stream : public FieldStream {
 public:
  Ar1Stream(const std::vector<Renewal>& renewals, NoiseKey key, PixelBlock block) : renewals_(renewals), key_(key), block_(block) {}
  void next(float* re, float* im) override {
    const auto count = static_cast<std::size_t>(block_.count);
    if (frame_ == 0) {
      re_.assign(count, 0.0f);
      im_.assign(count, 0.0f);
    }
    const Renewal& renewal = renewals_[frame_];
    if (renewal.add != 0.0f)
      noise_kernels().renew(noise_counter(key_, static_cast<std::uint32_t>(frame_)), block_.first / pixel_group, block_.count / pixel_group,
                            renewal.change, renewal.add, re_.data(), im_.data());
    std::copy(re_.begin(), re_.end(), re);
    std::copy(im_.begin(), im_.end(), im);
    ++frame_;
  }

 private:
  const std::vector<Renewal>& renewals_;
  NoiseKey key_;
  PixelBlock block_;
  std::size_t frame_ = 0;
  std::vector<float> re_, im_;
};

class Ar1Generator : public FieldGenerator {
 public:
  explicit Ar1Generator(const FieldCovariance& covariance) {
    renewals_.push_back({-1.0f, 1.0f});
    for (std::size_t k = 1; k < static_cast<std::size_t>(covariance.frames); ++k) {
      double ds = 0.0;
      for (const ClockedKernel& kernel : covariance.kernels) ds += kernel.s[k] - kernel.s[k - 1];
      renewals_.push_back({static_cast<float>(elementary::expm1(-ds)), static_cast<float>(std::sqrt(-elementary::expm1(-2.0 * ds)))});
    }
  }
  const char* name() const override { return "ar1"; }
  double bytes() const override { return static_cast<double>(renewals_.size() * sizeof(Renewal)); }
  double bytes_of_pixel() const override { return 2.0 * sizeof(float); }
  std::unique_ptr<FieldStream> stream(std::uint64_t seed, std::uint32_t channel, PixelBlock block) const override {
    return std::make_unique<Ar1Stream>(renewals_, NoiseKey{seed, Stream::speckle_field, channel}, block);
  }

 private:
  std::vector<Renewal> renewals_;  // of each frame
};

}  // namespace

std::string why_not_ar1(const FieldCovariance& covariance) {
  if (covariance.local) return "a local tau has no clock";
  for (const ClockedKernel& kernel : covariance.kernels) {
    if (kernel.form == ClockedKernel::Form::sinc) return "a range of velocities (sinc) has a memory longer than one frame";
    if (kernel.exponent != 1.0) return fmt::format("only exp(-s) forgets all but the last frame, not exp(-s^{:g})", kernel.exponent);
  }
  return "";
}

std::unique_ptr<FieldGenerator> make_ar1_generator(const FieldCovariance& covariance) { return std::make_unique<Ar1Generator>(covariance); }

}  // namespace patina
