/** A Pulumi project that makes components of the built package from arguments that a test writes. */
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectSuccess, type Stack } from "../../tools/engine/stack";
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
  /**
   * The life of a stack: up, nothing left to do, a change that replaces nothing, nothing left to do again, gone.
   * @param between what to check before the change
   */
  live(
    first: Part[],
    changed: Part[],
    between: (outputs: Record<string, unknown>) => Promise<void> | void,
    options?: OpenOptions,
  ): Promise<void>;
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
  const open: ComponentProject["open"] = (parts, options = {}) => {
    writeFileSync(join(folder, "parts.json"), JSON.stringify(parts));
    return testStack({ project, config: {}, ...options });
  };
  return {
    folder,
    open,
    live: (...run) => live(open, ...run),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function live(
  open: ComponentProject["open"],
  ...[first, changed, between, options = {}]: Parameters<ComponentProject["live"]>
): Promise<void> {
  const up = ["up", "--yes", "--skip-preview"];
  const unchanged = ["preview", "--refresh", "--expect-no-changes"];
  const stack = await open(first, options);
  expectSuccess(await stack.run(up), "pulumi up");
  expectSuccess(await stack.run(unchanged), "preview after the controllers wrote");
  const { stdout } = expectSuccess(await stack.run(["stack", "output", "--json"]), "pulumi stack output");
  await between(JSON.parse(stdout) as Record<string, unknown>);
  const before = await idsOf(stack);
  const again = await open(changed, { ...options, sameStackAs: stack });
  expectSuccess(await again.run(up), "pulumi up with another setting");
  assert.deepEqual(await idsOf(again), before, "something was replaced");
  expectSuccess(await again.run(unchanged), "preview after the change");
  expectSuccess(await again.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
}

/** Ids of a stack's resources by URN: what is replaced gets another. */
export async function idsOf(stack: Stack): Promise<Map<string, string | undefined>> {
  const { resources = [] } = (await stack.export()).deployment;
  return new Map(resources.map(({ urn, id }) => [urn, id]));
}
