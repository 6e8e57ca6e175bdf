import assert from "node:assert/strict";
import { diagnose } from "../../../sdk/operations/diagnosis/diagnose";
import { insideCall } from "../../../sdk/operations/diagnosis/routes";
import { event, kubernetesService, node, pod, replicaSet, route, runtime, scaler, service, serving } from "./objects";

/** What one case must find: row, subject, and a part of evidence, cause, rules and way out each. */
type Expected = [id: string, subject: string, evidence: RegExp, cause: RegExp, rules: string[], wayOut: RegExp];

const GPU = { "nvidia.com/gpu": "1" };
const waiting = pod("granite-new", {
  labels: { "serving.kserve.io/inferenceservice": "granite", "pod-template-hash": "2" },
  spec: { containers: [{ name: "kserve-container", resources: { limits: GPU } }] },
});
const unplaced = (message: string): object => event("Pod", "granite-new", "FailedScheduling", message);
const gpuNode = node("gpu-1", { status: { allocatable: GPU, capacity: GPU } });

function check(objects: readonly object[], expected: readonly Expected[], logs: string[] = []): void {
  const found = diagnose(objects, logs);
  assert.deepEqual(
    found.map(({ id, subject, rules }) => [id, subject, rules]),
    expected.map(([id, subject, , , rules]) => [id, subject, rules]),
  );
  found.forEach(({ evidence, cause, wayOut }, i) => {
    assert.match(evidence, expected[i]![2]);
    assert.match(cause, expected[i]![3]);
    assert.match(wayOut, expected[i]![5]);
  });
}

/** @covers TR-1 */
describe("diagnosis of memory", () => {
  const ended = (name: string, state: object): object =>
    pod("granite-1", {
      spec: {
        initContainers: [{ name: "storage-initializer" }],
        containers: [{ name: "kserve-container", resources: { limits: { memory: "2Gi" } } }],
      },
      status: {
        [name === "storage-initializer" ? "initContainerStatuses" : "containerStatuses"]: [{ name, ...state }],
      },
    });

  it("tells a server that was killed, with its limit", () => {
    check(
      [ended("kserve-container", { lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } } })],
      [
        [
          "TR-1",
          "Pod models/granite-1",
          /OOMKilled at 2Gi/,
          /memory of the host/,
          ["gpu/host-memory"],
          /limits\.memory/,
        ],
      ],
    );
  });

  it("tells a download that was killed", () => {
    check(
      [ended("storage-initializer", { state: { terminated: { reason: "OOMKilled" } } })],
      [
        [
          "TR-1",
          "Pod models/granite-1",
          /no limit of its own/,
          /download/,
          ["storage/initializer-memory"],
          /inferenceservice-config/,
        ],
      ],
    );
  });

  it("finds nothing in a container that ended otherwise", () => {
    check([ended("kserve-container", { lastState: { terminated: { reason: "Error", exitCode: 1 } } })], []);
  });
});

/** @covers TR-2 */
describe("diagnosis of format and location", () => {
  const failed = (reason: string, ready = "False"): object =>
    service("granite", {
      status: {
        conditions: [{ type: "Ready", status: ready }],
        modelStatus: { lastFailureInfo: { reason, message: "as the controller said it" } },
      },
    });
  const reasons: [reason: string, rules: string[], cause: RegExp][] = [
    ["RuntimeNotRecognized", ["name/runtime-resolves", "name/runtime-not-display-name"], /names no runtime/],
    ["RuntimeDisabled", ["name/runtime-enabled"], /disabled/],
    ["NoSupportingRuntime", ["runtime/format-supported"], /model format/],
    ["InvalidPredictorSpec", ["runtime/one-implementation", "runtime/storage-exclusive"], /one model/],
    ["ModelLoadFailed", [], /did not load/],
    ["RuntimeUnhealthy", [], /do not start/],
  ];
  for (const [reason, rules, cause] of reasons) {
    it(`tells ${reason}`, () => {
      const evidence = new RegExp(`${reason}: as the controller`);
      check([failed(reason)], [["TR-2", "InferenceService models/granite", evidence, cause, rules, /./]]);
    });
  }

  it("finds nothing in a failure that is over", () => {
    check([failed("ModelLoadFailed", "True")], []);
  });

  const pulls: [name: string, reason: string, message: string, rules: string[]][] = [
    ["a registry that wants credentials", "Failed", "pull access denied: unauthorized", ["storage/oci-pull-secret"]],
    ["an image that is not there", "ErrImagePull", "manifest unknown", ["runtime/image-pinned", "storage/uri-scheme"]],
    [
      "a volume that is used elsewhere",
      "FailedAttachVolume",
      'Multi-Attach error for volume "pvc-1"',
      ["storage/rwo-single-node"],
    ],
    [
      "a claim that is not there",
      "FailedScheduling",
      'persistentvolumeclaim "model-pvc" not found',
      ["ref/pvc-exists"],
    ],
    [
      "a Secret that is not there",
      "FailedMount",
      'secret "hf" not found',
      ["ref/secret-exists", "ref/configmap-exists"],
    ],
  ];
  for (const [name, reason, message, rules] of pulls) {
    it(`tells ${name}`, () => {
      const found = diagnose([waiting, event("Pod", "granite-new", reason, message)]);
      assert.deepEqual(
        found.map((one) => [one.id, one.rules, one.evidence]),
        [["TR-2", rules, message]],
      );
    });
  }
});

