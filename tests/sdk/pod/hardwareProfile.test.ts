import assert from "node:assert/strict";
import { effectivePod, type EffectivePod } from "../../../sdk/pod/effectivePod";
import { type Loose, podOf, profile, runtime, service } from "./objects";

describe("hardware profile in the effective pod", () => {
  const gpus = { identifier: "nvidia.com/gpu", defaultCount: 2 };
  const cases: [string, Loose[], Loose | undefined, Loose | undefined, Loose][] = [
    [
      "gives requests and limits",
      [gpus],
      undefined,
      undefined,
      { requests: { "nvidia.com/gpu": "2" }, limits: { "nvidia.com/gpu": "2" } },
    ],
    [
      "goes over the runtime",
      [gpus],
      undefined,
      { limits: { "nvidia.com/gpu": "8" } },
      { requests: { "nvidia.com/gpu": "2" }, limits: { "nvidia.com/gpu": "2" } },
    ],
    [
      "gives way to the service's request, which the limit follows",
      [gpus],
      { requests: { "nvidia.com/gpu": "1" } },
      undefined,
      { requests: { "nvidia.com/gpu": "1" }, limits: { "nvidia.com/gpu": "1" } },
    ],
    [
      "gives way to the service's limit, but not in the request",
      [gpus],
      { limits: { "nvidia.com/gpu": "4" } },
      undefined,
      { requests: { "nvidia.com/gpu": "2" }, limits: { "nvidia.com/gpu": "4" } },
    ],
    [
      "is canonical",
      [{ identifier: "cpu", defaultCount: "0.5" }],
      undefined,
      undefined,
      { requests: { cpu: "500m" }, limits: { cpu: "500m" } },
    ],
  ];
  for (const [behaviour, identifiers, own, base, expected] of cases) {
    it(behaviour, () => {
      const model = own === undefined ? {} : { resources: own };
      const container = base === undefined ? {} : { resources: base };
      assert.deepEqual(podOf(model, container, { hardwareProfile: profile({ identifiers }) }).main.resources, expected);
    });
  }

  function scheduled(node: Loose, predictor: Loose): EffectivePod {
    const hardwareProfile = profile({ scheduling: { type: "Node", node } });
    const base = runtime({}, { tolerations: [{ key: "runtime" }], nodeSelector: { pool: "r", zone: "r" } });
    return effectivePod({ service: service({}, predictor), runtime: base, hardwareProfile });
  }
  const gpu = { key: "gpu", operator: "Exists" };
  const tolerations: [string, Loose, Loose, Loose[]][] = [
    [
      "come first, the service's others after them",
      { tolerations: [gpu] },
      { tolerations: [{ key: "own" }, gpu] },
      [gpu, { key: "own" }],
    ],
    ["replace the runtime's", { tolerations: [gpu] }, {}, [gpu]],
    ["leave the runtime's when there are none", {}, {}, [{ key: "runtime" }]],
    [
      "differ when a field differs",
      { tolerations: [gpu] },
      { tolerations: [{ ...gpu, effect: "NoSchedule" }] },
      [gpu, { ...gpu, effect: "NoSchedule" }],
    ],
  ];
  for (const [behaviour, node, predictor, expected] of tolerations) {
    it(`tolerations ${behaviour}`, () => {
      assert.deepEqual(scheduled(node, predictor).spec.tolerations, expected);
    });
  }

  it("selectors go over the service's, which go over the runtime's", () => {
    const pod = scheduled({ nodeSelector: { pool: "p" } }, { nodeSelector: { pool: "s", disk: "s" } });
    assert.deepEqual(pod.spec.nodeSelector, { pool: "p", zone: "r", disk: "s" });
  });

  it("of a queue labels the pods and selects no nodes", () => {
    const scheduling = { type: "Queue", kueue: { localQueueName: "q" }, node: { nodeSelector: { pool: "p" } } };
    const pod = podOf({}, {}, { hardwareProfile: profile({ scheduling }) });
    assert.equal(pod.labels["kueue.x-k8s.io/queue-name"], "q");
    assert.equal(pod.spec.nodeSelector, undefined);
  });

  it("notes its namespace on the service, unless the service says it", () => {
    const key = "opendatahub.io/hardware-profile-namespace";
    assert.equal(podOf({}, {}, { hardwareProfile: profile({}) }).annotations[key], "redhat-ods-applications");
    const written = service({}, {}, { annotations: { [key]: "mine" } });
    const pod = effectivePod({ service: written, runtime: runtime(), hardwareProfile: profile({}) });
    assert.equal(pod.annotations[key], "mine");
  });
});
