import type { KubernetesObject } from "../../sdk/kubernetes/core";
import type { HuggingFaceServeSpec } from "../../sdk/spec/digitalhub/huggingFaceServe";
import { claimPath, hubModel } from "../../sdk/spec/digitalhub/serving";
import { HOME, serverManifests } from "./serverManifests";

/** Ports of KServe's model servers. */
export const HTTP_PORT = 8080;
const GRPC_PORT = 8081;
const MODEL_FOLDER = "/mnt/models";

/**
 * KServe's Hugging Face server as a Deployment and a Service, without KServe.
 *
 * @requirement DH-25, DH-26, DH-28, DH-30
 */
export function huggingFaceServeManifests(spec: HuggingFaceServeSpec): KubernetesObject[] {
  const claim = claimPath(spec.path);
  return serverManifests(spec, {
    program: "huggingfaceserver",
    image: spec.image,
    command: ["python", "-m", "huggingfaceserver"],
    args: [`--model_name=${spec.modelName}`, ...modelArguments(spec.path), ...settingArguments(spec), ...spec.args],
    env: [
      { name: "HOME", value: HOME },
      { name: "HF_HOME", value: `${HOME}/huggingface` },
    ],
    ports: [HTTP_PORT, GRPC_PORT],
    healthPath: "/v2/health/ready",
    volumes:
      claim === undefined ? [] : [{ name: "model", persistentVolumeClaim: { claimName: claim.claim, readOnly: true } }],
    volumeMounts:
      claim === undefined
        ? []
        : [
            {
              name: "model",
              mountPath: MODEL_FOLDER,
              readOnly: true,
              ...(claim.path === "" ? {} : { subPath: claim.path }),
            },
          ],
  });
}

function modelArguments(path: string): string[] {
  const hub = hubModel(path);
  if (hub === undefined) return [`--model_dir=${MODEL_FOLDER}`];
  return [`--model_id=${hub.id}`, ...(hub.revision === undefined ? [] : [`--model_revision=${hub.revision}`])];
}

/**
 * Flags of the server. Those without a value are switches: `--trust_remote_code false`, as DigitalHub writes it, would
 * switch it on.
 */
function settingArguments(spec: HuggingFaceServeSpec): string[] {
  const valued = {
    backend: spec.backend,
    task: spec.task,
    max_length: spec.maxLength,
    dtype: spec.dtype,
    tokenizer_revision: spec.tokenizerRevision,
    tensor_input_names: spec.tensorInputNames?.join(","),
    max_log_len: spec.maxLogLength,
  };
  const switches = {
    trust_remote_code: spec.trustRemoteCode,
    disable_lower_case: spec.disableLowerCase,
    disable_special_tokens: spec.disableSpecialTokens,
    return_token_type_ids: spec.returnTokenTypeIds,
    return_probabilities: spec.returnProbabilities,
    disable_log_requests: spec.disableLogRequests,
  };
  return [
    ...Object.entries(valued).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...Object.entries(switches).flatMap(([name, on]) => (on ? [`--${name}`] : [])),
  ];
}
