// SPDX-License-Identifier: BSD-3-Clause
#include "frames/partition_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/hdf5.hpp"

namespace patina {
namespace {

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

class PartitionReader {
 public:
  PartitionReader(const std::string& path, const std::string& group) : file_(h5::File::open(path)), group_(group) {
    if (group_.empty()) group_ = file_.exists("/qmap/dynamic_roi_map") ? "/qmap" : "/xpcs/qmap";
    if (!has("dynamic_roi_map")) fail("dynamic_roi_map", "is missing: no partition of a detector");
  }

  Partition read() {
    const h5::Dims dims = file_.dims(group_ + "/dynamic_roi_map");
    if (dims.size() != 2 || dims[0] < 1 || dims[1] < 1 || dims[0] > (1u << 30) || dims[1] > (1u << 30)) fail("dynamic_roi_map", "must be (rows, columns)");
    Partition partition;
    RingMap& map = partition.map;
    map.rows = static_cast<int>(dims[0]);
    map.columns = static_cast<int>(dims[1]);
    map.dynamic_map = labels("dynamic_roi_map", dims);
    map.static_map = has("static_roi_map") ? labels("static_roi_map", dims) : map.dynamic_map;
    map.mask.assign(map.dynamic_map.size(), 1);
    if (has("mask")) {
      if (file_.dims(group_ + "/mask") != dims) fail("mask", fmt::format("must be of {} x {} pixels, as dynamic_roi_map is", dims[0], dims[1]));
      const std::vector<double> mask = file_.read_numbers(group_ + "/mask");
      for (std::size_t p = 0; p < mask.size(); ++p) map.mask[p] = mask[p] != 0.0 ? 1 : 0;
    }
    add_bins(partition, has("static_roi_map"));
    partition.beam_center_x = number("beam_center_x");
    partition.beam_center_y = number("beam_center_y");
    partition.distance_m = number("detector_distance");
    partition.pixel_size_m = number("pixel_size");
    partition.source = fmt::format("{}: {}", file_.path(), group_);
    return partition;
  }

 private:
  bool has(const char* name) const { return file_.exists(group_ + "/" + name); }
  std::vector<double> list(const char* name) const { return has(name) ? file_.read_numbers(group_ + "/" + name) : std::vector<double>(); }
  double number(const char* name) const {
    const std::vector<double> values = list(name);
    return values.size() == 1 ? values[0] : not_known;
  }

  std::vector<std::int32_t> labels(const char* name, const h5::Dims& dims) const {
    if (file_.dims(group_ + "/" + name) != dims) fail(name, fmt::format("must be of {} x {} pixels, as dynamic_roi_map is", dims[0], dims[1]));
    std::vector<std::int32_t> numbers;
    for (const double label : file_.read_numbers(group_ + "/" + name)) {
      if (!(label >= 0.0 && label <= 1e6 && label == std::floor(label)))
        fail(name, fmt::format("has the label {:g} at row {}, column {}: must be a whole number, 0 (no bin) to 1000000", label, numbers.size() / dims[1], numbers.size() % dims[1]));
      numbers.push_back(static_cast<std::int32_t>(label));
    }
    return numbers;
  }

  // q and phi of a bin, by its number in the grid of both.
  struct Places {
    std::vector<double> q, phi, natural;
    double q_of(std::size_t bin) const { return value(q, std::floor(at(bin) / angles())); }
    double phi_of(std::size_t bin) const { return value(phi, std::fmod(at(bin), angles())); }

   private:
    double angles() const { return std::max<double>(1.0, static_cast<double>(phi.size())); }
    double at(std::size_t bin) const { return bin < natural.size() ? natural[bin] : static_cast<double>(bin); }
    static double value(const std::vector<double>& values, double k) { return k >= 0.0 && k < static_cast<double>(values.size()) ? values[static_cast<std::size_t>(k)] : 0.0; }
  };