/** @covers TR-3 */
describe("diagnosis of places", () => {
  const cases: [name: string, objects: object[], expected: Expected][] = [
    [
      "no node with the resource",
      [node("cpu-1"), unplaced("0/1 nodes are available: 1 Insufficient nvidia.com/gpu. preemption: none.")],
      ["TR-3", "Pod models/granite-new", /nvidia\.com\/gpu\.$/, /no node offers/, ["sched/tolerates-pool"], /operator/],
    ],
    [
      "all devices taken",
      [gpuNode, unplaced("0/1 nodes are available: 1 Insufficient nvidia.com/gpu.")],
      [
        "TR-3",
        "Pod models/granite-new",
        /Insufficient/,
        /taken/,
        ["gpu/pod-le-node", "sched/pool-not-scale-blocked"],
        /fewer/,
      ],
    ],
    [
      "a taint",
      [gpuNode, unplaced("0/1 nodes are available: 1 node(s) had untolerated taint {nvidia.com/gpu: present}.")],
      [
        "TR-3",
        "Pod models/granite-new",
        /taint/,
        /nvidia\.com\/gpu: present/,
        ["sched/tolerates-pool"],
        /toleration of nvidia\.com\/gpu/,
      ],
    ],
    [
      "a selector",
      [gpuNode, unplaced("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.")],
      ["TR-3", "Pod models/granite-new", /affinity/, /labels/, ["sched/selector-matches-pool"], /gpu\.product/],
    ],
    [
      "too little memory",
      [gpuNode, unplaced("0/1 nodes are available: 1 Insufficient memory.")],
      ["TR-3", "Pod models/granite-new", /Insufficient memory/, /enough/, ["sched/pool-not-scale-blocked"], /memory/],
    ],
  ];
  for (const [name, objects, expected] of cases) {
    it(`tells ${name}`, () => {
      check([waiting, ...objects], [expected]);
    });
  }

  it("believes the pod's own condition where the events are forgotten", () => {
    const condition = {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message: "1 Insufficient nvidia.com/gpu.",
    };
    const found = diagnose([pod("granite-new", { status: { conditions: [condition] } }), node("cpu-1")]);
    assert.deepEqual(
      found.map(({ id }) => id),
      ["TR-3"],
    );
  });

  it("finds nothing in an event of a pod that has its place by now", () => {
    check([pod("granite-new", { spec: { nodeName: "gpu-1" } }), unplaced("1 Insufficient nvidia.com/gpu.")], []);
  });
});

/** @covers TR-8 */
describe("diagnosis of updates", () => {
  it("tells the old pod that holds the GPU", () => {
    const old = pod("granite-old", {
      labels: { "serving.kserve.io/inferenceservice": "granite", "pod-template-hash": "1" },
      spec: { nodeName: "gpu-1" },
    });
    check(
      [waiting, old, gpuNode, unplaced("0/1 nodes are available: 1 Insufficient nvidia.com/gpu.")],
      [["TR-8", "Pod models/granite-new", /Insufficient/, /old pod/, ["rollout/gpu-headroom"], /Recreate/]],
    );
  });

  it("takes another replica of the same template for no update", () => {
    const twin = pod("granite-twin", {
      labels: { "serving.kserve.io/inferenceservice": "granite", "pod-template-hash": "2" },
      spec: { nodeName: "gpu-1" },
    });
    const [found] = diagnose([
      waiting,
      twin,
      gpuNode,
      unplaced("0/1 nodes are available: 1 Insufficient nvidia.com/gpu."),
    ]);
    assert.equal(found?.id, "TR-3");
  });

  it("tells a quota that has no room beside the old pods", () => {
    const message =
      'pods "granite-2-x" is forbidden: exceeded quota: gpus, requested: requests.nvidia.com/gpu=1, used: 1, limited: 1';
    check(
      [replicaSet("granite-2"), event("ReplicaSet", "granite-2", "FailedCreate", message)],
      [
        [
          "TR-8",
          "ReplicaSet models/granite-2",
          /exceeded quota/,
          /quota/,
          ["quota/peak-fits-resourcequota", "rollout/gpu-headroom"],
          /Recreate/,
        ],
      ],
    );
  });
});

