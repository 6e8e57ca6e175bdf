/** What the memory estimate is asked about a service: its model, accelerator, version and arguments, as far as they can be told. */
import { nearest } from "../../sdk/catalog/nearest";
import { findServingImage } from "../../sdk/catalog/servingImages";
import { findModelByName, nearestModel, type CatalogueModel } from "../../sdk/catalog/models";
import type { Refusal } from "../../sdk/capacity/fit/refusal";
import type { FitInput, FitSettings } from "../../sdk/capacity/fit/start";
import { parseVersion } from "../../sdk/capacity/fit/version";
import { modelOf } from "../../sdk/pod/legacyPredictor";
import { UnknownValueError } from "../../sdk/pod/unknown";
import { type Device, devicesOf } from "./fitDevice";
import { readFitSettings } from "./fitSettings";
import * as kinds from "../world/kinds";
import { isMultiNode, isVllm } from "../world/parallelism";
import { nameOf } from "../world/reference";
import type { Workload, World } from "../world/types";

/**
 * A question for each product the pods may run on; what the server refuses before any memory counts, with the questions
 * that the other settings make; or why there is none.
 */
export type FitQuestion =
  { inputs: [FitInput, ...FitInput[]] } | { refused: Refusal[]; inputs: FitInput[] } | { unknown: string };

/** What a person says beside the objects; it wins. */
export interface FitAnswers {
  model?: CatalogueModel;
  device?: Device;
  vllm?: string;
  settings?: FitSettings;
}

/** Reads the question from the effective pod; a value that cannot be told leaves it unknown. */
export function fitQuestion(workload: Workload, world: World, answers: FitAnswers = {}): FitQuestion {
  try {
    return ask(workload, world, answers);
  } catch (error) {
    if (!(error instanceof UnknownValueError)) throw error;
    const place = workload.locate?.(error.path);
    const where = place === undefined ? error.path : `${place.path} of ${nameOf(place.resource)}`;
    return { unknown: `${where} ${error.why}` };
  }
}

function ask(workload: Workload, world: World, answers: FitAnswers): FitQuestion {
  const { pod } = workload;
  if (pod === undefined) return { unknown: noRuntime(workload, world) };
  if (isMultiNode(workload)) return { unknown: "the server runs on several pods, whose shares KServe decides" };
  if (!isVllm(workload)) return { unknown: `the server is not vLLM (${serverName(workload)})` };
  const model = answers.model ?? servedModel(workload, world);
  if (typeof model === "string") return { unknown: model };
  const devices = answers.device === undefined ? devicesOf(workload, world) : [answers.device];
  if (typeof devices === "string") return { unknown: devices };
  const vllm = answers.vllm ?? versionOf(pod.main.image, world);
  if (vllm === undefined) {
    return { unknown: `the vLLM version of the image ${pod.main.image ?? "(none)"} is not known; name it with --vllm` };
  }
  const read = readFitSettings(workload, parseVersion(vllm));
  if ("unknown" in read) return read;
  if (!("settings" in read)) return { ...read, inputs: [] };
  const [first, ...others] = devices.map((device) => ({
    model,
    ...device,
    vllm,
    ...read.settings,
    ...answers.settings,
  }));
  if (read.refused.length > 0) return { refused: read.refused, inputs: first === undefined ? [] : [first, ...others] };
  return first === undefined ? { unknown: "no accelerator is known" } : { inputs: [first, ...others] };
}

/** Why there is no pod. */
function noRuntime({ resolution, service, ref }: Workload, world: World): string {
  const { runtime, modelFormat } = modelOf(service.spec.predictor) ?? {};
  if (resolution.outcome === "failed" && resolution.runtime !== undefined) {
    return `KServe will not use the runtime "${runtime ?? ""}": ${resolution.message}`;
  }
  const names = [...world.list(kinds.servingRuntime), ...world.list(kinds.clusterServingRuntime)]
    .filter(({ ref: { kind, namespace } }) => kind === "ClusterServingRuntime" || namespace === ref.namespace)
    .map(({ ref: { name } }) => name);
  if (runtime === undefined) {
    return `no runtime is named, and none of those given is chosen for the format ${modelFormat?.name ?? "(none)"}; give those of the cluster with --cluster`;
  }
  const close = nearest(runtime, names);
  const hint = close === undefined ? "give it, or the cluster's with --cluster" : `did you mean ${close}?`;
  return `the runtime "${runtime}" is neither in the files nor in what the cluster holds; ${hint}`;
}

function serverName({ arguments: args, pod }: Workload): string {
  return args.program ?? pod?.main.image ?? "no image";
}

/** The model that the service names, or why it cannot be told. */
export function servedModel({ service, arguments: args }: Workload, { catalog }: World): CatalogueModel | string {
  const { storageUri } = modelOf(service.spec.predictor) ?? {};
  // A name, and no path, is what the server itself downloads, whatever storage is mounted.
  const names = [args.model, storageUri].flatMap((name) => (name === undefined || name.startsWith("/") ? [] : [name]));
  for (const name of names) {
    const model = findModelByName(name, catalog.models);
    if (model !== undefined) return model;
  }
  const [written] = names;
  if (written === undefined) return "which model is served cannot be told from the service; name it with --model";
  const close = nearestModel(written.replace(/^hf:\/\//, ""), catalog.models);
  const hint = close === undefined ? "" : `; did you mean ${close}?`;
  const isPlace = /^(?!hf:|oci:)[a-z0-9]+:\/\//.test(written);
  return isPlace
    ? `which model ${written} holds cannot be told; name it with --model`
    : `the catalogue does not know the model ${names.join(", ")}${hint}`;
}

/** The tag of vLLM's own images is the version. */
function versionOf(image: string | undefined, { catalog }: World): string | undefined {
  if (image === undefined) return undefined;
  return (
    findServingImage(image, catalog.servingImages)?.serverVersion ??
    /(?:^|\/)vllm\/vllm-openai[\w-]*:v(\d+\.\d+\.\d+)/.exec(image)?.[1]
  );
}
