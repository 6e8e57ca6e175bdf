import { gpuHeadroom } from "../../../../policies/rules/rollout/gpu-headroom";
import { cpuNode, gpuNode, otherPod, podOf } from "../cluster";
import { changed, inCluster, inStack } from "../granite";
import { table } from "../table";
import {
  autoscaled,
  byDefault,
  earlier,
  path,
  recreate,
  replicas,
  rolling,
  runtime,
  service,
  sorted,
} from "./headroomCases";

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
]);
