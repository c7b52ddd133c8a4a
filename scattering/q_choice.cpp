// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/q_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "core/placed_errors.hpp"

namespace patina {

namespace {

std::string text_of(const Miller& n) { return fmt::format("({}, {}, {})", n[0], n[1], n[2]); }

// Of q and -q the one whose first non-zero of n_z, n_y, n_x is positive.
Miller half_space(const Miller& n) {
  for (const int d : {2, 1, 0})
    if (n[d] != 0) return n[d] > 0 ? n : Miller{-n[0], -n[1], -n[2]};
  return n;
}

void check_list(const Box& box, const std::vector<Miller>& list, const std::string& what) {
  PlacedErrorList errors;
  const auto place = [&](std::size_t k) { return fmt::format("{}/miller/{}", what, k); };
  for (auto& [k, fault] : faults_of_list(list)) errors.add(place(k), std::move(fault));
  for (std::size_t k = 0; k < list.size(); ++k)
    for (int d = 0; d < 3; ++d)
      if (list[k][d] != 0 && !box.periodic(d))
        errors.add(place(k), fmt::format("{} must have 0 along axis {}, which is not periodic", text_of(list[k]), "xyz"[d]));
  errors.throw_if_any();
}

QSet group_of(const Box& box, std::vector<Miller> vectors) {
  std::sort(vectors.begin(), vectors.end(), [](const Miller& a, const Miller& b) { return std::tuple(a[2], a[1], a[0]) < std::tuple(b[2], b[1], b[0]); });
  QSet set{0.0, 0.0, static_cast<std::int64_t>(vectors.size()), std::move(vectors), {}};
  set.q_inv_A = magnitudes(box, set);
  const auto [low, high] = std::minmax_element(set.q_inv_A.begin(), set.q_inv_A.end());
  set.q0_inv_A = std::accumulate(set.q_inv_A.begin(), set.q_inv_A.end(), 0.0) / set.size();
  set.width_inv_A = *high - *low;
  return set;
}

std::vector<QSet> groups_of_list(const Box& box, const QChoice& choice, const std::string& what) {
  check_list(box, choice.list, what);
  std::vector<Miller> vectors;
  std::vector<QSet> groups;
  for (const Miller& n : choice.list) {
    vectors.push_back(half_space(n));
    if (choice.each_vector) groups.push_back(group_of(box, {half_space(n)}));
  }
  return choice.each_vector ? groups : std::vector<QSet>{group_of(box, vectors)};
}

// Of vectors of equal |q| the earlier one in line order first.
std::vector<QSet> each_by_itself(const Box& box, const std::vector<QSet>& shells) {
  std::map<Miller, double> all;  // shells may overlap
  for (const QSet& shell : shells)
    for (int k = 0; k < shell.size(); ++k) all.emplace(shell.miller[k], shell.q_inv_A[k]);
  std::vector<QSet> groups;
  for (const auto& [n, q] : all) groups.push_back(group_of(box, {n}));
  const auto order = [](const QSet& s) {
    const Miller& n = s.miller[0];
    return std::tuple(std::round(s.q0_inv_A * 1e9), n[2], n[1], n[0]);
  };
  std::sort(groups.begin(), groups.end(), [&](const QSet& a, const QSet& b) { return order(a) < order(b); });
  return groups;
}

std::string prefix_of(std::size_t group) { return fmt::format("shell{}_", group); }

}  // namespace

std::vector<std::pair<std::size_t, std::string>> faults_of_list(const std::vector<Miller>& list) {
  std::vector<std::pair<std::size_t, std::string>> faults;
  std::map<Miller, std::size_t> seen;
  for (std::size_t k = 0; k < list.size(); ++k) {
    if (list[k] == Miller{0, 0, 0}) {
      faults.emplace_back(k, text_of(list[k]) + " is no direction: a vector other than 0 is wanted");
    } else if (const auto [earlier, is_new] = seen.emplace(half_space(list[k]), k); !is_new) {
      faults.emplace_back(k, fmt::format("{} is the same as {} at miller/{}: q and -q are one speckle", text_of(list[k]), text_of(list[earlier->second]),
                                         earlier->second));
    }
  }
  return faults;
}

std::vector<QSet> choose_vectors(const Box& box, const QChoice& choice, std::uint64_t seed, const std::string& what) {
  std::vector<QSet> groups;
  if (!choice.list.empty()) {
    groups = groups_of_list(box, choice, what);
  } else {
    PlacedErrorList errors;
    for (std::size_t s = 0; s < choice.q_inv_A.size(); ++s)
      errors.attempt([&] {
        const std::string place = choice.q_inv_A.size() == 1 ? what + "/q_inv_A" : fmt::format("{}/q_inv_A/{}", what, s);
        groups.push_back(make_shell(box, choice.q_inv_A[s], choice.width_inv_A, choice.max_vectors, seed, s, place, choice.direction));
      });
    errors.throw_if_any();
    if (choice.each_vector) groups = each_by_itself(box, groups);
  }
  if (groups.size() > most_groups)
    throw PlacedErrors(what + "/each_vector", fmt::format("there are {} vectors, and at most {} may have curves of their own: lower max_vectors, or narrow "
                                                          "the shells",
                                                          groups.size(), most_groups));
  return groups;
}

double vectors_to_choose_from(const Box& box, const QChoice& choice) {
  double vectors = 0.0;
  if (choice.list.empty())
    for (const double q : choice.q_inv_A) vectors += expected_vectors(box, q, choice.width_inv_A);
  return vectors;
}

void save(const std::vector<QSet>& groups, StateMap& state) {
  state["shells"] = {static_cast<double>(groups.size())};
  for (std::size_t g = 0; g < groups.size(); ++g) {
    save(groups[g], prefix_of(g), state);
    state[prefix_of(g) + "range"] = {groups[g].q0_inv_A, groups[g].width_inv_A};
  }
}

std::vector<QSet> load_groups(const QChoice& choice, const StateMap& state) {
  const bool has_count = state.count("shells") > 0;
  const auto count = has_count ? static_cast<std::size_t>(state_of(state, "shells", 1)[0]) : choice.q_inv_A.size();
  std::vector<QSet> groups;
  for (std::size_t g = 0; g < count; ++g) {
    const std::string prefix = state.count("miller") > 0 ? "" : prefix_of(g);
    const std::vector<double> range = has_count ? state_of(state, prefix + "range", 2) : std::vector<double>{choice.q_inv_A[g], choice.width_inv_A};
    groups.push_back(load_q_set(range[0], range[1], prefix, state));
  }
  return groups;
}

}  // namespace patina
