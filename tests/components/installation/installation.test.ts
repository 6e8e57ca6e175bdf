import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { chartWith, installChart } from "../../../components/installation/helmRelease";
import { operatorManifests, operatorWith } from "../../../components/installation/operatorManifests";
import { installOperator } from "../../../components/installation/operatorSubscription";
import { chartCoordinates, chartNames } from "../../../sdk/catalog/charts";
import { operatorCoordinates, operatorNames, targetProblem } from "../../../sdk/catalog/operators";
import { chartIsPinned, chartSettingsSchema } from "../../../sdk/spec/installation/chart";
import { operatorIsInstallable, operatorSettingsSchema } from "../../../sdk/spec/installation/operator";
import { validate } from "../../../sdk/spec/schema/validate";
import { registered } from "../mocks";

const managed = { "app.kubernetes.io/managed-by": "pulumi" };
const GPU = operatorCoordinates("gpu-operator-certified");

describe("installation by OLM", () => {
  it("namespace, group and subscription, which is ready once a version is installed", () => {
    assert.deepEqual(operatorManifests(GPU), {
      namespace: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name: "nvidia-gpu-operator",
          labels: { ...managed, "openshift.io/cluster-monitoring": "true" },
        },
      },
      operatorGroup: {
        apiVersion: "operators.coreos.com/v1",
        kind: "OperatorGroup",
        metadata: { name: "gpu-operator-certified", namespace: "nvidia-gpu-operator", labels: managed },
        spec: { targetNamespaces: ["nvidia-gpu-operator"] },
      },
      subscription: {
        apiVersion: "operators.coreos.com/v1alpha1",
        kind: "Subscription",
        metadata: {
          name: "gpu-operator-certified",
          namespace: "nvidia-gpu-operator",
          labels: managed,
          annotations: { "pulumi.com/waitFor": "jsonpath={.status.installedCSV}" },
        },
        spec: {
          name: "gpu-operator-certified",
          channel: "stable",
          source: "certified-operators",
          sourceNamespace: "openshift-marketplace",
          installPlanApproval: "Automatic",
        },
      },
    });
  });

  it("settings move the operator together with what it watches, and pin its version", () => {
    const settings = {
      namespace: "gpus",
      channel: "v26.3",
      startingCsv: "gpu-operator-certified.v26.3.1",
      installPlanApproval: "Manual" as const,
      catalogSource: "mirror",
      catalogSourceNamespace: "mirrors",
    };
    const { operatorGroup, subscription } = operatorManifests(operatorWith(GPU, settings));
    assert.deepEqual(operatorGroup?.spec, { targetNamespaces: ["gpus"] });
    assert.equal(subscription.metadata.namespace, "gpus");
    assert.deepEqual(subscription.spec, {
      name: "gpu-operator-certified",
      channel: "v26.3",
      source: "mirror",
      sourceNamespace: "mirrors",
      installPlanApproval: "Manual",
      startingCSV: "gpu-operator-certified.v26.3.1",
    });
  });

  it("an operator for all namespaces has a group without targets", () => {
    const { operatorGroup } = operatorManifests(operatorCoordinates("amd-gpu-operator"));
    assert.deepEqual(operatorGroup?.spec, {});
  });

  it("openshift-operators and its group are OpenShift's; elsewhere they are made", () => {
    const intel = operatorCoordinates("intel-device-plugins-operator");
    assert.deepEqual(Object.keys(operatorManifests(intel)), ["subscription"]);
    assert.deepEqual(Object.keys(operatorManifests(operatorWith(intel, { namespace: "intel" }))), [
      "namespace",
      "operatorGroup",
      "subscription",
    ]);
  });

  it("each object waits for the one before, and the caller for the last", async () => {
    let ready: pulumi.Resource[] = [];
    const resources = await registered(() => {
      const parent = new pulumi.ComponentResource("test:Parent", "parent");
      ({ ready } = installOperator("gpu", { ...GPU, timeoutSeconds: 60 }, "create", { parent }));
    });
    const order = resources
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ name, dependencies, createTimeout }) => [
        name,
        dependencies.map((text) => text.split(" ")[1]),
        createTimeout,
      ]);
    assert.deepEqual(order, [
      ["gpu-namespace", [], ""],
      ["gpu-operator-group", ["gpu-namespace"], ""],
      ["gpu-subscription", ["gpu-namespace", "gpu-operator-group"], "60s"],
    ]);
    assert.equal(ready.length, 1);
  });

  for (const provision of ["existing", "skip"] as const) {
    it(`nothing is made for ${provision}`, async () => {
      const resources = await registered(() => {
        assert.deepEqual(installOperator("gpu", GPU, provision, {}), { namespace: "nvidia-gpu-operator", ready: [] });
        const chart = installChart("gpu", chartCoordinates("gpu-operator"), provision, {});
        assert.deepEqual(chart, { namespace: "gpu-operator", ready: [] });
      });
      assert.deepEqual(resources, []);
    });
  }

  it("every operator of the catalogue can be installed as the catalogue says", () => {
    for (const name of operatorNames) {
      const coordinates = operatorCoordinates(name);
      assert.deepEqual(operatorIsInstallable(coordinates, {}), [], name);
      assert.equal(coordinates.package, name);
      assert.deepEqual(validate(operatorSettingsSchema, [], { namespace: coordinates.namespace }).problems, []);
    }
  });

  /** @covers AC-9 */
  it("says which namespaces an operator can watch", () => {
    const amd = operatorCoordinates("amd-gpu-operator");
    assert.deepEqual(operatorIsInstallable(amd, { targetNamespaces: ["openshift-amd-gpu"] }), [
      {
        path: ["targetNamespaces"],
        message:
          "amd-gpu-operator cannot watch openshift-amd-gpu: it supports AllNamespaces only; did you mean [] (all namespaces)?",
      },
    ]);
    assert.equal(
      targetProblem(operatorCoordinates("habana-ai-operator"), ["models"]),
      "habana-ai-operator cannot watch models: it supports OwnNamespace only; did you mean [habana-ai-operator]?",
    );
    assert.equal(
      targetProblem(operatorCoordinates("nfd"), []),
      "nfd cannot watch all namespaces: it supports OwnNamespace and SingleNamespace only; did you mean [openshift-nfd]?",
    );
    const intel = operatorIsInstallable(operatorCoordinates("intel-device-plugins-operator"), { targetNamespaces: [] });
    assert.match(intel[0]?.message ?? "", /whose OperatorGroup is OpenShift's own/);
  });
});

