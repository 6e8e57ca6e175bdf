/** Components that a ModelDeployment is given whole, told apart from names in their place. */
import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../sdk/spec/schema/problem";
import type { ModelDeploymentSettings } from "../../sdk/spec/inference/modelDeployment";
import { quote } from "../../sdk/spec/schema/problem";
import type { HardwareProfile } from "../profiles/hardwareProfile";
import type { ServingRuntime } from "../runtimes/servingRuntime";
import type { ModelConnection } from "../storage/modelConnection";
import type { ModelVolume } from "../storage/modelVolume";

interface Given {
  hardwareProfile?: HardwareProfile;
  runtime?: ServingRuntime;
  connection?: ModelConnection;
  volume?: ModelVolume;
}

/** Which component stands in a field, and where a mere name belongs. */
const FIELDS: Readonly<Record<keyof Given, { component: string; byName: string }>> = {
  hardwareProfile: { component: "HardwareProfile", byName: "hardwareProfileName" },
  runtime: { component: "ServingRuntime", byName: "runtimeName" },
  connection: { component: "ModelConnection", byName: "source.connection" },
  volume: { component: "ModelVolume", byName: "source.pvc" },
};

/** Arguments in two halves: the components, as far as they are, and the rest. */
interface Halves {
  given: Given;
  rest: ModelDeploymentSettings;
  /** What stands in place of components. */
  problems: Problem[];
}

export function givenComponents(args: ModelDeploymentSettings): Halves {
  const problems: Problem[] = [];
  const given: Record<string, unknown> = {};
  for (const [field, { component, byName }] of Object.entries(FIELDS)) {
    const value: unknown = Object.entries(args).find(([key]) => key === field)?.[1];
    if (value === undefined) continue;
    if (pulumi.ComponentResource.isInstance(value)) {
      given[field] = value;
      continue;
    }
    const found =
      pulumi.Output.isInstance(value) || value instanceof Promise ? "a value known only later" : quote(value);
    const hint = typeof value === "string" ? `; one that exists is named in ${byName}` : "";
    problems.push({ path: [field], message: `${found} is not a ${component} component${hint}` });
  }
  const rest = Object.entries(args).filter(([key]) => !(key in FIELDS));
  return { given, rest: Object.fromEntries<unknown>(rest) as unknown as ModelDeploymentSettings, problems };
}
