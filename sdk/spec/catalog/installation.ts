/** Shape of the catalogue's entries for what is installed on a cluster, and for the hardware it is for. */
import type { AcceleratorTarget } from "../../catalog/acceleratorTargets";
import type { VendorOperator } from "../../catalog/acceleratorVendors";
import type { ChartCoordinates } from "../../catalog/charts";
import { chartNames } from "../../catalog/charts";
import type { NvidiaNodeImage } from "../../catalog/nvidiaNodeImages";
import type { OperatorCoordinates } from "../../catalog/operators";
import { operatorNames } from "../../catalog/operators";
import { KubernetesDistribution } from "../installation/distribution";
import { choice, dnsLabel, flag, list, object, record, text, textLike } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";

const source = text("where the values come from");
const namespace = dnsLabel("a namespace");
const release = textLike(/^\d+\.\d+$/, 'a release such as "3.4"');

export const operatorSchema = object({
  package: text("a package"),
  namespace,
  sharedNamespace: flag.optional(),
  targetNamespaces: list(namespace, "namespaces").optional(),
  installModes: list(
    choice(["OwnNamespace", "SingleNamespace", "MultiNamespace", "AllNamespaces"]),
    "install modes",
  ).optional(),
  clusterMonitoring: flag.optional(),
  channel: text("a channel"),
  catalogSource: dnsLabel("a CatalogSource"),
  source,
}) satisfies SchemaOf<OperatorCoordinates>;

export const chartSchema = object({
  repository: textLike(/^(https|oci):\/\/\S+[^/]$/, "the address of a repository"),
  chart: text("a chart"),
  version: text("a version").optional(),
  namespace,
  releaseName: dnsLabel("a release"),
  privileged: flag.optional(),
  source,
}) satisfies SchemaOf<ChartCoordinates>;

export const vendorOperatorSchema = object({
  displayName: text("a name"),
  package: choice(operatorNames).optional(),
  chart: choice(chartNames).optional(),
  distributions: list(choice(Object.values(KubernetesDistribution)), "distributions"),
  needs: list(choice(["nodeFeatureDiscovery", "kernelModuleManagement", "certManager"]), "shared parts"),
  resource: text("a resource"),
  taint: text("a taint key").optional(),
  tolerations: choice(["any", "built-in", "none"]),
  nfdValue: text("a chart value").optional(),
}) satisfies SchemaOf<Omit<VendorOperator, "distributions"> & { distributions: KubernetesDistribution[] }>;

export const acceleratorTargetSchema = object({
  name: text("a name"),
  displayName: text("a name"),
  aliases: list(text("a name"), "names"),
  vendor: choice(["nvidia", "amd", "intel", "ibm"]).optional(),
  architecture: choice(["amd64", "ppc64le", "s390x"]).optional(),
  resource: text("a resource").optional(),
  runtime: text("a runtime"),
  documentedRuntime: text("a name").optional(),
  namedRuntime: flag.optional(),
  imageFamily: text("a family of images"),
  scheduler: text("a scheduler").optional(),
  nodeLabel: text("a label's key").optional(),
  taint: text("a taint key").optional(),
  hardwareProfile: choice(["required", "recommended", "optional"]),
  environment: list(
    object({ name: text("a variable"), value: text("a text"), purpose: text("a purpose"), production: flag }),
    "variables",
  ).optional(),
  support: list(
    object({ from: release, to: release.optional(), level: choice(["supported", "technology-preview"]) }),
    "support levels",
  ),
  source,
}) satisfies SchemaOf<
  Omit<AcceleratorTarget, "operator" | "chart" | "architecture"> & { architecture?: "amd64" | "ppc64le" | "s390x" }
>;

export const nvidiaNodeImageSchema = object({
  driver: flag,
  toolkit: flag,
  serviceMonitor: flag,
  driverInstallDir: text("a folder").optional(),
  toolkitEnvironment: record(text("a value"), "values").optional(),
  runtimeClass: text("a runtime class").optional(),
  podQuota: flag.optional(),
  source,
}) satisfies SchemaOf<NvidiaNodeImage>;

const taggedImage = object({ repository: text("a repository"), tag: text("a tag") });

export const operandImagesSchema = object({
  version: text("a version"),
  registry: text("a registry"),
  images: record(text("an image"), "images"),
  driverLoader: object({
    images: record(taggedImage, "images"),
    repo_server: text("a server"),
    repo_path: text("a path"),
    mlnx_ofed_repo_path: text("a path"),
    mlnx_ofed_version: text("a version"),
  }).optional(),
  source,
});

export const amdDeviceSchema = object({
  id: textLike(/^[0-9a-f]{4}$/, "the number of a PCI device"),
  name: text("a product"),
  source,
});
