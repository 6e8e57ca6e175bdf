/** The real engine for tests: one home and one backend for a run, a fresh stack for each test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AWS_STAND_IN } from "../../tools/engine/awsPlugin";
import { openEngine, type Engine } from "../../tools/engine/engine";
import { STAND_IN } from "../../tools/engine/kubernetesPlugin";
import { openStack, type Stack, type StackConfig } from "../../tools/engine/stack";
import { repositoryPath } from "../../tools/repository";
import { testCluster } from "../cluster/harness";

let engine: Promise<Engine> | undefined;
let folder: string | undefined;
let stacks = 0;

/** The engine of this test run; its folder is removed when the run ends. */
export function testEngine(): Promise<Engine> {
  engine ??= openEngine((folder ??= mkdtempSync(join(tmpdir(), "model-serving-engine-"))), [STAND_IN, AWS_STAND_IN]);
  return engine;
}

after(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

export interface TestStackOptions {
  /** Folder of the project, relative to the repository; the root program by default. */
  project?: string;
  config?: StackConfig;
  env?: Record<string, string>;
  /** Another configuration of a stack that is open already. */
  sameStackAs?: Stack;
}

/** A new stack of a project on the test cluster. */
export async function testStack(options: TestStackOptions = {}): Promise<Stack> {
  const [cluster, opened] = await Promise.all([testCluster(), testEngine()]);
  const name = options.sameStackAs?.name ?? `test${++stacks}`;
  return openStack(opened, {
    project: repositoryPath(options.project ?? ""),
    stack: name,
    ...(options.config !== undefined && { config: options.config }),
    env: { KUBECONFIG: cluster.kubeconfig, ...options.env },
  });
}
