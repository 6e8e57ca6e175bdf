import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChartName } from "../../sdk/catalog/charts";
import { chartCoordinates } from "../../sdk/catalog/charts";
import type { CrdManifestName } from "../../sdk/catalog/crdManifests";
import { crdManifest } from "../../sdk/catalog/crdManifests";
import { present } from "../../sdk/kubernetes/present";
import { CONTROLLER_CONFIG_MAP } from "../../sdk/pod/controllerConfig";
import type { ChartSettingsSpec, ChartValues } from "../../sdk/spec/installation/chart";
import type { KServeArgs, KServeSpec } from "../../sdk/spec/platform/kserve";
import { kserveRules, kserveSchema } from "../../sdk/spec/platform/kserve";
import type { Provision } from "../../sdk/spec/schema/provision";
import { after, childOf } from "../children";
import type { ChartInstallation } from "../installation/helmRelease";
import { chartWith, installChart } from "../installation/helmRelease";
import { createObject } from "../objects";
import { claim } from "../singletons";
import { specify } from "../specification";
import { gatewayClassManifest, gatewayManifest } from "./inferenceGatewayManifests";
import { controllerValues, inferenceServiceSection, STORAGE_SECRET_ANNOTATION } from "./kserveValues";

const TYPE = "model-serving:index:KServe";
/** On the controller's ConfigMap: for which release of the chart our section of it was written. */
const RELEASE_ANNOTATION = "pulumi-model-serving/release";

/**
 * KServe as its project ships it, on any Kubernetes: cert-manager, custom resources, controllers, and the gateway that
 * exposes services. Each part can be there already.
 *
 * @requirement PL-2, PL-11, ST-28
 */
export class KServe extends pulumi.ComponentResource {
  /** Where the controllers run, once they do. */
  readonly namespace: pulumi.Output<string>;
  /** Annotation by which a service names the Secret of its storage; it differs from that of KServe's plain manifests. */
  readonly storageSecretAnnotation: pulumi.Output<string>;
  /** `namespace/name` of the Gateway that exposes services; undefined without one. */
  readonly gateway: pulumi.Output<string | undefined>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: KServeArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `KServe ${JSON.stringify(name)}`;
    const { spec } = specify(kserveSchema, kserveRules, args, subject);
    super(TYPE, name, args, opts);
    claim(this, "the KServe controller of the cluster", subject);
    const install = new PartInstaller(name, spec, childOf(this, opts));
    const controllers = install.all();
    const gateway = install.gateway(controllers);
    this.namespace = pulumi.all(controllers.map(({ urn }) => urn)).apply(() => spec.namespace);
    this.storageSecretAnnotation = pulumi.output(STORAGE_SECRET_ANNOTATION);
    this.gateway = pulumi.output(gateway);
    this.registerOutputs({
      namespace: this.namespace,
      storageSecretAnnotation: this.storageSecretAnnotation,
      gateway: this.gateway,
    });
  }
}

/** Installs the parts of one KServe, each after what it needs. */
class PartInstaller {
  constructor(
    private readonly name: string,
    private readonly spec: KServeSpec,
    private readonly opts: pulumi.CustomResourceOptions,
  ) {}

  all(): pulumi.Resource[] {
    const { parts, chart, llmChart, certManagerChart } = this.spec;
    const values = controllerValues(this.spec);
    const certificates = this.chart(
      "cert-manager",
      parts.certManager,
      [],
      { crds: { enabled: true } },
      certManagerChart,
    );
    const gatewayApi = this.crds("gateway-api", parts.gatewayApi);
    const definitions = this.chart("kserve-crd", parts.inferenceServices, []);
    const before = [...certificates, ...gatewayApi, ...definitions];
    const controller = this.chart("kserve-resources", parts.inferenceServices, before, values, chart);
    const release = fingerprint(this.installation("kserve-resources", values, chart));
    const config = this.annotationsKeptFromPods(controller, release);
    const llm = this.llmInferenceServices([...before, ...config], values, llmChart);
    const cacheDefinitions = this.chart("kserve-localmodel-crd", parts.localModelCache, []);
    const cache = this.chart("kserve-localmodel-resources", parts.localModelCache, [...cacheDefinitions, ...config]);
    const runtimes = this.chart("kserve-runtime-configs", parts.servingRuntimes, [...config, ...llm], {
      kserve: {
        servingruntime: { enabled: true },
        llmisvcConfigs: { enabled: parts.llmInferenceServices === "create" },
      },
    });
    return [...certificates, ...gatewayApi, ...config, ...llm, ...cache, ...runtimes];
  }