/** @covers TR-4 */
describe("diagnosis of Routes", () => {
  const to = (name: string, port = "http"): object => ({ to: { kind: "Service", name }, port: { targetPort: port } });
  const predictor = kubernetesService("granite-predictor", {
    spec: { ports: [{ name: "granite-predictor", port: 80, targetPort: 8080 }] },
  });

  it("tells a host that another Route has", () => {
    const conditions = [
      { type: "Admitted", status: "False", reason: "HostAlreadyClaimed", message: "route granite already exposes it" },
    ];
    check(
      [route("public", { spec: {}, status: { ingress: [{ conditions }] } })],
      [
        [
          "TR-4",
          "Route models/public",
          /HostAlreadyClaimed/,
          /another Route/,
          ["expose/host-unique", "expose/no-second-route"],
          /controller/,
        ],
      ],
    );
  });

  it("tells a Service that is not there", () => {
    check(
      [route("public", { spec: to("granite-predictr") }), predictor],
      [["TR-4", "Route models/public", /granite-predictr/, /no Service/, ["expose/target-port"], /<model>-predictor/]],
    );
  });

  it("tells a port that the Service lacks, since the container declared none", () => {
    check(
      [route("public", { spec: to("granite-predictor") }), predictor],
      [
        [
          "TR-4",
          "Route models/public",
          /target port http; Service models\/granite-predictor has granite-predictor/,
          /port of the container/,
          ["expose/target-port", "runtime/declares-port"],
          /declare the port/,
        ],
      ],
    );
  });

  it("finds nothing in one that leads to a port of its Service", () => {
    check([route("public", { spec: to("granite-predictor", "granite-predictor") }), predictor], []);
    check([route("public", { spec: to("granite-predictor") })], []);
  });

  it("asks from inside at the port of the container, not at 80", () => {
    assert.equal(
      insideCall({ namespace: "models", name: "granite" }),
      "kubectl run ask-granite -n models --rm -i --restart=Never --image=curlimages/curl -- curl -sS http://granite-predictor.models.svc.cluster.local:8080/v1/models",
    );
  });

  it("explains a Route of one's own beside a service without the label", () => {
    check(
      [service("granite"), route("public", { spec: to("granite-predictor", "granite-predictor") }), predictor],
      [
        [
          "TR-15",
          "InferenceService models/granite",
          /Route models\/public/,
          /label/,
          ["expose/visibility-label", "expose/no-second-route"],
          /expose/,
        ],
      ],
    );
  });
});

/** @covers TR-5 */
describe("diagnosis of accelerators", () => {
  const labelled = node("gpu-1", { labels: { "nvidia.com/gpu.present": "true" }, status: { capacity: { cpu: "8" } } });
  for (const namespace of ["nvidia-gpu-operator", "gpu-operator"]) {
    it(`looks for the operator in ${namespace}`, () => {
      const driver = pod("nvidia-driver-daemonset-x", { namespace, status: { phase: "Pending" } });
      const found = diagnose([labelled, driver]).filter(({ id }) => id === "TR-5");
      assert.equal(found.length, 1);
      assert.match(found[0]!.cause, new RegExp(`do not run: Pod ${namespace}/nvidia-driver-daemonset-x`));
    });
  }

  it("tells that there is no operator, and names both namespaces", () => {
    check(
      [labelled],
      [
        [
          "TR-5",
          "Node gpu-1",
          /no nvidia\.com\/gpu/,
          /nvidia-gpu-operator or gpu-operator/,
          [],
          /install the operator/,
        ],
      ],
    );
  });

  it("tells devices that the plugin holds for unhealthy", () => {
    const half = node("gpu-1", {
      status: { capacity: { "nvidia.com/gpu": "8" }, allocatable: { "nvidia.com/gpu": "7" } },
    });
    check([half], [["TR-5", "Node gpu-1", /capacity 8, allocatable 7/, /unhealthy/, [], /device plugin/]]);
  });
});

describe("diagnosis of scaling and deleting", () => {
  it("tells an autoscaler without metric for lack of a request", () => {
    const condition = {
      type: "ScalingActive",
      status: "False",
      reason: "FailedGetResourceMetric",
      message: "missing request for cpu",
    };
    check(
      [scaler("granite-predictor", { status: { conditions: [condition] } })],
      [
        [
          "TR-6",
          "HorizontalPodAutoscaler models/granite-predictor",
          /missing request/,
          /requests nothing/,
          ["scale/cpu-request"],
          /cpu request/,
        ],
      ],
    );
  });

  it("tells an autoscaler at its maximum, with the load", () => {
    const status = {
      currentReplicas: 3,
      conditions: [{ type: "ScalingLimited", status: "True", reason: "TooManyReplicas" }],
      currentMetrics: [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: 97 } } }],
    };
    check(
      [scaler("granite-predictor", { spec: { maxReplicas: 3 }, status })],
      [
        [
          "TR-6",
          "HorizontalPodAutoscaler models/granite-predictor",
          /3 of 3 replicas, at 97 %/,
          /maxReplicas/,
          ["scale/max-fits"],
          /plan/,
        ],
      ],
    );
  });

  it("tells a service that a finalizer holds", () => {
    const held = service("granite", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["a.b/c"] } });
    check([held], [["TR-14", "InferenceService models/granite", /a\.b\/c/, /finalizer/, [], /last resort/]]);
  });

  it("finds nothing in a healthy service", () => {
    const ready = service("granite", {
      spec: serving("granite"),
      status: { conditions: [{ type: "Ready", status: "True" }] },
    });
    check([ready, runtime("granite"), gpuNode], []);
  });
});
