import assert from "node:assert/strict";
import {
  machineSetPools,
  type MachineAutoscaler,
  type MachineSet,
} from "../../../../../sdk/capacity/inventory/pools/machineSets";
import { nodesOfPool } from "../../../../../sdk/capacity/inventory/pools/nodePool";
import { GPU } from "../../nodes";
import { findMachine } from "./shapes";

describe("an OpenShift MachineSet", () => {
  const set = (annotations: Record<string, string>, value: object = {}): MachineSet => ({
    apiVersion: "machine.openshift.io/v1beta1",
    kind: "MachineSet",
    metadata: { name: "gpu-a", namespace: "openshift-machine-api", annotations },
    spec: {
      replicas: 1,
      template: {
        spec: {
          metadata: { labels: { role: "gpu" } },
          taints: [{ key: GPU, effect: "NoSchedule" }],
          providerSpec: { value },
        },
      },
    },
  });
  const autoscaler = (name = "gpu-a"): MachineAutoscaler => ({
    apiVersion: "autoscaling.openshift.io/v1beta1",
    kind: "MachineAutoscaler",
    metadata: { name: "any", namespace: "openshift-machine-api" },
    spec: { minReplicas: 0, maxReplicas: 4, scaleTargetRef: { kind: "MachineSet", name } },
  });
  const stated = {
    "machine.openshift.io/vCPU": "48",
    "machine.openshift.io/memoryMb": "1024",
    "machine.openshift.io/GPU": "4",
  };

  it("grows up to the maximum of its autoscaler", () => {
    const [pool] = machineSetPools(
      [set({}, { instanceType: "g6.xlarge", placement: { availabilityZone: "a" } })],
      [autoscaler()],
      findMachine,
    );
    assert.equal(pool?.room, 3);
    const [template] = pool.templates;
    assert.deepEqual([template?.instanceType, template?.allocatable[GPU]], ["g6.xlarge", 1]);
    assert.deepEqual([template?.labels.role, template?.labels["topology.kubernetes.io/zone"]], ["gpu", "a"]);
    const nodes = nodesOfPool(pool, template!, 100);
    assert.deepEqual(
      nodes.map(({ name, free }) => [name, free[GPU]]),
      [
        ["MachineSet gpu-a +1", 1],
        ["MachineSet gpu-a +2", 1],
        ["MachineSet gpu-a +3", 1],
      ],
    );
  });

  it("is what its annotations say where the machine type is not in the catalogue", () => {
    const more = {
      "capacity.cluster-autoscaler.kubernetes.io/labels": "kubernetes.io/arch=amd64,zone=b",
      "capacity.cluster-autoscaler.kubernetes.io/taints": "a=b:NoSchedule,c:NoExecute",
    };
    const [pool] = machineSetPools(
      [set({ ...stated, ...more }, { vmSize: "Unheard_of" })],
      [autoscaler()],
      findMachine,
    );
    const [template] = pool!.templates;
    assert.deepEqual(template?.allocatable, { cpu: 48_000, memory: 2 ** 30, pods: 110, [GPU]: 4 });
    assert.deepEqual([template.labels["kubernetes.io/arch"], template.labels.zone], ["amd64", "b"]);
    assert.deepEqual(template.taints.slice(1), [
      { key: "a", value: "b", effect: "NoSchedule" },
      { key: "c", effect: "NoExecute" },
    ]);
  });

  it("is unknown where nothing says what its machines bring", () => {
    const [pool] = machineSetPools([set({}, { vmSize: "Unheard_of" })], [autoscaler()], findMachine);
    assert.deepEqual([pool?.templates, pool?.unknown], [[], ["the machine type Unheard_of"]]);
  });

  it("does not grow without an autoscaler of its own", () => {
    assert.deepEqual(machineSetPools([set(stated)], [autoscaler("other")], findMachine), []);
  });
});
