// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/structure_observer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/on_root.hpp"
#include "scattering/correlation.hpp"
#include "scattering/neutron_lengths.hpp"
#include "scattering/q_choice.hpp"
#include "scattering/results.hpp"

namespace patina {

namespace {

std::vector<double> flat(const Eigen::MatrixXd& m) {
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(m.size()));
  for (Eigen::Index i = 0; i < m.rows(); ++i)
    for (Eigen::Index j = 0; j < m.cols(); ++j) values.push_back(m(i, j));
  return values;
}

h5::NxField q_axis(const StructureFactor& s) {
  return {.name = "q_inv_A", .units = "1/angstrom", .long_name = "q (1/A)", .values = flat(s.q_inv_A)};
}

void write_partials(h5::File& file, const std::string& group, const std::string& title,
                    const StructureFactor& s, const Eigen::MatrixXd& value, const Eigen::MatrixXd& error,
                    const std::vector<std::string>& pairs, const std::string& normalisation) {
  h5::write_nxdata(
      file, group,
      {.title = title,
       .signal = {.name = "S",
                  .units = "",
                  .long_name = "S_ab(q)",
                  .values = flat(value),
                  .dims = {s.q_inv_A.size() ? static_cast<std::uint64_t>(value.rows()) : 0, pairs.size()},
                  .errors = flat(error)},
       .axes = {q_axis(s), {}}});
  file.write_texts(group + "/pairs", pairs);
  file.set_attribute(group, "normalisation", normalisation);
}

struct Totals {
  TotalStructureFactor xray;
  std::optional<TotalStructureFactor> neutron;  // unless an element has no scattering length
};

Totals totals_of(const QGrid& grid, const StructureSums& sums, const Species& species) {
  const auto total = [&](Weighting weighting) {
    return total_structure_factor(grid, sums, species.symbol, species.count, weighting, {});
  };
  const auto known = [](const std::string& symbol) { return neutron_length_fm(symbol).has_value(); };
  Totals totals{total(Weighting::xray), {}};
  if (std::all_of(species.symbol.begin(), species.symbol.end(), known)) totals.neutron = total(Weighting::neutron);
  return totals;
}

void write_neutrons(h5::File& file, const std::string& group, const StructureFactor& s, const TotalStructureFactor& neutron) {
  h5::write_nxdata(file, group,
                   {.title = "Structure factor of neutrons S_n(q)",
                    .signal = {.name = "S_n",
                               .units = "",
                               .long_name = "S_n(q)",
                               .values = flat(neutron.faber_ziman),
                               .errors = flat(neutron.faber_ziman_error)},
                    .axes = {q_axis(s)}});
  file.set_attribute(group, "weights", name_of(Weighting::neutron));
  file.set_attribute(group, "normalisation", "Faber-Ziman: S_n = 1 + (I/N - <|b|^2>) / |<b>|^2");
}

void write_normalised(h5::File& file, const std::string& group, const StructureFactor& s, const Totals& totals) {
  const auto field = [](const std::string& name, const std::string& label, const TotalStructureFactor& total) {
    return h5::NxField{
        .name = name, .units = "", .long_name = label, .values = flat(total.normalised), .errors = flat(total.normalised_error)};
  };
  h5::NxData data{.title = "Intensity per mean square of the scattering lengths S'(q)",
                  .signal = field("S_prime_x", "S'_x(q)", totals.xray),
                  .axes = {q_axis(s)}};
  if (totals.neutron) data.auxiliary_signals.push_back(field("S_prime_n", "S'_n(q)", *totals.neutron));
  h5::write_nxdata(file, group, data);
  file.set_attribute(group, "normalisation", "S' = I / (N <|f|^2>), <|f|^2> = sum_a c_a |f_a(q)|^2");
}

void write_structure(h5::File& file, const std::string& group, const StructureFactor& s, const Totals& totals, std::int64_t frames,
                     const std::vector<std::string>& pairs, double bin_inv_A, const ModeSum& modes) {
  h5::write_nxdata(file, group + "/structure_factor",
                   {.title = "Structure factor S_x(q)",
                    .signal = {.name = "S_x",
                               .units = "",
                               .long_name = "S_x(q)",
                               .values = flat(totals.xray.faber_ziman),
                               .errors = flat(totals.xray.faber_ziman_error)},
                    .axes = {q_axis(s)}});
  file.write(group + "/structure_factor/vectors",
             std::vector<int>(s.vectors.data(), s.vectors.data() + s.vectors.size()));
  file.write(group + "/structure_factor/bin", s.number);
  file.set_attribute(group + "/structure_factor", "bin_width_inv_A", bin_inv_A);
  file.set_attribute(group + "/structure_factor", "frames", frames);
  file.set_attribute(group + "/structure_factor", "weights", name_of(Weighting::xray));
  file.set_attribute(group + "/structure_factor", "method", name_of(modes.method()));
  file.set_attribute(group + "/structure_factor", "method_detail", modes.description());
  file.set_attribute(group + "/structure_factor", "normalisation",
                     "Faber-Ziman: S_x = 1 + (I/N - <|f|^2>) / |<f>|^2");
  file.set_attribute(group + "/structure_factor", "errors",
                     "standard error of the mean over the vectors of a bin, of their averages over frames");
  if (totals.neutron) write_neutrons(file, group + "/neutron_structure_factor", s, *totals.neutron);
  write_normalised(file, group + "/normalised_intensity", s, totals);
  write_partials(file, group + "/partials_faber_ziman", "Partial structure factors (Faber-Ziman)", s,
                 s.faber_ziman, s.faber_ziman_error, pairs, "S_FZ = 1 + (S_AL - delta_ab) / sqrt(c_a c_b)");
  write_partials(file, group + "/partials_ashcroft_langreth", "Partial structure factors (Ashcroft-Langreth)",
                 s, s.ashcroft_langreth, s.ashcroft_langreth_error, pairs,
                 "S_AL = <rho_a conj(rho_b)> / sqrt(N_a N_b)");
  const bool binary = s.bhatia_thornton.cols() == 3;
  write_partials(file, group + "/partials_bhatia_thornton", "Partial structure factors (Bhatia-Thornton)", s, s.bhatia_thornton,
                 s.bhatia_thornton_error, binary ? std::vector<std::string>{"NN", "NC", "CC"} : std::vector<std::string>{"NN"},
                 "of N = rho_1 + rho_2 and, of two species only, C = c_2 rho_1 - c_1 rho_2, per atom: S_NN -> 1, S_NC -> 0, S_CC -> c_1 c_2 at large q");
}

}  // namespace

