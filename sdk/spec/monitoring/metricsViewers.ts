/** What a user may say of people who read metrics. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { dnsLabel, list, object, text } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { quote } from "../schema/problem";
import type { SpecRule } from "../schema/validate";

/** Who reads metrics. */
export interface MetricsViewersSettings {
  users?: string[];
  groups?: string[];
  /** Service accounts of the namespace, for programs that query. */
  serviceAccounts?: string[];
  /**
   * ClusterRole that is bound in the namespace. Default: `view`, which OpenShift's console and its query address for
   * one namespace ask for.
   */
  clusterRole?: string;
}

/**
 * Arguments of the MetricsViewers component.
 *
 * @requirement MO-11
 */
export interface MetricsViewersArgs extends MetricsViewersSettings {
  /** Name of the RoleBinding. Default: the component's name. */
  name?: string;
  /** Namespace whose metrics they read. */
  namespace: Input<string>;
}

const names = list(text("a name"), "names");

export const metricsViewersSchema = object({
  name: dnsLabel("a name").optional(),
  namespace: dnsLabel("a namespace"),
  users: names.default([]),
  groups: names.default([]),
  serviceAccounts: list(dnsLabel("the name of a service account"), "service accounts").default([]),
  clusterRole: text("the name of a ClusterRole").default("view"),
}) satisfies SchemaOf<MetricsViewersArgs>;

export type MetricsViewersSpec = z.output<typeof metricsViewersSchema> & { name: string };

export const metricsViewersRules: readonly SpecRule<MetricsViewersArgs>[] = [someone];

function someone({ users = [], groups = [], serviceAccounts = [] }: Loose<MetricsViewersArgs>): Problem[] {
  if (users.length + groups.length + serviceAccounts.length === 0) {
    return [{ path: [], message: "binds nobody; give users, groups or serviceAccounts" }];
  }
  const everyone = groups.findIndex((group) => group === "system:unauthenticated");
  if (everyone < 0) return [];
  return [{ path: ["groups", everyone], message: `${quote(groups[everyone])} is everybody without a name` }];
}
