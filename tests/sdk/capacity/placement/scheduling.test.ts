import assert from "node:assert/strict";
import { selectsNode, tolerates, untolerated } from "../../../../sdk/capacity/placement/scheduling";
import type { Affinity } from "../../../../sdk/kubernetes/core";
import { gpuTaint } from "../nodes";

describe("tolerations", () => {
  const cases: [string, Parameters<typeof tolerates>[0], boolean][] = [
    [
      "the same key, value and effect",
      { key: "nvidia.com/gpu", operator: "Equal", value: "present", effect: "NoSchedule" },
      true,
    ],
    ["another value", { key: "nvidia.com/gpu", operator: "Equal", value: "true", effect: "NoSchedule" }, false],
    ["no operator means Equal, and no value the empty one", { key: "nvidia.com/gpu" }, false],
    ["no operator and the right value", { key: "nvidia.com/gpu", value: "present" }, true],
    ["Exists covers every value", { key: "nvidia.com/gpu", operator: "Exists" }, true],
    ["an empty effect covers every effect", { key: "nvidia.com/gpu", operator: "Exists", effect: "" }, true],
    ["another effect", { key: "nvidia.com/gpu", operator: "Exists", effect: "NoExecute" }, false],
    ["another key", { key: "amd.com/gpu", operator: "Exists" }, false],
    ["Exists without a key covers everything", { operator: "Exists" }, true],
    ["an empty key without Exists covers every key of that value only", { key: "", value: "present" }, true],
    ["an operator nobody knows", { key: "nvidia.com/gpu", operator: "Matches" }, false],
  ];
  for (const [name, toleration, expected] of cases) {
    it(`${expected ? "cover" : "do not cover"}: ${name}`, () => {
      assert.equal(tolerates(toleration, gpuTaint), expected);
    });
  }

  it("need not cover a preference", () => {
    assert.deepEqual(untolerated([{ key: "slow", effect: "PreferNoSchedule" }], []), []);
  });

  it("must cover NoExecute as well", () => {
    const taint = { key: "evict", effect: "NoExecute" };
    assert.deepEqual(untolerated([taint], []), [taint]);
  });
});

describe("node selection", () => {
  const node = { name: "a100-1", labels: { product: "A100", memory: "81920", zone: "" } };
  interface Requirement {
    key: string;
    operator: string;
    values?: string[];
  }
  const terms = (
    ...nodeSelectorTerms: { matchExpressions?: Requirement[]; matchFields?: Requirement[] }[]
  ): Affinity => ({
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  });
  const one = (key: string, operator: string, values?: string[]): Affinity =>
    terms({ matchExpressions: [{ key, operator, ...(values === undefined ? {} : { values }) }] });

  const selectors: [string, Record<string, string>, boolean][] = [
    ["a label of that value", { product: "A100" }, true],
    ["every label must match", { product: "A100", zone: "b" }, false],
    ["an empty value is a value", { zone: "" }, true],
    ["a missing label", { rack: "" }, false],
  ];
  for (const [name, nodeSelector, expected] of selectors) {
    it(`by selector, ${expected ? "matches" : "refuses"}: ${name}`, () => {
      assert.equal(selectsNode({ nodeSelector }, node), expected);
    });
  }

  const affinities: [string, Affinity, boolean][] = [
    ["In", one("product", "In", ["L4", "A100"]), true],
    ["In, other values", one("product", "In", ["L4"]), false],
    ["In, no such label", one("rack", "In", ["1"]), false],
    ["In without values", one("product", "In", []), false],
    ["NotIn", one("product", "NotIn", ["L4"]), true],
    ["NotIn, the value", one("product", "NotIn", ["A100"]), false],
    ["NotIn holds where the label is missing", one("rack", "NotIn", ["1"]), true],
    ["NotIn without values is no requirement", one("rack", "NotIn"), false],
    ["Exists", one("zone", "Exists"), true],
    ["Exists, no such label", one("rack", "Exists"), false],
    ["Exists with values is no requirement", one("zone", "Exists", ["a"]), false],
    ["DoesNotExist", one("rack", "DoesNotExist"), true],
    ["DoesNotExist, there it is", one("zone", "DoesNotExist"), false],
    ["Gt", one("memory", "Gt", ["81919"]), true],
    ["Gt is strict", one("memory", "Gt", ["81920"]), false],
    ["Gt compares numbers, not text", one("memory", "Gt", ["9"]), true],
    ["Gt of a text", one("product", "Gt", ["1"]), false],
    ["Gt of two values", one("memory", "Gt", ["1", "2"]), false],
    ["Gt of no number", one("memory", "Gt", ["many"]), false],
    ["Lt", one("memory", "Lt", ["100000"]), true],
    ["Lt is strict", one("memory", "Lt", ["81920"]), false],
    ["an operator nobody knows", one("memory", "Is", ["81920"]), false],
    [
      "any term is enough",
      terms(
        { matchExpressions: [{ key: "rack", operator: "Exists" }] },
        { matchExpressions: [{ key: "zone", operator: "Exists" }] },
      ),
      true,
    ],
    [
      "all requirements of a term",
      terms({
        matchExpressions: [
          { key: "zone", operator: "Exists" },
          { key: "rack", operator: "Exists" },
        ],
      }),
      false,
    ],
    ["a term without requirements matches nothing", terms({}), false],
    ["no terms match nothing", terms(), false],
    ["the node's name", terms({ matchFields: [{ key: "metadata.name", operator: "In", values: ["a100-1"] }] }), true],
    [
      "another node's name",
      terms({ matchFields: [{ key: "metadata.name", operator: "In", values: ["a100-2"] }] }),
      false,
    ],
    [
      "not another node",
      terms({ matchFields: [{ key: "metadata.name", operator: "NotIn", values: ["a100-2"] }] }),
      true,
    ],
    [
      "two names at once are no requirement",
      terms({ matchFields: [{ key: "metadata.name", operator: "In", values: ["a100-1", "b"] }] }),
      false,
    ],
    ["only a preference", { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } }, true],
  ];
  for (const [name, affinity, expected] of affinities) {
    it(`by affinity, ${expected ? "matches" : "refuses"}: ${name}`, () => {
      assert.equal(selectsNode({ affinity }, node), expected);
    });
  }

  it("needs selector and affinity both", () => {
    assert.equal(selectsNode({ nodeSelector: { product: "L4" }, affinity: one("zone", "Exists") }, node), false);
  });
});
