/** `make down`: ends the embedded cluster and forgets it, or destroys the stack on the cluster of a context. */
import { rmSync } from "node:fs";
import { Command } from "commander";
import pc from "picocolors";
import { clusterDown } from "../cluster/cluster";
import { EMBEDDED } from "./place";
import { openTarget } from "./target";

async function main(): Promise<number> {
  const { context } = new Command("down").option("--context <name>").parse().opts<{ context?: string }>();
  if (context === undefined) {
    await clusterDown(EMBEDDED);
    rmSync(EMBEDDED, { recursive: true, force: true });
    return 0;
  }
  const { stack } = await openTarget(context);
  return (await stack.run(["destroy", "--yes"], { echo: true })).code;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(pc.red(error instanceof Error ? error.message : String(error)));
    process.exitCode = 1;
  },
);
