// SPDX-License-Identifier: BSD-3-Clause
// parse_json: nlohmann's parser reads the grammar, a SAX handler builds the tree. The parser tells no
// positions of values, so the handler follows it through the text with a TokenCursor.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/json_syntax.hpp"
#include "core/json_text.hpp"

namespace patina {
namespace {

// NaN and numbers beyond double stop the parser. Each is replaced by 0 and the text read again, so that they
// are reported with their JSON path, and together with what else is wrong. More than this many are not worth
// it.
constexpr std::size_t most_repairs = 20;

struct Repair {
  std::size_t offset;
  std::string word;
};

struct Duplicate {
  JsonSpan where, first;
  std::string path, key;
};

class TreeBuilder {
 public:
  using json = nlohmann::json;

  TreeBuilder(const std::string& text, int override_index, const std::vector<Repair>& repairs,
              JsonValue& root)
      : text_(text), override_index_(override_index), repairs_(repairs), root_(root), cursor_(text) {}

  std::optional<SyntaxError> syntax_error;
  std::vector<Duplicate> duplicates;
  // Of the innermost container that is open.
  std::string path() const;
  std::optional<JsonSpan> innermost_open() const {
    return open_.empty() ? std::optional<JsonSpan>() : open_.back()->span;
  }

  // What nlohmann's parser calls.
  bool null() { return add(JsonValue::make_null(), cursor_.take_fixed(4)); }
  bool boolean(bool value) { return add(JsonValue::make(value), cursor_.take_fixed(value ? 4 : 5)); }
  bool number_integer(json::number_integer_t value) {
    return add_number(JsonValue::make(static_cast<std::int64_t>(value)));
  }
  bool number_unsigned(json::number_unsigned_t value) {
    return add_number(JsonValue::make(static_cast<std::uint64_t>(value)));
  }
  bool number_float(json::number_float_t value, const std::string&) {
    return add_number(JsonValue::make(value));
  }
  bool string(std::string& value) { return add(JsonValue::make(value), cursor_.take_string()); }
  bool binary(json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(JsonValue::make_object()); }
  bool start_array(std::size_t) { return open(JsonValue::make_array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name);
  bool parse_error(std::size_t bytes_read, const std::string&, const nlohmann::detail::exception& error);

 private:
  bool add(JsonValue value, std::size_t begin);
  bool add_number(JsonValue value);
  bool open(JsonValue container);
  bool close();
  bool refuse(std::size_t offset, const std::string& message) {
    syntax_error = SyntaxError{offset, 1, message, ""};
    return false;
  }

  const std::string& text_;
  int override_index_;
  const std::vector<Repair>& repairs_;
  JsonValue& root_;
  TokenCursor cursor_;
  std::vector<JsonValue*> open_;
  std::vector<std::unordered_map<std::string, JsonSpan>> keys_;  // of each open container
  std::string key_;
  JsonSpan key_span_;
  std::size_t values_ = 0;
};

bool TreeBuilder::key(std::string& name) {
  const std::size_t begin = cursor_.take_string();
  key_ = name;
  key_span_ = {begin, cursor_.at() - begin, override_index_};
  const auto [first, is_new] = keys_.back().try_emplace(key_, key_span_);
  if (!is_new) duplicates.push_back({key_span_, first->second, path(), key_});
  return true;
}

bool TreeBuilder::add(JsonValue value, std::size_t begin) {
  if (++values_ > json_max_values) return refuse(begin, fmt::format("more than {} values", json_max_values));
  const bool is_repaired = value.kind == JsonValue::Kind::non_finite;
  value.span = {begin, is_repaired ? value.text.size() : cursor_.at() - begin, override_index_};
  if (open_.empty()) {
    root_ = std::move(value);
    return true;
  }
  if (open_.back()->kind == JsonValue::Kind::object) {
    value.key = key_;
    value.key_span = key_span_;
  }
  open_.back()->items.push_back(std::move(value));
  return true;
}

bool TreeBuilder::add_number(JsonValue value) {
  const std::size_t begin = cursor_.take_number();
  value.text = text_.substr(begin, cursor_.at() - begin);
  for (const Repair& repair : repairs_) {
    if (repair.offset != begin) continue;
    value = JsonValue::of_kind(JsonValue::Kind::non_finite);
    value.text = repair.word;
  }
  return add(std::move(value), begin);
}

bool TreeBuilder::open(JsonValue container) {
  const std::size_t begin = cursor_.take_fixed(1);
  if (open_.size() == json_max_depth)
    return refuse(begin, fmt::format("nested deeper than {} levels", json_max_depth));
  if (!add(std::move(container), begin)) return false;
  open_.push_back(open_.empty() ? &root_ : &open_.back()->items.back());
  keys_.emplace_back();
  return true;
}

bool TreeBuilder::close() {
  cursor_.take_fixed(1);
  JsonSpan& span = open_.back()->span;
  span.length = cursor_.at() - span.offset;
  open_.pop_back();
  keys_.pop_back();
  return true;
}

std::string TreeBuilder::path() const {
  std::string result;
  for (std::size_t i = 1; i < open_.size(); ++i) {
    const JsonValue& parent = *open_[i - 1];
    const bool named = parent.kind == JsonValue::Kind::object;
    result = pointer_child(result, named ? open_[i]->key : std::to_string(parent.items.size() - 1));
  }
  return result.empty() ? "/" : result;
}

bool TreeBuilder::parse_error(std::size_t bytes_read, const std::string&,
                              const nlohmann::detail::exception& error) {
  constexpr int number_overflow = 406;  // nlohmann's number of that exception
  const bool after_the_value = open_.empty() && values_ > 0;
  syntax_error =
      explain_stop(text_, cursor_, {bytes_read, error.what(), error.id == number_overflow, after_the_value});
  return false;
}

void report_syntax_error(const TreeBuilder& builder, int override_index, InputErrors& errors) {
  const SyntaxError& found = *builder.syntax_error;
  std::string hint = found.hint;
  if (hint.empty() && builder.innermost_open() && found.message.find("ends too early") != std::string::npos)
    hint = "not closed: what begins on " + errors.place(*builder.innermost_open());
  errors.add({found.offset, found.length, override_index}, builder.path(), found.message, hint);
}

}  // namespace

bool parse_json(const std::string& text, int override_index, InputErrors* errors, JsonValue& root) {
  if (const auto found = find_encoding_error(text)) {
    if (errors) errors->add({found->offset, found->length, override_index}, "/", found->message, found->hint);
    return false;
  }
  std::string repaired = text;
  std::vector<Repair> repairs;
  while (true) {
    TreeBuilder builder(repaired, override_index, repairs, root);
    const bool done = nlohmann::json::sax_parse(repaired, &builder, nlohmann::json::input_format_t::json,
                                                /*strict=*/true, /*ignore_comments=*/true);
    if (done) {
      if (!errors) return repairs.empty() && builder.duplicates.empty();
      for (const Duplicate& twice : builder.duplicates)
        errors->add(twice.where, twice.path, fmt::format("duplicate key \"{}\"", shown(twice.key)),
                    "it stands on " + errors->place(twice.first) + " already");
      return true;
    }
    const SyntaxError& found = *builder.syntax_error;
    if (errors && found.is_non_finite && repairs.size() < most_repairs) {
      repairs.push_back({found.offset, text.substr(found.offset, found.length)});
      repaired.replace(found.offset, found.length, found.length, ' ');
      repaired[found.offset] = '0';
      continue;
    }
    if (errors) report_syntax_error(builder, override_index, *errors);
    return false;
  }
}

}  // namespace patina
