import assert from "node:assert/strict";
import { graniteOn, node, pod } from "./plans";

const HOST = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";
const labelSelector = { matchLabels: { app: "isvc.granite-predictor" } };
const apart = (more: object = {}) => ({
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: HOST, labelSelector, ...more }],
    },
  },
});
const spread = (more: object = {}) => ({
  topologySpreadConstraints: [
    { topologyKey: ZONE, maxSkew: 1, whenUnsatisfiable: "DoNotSchedule", labelSelector, ...more },
  ],
});
const byRevision = { matchLabelKeys: ["pod-template-hash"] };

/** Nodes a, b, ... in a zone each, with an old pod of granite on the first ones. */
const cluster = (nodes: number, running: number) => [
  ...Array.from({ length: nodes }, (_, i) => {
    const name = String.fromCharCode(97 + i);
    return node(name, 8, {}, { [HOST]: name, [ZONE]: `zone-${i}` });
  }),
  ...Array.from({ length: running }, (_, i) =>
    pod(String.fromCharCode(97 + i), 1, {
      "serving.kserve.io/inferenceservice": "granite",
      component: "predictor",
      app: "isvc.granite-predictor",
      "pod-template-hash": "7d9",
    }),
  ),
];

describe("the plan of a service whose pods have rules about each other", () => {
  for (const [what, rules, nodes, running, outcome] of [
    ["kept apart, a node for each old pod and none beside", apart(), 2, 2, "deadlocks"],
    ["kept apart, one node more", apart(), 3, 2, "completes"],
    ["kept apart within a revision only", apart(byRevision), 2, 2, "completes"],
    ["kept apart, no pod runs yet", apart(), 2, 0, "deadlocks"],
    ["kept apart within a revision, no pod runs yet", apart(byRevision), 2, 0, "completes"],
    ["spread over zones with room", spread(), 2, 2, "completes"],
    ["spread over zones by revision", spread(byRevision), 2, 2, "completes"],
  ] as const) {
    it(`${what}: ${outcome}`, () => {
      const answer = graniteOn(cluster(nodes, running), ({ spec }) => {
        const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
        Object.assign(spec.predictor, { ...rules, minReplicas: 2, maxReplicas: 2, deploymentStrategy: strategy });
      });
      assert.equal(answer.outcome, outcome, answer.reason);
      assert.deepEqual(answer.waves, outcome === "completes" ? [["models/granite"]] : []);
    });
  }
});
