import { gpuHeadroom } from "../../../../policies/rules/rollout/gpu-headroom";
import { cpuNode, gpuNode, otherPod, podOf } from "../cluster";
import { changed, inCluster, inStack } from "../granite";
import { table } from "../table";
import { recreate, runtime, service } from "./headroomCases";

table(gpuHeadroom, [
  {
    name: "a first deployment that does not fit at all",
    objects: [...inStack(service(8), runtime), ...inCluster(gpuNode("a", 4), gpuNode("b", 4))],
    finding: {
      level: "mandatory",
      path: 'spec.predictor.model.resources.limits["nvidia.com/gpu"]',
      says: [
        "1 of 1 pod of this service will find no place",
        "a has 4 of 4 nvidia.com/gpu free, b has 4 of 4",
        "0/2 nodes are available: 2 Insufficient nvidia.com/gpu.",
      ],
      fix: "Ask for less per pod",
    },
  },
  {
    name: "an accelerator that no node has",
    objects: [...inStack(service(1), runtime), ...inCluster(cpuNode("cpu"))],
    finding: {
      level: "mandatory",
      says: ["no node has nvidia.com/gpu", "0/1 nodes are available: 1 Insufficient nvidia.com/gpu."],
    },
  },
  {
    name: "a misspelt accelerator, which is a device all the same",
    objects: [
      ...inStack(
        changed(service(1), ({ spec }) => {
          spec.predictor.model!.resources = { limits: { cpu: "1", memory: "1Gi", "nvidia.com/gpus": "1" } };
        }),
        runtime,
      ),
      ...inCluster(gpuNode("a", 8), cpuNode("cpu")),
    ],
    finding: {
      level: "mandatory",
      path: 'spec.predictor.model.resources.limits["nvidia.com/gpus"]',
      says: ["Each asks for 1 x nvidia.com/gpus", "no node has nvidia.com/gpus", "2 Insufficient nvidia.com/gpus"],
      fix: "Did you mean nvidia.com/gpu? Otherwise ask for less per pod",
    },
  },
  {
    name: "a device beside an accelerator, which no node has",
    objects: [
      ...inStack(
        changed(service(1), ({ spec }) => {
          spec.predictor.model!.resources!.limits!["rdma/hca_shared_devices_a"] = "1";
        }),
        runtime,
      ),
      ...inCluster(gpuNode("a", 8)),
    ],
    finding: {
      level: "mandatory",
      path: 'spec.predictor.model.resources.limits["rdma/hca_shared_devices_a"]',
      says: ["no node has rdma/hca_shared_devices_a"],
    },
  },
  {
    name: "a selector that no node with the accelerator matches",
    objects: [...inStack(service(1, { nodeSelector: { zone: "x" } }), runtime), ...inCluster(gpuNode("a", 8))],
    finding: { level: "mandatory", says: ["1 node(s) didn't match Pod's node affinity/selector"] },
  },
  {
    name: "too little memory beside enough accelerators",
    objects: [
      ...inStack(
        changed(service(1), ({ spec }) => (spec.predictor.model!.resources!.limits!.memory = "900Gi")),
        runtime,
      ),
      ...inCluster(gpuNode("a", 8)),
    ],
    finding: { level: "mandatory", says: ["1 Insufficient memory"] },
  },
  {
    name: "two new services for one place: the one without it",
    objects: [...inStack(service(8, recreate), service(5, recreate, "phi"), runtime), ...inCluster(gpuNode("a", 8))],
    finding: { level: "mandatory", resource: "InferenceService/phi", says: ["1 of 1 pod"] },
  },
  {
    name: "an update that outgrows the nodes",
    objects: [
      ...inStack(service(8, recreate), runtime),
      ...inCluster(service(2, recreate), gpuNode("a", 8), podOf("granite", "a", 2), otherPod("a", 4)),
    ],
    finding: { level: "mandatory", says: ["a has 4 of 8 nvidia.com/gpu free"] },
  },
]);
