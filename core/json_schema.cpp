// SPDX-License-Identifier: BSD-3-Clause
#include "core/json_schema.hpp"

#include <algorithm>
#include <cmath>

#include "core/config.hpp"

namespace patina {

namespace {

using Kind = JsonValue::Kind;

JsonValue text(const std::string& value) { return JsonValue::make(value); }

// {"type": name}
JsonValue of_type(const char* name) {
  JsonValue schema = JsonValue::make_object();
  schema.add("type", text(name));
  return schema;
}

JsonValue with(const char* key, JsonValue value) {
  JsonValue schema = JsonValue::make_object();
  schema.add(key, std::move(value));
  return schema;
}

JsonValue list_of(std::vector<JsonValue> items) {
  JsonValue list = JsonValue::make_array();
  list.items = std::move(items);
  return list;
}

// The keys that the reader passes over everywhere.
JsonValue ignored_keys() { return with("^(\\$schema$|_comment|x-)", JsonValue::make(true)); }

// Where the optional `other` is set, `key` must not be.
JsonValue exclusion(const std::string& key, const std::string& other) {
  JsonValue set = with("properties", with(other.c_str(), with("not", of_type("null"))));
  set.add("required", list_of({text(other)}));
  JsonValue rule = with("if", std::move(set));
  rule.add("then", with("properties", with(key.c_str(), of_type("null"))));
  return rule;
}

}  // namespace

JsonValue number_schema(const NumberRange& range) {
  JsonValue schema = of_type("number");
  if (std::isfinite(range.above)) schema.add("exclusiveMinimum", JsonValue::make(range.above));
  if (std::isfinite(range.at_least)) schema.add("minimum", JsonValue::make(range.at_least));
  if (std::isfinite(range.below)) schema.add("exclusiveMaximum", JsonValue::make(range.below));
  if (std::isfinite(range.at_most)) schema.add("maximum", JsonValue::make(range.at_most));
  return schema;
}

JsonValue integer_schema(const IntegerRange& range) {
  JsonValue schema = of_type("integer");
  schema.add("minimum", JsonValue::make(range.at_least));
  schema.add("maximum", JsonValue::make(range.at_most));
  return schema;
}

JsonValue choice_schema(const std::vector<std::string>& choices) {
  JsonValue list = JsonValue::make_array();
  for (const std::string& choice : choices) list.items.push_back(text(choice));
  return with("enum", std::move(list));
}

JsonValue list_schema(JsonValue element, const CountRange& count) {
  JsonValue schema = of_type("array");
  schema.add("items", std::move(element));
  if (count.at_least > 0) schema.add("minItems", JsonValue::make(std::uint64_t{count.at_least}));
  if (count.at_most < CountRange{}.at_most) schema.add("maxItems", JsonValue::make(std::uint64_t{count.at_most}));
  return schema;
}

// Comments count as entries here, which they do not for the reader.
JsonValue number_map_schema(const NumberRange& range, const CountRange& count) {
  JsonValue schema = of_type("object");
  schema.add("patternProperties", ignored_keys());
  schema.add("additionalProperties", number_schema(range));
  if (count.at_least > 0) schema.add("minProperties", JsonValue::make(std::uint64_t{count.at_least}));
  return schema;
}

JsonValue optional_schema(JsonValue element) {
  return with("anyOf", list_of({std::move(element), of_type("null")}));
}

// Chosen by "type" rather than tried one after the other: an editor then tells what is wrong with the one that is meant.
JsonValue variant_schema(const std::vector<ConfigNested>& alternatives, JsonSchemaWriter& writer) {
  std::vector<std::string> names;
  std::vector<JsonValue> cases;
  for (const ConfigNested& alternative : alternatives) {
    names.push_back(alternative.type_name);
    JsonValue chosen = with("properties", with("type", with("const", text(alternative.type_name))));
    chosen.add("required", list_of({text("type")}));
    JsonValue rule = with("if", std::move(chosen));
    rule.add("then", writer.reference(alternative));
    cases.push_back(std::move(rule));
  }
  JsonValue schema = of_type("object");
  schema.add("properties", with("type", choice_schema(names)));
  schema.add("required", list_of({text("type")}));
  schema.add("allOf", list_of(std::move(cases)));
  return schema;
}

JsonValue JsonSchemaWriter::reference(const ConfigNested& nested) {
  const auto [place, is_new] = names_.try_emplace({nested.schema, nested.type_name});
  if (is_new) {
    const std::string wanted = nested.type_name.empty() ? key_ : nested.type_name;
    std::string name = wanted;
    for (int k = 2; definitions_.find(name); ++k) name = wanted + "_" + std::to_string(k);
    place->second = name;
    definitions_.add(name, JsonValue::make_null());  // taken, before the object may refer to itself
    JsonValue definition = object(nested);
    definition.key = name;
    *definitions_.find(name) = std::move(definition);
  }
  return with("$ref", text("#/definitions/" + names_.at({nested.schema, nested.type_name})));
}

JsonValue JsonSchemaWriter::object(const ConfigNested& nested) {
  const ConfigSchema schema = nested.schema();
  JsonValue properties = JsonValue::make_object();
  std::vector<JsonValue> required, exclusions;
  if (!nested.type_name.empty()) {
    properties.add("type", with("const", text(nested.type_name)));
    required.push_back(text("type"));
  }
  for (const ConfigEntry& one : schema.entries) {
    properties.add(one.key, entry(one, schema.defaults.get()));
    if (one.is_required) required.push_back(text(one.key));
    if (!one.replaced_by.empty()) exclusions.push_back(exclusion(one.key, one.replaced_by));
  }
  JsonValue result = of_type("object");
  if (!schema.about.empty()) result.add("description", text(schema.about));
  result.add("properties", std::move(properties));
  if (!required.empty()) result.add("required", list_of(std::move(required)));
  result.add("patternProperties", ignored_keys());
  result.add("additionalProperties", JsonValue::make(false));
  if (!exclusions.empty()) result.add("allOf", list_of(std::move(exclusions)));
  return result;
}

JsonValue JsonSchemaWriter::entry(const ConfigEntry& entry, void* defaults) {
  key_ = entry.key;
  JsonValue schema = entry.type.schema(*this);
  // Draft 7 passes over what stands beside "$ref".
  if (schema.find("$ref")) schema = with("allOf", list_of({std::move(schema)}));
  schema.add("description", text(entry.doc));
  if (!entry.is_required) {
    JsonValue value = entry.type.write(entry.member(defaults));
    if (value.kind != Kind::null) schema.add("default", std::move(value));
  }
  return schema;
}

std::string json_schema_text(SchemaMaker schema, const std::string& title) {
  JsonSchemaWriter writer;
  JsonValue root = with("$schema", text("http://json-schema.org/draft-07/schema#"));
  root.add("title", text(title));
  JsonValue object = writer.object({"", schema});
  for (JsonValue& member : object.items) root.items.push_back(std::move(member));
  root.add("definitions", writer.definitions());
  return to_json_text(root) + "\n";
}

}  // namespace patina
