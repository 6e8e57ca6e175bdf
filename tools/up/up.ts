/** `make up`: from a fresh clone to a served model, guarded by the policy pack, in one command. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import pc from "picocolors";
import { writeInventory } from "../cluster/inventory";
import { recover } from "../engine/recovery";
import { POLICY_PACK } from "./place";
import { servingTable } from "./table";
import { openTarget } from "./target";

async function main(): Promise<number> {
  const { context } = new Command("up").option("--context <name>").parse().opts<{ context?: string }>();
  const target = await openTarget(context);
  const recovery = await recover(target.stack, target.kubeconfig, target.context);
  if (recovery.interrupted) {
    console.log(
      `The last update was cut off. Taken over: ${recovery.adopted.length} object(s) it had made; ` +
        `to be made again: ${recovery.cleared.length}.`,
    );
  }
  const inventory = join(target.state, "inventory.yaml");
  await writeInventory(target.kubeconfig, inventory, target.context);
  const packConfig = join(target.state, "policy-config.json");
  writeFileSync(packConfig, JSON.stringify({ "pack.settings": { cluster: [inventory] } }));

  const up = ["up", "--yes", "--suppress-progress", "--policy-pack", POLICY_PACK, "--policy-pack-config", packConfig];
  const result = await target.stack.run(up, { echo: true });
  if (result.code === 0) process.stdout.write(await servingTable(target));
  return result.code;
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