RankNeeds memory_need(const StructureSpec& spec, const WatchedSample& watched) {
  const SampleNumbers& sample = watched.sample;
  const QGrid grid = make_q_grid(sample.box, spec.q_max_inv_A, spec.bin_inv_A, spec.vectors_per_bin, sample.seed);
  const double vectors = grid.set.size(), species = sample.species(), pairs = 0.5 * species * (species + 1.0);
  const MemoryNeed sums = mode_need(grid.set, sample, spec.sums);
  MemoryNeed other;
  other.kept = sums.kept + (32.0 + 16.0 * pairs) * vectors;
  other.frame = sums.frame + (16.0 * species + 8.0) * vectors;
  other.checkpoint = (48.0 + 16.0 * pairs) * vectors;
  MemoryNeed root = other;
  root.finish = 8.0 * ((pairs + 4.0) * vectors + 40.0 * grid.bins);
  return {root, other, fmt::format("{} vectors in {} bins", grid.set.size(), grid.bins), root.finish};
}

StructureObserver::StructureObserver(const Comm& comm, const Species& species, StructureSpec spec,
                                     ResultTarget target)
    : comm_(comm), species_(species), spec_(std::move(spec)), target_(std::move(target)) {
  form_factors(species_.symbol, {spec_.q_max_inv_A}, Weighting::xray, {});  // fails now rather than late
}

