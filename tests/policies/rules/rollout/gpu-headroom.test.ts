import { UNKNOWN } from "../../../../sdk/pod/unknown";
import { gpuHeadroom } from "../../../../policies/rules/rollout/gpu-headroom";
import { cpuNode, gpuNode, otherPod, podOf } from "../cluster";
import { changed, granite, graniteRuntime, inCluster, inStack } from "../granite";
import { table } from "../table";

const runtime = changed(graniteRuntime(), ({ spec }) => (spec.containers[0]!.args = ["--port=8080"]));

/** A service that asks for some accelerators per pod. */
function service(gpus: number, change: Record<string, unknown> = {}, name = "granite") {
  return changed(granite(), ({ metadata, spec }) => {
    metadata.name = name;
    const count = String(gpus);
    spec.predictor.model!.resources = { limits: { cpu: "1", memory: "1Gi", "nvidia.com/gpu": count } };
    Object.assign(spec.predictor, change);
  });
}

const rolling = (maxSurge: string | number, maxUnavailable: string | number) => ({
  deploymentStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } },
});
const recreate = { deploymentStrategy: { type: "Recreate" } };
const replicas = (count: number) => ({ minReplicas: count, maxReplicas: count });
/** KServe's default strategy. */
const byDefault = { deploymentStrategy: undefined };
const autoscaled = (object: ReturnType<typeof service>) =>
  changed(object, ({ metadata }) => (metadata.annotations = { "serving.kserve.io/autoscalerClass": "hpa" }));
/** The same service before it is changed. */
const earlier = (object: ReturnType<typeof service>) =>
  changed(object, ({ spec }) => (spec.predictor.model!.args = ["--max-model-len=2048"]));
