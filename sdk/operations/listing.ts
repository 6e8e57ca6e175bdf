/** What there is, in the columns of `kubectl get`: services, runtimes and hardware profiles. */
import { acceleratorFamily } from "../catalog/acceleratorFamilies";
import { annotations } from "../kubernetes/kserve";
import { conditionOf, listAt, ofKind, seen, textAt, valueAt, type SeenObject } from "./seen";

const SERVING = "serving.kserve.io";

/** One InferenceService. */
export interface ServiceRow {
  namespace: string;
  name: string;
  /** Runtime that the service names; undefined where the controller chooses. */
  runtime?: string;
  /** `storageUri`, or `key:path` of a connection. */
  model?: string;
  /** Status of the condition Ready: `True`, `False`, `Unknown`; undefined before the controller has seen it. */
  ready?: string;
  url?: string;
}

/** One ServingRuntime or ClusterServingRuntime. */
export interface RuntimeRow {
  /** Empty for a ClusterServingRuntime. */
  namespace: string;
  name: string;
  disabled: boolean;
  modelTypes: string[];
  containers: string[];
  /** Whole seconds; undefined where the object was never stored. */
  ageSeconds?: number;
}

/** One HardwareProfile. */
export interface ProfileRow {
  namespace: string;
  name: string;
  displayName: string;
  enabled: boolean;
  /** Resource of the accelerator; undefined on CPUs. */
  identifier?: string;
  /** Each as `key=value:effect`, as `kubectl describe` prints them. */
  tolerations: string[];
}

/** Which services to list; all that is given must hold. */
export interface ServiceFilter {
  labels?: Readonly<Record<string, string>>;
  runtime?: string;
  /** Whether the service, or the runtime it names, asks for an accelerator of any maker. */
  accelerated?: boolean;
  namespace?: string;
}

/**
 * The InferenceServices among some objects.
 * @requirement OP-1, OP-2, OP-6
 */
export function listServices(values: readonly unknown[], filter: ServiceFilter = {}): ServiceRow[] {
  const objects = seen(values);
  return ofKind(objects, "InferenceService", SERVING)
    .filter((service) => isWanted(service, filter, objects))
    .map(serviceRow);
}

/**
 * The runtimes among some objects.
 * @param now the age is that of this moment
 * @requirement OP-2
 */
export function listRuntimes(values: readonly unknown[], now: Date): RuntimeRow[] {
  const objects = seen(values);
  return [...ofKind(objects, "ServingRuntime", SERVING), ...ofKind(objects, "ClusterServingRuntime", SERVING)].map(
    ({ raw, name, namespace }) => {
      const made = Date.parse(textAt(raw, "metadata", "creationTimestamp") ?? "");
      return {
        namespace,
        name,
        disabled: valueAt(raw, "spec", "disabled") === true,
        modelTypes: namesIn(listAt(raw, "spec", "supportedModelFormats")),
        containers: namesIn(listAt(raw, "spec", "containers")),
        ...(Number.isNaN(made) ? {} : { ageSeconds: Math.floor((now.getTime() - made) / 1000) }),
      };
    },
  );
}

/**
 * The hardware profiles among some objects, in the columns that AcceleratorProfiles had.
 * @requirement HW-7
 */
export function listHardwareProfiles(values: readonly unknown[]): ProfileRow[] {
  return ofKind(seen(values), "HardwareProfile", "infrastructure.opendatahub.io").map((profile) => {
    const identifiers = listAt(profile.raw, "spec", "identifiers");
    const device = identifiers.find((one) => acceleratorFamily(textAt(one, "identifier") ?? "") !== undefined);
    const identifier = textAt(
      device ?? identifiers.find((one) => valueAt(one, "resourceType") === "Accelerator"),
      "identifier",
    );
    return {
      namespace: profile.namespace,
      name: profile.name,
      displayName: profile.annotations[annotations.profileDisplayName] ?? profile.name,
      enabled: profile.annotations[annotations.profileDisabled] !== "true",
      ...(identifier === undefined ? {} : { identifier }),
      tolerations: listAt(profile.raw, "spec", "scheduling", "node", "tolerations").map(tolerationText),
    };
  });
}

/** The runtime that a service names, looked up as KServe does: in its namespace first. */
export function runtimeOf(service: SeenObject, objects: readonly SeenObject[]): SeenObject | undefined {
  const name = textAt(service.raw, "spec", "predictor", "model", "runtime");
  if (name === undefined) return undefined;
  return (
    ofKind(objects, "ServingRuntime", SERVING).find(
      (runtime) => runtime.name === name && runtime.namespace === service.namespace,
    ) ?? ofKind(objects, "ClusterServingRuntime", SERVING).find((runtime) => runtime.name === name)
  );
}

function serviceRow(service: SeenObject): ServiceRow {
  const { raw, name, namespace } = service;
  const model = valueAt(raw, "spec", "predictor", "model");
  const ready = textAt(conditionOf(service, "Ready"), "status");
  const [runtime, location, url] = [textAt(model, "runtime"), locationOf(model), textAt(raw, "status", "url")];
  return {
    namespace,
    name,
    ...(runtime === undefined ? {} : { runtime }),
    ...(location === undefined ? {} : { model: location }),
    ...(ready === undefined ? {} : { ready }),
    ...(url === undefined ? {} : { url }),
  };
}

function locationOf(model: unknown): string | undefined {
  const uri = textAt(model, "storageUri") ?? textAt(listAt(model, "storageUris")[0], "uri");
  if (uri !== undefined) return uri;
  const [key, path] = [textAt(model, "storage", "key"), textAt(model, "storage", "path")];
  return key === undefined && path === undefined
    ? undefined
    : [key, path].filter((part) => part !== undefined).join(":");
}

function isWanted(service: SeenObject, filter: ServiceFilter, objects: readonly SeenObject[]): boolean {
  const { labels = {}, runtime, accelerated, namespace } = filter;
  return (
    Object.entries(labels).every(([key, value]) => service.labels[key] === value) &&
    (namespace === undefined || service.namespace === namespace) &&
    (runtime === undefined || textAt(service.raw, "spec", "predictor", "model", "runtime") === runtime) &&
    (accelerated === undefined || isAccelerated(service, objects) === accelerated)
  );
}

/** KServe merges the resources of the service's model over those of the runtime's containers. */
function isAccelerated(service: SeenObject, objects: readonly SeenObject[]): boolean {
  const predictor = valueAt(service.raw, "spec", "predictor");
  const runtime = runtimeOf(service, objects)?.raw;
  const containers = [
    valueAt(predictor, "model"),
    ...listAt(predictor, "containers"),
    ...listAt(predictor, "workerSpec", "containers"),
    ...listAt(runtime, "spec", "containers"),
    ...listAt(runtime, "spec", "workerSpec", "containers"),
  ];
  return containers.some((container) =>
    ["requests", "limits"].some((side) =>
      Object.entries(valueAt(container, "resources", side) ?? {}).some(
        ([resource, amount]) => acceleratorFamily(resource) !== undefined && String(amount) !== "0",
      ),
    ),
  );
}

function namesIn(list: readonly unknown[]): string[] {
  return list.flatMap((one) => textAt(one, "name") ?? []);
}

function tolerationText(toleration: unknown): string {
  const [key = "", value, effect] = ["key", "value", "effect"].map((field) => textAt(toleration, field));
  const subject = value === undefined ? key : `${key}=${value}`;
  return effect === undefined ? subject : `${subject}:${effect}`;
}
