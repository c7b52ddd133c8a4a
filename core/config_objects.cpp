// SPDX-License-Identifier: BSD-3-Clause
// Reading and writing of what holds other values: maps, lists, optionals, objects, variants; and the rules
// across keys (core/config_schema.hpp).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

#include "core/config_schema.hpp"
#include "core/json_schema.hpp"
#include "core/json_text.hpp"
#include "core/suggest.hpp"

namespace patina {
namespace {

using Kind = JsonValue::Kind;

// Beyond this many errors nobody reads suggestions (and a hostile file shall not make us compute them).
constexpr std::size_t most_suggestions = 200;

std::string count_text(const CountRange& count) {
  if (count.at_least == count.at_most) return fmt::format("{}", count.at_least);
  if (count.at_most < std::numeric_limits<std::size_t>::max())
    return fmt::format("{} to {}", count.at_least, count.at_most);
  return fmt::format("at least {}", count.at_least);
}

std::string joined(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + "; " + b;
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

// Whether the object's key could have this number. A number in the way that it leaves is overwritten, or the object is refused.
bool takes_number(const ConfigSchema& schema, const std::string& key, double number, const ConfigNode& node, void* object) {
  const auto entry = std::find_if(schema.entries.begin(), schema.entries.end(), [&](const ConfigEntry& e) { return e.key == key; });
  if (entry == schema.entries.end()) return false;
  const std::string no_text;
  const std::vector<std::string> no_overrides;
  InputErrors errors("", no_text, no_overrides);
  const JsonValue value = JsonValue::make(number);
  entry->type.read({value, pointer_child(node.path, key), errors}, entry->member(object));
  return errors.count() == 0;
}

void report_unknown_key(const JsonValue& member, const std::vector<std::string>& keys, const ConfigSchema& schema, const ConfigNode& node,
                        void* object) {
  std::string hint, allowed;
  if (node.errors.count() < most_suggestions) {
    hint = suggest_key(member.key, keys, member.is_number() ? std::optional<double>(member.real) : std::nullopt,
                       [&](const std::string& key, double number) { return takes_number(schema, key, number, node, object); });
    allowed = keys.empty() ? "no keys" : fmt::format("{}", fmt::join(keys, ", "));
  }
  node.errors.add(member.key_span, node.shown_path(), fmt::format("unknown key \"{}\"", shown(member.key)),
                  hint, allowed);
}

bool is_set(const JsonValue* value) { return value && value->kind != Kind::null; }

// Of two keys that exclude each other.
void report_replaced(const ConfigEntry& entry, const JsonValue& value, const ConfigNode& node) {
  ConfigNode{value, pointer_child(node.path, entry.key), node.errors}.error(
      fmt::format("has no meaning beside \"{0}\": leave out this one or \"{0}\"", entry.replaced_by));
}

// discriminator: the key that chose this struct among the alternatives of a variant, or "".
void read_object(const ConfigSchema& schema, const std::string& discriminator, const ConfigNode& node,
                 void* object) {
  if (node.value.kind != Kind::object) return node.error_found("must be an object {...}");
  bool all_read = true;
  std::vector<std::string> keys;
  if (!discriminator.empty()) keys.push_back(discriminator);
  for (const ConfigEntry& entry : schema.entries) keys.push_back(entry.key);
  for (const JsonValue& member : node.value.items)
    if (!is_ignored(member.key) && std::find(keys.begin(), keys.end(), member.key) == keys.end())
      report_unknown_key(member, keys, schema, node, object), all_read = false;

  for (const ConfigEntry& entry : schema.entries) {
    if (const JsonValue* value = node.value.find(entry.key)) {
      entry.type.read({*value, pointer_child(node.path, entry.key), node.errors}, entry.member(object));
      if (!entry.replaced_by.empty() && is_set(value) && is_set(node.value.find(entry.replaced_by))) report_replaced(entry, *value, node);
    } else if (entry.is_required) {
      node.errors.add(
          {node.value.span.offset, 1, node.value.span.override_index}, node.shown_path(),
          fmt::format("missing key \"{}\": {}", entry.key, joined(entry.type.name, entry.type.allowed)),
          entry.doc);
      node.errors.mark_unread(pointer_child(node.path, entry.key));
    }
  }
  all_read = all_read && node.errors.was_read(node.path);
  for (const auto& check : schema.checks)
    if (all_read || !check.needs_all) check.rule(object, ConfigChecker(node));
}

JsonValue write_member(const ConfigEntry& entry, const void* object) { return entry.type.write(entry.member(const_cast<void*>(object))); }

// Whether another key stands in place of this one.
bool is_replaced(const ConfigEntry& entry, const ConfigSchema& schema, const void* object) {
  return !entry.replaced_by.empty() && std::any_of(schema.entries.begin(), schema.entries.end(), [&](const ConfigEntry& other) {
    return other.key == entry.replaced_by && write_member(other, object).kind != Kind::null;
  });
}

JsonValue write_object(const ConfigSchema& schema, const void* object) {
  JsonValue result = JsonValue::make_object();
  for (const ConfigEntry& entry : schema.entries) {
    if (is_replaced(entry, schema, object)) continue;
    JsonValue value = write_member(entry, object);
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
    node.errors.mark_unread(node.path);
    node.errors.add({node.value.span.offset, 1, node.value.span.override_index}, node.shown_path(),
                    fmt::format("missing key \"type\": one of \"{}\"", fmt::join(names, "\", \"")));
    return names.size();
  }
  std::string name;
  choice_type(names).read({*type, pointer_child(node.path, "type"), node.errors}, &name);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) node.errors.mark_unread(node.path);
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

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

bool ConfigChecker::was_read(std::initializer_list<std::string> keys) const {
  return std::all_of(keys.begin(), keys.end(),
                     [&](const std::string& key) { return object_.errors.was_read(object_.path + "/" + key); });
}

ConfigType number_map_type(NumberRange range, CountRange count) {
  using Map = std::map<std::string, double>;
  const ConfigType number = number_type(range);
  return {"object of numbers",
          number.allowed,
          [number, count](const ConfigNode& node, void* field) {
            if (node.value.kind != Kind::object)
              return node.error_found("must be an object {\"name\": number, ...}");
            Map result;
            for (const JsonValue& member : node.value.items)
              if (!is_ignored(member.key))
                number.read({member, pointer_child(node.path, member.key), node.errors}, &result[member.key]);
            if (result.size() < count.at_least || result.size() > count.at_most)
              return node.error_found(fmt::format("must have {} entries", count_text(count)));
            *static_cast<Map*>(field) = std::move(result);
          },
          [](const void* field) {
            JsonValue result = JsonValue::make_object();
            for (const auto& [key, value] : *static_cast<const Map*>(field)) {
              result.items.push_back(JsonValue::make(value));
              result.items.back().key = key;
            }
            return result;
          },
          {},
          [range, count](JsonSchemaWriter&) { return number_map_schema(range, count); }};
}

ConfigType list_type(ConfigType element, ListAccess access, CountRange count) {
  ConfigType type;
  const std::string lists = "list of ";
  type.name = lists + (element.name.starts_with(lists) ? "lists of " + element.name.substr(lists.size()) : element.name + "s");
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
  type.schema = [element, count](JsonSchemaWriter& writer) { return list_schema(element.schema(writer), count); };
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
  type.schema = [element](JsonSchemaWriter& writer) { return optional_schema(element.schema(writer)); };
  return type;
}

ConfigType object_type(SchemaMaker schema) {
  return {"object",
          "",
          [schema](const ConfigNode& node, void* object) { read_object(schema(), "", node, object); },
          [schema](const void* object) { return write_object(schema(), object); },
          {{"", schema}},
          [schema](JsonSchemaWriter& writer) { return writer.reference({"", schema}); }};
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
          alternatives,
          [alternatives](JsonSchemaWriter& writer) { return variant_schema(alternatives, writer); }};
}

}  // namespace patina
