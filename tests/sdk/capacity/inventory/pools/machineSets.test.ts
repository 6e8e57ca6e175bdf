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
  const MAXIMUM = "machine.openshift.io/cluster-api-autoscaler-node-group-max-size";
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

  it("labels and taints its nodes as the autoscaler expects of them", () => {
    const key = "capacity.cluster-autoscaler.kubernetes.io/";
    const annotated = {
      ...stated,
      [`${key}labels`]: "role=annotated,broken, a = b",
      [`${key}taints`]: "broken,x:y:z,k=v:NoSchedule",
    };
    const [pool] = machineSetPools([set(annotated)], [autoscaler()], findMachine);
    const [template] = pool!.templates;
    assert.deepEqual(template?.labels, {
      "kubernetes.io/arch": "amd64",
      "kubernetes.io/os": "linux",
      role: "annotated",
      a: "b",
    });
    assert.deepEqual(template.taints, [
      { key: GPU, effect: "NoSchedule" },
      { key: "k", value: "v", effect: "NoSchedule" },
    ]);
  });

  const capacity = (name: string) => `capacity.cluster-autoscaler.kubernetes.io/${name}`;
  const amounts: [string, Record<string, string>, Record<string, number> | undefined][] = [
    [
      "upstream's names come before OpenShift's",
      { ...stated, [capacity("cpu")]: "2", [capacity("memory")]: "1Gi", [capacity("gpu-count")]: "1" },
      { cpu: 2000, memory: 2 ** 30, pods: 110, [GPU]: 1 },
    ],
    [
      "the type of accelerators, pods and disk",
      {
        [capacity("cpu")]: "2",
        [capacity("memory")]: "1Gi",
        [capacity("gpu-count")]: "2",
        [capacity("gpu-type")]: "amd.com/gpu",
        [capacity("maxPods")]: "30",
        [capacity("ephemeral-disk")]: "100Gi",
      },
      { cpu: 2000, memory: 2 ** 30, pods: 30, "amd.com/gpu": 2, "ephemeral-storage": 100 * 2 ** 30 },
    ],
    [
      "no accelerators",
      { [capacity("cpu")]: "2", [capacity("memory")]: "1Gi" },
      { cpu: 2000, memory: 2 ** 30, pods: 110 },
    ],
    ["not without cpu", { [capacity("memory")]: "1Gi" }, undefined],
    ["not without memory", { [capacity("cpu")]: "2" }, undefined],
  ];
  for (const [name, annotations, expected] of amounts) {
    it(`has the amounts that its annotations state: ${name}`, () => {
      const [pool] = machineSetPools([set(annotations)], [autoscaler()], findMachine);
      assert.deepEqual(pool?.templates[0]?.allocatable, expected);
      assert.deepEqual(pool?.unknown, expected === undefined ? ["the machine type of the MachineSet"] : []);
    });
  }

  const zones: [string, object, string | undefined, object | undefined][] = [
    ["AWS", { placement: { availabilityZone: "eu-west-1a" } }, "eu-west-1a", undefined],
    ["Azure", { location: "eastus", zone: "1" }, "eastus-1", undefined],
    ["Azure without one", { location: "eastus", zone: "" }, undefined, { "topology.kubernetes.io/zone": [] }],
    ["Google", { zone: "us-central1-a" }, "us-central1-a", undefined],
    ["nobody", {}, undefined, { "topology.kubernetes.io/zone": [] }],
  ];
  for (const [cloud, value, expected, open] of zones) {
    it(`is in the zone that ${cloud} says`, () => {
      const pools = machineSetPools(
        [set(stated, value), set({}, { ...value, instanceType: "g6.xlarge" })],
        [autoscaler()],
        findMachine,
      );
      assert.equal(pools.length, 2);
      for (const { templates } of pools)
        assert.deepEqual([templates[0]?.labels["topology.kubernetes.io/zone"], templates[0]?.open], [expected, open]);
    });
  }

  const maxima: [string, Record<string, string>, MachineAutoscaler[], number | undefined][] = [
    ["its annotation", { [MAXIMUM]: "3" }, [], 2],
    ["its autoscaler before its annotation", { [MAXIMUM]: "3" }, [autoscaler()], 3],
    ["nothing where the annotation is no number", { [MAXIMUM]: "many" }, [], undefined],
    [
      "nothing of an autoscaler for something else",
      {},
      [{ ...autoscaler(), spec: { maxReplicas: 4, scaleTargetRef: { kind: "MachineDeployment", name: "gpu-a" } } }],
      undefined,
    ],
    [
      "nothing of an autoscaler in another namespace",
      {},
      [{ ...autoscaler(), metadata: { name: "any", namespace: "other" } }],
      undefined,
    ],
    ["no more where it is larger already", { [MAXIMUM]: "0" }, [], 0],
  ];
  for (const [name, annotations, autoscalers, room] of maxima) {
    it(`may grow to the maximum of ${name}`, () => {
      const [pool] = machineSetPools([set({ ...stated, ...annotations })], autoscalers, findMachine);
      assert.equal(pool?.room, room);
    });
  }

  it("has one machine where it does not say how many", () => {
    const { template } = set(stated).spec!;
    const [pool] = machineSetPools([{ ...set(stated), spec: { template: template! } }], [autoscaler()], findMachine);
    assert.equal(pool?.room, 3);
  });

  it("knows its machine type on every cloud", () => {
    for (const value of [{ instanceType: "g6.xlarge" }, { vmSize: "g6.xlarge" }, { machineType: "g6.xlarge" }]) {
      const [pool] = machineSetPools([set({}, value)], [autoscaler()], findMachine);
      assert.equal(pool?.templates[0]?.instanceType, "g6.xlarge");
    }
    const [other] = machineSetPools([set(stated, { vmSize: "Unheard_of" })], [autoscaler()], findMachine);
    assert.equal(other?.templates[0]?.labels["node.kubernetes.io/instance-type"], "Unheard_of");
  });

  it("is unknown without a template", () => {
    const bare = { ...set(stated), metadata: { name: "gpu-a", namespace: "openshift-machine-api" }, spec: {} };
    const [pool] = machineSetPools([bare], [autoscaler()], findMachine);
    assert.deepEqual([pool?.templates, pool?.unknown], [[], ["the machine type of the MachineSet"]]);
  });

  it("is unknown where nothing says what its machines bring", () => {
    const [pool] = machineSetPools([set({}, { vmSize: "Unheard_of" })], [autoscaler()], findMachine);
    assert.deepEqual([pool?.templates, pool?.unknown], [[], ["the machine type Unheard_of"]]);
  });

  it("does not grow without an autoscaler of its own", () => {
    assert.deepEqual(machineSetPools([set(stated)], [autoscaler("other")], findMachine), []);
  });
});
