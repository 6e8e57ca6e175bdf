/** Configuration of the provider: what the engine checks, compares and hands over. */
import { isDeepStrictEqual } from "node:util";
import { activeCluster, readKubeconfig, type Choice } from "./kubeconfig";
import { display, textAt } from "./objects";
import { hasUnknown, isObject, isUnknown, reveal, type Json, type JsonObject } from "./wire";
import type { Failure } from "../plugin/service";
import type { ClientSettings } from "./apiServer";

export interface Configuration {
  kubeconfig?: string;
  choice: Choice;
  namespace?: string;
  serverSideApply: boolean;
  /** Take fields from other managers instead of reporting the conflict. */
  patchForce: boolean;
  /** Create over an object that exists already. */
  upsert: boolean;
  configMapMutable: boolean;
  secretMutable: boolean;
  /** Drop resources from the state when their cluster cannot be reached. */
  deleteUnreachable: boolean;
  /** Keep resources as they are in the state when their cluster cannot be reached. */
  skipUpdateUnreachable: boolean;
  client: ClientSettings;
}

/** Reads the variables of a Configure request, and the environment variables that stand in for them. */
export function readConfiguration(variables: ReadonlyMap<string, string>, env: NodeJS.ProcessEnv): Configuration {
  const text = (key: string): string | undefined => {
    const value = variables.get(`kubernetes:config:${key}`);
    return value === "" ? undefined : value;
  };
  const flag = (key: string, variable: string, fallback = false): boolean => {
    const value = text(key) ?? env[variable];
    return value === undefined ? fallback : value === "true";
  };
  const kubeconfig = text("kubeconfig");
  const namespace = text("namespace");
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(namespace === undefined ? {} : { namespace }),
    choice: { context: text("context"), cluster: text("cluster") },
    serverSideApply: flag("enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY", true),
    patchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    upsert: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    configMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    secretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
    client: clientSettings(text("kubeClientSettings"), env),
  };
}

function clientSettings(json: string | undefined, env: NodeJS.ProcessEnv): ClientSettings {
  const given: unknown = json === undefined ? {} : JSON.parse(json);
  const number = (key: string, variable: string, fallback: number): number => {
    const value = (isObject(given) ? given[key] : undefined) ?? env[variable];
    const parsed = value === undefined ? fallback : Number(value);
    if (!(parsed >= 0)) {
      throw new Error(`kubeClientSettings.${key}: expected a number of at least 0, got ${display(value ?? null)}`);
    }
    return parsed;
  };
  return {
    qps: number("qps", "PULUMI_K8S_CLIENT_QPS", 50),
    burst: number("burst", "PULUMI_K8S_CLIENT_BURST", 120),
    timeoutSeconds: number("timeout", "PULUMI_K8S_CLIENT_TIMEOUT", 0),
  };
}

/** What this stand-in cannot do, said before anything is done. */
export function checkConfiguration(news: JsonObject): Failure[] {
  const failures: Failure[] = [];
  const directory = reveal(news.renderYamlToDirectory ?? "");
  if (directory !== "") {
    failures.push({
      property: "renderYamlToDirectory",
      reason: "the stand-in for the Kubernetes plugin does not render YAML; install Pulumi's own plugin for that",
    });
  }
  const settings = reveal(news.kubeClientSettings ?? "");
  if (typeof settings === "string" && settings !== "" && !isUnknown(settings)) {
    try {
      clientSettings(settings, {});
    } catch (error) {
      failures.push({ property: "kubeClientSettings", reason: (error as Error).message });
    }
  }
  return failures;
}

export interface ConfigurationDiff {
  changes: string[];
  /** Properties whose change means another cluster, so that every resource of the provider is replaced. */
  replaces: string[];
}

const CLUSTER_PROPERTIES = ["kubeconfig", "context", "cluster"];

/** Replaces only when the active cluster is another one, or when that cannot be known yet. */
export function diffConfiguration(olds: JsonObject, news: JsonObject): ConfigurationDiff {
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  const changes = [...keys].filter((key) => !isDeepStrictEqual(olds[key] ?? null, news[key] ?? null)).sort();
  if (changes.length === 0) return { changes, replaces: [] };
  const identifier = news.clusterIdentifier ?? null;
  if (identifier !== null && isDeepStrictEqual(identifier, olds.clusterIdentifier ?? null)) {
    return { changes, replaces: [] };
  }
  const unknown = CLUSTER_PROPERTIES.find((key) => hasUnknown(news[key]));
  if (unknown !== undefined) return { changes: [unknown], replaces: [unknown] };
  const replaces = ["clusterIdentifier"].filter((key) => changes.includes(key) && key in olds && key in news);
  const before = clusterOf(olds);
  const after = clusterOf(news);
  if (before !== undefined && after !== undefined && !isDeepStrictEqual(before, after)) {
    replaces.push(...CLUSTER_PROPERTIES.filter((key) => changes.includes(key)));
  }
  return { changes, replaces };
}

function clusterOf(properties: JsonObject): JsonObject | undefined {
  const kubeconfig: Json = reveal(properties.kubeconfig ?? "");
  if (kubeconfig === "") return undefined;
  const text = typeof kubeconfig === "string" ? kubeconfig : JSON.stringify(kubeconfig);
  const revealed = reveal(properties);
  const choice = { context: textAt(revealed, "context"), cluster: textAt(revealed, "cluster") };
  try {
    return activeCluster(readKubeconfig(text), choice);
  } catch {
    return undefined;
  }
}
