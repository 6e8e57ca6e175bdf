/** Manifests of services and nodes for `model-serving fit`, and the command run in this process. */
import { join } from "node:path";
import { run as program } from "../../cli/program";

export interface Manifest {
  name?: string;
  uri?: string;
  image?: string;
  args?: string[];
  selector?: string;
  gpus?: number;
  env?: string;
  command?: string;
  /** As the service names it. */
  runtime?: string;
  /** Beside node selector and model. */
  predictor?: string;
  resource?: string;
}

/** A service and its runtime; the smallest that can be judged. */
export function manifest({
  name = "llama",
  uri = "hf://meta-llama/Llama-3.1-8B-Instruct",
  image = "docker.io/vllm/vllm-openai:v0.21.0",
  args = ["--max-model-len=8192"],
  selector = "nodeSelector: {nvidia.com/gpu.product: NVIDIA-A100-SXM4-40GB}",
  gpus = 1,
  env = "[]",
  command = "[python3, -m, vllm.entrypoints.openai.api_server]",
  runtime = name,
  predictor = "",
  resource = "nvidia.com/gpu",
}: Manifest = {}): string {
  return `
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: ${name}, namespace: models}
spec: {predictor: {${[selector, predictor]
    .filter((part) => part !== "")
    .map((part) => `${part}, `)
    .join(
      "",
    )}model: {modelFormat: {name: vLLM}, runtime: ${runtime}, storageUri: "${uri}", args: ${JSON.stringify(args)}, resources: {limits: {${resource}: "${gpus}"}}}}}
---
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata: {name: ${name}, namespace: models}
spec: {containers: [{name: kserve-container, image: "${image}", env: ${env}, command: ${command}, args: [--model=/mnt/models]}], supportedModelFormats: [{name: vLLM}]}
`;
}

export const node = (name: string, product: string): string => `
apiVersion: v1
kind: Node
metadata: {name: ${name}, labels: {nvidia.com/gpu.product: ${product}}}
status: {allocatable: {cpu: "8", memory: 64Gi, pods: "110", nvidia.com/gpu: "1"}}
---`;

/** Runs the command; names that end in .yaml are files of the folder. */
export function runFit(folder: string, ...args: string[]): { status: number; stdout: string; stderr: string } {
  const output = { stdout: "", stderr: "" };
  const paths = args.map((arg) => (arg.endsWith(".yaml") ? join(folder, arg) : arg));
  const status = program(["fit", ...paths], {
    stdout: (text) => (output.stdout += text),
    stderr: (text) => (output.stderr += text),
    color: false,
  });
  return { status, ...output };
}
