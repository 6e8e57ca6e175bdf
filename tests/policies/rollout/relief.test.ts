import { UNKNOWN } from "../../../sdk/pod/unknown";
import {
  all,
  cordoned,
  ending,
  full,
  other,
  outlookTable,
  recreate,
  replicas,
  service,
  type Change,
  type Row,
} from "./outlooks";
import { node, pod, predictor } from "./plans";
import { changed } from "../rules/granite";

const priority =
  (name: unknown): Change =>
  ({ spec }) =>
    Object.assign(spec.predictor, { priorityClassName: name });
const inPool: Change = ({ spec }) => (spec.predictor.nodeSelector = { pool: "x" });
const ranked = (object: ReturnType<typeof pod>, value: number) =>
  changed(object, ({ spec }) => Object.assign(spec, { priority: value }));
const phase = (object: ReturnType<typeof pod>, value: string) =>
  changed(object, ({ status }) => Object.assign(status, { phase: value }));
const urgent = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "urgent" }, value: 100 };
/** Room for granite only on the first, for others on both; the smaller hole is on the first. */
const uneven = [node("a", 8, {}, { pool: "x" }), predictor("a", 4)];

const freed: Row[] = [
  {
    what: "a priority known only after apply",
    judged: [service(8, priority(UNKNOWN))],
    cluster: [...full, node("b", 8), other("b", 8)],
    plan: [["may-deadlock", 1]],
    lint: ["granite advisory"],
    says: /displace pods of lower priority/,
  },
  {
    what: "a higher priority than its own old pod has",
    judged: [service(8, priority("urgent"))],
    cluster: [...full, urgent],
    plan: [["deadlocks", 1]],
    lint: ["granite mandatory"],
  },
  {
    what: "a new pod of another service that took the place and could go elsewhere",
    judged: [service(4, inPool), service(2, recreate, "phi")],
    cluster: [...uneven, node("b", 5)],
    plan: [
      ["may-deadlock", 1],
      ["recreate", 1],
    ],
    lint: ["granite advisory"],
    says: /With the pods that do not run yet on other nodes there would be a place/,
  },
  {
    what: "a new pod of another service that took the place and fits nowhere else",
    judged: [service(4, inPool), service(2, recreate, "phi")],
    cluster: [...uneven, node("b", 1)],
    plan: [
      ["deadlocks", 1],
      ["recreate", 1],
    ],
    lint: ["granite mandatory"],
  },
  {
    what: "a new pod that could go elsewhere once a node is back",
    judged: [service(4, inPool), service(2, recreate, "phi")],
    cluster: [...uneven, cordoned("b", 5)],
    plan: [
      ["may-deadlock", 1],
      ["recreate", 1],
    ],
    lint: ["granite advisory"],
    says: /or in another arrangement of the pods/,
  },
  {
    what: "a surplus pod that ends, and a new pod of another service that could go elsewhere",
    judged: [service(8, inPool), service(3, recreate, "phi")],
    cluster: [node("a", 12, {}, { pool: "x" }), predictor("a", 4), predictor("a", 4), node("c", 9)],
    plan: [
      ["may-deadlock", 1],
      ["recreate", 1],
    ],
    lint: ["granite advisory"],
    says: /With the pods that do not run yet on other nodes/,
  },
  {
    what: "a pod of lower priority on a node that is cordoned too",
    judged: [service(8)],
    cluster: [...full, cordoned("b", 8), ranked(other("b", 8), -1)],
    plan: [["may-deadlock", 1]],
    lint: ["granite advisory"],
    says: /once all nodes are ready, by displacing pods/,
  },
  {
    what: "more services than fit, of which a larger one may take the place of an update",
    judged: [service(4), service(8, recreate, "big"), service(8, recreate, "huge")],
    cluster: [node("a", 12), predictor("a", 4)],
    plan: [
      ["may-deadlock", 1],
      ["may-deadlock", 1],
      ["may-deadlock", 0],
    ],
    lint: ["huge mandatory", "granite advisory"],
    says: /granite|Not all services find their places at once/,
  },
  {
    what: "a pod of its own that finds no place takes none from the others of its service",
    judged: [service(4, all(recreate, replicas(3)))],
    cluster: [node("a", 8), predictor("a", 8), node("b", 4)],
    plan: [["recreate", 2]],
    lint: [],
  },
];

