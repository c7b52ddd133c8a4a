// SPDX-License-Identifier: BSD-3-Clause
#include "md/local_energy.hpp"

#include <algorithm>
#include <cmath>

namespace patina {

namespace {

// Bins are half a cutoff wide: neighbours stand in 5 x 5 x 5 of them.
constexpr int reach = 2;
// Atoms far out in the vacuum must not make bins without end.
constexpr double most_bins_per_point = 8.0;

std::vector<double> values_of(const Array<double>& view) {
  const auto host = Kokkos::create_mirror_view_and_copy(HostSpace{}, view);
  return {host.data(), host.data() + host.extent(0)};
}

}  // namespace

LocalTables::LocalTables(const EamTables& tables)
    : types_(tables.types),
      r_rows_(tables.r_rows),
      rho_rows_(tables.rho_rows),
      inv_r_step_(tables.inv_r_step),
      inv_rho_step_(tables.inv_rho_step),
      rho_max_(tables.rho_max),
      longest_sq_(tables.max_cutoff * tables.max_cutoff),
      closest_sq_(tables.closest * tables.closest),
      pair_cutoff_sq_(values_of(tables.pair_cutoff_sq)),
      density_cutoff_sq_(values_of(tables.density_cutoff_sq)) {
  const auto pair = Kokkos::create_mirror_view_and_copy(HostSpace{}, tables.pair);
  const auto density = Kokkos::create_mirror_view_and_copy(HostSpace{}, tables.density);
  const auto embedding = Kokkos::create_mirror_view_and_copy(HostSpace{}, tables.embedding);
  cells_.resize(pair.extent(0));
  for (std::size_t row = 0; row < cells_.size(); ++row)
    for (std::size_t k = 0; k < 4; ++k) {
      cells_[row].r_phi[k] = pair(row, 4 + k);
      cells_[row].density[k] = density(row, k);
      dense_ = dense_ || density(row, k) != 0.0;
    }
  embedding_.resize(embedding.extent(0));
  for (std::size_t row = 0; row < embedding_.size(); ++row)
    for (std::size_t k = 0; k < 4; ++k) embedding_[row][k] = embedding(row, k);
}

TablePoint<double> LocalTables::at_distance(double r) const {
  const double x = r * inv_r_step_;
  const int row = std::min(static_cast<int>(x), r_rows_ - 2);
  return {row, std::min(x - row, 1.0)};
}

double LocalTables::pair_energy(int s, int t, double r_sq, const TablePoint<double>& at, double inverse_r) const {
  if (!(r_sq < pair_cutoff_sq_[pair_of(s, t)])) return 0.0;
  const double* c = cells_[pair_of(s, t) * static_cast<std::size_t>(r_rows_) + static_cast<std::size_t>(at.row)].r_phi;
  return (((c[3] * at.p + c[2]) * at.p + c[1]) * at.p + c[0]) * inverse_r;
}

double LocalTables::density(int s, int t, double r_sq, const TablePoint<double>& at) const {
  if (!(r_sq < density_cutoff_sq_[pair_of(s, t)])) return 0.0;
  const double* c = cells_[pair_of(s, t) * static_cast<std::size_t>(r_rows_) + static_cast<std::size_t>(at.row)].density;
  return ((c[3] * at.p + c[2]) * at.p + c[1]) * at.p + c[0];
}

// As EamTables::embed(), without the slope.
double LocalTables::embedding_energy(int t, double density) const {
  const double x = density * inv_rho_step_;
  const int row = static_cast<int>(std::clamp(x, 0.0, rho_rows_ - 1.0));
  const double p = std::min(x - row, 1.0);
  const std::array<double, 4>& c = embedding_[static_cast<std::size_t>(t * rho_rows_ + row)];
  const double value = ((c[3] * p + c[2]) * p + c[1]) * p + c[0];
  if (density <= rho_max_) return value;
  return value + ((3.0 * c[3] * p + 2.0 * c[2]) * p + c[1]) * inv_rho_step_ * (density - rho_max_);
}

LocalEnergy::LocalEnergy(const Box& box, const std::vector<Vec3>& place, const std::vector<int>& type, const LocalTables& tables)
    : tables_(tables),
      type_(type),
      density_(type.size(), 0.0),
      embedding_(type.size(), 0.0),
      place_in_touched_(type.size(), -1) {
  std::vector<Vec3> point;
  std::vector<int> site;
  add_images(box, place, point, site);
  sort_into_bins(point, site);
  if (tables.dense()) sum_densities();
}

void LocalEnergy::add_images(const Box& box, const std::vector<Vec3>& place, std::vector<Vec3>& point, std::vector<int>& site) const {
  const double reach_A = std::sqrt(tables_.longest_sq());
  constexpr double rounding = 1e-9;
  int most[3] = {0, 0, 0};
  Vec3 margin;  // in fractions of the cell
  for (int d = 0; d < 3; ++d) {
    margin[d] = reach_A / box.height(d) + rounding;
    if (box.periodic(d)) most[d] = static_cast<int>(std::floor(margin[d])) + 1;
  }
  for (std::size_t k = 0; k < place.size(); ++k) {
    point.push_back(place[k]);
    site.push_back(static_cast<int>(k));
    const Vec3 s = box.to_fractional(place[k]);
    const auto reaches = [&](int d, int n) { return n == 0 || (s[d] + n > -margin[d] && s[d] + n < 1.0 + margin[d]); };
    int n[3];
    for (n[0] = -most[0]; n[0] <= most[0]; ++n[0]) {
      if (!reaches(0, n[0])) continue;
      for (n[1] = -most[1]; n[1] <= most[1]; ++n[1]) {
        if (!reaches(1, n[1])) continue;
        for (n[2] = -most[2]; n[2] <= most[2]; ++n[2]) {
          if (!reaches(2, n[2]) || (n[0] == 0 && n[1] == 0 && n[2] == 0)) continue;
          point.push_back(place[k] + box.translation(n));
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
  double width = std::sqrt(tables_.longest_sq()) / reach * (1.0 + 1e-9);
  const auto count = [&] {
    double bins = 1.0;
    for (int d = 0; d < 3; ++d) bins *= std::floor((high[d] - low[d]) / width) + 1.0;
    return bins;
  };
  while (count() > most_bins_per_point * static_cast<double>(point.size()) + 1000.0) width *= 1.25;
  for (int d = 0; d < 3; ++d) bins_[static_cast<std::size_t>(d)] = static_cast<int>((high[d] - low[d]) / width) + 1;
  std::vector<int> bin(point.size());
  first_in_bin_.assign(static_cast<std::size_t>(bins_[0]) * static_cast<std::size_t>(bins_[1]) * static_cast<std::size_t>(bins_[2]) + 1, 0);
  for (std::size_t k = 0; k < point.size(); ++k) {
    int at[3];
    for (int d = 0; d < 3; ++d) at[d] = static_cast<int>((point[k][d] - low[d]) / width);
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

const std::vector<LocalEnergy::Near>& LocalEnergy::near(int site) {
  const auto own = static_cast<std::size_t>(point_of_site_[static_cast<std::size_t>(site)]);
  const double x = x_[own], y = y_[own], z = z_[own];
  const int bin = bin_of_site_[static_cast<std::size_t>(site)];
  const int bx = bin % bins_[0], by = bin / bins_[0] % bins_[1], bz = bin / bins_[0] / bins_[1];
  const int x_begin = std::max(bx - reach, 0), x_end = std::min(bx + reach, bins_[0] - 1) + 1;
  near_.clear();
  for (int cz = std::max(bz - reach, 0); cz <= std::min(bz + reach, bins_[2] - 1); ++cz)
    for (int cy = std::max(by - reach, 0); cy <= std::min(by + reach, bins_[1] - 1); ++cy) {
      const auto row = static_cast<std::size_t>((cz * bins_[1] + cy) * bins_[0]);
      const auto begin = static_cast<std::size_t>(first_in_bin_[row + static_cast<std::size_t>(x_begin)]);
      const auto end = static_cast<std::size_t>(first_in_bin_[row + static_cast<std::size_t>(x_end)]);
      const std::size_t count = end - begin;
      if (r_sq_.size() < count) r_sq_.resize(count);
      // Apart from the choice, so that the compiler makes vectors of it.
      for (std::size_t k = 0; k < count; ++k) {
        const double dx = x_[begin + k] - x, dy = y_[begin + k] - y, dz = z_[begin + k] - z;
        r_sq_[k] = dx * dx + dy * dy + dz * dz;
      }
      for (std::size_t k = 0; k < count; ++k)
        if (r_sq_[k] < tables_.longest_sq() && begin + k != own) near_.push_back({site_of_point_[begin + k], r_sq_[k]});
    }
  return near_;
}

void LocalEnergy::sum_densities() {
  for (int site = 0; site < static_cast<int>(type_.size()); ++site) {
    const auto i = static_cast<std::size_t>(site);
    double sum = 0.0;
    for (const Near& other : near(site)) {
      const TablePoint<double> at = tables_.at_distance(std::sqrt(std::max(other.r_sq, tables_.closest_sq())));
      sum += tables_.density(type_[static_cast<std::size_t>(other.site)], type_[i], other.r_sq, at);
    }
    density_[i] = sum;
    embedding_[i] = tables_.embedding_energy(type_[i], sum);
  }
}

int LocalEnergy::type_afterwards(int site) const {
  if (site == pending_[0].site) return type(pending_[1].site);
  return type(site == pending_[1].site ? pending_[0].site : site);
}

double LocalEnergy::change_around(int site, int from, int to, double& density) {
  const bool dense = tables_.dense();
  double energy = 0.0;
  density = 0.0;
  for (const Near& other : near(site)) {
    const double r = std::sqrt(std::max(other.r_sq, tables_.closest_sq())), inverse_r = 1.0 / r;
    const TablePoint<double> at = tables_.at_distance(r);
    const int before = type(other.site), afterwards = type_afterwards(other.site);
    // A pair of two places that both change, or of one and its image, is met twice.
    const double share = is_changing(other.site) ? 0.5 : 1.0;
    energy += share * (tables_.pair_energy(to, afterwards, other.r_sq, at, inverse_r) - tables_.pair_energy(from, before, other.r_sq, at, inverse_r));
    if (!dense) continue;
    density += tables_.density(afterwards, to, other.r_sq, at);
    if (is_changing(other.site)) continue;
    const double gain = tables_.density(to, before, other.r_sq, at) - tables_.density(from, before, other.r_sq, at);
    if (gain == 0.0) continue;
    int& place = place_in_touched_[static_cast<std::size_t>(other.site)];
    if (place < 0) {
      place = static_cast<int>(touched_.size());
      touched_.push_back({other.site, density_[static_cast<std::size_t>(other.site)], 0.0});
    }
    touched_[static_cast<std::size_t>(place)].density += gain;
  }
  return energy;
}

double LocalEnergy::change(int first, int second) {
  touched_.clear();
  pending_[0].site = first;
  pending_[1].site = second;
  double energy = 0.0;
  for (Embedded& changing : pending_) {
    const int to = type_afterwards(changing.site);
    energy += change_around(changing.site, type(changing.site), to, changing.density);
    if (!tables_.dense()) continue;
    changing.energy = tables_.embedding_energy(to, changing.density);
    energy += changing.energy - embedding_[static_cast<std::size_t>(changing.site)];
  }
  for (Embedded& other : touched_) {
    other.energy = tables_.embedding_energy(type(other.site), other.density);
    energy += other.energy - embedding_[static_cast<std::size_t>(other.site)];
    place_in_touched_[static_cast<std::size_t>(other.site)] = -1;
  }
  return energy;
}

void LocalEnergy::exchange() {
  std::swap(type_[static_cast<std::size_t>(pending_[0].site)], type_[static_cast<std::size_t>(pending_[1].site)]);
  if (!tables_.dense()) return;
  const auto settle = [&](const Embedded& changed) {
    density_[static_cast<std::size_t>(changed.site)] = changed.density;
    embedding_[static_cast<std::size_t>(changed.site)] = changed.energy;
  };
  for (const Embedded& changed : pending_) settle(changed);
  for (const Embedded& changed : touched_) settle(changed);
}

}  // namespace patina
