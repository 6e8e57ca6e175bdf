import { gpuHeadroom } from "../../../../policies/rules/rollout/gpu-headroom";
import { gpuNode, otherPod } from "../cluster";
import { changed, inCluster, inStack } from "../granite";
import { table } from "../table";
import { runtime, service } from "./headroomCases";

const serving = {
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  metadata: { name: "serving" },
  value: 1000,
};

table(gpuHeadroom, [
  {
    name: "a node that is not ready now but will be",
    objects: [
      ...inStack(service(8), runtime),
      ...inCluster(
        gpuNode("a", 8),
        changed(gpuNode("b", 8), ({ status }) => (status!.conditions = [{ type: "Ready", status: "False" }])),
      ),
    ],
    finding: { level: "advisory", says: ["1 node(s) had untolerated taint(s)"] },
  },
  {
    name: "a cordoned node",
    objects: [
      ...inStack(service(8), runtime),
      ...inCluster(
        gpuNode("a", 8),
        changed(gpuNode("b", 8), ({ spec }) => (spec!.unschedulable = true)),
      ),
    ],
    finding: { level: "advisory", says: ["1 node(s) were unschedulable"] },
  },
  {
    name: "pods of lower priority, which the scheduler displaces",
    objects: [
      ...inStack(service(8), runtime),
      ...inCluster(gpuNode("a", 8), gpuNode("b", 8), otherPod("b", 8, { priority: -10 })),
    ],
    finding: { level: "advisory" },
  },
  {
    name: "pods of the same priority, which it does not",
    objects: [...inStack(service(8), runtime), ...inCluster(gpuNode("a", 8), gpuNode("b", 8), otherPod("b", 8))],
    finding: { level: "mandatory" },
  },
  {
    name: "a class of higher priority",
    objects: [
      ...inStack(service(8, { priorityClassName: "serving" }), runtime),
      ...inCluster(gpuNode("a", 8), gpuNode("b", 8), otherPod("b", 8), serving),
    ],
    finding: { level: "advisory" },
  },
  {
    name: "a class of higher priority that displaces nobody",
    objects: [
      ...inStack(service(8, { priorityClassName: "serving" }), runtime),
      ...inCluster(gpuNode("a", 8), gpuNode("b", 8), otherPod("b", 8), { ...serving, preemptionPolicy: "Never" }),
    ],
    finding: { level: "mandatory" },
  },
  {
    name: "a class that nobody has seen",
    objects: [
      ...inStack(service(8, { priorityClassName: "serving" }), runtime),
      ...inCluster(gpuNode("a", 8), gpuNode("b", 8), otherPod("b", 8)),
    ],
    finding: { level: "advisory" },
  },
  {
    name: "nodes that come when they are needed",
    objects: [
      ...inStack(service(8), runtime),
      ...inCluster(gpuNode("a", 8), {
        apiVersion: "autoscaling.openshift.io/v1beta1",
        kind: "MachineAutoscaler",
        metadata: { name: "gpu", namespace: "openshift-machine-api" },
      }),
    ],
    finding: { level: "advisory", says: ["MachineAutoscaler openshift-machine-api/gpu may add a node"] },
  },
]);
