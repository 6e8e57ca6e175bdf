import assert from "node:assert/strict";
import fc from "fast-check";
import { transferFields } from "../../tools/kubernetes-plugin/apply";
import { compare } from "../../tools/plugin/compare";
import { normalizeInputs } from "../../tools/kubernetes-plugin/normalize";
import { identify, parseId } from "../../tools/kubernetes-plugin/objects";
import { covers, formatPath, parsePath } from "../../tools/plugin/propertyPath";
import { prune } from "../../tools/kubernetes-plugin/state";
import {
  copySecrets,
  fromPulumi,
  hasSecret,
  hasUnknown,
  isSecret,
  makeSecret,
  makeUnknown,
  reveal,
  toPulumi,
  type Json,
  type JsonObject,
} from "../../tools/kubernetes-plugin/wire";

const secret = makeSecret("hush");
const unknown = makeUnknown();

describe("kubernetes plugin stand-in: secrets and unknowns", () => {
  it("finds secrets and unknowns at any depth, also in one another", () => {
    assert.ok(hasSecret({ a: [{ b: secret }] }));
    assert.ok(!hasSecret({ a: [{ b: "hush" }] }));
    assert.ok(hasUnknown({ a: [makeSecret({ b: unknown })] }));
    assert.ok(!hasUnknown({ a: ["b"] }));
  });

  it("reveals secrets within secrets", () => {
    assert.deepEqual(reveal({ a: makeSecret({ b: secret }), c: [secret, 1, null] }), {
      a: { b: "hush" },
      c: ["hush", 1, null],
    });
  });

  const cases: [string, outs: JsonObject, ins: JsonObject, expected: JsonObject][] = [
    ["a value", { a: "x", b: "y" }, { a: secret }, { a: makeSecret("x"), b: "y" }],
    ["a nested value only", { s: { a: "x", b: "y" } }, { s: { a: secret } }, { s: { a: makeSecret("x"), b: "y" } }],
    ["a whole array for one element", { l: ["x", "y"] }, { l: ["x", secret] }, { l: makeSecret(["x", "y"]) }],
    ["an object that was secret as a whole", { s: { a: 1 } }, { s: makeSecret({}) }, { s: makeSecret({ a: 1 }) }],
    ["nothing that the inputs do not mention", { a: 1 }, { b: secret }, { a: 1 }],
    [
      "data of a Secret",
      { kind: "Secret", data: { a: "eA==" } },
      {},
      { kind: "Secret", data: makeSecret({ a: "eA==" }) },
    ],
  ];
  for (const [what, outs, ins, expected] of cases) {
    it(`marks ${what}`, () => {
      assert.deepEqual(copySecrets(outs, ins), expected);
    });
  }

  it("never leaves in the clear what the inputs mark", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const ins = { top: sprinkle(value as Json) };
        const marked = copySecrets({ top: value as Json }, ins);
        assert.ok(!hasSecret(ins) || hasSecret(marked));
        assert.deepEqual(reveal(marked), { top: value });
      }),
    );
  });

  it("spells the schema keys of a definition as each side does", () => {
    const pulumi = { x_kubernetes_preserve_unknown_fields: true, other_key: 1 };
    assert.deepEqual(fromPulumi(pulumi), { "x-kubernetes-preserve-unknown-fields": true, other_key: 1 });
    assert.deepEqual(toPulumi(fromPulumi(pulumi)), pulumi);
  });
});

/** Marks every text as secret. */
function sprinkle(value: Json): Json {
  if (typeof value === "string") return makeSecret(value);
  if (Array.isArray(value)) return value.map(sprinkle);
  if (typeof value !== "object" || value === null || isSecret(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sprinkle(item)]));
}

