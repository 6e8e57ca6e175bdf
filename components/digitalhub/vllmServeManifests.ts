import type { EnvVar, KubernetesObject, Volume, VolumeMount } from "../../sdk/kubernetes/core";
import { parseQuantity, scaledValue } from "../../sdk/pod/quantity";
import { claimPath, hubModel } from "../../sdk/spec/digitalhub/serving";
import type { VllmServeSpec } from "../../sdk/spec/digitalhub/vllmServe";
import { vllmArguments } from "../../sdk/spec/runtimes/vllm";
import { HOME, serverManifests } from "./serverManifests";

/** Port of the OpenAI API, of `/health` and of `/metrics`. */
export const VLLM_PORT = 8000;
const MODEL_FOLDER = "/mnt/models";
const ADAPTER_FOLDER = "/mnt/adapters";

/**
 * A vLLM server: Deployment, Service, and what leads to them.
 *
 * @requirement DH-15, DH-16, DH-17, DH-18, DH-19, DH-21, DH-22, DH-33
 */
export function vllmServeManifests(spec: VllmServeSpec): KubernetesObject[] {
  const mounted = mountedPlaces(spec);
  return serverManifests(spec, {
    program: "vllm",
    image: spec.image,
    command: [spec.python, "-m", "vllm.entrypoints.openai.api_server"],
    args: [
      ...modelArguments(spec.url),
      `--served-model-name=${spec.modelName}`,
      "--host=0.0.0.0",
      `--port=${VLLM_PORT}`,
      ...vllmArguments(spec.vllm),
      ...telemetryArguments(spec),
      ...spec.args,
      ...adapterArguments(spec),
    ],
    env: environmentOf(spec),
    ports: [VLLM_PORT],
    healthPath: "/health",
    volumes: mounted.volumes,
    volumeMounts: mounted.mounts,
  });
}

function modelArguments(url: string): string[] {
  const hub = hubModel(url);
  if (hub !== undefined) {
    return [`--model=${hub.id}`, ...(hub.revision === undefined ? [] : [`--revision=${hub.revision}`])];
  }
  if (claimPath(url) !== undefined) return [`--model=${MODEL_FOLDER}`];
  return url.startsWith("s3://") ? [`--model=${url}`, "--load-format=runai_streamer"] : [`--model=${url}`];
}

/** `--lora-modules` takes all that follows, so it comes last. */
function adapterArguments({ adapters }: VllmServeSpec): string[] {
  if (adapters.length === 0) return [];
  const modules = adapters.map(({ name, url }) => {
    const folder = claimPath(url) === undefined ? undefined : `${ADAPTER_FOLDER}/${name}`;
    return `${name}=${folder ?? hubModel(url)?.id ?? url}`;
  });
  return ["--enable-lora", "--lora-modules", ...modules];
}

/** @requirement DH-23 */
function telemetryArguments({ enableTelemetry, otlpEndpoint }: VllmServeSpec): string[] {
  if (!enableTelemetry || otlpEndpoint === undefined) return [];
  return [`--otlp-traces-endpoint=${otlpEndpoint}`, "--collect-detailed-traces=all"];
}

/** The user may be one that the image does not know, so home and name are said. */
function environmentOf({ enableTelemetry, hardware, memory }: VllmServeSpec): EnvVar[] {
  return [
    { name: "HOME", value: HOME },
    { name: "USER", value: "vllm" },
    { name: "HF_HOME", value: `${HOME}/huggingface` },
    ...(enableTelemetry ? [] : [{ name: "VLLM_NO_USAGE_STATS", value: "1" }]),
    ...(hardware.count === 0 ? [{ name: "VLLM_CPU_KVCACHE_SPACE", value: String(halfInGib(memory)) }] : []),
  ];
}

/** Without a limit vLLM takes half of the node's memory for its cache, whatever the pod may have. */
function halfInGib(memory: string): number {
  return Math.max(1, Math.floor(Number(scaledValue(parseQuantity(memory), 0)) / 2 / 2 ** 30));
}

function mountedPlaces({ url, adapters }: VllmServeSpec): { volumes: Volume[]; mounts: VolumeMount[] } {
  const places = [
    { url, name: "model", mountPath: MODEL_FOLDER },
    ...adapters.map((adapter, index) => ({
      url: adapter.url,
      name: `adapter-${index}`,
      mountPath: `${ADAPTER_FOLDER}/${adapter.name}`,
    })),
  ].flatMap(({ url: place, ...mount }) => {
    const found = claimPath(place);
    return found === undefined ? [] : [{ ...mount, ...found }];
  });
  return {
    volumes: places.map(({ name, claim }) => ({
      name,
      persistentVolumeClaim: { claimName: claim, readOnly: true },
    })),
    mounts: places.map(({ name, mountPath, path }) => ({
      name,
      mountPath,
      readOnly: true,
      ...(path === "" ? {} : { subPath: path }),
    })),
  };
}
