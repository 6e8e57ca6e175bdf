import assert from "node:assert/strict";
import * as fc from "fast-check";
import { accelerators } from "../../sdk/catalog/accelerators";
import type { KubernetesObject, ResourceRequirements } from "../../sdk/kubernetes/core";
import { isCanonical } from "../../sdk/pod/quantity";
import { eventualText, splitEventual } from "../../sdk/spec/schema/eventual";
import type { HardwareProfileArgs } from "../../sdk/spec/profiles/hardwareProfile";
import { hardwareProfileRules, hardwareProfileSchema } from "../../sdk/spec/profiles/hardwareProfile";
import type { ModelDeploymentSettings } from "../../sdk/spec/inference/modelDeployment";
import { modelDeploymentRules, modelDeploymentSchema } from "../../sdk/spec/inference/modelDeployment";
import type { Plain } from "../../sdk/spec/schema/plain";
import { parseSpec } from "../../sdk/spec/schema/validate";
import { modelObjects, profileSpec } from "./manifests";

type Model = Plain<ModelDeploymentSettings>;

const RUNS = { numRuns: 150 };

/** Amounts in every notation Kubernetes reads, canonical or not, from 2 to 256 GiB or GB. */
const memory = fc.oneof(
  fc.integer({ min: 2, max: 256 }).map((size) => `${size}Gi`),
  fc.integer({ min: 2048, max: 262144 }).map((size) => `${size}Mi`),
  fc.integer({ min: 2, max: 256 }).map((size) => `${size}e9`),
  fc.integer({ min: 20, max: 2560 }).map((size) => `${size / 10}G`),
);
const cpu = fc.integer({ min: 1, max: 64_000 }).map((millicores) => millicores / 1000);
const serviceNames = fc.stringMatching(/^[a-z][a-z0-9-]{0,46}[a-z0-9]$/);
const count = fc.constantFrom(1, 2, 4, 8);
const platform = fc.constantFrom({ kind: "kserve" as const }, { kind: "openshift-ai" as const });

/** With room for the 16Gi of shared memory that several accelerators bring. */
const profile: fc.Arbitrary<HardwareProfileArgs> = fc.record({
  platform,
  cpu,
  memory: fc.constantFrom("20000Mi", "131072Mi", "64Gi", "100G"),
  accelerator: fc.constantFrom(...accelerators.filter(({ vendor }) => vendor === "nvidia").map(({ name }) => name)),
  count,
});

/** What may change on a running model without the pods' annotations changing. */
const adjustment = fc.record(
  {
    replicas: fc.integer({ min: 1, max: 99 }),
    resources: fc.record({ requests: fc.record({ cpu: fc.integer({ min: 1, max: 8 }), memory: fc.constant("64Gi") }) }),
    readyTimeoutSeconds: fc.integer({ min: 1, max: 36_000 }),
    modelSize: memory,
    args: fc.array(fc.constantFrom("--enforce-eager", "--seed=1"), { maxLength: 2 }),
    nodeSelector: fc.constant({ pool: "gpu" }),
    deploymentStrategy: fc.constantFrom({ type: "Recreate" as const }, { maxSurge: "1" }),
    vllm: fc.record({ maxModelLen: fc.integer({ min: 1, max: 1e6 }) }),
  },
  { requiredKeys: [] },
);

const model: fc.Arbitrary<{ args: Model; profile: HardwareProfileArgs }> = fc
  .tuple(adjustment, profile, fc.constantFrom("bucket/granite", "other/path"))
  .map(([settings, hardware, s3]) => ({
    args: {
      ...settings,
      namespace: "models",
      source: { s3 },
      ...(hardware.platform === undefined ? {} : { platform: hardware.platform }),
      exposure: { auth: "none" as const },
    },
    profile: hardware,
  }));

function objectsOf(
  serviceName: string,
  { args, profile: hardware }: { args: Model; profile: HardwareProfileArgs },
): ReturnType<typeof modelObjects> {
  return modelObjects(serviceName, args, { profile: profileSpec("profile", hardware) });
}