describe("kubernetes plugin stand-in: differences", () => {
  const cases: [string, Json | undefined, Json | undefined, Record<string, string>][] = [
    ["nothing for equal values", { a: [1, { b: null }] }, { a: [1, { b: null }] }, {}],
    ["an added field", {}, { a: 1 }, { a: "add" }],
    ["a removed field", { a: 1 }, {}, { a: "delete" }],
    ["a changed field, as deep as it is", { a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 2 }] } }, { "a.b[0].c": "update" }],
    ["elements that came and went", { a: [1, 2], b: [1] }, { a: [1], b: [1, 2] }, { "a[1]": "delete", "b[1]": "add" }],
    ["another type", { a: [1] }, { a: { b: 1 } }, { a: "update" }],
    ["an unknown that may be anything", { a: unknown, b: 1 }, { a: unknown, b: unknown }, { a: "update", b: "update" }],
    ["null as nothing", { a: 1 }, { a: null, b: null }, { a: "delete" }],
    ["a key with dots", {}, { "a.b/c": 1 }, { '["a.b/c"]': "add" }],
  ];
  for (const [what, old, next, expected] of cases) {
    it(`finds ${what}`, () => {
      const found = compare(old, next).map(({ path, kind }) => [formatPath(path), kind]);
      assert.deepEqual(Object.fromEntries(found), expected);
    });
  }

  it("reads back the paths it writes", () => {
    const step = fc.oneof(fc.nat(20), fc.stringMatching(/^[a-z./"-]{1,8}$/));
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom("a", "b") }),
        fc.array(step),
        (first, rest) => {
          assert.deepEqual(parsePath(formatPath([first, ...rest])), [first, ...rest]);
        },
      ),
    );
  });

  it("knows which paths a pattern covers", () => {
    assert.ok(covers(parsePath(".spec.containers[*].image"), ["spec", "containers", 3, "image"]));
    assert.ok(covers(parsePath("spec"), ["spec", "a"]));
    assert.ok(!covers(parsePath("spec.a.b"), ["spec", "a"]));
    assert.ok(!covers(parsePath("spec.a"), ["spec", "ab"]));
  });

  it("leaves the cluster's own fields out of the comparison", () => {
    const live = { a: 1, extra: 2, list: [{ x: 1, y: 2 }, { x: 3 }, { x: 5 }], o: { p: 1, q: 2 } };
    assert.deepEqual(prune(live, { a: 0, list: [{ x: 0 }, { x: 0 }], o: { p: 0 }, gone: 1 }), {
      a: 1,
      list: [{ x: 1 }, { x: 3 }],
      o: { p: 1 },
    });
  });

  it("takes over the fields of former managers, but not those of the status or of others", () => {
    const entry = (manager: string, operation: string, fieldsV1: JsonObject, more: JsonObject = {}): JsonObject => {
      return { manager, operation, fieldsV1, apiVersion: "v1", fieldsType: "FieldsV1", ...more };
    };
    const status = entry("pulumi-kubernetes", "Update", { "f:status": {} }, { subresource: "status" });
    const other = entry("hpa", "Update", { "f:spec": { "f:replicas": {} } });
    const created = entry("pulumi-kubernetes", "Update", { "f:spec": { "f:a": {} } });
    const own = entry("mine", "Apply", { "f:spec": { "f:b": {} } });
    assert.deepEqual(transferFields([created, status, other, own], "mine"), [
      status,
      other,
      entry("mine", "Apply", { "f:spec": { "f:a": {}, "f:b": {} } }),
    ]);
    assert.equal(transferFields([status, other, own], "mine"), undefined);
  });
});

describe("kubernetes plugin stand-in: inputs", () => {
  it("encodes the text of a Secret as the API server does, text before data", () => {
    const inputs = { apiVersion: "v1", kind: "Secret", data: { a: "eA==", b: "eQ==" }, stringData: { a: "z" } };
    assert.deepEqual(normalizeInputs(inputs), { apiVersion: "v1", kind: "Secret", data: { a: "eg==", b: "eQ==" } });
  });

  it("drops what only the API server writes", () => {
    const metadata = { name: "a", uid: "1", resourceVersion: "2", managedFields: [], creationTimestamp: "now" };
    assert.deepEqual(normalizeInputs({ metadata }), { metadata: { name: "a" } });
  });

  const urns: [string, object][] = [
    ["core/v1:Namespace", { apiVersion: "v1", kind: "Namespace", patch: false }],
    ["apps/v1:Deployment", { apiVersion: "apps/v1", kind: "Deployment", patch: false }],
    ["core/v1:NamespacePatch", { apiVersion: "v1", kind: "Namespace", patch: true }],
  ];
  for (const [type, expected] of urns) {
    it(`reads the type ${type}`, () => {
      const urn = `urn:pulumi:s::p::my:index:Stack$kubernetes:${type}::a::b`;
      assert.deepEqual(identify(urn), { urn, token: `kubernetes:${type}`, name: "a::b", ...expected });
    });
  }

  it("refuses types that are not Kubernetes'", () => {
    assert.throws(
      () => identify("urn:pulumi:s::p::aws:s3/bucket:Bucket::x"),
      /aws:s3\/bucket:Bucket is not a Kubernetes/,
    );
    assert.throws(
      () => identify("urn:pulumi:s::p::kubernetes:v1:Pod::x"),
      /expected kubernetes:<group>\/<version>:<Kind>/,
    );
  });

  it("reads ids with and without a namespace", () => {
    assert.deepEqual(parseId("ns/a"), { namespace: "ns", name: "a" });
    assert.deepEqual(parseId("a"), { name: "a" });
  });
});
