/** The production checklist over what a cluster prints: eight items, each judged for every InferenceService. */
import { acceleratorFamily } from "../catalog/acceleratorFamilies";
import { selectsNode, untolerated } from "../capacity/placement/scheduling";
import type { PodSpec, Taint } from "../kubernetes/core";
import { annotations, labels, MAIN_CONTAINER } from "../kubernetes/kserve";
import { versionOf } from "../spec/inference/deploymentSettings";
import { listAt, nameOf, ofKind, seen, textAt, valueAt, type SeenObject } from "./seen";

/** What is said of an item: judged, or why not. */
export const CheckState = { Pass: "pass", Fail: "fail", NotApplicable: "not applicable", Unknown: "unknown" } as const;
export type CheckState = (typeof CheckState)[keyof typeof CheckState];

/** One line of the checklist. */
export interface ChecklistItem {
  /** Row of the documentation, such as `BP-16`. */
  id: string;
  title: string;
  /** The worst of all services: fail, then unknown, then pass. */
  state: CheckState;
  /** Services in that state, with what was seen. */
  evidence: string[];
}

interface Judgement {
  state: CheckState;
  seen: string;
}

/** A service with what it runs on. */
interface Subject {
  service: SeenObject;
  model: unknown;
  /** Container of the runtime; undefined where the inventory does not hold the runtime. */
  runtime: unknown;
  all: readonly SeenObject[];
}

const SERVING = "serving.kserve.io";
const MONITORING = "monitoring.coreos.com";

const ITEMS: readonly [id: string, title: string, judge: (subject: Subject) => Judgement][] = [
  ["BP-16", "Authentication is enabled", authentication],
  ["BP-17", "Autoscaling is configured", autoscaling],
  ["BP-18", "Requests and limits are set", requestsAndLimits],
  ["BP-19", "Health checks and readiness probes are present", probes],
  ["BP-20", "Monitoring and alerts are set up", monitoring],
  ["BP-21", "The version of the model is documented", version],
  ["BP-22", "Roll-back is tested", rollBack],
  ["BP-23", "Node affinity and tolerations fit the accelerators", accelerators],
];

/**
 * A line for each of the eight items.
 *
 * @requirement BP-15
 * @param objects anything that `kubectl get -o yaml` prints; Lists included
 */
export function productionChecklist(objects: readonly unknown[]): ChecklistItem[] {
  const all = seen(objects);
  const subjects = ofKind(all, "InferenceService", SERVING).map((service) => subjectOf(service, all));
  return ITEMS.map(([id, title, judge]) => {
    const judged = subjects.map((subject) => ({ name: nameOf(subject.service), ...judge(subject) }));
    const order = [CheckState.Fail, CheckState.Unknown, CheckState.Pass];
    const state = order.find((one) => judged.some((judgement) => judgement.state === one)) ?? CheckState.NotApplicable;
    const evidence = judged.filter((one) => one.state === state).map((one) => `${one.name}: ${one.seen}`);
    return { id, title, state, evidence: subjects.length === 0 ? ["there is no InferenceService"] : evidence };
  });
}

function subjectOf(service: SeenObject, all: readonly SeenObject[]): Subject {
  const model =
    valueAt(service.raw, "spec", "predictor", "model") ??
    mainOf(listAt(service.raw, "spec", "predictor", "containers"));
  const name = textAt(model, "runtime");
  const runtime = [
    ...ofKind(all, "ServingRuntime", SERVING).filter(({ namespace }) => namespace === service.namespace),
    ...ofKind(all, "ClusterServingRuntime", SERVING),
  ].find((one) => one.name === name);
  return { service, model, runtime: runtime && mainOf(listAt(runtime.raw, "spec", "containers")), all };
}

function mainOf(containers: readonly unknown[]): unknown {
  return containers.find((one) => textAt(one, "name") === MAIN_CONTAINER) ?? containers[0];
}

const pass = (text: string): Judgement => ({ state: CheckState.Pass, seen: text });
const fail = (text: string): Judgement => ({ state: CheckState.Fail, seen: text });
const unknown = (text: string): Judgement => ({ state: CheckState.Unknown, seen: text });
const notApplicable = (text: string): Judgement => ({ state: CheckState.NotApplicable, seen: text });

function authentication({ service, model, all }: Subject): Judgement {
  if (service.annotations[annotations.enableAuth] === "true") return pass("tokens are checked");
  const asksKey = listAt(model, "env").some((variable) => textAt(variable, "name") === "VLLM_API_KEY");
  if (asksKey) return pass("vLLM asks for a key");
  const visibility = service.labels[labels.visibility];
  // The same label means opposite things on the two platforms.
  const onOpenShiftAI =
    service.annotations[annotations.enableAuth] !== undefined ||
    service.labels[labels.dashboard] !== undefined ||
    all.some(({ kind }) => kind === "DataScienceCluster");
  const isExposed = onOpenShiftAI ? visibility === "exposed" : visibility !== "cluster-local";
  return isExposed
    ? fail("is exposed, and anyone who reaches it is served")
    : notApplicable("answers inside the cluster only");
}

