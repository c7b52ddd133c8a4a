// SPDX-License-Identifier: BSD-3-Clause
// Reading and writing of single values: truth values, strings, choices, numbers (core/config_schema.hpp).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/config_schema.hpp"
#include "core/json_schema.hpp"
#include "core/json_text.hpp"
#include "core/suggest.hpp"

namespace patina {
namespace {

using Kind = JsonValue::Kind;

std::string range_text(const NumberRange& range) {
  std::vector<std::string> parts;
  if (std::isfinite(range.above)) parts.push_back(fmt::format("> {}", range.above));
  if (std::isfinite(range.at_least)) parts.push_back(fmt::format(">= {}", range.at_least));
  if (std::isfinite(range.below)) parts.push_back(fmt::format("< {}", range.below));
  if (std::isfinite(range.at_most)) parts.push_back(fmt::format("<= {}", range.at_most));
  return fmt::format("{}", fmt::join(parts, ", "));
}

// For the reference: without the limits of the 32- and 64-bit types.
std::string range_text(const IntegerRange& range) {
  std::vector<std::string> parts;
  if (range.at_least > std::numeric_limits<std::int32_t>::min())
    parts.push_back(fmt::format(">= {}", range.at_least));
  if (range.at_most < std::numeric_limits<std::int32_t>::max())
    parts.push_back(fmt::format("<= {}", range.at_most));
  return fmt::format("{}", fmt::join(parts, ", "));
}

// "300" or "300 K" where a number is wanted.
std::string quoted_number_hint(const JsonValue& value) {
  if (value.kind != Kind::text) return {};
  char* end = nullptr;
  const double number = std::strtod(value.text.c_str(), &end);
  if (end == value.text.c_str() || !std::isfinite(number)) return {};
  return *end == '\0' ? "write it without the quotes" : "write the number alone; its unit stands in the key";
}

void read_number(const NumberRange& range, const ConfigNode& node, void* field) {
  const JsonValue& value = node.value;
  if (value.kind == Kind::non_finite) return node.error_found("must be a finite number");
  if (!value.is_number()) return node.error_found("must be a number", quoted_number_hint(value));
  const double x = value.real;
  if (!(x > range.above && x >= range.at_least && x < range.below && x <= range.at_most))
    return node.error_found("must be " + range_text(range));
  *static_cast<double*>(field) = x;
}

using StoreInteger = std::function<void(void*, std::int64_t, std::uint64_t)>;

void read_integer(const IntegerRange& range, const StoreInteger& store, const ConfigNode& node, void* field) {
  const JsonValue& value = node.value;
  std::int64_t negative = value.kind == Kind::integer ? value.integer : 0;
  std::uint64_t natural = value.kind == Kind::natural ? value.natural : 0;
  if (!value.is_number() || value.kind == Kind::non_finite)
    return node.error_found("must be an integer", quoted_number_hint(value));
  const std::string must = fmt::format("must be an integer >= {}, <= {}", range.at_least, range.at_most);
  if (value.kind == Kind::real) {  // 1e3 and 10.0 are integers too, as far as a double holds each integer
    constexpr double exact = 9007199254740992.0;
    if (std::trunc(value.real) != value.real) return node.error_found("must be an integer");
    if (std::abs(value.real) > exact) {
      const bool may_fit = value.real <= static_cast<double>(range.at_most) && value.real >= -0x1p63;
      return node.error_found(must, may_fit ? "write all its digits, without point and exponent" : "");
    }
    if (value.real < 0) negative = static_cast<std::int64_t>(value.real);
    if (value.real >= 0) natural = static_cast<std::uint64_t>(value.real);
  }
  const bool too_small =
      negative < range.at_least &&
      (negative < 0 || natural < static_cast<std::uint64_t>(std::max<std::int64_t>(0, range.at_least)));
  if (too_small || natural > range.at_most) return node.error_found(must);
  store(field, negative, natural);
}

void read_choice(const std::vector<std::string>& choices, const ConfigNode& node, void* field) {
  const JsonValue& value = node.value;
  if (value.kind == Kind::text && std::find(choices.begin(), choices.end(), value.text) != choices.end()) {
    *static_cast<std::string*>(field) = value.text;
    return;
  }
  const std::string near = value.kind == Kind::text ? nearest(value.text, choices) : "";
  node.error_found(fmt::format("must be one of \"{}\"", fmt::join(choices, "\", \"")),
                   near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
}

JsonValue type_only(const char* name) {
  JsonValue schema = JsonValue::make_object();
  schema.add("type", JsonValue::make(std::string(name)));
  return schema;
}

std::function<JsonValue(JsonSchemaWriter&)> always(const JsonValue& schema) {
  return [schema](JsonSchemaWriter&) { return schema; };
}

}  // namespace

void ConfigNode::error(const std::string& message, const std::string& hint,
                       const std::string& allowed) const {
  errors.add(value.span, shown_path(), message, hint, allowed);
  errors.mark_unread(path);
}

void ConfigNode::error_found(const std::string& must, const std::string& hint) const {
  error(fmt::format("{}, found {}", must, describe_value(value)), hint);
}

std::string ConfigNode::shown_path() const { return path.empty() ? "/" : path; }

ConfigType boolean_type() {
  return {"true or false",
          "",
          [](const ConfigNode& node, void* field) {
            if (node.value.kind != Kind::boolean) return node.error_found("must be true or false");
            *static_cast<bool*>(field) = node.value.boolean;
          },
          [](const void* field) { return JsonValue::make(*static_cast<const bool*>(field)); },
          {},
          always(type_only("boolean"))};
}

ConfigType text_type() {
  return {"string",
          "",
          [](const ConfigNode& node, void* field) {
            if (node.value.kind != Kind::text) return node.error_found("must be a string");
            if (node.value.text.find('\0') != std::string::npos)
              return node.error_found("must be a string without NUL");
            *static_cast<std::string*>(field) = node.value.text;
          },
          [](const void* field) { return JsonValue::make(*static_cast<const std::string*>(field)); },
          {},
          always(type_only("string"))};
}

ConfigType choice_type(std::vector<std::string> choices) {
  ConfigType type = text_type();
  type.allowed = fmt::format("\"{}\"", fmt::join(choices, "\", \""));
  type.read = [choices](const ConfigNode& node, void* field) { read_choice(choices, node, field); };
  type.schema = always(choice_schema(choices));
  return type;
}

ConfigType number_type(NumberRange range) {
  return {"number",
          range_text(range),
          [range](const ConfigNode& node, void* field) { read_number(range, node, field); },
          [](const void* field) { return JsonValue::make(*static_cast<const double*>(field)); },
          {},
          always(number_schema(range))};
}

ConfigType integer_type(IntegerRange range, StoreInteger store, std::function<JsonValue(const void*)> load) {
  return {"integer",
          range_text(range),
          [range, store](const ConfigNode& node, void* field) { read_integer(range, store, node, field); },
          std::move(load),
          {},
          always(integer_schema(range))};
}

}  // namespace patina
