// SPDX-License-Identifier: BSD-3-Clause
#include "run/deposit_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "md/composition.hpp"
#include "md/film.hpp"
#include "md/substrate.hpp"
#include "run/expansion.hpp"

namespace patina {

void check_growing(const DepositStep& step, const std::string& pointer, const ConfigChecker& at) {
  for (std::size_t o = 0; o < step.observers.size(); ++o) {
    const std::string where = fmt::format("{}/observers/{}", pointer, o);
    if (at.was_read({where}) && !std::holds_alternative<TrajectoryConfig>(step.observers[o]))
      at.error(where, fmt::format("the number of atoms grows in a deposit step, {} needs a fixed one: put it into a step behind; only trajectory is possible here",
                                  std::visit([](const auto& c) { return std::string(c.type_name); }, step.observers[o])));
  }
}

void check_films(const std::vector<ProtocolItem>& steps, const std::string& pointer, const ConfigChecker& at) {
  bool film = false;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const std::string place = fmt::format("{}/{}", pointer, k);
    const bool cuts = std::holds_alternative<CutFilmStep>(steps[k]);
    if (cuts && !film) at.error(place, "no deposit step since the start, or the last cut_film, restore or branch: there is no film to cut");
    if (std::holds_alternative<DepositStep>(steps[k])) film = true;
    if (cuts || std::holds_alternative<RestoreStep>(steps[k])) film = false;
    const auto* branch = std::get_if<BranchStep>(&steps[k]);
    if (!branch) continue;
    film = false;
    std::vector<ProtocolItem> inner;
    for (const BranchItem& item : branch->steps) inner.push_back(item_of(item));
    check_films(inner, place + "/steps", at);
  }
}

void doubt_rate(const std::string& label, const DepositStep& step, std::vector<std::string>& found) {
  constexpr double way_A = 10.0;  // potentials reach about as far
  const double flight_ps = way_A * flight_ps_per_A(step);
  if (!step.interval_ps || *step.interval_ps >= flight_ps) return;
  found.push_back(fmt::format("{}: an atom arrives each {:g} ps and takes about {:.2g} ps for the {:g} A to the surface: about {:.0f} will be on their way at one time; a "
                              "faster beam or a longer interval_ps keeps them apart",
                              label, *step.interval_ps, flight_ps, way_A, flight_ps / *step.interval_ps));
}

std::vector<std::int64_t> vapour_counts(const DepositStep& step, const std::vector<std::string>& species, std::int64_t atoms) {
  Composition composition;
  for (const auto& [symbol, fraction] : step.composition) {
    composition.species.push_back(symbol);
    composition.fraction.push_back(fraction);
  }
  const std::vector<std::int64_t> exact = exact_counts(composition, atoms);
  std::vector<std::int64_t> count(species.size(), 0);
  for (std::size_t k = 0; k < exact.size(); ++k)
    count[static_cast<std::size_t>(std::find(species.begin(), species.end(), composition.species[k]) - species.begin())] += exact[k];
  return count;
}

void ForeseenSample::take(const StepConfig& step, const std::vector<std::string>& species) {
  if (const auto* deposit = std::get_if<DepositStep>(&step)) {
    const std::int64_t atoms = deposited_atoms(*deposit, numbers.box);
    const std::vector<std::int64_t> more = vapour_counts(*deposit, species, atoms);
    film_count.resize(more.size(), 0);
    for (std::size_t t = 0; t < more.size(); ++t) {
      numbers.count[t] += more[t];
      film_count[t] += more[t];
    }
    numbers.box = Box(numbers.box.edges(), numbers.box.origin(), {numbers.box.periodic(0), numbers.box.periodic(1), false});
    is_new = false;
  }
  if (const auto* cut = std::get_if<CutFilmStep>(&step)) {
    // About as many of each of its species as of the whole film; as high as it is a part of the whole.
    const double kept = static_cast<double>(std::max<std::int64_t>(1, kept_atoms({0, cut->from, cut->to}, film_atoms()))), part = kept / numbers.atoms();
    for (std::size_t t = 0; t < numbers.count.size(); ++t)
      numbers.count[t] = film_count[t] > 0 ? std::max<std::int64_t>(1, std::llround(kept * static_cast<double>(film_count[t]) / static_cast<double>(film_atoms()))) : 0;
    Mat3 edges = numbers.box.edges();
    for (double& x : edges.m[2]) x *= part;
    numbers.box = Box(edges, numbers.box.origin(), {numbers.box.periodic(0), numbers.box.periodic(1), cut->boundary == "periodic"});
    film_count.clear();
  }
}

