/**
 * Objects of the cluster that KServe reads besides service and runtime while it makes a pod. An object that is not
 * listed may still exist, so what would come from it is unknown; it is never taken as absent.
 */
import type { KubernetesObject, Secret, ServiceAccount } from "../kubernetes/core";
import type { ClusterStorageContainer } from "../kubernetes/kserve";
import type { ControllerConfig } from "./controllerConfig";
import { text, type Traced } from "./merge/traced";
import type { Problem } from "./problem";
import { UNKNOWN } from "./unknown";

/** What is known of a cluster. */
export interface ClusterObjects {
  serviceAccounts?: readonly ServiceAccount[] | undefined;
  secrets?: readonly Secret[] | undefined;
  /** All of them; default: the one that KServe 0.17.0 ships. */
  storageContainers?: readonly ClusterStorageContainer[] | undefined;
}

/** What everything that is added to a pod depends on. */
export interface InjectionContext {
  config: ControllerConfig;
  objects: ClusterObjects;
  /** Of the pod. */
  namespace: Traced | undefined;
  problems: Problem[];
}

/** The object of that name in the pod's namespace, or `undefined` where it is not known. */
export function objectNamed<T extends KubernetesObject>(
  objects: readonly T[] | undefined,
  name: string,
  { namespace }: InjectionContext,
): T | undefined {
  const own = text(namespace) ?? "default";
  return objects?.find(({ metadata }) => metadata.name === name && (metadata.namespace ?? "default") === own);
}

/** The text under a key of a Secret; `undefined` where there is none. */
export function secretText(secret: Secret, key: string): string | typeof UNKNOWN | undefined {
  const maps: unknown[] = [secret.stringData, secret.data];
  if (maps.some(isUnknown)) return UNKNOWN;
  const plain: unknown = secret.stringData?.[key];
  if (plain !== undefined) return typeof plain === "string" ? plain : UNKNOWN;
  const encoded: unknown = secret.data?.[key];
  if (encoded === undefined) return undefined;
  return typeof encoded === "string" ? Buffer.from(encoded, "base64").toString("utf8") : UNKNOWN;
}

function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}
