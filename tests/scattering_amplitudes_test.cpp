// SPDX-License-Identifier: BSD-3-Clause
// Truths: each atom's phase and weight by std::exp and std::polar from its position in space, images tried one by one; the
// closed form of a strained Gaussian window, exp(-(q e fwhm)^2 / (32 ln 2)); no change of phase by an affine strain where q
// goes with the cell; the same bits on any ranks and after a restart.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "core/error.hpp"
#include "core/units.hpp"
#include "scattering/amplitudes.hpp"
#include "scattering/drift.hpp"
#include "scattering/dynamics_observer.hpp"
#include "scattering/multi_tau_observer.hpp"
#include "tests/python.hpp"
#include "tests/scattering_observers.hpp"

namespace patina {
namespace {

using namespace test;
using Complex = std::complex<double>;

constexpr int atoms = 90;

AmplitudeSpec spec_with(const SiteWindow& window) {
  AmplitudeSpec spec;
  spec.vectors.q_inv_A = {7.0};
  spec.vectors.width_inv_A = 0.3;
  spec.vectors.max_vectors = 40;
  spec.window = window;
  return spec;
}

Amplitudes amplitudes_of(const Sample& sample, const AmplitudeSpec& spec, const Comm& comm = world()) {
  return {comm, sample.species, spec, 5, "test", {}};
}

// From the window's centre to the image of an atom that weighs most.
Vec3 from_centre(const Box& box, const Vec3& r, const Vec3& centre, int across) {
  Vec3 nearest{};
  double least = 1e300;
  for (int x = -4; x <= 4; ++x)
    for (int y = -4; y <= 4; ++y)
      for (int z = -4; z <= 4; ++z) {
        const int n[3] = {x, y, z};
        const Vec3 dr = r + box.translation(n) - centre;
        const double d = across < 0 ? norm(dr) : std::abs(dot(dr, box.wave_vector({across == 0, across == 1, across == 2})));
        if (d < least - 1e-9) least = d, nearest = dr;
      }
  return nearest;
}

double weight_of(const Box& box, const SiteWindow& window, const Vec3& dr) {
  double d = norm(dr);
  if (window.across >= 0) {
    const Vec3 normal = box.wave_vector({window.across == 0, window.across == 1, window.across == 2});
    d = std::abs(dot(dr, normal)) / norm(normal);
  }
  return std::exp(-4.0 * std::log(2.0) * d * d / (window.fwhm_A * window.fwhm_A));
}

Vec3 mass_centre_of(const Sample& sample) {
  Vec3 sum{};
  double mass = 0.0;
  for (std::size_t i = 0; i < sample.position.size(); ++i) {
    const double m = sample.species.mass_amu[static_cast<std::size_t>(sample.type[i])];
    sum = sum + m * sample.box.to_fractional(sample.position[i]);
    mass += m;
  }
  return (1.0 / mass) * sum;
}

// q goes with the cell: exp(i q(t) . [r - drift]); or it stays: exp(i q(0) . [r - x0]).
Complex brute_force(const Sample& first, const Sample& now, const SiteWindow& window, const Miller& n, int species) {
  const Vec3 drift = mass_centre_of(now) - mass_centre_of(first);
  const Vec3 centre = now.box.to_cartesian(window.centre + drift);
  Complex sum = 0.0;
  for (int i = 0; i < atoms; ++i) {
    if (now.type[static_cast<std::size_t>(i)] != species) continue;
    const Vec3& r = now.position[static_cast<std::size_t>(i)];
    const Vec3 dr = from_centre(now.box, r, centre, window.across);
    const Vec3 moved = r - now.box.origin() - drift * now.box.edges();
    const double phase = window.lab ? dot(first.box.wave_vector(n), dr) : dot(now.box.wave_vector(n), moved);
    sum += weight_of(now.box, window, dr) * std::polar(1.0, phase);
  }
  return sum;
}

TEST(Amplitudes, UnderAWindowAreBruteForce) {
  for (const bool lab : {false, true})
    for (const int across : {-1, 0, 1, 2}) {
      if (lab && across >= 0) continue;
      const SiteWindow window{{{0.3, 0.9, 0.05}}, 4.4, across, lab};
      const Sample first = wandering_sample(atoms, 0), later = wandering_sample(atoms, 9);
      Amplitudes amplitudes = amplitudes_of(first, spec_with(window));
      const Frame frame = frame_of(first, world());
      amplitudes.start(frame, fractional_mass_centre(frame));
      const int vectors = amplitudes.set().size();
      ASSERT_EQ(vectors, 40);
      for (const Sample* now : {&first, &later}) {
        const Frame shown = frame_of(*now, world(), 0.0, true);
        const auto rho = amplitudes.density(shown, fractional_mass_centre(shown));
        for (int k = 0; k < vectors; ++k)
          for (int a = 0; a < 2; ++a) {
            const Complex truth = brute_force(first, *now, window, amplitudes.set().miller[static_cast<std::size_t>(k)], a);
            EXPECT_LT(std::abs(rho[static_cast<std::size_t>(a * vectors + k)] - truth), 1e-10) << lab << across << k;
          }
      }
      // The number of atoms is the sum of w^2 in the first frame.
      double squares = 0.0;
      for (int i = 0; i < atoms; ++i)
        if (first.type[static_cast<std::size_t>(i)] == 1)
          squares += std::pow(weight_of(first.box, window, from_centre(first.box, first.position[static_cast<std::size_t>(i)], first.box.to_cartesian(window.centre), across)), 2);
      EXPECT_NEAR(amplitudes.atoms().at(1), squares, 1e-12);
    }
}

TEST(Amplitudes, ReportQInTheLastCell) {
  const Sample first = wandering_sample(atoms, 0), later = wandering_sample(atoms, 9);
  for (const bool lab : {false, true}) {
    AmplitudeSpec spec = spec_with({{{0.5, 0.5, 0.5}}, 4.4, -1, lab});
    Amplitudes amplitudes = amplitudes_of(first, spec);
    for (const Sample* sample : {&first, &later}) {
      const Frame frame = frame_of(*sample, world());
      if (!amplitudes.started()) amplitudes.start(frame, fractional_mass_centre(frame));
      amplitudes.density(frame, fractional_mass_centre(frame));
    }
    const AmplitudeRecord record = amplitudes.record();
    for (int k = 0; k < 40; ++k)
      EXPECT_NEAR(record.q_end_inv_A.at(static_cast<std::size_t>(k)), record.groups.at(0).q_inv_A.at(static_cast<std::size_t>(k)) / (lab ? 1.0 : 1.009), 1e-12);
  }
}

// Of atoms that go with the cell alone, mean over vectors and five samples.
double correlation_after(double strain, bool lab) {
  const Box box = Box::orthogonal({{60.0, 60.0, 60.0}});
  double product = 0.0, square_before = 0.0, square_after = 0.0;
  for (int place = 0; place < 6; ++place) {
    const Sample before = ideal_gas(box, 6000, 6);
    Sample after = before;
    after.box = box.with_edges((1.0 + strain) * box.edges());
    for (Vec3& r : after.position) r = (1.0 + strain) * r;
    AmplitudeSpec spec = spec_with({{{place % 2 * 0.5, place / 2 % 2 * 0.5, place / 4 * 0.5}}, 20.0, -1, lab});
    spec.vectors.q_inv_A = {2.7};
    spec.vectors.max_vectors = 1500;
    Amplitudes amplitudes = amplitudes_of(before, spec);
    const Frame first = frame_of(before, world()), second = frame_of(after, world());
    amplitudes.start(first, fractional_mass_centre(first));
    const auto a = amplitudes.density(first, fractional_mass_centre(first)), b = amplitudes.density(second, fractional_mass_centre(second));
    for (std::size_t i = 0; i < a.size(); ++i) {
      product += (a[i] * std::conj(b[i])).real();
      square_before += std::norm(a[i]);
      square_after += std::norm(b[i]);
    }
  }
  return product / std::sqrt(square_before * square_after);
}

TEST(Amplitudes, OfTheLaboratoryDecorrelateByStrainAlone) {
  for (const double strain : {0.03, 0.07}) {
    // The window keeps its size while the sample grows, so that w w' is a little narrower than w^2, and their sums differ.
    const double growth = 1.0 + strain, narrower = 2.0 / (1.0 + growth * growth);
    const double expected = std::exp(-narrower * std::pow(2.7 * strain * 20.0, 2) / (32.0 * std::log(2.0))) * std::pow(narrower * growth, 1.5);
    EXPECT_NEAR(correlation_after(strain, true), expected, 0.06) << strain;
    EXPECT_GT(correlation_after(strain, false), 0.98) << strain;
  }
}

// Truth: the transform of w^2 by sums over fine steps along each axis, for all pairs of vectors, -q' as well as q'.
TEST(Amplitudes, OfASiteShareSpeckles) {
  const double length = 30.0, fwhm_A = 9.9;
  const Box box = Box::orthogonal({{length, length, length}});
  const QSet set = make_shell(box, 3.3, 0.3, 120, 1, 0, "test");
  ASSERT_EQ(set.size(), 120);
  const auto transform = [&](int n) {
    double sum = 0.0, whole = 0.0;
    for (int step = -500; step < 500; ++step) {
      const double x = length * step / 1000.0, square = std::exp(-8.0 * std::log(2.0) * x * x / (fwhm_A * fwhm_A));
      sum += square * std::cos(2.0 * units::pi * n * x / length);
      whole += square;
    }
    return sum / whole;
  };
  std::vector<double> of_steps;  // |n| up to twice the largest
  for (int n = 0; n <= 40; ++n) of_steps.push_back(transform(n));
  for (const int across : {-1, 2}) {
    double truth = 0.0, of_intensities = 0.0;
    for (const Miller& n : set.miller)
      for (const Miller& other : set.miller)
        for (const int sign : {1, -1}) {
          double alike = 1.0;
          for (int d = 0; d < 3; ++d) {
            const int between = n[static_cast<std::size_t>(d)] - sign * other[static_cast<std::size_t>(d)];
            alike *= across >= 0 && d != across ? double(between == 0) : of_steps.at(static_cast<std::size_t>(std::abs(between)));
          }
          truth += alike * alike / set.size();
          of_intensities += std::pow(alike, 4) / set.size();
        }
    EXPECT_NEAR(vectors_of_a_speckle({{{0.5, 0.5, 0.5}}, fwhm_A, across, false}, box, set), truth, 1e-3 * truth) << across;
    EXPECT_NEAR(vectors_of_a_speckle({{{0.5, 0.5, 0.5}}, fwhm_A, across, false}, box, set, true), of_intensities, 1e-3 * of_intensities) << across;
    EXPECT_GT(truth, across < 0 ? 1.5 : 0.999);
  }
}

TEST(Amplitudes, TellWhatIsLookedAt) {
  const Sample sample = wandering_sample(atoms, 0);
  const auto words = [&](const AmplitudeSpec& spec) {
    Amplitudes amplitudes = amplitudes_of(sample, spec);
    const Frame frame = frame_of(sample, world());
    amplitudes.start(frame, fractional_mass_centre(frame));
    return amplitudes.record().words();
  };
  AmplitudeSpec spec = spec_with({{{0.5, 0.25, 0.5}}, 4.4, -1, true});
  EXPECT_EQ(words(spec), "ball of 4.4 A (FWHM) at (0.5, 0.25, 0.5), q of the laboratory");
  spec.window = SiteWindow{{{0.5, 0.25, 0.5}}, 4.4, 1, false};
  spec.weights = Weighting::neutron;
  spec.vectors.direction = {{{0.0, 0.0, 1.0}}, 60.0, 90.0, {}};
  EXPECT_EQ(words(spec), "neutrons; q 60 to 90 degrees from (0 0 1); layer of 4.4 A (FWHM) across y at 0.25");
  spec.window.reset();
  spec.weights = Weighting::xray;
  spec.vectors.list = {{3, 0, 0}, {0, 2, 1}};
  spec.vectors.each_vector = true;
  EXPECT_EQ(words(spec), "2 listed vectors, each by itself");
  AmplitudeSpec plain = spec_with({});
  plain.window.reset();
  EXPECT_EQ(words(plain), "");
}

TEST(Amplitudes, RefuseWindowsThatDoNotFit) {
  const Sample sample = wandering_sample(atoms, 0);
  const auto message = [&](double fwhm_A, int across) {
    Amplitudes amplitudes = amplitudes_of(sample, spec_with({{{0.5, 0.5, 0.5}}, fwhm_A, across, false}));
    const Frame frame = frame_of(sample, world());
    try {
      amplitudes.start(frame, fractional_mass_centre(frame));
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_NE(message(3.4, -1).find("test/window/fwhm_A: 3.4 A is too narrow for q = 6.8"), std::string::npos) << message(3.4, -1);
  EXPECT_NE(message(6.0, -1).find("test/window/fwhm_A: 6 A is too wide for the cell, which is"), std::string::npos) << message(6.0, -1);
  EXPECT_EQ(message(6.0, 2), "no error");  // the cell is 16 A high
  AmplitudeSpec slow = spec_with({{{0.5, 0.5, 0.5}}, 4.4, -1, false});
  slow.vectors.q_inv_A = {3.0};  // at least 10 A, at most a third of 14
  Amplitudes amplitudes = amplitudes_of(sample, slow);
  const Frame frame = frame_of(sample, world());
  try {
    amplitudes.start(frame, fractional_mass_centre(frame));
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("no window fits"), std::string::npos) << error.what();
  }
}

// One run of two observers under a window, cut in two or not.
void run(const std::string& path, int cut, const Comm& comm) {
  constexpr int frames = 10;
  const Species species = wandering_sample(atoms, 0).species;
  const ResultTarget target{path, 5, {"abc123", "{}"}, {}};
  DynamicsSpec dynamics_spec;
  dynamics_spec.label = "dynamics";
  dynamics_spec.amplitudes = spec_with({{{0.3, 0.9, 0.05}}, 4.4, -1, false});
  dynamics_spec.self_vectors = 10;
  dynamics_spec.waiting_times_ps = {0.0, 2.0};
  MultiTauSpec multi_tau_spec;
  multi_tau_spec.label = "multi_tau";
  multi_tau_spec.amplitudes = spec_with({{{0.3, 0.9, 0.05}}, 4.4, -1, true});
  multi_tau_spec.amplitudes.vectors.each_vector = true;
  multi_tau_spec.channels = 4;
  const auto make = [&] {
    std::vector<std::unique_ptr<Observer>> observers;
    observers.push_back(std::make_unique<DynamicsObserver>(comm, species, dynamics_spec, target));
    observers.push_back(std::make_unique<MultiTauObserver>(comm, species, multi_tau_spec, target));
    return observers;
  };
  auto observers = make();
  for (int t = 0; t < frames; ++t) {
    if (t == cut) {
      auto others = make();
      for (std::size_t k = 0; k < observers.size(); ++k) {
        StateMap state;
        observers[k]->save(state);
        others[k]->load(broadcast(state));
      }
      observers = std::move(others);
    }
    const Sample sample = wandering_sample(atoms, t);
    for (const auto& observer : observers) observer->observe(frame_of(sample, comm, 0.5 * t, true));
  }
  for (const auto& observer : observers) observer->finish();
}

// sys.argv: result file, text file of fractional unwrapped positions (frames x atoms x 3).
const char* numpy_truth = R"(
import h5py, sys, numpy as np
h = h5py.File(sys.argv[1], 'r'); s = np.loadtxt(sys.argv[2]).reshape(10, -1, 3); N = s.shape[1]
kind = np.array([0 if i % 10 < 6 else 1 for i in range(N)]); mass = np.where(kind == 0, 63.546, 91.224)
s = s - ((s * mass[None, :, None]).sum(1) / mass.sum())[:, None] + ((s[0] * mass[:, None]).sum(0) / mass.sum())
E = np.array([[15, 0, 0], [2, 14, 0], [1, -3, 16.]])
def close(a, b): np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)
ds = s - np.array([0.3, 0.9, 0.05]); ds -= np.round(ds)
images = [(x, y, z) for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1)]
d = np.stack([np.sqrt((((ds[t] + image) @ (E * (1 + 0.001 * t)))**2).sum(1)) for image in images for t in range(10)]).reshape(27, 10, N).min(0); w = 2.0**(-4 * d**2 / 4.4**2)
e = h['dynamics']; n = e['q_set/miller'][:]; P = len(n); a = e['q_set'].attrs
assert a['window_fwhm_A'] == 4.4 and a['window_across'] == 'ball'; close(a['window_centre_fractional'], [0.3, 0.9, 0.05])
N_a = [(w[0, kind == c]**2).sum() for c in (0, 1)]; close(a['effective_atoms'], N_a); close(e['q_set/q_end_inv_A'][:] * 1.009, e['q_set/q_inv_A'][:])
rho = lambda t, c: (w[t] * np.exp(2j * np.pi * (n @ s[t].T)))[:, kind == c].sum(1)
for start, first in ((0, 0), (1, 4)):
    for k, lag in enumerate((0, 1, 2, 3)):
        close(e['partial_scattering/F'][start, 0, k, 2], (rho(first, 1) * rho(first + lag, 1).conj()).real.mean() / N_a[1])
        site = (w[first] >= 0.5); assert 0 < site.sum() < 20
        step = ((s[first + lag] - s[first]) @ (E * (1 + 0.001 * first)))[site]
        close(e['mean_square_displacement/msd'][start, k, 2], (step**2).sum(1).mean())
        q = n[np.arange(10) * P // 10]; c = np.cos(2 * np.pi * (s[first + lag] - s[first]) @ q.T)
        for b in (0, 1): close(e['self_scattering/f'][start, 0, k, b], c[site & (kind == b)].mean())
assert np.isnan(e['chi4/sub_boxes'][:]).all()
m = h['multi_tau']; assert m['coherent_scattering/f'].shape[1] == len(m['q_set/shell']) == 40 and list(m['q_set/shell']) == list(range(40))
assert m['q_set'].attrs['window_across'] == 'ball'; close(m['q_set/q_end_inv_A'][:], m['q_set/q_inv_A'][:])
assert (np.diff(m['coherent_scattering/q_inv_A'][:]) >= -1e-9).all()
)";

TEST(Amplitudes, OfASiteAreWhatNumpyFindsFromThePositions) {
  const SharedScratch folder(world());
  run(folder / "whole.h5", -1, world());
  if (!world().is_root()) return;
  write_positions(folder / "positions.txt", atoms, 10);
  const auto python = run_python(folder / "check.py", numpy_truth, folder / "whole.h5" + " " + (folder / "positions.txt"));
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST(Amplitudes, OfASiteHaveTheSameBitsOnAnyRanksAndAfterARestart) {
  const SharedScratch folder(world());
  const std::string whole = folder / "whole.h5", cut = folder / "cut.h5", mine = folder / ("alone" + std::to_string(world().rank()) + ".h5");
  run(whole, -1, world());
  run(cut, 5, world());
  run(mine, -1, alone());
  if (!world().is_root()) return;
  const auto python = run_python(folder / "same.py", same_bits, whole + " " + cut + " " + mine);
  EXPECT_EQ(python.status, 0) << python.output;
}

}  // namespace
}  // namespace patina
