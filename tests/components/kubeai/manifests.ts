/** Models without Pulumi, as the API server gets them. */
import { kubeAiModelManifest } from "../../../components/kubeai/kubeAiModelManifest";
import type { KubeAiModel } from "../../../sdk/kubernetes/kubeai";
import type { KubeAiModelArgs } from "../../../sdk/spec/kubeai/kubeAiModel";
import { kubeAiModelRules, kubeAiModelSchema, resolveKubeAiModel } from "../../../sdk/spec/kubeai/kubeAiModel";
import { kubeAiModelOf, kubeAiTextRules, kubeAiTextSchema } from "../../../sdk/spec/digitalhub/kubeAi";
import type { KubeAiTextArgs } from "../../../sdk/spec/digitalhub/kubeAi";
import type { Plain } from "../../../sdk/spec/schema/plain";
import { parseSpec } from "../../../sdk/spec/schema/validate";

export function modelObject(name: string, args: Plain<KubeAiModelArgs>): KubeAiModel {
  const spec = parseSpec(kubeAiModelSchema, kubeAiModelRules(name), args, name);
  return kubeAiModelManifest(resolveKubeAiModel(name, spec));
}

export function textObject(name: string, args: Plain<KubeAiTextArgs>): KubeAiModel {
  const spec = parseSpec(kubeAiTextSchema, kubeAiTextRules(name), args, name);
  return modelObject(name, kubeAiModelOf(name, spec));
}

/** The example of DigitalHub's guide: two adapters, a token, a GPU profile, scaling and prefix hash. */
export const FULL_TEXT: Plain<KubeAiTextArgs> = {
  namespace: "kubeai",
  url: "store://demo/model/huggingface/llama",
  storePaths: { "store://demo/model/huggingface/llama": "s3://datalake/demo/model/llama/" },
  engine: "VLLM",
  modelName: "llama",
  image: "docker.io/vllm/vllm-openai:v0.21.0",
  adapters: [
    { name: "sql", url: "hf://acme/llama-sql" },
    { name: "legal", url: "s3://datalake/adapters/legal/" },
  ],
  args: ["--max-model-len=8192", "--enable-prefix-caching"],
  envs: { VLLM_LOGGING_LEVEL: "WARNING" },
  envFrom: [{ configMapName: "proxy", prefix: "HTTP_", optional: true }],
  secrets: { HF_TOKEN: "covered" },
  files: [{ path: "/etc/chat.jinja", content: "{{ messages }}" }],
  cacheProfile: "efs",
  profile: "nvidia-gpu-l4",
  processors: 2,
  scaling: {
    replicas: 1,
    minReplicas: 1,
    maxReplicas: 4,
    targetRequests: 50,
    scaleDownDelaySeconds: 120,
    loadBalancing: { strategy: "PrefixHash", prefixHash: { meanLoadFactor: 110, prefixCharLength: 256 } },
  },
};
