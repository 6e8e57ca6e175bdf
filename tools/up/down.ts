/** `make down`: ends the embedded cluster and forgets it, or destroys the stack on the cluster of a context. */
import { existsSync, rmSync } from "node:fs";
import { Command } from "commander";
import { clusterDown } from "../cluster/cluster";
import { exclusively, run } from "./command";
import { EMBEDDED } from "./place";
import { openTarget } from "./target";

run(async () => {
  const { context } = new Command("down").option("--context <name>").parse().opts<{ context?: string }>();
  return exclusively(context, () => (context === undefined ? endCluster() : destroyStack(context)));
});

async function endCluster(): Promise<number> {
  const was = existsSync(EMBEDDED);
  await clusterDown(EMBEDDED);
  rmSync(EMBEDDED, { recursive: true, force: true });
  console.log(was ? "The embedded cluster has ended, and everything in it is gone." : "No embedded cluster is here.");
  return 0;
}

async function destroyStack(context: string): Promise<number> {
  const { stack } = await openTarget(context);
  return (await stack.run(["destroy", "--yes"], { echo: true })).code;
}