describe("any valid model", () => {
  it("has canonical quantities only, however they were written", () => {
    fc.assert(
      fc.property(cpu, memory, memory, (cores, requested, limit) => {
        const [less, more] = sizeOf(requested) <= sizeOf(limit) ? [requested, limit] : [limit, requested];
        const resources = { requests: { cpu: cores, memory: less }, limits: { memory: more } };
        const { service } = modelObjects("granite", { namespace: "m", source: { uri: "hf://a/b" }, resources });
        const { requests, limits } = service.spec.predictor.model?.resources as Required<ResourceRequirements>;
        assert.deepEqual(
          [...Object.values(requests), ...Object.values(limits)].filter((text) => !isCanonical(text)),
          [],
        );
      }),
      RUNS,
    );
  });

  it("keeps its annotations when size, replicas, arguments or time limits change", () => {
    fc.assert(
      fc.property(model, adjustment, (before, change) => {
        const after = { ...before, args: { ...before.args, ...change } };
        const [old, updated] = [objectsOf("granite", before), objectsOf("granite", after)];
        assert.deepEqual(updated.service.metadata.annotations, old.service.metadata.annotations);
        assert.equal(updated.service.spec.predictor.annotations, undefined);
      }),
      RUNS,
    );
  });

  it("asks for and is limited to the same whole number of accelerators, and uses all of them", () => {
    fc.assert(
      fc.property(model, (given) => {
        const { model: served } = objectsOf("granite", given).service.spec.predictor;
        const { requests, limits } = served?.resources as Required<ResourceRequirements>;
        assert.equal(requests["nvidia.com/gpu"], limits["nvidia.com/gpu"]);
        assert.match(requests["nvidia.com/gpu"] ?? "", /^[1-9]\d*$/);
        const tensor = (served?.args ?? []).find((argument) => argument.startsWith("--tensor-parallel-size="));
        assert.equal((tensor ?? "=1").split("=")[1], requests["nvidia.com/gpu"]);
      }),
      RUNS,
    );
  });

  it("bears a name under which KServe can label its pods", () => {
    fc.assert(
      fc.property(serviceNames, model, (serviceName, given) => {
        const { runtime, service } = objectsOf(serviceName, given);
        assert.ok(`isvc.${service.metadata.name}-predictor`.length <= 63);
        assert.equal(runtime?.metadata.name, service.metadata.name);
        assert.equal(service.spec.predictor.model?.runtime, runtime.metadata.name);
      }),
      RUNS,
    );
  });

  it("says explicitly what a platform could decide otherwise", () => {
    fc.assert(
      fc.property(model, (given) => {
        const { metadata, spec } = objectsOf("granite", given).service;
        assert.equal(metadata.annotations?.["serving.kserve.io/deploymentMode"], "Standard");
        assert.equal(metadata.annotations["serving.kserve.io/autoscalerClass"], "none");
        assert.equal(spec.predictor.minReplicas, spec.predictor.maxReplicas);
        assert.ok(spec.predictor.deploymentStrategy?.type);
      }),
      RUNS,
    );
  });

  it("is plain data that survives being written down", () => {
    fc.assert(
      fc.property(model, (given) => {
        const objects: (KubernetesObject | undefined)[] = Object.values(objectsOf("granite", given));
        assert.deepEqual(JSON.parse(JSON.stringify(objects)), objects);
      }),
      RUNS,
    );
  });

  it("is the same whether a text is known now or put in later", () => {
    fc.assert(
      fc.property(model, (given) => {
        const texts = ["models", "bucket/granite"];
        const late = { ...given, args: { ...given.args, namespace: eventualText(0), source: { s3: eventualText(1) } } };
        const now = { ...given, args: { ...given.args, namespace: "models", source: { s3: "bucket/granite" } } };
        assert.deepEqual(fillIn(objectsOf("granite", late), texts), objectsOf("granite", now));
      }),
      RUNS,
    );
  });

  it("stays valid, and itself, when its specification is read again", () => {
    fc.assert(
      fc.property(model, ({ args, profile: hardware }) => {
        const surroundings = { profile: profileSpec("profile", hardware) };
        const rules = modelDeploymentRules("granite", surroundings);
        const once = parseSpec(modelDeploymentSchema, rules, args, "once");
        assert.deepEqual(parseSpec(modelDeploymentSchema, rules, once, "twice"), once);
        const settled = parseSpec(hardwareProfileSchema, hardwareProfileRules, hardware, "once");
        assert.deepEqual(parseSpec(hardwareProfileSchema, hardwareProfileRules, settled, "twice"), settled);
      }),
      RUNS,
    );
  });
});

function sizeOf(amount: string): number {
  const [, number = "0", unit = ""] = /^([\d.]+)(.*)$/.exec(amount) ?? [];
  return Number(number) * ({ Gi: 2 ** 30, Mi: 2 ** 20, G: 1e9, e9: 1e9 }[unit] ?? 1);
}

function fillIn(data: unknown, texts: readonly string[]): unknown {
  if (typeof data === "string") {
    return splitEventual(data)
      .map((part) => (typeof part === "number" ? texts[part] : part))
      .join("");
  }
  if (Array.isArray(data)) return data.map((item) => fillIn(item, texts));
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, fillIn(value, texts)]));
}