bool StructureObserver::due(std::int64_t step_in_protocol_step) const {
  return step_in_protocol_step % spec_.interval_steps == 0;
}

void StructureObserver::observe(const Frame& frame) {
  if (grid_.set.size() == 0) {
    if (const double many = expected_vectors(frame.box, 0.5 * spec_.q_max_inv_A, spec_.q_max_inv_A); target_.tell && many > told_choice)
      target_.tell(fmt::format("{}: choosing among some {:.2g} wave vectors", spec_.label, many));
    grid_ = make_q_grid(frame.box, spec_.q_max_inv_A, spec_.bin_inv_A, spec_.vectors_per_bin, target_.seed);
    if (grid_.set.size() == 0)
      throw Error(ExitCode::bad_input, fmt::format("{}: the cell has no wave vector with |q| below {} 1/A",
                                                   spec_.label, spec_.q_max_inv_A));
    make_sum(spec_.sums.method);
    time_origin_ps_ = frame.time_ps;
  }
  add_frame(sums_, density_modes(frame, *modes_), magnitudes(frame.box, grid_.set));
}

void StructureObserver::make_sum(SumMethod method) {
  modes_.emplace(grid_.set, comm_, species_.atoms(), species_.types(), SumOptions{method, spec_.sums.tolerance});
  if (target_.tell) target_.tell(spec_.label + ": " + modes_->description());
}

void StructureObserver::finish() {
  if (sums_.frames == 0) return;
  on_root(comm_, [&] {
    const auto s = structure_factor(grid_, sums_, species_.count);
    const Totals totals = totals_of(grid_, sums_, species_);
    const EntryHeader header{.name = spec_.label,
                             .kind = "structure",
                             .title = "Structure factor",
                             .plot = "structure_factor",
                             .time_origin_ps = time_origin_ps_,
                             .thermodynamic_state = target_.thermodynamic_state,
                             .preferred = false};
    append_entry(target_.path, header, target_.provenance, [&](h5::File& file, const std::string& group) {
      write_structure(file, group, s, totals, sums_.frames, pair_names(species_.symbol), spec_.bin_inv_A, *modes_);
    });
  });
}

void StructureObserver::save(StateMap& state) {
  if (sums_.frames == 0) return;
  patina::save(grid_.set, "", state);
  save_method(modes_->method(), state);
  state["bin"].assign(grid_.bin.begin(), grid_.bin.end());
  state["bin_number"].assign(grid_.number.begin(), grid_.number.end());
  state["bins"] = {static_cast<double>(grid_.bins)};
  state["frames"] = {static_cast<double>(sums_.frames)};
  state["time_origin_ps"] = {time_origin_ps_};
  state["q_sum_inv_A"] = sums_.q_inv_A;
  const auto* product = reinterpret_cast<const double*>(sums_.product.data());
  state["product_sum"].assign(product, product + 2 * sums_.product.size());
}

void StructureObserver::load(const StateMap& state) {
  if (state.count("frames") == 0) return;  // saved before the first frame
  grid_ = {};
  grid_.set = load_q_set(0.5 * spec_.q_max_inv_A, spec_.q_max_inv_A, "", state);
  for (const double bin : state.at("bin")) grid_.bin.push_back(static_cast<int>(bin));
  for (const double number : state.at("bin_number")) grid_.number.push_back(static_cast<int>(number));
  grid_.bins = static_cast<int>(state.at("bins").at(0));
  make_sum(saved_method(state));
  time_origin_ps_ = state.at("time_origin_ps").at(0);
  const auto& product = state.at("product_sum");
  sums_ = {species_.types(), grid_.set.size(), static_cast<std::int64_t>(state.at("frames").at(0)),
           std::vector<std::complex<double>>(product.size() / 2), state.at("q_sum_inv_A")};
  std::copy(product.begin(), product.end(), reinterpret_cast<double*>(sums_.product.data()));
}

}  // namespace patina
