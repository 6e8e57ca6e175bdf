/**
 * Transformer and explainer: containers of their own, told where the predictor is.
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/components/{transformer,explainer}.go`,
 * `pkg/apis/serving/v1beta1/{transformer_custom,explainer_custom,explainer_art}.go` (GetContainer).
 */
import { MAIN_CONTAINER } from "../../kubernetes/kserve";
import type { ControllerConfig } from "../controllerConfig";
import { decode } from "../merge/decode";
import { withVariable } from "../merge/environment";
import {
  added,
  append,
  field,
  isSet,
  isUnknown,
  items,
  mapItems,
  plain,
  text,
  type Traced,
  unknown,
  withField,
} from "../merge/traced";
import type { Companion } from "./metadata";
import { MODEL_MOUNT_PATH } from "./names";
import { podOf } from "./podDefaults";

const HTTP_PORT = "8080";

/** The pod before its model and its defaults; `undefined` where the service has no such component. */
export function companionPod(service: Traced, name: Companion, config: ControllerConfig): Traced | undefined {
  const component = field(service, "spec", name);
  if (!isSet(component)) return undefined;
  const pod = podOf(component);
  const containers = field(pod, "containers");
  const art = field(component, "art");
  const [first, ...others] = items(containers);
  const written = isSet(art) ? artContainer(service, component, config) : first;
  if (written === undefined || isUnknown(written)) return pod;
  const told = isSet(art) ? written : withTarget(written, service, component, name);
  const all: Traced = { kind: "list", items: [told, ...others], origin: containers?.origin };
  return withField(pod, "containers", name === "transformer" ? withServiceName(all, service) : all);
}

/** Every container that is called like the first one. */
function withServiceName(containers: Traced, service: Traced): Traced {
  const first = text(field(items(containers)[0], "name"));
  return mapItems(containers, (container) =>
    text(field(container, "name")) === first
      ? withVariable(container, "INFERENCE_SERVICE_NAME", field(service, "metadata", "name"))
      : container,
  );
}

/** Arguments are added where none begins like them. */
function withTarget(container: Traced, service: Traced, component: Traced | undefined, name: Companion): Traced {
  let args = field(container, "args");
  const add = (flag: string, value: Traced | undefined, always = false): void => {
    if (value !== undefined && (always || !includesArgument(args, flag))) args = append(args, added(flag), value);
  };
  add("--model_name", field(service, "metadata", "name"));
  add("--predictor_host", predictorHost(service));
  add("--http_port", added(HTTP_PORT), name === "explainer");
  add("--workers", asText(field(component, "containerConcurrency")));
  return withField(container, "args", args);
}

function artContainer(service: Traced, component: Traced | undefined, config: ControllerConfig): Traced {
  const art = field(component, "art");
  if (art === undefined || isUnknown(art)) return art ?? added({});
  const own = ["type", "storageUri", "runtimeVersion", "config", "storage"];
  const container = own.reduce<Traced>((rest, key) => withField(rest, key, undefined), art);
  const written = decode(container) ?? added({});
  const args = field(written, "args");
  const settings = field(art, "config");
  const sorted = settings?.kind === "map" ? [...settings.fields].sort(([a], [b]) => (a < b ? -1 : 1)) : [];
  const given: [string, Traced | undefined][] = [
    ["--model_name", field(service, "metadata", "name")],
    ["--http_port", added(HTTP_PORT)],
    ["--predictor_host", includesArgument(args, "--predictor_host") ? undefined : predictorHost(service)],
    ["--workers", includesArgument(args, "--workers") ? undefined : asText(field(component, "containerConcurrency"))],
    ["--storage_uri", (text(field(art, "storageUri")) ?? "") === "" ? undefined : added(MODEL_MOUNT_PATH)],
    ["--adversary_type", field(art, "type") ?? added("")],
    ...sorted.map(([key, value]): [string, Traced] => [`--${key}`, value]),
  ];
  const told = given.flatMap(([flag, value]) => (value === undefined ? [] : [added(flag), value]));
  // Upstream appends the user's arguments twice.
  const complete = isUnknown(args) ? args : append(undefined, ...told, ...items(args), ...items(args));
  const named = withField(withField(written, "name", added(MAIN_CONTAINER)), "args", complete);
  return field(named, "image") === undefined ? withField(named, "image", artImage(art, config)) : named;
}

function artImage(art: Traced, { artExplainer }: ControllerConfig): Traced {
  const version = field(art, "runtimeVersion");
  if (isUnknown(version)) return unknown(version?.origin);
  return { kind: "leaf", value: `${artExplainer.image}:${text(version) ?? ""}`, origin: version?.origin };
}

function predictorHost(service: Traced): Traced {
  const [name, namespace] = [field(service, "metadata", "name"), field(service, "metadata", "namespace")];
  const gap = [name, namespace].find(isUnknown);
  if (gap !== undefined) return unknown(gap.origin);
  const value = `${text(name) ?? ""}-predictor.${text(namespace) ?? "default"}`;
  return { kind: "leaf", value, origin: name?.origin };
}

function includesArgument(args: Traced | undefined, flag: string): boolean {
  return items(args).some((argument) => text(argument)?.startsWith(flag) === true);
}

function asText(value: Traced | undefined): Traced | undefined {
  if (value?.kind !== "leaf" || typeof value.value !== "number") return value;
  return { ...value, value: String(plain(value)) };
}
