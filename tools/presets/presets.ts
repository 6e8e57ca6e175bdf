/** What KServe's module says about llm-d pods, as the data that `sdk/pod/llm` reads. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import type { LLMInferenceServiceConfig, LLMInferenceServiceSpec } from "../../sdk/kubernetes/llmInferenceService";
import { repositoryPath } from "../repository";

export const PRESETS_FILE = repositoryPath("sdk", "pod", "llm", "presets.json");

/** Contents of {@link PRESETS_FILE}. */
export interface Presets {
  /** The module and version that it was read from. */
  source: string;
  /** Specs of the LLMInferenceServiceConfigs that KServe ships, by name. */
  configs: Record<string, LLMInferenceServiceSpec>;
  /** What the endpoint picker is told where nobody configures it. */
  schedulerConfig: { prefillDecode: string; default: string };
}

/** Reads a checkout of KServe. @throws Error when it is laid out in another way */
export function readPresets(moduleDir: string): Presets {
  const folder = join(moduleDir, "config", "llmisvcconfig");
  const files = readdirSync(folder).filter((file) => file.startsWith("config-llm-"));
  const configs = files.sort().map((file) => {
    const config = load(readFileSync(join(folder, file), "utf8")) as LLMInferenceServiceConfig;
    return [config.metadata.name, config.spec] as const;
  });
  const version = /@(v[\d.]+)$/.exec(moduleDir)?.[1];
  if (version === undefined || configs.length === 0) throw new Error(`${moduleDir} is no version of KServe`);
  return {
    source: `kserve/kserve ${version}`,
    configs: Object.fromEntries(configs),
    schedulerConfig: readSchedulerConfig(moduleDir),
  };
}

/** The two texts that the controller holds in its source. */
function readSchedulerConfig(moduleDir: string): Presets["schedulerConfig"] {
  const file = join(moduleDir, "pkg", "controller", "v1alpha2", "llmisvc", "scheduler.go");
  const texts = [
    ...readFileSync(file, "utf8").matchAll(/return `(\napiVersion: [^`]*kind: EndpointPickerConfig[^`]*)`/g),
  ];
  const [prefillDecode, standard] = texts.map((match) => match[1]);
  if (prefillDecode === undefined || standard === undefined || texts.length !== 2) {
    throw new Error(`${file} does not hold two default configurations`);
  }
  return { prefillDecode, default: standard };
}
