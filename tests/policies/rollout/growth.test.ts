import assert from "node:assert/strict";
import { graniteOn, node, predictor, type Service } from "./plans";
import { karpenter } from "./pools";

describe("plan with pools of machines whose room for pods is an estimate", () => {
  const stuck = [node("a", 1), predictor("a", 1)];
  const azure = karpenter(["Standard_NC24ads_A100_v4"], undefined, "karpenter.azure.com");
  const google = karpenter(["a2-highgpu-1g"], undefined, "karpenter.k8s.gcp");
  const machineSet = (value: object) => [
    {
      apiVersion: "machine.openshift.io/v1beta1",
      kind: "MachineSet",
      metadata: { name: "gpu-a", namespace: "openshift-machine-api" },
      spec: { replicas: 0, template: { spec: { providerSpec: { value } } } },
    },
    {
      apiVersion: "autoscaling.openshift.io/v1beta1",
      kind: "MachineAutoscaler",
      metadata: { name: "gpu-a", namespace: "openshift-machine-api" },
      spec: { maxReplicas: 2, scaleTargetRef: { kind: "MachineSet", name: "gpu-a" } },
    },
  ];
  const asks = (cpu: string, memory: string) => (service: Service) => {
    const amounts = { cpu, memory, "nvidia.com/gpu": "1" };
    Object.assign(service.spec.predictor.model ?? {}, { resources: { requests: amounts, limits: amounts } });
  };

  const cases: [string, object[], [string, string], string, RegExp][] = [
    [
      "Azure by Karpenter",
      [azure],
      ["8", "150Gi"],
      "may-deadlock",
      /NodePool gpu by 1 node of Standard_NC24ads_A100_v4/,
    ],
    ["Google Cloud by Karpenter", [google], ["8", "64Gi"], "may-deadlock", /NodePool gpu by 1 node of a2-highgpu-1g/],
    [
      "Azure by a MachineSet",
      machineSet({ vmSize: "Standard_NC24ads_A100_v4" }),
      ["8", "150Gi"],
      "may-deadlock",
      /MachineSet gpu-a by 1 node of Standard_NC24ads_A100_v4/,
    ],
    [
      "Google Cloud by a MachineSet",
      machineSet({ machineType: "a2-highgpu-1g" }),
      ["8", "64Gi"],
      "may-deadlock",
      /MachineSet gpu-a by 1 node of a2-highgpu-1g/,
    ],
    [
      "more memory than the machine is estimated to leave",
      [google],
      ["8", "75Gi"],
      "may-deadlock",
      /not known whether a pool can grow for it: a2-highgpu-1g of NodePool gpu would have to leave more for pods than/,
    ],
    [
      "more CPU than OpenShift leaves on the machine, though Karpenter would leave it",
      machineSet({ instanceType: "g4dn.xlarge" }),
      ["3700m", "8Gi"],
      "may-deadlock",
      /not known whether a pool can grow for it: g4dn\.xlarge of MachineSet gpu-a/,
    ],
    [
      "more memory than the machine has",
      [google],
      ["8", "100Gi"],
      "deadlocks",
      /no machine of NodePool gpu takes such a pod/,
    ],
    [
      "more CPU than the machine has",
      [azure],
      ["25", "8Gi"],
      "deadlocks",
      /no machine of NodePool gpu takes such a pod/,
    ],
  ];
  for (const [what, cluster, [cpu, memory], outcome, says] of cases) {
    it(`${what}: ${outcome}`, () => {
      const answer = graniteOn([...stuck, ...cluster], asks(cpu, memory));
      assert.equal(answer.outcome, outcome, answer.reason);
      assert.match(answer.reason, says);
    });
  }
});