describe("installation by Helm", () => {
  it("a chart of a repository goes in whole or not at all, in a namespace that allows it", async () => {
    const resources = await registered(() => {
      installChart(
        "gpu",
        chartWith(chartCoordinates("gpu-operator"), { nfd: { enabled: false } }, undefined),
        "create",
        {},
      );
    });
    const [namespace, release] = resources;
    assert.deepEqual(namespace?.inputs.metadata?.labels, {
      ...managed,
      "pod-security.kubernetes.io/enforce": "privileged",
      "pod-security.kubernetes.io/audit": "privileged",
      "pod-security.kubernetes.io/warn": "privileged",
    });
    assert.deepEqual(release?.dependencies, ["kubernetes:core/v1:Namespace gpu-namespace"]);
    const { compat, ...inputs } = release.inputs;
    assert.deepEqual([resources.length, compat], [2, "true"]);
    assert.deepEqual(inputs, {
      chart: "gpu-operator",
      repositoryOpts: { repo: "https://helm.ngc.nvidia.com/nvidia" },
      name: "gpu-operator",
      version: "v26.7.0",
      namespace: "gpu-operator",
      createNamespace: false,
      atomic: true,
      timeout: 900,
      values: { nfd: { enabled: false } },
    });
  });

  it("a chart of a registry is named by its whole address", async () => {
    const resources = await registered(() => {
      installChart("lws", chartCoordinates("lws"), "create", {});
    });
    const [release] = resources;
    assert.equal(resources.length, 1);
    assert.equal(release?.inputs.chart, "oci://registry.k8s.io/lws/charts/lws");
    assert.equal(release.inputs.createNamespace, true);
    assert.equal(release.inputs.repositoryOpts, undefined);
  });

  it("settings are laid over the values and coordinates", () => {
    const base = { nfd: { enabled: false }, tolerations: [{ key: "a" }], driver: { enabled: true, image: "x" } };
    const over = { driver: { enabled: false }, tolerations: [], extra: 1 };
    const chart = chartWith(chartCoordinates("gpu-operator"), base, { version: "v26.3.1", values: over });
    assert.deepEqual(
      [chart.version, chart.values],
      ["v26.3.1", { nfd: { enabled: false }, tolerations: [], driver: { enabled: false, image: "x" }, extra: 1 }],
    );
  });

  it("refuses versions that move, and charts without one", () => {
    const settings = { version: ">=1.0", repository: "ftp://x", releaseName: "Big", extra: true };
    const { problems } = validate(chartSettingsSchema, [], settings);
    assert.deepEqual(
      problems.map(({ path, message }) => `${path.join(".")}: ${message}`),
      [
        'version: ">=1.0" is not one exact version of a chart',
        'repository: "ftp://x" is not the address of a chart repository (https://... or oci://...)',
        'releaseName: "Big" is not the name of a release (lower case letters, digits, dashes; at most 63); did you mean big?',
        "extra: unknown key (known: version, repository, namespace, releaseName, values, timeoutSeconds)",
      ],
    );
    assert.deepEqual(chartIsPinned(chartCoordinates("habana-ai-operator"), {}), [
      {
        path: ["version"],
        message:
          "is missing; expected one exact version of the chart habana-ai-operator: no published source names the current one",
      },
    ]);
    assert.deepEqual(chartIsPinned(chartCoordinates("habana-ai-operator"), { version: "1.24.0-1007" }), []);
  });

  it("every chart of the catalogue has coordinates that the settings accept", () => {
    for (const name of chartNames) {
      const { repository, version, namespace, releaseName } = chartCoordinates(name);
      const settings = { repository, namespace, releaseName, ...(version !== undefined && { version }) };
      assert.deepEqual(validate(chartSettingsSchema, [], settings).problems, [], name);
    }
  });
});
