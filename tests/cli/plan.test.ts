import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryPath } from "../../tools/repository";

interface Plan {
  services: {
    name: string;
    namespace: string;
    steady: { placed: number; wanted?: number };
    rollout: { outcome: string; reason: string; surge: number; maxUnavailable: number };
  }[];
  pools: { name: string; accelerator: string; allocatable: number; steady: number; peak: number; free: number }[];
  waves: string[][];
  quotas?: Record<string, string>[];
}

const runtime = `
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata: {name: vllm, namespace: models}
spec: {containers: [{name: kserve-container, image: "registry.example/vllm:1"}], supportedModelFormats: [{name: vLLM}]}
`;

const service = (name: string, gpus: number, predictor = "minReplicas: 1") => `---
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: ${name}, namespace: models}
spec:
  predictor:
    ${predictor}
    model:
      modelFormat: {name: vLLM}
      runtime: vllm
      storageUri: "oci://registry.example/${name}:1"
      resources: {limits: {nvidia.com/gpu: "${gpus}"}}
`;

const node = (name: string, gpus: number, labels = "nvidia.com/gpu.product: NVIDIA-L4") => `---
apiVersion: v1
kind: Node
metadata: {name: ${name}, labels: {${labels}}}
status: {allocatable: {cpu: "64", memory: 512Gi, pods: "110", nvidia.com/gpu: "${gpus}"}}
`;

const pod = (of: string, on: string, gpus: number) => `---
apiVersion: v1
kind: Pod
metadata: {name: ${of}-${on}, namespace: models, labels: {serving.kserve.io/inferenceservice: ${of}, component: predictor}}
spec: {nodeName: ${on}, containers: [{name: kserve-container, resources: {limits: {nvidia.com/gpu: "${gpus}"}}}]}
status: {phase: Running}
`;

