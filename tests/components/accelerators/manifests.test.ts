import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { load, loadAll } from "js-yaml";
import type { AcceleratorPlan } from "../../../components/accelerators/acceleratorPlan";
import { vendorOperator } from "../../../sdk/catalog/acceleratorVendors";
import type { AcceleratorOperator } from "../../../sdk/spec/accelerators/accelerators";
import { repositoryPath } from "../../../tools/repository";
import { EVERYTHING, everyChart, objectsOf, planOf } from "./plans";

function fixture(name: string): string {
  return readFileSync(repositoryPath("tests", "components", "accelerators", "fixtures", name), "utf8");
}

/** Values of the charts, and the objects around them, by the end of the release's name. */
function chartsOf({ shared, operators }: AcceleratorPlan): unknown {
  const entries = [...Object.values(shared), ...operators].map(({ suffix, chart, operands }) => {
    const before = chart?.before?.map(({ manifest }) => manifest);
    return [suffix, { values: chart?.values, before, operands: operands.map(({ manifest }) => manifest) }] as const;
  });
  return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
}

function only(operator: AcceleratorOperator): AcceleratorPlan["operators"][number] {
  const [plan] = planOf({ operators: [operator] }).operators;
  assert.ok(plan !== undefined);
  return plan;
}

function specOf(operator: AcceleratorOperator, kind: string): Record<string, Record<string, unknown>> {
  const manifest = only(operator).operands.find((operand) => operand.manifest.kind === kind)?.manifest;
  return (manifest as unknown as { spec: Record<string, Record<string, unknown>> }).spec;
}

describe("accelerator manifests", () => {
  /** @covers AC-2, AC-3, AC-5, AC-9, AC-11, AC-18 */
  it("on OpenShift: every object, in the order of its creation", () => {
    assert.deepEqual(objectsOf(planOf(EVERYTHING)), loadAll(fixture("openshift.yaml")));
  });

  const charts = load(fixture("charts.yaml")) as Record<string, unknown>;
  for (const distribution of ["eks", "gke", "aks", "kubernetes"] as const) {
    /** @covers AC-2, AC-3, AC-9, AC-18 */
    it(`on ${distribution}: values of the charts, drivers left out where node images have them`, () => {
      assert.deepEqual(chartsOf(planOf(everyChart(distribution))), charts[distribution]);
    });
  }

  /** @covers AC-18 */
  it("no pod is kept off the pools by a taint that is usual or named", () => {
    const operators = (["nvidia", "amd", "aws"] as const).map((vendor) => ({
      vendor,
      tolerations: [{ key: `${vendor}-pool`, operator: "Exists" as const }],
    }));
    const plan = planOf({ operators, distribution: "eks", tolerations: [{ key: "team", value: "ml" }] });
    for (const { suffix, chart, operands } of plan.operators) {
      const text = JSON.stringify([chart?.values, operands]);
      const taint = vendorOperator(suffix as "nvidia").taint ?? "";
      assert.ok(text.includes(`{"key":"${taint}","operator":"Exists","effect":"NoSchedule"}`), suffix);
      assert.ok(text.includes(`{"key":"${suffix}-pool","operator":"Exists"}`), suffix);
      assert.ok(text.includes('{"key":"team","value":"ml"}'), suffix);
    }
    const workers = JSON.stringify(plan.shared.nodeFeatureDiscovery?.chart?.values);
    for (const key of ["nvidia.com/gpu", "amd.com/gpu", "aws.amazon.com/neuron", "nvidia-pool", "team"])
      assert.ok(workers.includes(`"key":"${key}"`), key);
  });

  it("a changed way of sharing GPUs gets another ConfigMap, since the operator heeds only which one is named", () => {
    const names = [2, 2, 3].map((replicas) => {
      const spec = specOf({ vendor: "nvidia", nvidia: { timeSlicing: { replicas } } }, "ClusterPolicy");
      return (spec.devicePlugin?.config as { name: string }).name;
    });
    assert.equal(names[0], names[1]);
    assert.notEqual(names[0], names[2]);
  });

  it("what a user chooses goes before what the cluster has by default", () => {
    const nvidia = { driver: false, toolkit: false, serviceMonitor: false, migStrategy: "none" as const };
    const { driver, toolkit, dcgmExporter, mig } = specOf({ vendor: "nvidia", nvidia }, "ClusterPolicy");
    assert.deepEqual([driver, toolkit, mig], [{ enabled: false }, { enabled: false }, { strategy: "none" }]);
    assert.deepEqual(dcgmExporter?.serviceMonitor, { enabled: false });
  });

  it("GKE's driver is looked for where Google puts it only when Google installs it", () => {
    const [plan] = planOf({
      distribution: "gke",
      operators: [{ vendor: "nvidia", nvidia: { driver: true } }],
    }).operators;
    const values = plan?.chart?.values as { hostPaths?: object; driver?: object };
    assert.deepEqual([values.driver, values.hostPaths], [{ enabled: true }, undefined]);
  });

  it("AMD GPUs with the kernel's own driver: no driver is built, and no node restarted", () => {
    const kinds = only({ vendor: "amd", amd: { driver: false } }).operands.map(({ manifest }) => manifest.kind);
    assert.deepEqual(kinds, ["NodeFeatureRule", "DeviceConfig"]);
    assert.deepEqual(specOf({ vendor: "amd", amd: { driver: false } }, "DeviceConfig").driver, { enable: false });
  });

  it("without waiting no operand carries the wait", () => {
    for (const vendor of ["nvidia", "amd", "ibm"] as const) {
      const last = only({ vendor, awaitReady: false }).operands.at(-1);
      assert.equal(last?.manifest.metadata.annotations, undefined, vendor);
    }
  });

  it("an operator that exists elsewhere is told in its own namespace", () => {
    const { operands } = only({ vendor: "amd", provision: "existing", namespace: "kube-amd" });
    const places = operands.map(({ manifest }) => manifest.metadata.namespace);
    assert.deepEqual(places, ["kube-amd", undefined, "kube-amd"]);
  });

  it("a skipped operator makes nothing, and existing operands are left alone", () => {
    assert.deepEqual(planOf({ operators: [{ vendor: "nvidia", provision: "skip" }] }).operators, []);
    assert.deepEqual(planOf({ operators: [{ vendor: "nvidia", provision: "skip" }] }).shared, {});
    assert.deepEqual(only({ vendor: "nvidia", operand: "existing" }).operands, []);
  });

  /** @covers AC-14 */
  it("clusters that serve on CPUs get nothing, not even Node Feature Discovery", () => {
    assert.deepEqual(planOf({ operators: [] }), { shared: {}, operators: [], resources: [] });
  });

  it("Node Feature Discovery stays out where nothing looks for its labels", () => {
    assert.deepEqual(Object.keys(planOf({ operators: [{ vendor: "intel" }] }).shared), []);
    assert.deepEqual(Object.keys(planOf({ distribution: "eks", operators: [{ vendor: "aws" }] }).shared), []);
    assert.deepEqual(Object.keys(planOf({ operators: [{ vendor: "ibm" }] }).shared), ["nodeFeatureDiscovery"]);
  });

  it("renamed shares are offered under their other name", () => {
    const nvidia = { timeSlicing: { replicas: 2, renamed: true } };
    assert.deepEqual(planOf({ operators: [{ vendor: "nvidia", nvidia }] }).resources, ["nvidia.com/gpu.shared"]);
  });
});
