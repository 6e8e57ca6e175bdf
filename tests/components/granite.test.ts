import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import { repositoryPath } from "../../tools/repository";
import type { Registered } from "./mocks";
import { objectOf, registered } from "./mocks";

interface GuideObject {
  kind: string;
}

const guide = loadAll(
  readFileSync(repositoryPath("tests", "components", "fixtures", "completeExample.yaml"), "utf8"),
) as GuideObject[];

describe("example granite", () => {
  let objects: Registered[] = [];

  before(async () => {
    const resources = await registered(async () => {
      await import("../../examples/granite/index.js");
    });
    objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
  });

  it("is the guide's example, field by field, but for what its README explains", () => {
    const kinds = [...new Set([...guide.map(({ kind }) => kind), ...objects.map(kindOf)])];
    const found = kinds.flatMap((kind) => {
      const theirs = guide.find((object) => object.kind === kind);
      const ours = objects.filter((object) => kindOf(object) === kind);
      if (theirs === undefined || ours.length === 0) return [`${kind} whole object`];
      return differences(theirs, objectOf(objects, kind).inputs, "").map((path) => `${kind} ${path}`);
    });
    assert.deepEqual(found.sort(), documented().sort());
  });

  it("says in its README what the objects hold", () => {
    const service = objectOf(objects, "InferenceService");
    assert.equal(service.createTimeout, "960s");
    const predictor = (service.inputs.spec as { predictor: { model: { startupProbe: { failureThreshold: number } } } })
      .predictor;
    assert.equal(predictor.model.startupProbe.failureThreshold * 10, 490);
  });

  it("is a program of at most 30 lines, not counting empty ones", () => {
    const lines = readFileSync(repositoryPath("examples", "granite", "index.ts"), "utf8")
      .split("\n")
      .filter((line) => line !== "");
    assert.ok(lines.length <= 30, `${lines.length} lines`);
  });
});

function kindOf({ type }: Registered): string {
  return type.split(":").at(-1) ?? "";
}

/** The topmost paths at which two values differ. */
function differences(theirs: unknown, ours: unknown, path: string): string[] {
  if (typeof theirs !== "object" || typeof ours !== "object" || theirs === null || ours === null) {
    return theirs === ours ? [] : [path];
  }
  const keys = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
  return keys.flatMap((key) => {
    const [left, right] = [theirs, ours].map((side) => (side as Record<string, unknown>)[key]);
    const below = step(path, key, Array.isArray(theirs));
    return left === undefined || right === undefined ? [below] : differences(left, right, below);
  });
}

function step(path: string, key: string, inList: boolean): string {
  if (inList) return `${path}[${key}]`;
  if (!/^\w+$/.test(key)) return `${path}["${key}"]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Object and field of each row of the README's first table. */
function documented(): string[] {
  const readme = readFileSync(repositoryPath("examples", "granite", "README.md"), "utf8");
  const [, table = ""] = /\| object \s*\| field.*\n\|.*\n((?:\|.*\n)+)/.exec(readme) ?? [];
  return table
    .trimEnd()
    .split("\n")
    .map((row) => {
      const [, object = "", field = ""] = row.split("|").map((cell) => cell.trim());
      return `${object} ${field.replaceAll("`", "")}`;
    });
}
