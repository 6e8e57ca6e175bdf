/**
 * The endpoint picker, which tells the gateway the pod for each request.
 * Upstream: kserve/kserve `pkg/controller/v1alpha2/llmisvc/scheduler.go` (expectedSchedulerDeployment).
 */
import { LLM_MAIN_CONTAINER } from "../../kubernetes/llmInferenceService";
import { goJson } from "../merge/goJson";
import { unionMaps } from "../merge/strategicMerge";
import {
  added,
  append,
  changeField,
  field,
  isSet,
  isUnknown,
  itemNamed,
  items,
  plain,
  text,
  type Traced,
  unknown,
  withField,
} from "../merge/traced";
import { changeNamed } from "../storage/mounts";
import { childOf, partLabels } from "./names";
import { sizeOf } from "./parallelism";
import { hasPoolRef, SCHEDULER_CONFIG } from "./presets";
import type { LlmTemplate, WorkloadInput } from "./workloads";

/** Written by the controller with a hash of a certificate that it makes itself. */
const CERTIFICATE_ANNOTATION = "certificates.kserve.io/cert-hash";
const CONFIG_FLAGS = ["config-text", "configText", "config-file", "configFile"].flatMap((flag) => [
  `--${flag}`,
  `-${flag}`,
]);

/** The Deployment, where KServe manages one. */
export function schedulerWorkload({ service, spec }: WorkloadInput): LlmTemplate | undefined {
  const scheduler = field(spec, "router", "scheduler");
  const template = field(scheduler, "template");
  if (template === undefined || !isSet(template) || hasPoolRef(spec)) return undefined;
  const pod = changeField(
    template,
    ["containers"],
    (containers) => changeNamed(containers, LLM_MAIN_CONTAINER, (main) => withArguments(main, spec)) ?? containers,
  );
  const annotations = unionMaps(field(scheduler, "annotations"));
  return {
    part: "scheduler",
    kind: "Deployment",
    name: childOf(service, "-kserve-router-scheduler"),
    pods: [
      {
        role: "pod",
        labels: unionMaps(partLabels(service, "router-scheduler"), field(scheduler, "labels")),
        annotations: restartsForCertificates(pod)
          ? withField(annotations, CERTIFICATE_ANNOTATION, unknown(undefined))
          : annotations,
        spec: pod,
      },
    ],
    size: added(1),
    replicas: field(scheduler, "replicas") ?? added(1),
    strategy: added({ type: "Recreate" }),
  };
}

function withArguments(main: Traced, spec: Traced): Traced {
  const args = field(main, "args");
  const written = items(args).map(text);
  const isReplicated = sizeOf(field(spec, "router", "scheduler", "replicas")) > 1;
  const elects = written.some((argument) => argument !== undefined && /^--?ha-enable-leader-election$/.test(argument));
  const election = isReplicated && !elects ? [added("--ha-enable-leader-election")] : [];
  const configuration = configArguments(main, spec);
  if (election.length + configuration.length === 0) return main;
  return withField(main, "args", append(args, ...election, ...configuration));
}

/** What the service says goes before what the container's arguments say; only without both there is a default. */
function configArguments(main: Traced, spec: Traced): Traced[] {
  const config = field(spec, "router", "scheduler", "config");
  const flag = added("--config-text");
  const inline = field(config, "inline");
  if (inline !== undefined && isSet(inline)) return [flag, inlineText(inline)];
  const ref = field(config, "ref");
  // A ConfigMap's text, which is not among the objects that are known.
  if (ref !== undefined && isSet(ref)) return [flag, unknown(ref.origin)];
  const written = items(field(main, "args")).map(text);
  const isConfigured = written
    .slice(0, -1)
    .some((argument) => argument !== undefined && CONFIG_FLAGS.includes(argument));
  if (isConfigured) return [];
  const isSplit = isSet(field(spec, "prefill"));
  return [flag, added(isSplit ? SCHEDULER_CONFIG.prefillDecode : SCHEDULER_CONFIG.default)];
}

/** JSON with sorted keys, as Go prints a map. */
function inlineText(inline: Traced): Traced {
  if (hasGap(inline)) return unknown(inline.origin);
  return { kind: "leaf", value: goJson(sorted(plain(inline))), origin: inline.origin };
}

function hasGap(node: Traced): boolean {
  if (node.kind === "map") return [...node.fields.values()].some(hasGap);
  return node.kind === "list" ? node.items.some(hasGap) : isUnknown(node);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

function restartsForCertificates(pod: Traced): boolean {
  const main = itemNamed(field(pod, "containers"), LLM_MAIN_CONTAINER);
  return (
    main !== undefined && !items(field(main, "args")).some((argument) => text(argument) === "--enable-cert-reload")
  );
}
