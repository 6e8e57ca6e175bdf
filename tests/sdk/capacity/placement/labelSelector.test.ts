import assert from "node:assert/strict";
import { hostPorts, portsClash } from "../../../../sdk/capacity/placement/hostPorts";
import {
  narrowed,
  neededLabel,
  selectorMatches,
  type LabelSelector,
} from "../../../../sdk/capacity/placement/labelSelector";
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
    ["In with the value", one("app", "In", "b", "a"), true],
    ["In without the value", one("app", "In", "b"), false],
    ["NotIn without the value", one("app", "NotIn", "b"), true],
    ["DoesNotExist of a missing label", one("absent", "DoesNotExist"), true],
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

describe("what all selected pods have in common", () => {
  const cases: [string, LabelSelector, [string, string] | undefined][] = [
    ["a label", { matchLabels: { app: "a", tier: "b" } }, ["app", "a"]],
    ["one of a single value", { matchExpressions: [{ key: "app", operator: "In", values: ["a"] }] }, ["app", "a"]],
    [
      "nothing of several values",
      { matchExpressions: [{ key: "app", operator: "In", values: ["a", "b"] }] },
      undefined,
    ],
    [
      "nothing of what they must not have",
      { matchExpressions: [{ key: "app", operator: "NotIn", values: ["a"] }] },
      undefined,
    ],
    ["nothing of no values", { matchExpressions: [{ key: "app", operator: "In" }] }, undefined],
    ["nothing of everything", {}, undefined],
  ];
  for (const [name, selector, expected] of cases) {
    it(`is ${name}`, () => {
      assert.deepEqual(neededLabel(selector), expected);
    });
  }
});

describe("a selector narrowed by the labels of a pod", () => {
  const base = { matchLabels: { app: "a" } };
  const labels = { rev: "1", app: "a" };
  it("is about pods with the same value, or another one", () => {
    const same = narrowed(base, labels, ["rev"]);
    const other = narrowed({ ...base, matchExpressions: [{ key: "x", operator: "Exists" }] }, labels, [], ["rev"]);
    const matches = (selector: LabelSelector | undefined, rev: string, more = {}) =>
      selectorMatches(selector, { app: "a", rev, ...more });
    assert.deepEqual([matches(same, "1"), matches(same, "2")], [true, false]);
    assert.deepEqual(
      [matches(other, "1", { x: "" }), matches(other, "2", { x: "" }), matches(other, "2")],
      [false, true, false],
    );
  });
  it("is as it was without such labels, and matches nothing where there is none", () => {
    assert.deepEqual([narrowed(base, labels, []), narrowed(undefined, labels, ["rev"])], [base, undefined]);
    assert.equal(selectorMatches(narrowed(base, labels, ["absent"]), { app: "a" }), true);
  });
});

describe("ports on a host", () => {
  const container = (ports: object[]) => ({
    name: "main",
    ports: ports.map((port) => ({ containerPort: 8080, ...port })),
  });
  const asked: [string, Parameters<typeof hostPorts>[0], unknown[]][] = [
    ["none by default", { containers: [container([{}])] }, []],
    [
      "those of containers",
      { containers: [container([{ hostPort: 80 }])] },
      [{ ip: "0.0.0.0", protocol: "TCP", port: 80 }],
    ],
    [
      "with protocol and address",
      { containers: [container([{ hostPort: 80, hostIP: "10.0.0.1", protocol: "UDP" }])] },
      [{ ip: "10.0.0.1", protocol: "UDP", port: 80 }],
    ],
    [
      "with an empty address",
      { containers: [container([{ hostPort: 80, hostIP: "" }])] },
      [{ ip: "0.0.0.0", protocol: "TCP", port: 80 }],
    ],
    [
      "all on the network of the host",
      { hostNetwork: true, containers: [container([{}])] },
      [{ ip: "0.0.0.0", protocol: "TCP", port: 8080 }],
    ],
    [
      "those of sidecars, but not of other init containers",
      {
        initContainers: [{ ...container([{ hostPort: 81 }]), restartPolicy: "Always" }, container([{ hostPort: 82 }])],
      },
      [{ ip: "0.0.0.0", protocol: "TCP", port: 81 }],
    ],
  ];
  for (const [name, spec, expected] of asked) {
    it(`are ${name}`, () => {
      assert.deepEqual(hostPorts(spec), expected);
    });
  }

  it("clash where one of several is the same", () => {
    const port = (number: number, protocol = "TCP") => ({ ip: "0.0.0.0", protocol, port: number });
    assert.equal(portsClash([port(80), port(81)], [port(81), port(82)]), true);
    assert.equal(portsClash([port(80)], [port(80, "UDP"), port(81)]), false);
  });

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
