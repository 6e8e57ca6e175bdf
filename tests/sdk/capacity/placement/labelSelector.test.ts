import assert from "node:assert/strict";
import { portsClash } from "../../../../sdk/capacity/placement/hostPorts";
import { selectorMatches, type LabelSelector } from "../../../../sdk/capacity/placement/labelSelector";
import { pack } from "../../../../sdk/capacity/packing/packing";
import { freeNode, gpuPod } from "../nodes";

describe("label selectors", () => {
  const one = (key: string, operator: string, ...values: string[]): LabelSelector => ({
    matchExpressions: [{ key, operator, values }],
  });
  const cases: [string, LabelSelector | undefined, boolean][] = [
    ["none", undefined, false],
    ["an empty one", {}, true],
    ["NotIn of a missing label", one("absent", "NotIn", "a"), true],
    ["NotIn of the value", one("app", "NotIn", "a"), false],
    ["In of a missing label", one("absent", "In", "a"), false],
    ["Exists", one("app", "Exists"), true],
    ["DoesNotExist", one("app", "DoesNotExist"), false],
    ["an operator nobody knows", one("app", "Is", "a"), false],
    ["labels and expressions together", { matchLabels: { app: "a" }, ...one("tier", "Exists") }, false],
  ];
  for (const [name, selector, expected] of cases) {
    it(`${expected ? "match" : "do not match"}: ${name}`, () => {
      assert.equal(selectorMatches(selector, { app: "a" }), expected);
    });
  }
});

describe("ports on a host", () => {
  it("clash on every address, whichever pod asks for it", () => {
    const port = (ip: string) => [{ ip, protocol: "TCP", port: 80 }];
    assert.equal(portsClash(port("10.0.0.1"), port("0.0.0.0")), true);
    assert.equal(portsClash(port("0.0.0.0"), port("10.0.0.1")), true);
    assert.equal(portsClash(port("10.0.0.1"), port("10.0.0.2")), false);
  });
});

describe("packing without Namespace objects", () => {
  it("proves nothing about pods whose rules need them", () => {
    const namespaceSelector = { matchLabels: { team: "blue" } };
    const term = { topologyKey: "zone", namespaceSelector, labelSelector: {} };
    const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    const groups = [{ pod: gpuPod(1, { affinity }), count: 1 }];
    assert.deepEqual(pack(groups, [freeNode("a", 8)]).proven, false);
    assert.deepEqual(pack(groups, [freeNode("a", 8)], { namespaces: new Map([["default", {}]]) }).proven, true);
  });
});
