import assert from "node:assert/strict";
import * as fc from "fast-check";
import { effectivePod, type EffectivePod } from "../../../sdk/pod/effectivePod";
import { type Loose, podOf, profile, runtime, service, shown } from "./objects";
import { named, pairs } from "./arbitraries/pairs";
import { refusedPairs } from "./arbitraries/specialPairs";

describe("effective pod", () => {
  it("never changes the objects it is made from", () => {
    fc.assert(
      fc.property(pairs, (pair) => {
        const own = named(pair, "p");
        const before = JSON.stringify(own);
        effectivePod(own);
        assert.equal(JSON.stringify(own), before);
      }),
      { numRuns: 40 },
    );
  });

  it("is the same when a service repeats what it gets from its runtime", () => {
    fc.assert(
      fc.property(pairs, (pair) => {
        const { service: own, runtime: base } = named(pair, "p");
        if (base === undefined) return;
        const [main] = base.spec.containers.filter(({ name }) => name === "kserve-container");
        const repeated: Loose = { ...main, name: undefined, args: undefined };
        // Defaults for some servers add variables to the service, which come first.
        const plainRuntime = runtime({}, { ...base.spec });
        const { tolerations, nodeSelector, volumes, imagePullSecrets, affinity } = base.spec;
        const scheduling = { tolerations, nodeSelector, volumes, imagePullSecrets, affinity };
        const model = { modelFormat: { name: "vLLM" }, runtime: "p" };
        const without = { ...own, spec: { predictor: { model } } };
        const within = { ...own, spec: { predictor: { ...scheduling, model: { ...repeated, ...model } } } };
        const plain = ({ spec }: EffectivePod): unknown => JSON.parse(JSON.stringify(spec));
        assert.deepEqual(
          plain(effectivePod({ service: within, runtime: plainRuntime })),
          plain(effectivePod({ service: without, runtime: plainRuntime })),
        );
      }),
    );
  });

  it("has the main container in its pod", () => {
    const pod = podOf({ args: ["--b"] }, { args: ["--a"] });
    assert.deepEqual(pod.main.args, ["--a", "--b"]);
    assert.deepEqual(pod.spec.containers[0], pod.main);
  });

  const versions: [string, string, string][] = [
    ["vllm", "v2", "vllm:v2"],
    ["vllm:1", "v2", "vllm:v2"],
    ["registry:5000/vllm", "v2", "registry:5000/vllm:v2"],
    ["vllm@sha256:0123", "v2", "vllm@sha256:0123"],
  ];
  for (const [image, runtimeVersion, expected] of versions) {
    it(`replaces the tag of ${image} by runtimeVersion ${runtimeVersion}: ${expected}`, () => {
      assert.equal(podOf({ runtimeVersion }, { image }).main.image, expected);
    });
  }

  const zeros: [string, Loose, Loose, string][] = [
    ["an empty text", { workingDir: "/a" }, { workingDir: "" }, "workingDir"],
    ["false", { tty: true }, { tty: false }, "tty"],
    ["an empty list", { command: ["a"] }, { command: [] }, "command"],
    ["null", { livenessProbe: { tcpSocket: { port: 1 } } }, { livenessProbe: null }, "livenessProbe"],
  ];
  for (const [what, base, patch, key] of zeros) {
    it(`lets no service reset its runtime's value with ${what}, as Go types cannot tell it from absent`, () => {
      const main: Loose = { ...podOf(patch, base).main };
      const untouched: Loose = { ...podOf({}, base).main };
      assert.deepEqual(main[key], untouched[key]);
      assert.ok(untouched[key] !== undefined);
    });
  }

  it("lets a service reset pointers with zero", () => {
    const pod = podOf(
      { securityContext: { runAsNonRoot: false, runAsUser: 0 } },
      { securityContext: { runAsNonRoot: true, runAsUser: 5 } },
    );
    assert.deepEqual(pod.main.securityContext, { runAsNonRoot: false, runAsUser: 0 });
  });

  it("prints quantities canonically and leaves what is none", () => {
    const pod = podOf(
      { resources: { requests: { cpu: "0.5" }, limits: { memory: "many" } } },
      { resources: { limits: { "nvidia.com/gpu": 1 } } },
    );
    assert.deepEqual(pod.main.resources, {
      requests: { cpu: "500m" },
      limits: { memory: "many", "nvidia.com/gpu": "1" },
    });
  });

  it("says where the problem of a pair that KServe refuses is written", () => {
    const [chatTemplate] = refusedPairs;
    assert.ok(chatTemplate !== undefined);
    const [problem] = effectivePod(named(chatTemplate.pair, "p")).problems;
    assert.match(problem?.message ?? "", /\{\{ messages \}\}.*"messages" is no function of Go templates/);
    assert.equal(problem?.origin?.path, "spec.containers[kserve-container].args[0]");
    assert.equal(problem.origin.object.kind, "ServingRuntime");
  });
});

