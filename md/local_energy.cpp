// SPDX-License-Identifier: BSD-3-Clause
#include "md/local_energy.hpp"

#include <algorithm>
#include <cmath>

namespace patina {

namespace {

// Bins are half as wide as pairs reach: neighbours stand in 5 x 5 x 5 of them.
constexpr double bins_over_reach = 2.0;
// Atoms far out in the vacuum must not make bins without end.
constexpr double most_bins_per_point = 8.0, few_bins = 1000.0;

}  // namespace

LocalEnergy::LocalEnergy(const Box& box, const std::vector<Vec3>& place, const std::vector<int>& type, const LocalTables& tables)
    : box_(box),
      tables_(tables),
      types_(tables.types()),
      type_(type),
      pair_(type.size() * static_cast<std::size_t>(types_), 0.0),
      density_(pair_),
      embedding_(type.size(), 0.0),
      place_in_touched_(type.size(), -1) {
  for (int d = 0; d < 3; ++d)
    if (box.periodic(d)) most_images_[static_cast<std::size_t>(d)] = static_cast<int>(std::sqrt(tables.pair_limit_sq()) / box.height(d)) + 1;
  std::vector<Vec3> point;
  std::vector<int> site;
  add_images(place, point, site);
  sort_into_bins(point, site);
  own_images_sq_ = distances_sq(0, 0);
  sum_all();
}

double LocalEnergy::bytes(double sites, double points, double neighbours, int types) {
  constexpr double growth = 1.5;  // of a list while it is made
  constexpr double of_point = 3 * sizeof(double) + sizeof(int) + sizeof(Vec3) + 2 * sizeof(int), of_site = sizeof(double) + 4 * sizeof(int);
  return points * of_point + sites * (of_site + 2.0 * types * sizeof(double) + neighbours * sizeof(Felt) * growth);
}

void LocalEnergy::add_images(const std::vector<Vec3>& place, std::vector<Vec3>& point, std::vector<int>& site) const {
  const double reach_A = std::sqrt(tables_.pair_limit_sq());
  constexpr double rounding = 1e-9;
  Vec3 margin;  // in fractions of the cell
  for (int d = 0; d < 3; ++d) margin[d] = reach_A / box_.height(d) + rounding;
  for (std::size_t k = 0; k < place.size(); ++k) {
    point.push_back(place[k]);
    site.push_back(static_cast<int>(k));
    const Vec3 s = box_.to_fractional(place[k]);
    const auto reaches = [&](int d, int n) { return n == 0 || (s[d] + n > -margin[d] && s[d] + n < 1.0 + margin[d]); };
    int n[3];
    for (n[0] = -most_images_[0]; n[0] <= most_images_[0]; ++n[0]) {
      if (!reaches(0, n[0])) continue;
      for (n[1] = -most_images_[1]; n[1] <= most_images_[1]; ++n[1]) {
        if (!reaches(1, n[1])) continue;
        for (n[2] = -most_images_[2]; n[2] <= most_images_[2]; ++n[2]) {
          if (!reaches(2, n[2]) || (n[0] == 0 && n[1] == 0 && n[2] == 0)) continue;
          point.push_back(place[k] + box_.translation(n));
          site.push_back(static_cast<int>(k));
        }
      }
    }
  }
}

void LocalEnergy::sort_into_bins(const std::vector<Vec3>& point, const std::vector<int>& site) {
  Vec3 low = point.front(), high = point.front();
  for (const Vec3& p : point)
    for (int d = 0; d < 3; ++d) {
      low[d] = std::min(low[d], p[d]);
      high[d] = std::max(high[d], p[d]);
    }
  bin_width_ = std::sqrt(tables_.pair_limit_sq()) / bins_over_reach;
  const auto count = [&] {
    double bins = 1.0;
    for (int d = 0; d < 3; ++d) bins *= std::floor((high[d] - low[d]) / bin_width_) + 1.0;
    return bins;
  };
  while (count() > most_bins_per_point * static_cast<double>(point.size()) + few_bins) bin_width_ *= 1.25;
  for (int d = 0; d < 3; ++d) bins_[static_cast<std::size_t>(d)] = static_cast<int>((high[d] - low[d]) / bin_width_) + 1;
  std::vector<int> bin(point.size());
  first_in_bin_.assign(static_cast<std::size_t>(bins_[0]) * static_cast<std::size_t>(bins_[1]) * static_cast<std::size_t>(bins_[2]) + 1, 0);
  for (std::size_t k = 0; k < point.size(); ++k) {
    int at[3];
    for (int d = 0; d < 3; ++d) at[d] = static_cast<int>((point[k][d] - low[d]) / bin_width_);
    bin[k] = (at[2] * bins_[1] + at[1]) * bins_[0] + at[0];
    ++first_in_bin_[static_cast<std::size_t>(bin[k]) + 1];
  }
  for (std::size_t b = 1; b < first_in_bin_.size(); ++b) first_in_bin_[b] += first_in_bin_[b - 1];
  x_.resize(point.size());
  y_ = z_ = x_;
  site_of_point_.resize(point.size());
  point_of_site_.assign(type_.size(), -1);
  bin_of_site_.resize(type_.size());
  std::vector<int> next(first_in_bin_.begin(), first_in_bin_.end() - 1);
  for (std::size_t k = 0; k < point.size(); ++k) {
    const auto to = static_cast<std::size_t>(next[static_cast<std::size_t>(bin[k])]++);
    x_[to] = point[k][0];
    y_[to] = point[k][1];
    z_[to] = point[k][2];
    site_of_point_[to] = site[k];
    // Of each site the first point is the atom itself.
    const auto s = static_cast<std::size_t>(site[k]);
    if (point_of_site_[s] >= 0) continue;
    point_of_site_[s] = static_cast<int>(to);
    bin_of_site_[s] = bin[k];
  }
}

std::span<const LocalEnergy::Near> LocalEnergy::near(int site, double limit_sq) {
  const auto own = static_cast<std::size_t>(point_of_site_[static_cast<std::size_t>(site)]);
  const double x = x_[own], y = y_[own], z = z_[own];
  const int reach = static_cast<int>(std::sqrt(limit_sq) / bin_width_ * (1.0 - 1e-12)) + 1;
  const int bin = bin_of_site_[static_cast<std::size_t>(site)];
  const int bx = bin % bins_[0], by = bin / bins_[0] % bins_[1], bz = bin / bins_[0] / bins_[1];
  const int x_begin = std::max(bx - reach, 0), x_end = std::min(bx + reach, bins_[0] - 1) + 1;
  std::size_t found = 0;
  for (int cz = std::max(bz - reach, 0); cz <= std::min(bz + reach, bins_[2] - 1); ++cz)
    for (int cy = std::max(by - reach, 0); cy <= std::min(by + reach, bins_[1] - 1); ++cy) {
      const auto row = static_cast<std::size_t>((cz * bins_[1] + cy) * bins_[0]);
      const auto begin = static_cast<std::size_t>(first_in_bin_[row + static_cast<std::size_t>(x_begin)]);
      const auto end = static_cast<std::size_t>(first_in_bin_[row + static_cast<std::size_t>(x_end)]);
      const std::size_t count = end - begin;
      if (near_.size() < found + count) near_.resize(2 * (found + count));
      if (r_sq_.size() < count) r_sq_.resize(2 * count);
      // Apart from the choice, so that the compiler makes vectors of it.
      for (std::size_t k = 0; k < count; ++k) {
        const double dx = x_[begin + k] - x, dy = y_[begin + k] - y, dz = z_[begin + k] - z;
        r_sq_[k] = dx * dx + dy * dy + dz * dz;
      }
      // Without a branch: which ones are near is as good as random.
      for (std::size_t k = 0; k < count; ++k) {
        near_[found] = {site_of_point_[begin + k], r_sq_[k]};
        found += static_cast<std::size_t>(r_sq_[k] < limit_sq) & static_cast<std::size_t>(begin + k != own);
      }
    }
  return {near_.data(), found};
}

const std::vector<double>& LocalEnergy::distances_sq(int first, int second) {
  between_sq_.clear();
  const auto a = static_cast<std::size_t>(point_of_site_[static_cast<std::size_t>(first)]), b = static_cast<std::size_t>(point_of_site_[static_cast<std::size_t>(second)]);
  Vec3 between = {{x_[b] - x_[a], y_[b] - y_[a], z_[b] - z_[a]}};
  // The nearest image along each axis, and those beside it in small cells. Farther than `most` cells from it none counts.
  const Vec3 s = between * box_.inverse_edges();
  int n[3], low[3], high[3];
  for (int d = 0; d < 3; ++d) {
    const bool lone = most_images_[static_cast<std::size_t>(d)] == 0;
    const int nearest = lone ? 0 : static_cast<int>(-std::rint(s[d]));
    // Beyond half a cell from the nearest image, others count only if the cutoff reaches that far.
    const int more = !lone && std::sqrt(tables_.pair_limit_sq()) > 0.5 * box_.height(d) * (1.0 - 1e-9) ? most_images_[static_cast<std::size_t>(d)] : 0;
    low[d] = nearest - more;
    high[d] = nearest + more;
  }
  for (n[0] = low[0]; n[0] <= high[0]; ++n[0])
    for (n[1] = low[1]; n[1] <= high[1]; ++n[1])
      for (n[2] = low[2]; n[2] <= high[2]; ++n[2]) {
        if (first == second && n[0] == 0 && n[1] == 0 && n[2] == 0) continue;
        const Vec3 image = between + box_.translation(n);
        if (const double r_sq = dot(image, image); r_sq < tables_.pair_limit_sq()) between_sq_.push_back(r_sq);
      }
  return between_sq_;
}

double LocalEnergy::pair_sum(const std::vector<double>& r_sq, int s, int t) const {
  double sum = 0.0;
  for (const double one : r_sq) sum += tables_.pair_energy(s, t, tables_.place(one));
  return sum;
}

double LocalEnergy::density_sum(const std::vector<double>& r_sq, int source, int target) const {
  double sum = 0.0;
  for (const double one : r_sq)
    if (one < tables_.density_limit_sq()) sum += tables_.density(source, target, tables_.place(one));
  return sum;
}

void LocalEnergy::sum_all() {
  for (int site = 0; site < static_cast<int>(type_.size()); ++site) {
    first_felt_.push_back(felt_.size());
    double* const pair = &pair_at(site, 0);
    double* const density = &density_at(site, 0);
    const int mine = type(site);
    for (const Near& other : near(site, tables_.pair_limit_sq())) {
      const bool feels = tables_.dense() && other.r_sq < tables_.density_limit_sq();
      if (!feels && other.site < site) continue;
      const LocalTables::Place at = tables_.place(other.r_sq);
      if (feels) felt_.push_back({other.site, static_cast<int>(at.row), at.p});
      // The same rows serve both: each pair once, but for those of an atom with its own images, which are met from both sides.
      if (other.site < site) continue;
      const int its = type(other.site);
      const bool own = other.site == site;
      double* const its_pair = &pair_at(other.site, 0);
      for (int t = 0; t < types_; ++t) {
        pair[t] += tables_.pair_energy(its, t, at);
        if (!own) its_pair[t] += tables_.pair_energy(mine, t, at);
      }
      if (!feels) continue;
      double* const its_density = &density_at(other.site, 0);
      for (int t = 0; t < types_; ++t) {
        density[t] += tables_.density(its, t, at);
        if (!own) its_density[t] += tables_.density(mine, t, at);
      }
    }
  }
  first_felt_.push_back(felt_.size());
  for (int site = 0; site < static_cast<int>(type_.size()); ++site)
    embedding_[static_cast<std::size_t>(site)] = tables_.embedding_energy(type(site), density_at(site, type(site)));
}

void LocalEnergy::change_densities(int site, int from, int to, int other_site) {
  for (std::size_t k = first_felt_[static_cast<std::size_t>(site)]; k < first_felt_[static_cast<std::size_t>(site) + 1]; ++k) {
    const Felt& other = felt_[k];
    if (other.site == site || other.site == other_site) continue;
    const int its = type(other.site);
    const LocalTables::Place at = {0.0, other.p, static_cast<std::size_t>(other.row)};
    const double gain = tables_.density(to, its, at) - tables_.density(from, its, at);
    int& place = place_in_touched_[static_cast<std::size_t>(other.site)];
    if (place < 0) {
      place = static_cast<int>(touched_.size());
      touched_.push_back({other.site, its, density_at(other.site, its), 0.0});
    }
    touched_[static_cast<std::size_t>(place)].density += gain;
  }
}

double LocalEnergy::change(int first, int second) {
  const int a = type(first), b = type(second);
  const std::vector<double>&X = distances_sq(first, second), &Y = own_images_sq_;
  double energy = pair_at(first, b) - pair_at(first, a) + pair_at(second, a) - pair_at(second, b);
  if (!X.empty()) energy += 2.0 * pair_sum(X, a, b) - pair_sum(X, a, a) - pair_sum(X, b, b);
  if (!Y.empty()) energy += pair_sum(Y, a, a) + pair_sum(Y, b, b) - 2.0 * pair_sum(Y, a, b);
  pending_ = {Embedded{first, b, 0.0, 0.0}, Embedded{second, a, 0.0, 0.0}};
  if (!tables_.dense()) return energy;

  for (Embedded& changing : pending_) {
    const int was = type(changing.site), is = changing.type;
    // The other one becomes what this one was, its own images what it becomes.
    changing.density = density_at(changing.site, is) + density_sum(X, was, is) - density_sum(X, is, is) + density_sum(Y, is, is) - density_sum(Y, was, is);
  }
  touched_.clear();
  change_densities(first, a, b, second);
  change_densities(second, b, a, first);
  const auto embed = [&](Embedded& changing) {
    changing.energy = tables_.embedding_energy(changing.type, changing.density);
    energy += changing.energy - embedding_[static_cast<std::size_t>(changing.site)];
  };
  for (Embedded& changing : pending_) embed(changing);
  for (Embedded& changing : touched_) {
    embed(changing);
    place_in_touched_[static_cast<std::size_t>(changing.site)] = -1;
  }
  return energy;
}

void LocalEnergy::settle_around(int site, int from, int to) {
  for (const Near& other : near(site, tables_.pair_limit_sq())) {
    const LocalTables::Place at = tables_.place(other.r_sq);
    double* const pair = &pair_at(other.site, 0);
    for (int t = 0; t < types_; ++t) pair[t] += tables_.pair_energy(to, t, at) - tables_.pair_energy(from, t, at);
    if (!tables_.dense() || !(other.r_sq < tables_.density_limit_sq())) continue;
    double* const density = &density_at(other.site, 0);
    for (int t = 0; t < types_; ++t) density[t] += tables_.density(to, t, at) - tables_.density(from, t, at);
  }
}

void LocalEnergy::exchange() {
  for (const Embedded& changing : pending_) settle_around(changing.site, type(changing.site), changing.type);
  for (const Embedded& changing : pending_) type_[static_cast<std::size_t>(changing.site)] = changing.type;
  if (!tables_.dense()) return;
  for (const Embedded& changing : pending_) embedding_[static_cast<std::size_t>(changing.site)] = changing.energy;
  for (const Embedded& changing : touched_) embedding_[static_cast<std::size_t>(changing.site)] = changing.energy;
}

}  // namespace patina