function autoscaling({ service }: Subject): Judgement {
  const scaler = service.annotations[annotations.autoscalerClass];
  const predictor = valueAt(service.raw, "spec", "predictor");
  const [least, most] = [numberAt(predictor, "minReplicas") ?? 1, numberAt(predictor, "maxReplicas") ?? 0];
  if (scaler === undefined) return fail("no autoscaler class is set");
  if (scaler === "none") return fail(`${least} replicas, whatever the load`);
  return most > least
    ? pass(`${scaler}, ${least} to ${most} replicas`)
    : fail(`${scaler}, but no more than ${least} replicas`);
}

function requestsAndLimits(subject: Subject): Judgement {
  const missing = ["requests", "limits"].flatMap((part) =>
    ["cpu", "memory"].filter((name) => amountOf(subject, part, name) === undefined).map((name) => `${part}.${name}`),
  );
  if (missing.length === 0) return pass("CPU and memory, requests and limits");
  return unlessRuntimeSays(subject, `without ${missing.join(", ")}`);
}

function amountOf({ model, runtime }: Subject, part: string, name: string): unknown {
  return valueAt(model, "resources", part, name) ?? valueAt(runtime, "resources", part, name);
}

function probes(subject: Subject): Judgement {
  const { model, runtime } = subject;
  const has = (probe: string): boolean => (valueAt(model, probe) ?? valueAt(runtime, probe)) !== undefined;
  if (!has("readinessProbe"))
    return unlessRuntimeSays(subject, "without a readiness probe: requests come before the model is loaded");
  // A liveness probe alone ends a server that still loads its model.
  if (
    has("livenessProbe") &&
    !has("startupProbe") &&
    !waits(valueAt(model, "livenessProbe") ?? valueAt(runtime, "livenessProbe"))
  ) {
    return fail("a liveness probe without a startup probe or a delay ends a server that still loads");
  }
  return pass("a readiness probe");
}

function waits(probe: unknown): boolean {
  return (numberAt(probe, "initialDelaySeconds") ?? 0) > 0;
}

/** Half of a pod comes from its runtime, without which nothing is known to be missing. */
function unlessRuntimeSays({ runtime, model }: Subject, text: string): Judgement {
  const named = textAt(model, "runtime");
  if (runtime !== undefined || (named === undefined && valueAt(model, "image") !== undefined)) return fail(text);
  return unknown(
    `${text}, unless its runtime${named === undefined ? "" : ` ${named}`} says so, which is not among the objects`,
  );
}

function monitoring({ service, all }: Subject): Judgement {
  const of = (kind: string): SeenObject[] => ofKind(all, kind, MONITORING);
  const monitors = [...of("ServiceMonitor"), ...of("PodMonitor")];
  const rules = of("PrometheusRule");
  if (monitors.length + rules.length === 0) return unknown(`the objects hold no monitor and no rule of ${MONITORING}`);
  const missing = [
    ...(monitors.some(({ namespace }) => namespace === service.namespace) ? [] : ["a monitor"]),
    ...(rules.some(({ namespace }) => namespace === service.namespace) ? [] : ["alerts"]),
  ];
  return missing.length === 0
    ? pass("a monitor and alerts")
    : fail(`its namespace has no ${missing.join(", no ").replaceAll("a monitor", "monitor")}`);
}

function version({ service, model }: Subject): Judgement {
  const uri = textAt(model, "storageUri");
  const named = service.labels["app.kubernetes.io/version"] ?? (uri === undefined ? undefined : versionOf(uri));
  if (named !== undefined && named !== "latest") return pass(named);
  return fail(
    named === "latest" ? "latest is another model every day" : "neither its source nor a label names a version",
  );
}

/** What somebody has tried is in no object. */
function rollBack(): Judgement {
  return unknown("objects do not tell; docs/operations.md says how to roll back, so try it once");
}

function accelerators({ service, model, runtime, all }: Subject): Judgement {
  const asked = [runtime, model].flatMap((container) => Object.keys(recordAt(container, "resources", "limits")));
  const device = asked.find((resource) => acceleratorFamily(resource) !== undefined);
  if (device === undefined) return notApplicable("asks for no accelerator");
  const offers = ({ raw }: SeenObject): boolean =>
    ![undefined, "0", 0].includes(recordAt(raw, "status", "allocatable")[device]);
  const nodes = ofKind(all, "Node", "").filter(offers);
  if (nodes.length === 0) return unknown(`no node among the objects has ${device}`);
  const predictor = valueAt(service.raw, "spec", "predictor");
  const { nodeSelector, affinity, tolerations = [] } = (predictor ?? {}) as PodSpec;
  const wish = { ...(nodeSelector && { nodeSelector }), ...(affinity && { affinity }) };
  const chosen = nodes.filter((node) => selectsNode(wish, node));
  if (chosen.length === 0) return fail(`no node with ${device} has the labels that it selects`);
  const taintsOf = ({ raw }: SeenObject): Taint[] => listAt(raw, "spec", "taints") as Taint[];
  const suits = chosen.find((node) => untolerated(taintsOf(node), tolerations).length === 0);
  return suits === undefined
    ? fail(`tolerates the taints of no node with ${device}`)
    : pass(`may run on ${suits.name}`);
}

function recordAt(data: unknown, ...keys: readonly string[]): Record<string, string | number | undefined> {
  const value = valueAt(data, ...keys);
  return typeof value === "object" && value !== null ? (value as Record<string, string | number | undefined>) : {};
}

function numberAt(data: unknown, ...keys: readonly string[]): number | undefined {
  const value = valueAt(data, ...keys);
  return typeof value === "number" ? value : undefined;
}
