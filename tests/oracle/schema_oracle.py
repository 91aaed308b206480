"""The JSON Schema agrees with the loader: on every key, type and choice of a document that has every
key, spoiled in every way, alone and under `extends`; and the shipped documents satisfy both.

Run by pytest. The driver is built with the library; its folder is TIJIAN_BUILD.
"""

import copy
import json
import os
import pathlib
import random
import subprocess

import jsonschema
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT / "tests" / "unit" / "frameworks"
COMPLETE = json.loads((DOCUMENTS / "complete.json").read_text("utf-8"))
SCHEMA = json.loads((ROOT / "docs" / "framework.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
TIMES = 10 if os.environ.get("TIJIAN_LONG") == "1" else 1

# What the schema can say; references, formulas and contradictions are the loader's alone.
STRUCTURE = {
    f"framework.{code}"
    for code in [
        "unknown_key", "missing_key", "wrong_type", "null", "unknown_word", "whole_number",
        "empty_text", "empty_list", "no_language", "format_version", "out_of_range", "invalid_id",
        "duplicate_value", "remove_without_extends",
    ]
}  # fmt: skip
# A value of every type, and of none that any key takes by accident.
STRANGERS = [None, True, 7.5, -1, "?!", "", [], {}, ["?!"], {"?!": 1}, 1e300]


@pytest.fixture(scope="session")
def ask():
    """A function from a list of documents to the list of answers: a document, or pairs (code, place)."""
    build = pathlib.Path(os.environ["TIJIAN_BUILD"])
    driver = next(path for path in build.rglob("framework_driver") if path.is_file())

    def asked(documents):
        lines = "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
        done = subprocess.run(
            [driver, DOCUMENTS], input=lines, capture_output=True, encoding="utf-8", check=True
        )
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(answers) == len(documents)
        return answers

    return asked


def places(value, path=()):
    """The path of every member of every object and every element of every list."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in entries:
        yield (*path, key)
        yield from places(inner, (*path, key))


def parent_of(document, path):
    for key in path[:-1]:
        document = document[key]
    return document


def is_free(path):
    """Inside keys beginning with x- and the parameters of methods anything goes."""
    methods = {"aggregate", "normalise", "treat", "impute", "rank"}
    return any(str(key).startswith("x-") for key in path) or any(key in methods for key in path[:-1])


def spoiled(document):
    """(what was done, document) for every key dropped, renamed and given every other type."""
    for path in places(document):
        if is_free(path):
            continue
        dropped = copy.deepcopy(document)
        del parent_of(dropped, path)[path[-1]]
        yield f"drop {path}", dropped
        if isinstance(path[-1], str):
            renamed = copy.deepcopy(document)
            parent = parent_of(renamed, path)
            parent[path[-1] + "_"] = parent.pop(path[-1])
            yield f"rename {path}", renamed
        for stranger in STRANGERS:
            changed = copy.deepcopy(document)
            parent_of(changed, path)[path[-1]] = stranger
            yield f"{path} = {stranger!r}", changed


def disagreements(cases, answers, excused=frozenset()):
    faults = []
    for (what, document), answer in zip(cases, answers, strict=True):
        refused = isinstance(answer, list)
        codes = {code for code, _ in answer} if refused else set()
        by_schema = not VALIDATOR.is_valid(document)
        by_structure = codes & STRUCTURE
        if by_schema != bool(by_structure) and not (by_structure and by_structure <= excused):
            faults.append((what, "schema refuses" if by_schema else "schema accepts", sorted(codes)))
    return faults


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_document_with_every_key_satisfies_both(ask):
    assert VALIDATOR.is_valid(COMPLETE)
    assert isinstance(ask([COMPLETE])[0], dict)


def test_the_canonical_document_satisfies_the_schema(ask):
    canonical = ask([COMPLETE])[0]
    assert VALIDATOR.is_valid(canonical)
    assert ask([canonical]) == [canonical]


@pytest.mark.parametrize("path", sorted((ROOT / "src" / "frameworks").glob("*.json")), ids=lambda p: p.stem)
def test_shipped_documents_satisfy_the_schema(path):
    document = json.loads(path.read_text("utf-8"))
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []


def test_schema_and_loader_refuse_the_same(ask):
    cases = list(spoiled(COMPLETE))
    assert len(cases) > 4000
    assert disagreements(cases, ask([document for _, document in cases])) == []


def test_schema_and_loader_refuse_the_same_under_extends(ask):
    changes = {**COMPLETE, "id": "changes", "extends": "complete"}
    changes["remove"] = {"rules": ["raise"], "departments": []}
    cases = list(spoiled(changes))
    # Whether a key is missing or a list empty shows only with what is inherited.
    excused = {"framework.missing_key", "framework.empty_list"}
    assert disagreements(cases, ask([d for _, d in cases]), excused) == []


@pytest.mark.parametrize("name", ["mohurd-2025", "yichang-2025", "dunhua-2025"])
def test_every_kind_of_key_of_the_shipped_documents_spoiled(ask, name):
    document = json.loads((ROOT / "src" / "frameworks" / f"{name}.json").read_text("utf-8"))
    dice = random.Random(name)
    by_kind = {}
    for path in places(document):
        if isinstance(path[-1], str) and not is_free(path):
            kind = tuple("*" if isinstance(key, int) else key for key in path)
            by_kind.setdefault(kind[-3:], []).append(path)
    cases = []
    kinds = sorted(by_kind)
    for kind in dice.sample(kinds, min(len(kinds), 30 * TIMES)):
        path = dice.choice(by_kind[kind])
        text = json.dumps(document)
        dropped, renamed, changed = json.loads(text), json.loads(text), json.loads(text)
        del parent_of(dropped, path)[path[-1]]
        parent = parent_of(renamed, path)
        parent[path[-1] + "_"] = parent.pop(path[-1])
        parent_of(changed, path)[path[-1]] = dice.choice(STRANGERS)
        cases += [(f"drop {path}", dropped), (f"rename {path}", renamed), (f"retype {path}", changed)]
    answers = ask([document, *(case for _, case in cases)])
    original, answers = answers[0], answers[1:]
    assert isinstance(original, dict)
    excused = {"framework.missing_key", "framework.empty_list"} if "extends" in document else frozenset()
    assert disagreements(cases, answers, excused) == []
    silent = [
        what
        for (what, _), answer in zip(cases, answers, strict=True)
        if isinstance(answer, dict) and what.startswith("rename") and "parameters" not in what
    ]
    assert silent == []


def test_several_faults_at_once(ask):
    dice = random.Random(20251123)
    cases = []
    for _ in range(200 * TIMES):
        document = COMPLETE
        done = []
        for _ in range(3):
            what, document = dice.choice(list(spoiled_once(document, dice)))
            done.append(what)
        cases.append((" and ".join(done), document))
    assert disagreements(cases, ask([document for _, document in cases])) == []


def spoiled_once(document, dice):
    paths = [path for path in places(document) if not is_free(path)]
    path = dice.choice(paths)
    changed = copy.deepcopy(document)
    stranger = dice.choice(STRANGERS)
    parent_of(changed, path)[path[-1]] = stranger
    yield f"{path} = {stranger!r}", changed


def test_what_is_dropped_or_renamed_is_never_accepted_as_if_it_were_there(ask):
    original = ask([COMPLETE])[0]
    silent = []
    cases = [(w, d) for w, d in spoiled(COMPLETE) if w.startswith(("drop", "rename"))]
    for (what, _), answer in zip(cases, ask([d for _, d in cases]), strict=True):
        if what.startswith("rename") and isinstance(answer, dict):
            # Only keys that are ids of the document's own may be called anything.
            if "'parameters'" not in what:
                silent.append(what)
        elif answer == original and what != "drop ('score', 'nodes', 0, 'parent')":  # null before
            silent.append(what)
    assert silent == []
