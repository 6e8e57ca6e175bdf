/** What a user may say of the platform's dashboard. Upstream: opendatahub-io/odh-dashboard. */
import { choice, flag, list, object, record, text, textLike, unknownKey } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import known from "../../catalog/dashboardFlags.json";

/** How the dashboard's wizard updates models unless told otherwise. */
export const DashboardStrategy = {
  /** A new pod first, then the old one goes; needs spare accelerators. */
  Rolling: "rolling",
  /** The old pod goes first. */
  Recreate: "recreate",
} as const;
export type DashboardStrategy = (typeof DashboardStrategy)[keyof typeof DashboardStrategy];

/** Whether the dashboard's configuration is there already. */
export const DashboardConfigOrigin = {
  /** The platform makes it with its dashboard; the settings here are laid over it. */
  Platform: "platform",
  /** The stack makes it, before the platform would. */
  Stack: "stack",
} as const;
export type DashboardConfigOrigin = (typeof DashboardConfigOrigin)[keyof typeof DashboardConfigOrigin];

/** Settings of the dashboard: "Settings > Cluster settings" and what it offers. They change no API. */
export interface DashboardSettings {
  /** Default: `platform`. */
  origin?: DashboardConfigOrigin;
  /** Whether the wizard proposes llm-d for generative models; the API and an explicit runtime are unaffected. Since 3.2. */
  isLLMdDefault?: boolean;
  /** What the wizard proposes. Default: the platform's. Since 3.2. */
  deploymentStrategy?: DashboardStrategy;
  /** Names of runtime templates, in the order in which they are offered. */
  templateOrder?: string[];
  /** Names of runtime templates that are not offered. */
  templateDisablement?: string[];
  /** Names of hardware profiles, in the order in which they are offered. Since 3.0. */
  hardwareProfileOrder?: string[];
  /**
   * Switches by their names in the OdhDashboardConfig. Default: `disableKServe`, `disableKServeMetrics` and
   * `disablePerformanceMetrics` are false, `disableNIMModelServing` follows KServe's NIM; the rest is left alone.
   */
  flags?: Record<string, boolean>;
}

const templates = list(text("the name of a template"), "names of templates");

export const dashboardSchema = object({
  origin: choice(Object.values(DashboardConfigOrigin)).default("platform"),
  isLLMdDefault: flag.optional(),
  deploymentStrategy: choice(Object.values(DashboardStrategy)).optional(),
  templateOrder: templates.optional(),
  templateDisablement: templates.optional(),
  hardwareProfileOrder: list(text("the name of a hardware profile"), "names of hardware profiles").optional(),
  flags: record(flag, "true or false").default({}),
}) satisfies SchemaOf<DashboardSettings>;

/** The API server drops a switch that it does not know, without a word. */
export function flagsAreKnown({ flags }: Loose<DashboardSettings>): Problem[] {
  const unknown = Object.keys(flags ?? {}).filter((name) => !known.flags.includes(name));
  return unknown.map((name) => ({ path: ["flags", name], message: unknownKey(name, known.flags) }));
}

/** Kinds of field that a connection's form can have. */
export const ConnectionFieldType = {
  Boolean: "boolean",
  Dropdown: "dropdown",
  File: "file",
  /** Text that is not shown, such as a password. */
  Hidden: "hidden",
  Numeric: "numeric",
  /** A heading over the fields that follow; it has no value. */
  Section: "section",
  ShortText: "short-text",
  Text: "text",
  Uri: "uri",
} as const;
export type ConnectionFieldType = (typeof ConnectionFieldType)[keyof typeof ConnectionFieldType];

/** One choice of a dropdown. */
export interface ConnectionChoice {
  label: string;
  value: string;
}

/** One field of the form by which users make a connection. */
export interface ConnectionField {
  type: ConnectionFieldType;
  /** As the form shows it. */
  name: string;
  description?: string;
  /** Key of the connection's Secret that holds the value. Required unless the field is a section. */
  envVar?: string;
  /** Default: false. */
  required?: boolean;
  /** What a new connection begins with. */
  defaultValue?: string;
  /** Choices of a dropdown. */
  choices?: ConnectionChoice[];
  /** Whether several choices may be made at once. Default: false. */
  multiple?: boolean;
}

/** A kind of connection that the dashboard offers to all projects, beside its own for S3, URI and OCI. */
export interface ConnectionType {
  /** As the dashboard shows it. Default: the name. */
  displayName?: string;
  description?: string;
  /** Under which headings it is offered, such as `Object storage`. */
  category?: string[];
  /** Whether it is offered. Default: true. */
  enabled?: boolean;
  fields: ConnectionField[];
}

const connectionFieldSchema = object({
  type: choice(Object.values(ConnectionFieldType)),
  name: text("a label of the form"),
  description: text().optional(),
  envVar: textLike(/^[-._a-zA-Z0-9]{1,253}$/, "a key of a Secret").optional(),
  required: flag.default(false),
  defaultValue: text().optional(),
  choices: list(object({ label: text(), value: text() }), "choices").optional(),
  multiple: flag.default(false),
}) satisfies SchemaOf<ConnectionField>;

export const connectionTypeSchema = object({
  displayName: text().optional(),
  description: text().optional(),
  category: list(text("a heading"), "headings").default([]),
  enabled: flag.default(true),
  fields: list(connectionFieldSchema, "fields"),
}) satisfies SchemaOf<ConnectionType>;

/** The types that the platform brings along; their ConfigMaps are its own. */
const PREINSTALLED = ["s3", "uri-v1", "oci-v1"];

/** What the dashboard's form could not show. Paths begin at the mapping of names to types. */
export function connectionTypesAreSound(types: Loose<Record<string, ConnectionType>>): Problem[] {
  return Object.entries(types).flatMap(([name, type]) => {
    const own = PREINSTALLED.includes(name)
      ? [{ path: [name], message: `${name} is preinstalled by the platform, which owns it; choose another name` }]
      : [];
    const fields = type?.fields ?? [];
    return [...own, ...fields.flatMap((field, index) => fieldProblems(field ?? {}, [name, "fields", index], fields))];
  });
}

function fieldProblems(
  { type, envVar, choices }: Loose<ConnectionField>,
  path: (string | number)[],
  fields: Loose<ConnectionField[]>,
): Problem[] {
  const problems: Problem[] = [];
  if (type === "section" && envVar !== undefined) {
    problems.push({ path: [...path, "envVar"], message: "a section has no value; leave envVar out" });
  }
  if (type !== undefined && type !== "section" && envVar === undefined) {
    problems.push({ path: [...path, "envVar"], message: "is missing; expected the key of the Secret for the value" });
  }
  if (type === "dropdown" && (choices ?? []).length === 0) {
    problems.push({ path: [...path, "choices"], message: "a dropdown needs at least one choice" });
  }
  const first = fields.findIndex((field) => field?.envVar !== undefined && field.envVar === envVar);
  if (envVar !== undefined && first !== path.at(-1)) {
    problems.push({ path: [...path, "envVar"], message: `"${envVar}" is the key of fields[${first}] already` });
  }
  return problems;
}
