import assert from "node:assert/strict";
import { acceleratorStatus } from "../../../sdk/operations/acceleratorStatus";

function node(name: string, capacity: Record<string, string>, allocatable = capacity): object {
  return { apiVersion: "v1", kind: "Node", metadata: { name }, status: { capacity, allocatable } };
}

function pod(namespace: string, name: string, status: object | undefined): object {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, ...(status !== undefined && { status }) };
}

const RUNNING = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
const CRASHING = { phase: "Running", containerStatuses: [{ state: { waiting: { reason: "CrashLoopBackOff" } } }] };
const PULLING = { phase: "Pending", initContainerStatuses: [{ state: { waiting: { reason: "ImagePullBackOff" } } }] };

describe("status of accelerators", () => {
  /** @covers AC-17 */
  it("capacity by resource and node, and the pods of operators that are not well", () => {
    const status = acceleratorStatus([
      node("gpu-1", { cpu: "64", "nvidia.com/gpu": "8" }),
      node("gpu-0", { "nvidia.com/gpu": "8" }, { "nvidia.com/gpu": "7" }),
      node("mig-0", { "nvidia.com/gpu": "0", "nvidia.com/mig-3g.20gb": "2" }),
      node("amd-0", { "amd.com/gpu": "8" }),
      node("cpu-0", { cpu: "8" }),
      pod("nvidia-gpu-operator", "gpu-operator-abc", RUNNING),
      pod("nvidia-gpu-operator", "nvidia-cuda-validator-x", { phase: "Succeeded" }),
      pod("nvidia-gpu-operator", "nvidia-driver-daemonset-1", CRASHING),
      pod("nvidia-gpu-operator", "nvidia-device-plugin-1", PULLING),
      pod("nvidia-gpu-operator", "nvidia-dcgm-1", { phase: "Running" }),
      pod("nvidia-gpu-operator", "nvidia-new", undefined),
      pod("openshift-amd-gpu", "amd-gpu-operator-1", RUNNING),
      pod("models", "granite-predictor-1", PULLING),
    ]);
    const { accelerators, operators, verdicts } = status;
    assert.deepEqual(
      accelerators.map(({ resource, maker, capacity, allocatable, nodes }) => [
        resource,
        maker,
        capacity,
        allocatable,
        nodes.map(({ name }) => name),
      ]),
      [
        ["amd.com/gpu", "AMD", 8, 8, ["amd-0"]],
        ["nvidia.com/gpu", "NVIDIA", 16, 15, ["gpu-1", "gpu-0"]],
        ["nvidia.com/mig-3g.20gb", "NVIDIA", 2, 2, ["mig-0"]],
      ],
    );
    assert.deepEqual(operators, [
      {
        vendor: "nvidia",
        namespaces: ["nvidia-gpu-operator"],
        ready: 2,
        notReady: [
          { namespace: "nvidia-gpu-operator", name: "nvidia-driver-daemonset-1", reason: "CrashLoopBackOff" },
          { namespace: "nvidia-gpu-operator", name: "nvidia-device-plugin-1", reason: "ImagePullBackOff" },
          { namespace: "nvidia-gpu-operator", name: "nvidia-dcgm-1", reason: "not ready" },
          { namespace: "nvidia-gpu-operator", name: "nvidia-new", reason: "Unknown" },
        ],
      },
      { vendor: "amd", namespaces: ["openshift-amd-gpu"], ready: 1, notReady: [] },
    ]);
    assert.deepEqual(verdicts, { nvidia: "degraded", amd: "ready", intel: "absent", ibm: "absent", aws: "absent" });
  });

  /** @covers AC-17 */
  it("NVIDIA's operator is found where OLM puts it, where Helm does, and where the user says", () => {
    for (const namespace of ["nvidia-gpu-operator", "gpu-operator"]) {
      const { verdicts } = acceleratorStatus([pod(namespace, "gpu-operator-1", RUNNING)]);
      assert.equal(verdicts.nvidia, "no-devices");
    }
    const own = [pod("gpus", "gpu-operator-1", RUNNING)];
    assert.equal(acceleratorStatus(own).verdicts.nvidia, "absent");
    assert.equal(acceleratorStatus(own, { nvidia: ["gpus"] }).verdicts.nvidia, "no-devices");
  });

  it("pods of others in kube-system are not AWS Neuron's", () => {
    const pods = [pod("kube-system", "coredns-1", PULLING), pod("kube-system", "neuron-device-plugin-1", RUNNING)];
    const { operators } = acceleratorStatus([node("trn", { "aws.amazon.com/neuron": "16" }), ...pods]);
    assert.deepEqual(operators, [{ vendor: "aws", namespaces: ["kube-system"], ready: 1, notReady: [] }]);
  });

  it("devices without an operator are ready: some clouds set their nodes up themselves", () => {
    assert.equal(acceleratorStatus([node("gke", { "nvidia.com/gpu": "1" })]).verdicts.nvidia, "ready");
  });

  it("an empty cluster has nothing", () => {
    const { accelerators, operators } = acceleratorStatus([]);
    assert.deepEqual([accelerators, operators], [[], []]);
  });

  it("devices are counted in thousands, and as numbers; what is no count is none", () => {
    const { accelerators } = acceleratorStatus([
      node("shared", { "nvidia.com/gpu": "1k" }),
      node("written", { "nvidia.com/gpu": 4 as never }),
      node("odd", { "nvidia.com/gpu": "many" }),
    ]);
    assert.deepEqual(
      accelerators.map(({ capacity, nodes }) => [capacity, nodes.length]),
      [[1004, 2]],
    );
  });
});
