// SPDX-License-Identifier: BSD-3-Clause
#include "md/h5md.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "core/durable_file.hpp"
#include "core/elements.hpp"
#include "core/error.hpp"
#include "core/version.hpp"

namespace patina {

namespace {

const std::string group = "/particles/trajectory";

// step and time of every element are the ones of position, by hard links, as the standard wants for box and
// image.
void link_series(h5::File& file, const H5mdHeader& header, const std::string& element) {
  file.hard_link(group + "/position/step", element + "/step");
  if (header.times) file.hard_link(group + "/position/time", element + "/time");
}

std::vector<int> numbers_of(const std::vector<std::string>& symbols) {
  std::vector<int> numbers;
  for (const auto& symbol : symbols) numbers.push_back(atomic_number_of(symbol));
  return numbers;
}

// What VMD needs to give each species a name.
void write_vmd_structure(h5::File& file, const H5mdHeader& header) {
  const auto numbers = numbers_of(header.species);
  std::vector<int> index;
  std::vector<std::string> names;
  std::vector<double> masses;
  for (std::size_t t = 0; t < numbers.size(); ++t) {
    if (std::find(index.begin(), index.end(), numbers[t]) != index.end()) continue;
    index.push_back(numbers[t]);
    names.push_back(header.species[t]);
    masses.push_back(header.mass_amu.at(t));
  }
  const std::string vmd = "/parameters/vmd_structure";
  file.write(vmd + "/indexOfSpecies", index);
  file.write(vmd + "/atomicnumber", index);
  file.write(vmd + "/mass", masses);
  file.write_texts(vmd + "/name", names);
  file.write_texts(vmd + "/type", names);
}

}  // namespace

// The datasets that grow with the frames or are filled piece by piece.
struct H5mdWriter::Series {
  h5::Dataset step, edges, turn, origin, position, image, species, type;
  std::optional<h5::Dataset> time, velocity;
};

H5mdWriter::H5mdWriter(const std::string& path, const H5mdHeader& header)
    : header_(header), file_(h5::File::create(path)) {
  write_header();
  const auto real = header.double_precision ? h5::Type::float64 : h5::Type::float32;
  const auto atoms = static_cast<std::uint64_t>(header.atom_count);
  const h5::Layout grows{.extendable = true, .checksum = true};
  // Images are mostly zero and compress a thousandfold; positions hardly do.
  const h5::Layout packed{.extendable = true, .compress = true, .checksum = true};
  const h5::Dims rows{0, atoms, 3};
  auto make = [&](const std::string& name, h5::Type type, const h5::Dims& dims, const h5::Layout& layout) {
    return file_.create_dataset(group + name, type, dims, layout);
  };
  series_ = std::make_shared<Series>(
      Series{make("/position/step", h5::Type::int64, {0}, grows),
             make("/box/edges/value", h5::Type::float64, {0, 3, 3}, grows),
             make("/box/lattice_turn/value", h5::Type::int32, {0, 3, 3}, packed),
             make("/box/origin/value", h5::Type::float64, {0, 3}, grows),
             make("/position/value", real, rows, grows), make("/image/value", h5::Type::int32, rows, packed),
             make("/species", h5::Type::int32, {atoms}, {.compress = true}),
             file_.create_dataset("/parameters/patina/type", h5::Type::int32, {atoms}, {.compress = true}),
             std::nullopt, std::nullopt});
  if (header.times) {
    series_->time = make("/position/time", h5::Type::float64, {0}, grows);
    file_.set_attribute(group + "/position/time", "unit", "ps");
  }
  for (const char* name : {"/position/value", "/box/edges/value", "/box/origin/value"})
    file_.set_attribute(group + name, "unit", "Angstrom");
  for (const char* element : {"/box/edges", "/box/lattice_turn", "/box/origin", "/image"}) link_series(file_, header, group + element);
  if (header.velocities) {
    series_->velocity = make("/velocity/value", real, rows, grows);
    file_.set_attribute(group + "/velocity/value", "unit", "Angstrom ps-1");
    link_series(file_, header, group + "/velocity");
  }
  std::vector<std::string> boundary;
  for (const bool periodic : header.periodic) boundary.push_back(periodic ? "periodic" : "none");
  file_.set_attribute(group + "/box", "dimension", 3);
  file_.set_attribute(group + "/box", "boundary", boundary, h5::Text::fixed_length);
  file_.hard_link(group, "/particles/all");
}

void H5mdWriter::write_header() {
  const BuildInfo& build = build_info();
  file_.create_group("/h5md/author");
  file_.create_group("/h5md/creator");
  file_.create_group("/h5md/modules/units");
  file_.set_attribute("/h5md", "version", std::vector<int>{1, 1});
  // Who ran it is nobody's business unless they say so.
  file_.set_attribute("/h5md/author", "name", "N/A", h5::Text::fixed_length);
  file_.set_attribute("/h5md/creator", "name", "Patina", h5::Text::fixed_length);
  file_.set_attribute("/h5md/creator", "version", build.version, h5::Text::fixed_length);
  file_.set_attribute("/h5md/modules/units", "version", std::vector<int>{1, 0});
  file_.set_attribute("/h5md/modules/units", "system", "SI", h5::Text::fixed_length);
  file_.write_text("/parameters/config_json", header_.config_json);
  file_.write_texts("/parameters/patina/species", header_.species);
  file_.write("/parameters/patina/mass_amu", header_.mass_amu);
  file_.set_attribute("/parameters/patina", "git_hash", build.git_hash);
  file_.set_attribute("/parameters/patina", "kokkos_devices", build.kokkos_devices);
  write_vmd_structure(file_, header_);
}

void H5mdWriter::begin_frame(std::int64_t step, double time_ps, const Box& box) {
  require(frames_ == 0 || step > last_step_,
          fmt::format("{}: step {} does not follow step {}", file_.path(), step, last_step_));
  require(box.periodic() == header_.periodic, file_.path() + ": the boundaries changed within one segment");
  box_ = box;
  last_step_ = step;
  const Mat3& edges = box.edges();
  series_->step.append(std::vector<std::int64_t>{step});
  if (series_->time) series_->time->append(std::vector<double>{time_ps});
  series_->edges.append(std::vector<double>(&edges.m[0][0], &edges.m[0][0] + 9));
  const LatticeTurn& turn = box.turn();
  series_->turn.append(std::vector<std::int32_t>(turn[0], turn[0] + 9));
  series_->origin.append(std::vector<double>(box.origin().v, box.origin().v + 3));
  series_->position.grow(1);
  series_->image.grow(1);
  if (series_->velocity) series_->velocity->grow(1);
  ++frames_;
}

void H5mdWriter::write_vectors(h5::Dataset& dataset, std::int64_t first_row,
                               const std::vector<Vec3>& values) {
  const h5::Dims start{static_cast<std::uint64_t>(frames_ - 1), static_cast<std::uint64_t>(first_row), 0};
  const h5::Dims extent{1, values.size(), 3};
  const double* all = values.empty() ? nullptr : values[0].v;
  if (header_.double_precision)
    dataset.write_block(start, extent, std::vector<double>(all, all + 3 * values.size()));
  else
    dataset.write_block(start, extent, std::vector<float>(all, all + 3 * values.size()));
}

void H5mdWriter::write_atoms(const AtomRows& atoms) {
  const std::size_t count = atoms.position.size();
  std::vector<Vec3> wrapped = atoms.position;
  auto image = atoms.image;
  image.resize(count);
  for (std::size_t k = 0; k < count; ++k) wrap(box_, wrapped[k], image[k]);
  write_vectors(series_->position, atoms.first_row, wrapped);
  std::vector<std::int32_t> images;
  for (const auto& n : image) images.insert(images.end(), n.begin(), n.end());
  const auto first = static_cast<std::uint64_t>(atoms.first_row);
  series_->image.write_block({static_cast<std::uint64_t>(frames_ - 1), first, 0}, {1, count, 3}, images);
  if (series_->velocity) {
    require(atoms.velocity.size() == count, file_.path() + ": a frame without velocities");
    write_vectors(*series_->velocity, atoms.first_row, atoms.velocity);
  }
  if (frames_ > 1) return;
  const auto numbers = numbers_of(header_.species);
  std::vector<std::int32_t> species;
  for (const int type : atoms.type) species.push_back(numbers.at(static_cast<std::size_t>(type)));
  series_->species.write_block({first}, {count}, species);
  series_->type.write_block({first}, {count},
                            std::vector<std::int32_t>(atoms.type.begin(), atoms.type.end()));
}

std::uint64_t H5mdWriter::bytes() const {
  const std::uint64_t real = header_.double_precision ? 8 : 4;
  const std::uint64_t row = 3 * real * (header_.velocities ? 2 : 1) + 12;
  return static_cast<std::uint64_t>(frames_ * header_.atom_count) * row;
}

void H5mdWriter::close() {
  series_.reset();
  file_.close();
}

std::string segment_name(int number) { return fmt::format("seg_{:06d}.h5md", number); }

std::vector<std::string> trajectory_segments(const std::string& folder) {
  std::vector<std::pair<int, std::string>> found;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      int number = -1;
      if (std::sscanf(name.c_str(), "seg_%d.h5md", &number) == 1 && number >= 0 &&
          name == segment_name(number))
        found.emplace_back(number, entry.path().string());
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> paths;
  for (auto& [number, path] : found) paths.push_back(std::move(path));
  return paths;
}

namespace {

class H5mdFileWriter : public FrameWriter {
 public:
  H5mdFileWriter(const std::string& path, bool overwrite, bool double_precision)
      : path_(path), overwrite_(overwrite), double_precision_(double_precision) {
    check_target(path, overwrite ? IfExists::replace : IfExists::refuse);
  }

