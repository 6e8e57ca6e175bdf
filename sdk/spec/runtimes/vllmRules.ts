/** What vLLM settings must agree with: the release inside the image, the checkpoint, and the accelerators. */
import { serverArgument, type ModelServer } from "../../catalog/serverArguments";
import type { CatalogueModel } from "../../catalog/models";
import type { Loose } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { quote } from "../schema/problem";
import type { VllmSettings } from "./vllm";
import { settingOfFlag, useAllAccelerators, vllmArguments, withoutPresets, worldSize } from "./vllm";

/** Tensor times pipeline parallel size is the number of accelerators: more cannot start, fewer leaves some idle. */
export function everyAcceleratorUsed(given: Loose<VllmSettings> | undefined, count: number | undefined): Problem[] {
  const settings = withoutPresets(given ?? {});
  const { tensorParallelSize, pipelineParallelSize } = settings;
  // On CPUs the sizes divide sockets, which no resource counts.
  if (count === undefined || count === 0) return [];
  if (tensorParallelSize === undefined && pipelineParallelSize === undefined) return [];
  const used = worldSize(useAllAccelerators(settings, count));
  if (used === count) return [];
  const [tensor, pipeline] = [tensorParallelSize ?? 1, pipelineParallelSize ?? 1];
  const consequence = used > count ? "the server cannot start" : `${count - used} would stay idle`;
  const has = count === 1 ? "1 accelerator" : `${count} accelerators`;
  const message = `${tensor} (tensor) x ${pipeline} (pipeline) = ${tensor * pipeline}, but a replica has ${has}: ${consequence}`;
  return [
    { path: ["vllm", tensorParallelSize === undefined ? "pipelineParallelSize" : "tensorParallelSize"], message },
  ];
}

/** Settings whose argument the release does not have: vLLM ends at once on an argument that it does not know. */
export function knownToRelease(
  settings: Loose<VllmSettings> | undefined,
  version: string | undefined,
  servers: readonly ModelServer[],
): Problem[] {
  return vllmArguments(settings ?? {}).flatMap((argument) => {
    const [flag = ""] = argument.replace(/^--(no-)?/, "").split("=");
    const known = serverArgument("vllm", flag, version, servers);
    const key = settingOfFlag(`--${flag}`);
    if (key === undefined || (known?.status !== "not-yet" && known?.status !== "removed")) return [];
    const when = known.status === "removed" ? `was removed in ${known.removedIn}` : `came with ${known.since}`;
    return [{ path: ["vllm", key], message: `is --${flag}, which ${when}; the image holds vLLM ${version ?? ""}` }];
  });
}

/**
 * The checkpoint says how it is quantised; a flag that says otherwise ends the start.
 *
 * @requirement VL-12
 */
export function quantizationFits(
  quantization: string | undefined,
  model: Pick<CatalogueModel, "id" | "quantization"> | undefined,
): Problem[] {
  const method = model?.quantization?.method;
  if (quantization === undefined || model === undefined || method === undefined || method === quantization) return [];
  const message = `${quote(quantization)}, but ${model.id} is a checkpoint of ${quote(method)}, so vLLM would not start; leave it out`;
  return [{ path: ["vllm", "quantization"], message }];
}
