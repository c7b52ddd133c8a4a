// SPDX-License-Identifier: BSD-3-Clause
// Reading and writing of values, arrays, objects and variants (core/config_schema.hpp).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>

#include "core/config_schema.hpp"
#include "core/json_text.hpp"
#include "core/suggest.hpp"

namespace patina {
namespace {

using Kind = JsonValue::Kind;

// Beyond this many errors nobody reads suggestions (and a hostile file shall not make us compute them).
constexpr std::size_t most_suggestions = 200;

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

std::string count_text(const CountRange& count) {
  if (count.at_least == count.at_most) return fmt::format("{}", count.at_least);
  if (count.at_most < std::numeric_limits<std::size_t>::max())
    return fmt::format("{} to {}", count.at_least, count.at_most);
  return fmt::format("at least {}", count.at_least);
}

std::string joined(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + "; " + b;
}

// "300" or "300 K" where a number is wanted.
std::string quoted_number_hint(const JsonValue& value) {
  if (value.kind != Kind::text) return {};
  char* end = nullptr;
  std::strtod(value.text.c_str(), &end);
  if (end == value.text.c_str()) return {};
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

bool wrong_count(const CountRange& count, const char* what, const ConfigNode& node) {
  const std::size_t size = node.value.items.size();
  if (size >= count.at_least && size <= count.at_most) return false;
  node.error_found(fmt::format("must have {} {}", count_text(count), what));
  return true;
}

bool is_ignored(const std::string& key) {
  return key == "$schema" || key.rfind("_comment", 0) == 0 || key.rfind("x-", 0) == 0;
}

void report_unknown_key(const JsonValue& member, const std::vector<std::string>& keys,
                        const ConfigNode& node) {
  std::string hint;
  if (node.errors.count() < most_suggestions)
    hint =
        suggest_key(member.key, keys, member.is_number() ? std::optional<double>(member.real) : std::nullopt);
  node.errors.add(member.key_span, node.shown_path(), fmt::format("unknown key \"{}\"", shown(member.key)),
                  hint, keys.empty() ? "no keys" : fmt::format("{}", fmt::join(keys, ", ")));
}

// discriminator: the key that chose this struct among the alternatives of a variant, or "".
void read_object(const ConfigSchema& schema, const std::string& discriminator, const ConfigNode& node,
                 void* object) {
  if (node.value.kind != Kind::object) return node.error_found("must be an object {...}");
  const std::size_t errors_before = node.errors.count();
  std::vector<std::string> keys;
  if (!discriminator.empty()) keys.push_back(discriminator);
  for (const ConfigEntry& entry : schema.entries) keys.push_back(entry.key);
  for (const JsonValue& member : node.value.items)
    if (!is_ignored(member.key) && std::find(keys.begin(), keys.end(), member.key) == keys.end())
      report_unknown_key(member, keys, node);

  for (const ConfigEntry& entry : schema.entries) {
    if (const JsonValue* value = node.value.find(entry.key)) {
      entry.type.read({*value, pointer_child(node.path, entry.key), node.errors}, entry.member(object));
    } else if (entry.is_required) {
      node.errors.add(
          {node.value.span.offset, 1, node.value.span.override_index}, node.shown_path(),
          fmt::format("missing key \"{}\": {}", entry.key, joined(entry.type.name, entry.type.allowed)),
          entry.doc);
    }
  }
  if (node.errors.count() != errors_before) return;
  for (const auto& check : schema.checks) check(object, ConfigChecker(node));
}

JsonValue write_object(const ConfigSchema& schema, const void* object) {
  JsonValue result = JsonValue::make_object();
  for (const ConfigEntry& entry : schema.entries) {
    JsonValue value = entry.type.write(entry.member(const_cast<void*>(object)));
    value.key = entry.key;
    result.items.push_back(std::move(value));
  }
  return result;
}

// The alternative that the key "type" names; nested.size() if it names none (then that is reported).
std::size_t find_alternative(const std::vector<ConfigNested>& alternatives, const ConfigNode& node) {
  std::vector<std::string> names;
  for (const ConfigNested& alternative : alternatives) names.push_back(alternative.type_name);
  if (node.value.kind != Kind::object) {
    node.error_found("must be an object {...}");
    return names.size();
  }
  const JsonValue* type = node.value.find("type");
  if (!type) {
    node.errors.add({node.value.span.offset, 1, node.value.span.override_index}, node.shown_path(),
                    fmt::format("missing key \"type\": one of \"{}\"", fmt::join(names, "\", \"")));
    return names.size();
  }
  std::string name;
  read_choice(names, {*type, pointer_child(node.path, "type"), node.errors}, &name);
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

void ConfigNode::error(const std::string& message, const std::string& hint,
                       const std::string& allowed) const {
  errors.add(value.span, shown_path(), message, hint, allowed);
}

void ConfigNode::error_found(const std::string& must, const std::string& hint) const {
  error(fmt::format("{}, found {}", must, describe_value(value)), hint);
}

std::string ConfigNode::shown_path() const { return path.empty() ? "/" : shown(path, 200); }

void ConfigChecker::error(const std::string& key, const std::string& message) const {
  const JsonValue* at = &object_.value;
  JsonSpan where{at->span.offset, 1, at->span.override_index};
  std::string path = object_.path;
  for (std::size_t begin = 0; begin <= key.size() && at;) {
    const std::size_t end = std::min(key.find('/', begin), key.size());
    const std::string token = key.substr(begin, end - begin);
    begin = end + 1;
    path = pointer_child(path, token);
    if (at->kind == Kind::array) {
      const std::size_t i = std::strtoul(token.c_str(), nullptr, 10);
      at = i < at->items.size() ? &at->items[i] : nullptr;
      if (at) where = at->span;
    } else {
      at = at->find(token);
      if (at) where = at->span.override_index >= 0 ? at->span : at->key_span;
    }
  }
  object_.errors.add(where, path, message);
}

ConfigType boolean_type() {
  return {"true or false",
          "",
          [](const ConfigNode& node, void* field) {
            if (node.value.kind != Kind::boolean) return node.error_found("must be true or false");
            *static_cast<bool*>(field) = node.value.boolean;
          },
          [](const void* field) { return JsonValue::make(*static_cast<const bool*>(field)); },
          {}};
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
          {}};
}

ConfigType choice_type(std::vector<std::string> choices) {
  ConfigType type = text_type();
  type.allowed = fmt::format("\"{}\"", fmt::join(choices, "\", \""));
  type.read = [choices](const ConfigNode& node, void* field) { read_choice(choices, node, field); };
  return type;
}

ConfigType number_type(NumberRange range) {
  return {"number",
          range_text(range),
          [range](const ConfigNode& node, void* field) { read_number(range, node, field); },
          [](const void* field) { return JsonValue::make(*static_cast<const double*>(field)); },
          {}};
}

ConfigType integer_type(IntegerRange range, StoreInteger store, std::function<JsonValue(const void*)> load) {
  return {"integer",
          range_text(range),
          [range, store](const ConfigNode& node, void* field) { read_integer(range, store, node, field); },
          std::move(load),
          {}};
}

ConfigType number_map_type(NumberRange range, CountRange count) {
  using Map = std::map<std::string, double>;
  return {"object of numbers",
          range_text(range),
          [range, count](const ConfigNode& node, void* field) {
            if (node.value.kind != Kind::object)
              return node.error_found("must be an object {\"name\": number, ...}");
            Map result;
            for (const JsonValue& member : node.value.items)
              if (!is_ignored(member.key))
                read_number(range, {member, pointer_child(node.path, member.key), node.errors},
                            &result[member.key]);
            if (result.size() < count.at_least || result.size() > count.at_most)
              return node.error_found(fmt::format("must have {} entries", count_text(count)));
            *static_cast<Map*>(field) = std::move(result);
          },
          [](const void* field) {
            JsonValue result = JsonValue::make_object();
            for (const auto& [key, number] : *static_cast<const Map*>(field)) {
              result.items.push_back(JsonValue::make(number));
              result.items.back().key = key;
            }
            return result;
          },
          {}};
}

ConfigType list_type(ConfigType element, ListAccess access, CountRange count) {
  ConfigType type;
  type.name = "list of " + element.name + "s";
  const bool any_count = count.at_least == 0 && count.at_most == std::numeric_limits<std::size_t>::max();
  type.allowed = joined(any_count ? "" : count_text(count) + " of them", element.allowed);
  type.nested = element.nested;
  type.read = [element, access, count](const ConfigNode& node, void* list) {
    if (node.value.kind != Kind::array) return node.error_found("must be an array [...]");
    if (wrong_count(count, "elements", node)) return;
    access.resize(list, node.value.items.size());
    for (std::size_t i = 0; i < node.value.items.size(); ++i)
      element.read({node.value.items[i], pointer_child(node.path, std::to_string(i)), node.errors},
                   access.element(list, i));
  };
  type.write = [element, access](const void* list) {
    JsonValue result = JsonValue::make_array();
    for (std::size_t i = 0; i < access.size(list); ++i)
      result.items.push_back(element.write(access.element(const_cast<void*>(list), i)));
    return result;
  };
  return type;
}

ConfigType optional_type(ConfigType element, OptionalAccess access) {
  ConfigType type = element;
  type.name = "optional " + element.name;
  type.read = [element, access](const ConfigNode& node, void* field) {
    if (node.value.kind == Kind::null) return access.reset(field);
    element.read(node, access.emplace(field));
  };
  type.write = [element, access](const void* field) {
    const void* held = access.get(field);
    return held ? element.write(held) : JsonValue::make_null();
  };
  return type;
}

ConfigType object_type(SchemaMaker schema) {
  return {"object",
          "",
          [schema](const ConfigNode& node, void* object) { read_object(schema(), "", node, object); },
          [schema](const void* object) { return write_object(schema(), object); },
          {{"", schema}}};
}

ConfigType variant_type(std::vector<ConfigNested> alternatives, VariantAccess access) {
  return {"object", "",
          [alternatives, access](const ConfigNode& node, void* variant) {
            const std::size_t i = find_alternative(alternatives, node);
            if (i < alternatives.size())
              read_object(alternatives[i].schema(), "type", node, access.emplace(variant, i));
          },
          [alternatives, access](const void* variant) {
            const ConfigNested& held = alternatives[access.index(variant)];
            JsonValue result = write_object(held.schema(), access.get(variant));
            JsonValue type = JsonValue::make(held.type_name);
            type.key = "type";
            result.items.insert(result.items.begin(), std::move(type));
            return result;
          },
          alternatives};
}

}  // namespace patina
