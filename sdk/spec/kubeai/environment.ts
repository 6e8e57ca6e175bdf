/** Variables of a server: in the clear, or out of Secrets and ConfigMaps. */
import type { Input } from "@pulumi/pulumi";
import { isEventual } from "../schema/eventual";
import { dnsLabel, flag, object, text } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { quote } from "../schema/problem";

/** All keys of one Secret or of one ConfigMap as variables. */
export interface EnvironmentSource {
  /** Secret of the same namespace. Excludes `configMapName`. */
  secretName?: Input<string>;
  /** ConfigMap of the same namespace. Excludes `secretName`. */
  configMapName?: Input<string>;
  /** Text before every key. */
  prefix?: string;
  /** Whether pods start without it. Default: false. */
  optional?: boolean;
}

export const environmentSourceSchema = object({
  secretName: dnsLabel("the name of a Secret").optional(),
  configMapName: dnsLabel("the name of a ConfigMap").optional(),
  prefix: text("a prefix").optional(),
  optional: flag.optional(),
}) satisfies SchemaOf<EnvironmentSource>;

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const CREDENTIAL = /(^|_)(TOKEN|SECRET|PASSWORD|(API|SECRET_ACCESS|ACCESS_KEY_SECRET|PRIVATE)_KEY|ACCESS_KEY_SECRET)$/;

/**
 * Names are variables, and none of them is a credential in the clear. Paths begin at the variables.
 *
 * @requirement DH-12
 */
export function environmentProblems(variables: Loose<Record<string, string>>): Problem[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    const form = nameProblem(name);
    if (form !== undefined) return [{ path: [name], message: form }];
    const message = credentialProblem(name, value);
    return message === undefined ? [] : [{ path: [name], message }];
  });
}

/** A credential stands in a Secret, never in the clear. */
export function credentialProblem(name: string, value: string | undefined): string | undefined {
  if (value === undefined || isEventual(value) || !CREDENTIAL.test(name.toUpperCase())) return undefined;
  return "would be readable by everyone who may read the object; put it into secrets, or into a Secret of yours that envFrom names";
}

/** Each source is one object. Paths begin at the list. */
export function sourcesAreSound(sources: Loose<EnvironmentSource[]>): Problem[] {
  return sources.flatMap((source, index) => {
    if (source === undefined || (source.secretName === undefined) !== (source.configMapName === undefined)) return [];
    return [{ path: [index], message: "expected either secretName or configMapName" }];
  });
}

/** Names are variables, and none is set in the clear as well. Paths begin at the secrets. */
export function secretProblems(
  secrets: Loose<Record<string, string>>,
  env: Loose<Record<string, string>> = {},
): Problem[] {
  return Object.keys(secrets).flatMap((name) => {
    const twice = name in env ? `${quote(name)} is also in env, which would win; keep one of the two` : undefined;
    const message = nameProblem(name) ?? twice;
    return message === undefined ? [] : [{ path: [name], message }];
  });
}

function nameProblem(name: string): string | undefined {
  return NAME.test(name) ? undefined : `${quote(name)} is not the name of an environment variable`;
}
