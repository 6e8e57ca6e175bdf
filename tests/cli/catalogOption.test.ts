import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run as program } from "../../cli/program";

/** A product and a machine that the built-in catalogue lacks, and another memory for one that it holds. */
const OWN = `
accelerators:
  - {name: NVIDIA-Z900, vendor: nvidia, usableMemoryGib: 30, computeCapability: 9, architecture: Hopper, productLabel: {key: nvidia.com/gpu.product, value: NVIDIA-Z900}}
  - {name: NVIDIA-L4, usableMemoryGib: 12}
machineShapes:
  - {cloud: own, name: z-1, accelerator: NVIDIA-Z900, acceleratorCount: 1, vcpu: 16, allocatable: {cpu: "15", memory: 60Gi}}
`;

const WRONG = `
accelerators:
  - {name: NVIDIA-Z900, vendor: nvidai}
machineShape: []
`;

const SERVICE = `
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: granite, namespace: models}
spec:
  predictor:
    minReplicas: 1
    model:
      modelFormat: {name: vLLM}
      runtime: vllm
      storageUri: "oci://registry.example/granite:1"
      resources: {limits: {cpu: "4", memory: 16Gi, nvidia.com/gpu: "1"}}
---
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata: {name: vllm, namespace: models}
spec: {containers: [{name: kserve-container, image: "registry.example/vllm:1"}], supportedModelFormats: [{name: vLLM}]}
`;

const CLUSTER = `
apiVersion: v1
kind: Node
metadata: {name: a, labels: {nvidia.com/gpu.product: NVIDIA-Z900}}
status: {allocatable: {cpu: "64", memory: 512Gi, pods: "110", nvidia.com/gpu: "1"}}
---
apiVersion: v1
kind: Pod
metadata: {name: granite-1, namespace: models, labels: {serving.kserve.io/inferenceservice: granite, component: predictor}}
spec: {nodeName: a, containers: [{name: kserve-container, resources: {limits: {nvidia.com/gpu: "1"}}}]}
status: {phase: Running}
---
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: gpu}
spec: {template: {spec: {requirements: [{key: node.kubernetes.io/instance-type, operator: In, values: [z-1]}]}}}
`;

describe("--catalog", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "catalog-"));
    const files = {
      "own.yaml": OWN,
      "wrong.yaml": WRONG,
      "two.yaml": "{}\n---\n{}\n",
      "service.yaml": SERVICE,
      "cluster.yaml": CLUSTER,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function run(...args: string[]) {
    const output = { stdout: "", stderr: "" };
    const paths = args.map((arg) => (arg.endsWith(".yaml") ? join(folder, arg) : arg));
    const status = program(paths, {
      stdout: (text) => (output.stdout += text),
      stderr: (text) => (output.stderr += text),
      color: false,
    });
    return { status, ...output };
  }

  const commands: Record<string, string[]> = {
    fit: [
      "fit",
      "--model",
      "meta-llama/Llama-3.1-8B-Instruct",
      "--accelerator",
      "NVIDIA-L4",
      "--max-model-len",
      "8192",
    ],
    plan: ["plan", "service.yaml", "--cluster", "cluster.yaml"],
    lint: ["lint", "service.yaml", "--cluster", "cluster.yaml"],
  };

  for (const [name, args] of Object.entries(commands)) {
    it(`of ${name} names every mistake of the file, and judges nothing`, () => {
      const { status, stdout, stderr } = run(...args, "--catalog", "wrong.yaml");
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, /wrong\.yaml: accelerators\[0\]\.vendor: "nvidai" is not .*did you mean nvidia\?/);
      assert.match(stderr, /wrong\.yaml: machineShape: unknown key; did you mean machineShapes\?/);
    });

    it(`of ${name} refuses a file that is not there, and one of two documents`, () => {
      const absent = run(...args, "--catalog", "absent.yaml");
      assert.equal(absent.status, 2);
      assert.match(absent.stderr, /absent\.yaml.*cannot be read/);
      const two = run(...args, "--catalog", "two.yaml");
      assert.equal(two.status, 2);
      assert.match(two.stderr, /two\.yaml: holds 2 documents/);
    });
  }

  it("of fit lets a model be asked about on an accelerator of one's own", () => {
    const ask = ["fit", "--model", "meta-llama/Llama-3.1-8B-Instruct", "--max-model-len", "8192", "--format", "json"];
    const unknown = run(...ask, "--accelerator", "NVIDIA-Z900");
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /NVIDIA-Z900/);
    const known = run(...ask, "--accelerator", "NVIDIA-Z900", "--catalog", "own.yaml");
    const answer = JSON.parse(known.stdout) as { verdict: string; perGpuGiB: { usable: number } };
    assert.deepEqual([known.status, answer.verdict, answer.perGpuGiB.usable], [0, "fits", 30]);
  });

  it("of fit does not call a name unknown that a file with mistakes holds, but does any other", () => {
    const ask = ["fit", "--model", "phi-4", "--catalog", "wrong.yaml", "--accelerator"];
    for (const name of ["NVIDIA-Z900", "nvidia-z900", "NVIDIA-Z900-MIG-1g.5gb"]) {
      const { status, stderr } = run(...ask, name);
      assert.equal(status, 2);
      assert.doesNotMatch(stderr, /--accelerator/);
      assert.match(stderr, /vendor/);
    }
    assert.match(run(...ask, "NVIDIA-A10O").stderr, /--accelerator: found "NVIDIA-A10O".*did you mean/);
  });

  it("of fit takes the file's memory of an accelerator that the catalogue holds", () => {
    const { fit = [] } = commands;
    assert.equal(run(...fit).status, 0);
    const { status, stdout } = run(...fit, "--catalog", "own.yaml", "--format", "json");
    const answer = JSON.parse(stdout) as { verdict: string; perGpuGiB: { usable: number } };
    assert.deepEqual([status, answer.verdict, answer.perGpuGiB.usable], [1, "does-not-fit", 12]);
  });

  it("of plan lets a pool grow by a machine of one's own", () => {
    const { plan = [] } = commands;
    const reason = (...more: string[]) => {
      const { status, stdout, stderr } = run(...plan, ...more, "--format", "json");
      assert.deepEqual([status, stderr], [0, ""]);
      return (JSON.parse(stdout) as { services: { rollout: { reason: string } }[] }).services[0]?.rollout.reason ?? "";
    };
    assert.match(reason(), /not known whether a pool can grow.*the machine type z-1/);
    assert.match(reason("--catalog", "own.yaml"), /would have to grow first: NodePool gpu by 1 node of z-1/);
  });

  it("of lint judges with the machines of one's own", () => {
    const { lint = [] } = commands;
    assert.match(run(...lint).stdout, /not known whether a pool can grow.*the machine type z-1/s);
    assert.match(
      run(...lint, "--catalog", "own.yaml").stdout,
      /would have to grow first: NodePool gpu by 1 node of z-1/s,
    );
  });
});