  void add_bins(Partition& partition, bool has_static) const {
    RingMap& map = partition.map;
    const std::int32_t bins = *std::max_element(map.dynamic_map.begin(), map.dynamic_map.end());
    if (bins < 1) fail("dynamic_roi_map", "has no bin: all labels are 0");
    std::int32_t parts = 0;
    for (std::size_t p = 0; p < map.static_map.size(); ++p) {
      if (map.dynamic_map[p] == 0) map.static_map[p] = 0;
      if (map.dynamic_map[p] > 0 && map.static_map[p] == 0)
        fail("static_roi_map", fmt::format("is 0 at row {}, column {}, which is in the dynamic bin {}", p / static_cast<std::size_t>(map.columns),
                                           p % static_cast<std::size_t>(map.columns), map.dynamic_map[p]));
      parts = std::max(parts, map.static_map[p]);
    }
    std::vector<std::int32_t> owner(static_cast<std::size_t>(parts) + 1);
    for (std::size_t p = 0; p < map.static_map.size(); ++p) {
      if (map.static_map[p] == 0) continue;
      std::int32_t& of = owner[static_cast<std::size_t>(map.static_map[p])];
      if (of != 0 && of != map.dynamic_map[p])
        fail("static_roi_map", fmt::format("its bin {} lies in the dynamic bins {} and {}: must be within one", map.static_map[p], of, map.dynamic_map[p]));
      of = map.dynamic_map[p];
    }
    const Places dynamic{list("dynamic_v_list_dim0"), list("dynamic_v_list_dim1"), list("dynamic_index_mapping")};
    const Places fixed{list("static_v_list_dim0"), list("static_v_list_dim1"), list("static_index_mapping")};
    map.rings.resize(static_cast<std::size_t>(bins));
    for (std::size_t k = 0; k < map.rings.size(); ++k) {
      map.rings[k] = {dynamic.q_of(k), 0.0, 0, dynamic.phi_of(k), 0.0, 1};  // apply_mask() counts its parts
    }
    for (std::int32_t s = 1; s <= parts; ++s) {
      const auto of = static_cast<std::size_t>(owner[static_cast<std::size_t>(s)]);
      const bool told = has_static && !fixed.q.empty();
      map.static_q_inv_A.push_back(told ? fixed.q_of(static_cast<std::size_t>(s) - 1) : of > 0 ? map.rings[of - 1].q_inv_A : 0.0);
      map.static_phi_deg.push_back(told ? fixed.phi_of(static_cast<std::size_t>(s) - 1) : of > 0 ? map.rings[of - 1].phi_deg : 0.0);
    }
    apply_mask(partition, map.mask, file_.path() + ": " + group_ + "/mask");
  }

  [[noreturn]] void fail(const std::string& name, const std::string& reason) const {
    throw Error(ExitCode::bad_input, fmt::format("{}: {}/{}: {}", file_.path(), group_, name, reason));
  }

  h5::File file_;
  std::string group_;
};

}  // namespace

Partition read_partition(const std::string& path, const std::string& group) { return PartitionReader(path, group).read(); }

Partition whole_frame(int rows, int columns) {
  const std::size_t pixels = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  Partition partition{{}, not_known, not_known, not_known, not_known, "all pixels are one bin"};
  RingMap& map = partition.map;
  map.rows = rows;
  map.columns = columns;
  map.rings = {{0.0, 0.0, 1}};
  map.mask.assign(pixels, 1);
  map.dynamic_map.assign(pixels, 1);
  map.static_map.assign(pixels, 1);
  map.static_q_inv_A = map.static_phi_deg = {0.0};
  map.ring_pixels = {static_cast<std::int64_t>(pixels)};
  return partition;
}

void apply_mask(Partition& partition, const std::vector<std::uint8_t>& good, const std::string& place) {
  RingMap& map = partition.map;
  require(good.size() == map.mask.size(), "apply_mask: a mask of another size");
  map.ring_pixels.assign(map.rings.size(), 0);
  std::vector<std::int32_t> left(map.static_q_inv_A.size() + 1), ring_of(left.size());
  for (std::size_t p = 0; p < good.size(); ++p) {
    if (!good[p]) map.mask[p] = 0;
    if (!map.mask[p]) map.dynamic_map[p] = map.static_map[p] = 0;
    if (map.dynamic_map[p] == 0) continue;
    ++map.ring_pixels[static_cast<std::size_t>(map.dynamic_map[p]) - 1];
    left[static_cast<std::size_t>(map.static_map[p])] = 1;
    ring_of[static_cast<std::size_t>(map.static_map[p])] = map.dynamic_map[p];
  }
  for (std::size_t k = 0; k < map.rings.size(); ++k)
    if (map.ring_pixels[k] == 0) throw Error(ExitCode::bad_input, fmt::format("{}: leaves no pixel in the dynamic bin {}", place, k + 1));
  std::vector<double> q, phi;
  for (Ring& ring : map.rings) ring.parts = 0;
  for (std::size_t s = 1; s < left.size(); ++s) {
    if (left[s] == 0) continue;
    q.push_back(map.static_q_inv_A[s - 1]);
    phi.push_back(map.static_phi_deg[s - 1]);
    left[s] = static_cast<std::int32_t>(q.size());
    ++map.rings[static_cast<std::size_t>(ring_of[s]) - 1].parts;
  }
  for (std::int32_t& part : map.static_map) part = left[static_cast<std::size_t>(part)];
  map.static_q_inv_A = std::move(q);
  map.static_phi_deg = std::move(phi);
}

}  // namespace patina
