/** A Pulumi project that makes components of the built package from arguments that a test writes. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "../../tools/engine/stack";
import { repositoryPath } from "../../tools/repository";
import { testStack } from "./harness";

/** One component: its class, its name, its arguments. */
export interface Part {
  component: string;
  name: string;
  args: object;
  /** Outputs that become outputs of the stack. */
  outputs?: string[];
}

export interface OpenOptions {
  env?: Record<string, string>;
  sameStackAs?: Stack;
}

/** Each part waits for the one before. */
const PROGRAM = `
const serving = require(${JSON.stringify(repositoryPath("dist", "index.js"))});
const parts = JSON.parse(require("node:fs").readFileSync(require("node:path").join(__dirname, "parts.json"), "utf8"));
const made = [];
for (const { component, name, args, outputs = [] } of parts) {
  const one = new serving[component](name, args, { dependsOn: made.slice(-1) });
  made.push(one);
  for (const output of outputs) exports[output] = one[output];
}
`;

export interface ComponentProject {
  /** The stack with these parts; a stack that is open already gets them with its next run. */
  open(parts: Part[], options?: OpenOptions): Promise<Stack>;
  /** Folder of the project, absolute. */
  folder: string;
  remove(): void;
}

/** Makes the project's folder, of which there is one for each test run. */
export function componentProject(name: string): ComponentProject {
  const project = join(".local", "tests", `${name}-${process.pid}`);
  const folder = repositoryPath(project);
  mkdirSync(folder, { recursive: true });
  const runtime = { name: "nodejs", options: { typescript: false } };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify({ name, runtime }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, main: "index.js" }));
  writeFileSync(join(folder, "index.js"), PROGRAM);
  return {
    folder,
    open: (parts, options = {}) => {
      writeFileSync(join(folder, "parts.json"), JSON.stringify(parts));
      return testStack({ project, config: {}, ...options });
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ids of a stack's resources by URN: what is replaced gets another. */
export async function idsOf(stack: Stack): Promise<Map<string, string | undefined>> {
  const { resources = [] } = (await stack.export()).deployment;
  return new Map(resources.map(({ urn, id }) => [urn, id]));
}