const rivals: Row[] = [
  {
    what: "a pod of somebody else that waits, and a place for one of both",
    judged: [service(8)],
    cluster: [...full, node("b", 8), other(undefined, 8)],
    plan: [["may-deadlock", 1]],
    lint: ["granite advisory"],
    says: /Pod models\/pod-\d+ waits for a node too and may take the place that this update needs/,
  },
  {
    what: "a pod of somebody else that waits, and a place for both",
    judged: [service(8)],
    cluster: [...full, node("b", 8), node("c", 8), other(undefined, 8)],
    plan: [["completes", 1]],
    lint: [],
  },
  {
    what: "a pod of somebody else that waits for the place Recreate leaves for a moment",
    judged: [service(8, recreate)],
    cluster: [...full, other(undefined, 8)],
    plan: [["may-deadlock", 1]],
    lint: ["granite advisory"],
    says: /waits for a node too/,
  },
  {
    what: "a pod of somebody else that waits and is too large for any node",
    judged: [service(8, recreate)],
    cluster: [...full, other(undefined, 9)],
    plan: [["recreate", 1]],
    lint: [],
  },
  {
    what: "a pod of somebody else that waits for the cpu of its node",
    judged: [service(8, recreate)],
    cluster: [...full, pod(undefined, 0, { app: "other" }, { cpu: "62", memory: "1Gi" })],
    plan: [["may-deadlock", 1]],
    lint: ["granite advisory"],
  },
  {
    what: "a pod of somebody else that waits and asks for little",
    judged: [service(8, recreate)],
    cluster: [...full, pod(undefined, 0, { app: "other" }, { cpu: "1", memory: "1Gi" })],
    plan: [["recreate", 1]],
    lint: [],
  },
  {
    what: "a pod of its own that waits, which is no other's",
    judged: [service(4, replicas(2))],
    cluster: [node("a", 8), predictor("a", 4), predictor(undefined, 4), node("b", 8)],
    plan: [["completes", 2]],
    lint: [],
  },
  {
    what: "a pod of somebody else that failed without a node",
    judged: [service(8, recreate)],
    cluster: [...full, phase(other(undefined, 8), "Failed")],
    plan: [["recreate", 1]],
    lint: [],
  },
  {
    what: "a pod of somebody else that has a node and starts there",
    judged: [service(8)],
    cluster: [...full, node("b", 8), node("c", 8), phase(other("c", 8), "Pending")],
    plan: [["completes", 1]],
    lint: [],
  },
  {
    what: "a pod of somebody else that waits and is being deleted",
    judged: [service(8, recreate)],
    cluster: [...full, ending(other(undefined, 8))],
    plan: [["recreate", 1]],
    lint: [],
  },
  {
    what: "a pod of somebody else that a gate holds back",
    judged: [service(8, recreate)],
    cluster: [
      ...full,
      changed(other(undefined, 8), ({ spec }) => Object.assign(spec, { schedulingGates: [{ name: "queue" }] })),
    ],
    plan: [["recreate", 1]],
    lint: [],
  },
  {
    what: "two equal pods that wait, and two places",
    judged: [service(8)],
    cluster: [...full, node("b", 8), node("c", 8), other(undefined, 8), other(undefined, 8)],
    plan: [["may-deadlock", 1]],
    lint: ["granite advisory"],
    says: /Pods models\/pod-\d+ and models\/pod-\d+ wait/,
  },
];

outlookTable("what may still free a place, as plan and lint tell it", freed);
outlookTable("pods of others that wait, as plan and lint tell it", rivals);
