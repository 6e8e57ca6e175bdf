/** Shape of the catalogue's entries for serving images, serving runtimes and model servers. */
import { z } from "zod";
import { VENDORS } from "../../catalog/acceleratorFamilies";
import type { ModelServer } from "../../catalog/serverArguments";
import type { ServingImage } from "../../catalog/servingImages";
import type { CatalogueRuntime, ImagelessContainer } from "../../catalog/servingRuntimes";
import type { Affinity, Toleration, Volume } from "../../kubernetes/core";
import { choice, expected, flag, list, object, record, text, textLike, whole } from "../schema/fields";
import type { Plain, SchemaOf } from "../schema/plain";
import { coreObject } from "../schema/pods";
import { provenance } from "./hardware";

const hardware = choice([...VENDORS, "cpu"]);
const release = textLike(/^\d+\.\d+(\.\d+)*$/, 'a release such as "0.21.0"');

export const servingImageSchema = object({
  image: text("an image reference"),
  server: text("a model server"),
  vendor: hardware,
  serverVersion: text("a version").optional(),
  platformVersion: text("a version").optional(),
  python: text("an interpreter").optional(),
  notes: provenance.notes,
}) satisfies SchemaOf<ServingImage>;

const formatSchema = object({
  name: text("a model format"),
  version: text("a version").optional(),
  autoSelect: flag.optional(),
  priority: whole(1).optional(),
});

const container = coreObject<Plain<ImagelessContainer>>("a container");

/** The pod parts go through as they are; the API server judges them. */
const runtimeSpecSchema = object({
  containers: list(container, "containers"),
  supportedModelFormats: list(formatSchema, "model formats").optional(),
  multiModel: flag.optional(),
  disabled: flag.optional(),
  protocolVersions: list(choice(["v1", "v2", "grpc-v1", "grpc-v2"]), "protocols").optional(),
  workerSpec: z
    .looseObject({
      containers: list(container, "containers"),
      pipelineParallelSize: whole(1).optional(),
      tensorParallelSize: whole(1).optional(),
    })
    .optional(),
  volumes: list(coreObject<Plain<Volume>>("a volume"), "volumes").optional(),
  nodeSelector: record(text("a label's value"), "label values").optional(),
  affinity: coreObject<Plain<Affinity>>("an affinity").optional(),
  tolerations: list(coreObject<Plain<Toleration>>("a toleration"), "tolerations").optional(),
  labels: record(text("a label's value"), "label values").optional(),
  annotations: record(text("an annotation"), "annotations").optional(),
  imagePullSecrets: list(object({ name: text("the name of a Secret").optional() }), "Secrets").optional(),
  schedulerName: text("a scheduler").optional(),
  hostIPC: flag.optional(),
});

const support = choice(["preinstalled", "technology-preview", "tested-and-verified", "upstream", "removed", "custom"]);
const port = whole(1, 65535);

const endpointsSchema = object({
  port,
  grpcPort: port.optional(),
  metricsPort: port.optional(),
  health: object({ live: text("a path").optional(), ready: text("a path") }).optional(),
  source: provenance.source,
});

export const servingRuntimeEntrySchema = object({
  name: text("the name of a runtime"),
  template: text("the name of a template").optional(),
  kind: choice(["ServingRuntime", "ClusterServingRuntime"]),
  displayName: text("a name for people"),
  formerDisplayNames: list(text("a name for people"), "names").optional(),
  hidden: flag.optional(),
  distribution: choice(["openshift-ai", "kserve", "own"]),
  support,
  supportByVersion: list(object({ platformVersion: release, support }), "levels of support").optional(),
  server: text("a model server"),
  containerServers: record(text("a model server"), "model servers").optional(),
  bareVersion: flag.optional(),
  modelTypes: list(choice(["generative", "predictive"]), "model types"),
  apiProtocol: choice(["REST", "gRPC"]).optional(),
  architectures: list(text("an architecture"), "architectures").optional(),
  recommendedAccelerators: list(text("a resource name"), "resource names"),
  hardware,
  removedIn: release.optional(),
  storage: list(choice(["oci", "s3", "pvc", "hf", "uri"]), "kinds of storage"),
  versions: list(
    object({ platformVersion: release, serverVersion: text("a version").optional() }),
    "versions",
  ).optional(),
  annotations: record(text("an annotation"), "annotations").optional(),
  endpoints: endpointsSchema.optional(),
  spec: runtimeSpecSchema,
  omitted: list(text("a path"), "paths").optional(),
  ...provenance,
}) satisfies SchemaOf<CatalogueRuntime>;

const lifetime = {
  since: release.optional(),
  removedIn: release.optional(),
  deprecatedSince: release.optional(),
  replacements: list(text("an argument"), "arguments").optional(),
  notes: provenance.notes,
};

const value = z.union([z.string(), z.number(), z.boolean()], { error: expected("text, a number, true or false") });

const argumentSchema = object({
  flag: textLike(/^[a-z0-9][a-z0-9-]*$/i, "the long name of an argument without dashes in front"),
  kind: choice(["switch", "valued", "optional", "list"]),
  negatable: flag.optional(),
  aliases: list(text("a short name"), "short names").optional(),
  synonyms: list(text("a long name"), "long names").optional(),
  defaults: list(object({ since: release.optional(), value: value.optional() }), "defaults").optional(),
  choices: list(
    object({ since: release.optional(), values: list(text(), "values").optional(), open: flag.optional() }),
    "choices",
  ).optional(),
  ...lifetime,
});

export const modelServerSchema = object({
  server: text("a model server"),
  displayName: text("a name for people"),
  complete: flag,
  source: provenance.source,
  versions: list(release, "releases"),
  arguments: list(argumentSchema, "arguments"),
  environment: list(object({ name: text("a variable"), ...lifetime }), "variables"),
}) satisfies SchemaOf<ModelServer>;
