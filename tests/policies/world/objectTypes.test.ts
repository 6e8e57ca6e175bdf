import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFiles } from "../../../cli/files";
import * as worldKinds from "../../../policies/world/kinds";
import type { Kind } from "../../../policies/world/kinds";
import { objectType } from "../../../policies/world/objectTypes";
import types from "../../../policies/world/objectTypes.json";
import { buildWorld } from "../../../policies/world/world";
import type { GoType } from "../../../sdk/admission/golang/types";

type Step = string | number;

const declared = Object.keys(types.kinds).map((key): Kind => {
  const at = key.indexOf("/");
  return { group: key.slice(0, at), kind: key.slice(at + 1) };
});

/** What the API server refuses an object without. */
const REQUIRED: Readonly<Record<string, object>> = {
  InferenceService: { predictor: { model: { modelFormat: { name: "vLLM" } } } },
  ServingRuntime: { containers: [] },
  ClusterServingRuntime: { containers: [] },
  LLMInferenceService: {},
  LLMInferenceServiceConfig: {},
};

function minimal({ group, kind }: Kind): Record<string, unknown> {
  const apiVersion = group === "" ? "v1" : `${group}/v1`;
  const spec = REQUIRED[kind];
  return { apiVersion, kind, metadata: { name: "one", namespace: "models" }, ...(spec !== undefined && { spec }) };
}

/** Every part that the file itself declares, with a value of its type and one of another; Go's own types end a path. */
function parts(type: GoType, path: readonly Step[] = []): { path: readonly Step[]; right: unknown; wrong: unknown }[] {
  const own = { path, right: RIGHT[type.kind], wrong: WRONG[type.kind] };
  if (type.kind === "pointer") return parts(type.of, path);
  if (type.kind === "list") return [own, ...parts(type.of, [...path, 0])];
  if (type.kind === "map") return [own, ...parts(type.of, [...path, "key"])];
  if (type.kind !== "struct" || type.name !== "") return [own];
  return [own, ...[...type.fields].flatMap(([name, field]) => parts(field.type, [...path, name]))];
}

const RIGHT: Readonly<Record<GoType["kind"], unknown>> = {
  struct: {},
  map: {},
  list: [],
  pointer: undefined,
  string: "a",
  bytes: "YQ==",
  bool: true,
  integer: 1,
  custom: "1",
  any: 5,
};
const WRONG: Readonly<Record<GoType["kind"], unknown>> = {
  struct: 5,
  map: 5,
  list: 5,
  pointer: undefined,
  string: 5,
  bytes: 5,
  bool: "yes",
  integer: "one",
  custom: {},
  any: undefined,
};

function withPart(object: unknown, [step, ...rest]: readonly Step[], value: unknown): unknown {
  if (step === undefined) return value;
  if (typeof step === "number") return [withPart(undefined, rest, value)];
  const fields = typeof object === "object" && object !== null ? { ...object } : {};
  return { ...fields, [step]: withPart((fields as Record<string, unknown>)[step], rest, value) };
}

function worldOf(object: unknown) {
  return buildWorld([{ object, source: { from: "file", file: "one.yaml", document: 1 } }]);
}

describe("types of the objects that are read", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "objects-"))));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("are declared of every kind that something looks up", () => {
    const looked = Object.values(worldKinds).filter((one): one is Kind => typeof one === "object" && "kind" in one);
    assert.ok(looked.length >= 20);
    const missing = looked.filter(({ group, kind }) => objectType(group, kind) === undefined);
    assert.deepEqual(missing, []);
  });

  for (const kind of declared) {
    it(`let a minimal ${kind.kind} of ${kind.group || "the core group"} arrive in the world`, () => {
      const file = join(folder, `${kind.kind}.json`);
      writeFileSync(file, JSON.stringify(minimal(kind)));
      const { world, problems } = readFiles("lint", [file], [], undefined);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        world.list(kind).map(({ ref }) => [ref.kind, ref.name]),
        [[kind.kind, "one"]],
      );
      assert.equal(world.find(kind, "one", "models"), world.list(kind)[0]);
    });

    it(`refuse a ${kind.kind} by name for each part of the wrong type`, () => {
      const type = objectType(kind.group, kind.kind);
      assert.ok(type);
      const below = parts(type).filter(({ path }) => path.length > 1);
      assert.ok(below.length > 0);
      for (const { path, right, wrong } of below.filter(({ path: [, field] }) => field !== "name")) {
        const place = path.join(".");
        assert.deepEqual(worldOf(withPart(minimal(kind), path, right)).malformed, [], place);
        if (wrong === undefined) continue;
        const world = worldOf(withPart(minimal(kind), path, wrong));
        const last = path.findLast((step) => typeof step === "string" && step !== "key") ?? "";
        assert.equal(world.list(kind).length, 0, place);
        assert.ok(
          world.malformed.some(({ problem }) => problem.startsWith(`${kind.kind} `) && problem.includes(String(last))),
          `${place}: ${JSON.stringify(world.malformed)}`,
        );
      }
    });
  }
});
