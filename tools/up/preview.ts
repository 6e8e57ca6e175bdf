/** `make preview PROJECT=<folder>`: `pulumi preview` of a project on the embedded cluster, with the policy pack. */
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { writeInventory } from "../cluster/inventory";
import { exclusively, run } from "./command";
import { POLICY_PACK } from "./place";
import { openTarget } from "./target";

run(async () => {
  const project = resolve(new Command("preview").argument("<project>").parse().args[0] ?? "");
  if (!existsSync(join(project, "Pulumi.yaml"))) throw new Error(`PROJECT=${project}: there is no Pulumi.yaml in it`);
  return exclusively(undefined, async () => {
    const { stack, kubeconfig, state } = await openTarget(undefined, project);
    const inventory = join(state, "preview-inventory.yaml");
    await writeInventory(kubeconfig, inventory);
    const packConfig = join(state, "preview-policy-config.json");
    writeFileSync(packConfig, JSON.stringify({ "pack.settings": { cluster: [inventory] } }));
    const args = ["preview", "--suppress-progress", "--policy-pack", POLICY_PACK, "--policy-pack-config", packConfig];
    return (await stack.run(args, { echo: true })).code;
  });
});