  /** The gateway of InferenceServices; its custom resources are there, or come with the parts. */
  gateway(parts: readonly pulumi.Resource[]): string | undefined {
    const { ingress, namespace } = this.spec;
    const { gateway } = ingress;
    if (gateway === undefined || gateway.provision === "skip") return undefined;
    const place = gateway.namespace ?? namespace;
    if (gateway.provision === "create") {
      const opts = after(this.opts, parts);
      const { controllerName, className } = gateway;
      const made = controllerName === undefined ? [] : [gatewayClassManifest(className, controllerName)];
      const classes = made.map((manifest) => createObject(`${this.name}-gateway-class`, { ...manifest }, opts));
      const { namespaceLabels = {}, ...rest } = gateway;
      const manifest = gatewayManifest({ ...rest, namespaceLabels, namespace: place });
      createObject(`${this.name}-gateway`, { ...manifest }, after(opts, classes));
    }
    return `${place}/${gateway.name}`;
  }

  private llmInferenceServices(
    before: readonly pulumi.Resource[],
    values: ChartValues,
    settings: ChartSettingsSpec | undefined,
  ): pulumi.Resource[] {
    const { parts } = this.spec;
    const provision = parts.llmInferenceServices;
    const needed = provision === "create" ? "create" : "skip";
    const pools = this.crds("gateway-api-inference-extension", parts.inferenceExtension ?? needed);
    const groups = this.chart("lws", parts.leaderWorkerSet ?? needed, before);
    const definitions = this.chart("kserve-llmisvc-crd", provision, []);
    // Both controllers read one ConfigMap, which one of the two charts makes.
    const { kserve } = values as { kserve: object };
    const own = { kserve: { ...kserve, createSharedResources: parts.inferenceServices === "skip" } };
    const controller = this.chart(
      "kserve-llmisvc-resources",
      provision,
      [...before, ...pools, ...groups, ...definitions],
      own,
      settings,
    );
    return [...pools, ...groups, ...controller];
  }

  /** A chart of the catalogue; KServe's own share namespace, version and repository. */
  private chart(
    chart: ChartName,
    provision: Provision,
    before: readonly pulumi.Resource[],
    values: ChartValues = {},
    settings?: ChartSettingsSpec,
  ): pulumi.Resource[] {
    const installation = this.installation(chart, values, settings);
    return installChart(`${this.name}-${chart}`, installation, provision, after(this.opts, [...before])).ready;
  }

  private installation(
    chart: ChartName,
    values: ChartValues,
    settings: ChartSettingsSpec | undefined,
  ): ChartInstallation {
    const { version, namespace, chartRepository: repository } = this.spec;
    const coordinates = chartCoordinates(chart);
    const own = chart.startsWith("kserve") ? { namespace, ...present({ version, repository }) } : {};
    return chartWith({ ...coordinates, ...own }, values, settings);
  }

  private crds(manifest: CrdManifestName, provision: Provision): pulumi.Resource[] {
    if (provision !== "create") return [];
    const { url } = crdManifest(manifest);
    return [new k8s.yaml.v2.ConfigFile(`${this.name}-${manifest}`, { file: url }, this.opts)];
  }

  /** Helm takes the ConfigMap back to the chart's with every upgrade, so that the patch is laid over it anew after each. */
  private annotationsKeptFromPods(
    controller: readonly pulumi.Resource[],
    release: pulumi.Output<string>,
  ): pulumi.Resource[] {
    if (controller.length === 0) return [];
    const metadata = {
      name: CONTROLLER_CONFIG_MAP,
      namespace: this.spec.namespace,
      annotations: { "pulumi.com/patchForce": "true", [RELEASE_ANNOTATION]: release },
    };
    const data = { inferenceService: inferenceServiceSection(this.spec) };
    const opts = after(this.opts, controller);
    return [...controller, new k8s.core.v1.ConfigMapPatch(`${this.name}-config`, { metadata, data }, opts)];
  }
}

/** Another one for every release that Helm would take for an upgrade. */
function fingerprint({ repository, chart, version, values = {} }: ChartInstallation): pulumi.Output<string> {
  const inputs = pulumi.output(values).apply((known) => JSON.stringify([repository, chart, version, known]));
  return pulumi.unsecret(inputs.apply((text) => createHash("sha256").update(text).digest("hex").slice(0, 16)));
}
