/** Small clusters, the ways a service differs from granite, and a table of what plan and lint say of it. */
import assert from "node:assert/strict";
import { evaluate } from "../../../policies/evaluate";
import { gpuHeadroom } from "../../../policies/rules/rollout/gpu-headroom";
import { rolloutPlan } from "../../../policies/rollout/rolloutPlan";
import { buildWorld } from "../../../policies/world/world";
import { gpus, node, pod, predictor, type Service } from "./plans";
import { changed, granite, graniteRuntime, inCluster, inStack } from "../rules/granite";

/** A service of pods with so many GPUs each. */
export function service(count: number, change: (copy: Service) => void = () => undefined, name = "granite"): Service {
  return changed(granite(), (copy) => {
    copy.metadata.name = name;
    Object.assign(copy.spec.predictor.model ?? {}, { resources: { requests: gpus(count), limits: gpus(count) } });
    change(copy);
  });
}

export type Change = (service: Service) => void;
export const all =
  (...changes: Change[]): Change =>
  (service) => {
    for (const change of changes) change(service);
  };
export const replicas =
  (min: number, max = min): Change =>
  ({ metadata, spec }) => {
    Object.assign(spec.predictor, { minReplicas: min, maxReplicas: max });
    if (max > min) metadata.annotations = { "serving.kserve.io/autoscalerClass": "hpa" };
  };
export const rolling =
  (maxSurge: string | number, maxUnavailable: string | number): Change =>
  ({ spec }) =>
    (spec.predictor.deploymentStrategy = { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } });
export const recreate: Change = ({ spec }) => (spec.predictor.deploymentStrategy = { type: "Recreate" });
export const byDefault: Change = ({ spec }) => Reflect.deleteProperty(spec.predictor, "deploymentStrategy");
export const knative: Change = ({ metadata }) =>
  (metadata.annotations = { "serving.kserve.io/deploymentMode": "Knative" });
export const stopped: Change = ({ metadata }) => (metadata.annotations = { "serving.kserve.io/stop": "true" });
export const asking =
  (resource: string, count: number): Change =>
  ({ spec }) => {
    const amounts = { cpu: "1", memory: "1Gi", [resource]: String(count) };
    Object.assign(spec.predictor.model ?? {}, { resources: { requests: amounts, limits: amounts } });
  };
export const transformer =
  (cpu: string): Change =>
  ({ spec }) => {
    const resources = { requests: { cpu, memory: "1Gi" }, limits: { cpu, memory: "1Gi" } };
    spec.transformer = { containers: [{ name: "kserve-container", image: "transformer", resources }] };
  };

export const cordoned = (name: string, count: number) =>
  changed(node(name, count), (one) => Object.assign(one, { spec: { unschedulable: true } }));
export const notReady = (name: string, count: number) =>
  changed(node(name, count), ({ status }) =>
    Object.assign(status, { conditions: [{ type: "Ready", status: "False" }] }),
  );
export const other = (on: string | undefined, count: number) => pod(on, count, { app: "other" });
export const ending = (object: ReturnType<typeof pod>) =>
  changed(object, ({ metadata }) => Object.assign(metadata, { deletionTimestamp: "2026-01-01T00:00:00Z" }));
export const elsewhere = (object: ReturnType<typeof pod>) =>
  changed(object, ({ metadata }) => (metadata.namespace = "other"));
export const of = (name: string, on: string, count: number) =>
  pod(on, count, { "serving.kserve.io/inferenceservice": name, component: "predictor" });
export const part = (component: string, app: string, on: string, count: number, more?: object) =>
  pod(on, count, { "serving.kserve.io/inferenceservice": "granite", component, app }, more);
export const full = [node("a", 8), predictor("a", 8)];

export interface Row {
  what: string;
  judged: object[];
  cluster: object[];
  /** Of `plan`, for each service: outcome and pods with a place. */
  plan: [outcome: string, placed: number][];
  /** Of `lint`, for each finding: service, level or outcome. */
  lint: string[];
  says?: RegExp;
  /** Of the first finding. */
  path?: string;
  fix?: RegExp;
}

export function outlookTable(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    for (const { what, judged, cluster, plan, lint, says, path, fix } of rows) {
      it(`${what}: ${plan.map(([outcome]) => outcome).join(", ")}`, () => {
        const runtime = judged.some((object) => (object as { kind?: string }).kind === "ServingRuntime")
          ? []
          : [graniteRuntime()];
        const world = buildWorld([...inStack(...judged, ...runtime), ...inCluster(...cluster)]);
        const { services } = rolloutPlan(world);
        const { findings } = evaluate(world, { rules: [gpuHeadroom] });
        const told = findings.map(({ message }) => message).join("\n");
        assert.deepEqual(
          services.map(({ rollout, steady }) => [rollout.outcome, steady.placed]),
          plan,
          services.map(({ rollout }) => rollout.reason).join("\n"),
        );
        const found = findings.map(
          ({ resource, outcome, level }) => `${resource.name} ${outcome === "fail" ? level : outcome}`,
        );
        assert.deepEqual(found, lint, told);
        if (says !== undefined) assert.match(told, says);
        if (path !== undefined) assert.equal(findings[0]?.path, path);
        if (fix !== undefined) assert.match(findings[0]?.fix ?? "", fix);
      });
    }
  });
}
