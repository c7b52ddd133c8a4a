// SPDX-License-Identifier: BSD-3-Clause
#include "structure/atom_file.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "core/error.hpp"
#include "md/extended_xyz.hpp"

namespace patina {

namespace {

bool is_csv(const std::string& path) {
  const std::string suffix = std::filesystem::path(path).extension().string();
  if (suffix == ".csv") return true;
  if (suffix == ".xyz" || suffix == ".extxyz") return false;
  throw Error(ExitCode::usage, fmt::format("{}: the suffix is \"{}\", allowed: .xyz .extxyz .csv", path, suffix));
}

// Each after a separator.
std::string columns(const AtomFigures& atoms, std::size_t i, bool deformation, char separator) {
  std::string text = fmt::format("{}{:.6f}", separator, atoms.cells.volume_A3[i]);
  for (const int n : atoms.index[i].faces) text += fmt::format("{}{}", separator, n);
  text += fmt::format("{}{}{}{:.6f}", separator, int(atoms.cells.open[i]), separator, atoms.order[i]);
  if (!deformation) return text;
  const bool known = atoms.deformation.has_value();
  return text + fmt::format("{}{:.6g}{}{:.6g}", separator, known ? atoms.deformation->d2_min_A2[i] : std::nan(""), separator,
                            known ? atoms.deformation->shear[i] : std::nan(""));
}

std::string csv_rows(const StructureFrame& frame, const AtomFigures& atoms, std::int64_t number, bool deformation) {
  const Structure& sample = frame.structure;
  std::string text;
  for (std::size_t i = 0; i < sample.size(); ++i)
    text += fmt::format("{},{},{},{},{:.6f},{:.6f},{:.6f}{}\n", number, frame.step, sample.id[i], sample.species[static_cast<std::size_t>(sample.type[i])],
                        sample.position[i][0], sample.position[i][1], sample.position[i][2], columns(atoms, i, deformation, ','));
  return text;
}

}  // namespace

AtomFile::AtomFile(const std::string& path, bool overwrite) : csv_(is_csv(path)), file_(path, overwrite) {}

void AtomFile::write(const StructureFrame& frame, const AtomFigures& atoms, std::int64_t number, bool deformation) {
  if (csv_) {
    if (!begun_)
      file_.write(fmt::format("frame,step,id,species,x_A,y_A,z_A,volume_A3,n3,n4,n5,n6,n_more,open,qbar_6{}\n", deformation ? ",d2_min_A2,shear_strain" : ""));
    file_.write(csv_rows(frame, atoms, number, deformation));
  } else {
    file_.write(extended_xyz_text(frame, {fmt::format(":volume_A3:R:1:voronoi_index:I:5:open:I:1:qbar_6:R:1{}", deformation ? ":d2_min_A2:R:1:shear_strain:R:1" : ""),
                                          [&](std::size_t i) { return columns(atoms, i, deformation, ' '); }}));
  }
  begun_ = true;
}

}  // namespace patina
