import * as k8s from "@pulumi/kubernetes";
import { Config } from "@pulumi/pulumi";
import { ModelConnection, ModelDeployment, type ModelDeploymentArgs, ModelVolume } from "pulumi-model-serving";

const [accessKeyId, secretAccessKey] = ["accessKeyId", "secretAccessKey"].map((key) => new Config().requireSecret(key));
const namespace = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } }).metadata.name;
const s3 = { bucket: "my-model-bucket", accessKeyId: accessKeyId ?? "", secretAccessKey: secretAccessKey ?? "" };
const connection = new ModelConnection("model-s3-storage", { namespace, s3 });
const volume = new ModelVolume("model-pvc", { namespace, size: "40Gi", path: "llama-3.1-8b-instruct" });

const car = (name: string) => ({ source: { oci: `registry.redhat.io/rhelai1/modelcar-${name}:1.5` } });
const on = (cpu: number, memory: string) => ({ resources: { requests: { cpu, memory } } });
const gpu = { image: "quay.io/modh/vllm:rhoai-2.20-cuda", accelerator: "nvidia.com/gpu", ...on(2, "16Gi") };
const a100 = { image: gpu.image, accelerator: "NVIDIA-A100-SXM4-80GB", ...on(8, "80Gi") };
const quantized = { maxModelLen: 8192, gpuMemoryUtilization: 0.95 };
const small = { ...gpu, ...car("granite-3-1-8b-instruct"), vllm: { maxModelLen: 4096 } };
const cpu = { ...car("granite-3-1-8b-instruct"), image: "quay.io/modh/vllm:rhoai-2.20-cpu", ...on(8, "32Gi") };

/** @requirement EX-24 */
const models: Record<string, Omit<ModelDeploymentArgs, "namespace">> = {
  "granite-model": { ...small, exposure: { auth: "token" } },
  "custom-args-model": { ...small, vllm: { maxModelLen: 2048, maxNumSeqs: 256, gpuMemoryUtilization: 0.95 } },
  "quantized-model": { ...a100, ...car("llama-3-3-70b-instruct-fp8-dynamic"), vllm: quantized },
  "autoscale-model": { ...small, autoscaling: { minReplicas: 1, maxReplicas: 5, metric: "cpu", target: 70 } },
  "cpu-model": { ...cpu, vllm: { maxModelLen: 2048 } },
  "multi-gpu-model": { ...a100, ...car("llama-3-3-70b-instruct"), acceleratorCount: 2, vllm: { maxModelLen: 8192 } },
  "s3-model": { ...gpu, connection, source: { path: "models/llama-3.1-8b-instruct/" } },
  "pvc-model": { ...gpu, volume, source: {} },
};
const deployed = Object.entries(models).map(([name, model]) => new ModelDeployment(name, { namespace, ...model }));
export const urls = deployed.map(({ internalUrl }) => internalUrl);
