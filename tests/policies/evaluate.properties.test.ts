import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluate } from "../../policies/evaluate";
import { buildWorld } from "../../policies/world/world";
import { UNKNOWN } from "../../sdk/pod/unknown";
import { granite, graniteRoute, graniteRuntime, inCluster, inStack } from "./rules/granite";

describe("evaluation of anything", () => {
  const key = fc.constantFrom(
    "metadata",
    "name",
    "namespace",
    "labels",
    "annotations",
    "spec",
    "predictor",
    "model",
    "args",
    "containers",
    "resources",
    "limits",
    "nvidia.com/gpu",
    "runtime",
    "tolerations",
    "status",
    "allocatable",
    "items",
    "supportedModelFormats",
    "modelFormat",
  );
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constant(UNKNOWN),
    fc.constantFrom("granite", "1", "vLLM", "nvidia.com/gpu", "--tensor-parallel-size=2"),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4 }),
    ),
  }));
  const originals = [granite(), graniteRuntime(), graniteRoute()];
  const kind = fc.constantFrom(
    ...originals.map(({ apiVersion, kind: name }) => ({ apiVersion, kind: name })),
    { apiVersion: "v1", kind: "Node" },
    { apiVersion: "v1", kind: "Pod" },
    { apiVersion: "v1", kind: "List" },
    { apiVersion: "v1", kind: "ConfigMap" },
    { apiVersion: "apps/v1", kind: "DaemonSet" },
    { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" },
    { apiVersion: "serving.kserve.io/v1alpha1", kind: "ClusterServingRuntime" },
    { apiVersion: "infrastructure.opendatahub.io/v1", kind: "HardwareProfile" },
  );
  const made = fc
    .tuple(kind, fc.dictionary(key, value), value)
    .map(([head, body, metadata]) => ({ metadata, ...body, ...head }));

  /** A well-formed object with the value at one of its paths replaced. */
  const damaged = fc.tuple(fc.constantFrom(...originals), fc.nat(), value).map(([original, at, replacement]) => {
    const copy: unknown = structuredClone(original);
    const places: [Record<string, unknown>, string][] = [];
    const visit = (inner: unknown) => {
      if (typeof inner !== "object" || inner === null) return;
      for (const name of Object.keys(inner)) {
        places.push([inner as Record<string, unknown>, name]);
        visit((inner as Record<string, unknown>)[name]);
      }
    };
    visit(copy);
    const [holder, name] = places[at % places.length]!;
    holder[name] = replacement;
    return copy;
  });

  it("never throws", () => {
    const objects = fc.array(fc.oneof(made, damaged, value), { maxLength: 6 });
    fc.assert(
      fc.property(objects, objects, (some, others) => {
        const { findings: found, summary } = evaluate(buildWorld([...inStack(...some), ...inCluster(...others)]), {
          profile: "strict",
        });
        assert.ok(found.every(({ message, fix, rule: id }) => message !== "" && fix !== "" && id !== ""));
        assert.equal(summary.mandatory + summary.advisory + summary.unknown, found.length);
      }),
      { numRuns: 500 },
    );
  });

  it("never throws for one damaged field of a sound stack", () => {
    fc.assert(
      fc.property(damaged, (object) => {
        evaluate(buildWorld(inStack(object, granite(), graniteRuntime())), { profile: "strict" });
      }),
      { numRuns: 500 },
    );
  });
});
