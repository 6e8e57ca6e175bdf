import assert from "node:assert/strict";
import type { PodShape } from "../../../../sdk/capacity/placement/podShape";
import { tiedToOthers } from "../../../../sdk/capacity/rollout/tiedUpdates";
import { update } from "./rolloutCases";
import { HOST, RULES, tied, ZONE } from "./tiedCases";

const labelled = (name: string, more: Partial<PodShape> = {}) => {
  const one = update({ name, gpus: 1, on: "a" });
  return { ...one, pod: { ...one.pod, namespace: "models", labels: { app: name, team: "blue" }, ...more } };
};
const term = (labels: Record<string, string>, topologyKey = HOST) => ({
  topologyKey,
  labelSelector: { matchLabels: labels },
});
const away = (labels: Record<string, string>) => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(labels)] } },
});
const near = (labels: Record<string, string>) => ({
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(labels)] } },
});
const spread = (labels: Record<string, string>) => ({
  topologySpreadConstraints: [{ ...term(labels, ZONE), maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" }],
});
const port = (ip: string) => ({ hostPorts: [{ ip, protocol: "TCP", port: 80 }] });

describe("updates that rules tie to each other", () => {
  for (const [what, all, names] of [
    ["none without rules", [labelled("a"), labelled("b")], []],
    ["none where each sees only its own pods", ["a", "b"].map((one) => labelled(one, away({ app: one }))), []],
    ["both where one keeps away from the other", [labelled("a", away({ app: "b" })), labelled("b")], ["a", "b"]],
    ["one that must be near the other", [labelled("a", near({ app: "b" })), labelled("b")], ["a"]],
    ["one whose spread counts the other", [labelled("a", spread({ team: "blue" })), labelled("b")], ["a"]],
    [
      "both that keep away from the same label",
      ["a", "b"].map((one) => labelled(one, away({ team: "blue" }))),
      ["a", "b"],
    ],
    [
      "not those of another namespace",
      [labelled("a", away({ team: "blue" })), labelled("b", { namespace: "others" })],
      [],
    ],
    ["both that take the same port", [labelled("a", port("0.0.0.0")), labelled("b", port("10.0.0.1"))], ["a", "b"]],
    ["neither with ports of two addresses", [labelled("a", port("10.0.0.2")), labelled("b", port("10.0.0.1"))], []],
    [
      "none by rules of one revision",
      ["a", "b"].map((name) => tied(labelled(name), RULES["apart by host and revision"])),
      [],
    ],
  ] as const) {
    it(what, () => {
      assert.deepEqual(
        [...tiedToOthers(all, new Map())].map(({ name }) => name),
        names,
      );
    });
  }
});
