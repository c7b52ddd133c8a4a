// SPDX-License-Identifier: BSD-3-Clause
// Embedded-atom potential files, read with LAMMPS's conventions (pair_style eam, eam/alloy, eam/fs):
//   setfl eam/alloy  3 comment lines; "N element names"; "Nrho drho Nr dr cutoff"; per element a line
//                    "Z mass a lattice", Nrho values F, Nr values rho; then r phi_ij for i >= j (i = 0: 00,
//                    10, 11 ...)
//   setfl eam/fs     the same with N density tables per element: block I, table J = density that an I
//   contributes
//                    at a site of J
//   funcfl eam       one element; comment; "Z mass a lattice"; "Nrho drho Nr dr cutoff"; F; effective charge
//   Z(r);
//                    rho. r phi_ij = 27.2 * 0.529 Z_i Z_j (Hartree, Bohr as DYNAMO rounds them); several
//                    files are brought to one grid by four-point Lagrange interpolation.
// Which of them a file is, its content says; a name that ends in .eam.alloy or .eam.fs must agree with it.
// Units: eV, Angstrom, amu. [Daw, Foiles & Baskes, Mater. Sci. Rep. 9, 251 (1993)]
#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/mpi.hpp"
#include "md/eam_tables.hpp"

namespace patina {

// The file has no such element; an input's reader tells it at the input's own place.
struct NoSuchElement : Error {
  NoSuchElement(std::string symbol_, const std::string& message) : Error(ExitCode::bad_input, message), symbol(std::move(symbol_)) {}
  std::string symbol;
};

// The tables of `species`, in that order. One path for setfl; for funcfl one path per element, in any order.
// Collective: rank 0 reads. Throws on all ranks Error(missing_input) or Error(bad_input), "file:line:
// message".
EamFunctions read_eam_files(const Comm& comm, const std::vector<std::string>& paths,
                            const std::vector<std::string>& species);
// One file; collective over all ranks.
EamFunctions read_eam_file(const std::string& path, const std::vector<std::string>& species);

// The content of a setfl file or of funcfl files; `paths` serve the messages.
EamFunctions parse_eam(const std::vector<std::string>& paths, const std::vector<std::string>& texts,
                       const std::vector<std::string>& species);

// The elements that such a content has, in its own order.
std::vector<std::string> eam_elements(const std::string& path, const std::string& text);

}  // namespace patina
