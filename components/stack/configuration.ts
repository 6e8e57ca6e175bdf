import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";
import { formatProblems, SpecError } from "../../sdk/spec/schema/problem";
import type { ServingStackArgs } from "../../sdk/spec/stack/servingStack";
import { mayBeSecretInStack } from "../../sdk/spec/stack/servingStack";
import { CONFIG_PREFIX, readStackConfig } from "../../sdk/spec/stack/stackConfig";
import { plainError } from "../specification";

/** Keys below which there are values that end in Secrets. */
const WITH_SECRETS = ["connections", "kubeAiModels", "install"];

/**
 * Arguments of a ServingStack from the configuration of the running program.
 *
 * The engine hands over secrets decrypted, and tells of a whole key that something in it is secret: whatever may end in
 * a Secret below such a key is a Pulumi secret again.
 *
 * @param isSecret whether a key, with its prefix, holds a secret
 * @throws RunError with all problems
 */
export function readConfiguration(
  values: Record<string, string>,
  isSecret: (key: string) => boolean = isSecretOfProgram,
): ServingStackArgs {
  try {
    const secretKeys = Object.keys(values)
      .filter((key) => key.startsWith(CONFIG_PREFIX) && isSecret(key))
      .map((key) => key.slice(CONFIG_PREFIX.length));
    const args = readStackConfig(values);
    refuseMisplaced(secretKeys);
    const entries = Object.entries(args).map(([key, value]: [string, unknown]) => [
      key,
      secretKeys.includes(key) ? covered(value, [key]) : value,
    ]);
    return Object.fromEntries(entries) as ServingStackArgs;
  } catch (error) {
    if (error instanceof SpecError) throw plainError(error.message);
    throw error;
  }
}

/** What is said elsewhere ends in objects that everybody reads. */
function refuseMisplaced(secretKeys: readonly string[]): void {
  const problems = secretKeys
    .filter((key) => !WITH_SECRETS.includes(key))
    .map((key) => ({
      path: [`${CONFIG_PREFIX}${key}`],
      message: `holds a secret, which would be readable in the cluster and in Pulumi's state; secrets belong into ${WITH_SECRETS.join(", ")}`,
    }));
  if (problems.length > 0) {
    throw plainError(formatProblems("The configuration of this stack", problems, "nothing was created"));
  }
}

function covered(value: unknown, path: readonly string[]): unknown {
  if (typeof value === "string") return mayBeSecretInStack(path) ? pulumi.secret(value) : value;
  if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [key, covered(inner, [...path, key])]),
  );
}

/** Pulumi's own, which its types leave out. */
function isSecretOfProgram(key: string): boolean {
  return (runtimeConfig as unknown as { isConfigSecret: (key: string) => boolean }).isConfigSecret(key);
}
