import * as pulumi from "@pulumi/pulumi";
import { KubeAiText, LoadBalancingStrategy, TextEngine } from "pulumi-model-serving";

const config = new pulumi.Config();

/** @requirement EX-25 */
const llama = new KubeAiText("llama", {
  namespace: config.require("namespace"),
  url: "hf://meta-llama/Llama-3.1-8B-Instruct",
  engine: TextEngine.VLLM,
  adapters: [
    { name: "sql", url: "hf://acme/llama-3.1-8b-sql" },
    { name: "legal", url: "s3://datalake/adapters/legal/" },
  ],
  args: ["--max-model-len=8192", "--enable-prefix-caching"],
  secrets: { HF_TOKEN: config.requireSecret("huggingFaceToken") },
  profile: "nvidia-gpu-l4",
  processors: 1,
  scaling: {
    replicas: 1,
    minReplicas: 1,
    maxReplicas: 4,
    targetRequests: 50,
    scaleDownDelaySeconds: 120,
    loadBalancing: { strategy: LoadBalancingStrategy.PrefixHash, prefixHash: { prefixCharLength: 256 } },
  },
});

export const { baseUrl, modelName, adapterModelNames, apis, served, testCommand } = llama;
