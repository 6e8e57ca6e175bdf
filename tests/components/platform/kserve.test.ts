import assert from "node:assert/strict";
import { KServe } from "../../../components/platform/kserve";
import { controllerValues, inferenceServiceSection } from "../../../components/platform/kserveValues";
import { readControllerConfig } from "../../../sdk/pod/controllerConfig";
import type { KServeArgs, KServeSpec } from "../../../sdk/spec/platform/kserve";
import { kserveRules, kserveSchema } from "../../../sdk/spec/platform/kserve";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import type { Registered } from "../mocks";
import { objectOf, registered, valueOf } from "../mocks";

function kserve(args: object = {}): KServeSpec {
  return parseSpec(kserveSchema, kserveRules, args, "kserve");
}

async function made(args: KServeArgs): Promise<Registered[]> {
  const resources = await registered(() => {
    new KServe("kserve", args);
  });
  return resources.slice(1);
}

interface GatewayValues {
  ingressGateway: Record<string, unknown>;
  [key: string]: unknown;
}

function gatewayOf(args: object): GatewayValues {
  const { kserve: values } = controllerValues(kserve(args)) as { kserve: { controller: { gateway: GatewayValues } } };
  return values.controller.gateway;
}

describe("values of KServe's charts", () => {
  it("say Standard, where the chart would take Knative, and expose nobody who did not say how", () => {
    assert.deepEqual(controllerValues(kserve()), {
      kserve: {
        controller: {
          deploymentMode: "Standard",
          gateway: {
            urlScheme: "http",
            disableIstioVirtualHost: true,
            disableIngressCreation: true,
            ingressGateway: { enableGatewayApi: false, createGateway: false },
          },
        },
        storage: { enableModelcar: true, storageSecretNameAnnotation: "serving.kserve.io/secretName" },
        inferenceservice: {
          resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "1", memory: "2Gi" } },
        },
      },
    });
  });

  /** @covers PL-2 */
  it("take Knative where it is asked for", () => {
    const { kserve: values } = controllerValues(kserve({ deploymentMode: "Knative" })) as {
      kserve: { controller: { deploymentMode: string; gateway: GatewayValues } };
    };
    assert.equal(values.controller.deploymentMode, "Knative");
    assert.equal(values.controller.gateway.disableIngressCreation, false);
    assert.equal(values.controller.gateway.disableIstioVirtualHost, false);
  });

  it("lead to a gateway, to Ingresses of a class, or nowhere", () => {
    const byGateway = gatewayOf({
      ingress: { domain: "models.example.org", gateway: { className: "eg", certificateSecret: "tls" } },
    });
    assert.deepEqual(byGateway, {
      domain: "models.example.org",
      urlScheme: "https",
      disableIstioVirtualHost: true,
      disableIngressCreation: false,
      ingressGateway: { enableGatewayApi: true, kserveGateway: "kserve/kserve-ingress-gateway", createGateway: false },
    });
    const byIngress = gatewayOf({ ingress: { className: "nginx", additionalDomains: ["b.example.org"] } });
    assert.deepEqual(byIngress.ingressGateway, { enableGatewayApi: false, createGateway: false, className: "nginx" });
    assert.deepEqual(byIngress.additionalIngressDomains, ["b.example.org"]);
    assert.equal(byIngress.disableIngressCreation, false);
    assert.equal(gatewayOf({ ingress: { disabled: true } }).disableIngressCreation, true);
  });

  it("keep Pulumi's annotations and one's own from the pods, as the controller reads it", () => {
    const spec = kserve({
      annotationsKeptFromPods: ["example.com/ticket", "pulumi.com/waitFor"],
      defaultResources: { limits: { cpu: 2, memory: "4096Mi" } },
    });
    const config = readControllerConfig({ inferenceService: inferenceServiceSection(spec) });
    const kept = config.annotationDisallowedList;
    for (const key of ["pulumi.com/timeoutSeconds", "pulumi.com/waitFor", "example.com/ticket", "modelFormat"]) {
      assert.equal(kept.filter((one) => one === key).length, 1, key);
    }
    assert.deepEqual(config.resource, { cpuRequest: "1", cpuLimit: "2", memoryRequest: "2Gi", memoryLimit: "4Gi" });
  });
});

