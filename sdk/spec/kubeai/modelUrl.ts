/** Where KubeAI loads models and adapters from. Upstream: kubeai `internal/modelcontroller/model_source.go`. */
import { nearest } from "../../catalog/nearest";
import { isEventual } from "../schema/eventual";
import type { Problem } from "../schema/problem";
import { quote } from "../schema/problem";
import type { ModelEngine } from "./features";

const MODEL_SCHEMES = ["hf", "pvc", "ollama", "s3", "gs", "oss"] as const;
const ADAPTER_SCHEMES = ["hf", "s3", "gs", "oss"] as const;
/** Places that a cache profile can copy from. */
const CACHED_SCHEMES = ["hf", "s3", "gs", "oss"];
/** Places that are read through the cache only. */
const ONLY_CACHED = ["gs", "oss"];

/** Scheme of a URL that is known at preview. */
export function schemeOf(url: string | undefined): string | undefined {
  if (url === undefined || isEventual(url)) return undefined;
  return /^([a-z][a-z0-9+]*):\/\//i.exec(url)?.[1];
}

/** What is wrong with the URL of a model, whatever the engine. */
export function modelUrlProblem(url: string): string | undefined {
  return urlProblem(url, MODEL_SCHEMES, "a model");
}

/** What is wrong with the URL of an adapter. */
export function adapterUrlProblem(url: string): string | undefined {
  return urlProblem(url, ADAPTER_SCHEMES, "an adapter");
}

function urlProblem(url: string, schemes: readonly string[], what: string): string | undefined {
  if (isEventual(url)) return undefined;
  const scheme = schemeOf(url);
  const known = schemes.map((name) => `${name}://`).join(", ");
  if (scheme === undefined) {
    const hint = /^[\w.-]+\/[\w.-]+$/.test(url) ? `; did you mean hf://${url}?` : "";
    return `${quote(url)} has no scheme; KubeAI loads ${what} from ${known}${hint}`;
  }
  if (!schemes.includes(scheme))
    return `${quote(url)}: KubeAI loads ${what} from ${known}${schemeHint(url, scheme, schemes)}`;
  return url.length > scheme.length + 3 ? undefined : `${quote(url)} names nothing behind ${scheme}://`;
}

function schemeHint(url: string, scheme: string, schemes: readonly string[]): string {
  const rest = url.slice(scheme.length + 3);
  if (scheme === "store")
    return "; only DigitalHub resolves store://, so write the path that its model has, or use KubeAiText";
  const meant = scheme === "huggingface" ? "hf" : nearest(scheme, schemes);
  return meant === undefined ? "" : `; did you mean ${meant}://${rest}?`;
}

/** What of a Model decides whether its URL can be loaded. */
export interface Loading {
  url?: string | undefined;
  engine?: ModelEngine | undefined;
  cacheProfile?: string | undefined;
}

/** The engine and the cache must be able to read the place. */
export function urlFitsEngine({ url, engine, cacheProfile }: Loading): Problem[] {
  const scheme = schemeOf(url);
  if (scheme === undefined || !(MODEL_SCHEMES as readonly string[]).includes(scheme)) return [];
  const problem = (path: string, message: string): Problem => ({ path: [path], message });
  const problems: Problem[] = [];
  if (cacheProfile !== undefined && !CACHED_SCHEMES.includes(scheme)) {
    const places = CACHED_SCHEMES.map((name) => `${name}://`).join(", ");
    problems.push(problem("cacheProfile", `cannot hold a model from ${scheme}://, only from ${places}`));
  }
  if (cacheProfile === undefined && ONLY_CACHED.includes(scheme)) {
    problems.push(problem("cacheProfile", `is missing; KubeAI reads ${scheme}:// through a cache profile only`));
  }
  if (engine === undefined) return problems;
  const isOllama = engine === "OLlama";
  if (isOllama !== (scheme === "ollama") && scheme !== "pvc") {
    const fitting = isOllama ? "ollama:// or pvc://" : "any other place; ollama:// is for engine OLlama";
    problems.push(problem("url", `${quote(url)} is not for engine ${engine}, which loads from ${fitting}`));
  } else if (scheme === "s3" && cacheProfile === undefined && engine !== "VLLM") {
    problems.push(problem("cacheProfile", `is missing; only VLLM streams from s3://, ${engine} needs a cache profile`));
  }
  return problems;
}
