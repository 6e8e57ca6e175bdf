/** `make up`: from a fresh clone to a served model, guarded by the policy pack, in one command. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import pc from "picocolors";
import { writeInventory } from "../cluster/inventory";
import { recover, type Recovery } from "../engine/recovery";
import { exclusively, run } from "./command";
import { POLICY_PACK } from "./place";
import { servingTable } from "./table";
import { openTarget, type Target } from "./target";

run(async () => {
  const { context } = new Command("up").option("--context <name>").parse().opts<{ context?: string }>();
  return exclusively(context, async () => up(await openTarget(context)));
});

async function up(target: Target): Promise<number> {
  const recovery = await recover(target.stack, target.kubeconfig, target.context);
  if (recovery.interrupted) console.log(told(recovery));
  const inventory = join(target.state, "inventory.yaml");
  await writeInventory(target.kubeconfig, inventory, target.context);
  const packConfig = join(target.state, "policy-config.json");
  writeFileSync(packConfig, JSON.stringify({ "pack.settings": { cluster: [inventory] } }));

  const args = ["up", "--yes", "--suppress-progress", "--policy-pack", POLICY_PACK, "--policy-pack-config", packConfig];
  const result = await target.stack.run(args, { echo: true });
  if (result.code !== 0) return result.code;
  process.stdout.write(await servingTable(target));
  if (target.context === undefined) console.log(pc.dim(whatYouHave(target)));
  return 0;
}

function told({ adopted, cleared }: Recovery): string {
  return [
    "The last update was cut off; its lock is released.",
    ...(adopted.length === 0 ? [] : [`It had made ${adopted.length} object(s) without noting it: taken over.`]),
    ...(cleared.length === 0 ? [] : [`It was about to make ${cleared.length} object(s): made now.`]),
  ].join(" ");
}

function whatYouHave({ kubeconfig }: Target): string {
  return [
    "The control plane is real; the nodes are simulated, so pods are reported running and no model answers.",
    `Look around:  kubectl --kubeconfig ${kubeconfig} get inferenceservices,pods,nodes -A`,
    "Change what is served in Pulumi.local.yaml and run make up again; make down ends everything.",
  ].join("\n");
}