/** The same object with its keys in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
const path = "spec.predictor.deploymentStrategy";

table(gpuHeadroom, [
  {
    name: "fewer replicas than live pods: the surplus pod ends first and leaves its place",
    objects: [
      ...inStack(service(4, { ...byDefault, ...replicas(1) }), runtime),
      ...inCluster(gpuNode("a", 4), gpuNode("b", 4), podOf("granite", "a", 4), podOf("granite", "b", 4)),
    ],
  },
  {
    name: "a first deployment that takes all accelerators and could never be updated",
    objects: [...inStack(service(8), runtime), ...inCluster(gpuNode("a", 8), cpuNode("cpu"))],
    finding: {
      level: "mandatory",
      resource: "InferenceService/granite",
      path,
      says: [
        "Once this service runs, an update of it never finishes",
        "At 1 replica a rolling update may add 1 (maxSurge: 1) and miss 0 (maxUnavailable: 0)",
        "It asks for 8 x nvidia.com/gpu",
        "a has 0 of 8 nvidia.com/gpu free",
        "0/2 nodes are available: 1 Insufficient nvidia.com/gpu, 1 node(s) didn't",
      ].slice(0, 4),
      fix: "Set spec.predictor.deploymentStrategy.type to Recreate, or rollingUpdate to maxSurge 0 and maxUnavailable 1",
    },
  },
  {
    name: "a last pod without a place: the others have taken theirs",
    objects: [...inStack(service(8, replicas(3)), runtime), ...inCluster(gpuNode("a", 8), gpuNode("b", 8))],
    finding: {
      level: "mandatory",
      says: [
        "1 of 3 pods of this service will find no place. Each asks for 8 x nvidia.com/gpu; with all others in theirs, " +
          "a has 0 of 8 nvidia.com/gpu free, b has 0 of 8. The scheduler will say: 0/2 nodes are available: 2 Insufficient nvidia.com/gpu.",
      ],
    },
  },
  {
    name: "one service alone is slower by itself, not because of others",
    objects: [
      ...inStack(service(4, { ...byDefault, ...replicas(4) }), runtime),
      ...inCluster(...["a", "b", "c", "d"].flatMap((name) => [gpuNode(name, 4), podOf("granite", name, 4)])),
    ],
    finding: {
      level: "advisory",
      says: [/of 1 pod more 0 would find a place: .* The update will finish, but end up to 1 pod first, so that/],
    },
  },
  {
    name: "accelerators of two vendors, of which gpu/one-accelerator-vendor speaks",
    objects: [
      ...inStack(
        changed(service(2), ({ spec }) => {
          spec.predictor.model!.resources!.limits!["amd.com/gpu"] = "1";
        }),
        runtime,
      ),
      ...inCluster(gpuNode("a", 8), cpuNode("cpu")),
    ],
  },
  {
    name: "pods that grow: one starts, and the hole of one old pod is too small for the other",
    objects: [
      ...inStack(service(4, { ...rolling(1, 0), ...replicas(2) }), runtime),
      ...inCluster(
        gpuNode("a", 4),
        gpuNode("b", 4),
        podOf("granite", "a", 2),
        changed(podOf("granite", "a", 2), ({ metadata }) => (metadata.name = "second")),
        earlier(service(2, { ...rolling(1, 0), ...replicas(2) })),
        runtime,
      ),
    ],
    finding: {
      level: "mandatory",
      path,
      says: ["This update never finishes", "some start, and the places that old pods leave are too small for the rest"],
    },
  },
  {
    name: "pods that grow where a place each is free",
    objects: [
      ...inStack(service(4, { ...rolling(1, 0), ...replicas(2) }), runtime),
      ...inCluster(
        gpuNode("a", 4),
        gpuNode("b", 8),
        podOf("granite", "a", 2),
        changed(podOf("granite", "a", 2), ({ metadata }) => (metadata.name = "second")),
        earlier(service(2, { ...rolling(1, 0), ...replicas(2) })),
        runtime,
      ),
    ],
  },
  {
    name: "one more place",
    objects: [...inStack(service(8), runtime), ...inCluster(gpuNode("a", 8), gpuNode("b", 8))],
  },
  {
    name: "Recreate needs no more place",
    objects: [...inStack(service(8, recreate), runtime), ...inCluster(gpuNode("a", 8))],
  },
  {
    name: "no surge needs no more place",
    objects: [...inStack(service(8, rolling(0, 1)), runtime), ...inCluster(gpuNode("a", 8))],
  },
  {
    name: "the default strategy, with its arithmetic",
    objects: [...inStack(service(8, byDefault), runtime), ...inCluster(gpuNode("a", 8))],
    finding: {
      level: "mandatory",
      says: ["may add 1 (maxSurge: ceil(25% x 1)) and miss 0 (maxUnavailable: floor(25% x 1))"],
    },
  },
  {
    name: "an update of a running service that finds no place",
    objects: [
      ...inStack(service(8), runtime),
      ...inCluster(earlier(service(8)), gpuNode("a", 8), podOf("granite", "a", 8)),
    ],
    finding: {
      level: "mandatory",
      says: ["This update never finishes", "0/1 nodes are available: 1 Insufficient nvidia.com/gpu."],
    },
  },
  {
    name: "an update of a running service that finds a place",
    objects: [
      ...inStack(service(8), runtime),
      ...inCluster(earlier(service(8)), gpuNode("a", 8), gpuNode("b", 8), podOf("granite", "a", 8)),
    ],
  },
  {
    name: "places on two nodes do not make one: 4 + 4 free for a pod of 8",
    objects: [
      ...inStack(service(8), runtime),
      ...inCluster(
        gpuNode("a", 8),
        gpuNode("b", 8),
        gpuNode("c", 8),
        podOf("granite", "a", 8),
        otherPod("b", 4),
        otherPod("c", 4),
      ),
    ],
    finding: {
      level: "mandatory",
      says: [
        "a has 0 of 8 nvidia.com/gpu free, b has 4 of 8, c has 4 of 8",
        "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
      ],
    },
  },
  {
    name: "a service that this deployment does not touch",
    objects: [
      ...inStack(service(8), runtime),
      ...inCluster(service(8), runtime, gpuNode("a", 8), podOf("granite", "a", 8)),
    ],
    finding: { level: "advisory", says: ["does not touch the pods, but an update"] },
  },
  {
    name: "a service that this deployment does not touch, as the API server prints it: in the order of the alphabet",
    objects: [
      ...inStack(service(8), runtime),
      ...inCluster(sorted(service(8)), sorted(runtime), gpuNode("a", 8), podOf("granite", "a", 8)),
    ],
    finding: { level: "advisory", says: ["does not touch the pods"] },
  },
  {
    name: "a change of the runtime rolls the pods too",
    objects: [
      ...inStack(service(8), runtime),
      ...inCluster(
        service(8),
        changed(runtime, ({ spec }) => (spec.containers[0]!.image = "old:1")),
        gpuNode("a", 8),
        podOf("granite", "a", 8),
      ),
    ],
    finding: { level: "mandatory" },
  },
  {
    name: "four replicas by default go on without any place",
    objects: [...inStack(service(2, { ...byDefault, ...replicas(4) }), runtime), ...inCluster(gpuNode("a", 8))],
    finding: {
      level: "advisory",
      says: [
        "may add 1 (maxSurge: ceil(25% x 4)) and miss 1",
        "of 1 pod more 0 would find a place",
        "end up to 1 pod first",
      ],
    },
  },
  {
    name: "three replicas by default do not",
    objects: [...inStack(service(2, { ...byDefault, ...replicas(3) }), runtime), ...inCluster(gpuNode("a", 6))],
    finding: { level: "mandatory", says: ["At 3 replicas"] },
  },
  {
    name: "fewer places than the surge",
    objects: [...inStack(service(2, { ...rolling(3, 0), ...replicas(2) }), runtime), ...inCluster(gpuNode("a", 6))],
    finding: { level: "advisory", path, says: ["of 2 pods more 1 would find a place", "replace fewer pods at a time"] },
  },
  {
    name: "as many places as the surge",
    objects: [...inStack(service(1, { ...rolling(3, 0), ...replicas(2) }), runtime), ...inCluster(gpuNode("a", 5))],
  },
  {
    name: "a deadlock only while scaled out",
    objects: [
      ...inStack(autoscaled(service(2, { minReplicas: 1, maxReplicas: 3 })), runtime),
      ...inCluster(gpuNode("a", 6)),
    ],
    finding: {
      level: "advisory",
      says: ["While the service is scaled out to 3 pods", "At 3 replicas"],
      fix: "Lower maxReplicas to 2",
    },
  },
  {
    name: "places at the peak as well",
    objects: [
      ...inStack(autoscaled(service(2, { minReplicas: 1, maxReplicas: 3 })), runtime),
      ...inCluster(gpuNode("a", 8)),
    ],
  },
  {
    name: "the size that runs now counts, not the smallest",
    objects: [
      ...inStack(autoscaled(service(2, { minReplicas: 1, maxReplicas: 3 })), runtime),
      ...inCluster(
        gpuNode("a", 4),
        gpuNode("b", 2),
        podOf("granite", "a", 2),
        podOf("granite", "b", 2),
        otherPod("a", 2),
      ),
    ],
    finding: { level: "mandatory", says: ["At 2 replicas"] },
  },
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
      ...inCluster(gpuNode("a", 8), gpuNode("b", 8), otherPod("b", 8), {
        apiVersion: "scheduling.k8s.io/v1",
        kind: "PriorityClass",
        metadata: { name: "serving" },
        value: 1000,
      }),
    ],
    finding: { level: "advisory" },
  },
  {
    name: "a class of higher priority that displaces nobody",
    objects: [
      ...inStack(service(8, { priorityClassName: "serving" }), runtime),
      ...inCluster(gpuNode("a", 8), gpuNode("b", 8), otherPod("b", 8), {
        apiVersion: "scheduling.k8s.io/v1",
        kind: "PriorityClass",
        metadata: { name: "serving" },
        value: 1000,
        preemptionPolicy: "Never",
      }),
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
  {
    name: "two services that update at once, with a place for one",
    objects: [
      ...inStack(service(4), service(4, {}, "zephyr"), runtime),
      ...inCluster(
        earlier(service(4)),
        earlier(service(4, {}, "zephyr")),
        gpuNode("a", 8),
        gpuNode("b", 4),
        podOf("granite", "a", 4),
        podOf("zephyr", "b", 4),
      ),
    ],
    finding: { level: "advisory", says: ["Other services change in this deployment too"] },
  },
  {
    name: "a Knative revision, which needs its whole size beside the old one",
    objects: [
      ...inStack(
        changed(
          service(2, { ...replicas(2), ...byDefault }),
          ({ metadata }) => (metadata.annotations = { "serving.kserve.io/deploymentMode": "Serverless" }),
        ),
        runtime,
      ),
      ...inCluster(gpuNode("a", 4)),
    ],
    finding: { level: "mandatory", says: ["a new Knative revision needs 2 pods"] },
  },
  {
    name: "no toleration, which is another rule's matter",
    objects: [...inStack(service(8, { tolerations: undefined }), runtime), ...inCluster(gpuNode("a", 8))],
  },
  { name: "no accelerators", objects: [...inStack(service(0), runtime), ...inCluster(gpuNode("a", 8))] },
  {
    name: "a stopped service",
    objects: [
      ...inStack(
        changed(service(8), ({ metadata }) => (metadata.annotations!["serving.kserve.io/stop"] = "true")),
        runtime,
      ),
      ...inCluster(gpuNode("a", 8)),
    ],
  },
  { name: "no runtime, so no pod", objects: [...inStack(service(8)), ...inCluster(gpuNode("a", 8))] },
  {
    name: "no nodes given, said once",
    objects: inStack(service(8), service(8, {}, "phi"), runtime),
    finding: {
      outcome: "unknown",
      resource: "InferenceService/granite",
      says: ["2 services"],
      fix: "kubectl get nodes,pods",
    },
  },
  { name: "no nodes given and no accelerators", objects: inStack(service(0), runtime) },
  {
    name: "a multi-node service without a container for its workers, whose accelerators cannot be told",
    objects: [
      ...inStack(
        service(8, { workerSpec: { containers: [] } }),
        changed(runtime, ({ spec }) => (spec.workerSpec = { containers: [] })),
      ),
      ...inCluster(gpuNode("a", 8)),
    ],
    finding: { outcome: "unknown" },
  },
  {
    name: "a strategy known only after apply",
    objects: [
      ...inStack(
        changed(service(8), ({ spec }) => Object.assign(spec.predictor, { deploymentStrategy: UNKNOWN })),
        runtime,
      ),
      ...inCluster(gpuNode("a", 8)),
    ],
    finding: { outcome: "unknown", path },
  },
  {
    name: "replicas known only after apply",
    objects: [...inStack(service(8, { minReplicas: UNKNOWN }), runtime), ...inCluster(gpuNode("a", 8))],
    finding: { outcome: "unknown", path: "spec.predictor.minReplicas" },
  },
  {
    name: "another service's unknown values do not disturb",
    objects: [
      ...inStack(
        service(8),
        runtime,
        changed(service(8, {}, "phi"), ({ spec }) => Object.assign(spec.predictor.model!, { runtime: "nowhere" })),
      ),
      ...inCluster(gpuNode("a", 8)),
    ],
    finding: { level: "mandatory", resource: "InferenceService/granite" },
  },
]);
