/** What a user may say of a whole serving stack: platform, hardware profiles and models. */
import type { z } from "zod";
import { catalogField, catalogIsSound, type WithCatalog } from "../catalog/field";
import { dnsLabel, flag, object, record, text, unknownName } from "../schema/fields";
import type { HardwareProfileSettings, HardwareProfileSpec } from "../profiles/hardwareProfile";
import {
  hardwareProfileRules,
  hardwareProfileSchema,
  hardwareProfileSettingsSchema,
  resolveHardwareProfile,
} from "../profiles/hardwareProfile";
import { profileNeedsPlatform } from "../inference/inferenceService";
import type { ModelSettings } from "../inference/modelDeployment";
import { imageIsUsable, modelRules, modelShape } from "../inference/modelDeployment";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Platform } from "../platform/platform";
import { ingressFitsPlatform, platformField, platformSchema } from "../platform/platform";
import type { Path, Problem } from "../schema/problem";
import { at, within } from "../schema/problem";
import { authNeedsPlatform, nameProblem, namespaceProblem, serviceRules } from "../inference/serviceRules";
import type { SpecRule } from "../schema/validate";
import { validate } from "../schema/validate";

/** The namespace of a stack's models. */
export interface StackNamespace {
  name: string;
  /** Whether the stack makes the namespace, and removes it with everything in it. Default: true. */
  create?: boolean;
}

/** One model of a stack. */
export interface StackModel extends ModelSettings {
  /** One of the stack's own hardware profiles, by name. */
  hardwareProfile?: string;
}

/** Arguments of the ServingStack component. */
export interface ServingStackArgs extends WithCatalog {
  /** Default: OpenShift AI. */
  platform?: Platform;
  /** Default: `models`, made by the stack. */
  namespace?: StackNamespace;
  /** Hardware profiles by name. */
  hardwareProfiles?: Record<string, HardwareProfileSettings>;
  /** Models by name; each is served under it. */
  models: Record<string, StackModel>;
}

const namespaceSchema = object({
  name: dnsLabel("a namespace"),
  create: flag.default(true),
}) satisfies SchemaOf<StackNamespace>;

export const stackModelSchema = object(
  { ...modelShape, hardwareProfile: text("the name of a hardware profile").optional() },
  "a model",
) satisfies SchemaOf<StackModel>;

export const servingStackSchema = object({
  platform: platformField,
  namespace: namespaceSchema.prefault({ name: "models" }),
  hardwareProfiles: record(hardwareProfileSettingsSchema, "hardware profiles").default({}),
  models: record(stackModelSchema, "models"),
  catalog: catalogField,
}) satisfies SchemaOf<ServingStackArgs>;

/** A stack with its defaults. */
export type ServingStackSpec = z.output<typeof servingStackSchema>;

type Args = Loose<ServingStackArgs>;
type StackParts = Pick<Args, "platform" | "catalog">;

export const servingStackRules: readonly SpecRule<ServingStackArgs>[] = [
  catalogIsSound,
  ingressFitsPlatform,
  ({ namespace, platform }) => at(["namespace", "name"], namespaceProblem(namespace?.name ?? "models", platform)),
  ({ hardwareProfiles, catalog }) =>
    eachOf(hardwareProfiles, ["hardwareProfiles"], (profile, name) => profileProblems(name, { ...profile, catalog })),
  ({ models, ...stack }) => eachOf(models, ["models"], (model, name) => modelProblems(name, model, stack)),
];

/** The stack's catalogue is judged once, at its own place. */
function profileProblems(name: string, settings: Loose<HardwareProfileSettings & WithCatalog>): Problem[] {
  const named = dnsLabel("a profile name").safeParse(name);
  return [
    ...at([], named.error?.issues[0]?.message),
    ...hardwareProfileRules.filter((rule) => rule !== catalogIsSound).flatMap((rule) => rule(settings)),
  ];
}

/** A profile of the stack with everything that follows from its settings; undefined while they are wrong. */
function readProfile(
  name: string,
  settings: unknown,
  { platform, catalog }: StackParts,
): HardwareProfileSpec | undefined {
  const args = { ...(settings as object), name, platform: platform ?? {}, catalog };
  const { spec } = validate(hardwareProfileSchema, hardwareProfileRules, args);
  return spec === undefined ? undefined : resolveHardwareProfile(name, spec);
}

function modelProblems(name: string, model: NonNullable<Loose<StackModel>>, stack: Omit<Args, "models">): Problem[] {
  const { platform, hardwareProfiles = {}, catalog } = stack;
  const { hardwareProfile, ...own } = model;
  const settings = { ...own, catalog, platform };
  const isDeclared = hardwareProfile !== undefined && Object.hasOwn(hardwareProfiles, hardwareProfile);
  const profile = isDeclared ? readProfile(hardwareProfile, hardwareProfiles[hardwareProfile], stack) : undefined;
  const missing =
    hardwareProfile === undefined || isDeclared
      ? undefined
      : unknownName(hardwareProfile, "hardware profile", Object.keys(hardwareProfiles));
  // Without the hardware it names, nothing can be said of a model's resources.
  const hardwareIsKnown = hardwareProfile === undefined || profile !== undefined;
  const rules = hardwareIsKnown ? modelRules({ profile }) : serviceRules;
  const version = platformSchema.safeParse(platform ?? {}).data?.version;
  return [
    ...at([], nameProblem(name)),
    ...at(["hardwareProfile"], missing),
    ...rules.flatMap((rule) => rule(settings)),
    ...authNeedsPlatform(settings.exposure, platform),
    ...(hardwareIsKnown ? imageIsUsable(settings, { profile }, version) : []),
    ...profileNeedsPlatform(settings, platform),
  ];
}

function eachOf<T>(
  record: Record<string, T | undefined> | undefined,
  path: Path,
  problemsOf: (value: T, name: string) => Problem[],
): Problem[] {
  return Object.entries(record ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : within([...path, name], problemsOf(value, name)),
  );
}