describe("KServe", () => {
  it("installs certificates and definitions before the controller, and the ConfigMap's section after it", async () => {
    const resources = await made({});
    assert.deepEqual(
      resources
        .map(({ name, dependencies }) => [name, dependencies.map((one) => one.split(" ").at(-1))] as const)
        .sort(([one], [other]) => one.localeCompare(other)),
      [
        ["kserve-cert-manager", []],
        ["kserve-config", ["kserve-kserve-resources"]],
        ["kserve-kserve-crd", []],
        ["kserve-kserve-resources", ["kserve-cert-manager", "kserve-kserve-crd"]],
      ],
    );
    const [certManager, controller, config] = ["cert-manager", "kserve-resources", "config"].map((name) =>
      resources.find((one) => one.name === `kserve-${name}`),
    );
    assert.deepEqual(certManager?.inputs.values, { crds: { enabled: true } });
    assert.equal(controller?.inputs.chart, "oci://ghcr.io/kserve/charts/kserve-resources");
    assert.equal(config?.type, "kubernetes:core/v1:ConfigMapPatch");
    assert.equal(config.inputs.metadata?.name, "inferenceservice-config");
  });

  it("lays its section over the ConfigMap anew with every upgrade of the chart, which takes it back", async () => {
    const releaseOf = async (args: KServeArgs): Promise<string | undefined> => {
      const config = (await made(args)).find(({ name }) => name === "kserve-config");
      return config?.inputs.metadata?.annotations?.["pulumi-model-serving/release"] as string | undefined;
    };
    const releases = [{}, {}, { version: "v0.17.0" }, { ingress: { domain: "b.example.org", disabled: true } }];
    const told: (string | undefined)[] = [];
    // One program after the other: all share the process's only monitor.
    for (const args of releases) told.push(await releaseOf(args));
    const [first, again, version, domain] = told;
    assert.equal(first, again);
    assert.equal(new Set([undefined, first, version, domain]).size, 4);
  });

  it("takes one version and namespace for all charts of KServe, and settings for the controller's", async () => {
    const resources = await made({
      version: "v0.17.0",
      namespace: "serving",
      parts: { certManager: "existing" },
      chart: { values: { kserve: { controller: { tag: "patched" } } }, timeoutSeconds: 60 },
    });
    const charts = resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
    assert.deepEqual(
      charts.map(({ inputs }) => [inputs.version, inputs.namespace]),
      [
        ["v0.17.0", "serving"],
        ["v0.17.0", "serving"],
      ],
    );
    const { kserve: values } = charts[1]?.inputs.values as { kserve: { controller: Record<string, unknown> } };
    assert.deepEqual([values.controller.tag, values.controller.deploymentMode], ["patched", "Standard"]);
  });

  /** @covers PL-11 */
  it("with llm-d: pools, groups and the second controller, which shares the first one's ConfigMap", async () => {
    const resources = await made({
      parts: {
        llmInferenceServices: "create",
        servingRuntimes: "create",
        gatewayApi: "create",
        localModelCache: "create",
      },
      ingress: { gateway: { className: "eg", controllerName: "gateway.envoyproxy.io/gatewayclass-controller" } },
    });
    const names = resources.map(({ name }) => name);
    for (const name of ["gateway-api", "gateway-api-inference-extension", "lws", "kserve-llmisvc-crd"]) {
      assert.ok(names.includes(`kserve-${name}`), name);
    }
    const llm = resources.find(({ name }) => name === "kserve-kserve-llmisvc-resources");
    const { kserve: values } = llm?.inputs.values as { kserve: { createSharedResources: boolean } };
    assert.equal(values.createSharedResources, false);
    const needs = llm?.dependencies.map((one) => one.split(" ").at(-1));
    for (const name of ["lws", "gateway-api-inference-extension", "kserve-llmisvc-crd", "kserve-resources"]) {
      assert.ok(needs?.includes(`kserve-${name}`), name);
    }
    const gateway = objectOf(resources, "Gateway");
    assert.deepEqual(
      [gateway.inputs.metadata?.name, gateway.inputs.metadata?.namespace],
      ["kserve-ingress-gateway", "kserve"],
    );
    assert.deepEqual(objectOf(resources, "GatewayClass").inputs.spec, {
      controllerName: "gateway.envoyproxy.io/gatewayclass-controller",
    });
    assert.deepEqual(resources.find(({ name }) => name === "kserve-kserve-runtime-configs")?.inputs.values, {
      kserve: { servingruntime: { enabled: true }, llmisvcConfigs: { enabled: true } },
    });
  });

  it("makes nothing where everything exists, and still tells what it is", async () => {
    let outputs: unknown[] = [];
    const resources = await registered(async () => {
      const { namespace, storageSecretAnnotation, gateway } = new KServe("kserve", {
        parts: { certManager: "existing", inferenceServices: "existing" },
        ingress: { gateway: { provision: "existing", className: "eg", name: "shared", namespace: "infra" } },
      });
      outputs = await Promise.all(
        [namespace, storageSecretAnnotation, gateway].map((output) => valueOf<unknown>(output)),
      );
    });
    assert.equal(resources.length, 1);
    assert.deepEqual(outputs, ["kserve", "serving.kserve.io/secretName", "infra/shared"]);
  });
});
