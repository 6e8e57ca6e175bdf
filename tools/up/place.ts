/** Where `make up` keeps what it starts; everything of a target lives and dies together. */
import { repositoryPath } from "../repository";

/** State folder of the embedded cluster, and of the engine that deploys to it. */
export const EMBEDDED = repositoryPath(".local", "embedded");

/** The policy pack, as a user of an older language host attaches it: by its executable. */
export const POLICY_PACK = repositoryPath("policies", "pack", "model-serving-policies");

/** Where state, passphrase and inventory of a target lie. */
export function stateFolder(context: string | undefined): string {
  return context === undefined ? EMBEDDED : repositoryPath(".local", "contexts", encodeURIComponent(context));
}

/** `Pulumi.local.yaml` configures the embedded cluster; a context has a stack, and a configuration file, of its name. */
export function stackName(context: string | undefined): string {
  return context === undefined ? "local" : context.replace(/[^A-Za-z0-9._-]/g, "-");
}