std::int64_t ForeseenSample::film_atoms() const { return std::accumulate(film_count.begin(), film_count.end(), std::int64_t{0}); }

Foresight::Foresight(const SampleNumbers& start, const std::vector<StepConfig>& protocol, const std::vector<std::string>& species)
    : protocol_(protocol), species_(species), after_{ForeseenSample{start, {}, true}} {}

void Foresight::take_next() {
  const std::size_t index = after_.size() - 1;
  const bool restores = std::holds_alternative<RestoreStep>(protocol_.at(index));
  ForeseenSample sample = restores ? after_.at(restored_step(protocol_, index) + 1) : now();
  if (restores)
    sample.film_count.clear();  // what of it is film is not remembered
  else
    sample.take(protocol_[index], species_);
  after_.push_back(std::move(sample));
}

std::vector<ObserverNeeds> film_needs(const StepConfig& step, double atoms) {
  constexpr double motion = 2.0, type = sizeof(int), whole_atom = 2.0 * sizeof(Vec3) + sizeof(std::array<int, 3>) + sizeof(int) + sizeof(std::int64_t);
  RankNeeds needs;
  if (std::holds_alternative<DepositStep>(step)) {
    needs.root = needs.other = {.kept = (motion + type) * atoms};
    needs.root.checkpoint = sizeof(double) * atoms;
    return {{"deposition", needs}};
  }
  if (!std::holds_alternative<CutFilmStep>(step)) return {};
  needs.root = needs.other = {.frame = 2.0 * whole_atom * atoms};
  return {{"cut of the film", needs}};
}

namespace {

// Vapour so dense that atoms find no place out of each other's reach queues up, higher and higher. Of spheres of diameter c put at random onto a
// plane 0.70 find room on each c^2 [the jamming limit of discs; Feder, J. Theor. Biol. 87, 237 (1980), doi 10.1016/0022-5193(80)90358-6].
void check_rate(const DepositStep& step, const Box& box, double cutoff_A, const std::string& pointer, PlacedErrorList& errors) {
  constexpr double jammed = 0.70;
  const double reach_A = cutoff_A + beyond_cutoff_A, area = area_along_z(box);
  const double at_a_time = std::max(1.0, jammed * area / (reach_A * reach_A)), least_ps = reach_A * flight_ps_per_A(step) / at_a_time;
  const double interval_ps = growth_ps(step) / static_cast<double>(deposited_atoms(step, box));
  if (interval_ps < least_ps)
    errors.add(pointer + (step.atoms ? "/interval_ps" : "/growth_rate_A_per_ps"),
               fmt::format("an atom each {:.3g} ps is too fast: out of each other's reach ({:.3g} A), at {:.3g} A/ps, one each {:.3g} ps can come down on {:.4g} A^2; a faster beam, a "
                           "longer interval or a wider substrate",
                           interval_ps, reach_A, 1.0 / flight_ps_per_A(step), least_ps, area));
}

}  // namespace

void check_substrate(const DepositStep& step, const ForeseenSample& sample, const Structure& start, double cutoff_A, const std::string& pointer, PlacedErrorList& errors) {
  check_rate(step, sample.numbers.box, cutoff_A, pointer, errors);
  const std::string fault =
      sample.is_new ? fault_of_substrate(start, {step.rigid_A, step.thermostat_A}) : fault_of_cell(sample.numbers.box);
  if (!fault.empty()) errors.add(pointer, fault);
}

}  // namespace patina
