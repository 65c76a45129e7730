"""Validates the OpenAPI documents and the JSON Schemas with validators that are not this project's.

    python validate_documents.py

Prints one line a file; exits with 1 where any has a fault. `validate-documents` runs it.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# Where the schemas of a document stand, and what of it a schema needs to be resolved.
COMPONENTS = "components"
META_SCHEMA = Draft202012Validator(Draft202012Validator.META_SCHEMA)


def faults_of_schema(schema):
    """What is wrong with a schema that stands alone: by the official meta-schema, and its examples."""
    if schema.get("$schema") != DIALECT:
        return [f"$schema is {schema.get('$schema')}, not {DIALECT}"]
    # An example says nothing about a schema that is none.
    return faults_by_meta_schema(schema) or faults_of_examples(schema, schema.get("examples", []))


def faults_of_openapi(document):
    """What is wrong with an OpenAPI document, its schemas, and the examples beside them."""
    if document.get("jsonSchemaDialect") != DIALECT:
        return [f"jsonSchemaDialect is {document.get('jsonSchemaDialect')}, not {DIALECT}"]
    # The validator follows most references, but not all, and stops at the first one that is broken.
    broken = [place for place in references(document) if follow(document, place) is None]
    if broken:
        return [f"{place} leads nowhere" for place in broken]
    faults = [describe(error) for error in OpenAPIV31SpecValidator(document).iter_errors()]
    for name, schema in document.get(COMPONENTS, {}).get("schemas", {}).items():
        faults += [f"schema {name}: {fault}" for fault in faults_by_meta_schema(schema)]
    if faults:
        return faults
    for schema, examples in media_types(document):
        whole = {"$schema": DIALECT, "allOf": [schema], COMPONENTS: document[COMPONENTS]}
        faults += faults_of_examples(whole, examples)
    return faults


def faults_by_meta_schema(schema):
    """What is wrong with a schema by the official meta-schema."""
    return [describe(error) for error in META_SCHEMA.iter_errors(schema)]


def media_types(document):
    """The schema and the examples of each body in the document."""
    for path in document["paths"].values():
        for operation in path.values():
            bodies = [operation.get("requestBody", {}), *operation.get("responses", {}).values()]
            for media in (media for body in bodies for media in body.get("content", {}).values()):
                examples = media.get("examples", {}).values()
                if "schema" in media:
                    yield media["schema"], [follow(document, e["$ref"])["value"] for e in examples]


def references(value):
    """Every reference in a value."""
    parts = value if isinstance(value, list) else []
    if isinstance(value, dict):
        parts = value.values()
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
    for part in parts:
        yield from references(part)


def follow(document, reference):
    """What a reference leads to; none where it leads nowhere, or out of the document."""
    root, *place = reference.split("/")
    value = document if root == "#" else None
    for key in place:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def faults_of_examples(schema, examples):
    """What is wrong with examples of a schema."""
    validator = Draft202012Validator(schema)
    return [f"example: {describe(e)}" for example in examples for e in validator.iter_errors(example)]


def describe(error):
    """A fault and its place, in one line."""
    place = "/".join(map(str, error.absolute_path))
    return f"/{place}: {error.message}"[:500].replace("\n", " ")


def main():
    """Validates every file; says whether all are good."""
    files = [(path, faults_of_openapi) for path in sorted(Path("spec/openapi").glob("*.json"))]
    files += [(path, faults_of_schema) for path in sorted(Path("spec/schemas").glob("*.json"))]
    kinds = {check for _, check in files}
    good = kinds == {faults_of_openapi, faults_of_schema}
    if not good:
        print("error: there is nothing in spec/openapi or in spec/schemas", file=sys.stderr)
    for path, check in files:
        faults = check(json.loads(path.read_text(encoding="utf-8")))
        print(f"{'FAULTY' if faults else 'ok'}  {path.as_posix()}")
        for fault in faults:
            print(f"        {fault}")
        good = good and not faults
    return good


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
