/**
 * The containers of the predictor's pod, built from those of the runtime and of the service.
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/components/predictor.go` (buildPodSpec),
 * `.../utils/utils.go` (UpdateImageTag, AddEnvVarToPodSpec) and `.../reconcilers/deployment/deployment_reconciler.go`
 * (setDefaultPodSpec).
 */
import { MAIN_CONTAINER } from "../../kubernetes/kserve";
import { decode } from "../merge/decode";
import { mergeContainers } from "../merge/strategicMerge";
import type { Problem } from "../problem";
import { TRANSFORMER_CONTAINER } from "./names";
import { fillPlaceholders } from "./placeholders";
import {
  added,
  field,
  isUnknown,
  itemNamed,
  items,
  text,
  type Traced,
  unknown,
  withDefault,
  withField,
} from "../merge/traced";

/** Runtimes whose image tag gets the suffix `-gpu` when the container has an NVIDIA limit. */
const GPU_TAGGED_RUNTIMES = ["kserve-tensorflow-serving", "kserve-torchserve", "kserve-huggingfaceserver"];

/** The containers in the controller's order: main, transformer, the runtime's others, the service's others. */
export function buildContainers(service: Traced, runtime: Traced, problems: Problem[]): Traced {
  const runtimes = field(runtime, "spec", "containers");
  const services = field(service, "spec", "predictor", "containers");
  const main = mainContainer(service, runtime, problems);
  const transformer = transformerContainer(
    itemNamed(runtimes, TRANSFORMER_CONTAINER),
    itemNamed(services, TRANSFORMER_CONTAINER),
  );
  const metadata = field(service, "metadata");
  const filled = transformer === undefined ? [] : [fillPlaceholders(transformer, metadata, problems)];
  const isOther = (container: Traced): boolean => text(field(container, "name")) !== TRANSFORMER_CONTAINER;
  const others = [
    ...listed(runtimes).filter((container) => isOther(container) && text(field(container, "name")) !== MAIN_CONTAINER),
    ...listed(services).filter(isOther),
  ];
  return { kind: "list", items: [main, ...filled, ...others.map((other) => decode(other) ?? other)] };
}

/** What the controller fills in before it writes the Deployment. */
export function withContainerDefaults(container: Traced): Traced {
  let result = withDefault(container, "terminationMessagePath", "/dev/termination-log");
  result = withDefault(result, "terminationMessagePolicy", "File");
  result = withDefault(result, "imagePullPolicy", "IfNotPresent");
  const name = text(field(container, "name"));
  if (name !== MAIN_CONTAINER && name !== TRANSFORMER_CONTAINER) return result;
  if (field(result, "readinessProbe") !== undefined) return result;
  return withField(result, "readinessProbe", defaultReadinessProbe(field(container, "ports")));
}

function mainContainer(service: Traced, runtime: Traced, problems: Problem[]): Traced {
  const containers = field(runtime, "spec", "containers");
  const model = field(service, "spec", "predictor", "model");
  const written = itemNamed(containers, MAIN_CONTAINER) ?? listed(containers).find(isUnknown);
  if (written === undefined) {
    problems.push({ at: containers ?? runtime, message: `the runtime has no container named ${MAIN_CONTAINER}` });
  }
  const base = decode(written) ?? added({ name: MAIN_CONTAINER });
  const merged = mergeContainers(base, decode(containerOf(model)) ?? added({}));
  const filled = fillPlaceholders(merged, field(service, "metadata"), problems);
  return withImageTag(filled, field(model, "runtimeVersion"), text(field(runtime, "metadata", "name")));
}

/** The container fields of `predictor.model`. */
function containerOf(model: Traced | undefined): Traced | undefined {
  const own = ["modelFormat", "runtime", "runtimeVersion", "protocolVersion", "storageUri", "storage"];
  return own.reduce<Traced | undefined>((rest, key) => rest && withField(rest, key, undefined), model);
}

function transformerContainer(runtime: Traced | undefined, service: Traced | undefined): Traced | undefined {
  const [base, patch] = [decode(runtime), decode(service)];
  return base === undefined || patch === undefined ? (base ?? patch) : mergeContainers(base, patch);
}

/** `runtimeVersion` replaces the tag; a digest is never changed. */
function withImageTag(container: Traced, version: Traced | undefined, runtimeName: string | undefined): Traced {
  const written = field(container, "image");
  const image = text(written);
  if (image === undefined || image.includes("@sha256:")) return container;
  if (version !== undefined && isUnknown(version)) return withField(container, "image", unknown(version.origin));
  const tag = text(version);
  const untagged = image.replace(/:[\w.-]*$/, "");
  if (tag !== undefined) {
    return withField(container, "image", { kind: "leaf", value: `${untagged}:${tag}`, origin: version?.origin });
  }
  const takesSuffix = untagged !== image && GPU_TAGGED_RUNTIMES.includes(runtimeName ?? "") && !image.endsWith("-gpu");
  if (!takesSuffix || !hasNvidiaLimit(container)) return container;
  return withField(container, "image", { kind: "leaf", value: `${image}-gpu`, origin: written?.origin });
}

function hasNvidiaLimit(container: Traced): boolean {
  const limits = field(container, "resources", "limits");
  const names = limits?.kind === "map" ? [...limits.fields.keys()] : [];
  return names.some((name) => name === "nvidia.com/gpu" || name.startsWith("nvidia.com/mig"));
}

function defaultReadinessProbe(ports: Traced | undefined): Traced {
  const port = isUnknown(ports) ? ports : (field(items(ports)[0], "containerPort") ?? added(8080));
  const probe = added({
    tcpSocket: {},
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
  return withField(probe, "tcpSocket", withField(added({}), "port", port));
}

/** The items of a list; an unknown list counts as one unknown item. */
function listed(list: Traced | undefined): readonly Traced[] {
  return list !== undefined && isUnknown(list) ? [list] : items(list);
}
