import assert from "node:assert/strict";
import { UNKNOWN } from "../../../sdk/pod/unknown";
import { evaluate } from "../../../policies/evaluate";
import { rules } from "../../../policies/rules";
import { buildWorld, type SourcedObject } from "../../../policies/world/world";
import { cpuNode, gpuNode } from "./cluster";
import { changed, granite, graniteRoute, graniteRuntime, inCluster, inStack } from "./granite";

/** A stack and a cluster with which nothing is wrong. */
function sound() {
  return {
    service: granite(),
    runtime: graniteRuntime(),
    route: graniteRoute("granite-public"),
    nodes: [gpuNode("a100-1", 8), gpuNode("a100-2", 8), cpuNode("cpu-1")] as unknown[],
  };
}

type Stack = ReturnType<typeof sound>;

function findings({ service, runtime, route, nodes }: Stack): string[] {
  const objects: SourcedObject[] = [...inStack(service, runtime, route), ...inCluster(...nodes)];
  const evaluation = evaluate(buildWorld(objects), { profile: "strict" });
  return evaluation.findings.map(({ rule, level, outcome }) => `${rule} ${outcome === "fail" ? level : outcome}`);
}

const model = ({ service }: Stack) => service.spec.predictor.model!;
const limits = (stack: Stack) => model(stack).resources!.limits!;

const oneField: [string, (stack: Stack) => void, string[]][] = [
  ["nothing", () => undefined, []],
  ["the runtime's name", (stack) => (model(stack).runtime = "granit"), ["name/runtime-resolves unknown"]],
  [
    "the runtime's name by its display name",
    (stack) => (model(stack).runtime = "vLLM NVIDIA GPU ServingRuntime for KServe"),
    ["name/runtime-resolves mandatory"],
  ],
  ["the runtime switched off", ({ runtime }) => (runtime.spec.disabled = true), ["name/runtime-resolves mandatory"]],
  [
    "the length in the runtime as well",
    ({ runtime }) => runtime.spec.containers[0]!.args!.push("--max-model-len=2048"),
    ["runtime/duplicate-args advisory"],
  ],
  [
    "a tensor parallel size of 2",
    (stack) => model(stack).args!.push("--tensor-parallel-size=2"),
    ["gpu/world-size-le-gpus mandatory"],
  ],
  [
    "a tensor parallel size of 2 in the runtime",
    ({ runtime }) => runtime.spec.containers[0]!.args!.push("--tensor-parallel-size", "2"),
    ["gpu/world-size-le-gpus mandatory"],
  ],
  [
    "two accelerators",
    (stack) =>
      Object.assign(model(stack).resources!, {
        requests: { "nvidia.com/gpu": "2" },
        limits: { "nvidia.com/gpu": "2" },
      }),
    ["gpu/no-idle-gpus advisory"],
  ],
  [
    "a lower request",
    (stack) => (model(stack).resources!.requests!["nvidia.com/gpu"] = "0"),
    ["gpu/request-equals-limit mandatory"],
  ],
  [
    "no limit",
    (stack) => Reflect.deleteProperty(limits(stack), "nvidia.com/gpu"),
    ["gpu/request-equals-limit mandatory"],
  ],
  [
    "an accelerator of another vendor in the runtime",
    ({ runtime }) => (runtime.spec.containers[0]!.resources = { limits: { "amd.com/gpu": "1" } }),
    ["gpu/one-accelerator-vendor mandatory"],
  ],
  [
    "no tolerations",
    ({ service }) => Reflect.deleteProperty(service.spec.predictor, "tolerations"),
    ["sched/tolerates-pool mandatory"],
  ],
  [
    "a second taint on every node",
    (stack) =>
      (stack.nodes = [gpuNode("a", 8, { spec: { taints: [{ key: "team", value: "x", effect: "NoSchedule" }] } })]),
    ["sched/tolerates-pool mandatory"],
  ],
  [
    "no more than one accelerator in the cluster",
    (stack) => (stack.nodes = [gpuNode("a", 1)]),
    ["rollout/gpu-headroom mandatory"],
  ],
  ["no accelerator in the cluster", (stack) => (stack.nodes = [cpuNode("a")]), ["rollout/gpu-headroom mandatory"]],
  ["no nodes", (stack) => (stack.nodes = []), ["rollout/gpu-headroom unknown"]],
  [
    "more replicas than places",
    ({ service }) => Object.assign(service.spec.predictor, { minReplicas: 17, maxReplicas: 17 }),
    ["rollout/gpu-headroom mandatory"],
  ],
  [
    "a selector that nothing matches",
    ({ service }) => (service.spec.predictor.nodeSelector = { zone: "x" }),
    ["rollout/gpu-headroom mandatory"],
  ],
  ["the Route's name", ({ route }) => (route.metadata.name = "granite"), ["expose/no-second-route advisory"]],
  [
    "the Route's name, with the service exposed",
    ({ route, service }) => {
      route.metadata.name = "granite";
      service.metadata.labels = { ...service.metadata.labels, "networking.kserve.io/visibility": "exposed" };
    },
    ["expose/no-second-route mandatory"],
  ],
  [
    "the runtime's own name",
    (stack) => {
      stack.runtime.metadata.name = "granite-runtime";
      model(stack).runtime = "granite-runtime";
    },
    ["name/runtime-equals-service advisory"],
  ],
];

describe("a sound stack with one field changed", () => {
  for (const [name, change, expected] of oneField) {
    it(`${name}: ${expected.length === 0 ? "no finding" : expected.join(", ")}`, () => {
      assert.deepEqual(findings(changed(sound(), change)), expected);
    });
  }

  it("is said by every rule once", () => {
    const spoken = new Set(oneField.flatMap(([, , expected]) => expected.map((finding) => finding.split(" ")[0])));
    assert.deepEqual([...spoken].sort(), rules.map(({ id }) => id).sort());
  });

  it("has no cascades: without its runtime a service is a matter of one rule, whatever else is wrong", () => {
    const wrong = changed(sound(), (stack) => {
      model(stack).runtime = "vLLM for KServe";
      model(stack).args!.push("--tensor-parallel-size=64");
      model(stack).resources!.requests!["nvidia.com/gpu"] = "0";
      Reflect.deleteProperty(stack.service.spec.predictor, "tolerations");
    });
    assert.deepEqual(findings(wrong), ["name/runtime-resolves mandatory"]);
  });

  it("is unknown in every rule that needs the pod when the whole model is known only after apply", () => {
    const unknown = changed(sound(), ({ service }) => Object.assign(service.spec.predictor, { model: UNKNOWN }));
    const found = findings(unknown);
    assert.ok(found.length > 0);
    assert.ok(
      found.every((finding) => finding.endsWith(" unknown")),
      found.join(),
    );
  });
});