describe("origin in the effective pod", () => {
  const pod = effectivePod({
    service: service(
      { args: ["--b"], resources: { limits: { "nvidia.com/gpu": "2" } }, env: [{ name: "A", value: "2" }] },
      { minReplicas: 2, deploymentStrategy: { type: "Recreate" } },
      { labels: { team: "ml" } },
    ),
    runtime: runtime(
      {
        args: ["--a"],
        resources: { limits: { cpu: "4" } },
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "1" },
        ],
      },
      { tolerations: [{ key: "gpu" }], annotations: { "prometheus.io/port": "8080" } },
    ),
    hardwareProfile: profile({
      identifiers: [{ identifier: "memory", defaultCount: "64Gi" }],
      scheduling: { type: "Node", node: { nodeSelector: { pool: "a100" } } },
    }),
  });
  const cases: [string, string | undefined][] = [
    ["spec.containers[kserve-container].args[0]", "ServingRuntime: spec.containers[kserve-container].args[0]"],
    ["spec.containers[kserve-container].args[1]", "InferenceService: spec.predictor.model.args[0]"],
    ["main.args[1]", "InferenceService: spec.predictor.model.args[0]"],
    ["spec.containers[0].image", "ServingRuntime: spec.containers[kserve-container].image"],
    [
      'main.resources.limits["nvidia.com/gpu"]',
      'InferenceService: spec.predictor.model.resources.limits["nvidia.com/gpu"]',
    ],
    ["main.resources.limits.cpu", "ServingRuntime: spec.containers[kserve-container].resources.limits.cpu"],
    ["main.resources.limits.memory", "HardwareProfile: spec.identifiers[0].defaultCount"],
    ["main.env[A].value", "InferenceService: spec.predictor.model.env[A].value"],
    ["main.env[B].value", "ServingRuntime: spec.containers[kserve-container].env[B].value"],
    ["main.env[INFERENCE_SERVICE_NAME].value", "InferenceService: metadata.name"],
    ["spec.tolerations[0].key", "ServingRuntime: spec.tolerations[0].key"],
    ["spec.nodeSelector.pool", "HardwareProfile: spec.scheduling.node.nodeSelector.pool"],
    ["labels.team", "InferenceService: metadata.labels.team"],
    ['annotations["prometheus.io/port"]', 'ServingRuntime: spec.annotations["prometheus.io/port"]'],
    ["replicas.min", "InferenceService: spec.predictor.minReplicas"],
    ["strategy.type", "InferenceService: spec.predictor.deploymentStrategy.type"],
    ["main.readinessProbe.tcpSocket.port", undefined],
    ["spec.dnsPolicy", undefined],
    ["labels.component", undefined],
    ["main.nothing.here", undefined],
  ];
  for (const [path, expected] of cases) {
    it(`of ${path} is ${expected ?? "no object of a user"}`, () => {
      assert.equal(shown(pod, path), expected);
    });
  }
});