describe("model-serving plan", function () {
  this.timeout(30_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "plan-"));
    const files = {
      "granite.yaml": runtime + service("granite", 4),
      "two.yaml": runtime + service("granite", 4) + service("phi", 4),
      "recreate.yaml": runtime + service("granite", 4, "deploymentStrategy: {type: Recreate}"),
      "canary.yaml": runtime + service("granite", 4, "canaryTrafficPercent: 10"),
      "scaled.yaml": runtime + service("granite", 4, "minReplicas: 1\n    maxReplicas: 2"),
      "lost.yaml": service("granite", 4),
      "full.yaml": node("a", 4) + pod("granite", "a", 4),
      "two-and-one.yaml": node("a", 4) + node("b", 4) + node("c", 4) + pod("granite", "a", 4) + pod("phi", "b", 4),
      "roomy.yaml": node("a", 4) + node("b", 4, "cloud.google.com/gke-nodepool: l4") + pod("granite", "a", 4),
      "bare.yaml": node("a", 4),
      "broken.yaml": "a: [1\n",
      "map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  const plan = (...args: string[]) => modelServing("plan", ...args);

  function modelServing(...args: string[]) {
    const main = repositoryPath("dist", "cli", "main.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
      cwd: folder,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  }

  function planned(...args: string[]): Plan & { status: number | null } {
    const { status, stdout, stderr } = plan(...args, "--format", "json");
    assert.equal(stderr, "");
    return { status, ...(JSON.parse(stdout) as Plan) };
  }

  it("prints what it says it prints, and nothing else", () => {
    const { status, ...result } = planned("granite.yaml", "--cluster", "roomy.yaml");
    assert.equal(status, 0);
    const [granite] = result.services;
    assert.deepEqual(result, {
      services: [
        {
          name: "granite",
          namespace: "models",
          steady: { placed: 1, wanted: 1 },
          rollout: {
            outcome: "completes",
            reason: granite?.rollout.reason,
            surge: 1,
            maxUnavailable: 0,
            peakRequests: { cpu: "10m", memory: "15Mi", "nvidia.com/gpu": "8", pods: "2" },
          },
        },
      ],
      pools: [
        { name: "NVIDIA-L4", accelerator: "NVIDIA-L4", allocatable: 4, steady: 4, peak: 4, free: 0 },
        { name: "l4", accelerator: "nvidia.com/gpu", allocatable: 4, steady: 0, peak: 4, free: 4 },
      ],
      waves: [["models/granite"]],
    });
  });

  it("names itself where it was given no files", () => {
    assert.match(plan().stderr, /^error: plan: expected files or folders to judge/m);
  });

  it("an update that never finishes ends with 1, says why, and how many places would do", () => {
    const { status, services, waves } = planned("granite.yaml", "--cluster", "full.yaml");
    assert.deepEqual([status, services[0]?.rollout.outcome, waves], [1, "deadlocks", []]);
    assert.match(
      services[0]?.rollout.reason ?? "",
      /may add 1 and miss 0.*1 Insufficient nvidia\.com\/gpu.*With 1 more place/,
    );
  });

  it("services that need the same place go one after another", () => {
    const { status, waves, pools } = planned("two.yaml", "--cluster", "two-and-one.yaml");
    assert.deepEqual([status, waves], [0, [["models/granite"], ["models/phi"]]]);
    assert.deepEqual(
      pools.map(({ steady, peak, allocatable }) => [steady, peak, allocatable]),
      [[8, 12, 12]],
    );
  });

  it("Recreate needs no place beside the old pods", () => {
    const { status, services, pools } = planned("recreate.yaml", "--cluster", "full.yaml");
    assert.deepEqual([status, services[0]?.rollout.outcome, pools[0]?.peak], [0, "recreate", 4]);
  });

  it("says what an autoscaler's other sizes would change", () => {
    const { services } = planned("scaled.yaml", "--cluster", "roomy.yaml");
    assert.equal(services[0]?.rollout.outcome, "completes");
    assert.match(services[0].rollout.reason, /at 2 it never finishes/);
  });

  it("says that a canary percentage changes nothing in Standard mode", () => {
    const { services } = planned("canary.yaml", "--cluster", "roomy.yaml");
    assert.match(services[0]?.rollout.reason ?? "", /canaryTrafficPercent has no effect in Standard mode/);
  });

  it("what is not known is unknown, and not in a wave", () => {
    const { status, services, waves } = planned("lost.yaml", "--cluster", "roomy.yaml");
    assert.deepEqual([status, services[0]?.rollout.outcome, waves], [0, "unknown", []]);
    assert.match(
      services[0]?.rollout.reason ?? "",
      /^Neither a ServingRuntime of namespace models nor .*"vllm" is among/,
    );
    assert.match(services[0]?.rollout.reason ?? "", /--cluster: kubectl get servingruntimes,clusterservingruntimes -A/);
  });

  it("names the nearest runtime, and says why one is of no use", () => {
    const other = runtime.replace("name: vllm,", "name: vllm-a,");
    writeFileSync(join(folder, "near.yaml"), other + service("granite", 4));
    writeFileSync(
      join(folder, "off.yaml"),
      runtime.replace("spec: {", "spec: {disabled: true, ") + service("granite", 4),
    );
    const reasonOf = (file: string) => planned(file, "--cluster", "roomy.yaml").services[0]?.rollout.reason ?? "";
    assert.match(reasonOf("near.yaml"), /Did you mean vllm-a\?$/);
    assert.match(
      reasonOf("off.yaml"),
      /^ServingRuntime models\/vllm: Specified runtime is disabled \(RuntimeDisabled\)/,
    );
  });

  it("has words for a service that completes where there is more to say", () => {
    const scaled = plan("scaled.yaml", "--cluster", "roomy.yaml").stdout;
    assert.match(
      scaled,
      /^models\/granite completes\n.*autoscaler may choose another size: at 2\s+it never finishes/ms,
    );
    assert.doesNotMatch(plan("two.yaml", "--cluster", "two-and-one.yaml").stdout, /^models\/granite completes$/m);
  });

  it("says that some pods find no place, where it is not known which", () => {
    const recreate = "deploymentStrategy: {type: Recreate}";
    writeFileSync(join(folder, "crowd.yaml"), runtime + service("granite", 4, recreate) + service("phi", 3, recreate));
    const { status, stdout, stderr } = plan("crowd.yaml", "--cluster", "bare.yaml");
    assert.deepEqual([status, stderr], [1, "note: whichever pods come first, some find no place\n"]);
    assert.match(stdout, /^models\/granite +1 of 1 +0 +1 +may-deadlock$/m);
    assert.match(stdout, /^models\/phi +0 of 1 +0 +1 +may-deadlock$/m);
    const stuck = plan("two.yaml", "--cluster", "bare.yaml");
    assert.deepEqual([stuck.status, stuck.stderr], [1, ""], "where one is stuck for certain, its row says so");
  });

  it("tells nodes that say nothing of what they have", () => {
    const bare = "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n";
    writeFileSync(join(folder, "no-status.yaml"), bare);
    assert.match(
      plan("granite.yaml", "--cluster", "no-status.yaml").stderr,
      /^note: no status\.allocatable, so no place for any pod, on a; give --cluster/,
    );
  });

  it("says plainly that no nodes were given", () => {
    const { status, stdout, stderr } = plan("granite.yaml");
    assert.equal(status, 0);
    assert.match(stderr, /^note: no nodes were given/);
    assert.match(stdout, /models\/granite +0 +0 +0 +unknown/);
  });

  it("prints tables that fit 100 columns, without colours when piped", () => {
    const { stdout } = plan("two.yaml", "--cluster", "two-and-one.yaml");
    assert.ok(stdout.split("\n").every((line) => line.length <= 100));
    assert.ok(!stdout.includes("\u001b"));
    assert.match(stdout, /^models\/granite +1 of 1 +1 +0 +completes$/m);
    assert.match(stdout, /^NVIDIA-L4 +NVIDIA-L4 +12 +8 +12 +4$/m);
    assert.match(stdout, /^ {3}1 {2}models\/granite\n {3}2 {2}models\/phi$/m);
  });

  it("says what quotas are used of now and at the peak, where there are some", () => {
    const quota =
      "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: gpus, namespace: models}\n" +
      'spec: {hard: {requests.nvidia.com/gpu: "12", pods: "5", services: "9"}}\n';
    writeFileSync(join(folder, "quota.yaml"), quota);
    const files = ["two.yaml", "--cluster", "two-and-one.yaml", "quota.yaml"];
    const { stdout } = plan(...files);
    assert.match(stdout, /^quota +resource +hard +used now +at the peak$/m);
    assert.match(stdout, /^models\/gpus +pods +5 +2 +3$/m);
    assert.match(stdout, /^models\/gpus +requests\.nvidia\.com\/gpu +12 +8 +12$/m);
    assert.deepEqual(planned(...files).quotas?.[0], {
      namespace: "models",
      quota: "gpus",
      resource: "pods",
      hard: "5",
      used: "2",
      peak: "3",
    });
    assert.ok(!("quotas" in planned("two.yaml", "--cluster", "two-and-one.yaml")));
  });

  it("names the services for which no order is certain to fit", () => {
    const { stdout } = plan("granite.yaml", "--cluster", "full.yaml");
    assert.match(stdout, /^in no wave: none was found that is certain to fit\n {2}models\/granite$/m);
  });

  it("tells all problems of its input at once, a line each, and ends with 2", () => {
    const { status, stdout, stderr } = plan("broken.yaml", "missing.yaml", "--format", "jsn");
    assert.deepEqual([status, stdout], [2, ""]);
    const lines = stderr.trimEnd().split("\n");
    assert.equal(lines.length, 3);
    assert.ok(lines.every((line) => line.startsWith("error: ")));
    assert.match(stderr, /did you mean json\?/);
  });

  for (const command of ["plan", "lint", "fit"]) {
    it(`${command} takes each object once: which of two would it be?`, () => {
      writeFileSync(join(folder, "again.yaml"), service("granite", 2));
      writeFileSync(join(folder, "other-runtime.yaml"), runtime.replace("vllm:1", "vllm:2") + service("phi", 2));
      writeFileSync(join(folder, "same-runtime.yaml"), runtime + service("phi", 2));
      const twice = modelServing(command, "granite.yaml", "again.yaml", "other-runtime.yaml");
      assert.deepEqual(
        [twice.status, twice.stdout, twice.stderr.trimEnd().split("\n").sort()],
        [
          2,
          "",
          [
            "error: again.yaml:1: InferenceService models/granite is also in granite.yaml:6; give one of the two",
            "error: other-runtime.yaml:1: ServingRuntime models/vllm is also in granite.yaml:1; give one of the two",
          ],
        ],
      );
      assert.doesNotMatch(modelServing(command, "granite.yaml", "same-runtime.yaml").stderr, /is also in/);
      writeFileSync(join(folder, "copy.yaml"), runtime + service("granite", 4));
      assert.match(
        modelServing(command, "granite.yaml", "copy.yaml").stderr,
        /InferenceService models\/granite is also in/,
      );
    });
  }

  it("hints at services that only the cluster's files hold", () => {
    const { status, stderr } = plan("full.yaml", "--cluster", "granite.yaml");
    assert.equal(status, 2);
    assert.match(stderr, /no update to plan; --cluster holds some: give its file as a manifest too/);
  });

  it("files without a service are no plan", () => {
    const { status, stderr } = plan("map.yaml");
    assert.deepEqual(
      [status, stderr],
      [
        2,
        "error: plan: the files hold no InferenceService and no LLMInferenceService, so there is no update to plan\n",
      ],
    );
  });
});
