/**
 * Several models in one component.
 * Upstream: kserve/kserve `pkg/apis/serving/v1beta1/inference_service_validation.go` (validateMultipleStorageURIs).
 */
import { type Component, storageUriOf } from "./components";
import type { DecodedStorageUri } from "./decoded";
import { type Denial, firstDenial } from "./rule";

/** What is wrong with the places a component loads models from. */
export function storageUrisDenial(component: Component): Denial | undefined {
  const { spec, path } = component;
  const uris = spec.storageUris;
  const field = `${path}.storageUris`;
  if (uris === undefined) return undefined;
  if (storageUriOf(component) !== undefined) {
    return { message: "Setting both StorageURI and StorageURIs is not supported.", field };
  }
  return firstDenial(uris, (uri, index) => placeDenial(uri, `${field}[${index}]`)) ?? listDenial(uris, field);
}

function placeDenial({ uri = "", mountPath = "" }: DecodedStorageUri, field: string): Denial | undefined {
  if (uri === "") return { message: "storage URI cannot be empty", field: `${field}.uri` };
  const deny = (message: string): Denial => ({ message, field: `${field}.mountPath` });
  if (mountPath === "/") return deny("storage path cannot be empty");
  if (!mountPath.startsWith("/")) return deny(`storage path must be absolute: ${mountPath}`);
  if (mountPath.includes("..")) return deny(`storage path cannot contain '..' for security reasons: ${mountPath}`);
  return undefined;
}

function listDenial(uris: readonly DecodedStorageUri[], field: string): Denial | undefined {
  const pathOf = ({ mountPath = "" }: DecodedStorageUri): string => mountPath;
  const isClaim = ({ uri = "" }: DecodedStorageUri): boolean => uri.startsWith("pvc://");
  const paths = uris.filter((uri) => !isClaim(uri)).map(pathOf);
  const claimPaths = uris.filter(isClaim).map(pathOf);
  // Upstream leaves claims alone unless there are two other places.
  if (paths.length <= 1) return undefined;
  if (new Set(claimPaths).size < claimPaths.length) return { message: "PVC storage paths must be unique", field };
  if (haveCommonParent(paths)) return undefined;
  const common = "storage paths must have a common parent directory";
  return { message: `${common}. Current paths: [${paths.join(" ")}] have no common parent beyond root`, field };
}

function haveCommonParent(paths: readonly string[]): boolean {
  const firsts = paths.map((path) => path.replace(/^\/+/, "").split("/")[0] ?? "");
  return firsts[0] !== "" && new Set(firsts).size === 1;
}