  void write(const StructureFrame& frame) override {
    const Structure& sample = frame.structure;
    // Row i is atom i + 1: other ids would be lost, and atoms would change their names.
    for (std::size_t k = 0; k < sample.size(); ++k)
      if (sample.id[k] != static_cast<std::int64_t>(k) + 1)
        throw Error(ExitCode::bad_input,
                    fmt::format("{}: atom ids must be 1 to {} for an H5MD file, but id {} stands in place {}",
                                path_, sample.size(), sample.id[k], k + 1));
    if (!writer_) {
      H5mdHeader header;
      header.species = sample.species;
      header.mass_amu = sample.mass;
      header.periodic = sample.box.periodic();
      header.atom_count = static_cast<std::int64_t>(sample.size());
      header.velocities = !sample.velocity.empty();
      header.times = frame.time_ps.has_value();
      header.double_precision = double_precision_;
      std::filesystem::remove(temporary());
      type_ = sample.type;
      has_times_ = header.times;
      writer_.emplace(temporary(), header);
    }
    if (sample.type != type_)
      throw Error(ExitCode::bad_input,
                  fmt::format("{}: the atoms or their species at step {} are not those of the "
                              "first frame; an H5MD file holds one set",
                              path_, frame.step));
    if (frame.time_ps.has_value() != has_times_)
      throw Error(ExitCode::bad_input, fmt::format("{}: some frames tell their time and others, as that at step {}, do not",
                                                   path_, frame.step));
    writer_->begin_frame(frame.step, frame.time_ps.value_or(0.0), sample.box);
    writer_->write_atoms({0, sample.type, sample.position, sample.image, sample.velocity});
  }

  void finish() override {
    if (!writer_) throw Error(ExitCode::bad_input, fmt::format("{}: there is no frame to write", path_));
    writer_->close();
    commit_file(temporary(), path_, overwrite_ ? IfExists::replace : IfExists::refuse);
  }

 private:
  std::string temporary() const { return path_ + ".tmp"; }

  std::string path_;
  bool overwrite_, double_precision_;
  std::vector<int> type_;
  bool has_times_ = true;
  std::optional<H5mdWriter> writer_;
};

}  // namespace

std::unique_ptr<FrameWriter> create_h5md(const std::string& path, bool overwrite, bool double_precision) {
  return std::make_unique<H5mdFileWriter>(path, overwrite, double_precision);
}

}  // namespace patina
