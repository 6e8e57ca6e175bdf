/** What a user may say of a single InferenceService. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { catalogField, catalogIsSound, type WithCatalog } from "../catalog/field";
import { describedServers } from "../../requests/serverApis";
import { choice, dnsLabel, object, text, textLike, toLabel } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Platform } from "../platform/platform";
import { ingressFitsPlatform, platformField } from "../platform/platform";
import type { Problem } from "../schema/problem";
import { at } from "../schema/problem";
import { assetNeedsPlatform, authNeedsPlatform, nameProblem, namespaceProblem, serviceRules } from "./serviceRules";
import type { ServiceSettings } from "./serviceSettings";
import { serviceShape } from "./serviceSettings";
import { sourceFitsPlatform } from "../storage/modelSource";
import type { SpecRule } from "../schema/validate";

/** Arguments of the InferenceService component. */
export interface InferenceServiceArgs extends ServiceSettings, WithCatalog {
  /** Name of the object, at most 48 characters. Default: the component's name. */
  name?: string;
  /** Namespace of the object. */
  namespace: Input<string>;
  /** `metadata.name` of a ServingRuntime in the namespace, or of a ClusterServingRuntime. */
  runtimeName: Input<string>;
  /**
   * Server behind a runtime of another name than the catalogue's, such as `ovms`: decides port, path and protocol of the
   * addresses. Default: by the name of the runtime, else by the format of the model.
   */
  modelServer?: string;
  /** Name of the hardware profile to note on the service. OpenShift AI only. */
  hardwareProfileName?: Input<string>;
  /** Namespace of that profile. Default: the platform's applications namespace. */
  hardwareProfileNamespace?: Input<string>;
  /** Kueue LocalQueue that admits the pods. */
  localQueue?: string;
  /** Default: OpenShift AI. */
  platform?: Platform;
}

export const inferenceServiceSchema = object({
  ...serviceShape,
  name: text("a service name").optional(),
  namespace: dnsLabel("a namespace"),
  runtimeName: runtimeNameField(),
  modelServer: choice([...describedServers]).optional(),
  hardwareProfileName: dnsLabel("the name of a hardware profile").optional(),
  hardwareProfileNamespace: dnsLabel("a namespace").optional(),
  localQueue: dnsLabel("the name of a LocalQueue").optional(),
  platform: platformField,
  catalog: catalogField,
}) satisfies SchemaOf<InferenceServiceArgs>;

/** An InferenceService with its defaults. */
export type InferenceServiceSpec = z.output<typeof inferenceServiceSchema> & { name: string };

/** @param componentName name of the service where the arguments give none */
export function inferenceServiceRules(componentName: string): readonly SpecRule<InferenceServiceArgs>[] {
  return [
    catalogIsSound,
    ...serviceRules,
    ({ name = componentName }) => at(["name"], nameProblem(name)),
    ({ namespace, platform }) => at(["namespace"], namespaceProblem(namespace, platform)),
    ({ exposure, platform }) => authNeedsPlatform(exposure, platform),
    ({ source, platform }) => sourceFitsPlatform(source, platform),
    ({ aiAsset, platform }) => assetNeedsPlatform(aiAsset, platform),
    ({ accelerator, acceleratorCount }) => at(["acceleratorCount"], countProblem(accelerator, acceleratorCount)),
    ({ platform, ...service }) => profileNeedsPlatform(service, platform),
    ingressFitsPlatform,
  ];
}

/** The reference is the object's name; display names such as `vLLM ServingRuntime for KServe` resolve to nothing. */
export function runtimeNameField(): z.ZodType<string, string> {
  return textLike(
    /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
    "the name of a runtime object (lower case letters, digits, dashes), not its display name",
    toLabel,
  );
}

/** Only OpenShift AI and Open Data Hub know hardware profiles. */
export function profileNeedsPlatform(
  service: { hardwareProfileName?: string | undefined; hardwareProfileNamespace?: string | undefined },
  platform: Loose<Platform> | undefined,
): Problem[] {
  const { hardwareProfileName: name, hardwareProfileNamespace: namespace } = service;
  if (namespace !== undefined && name === undefined) {
    return at(["hardwareProfileNamespace"], "counts only together with hardwareProfileName");
  }
  if (name === undefined || platform?.kind !== "kserve") return [];
  return at(["hardwareProfileName"], "plain KServe knows no hardware profiles; give resources and accelerator instead");
}

function countProblem(accelerator: string | undefined, count: number | undefined): string | undefined {
  if (count === undefined || accelerator !== undefined) return undefined;
  return `${count} accelerators of which kind? Name one in accelerator`;
}
