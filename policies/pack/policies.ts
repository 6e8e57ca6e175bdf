/** Rules as CrossGuard knows them: one policy a rule, plus one that carries the settings of the pack. */
import type { Level, Rule } from "../rule";
import { rules } from "../rules";

/** The policy that only carries {@link settingsSchema}. */
export const SETTINGS = "pack.settings";

/** A policy as `pulumi policy` lists it. */
export interface DeclaredPolicy {
  name: string;
  displayName: string;
  description: string;
  level: Level;
  /** JSON schema of the properties it can be configured with. */
  properties?: Record<string, object>;
}

/** CrossGuard allows no slash in a name: `gpu/no-idle-gpus` is the policy `gpu.no-idle-gpus`. */
export function policyName(ruleId: string): string {
  return ruleId.replace("/", ".");
}

/** The rule of a policy; the reverse of {@link policyName}. */
export function ruleId(policy: string): string {
  return policy.replace(".", "/");
}

/** JSON schema of what the policy {@link SETTINGS} can be configured with; the engine checks it. */
export const settingsSchema: Record<string, object> = {
  cluster: {
    type: "array",
    items: { type: "string" },
    description: "Files that hold what the cluster holds (an inventory, see docs/guard.md), relative to the project.",
  },
  profile: { type: "string", enum: ["minimal", "standard", "strict"], description: "Which rules apply." },
  exceptions: { type: "string", description: "File that lists accepted findings, relative to the project." },
  catalog: { type: "string", description: "File with own catalogue entries, relative to the project." },
};

/** Everything the pack declares. */
export const policies: DeclaredPolicy[] = [
  {
    name: SETTINGS,
    displayName: "Settings of the pack",
    description:
      "Where the pack finds the cluster's inventory and accepted findings, and which profile of rules applies",
    level: "mandatory",
    properties: settingsSchema,
  },
  ...rules.map(declare),
];

function declare({ id, title, level }: Rule): DeclaredPolicy {
  return { name: policyName(id), displayName: id, description: title, level };
}
